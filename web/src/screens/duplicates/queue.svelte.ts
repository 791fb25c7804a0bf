/** The queue of possible duplicates: the answer shows the next pair at once, is sent behind it, and can be taken back. */
import { asApiError, type ApiError } from '$lib/api/client';
import type { Id, Page, Pair, PairDecided, PairVerdict } from '$lib/api/types';

export type Answer = Exclude<PairVerdict, 'review'>;

/** What the queue asks of the server. */
export interface PairApi {
	list(after: string | null): Promise<Page<Pair>>;
	decide(pair: Pair, verdict: Answer): Promise<PairDecided>;
	undo(linkId: Id): Promise<unknown>;
}

/** Read on when fewer than this are left: a quick hand answers a few while the server reads. */
const LOW_WATER = 20;

export const pairKey = (pair: Pair): string => `${pair.a.id ?? ''}|${pair.b.id ?? ''}`;

interface Done {
	pair: Pair;
	verdict: Answer;
	link: Promise<Id | null>;
}

export class PairQueue {
	items = $state.raw<Pair[]>([]);
	/** Pairs that wait, put-off ones included. */
	total = $state(0);
	loaded = $state(false);
	error = $state.raw<ApiError | null>(null);
	#done = $state.raw<Done[]>([]);
	#answered = new Set<string>();
	/** Put off: shown when nothing else is left. */
	#later: Pair[] = [];
	#reading = false;
	readonly #api: PairApi;

	constructor(api: PairApi) {
		this.#api = api;
	}

	get current(): Pair | null {
		return this.items[0] ?? null;
	}

	get canUndo(): boolean {
		return this.#done.length > 0;
	}

	async load(): Promise<void> {
		if (this.#reading) return;
		this.#reading = true;
		try {
			let after: string | null = null;
			// Pages hold pairs that are answered here but not yet there: read on until something new comes.
			do {
				const page: Page<Pair> = await this.#api.list(after);
				const have = new Set([...this.items, ...this.#later].map(pairKey));
				const fresh = page.items.filter((pair) => !have.has(pairKey(pair)) && !this.#answered.has(pairKey(pair)));
				this.items = [...this.items, ...fresh];
				if (after === null)
					this.total = Math.max(
						this.items.length + this.#later.length,
						page.total - page.items.filter((p) => this.#answered.has(pairKey(p))).length,
					);
				// Answers that are still on their way were counted: at the end of the list nothing more is there.
				if (fresh.length === 0 && page.next === null) this.total = this.items.length + this.#later.length;
				after = fresh.length === 0 ? page.next : null;
			} while (after !== null);
			this.#turn();
			this.error = null;
			this.loaded = true;
		} catch (error) {
			this.error = asApiError(error);
		} finally {
			this.#reading = false;
		}
	}

	/** The put-off ones come back when all others are done. */
	#turn(): void {
		if (this.items.length > 0) return;
		this.items = this.#later;
		this.#later = [];
	}

	/** Whether the server may have pairs that are not here yet. */
	get more(): boolean {
		return this.total > this.items.length + this.#later.length;
	}

	/** Answers the pair that is shown; the next one is there in the same moment. Null when there is none. */
	answer(verdict: Answer): Pair | null {
		const pair = this.current;
		if (!pair) return null;
		this.items = this.items.slice(1);
		this.total -= 1;
		this.#answered.add(pairKey(pair));
		const link = this.#send(pair, verdict);
		this.#done = [...this.#done, { pair, verdict, link }];
		this.#ahead();
		return pair;
	}

	#ahead(): void {
		if (this.items.length < LOW_WATER && this.more) void this.load();
		else this.#turn();
	}

	async #send(pair: Pair, verdict: Answer): Promise<Id | null> {
		try {
			const { link_id } = await this.#api.decide(pair, verdict);
			this.error = null;
			return link_id;
		} catch (error) {
			// Not stored: the pair comes back (unless it was taken back already), and the message says why.
			this.error = asApiError(error);
			if (this.#done.some((done) => done.pair === pair)) {
				this.#done = this.#done.filter((done) => done.pair !== pair);
				this.#back(pair);
			}
			return null;
		}
	}

	#back(pair: Pair): void {
		this.#answered.delete(pairKey(pair));
		this.items = [pair, ...this.items.filter((other) => pairKey(other) !== pairKey(pair))];
		this.total += 1;
	}

	/** Puts the shown pair off until all others are done. */
	later(): void {
		const [first, ...rest] = this.items;
		if (!first || (rest.length === 0 && this.#later.length === 0 && !this.more)) return;
		this.#later = [...this.#later, first];
		this.items = rest;
		this.#ahead();
	}

	/** Takes the last answer back: the pair is there again in the same moment, and the server is told when it knows the answer. */
	async undo(): Promise<Pair | null> {
		const last = this.#done.at(-1);
		if (!last) return null;
		this.#done = this.#done.slice(0, -1);
		this.#back(last.pair);
		const link = await last.link;
		if (link === null) return last.pair;
		try {
			await this.#api.undo(link);
			this.error = null;
			return last.pair;
		} catch (error) {
			// The answer stands: the pair goes again.
			this.error = asApiError(error);
			this.items = this.items.filter((pair) => pair !== last.pair);
			this.total -= 1;
			this.#answered.add(pairKey(last.pair));
			this.#done = [...this.#done, last];
			return null;
		}
	}
}
