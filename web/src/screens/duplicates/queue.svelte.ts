/** The queue of possible duplicates: the answer shows the next pair at once, is sent behind it, and can be taken back. */
import { asApiError, type ApiError } from '$lib/api/client';
import type { Id, Page, Pair, PairDecided } from '$lib/api/types';
import { stillOpen, type Answer } from './questions';

/** What the queue asks of the server. */
export interface PairApi {
	list(after: string | null): Promise<Page<Pair>>;
	decide(pair: Pair, verdict: Answer): Promise<PairDecided>;
	undo(linkId: Id): Promise<unknown>;
}

/** Read on when fewer than this are left: a quick hand answers a few while the server reads. */
const LOW_WATER = 50;

const keyOf = (a: Id | null | undefined, b: Id | null | undefined): string => `${a ?? ''}|${b ?? ''}`;
export const pairKey = (pair: Pair): string => keyOf(pair.a.id, pair.b.id);
/** A question by every pair of records that it asks about. */
const pairKeys = (pair: Pair): string[] => [pairKey(pair), ...pair.also.map(({ a, b }) => keyOf(a, b))];

interface Done {
	pair: Pair;
	verdict: Answer;
	link: Promise<Id | null>;
}

export class PairQueue {
	loaded = $state(false);
	error = $state.raw<ApiError | null>(null);
	/** Every question that was read, in order; what is left of them follows from the answers. */
	#pool = $state.raw<Pair[]>([]);
	#done = $state.raw<Done[]>([]);
	/** Put off, in this order: shown when nothing else is left. */
	#later = $state.raw<string[]>([]);
	/** Questions that the server has beside those that were read. */
	#rest = $state(0);
	#reading = false;
	readonly #api: PairApi;
	readonly #open = $derived.by(() => stillOpen(this.#pool, this.#done));
	readonly #first = $derived(this.#open.filter((pair) => !this.#later.includes(pairKey(pair))));

	constructor(api: PairApi) {
		this.#api = api;
	}

	get current(): Pair | null {
		const putOff = () => this.#later.map((key) => this.#open.find((pair) => pairKey(pair) === key)).find(Boolean);
		return this.#first[0] ?? (this.more ? null : putOff()) ?? null;
	}

	/** Questions that wait, put-off ones included. */
	get total(): number {
		return this.#open.length + this.#rest;
	}

	get canUndo(): boolean {
		return this.#done.length > 0;
	}

	/** Whether the server may have questions that are not here yet. */
	get more(): boolean {
		return this.#rest > 0;
	}

	async load(): Promise<void> {
		if (this.#reading) return;
		this.#reading = true;
		try {
			let after: string | null = null;
			// Pages hold questions that are answered here but not yet there: read on until something new comes.
			do {
				const page: Page<Pair> = await this.#api.list(after);
				const have = new Set(this.#pool.flatMap(pairKeys));
				const fresh = page.items.filter((pair) => !pairKeys(pair).some((key) => have.has(key)));
				this.#pool = [...this.#pool, ...fresh];
				if (after === null) {
					const open = new Set(this.#open.flatMap(pairKeys));
					const answered = page.items.filter((pair) => !pairKeys(pair).some((key) => open.has(key)));
					this.#rest = Math.max(0, page.total - answered.length - this.#open.length);
				}
				// Answers that are still on their way were counted: at the end of the list nothing more is there.
				if (fresh.length === 0 && page.next === null) this.#rest = 0;
				after = fresh.length === 0 ? page.next : null;
			} while (after !== null);
			this.error = null;
			this.loaded = true;
		} catch (error) {
			this.error = asApiError(error);
		} finally {
			this.#reading = false;
		}
	}

	/** Answers the pair that is shown; the next one is there in the same moment. Null when there is none. */
	answer(verdict: Answer): Pair | null {
		const pair = this.current;
		if (!pair) return null;
		const done: Done = { pair, verdict, link: Promise.resolve(null) };
		this.#done = [...this.#done, done];
		done.link = this.#send(done);
		this.#ahead();
		return pair;
	}

	#ahead(): void {
		// At the end the server is asked once more: what was counted is not what was read.
		if (this.#first.length < LOW_WATER && (this.more || this.#open.length === 0)) void this.load();
	}

	async #send(done: Done): Promise<Id | null> {
		try {
			const { link_id } = await this.#api.decide(done.pair, done.verdict);
			this.error = null;
			return link_id;
		} catch (error) {
			// Not stored: the pair comes back (unless it was taken back already), and the message says why.
			this.error = asApiError(error);
			this.#done = this.#done.filter((other) => other !== done);
			return null;
		}
	}

	/** Puts the shown pair off until all others are done. */
	later(): void {
		const pair = this.current;
		if (!pair || (this.#open.length === 1 && !this.more)) return;
		this.#later = [...this.#later.filter((key) => key !== pairKey(pair)), pairKey(pair)];
		this.#ahead();
	}

	/** Takes the last answer back: the pair is there again in the same moment, and the server is told when it knows the answer. */
	async undo(): Promise<Pair | null> {
		const last = this.#done.at(-1);
		if (!last) return null;
		this.#done = this.#done.slice(0, -1);
		const link = await last.link;
		if (link === null) return last.pair;
		try {
			await this.#api.undo(link);
			this.error = null;
			return last.pair;
		} catch (error) {
			// The answer stands: the pair goes again.
			this.error = asApiError(error);
			this.#done = [...this.#done, last];
			return null;
		}
	}
}
