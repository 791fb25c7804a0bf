//! The outbox: decisions and their undoing wait here until the server has acknowledged them.
//! Rule: an entry is written to storage before anything else happens and leaves only when acknowledged or given up by a person.

import type { Answer, Verdict } from './answers';

/** What `POST /api/reviews/{r}/decisions` takes. Times are RFC 3339 UTC with milliseconds. */
export interface DecisionBody {
	id: string;
	task_id: string;
	verdict: Verdict;
	answers: Record<string, Answer>;
	reason_id?: string;
	note?: string;
	decided_at: string;
}

interface EntryBase {
	/** Id of the entry and, for a decision, of the decision: sending it again is harmless. */
	id: string;
	review_id: string;
	/** Which citation it is about, for messages: its number in the review. */
	number: number;
	queued_at: string;
	/** How often it may have reached the server. */
	attempts: number;
	/** Why the server refused it for good, in the user's language: kept until a person has seen it. */
	refused?: string;
}
export interface DecideEntry extends EntryBase {
	kind: 'decide';
	body: DecisionBody;
}
export interface UndoEntry extends EntryBase {
	kind: 'undo';
	decision_id: string;
}
export type OutboxEntry = DecideEntry | UndoEntry;

/** What became of one attempt to send. */
export type SendResult =
	| { kind: 'accepted' }
	/** Try again later: no connection, server busy. */
	| { kind: 'later' }
	/** Nobody is signed in any more: wait for that. */
	| { kind: 'signed_out' }
	| { kind: 'refused'; message: string };

/** The part of `Storage` that is used, so that a test can hand in a map. */
export interface KeyStore {
	length: number;
	key(index: number): string | null;
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

export interface OutboxOptions {
	/** Whose decisions these are: never send one person's under another's session. */
	userId: string;
	storage: KeyStore | null;
	send: (entry: OutboxEntry) => Promise<SendResult>;
	/** Calls back after `ms`; returns a way to cancel. The default is `setTimeout`. */
	after?: (ms: number, run: () => void) => () => void;
}

/** Waiting times between attempts in ms; the last one repeats. */
export const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000] as const;
const PREFIX = 'erabi.outbox.1.';

/** One per signed-in user; the screening pages share it. */
export class Outbox {
	/** Not yet acknowledged, oldest first. */
	entries = $state.raw<readonly OutboxEntry[]>([]);
	/** Refused by the server; a person must look at them. */
	refused = $state.raw<readonly OutboxEntry[]>([]);
	status = $state<'idle' | 'sending' | 'waiting' | 'signed_out'>('idle');
	/** False when the browser lets nothing be stored: then closing the page would lose what is unsent. */
	durable = $state(true);

	readonly #options: OutboxOptions;
	readonly #prefix: string;
	#sending: string | null = null;
	#failures = 0;
	#cancelTimer: (() => void) | null = null;
	#closed = false;

	constructor(options: OutboxOptions) {
		this.#options = options;
		this.#prefix = `${PREFIX}${options.userId}.`;
		this.durable = options.storage !== null;
		const kept = this.#load();
		this.entries = kept.filter((e) => !e.refused);
		this.refused = kept.filter((e) => e.refused);
	}

	/** How many decisions or undos the server has not acknowledged yet. */
	get unsent(): number {
		return this.entries.length;
	}

	/** Stores a decision and begins to send it. Returns before anything is sent. */
	decide(review_id: string, number: number, body: DecisionBody): void {
		this.#add({ kind: 'decide', id: body.id, review_id, number, body, queued_at: body.decided_at, attempts: 0 });
	}

	/**
	 * Takes a decision back. One that never left this browser is dropped; otherwise the undo is sent after it.
	 * `id` is a new id for the undo entry, `now` the time of it.
	 */
	undo(review_id: string, number: number, decision_id: string, id: string, now: string): void {
		const waiting = this.entries.find((e) => e.kind === 'decide' && e.id === decision_id);
		if (waiting && waiting.attempts === 0 && this.#sending !== waiting.id) {
			this.#remove(waiting);
			return;
		}
		this.#add({ kind: 'undo', id, review_id, number, decision_id, queued_at: now, attempts: 0 });
	}

	/** The task ids of unacknowledged decisions in a review: the server still calls these tasks open. */
	taskIds(review_id: string): string[] {
		return this.entries.flatMap((e) => (e.kind === 'decide' && e.review_id === review_id ? [e.body.task_id] : []));
	}

	/** Sends what waits, now: at start, when the connection is back, after signing in. */
	flush(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = null;
		void this.#pump();
	}

	/** Forgets a refused entry after a person has seen it. */
	dismiss(id: string): void {
		for (const entry of this.refused) if (entry.id === id) this.#remove(entry);
	}

	/** Stops sending; what is stored stays for the next visit. */
	close(): void {
		this.#closed = true;
		this.#cancelTimer?.();
	}

	async #pump(): Promise<void> {
		if (this.#sending !== null || this.#closed) return;
		for (let entry = this.entries[0]; entry; entry = this.entries[0]) {
			const result = await this.#attempt(entry);
			if (this.#closed) return;
			if (result.kind === 'accepted' || result.kind === 'refused') {
				this.#failures = 0;
				this.#remove(entry);
				if (result.kind === 'refused') {
					const refused = { ...entry, refused: result.message };
					this.#write(refused);
					this.refused = [...this.refused, refused];
				}
				continue;
			}
			this.#wait(result.kind);
			return;
		}
		this.status = 'idle';
	}

	async #attempt(entry: OutboxEntry): Promise<SendResult> {
		this.#sending = entry.id;
		this.status = 'sending';
		this.#replace({ ...entry, attempts: entry.attempts + 1 });
		try {
			return await this.#options.send(entry);
		} catch {
			return { kind: 'later' };
		} finally {
			this.#sending = null;
		}
	}

	#wait(kind: 'later' | 'signed_out'): void {
		this.status = kind === 'signed_out' ? 'signed_out' : 'waiting';
		const ms = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? RETRY_MS[0];
		this.#failures += 1;
		if (kind === 'signed_out') return;
		const after = this.#options.after ?? browserTimer;
		this.#cancelTimer = after(ms, () => this.flush());
	}

	#add(entry: OutboxEntry): void {
		this.#write(entry);
		this.entries = [...this.entries, entry];
		if (this.status !== 'waiting') void this.#pump();
	}

	#replace(entry: OutboxEntry): void {
		this.#write(entry);
		this.entries = this.entries.map((e) => (e.id === entry.id ? entry : e));
	}

	#remove(entry: OutboxEntry): void {
		try {
			this.#options.storage?.removeItem(this.#prefix + entry.id);
		} catch {
			this.durable = false;
		}
		this.entries = this.entries.filter((e) => e.id !== entry.id);
		this.refused = this.refused.filter((e) => e.id !== entry.id);
	}

	#write(entry: OutboxEntry): void {
		try {
			this.#options.storage?.setItem(this.#prefix + entry.id, JSON.stringify(entry));
		} catch {
			this.durable = false;
		}
	}

	#load(): OutboxEntry[] {
		const { storage } = this.#options;
		const found: OutboxEntry[] = [];
		for (let i = 0; storage && i < storage.length; i += 1) {
			const key = storage.key(i);
			if (key?.startsWith(this.#prefix)) found.push(...readEntry(storage.getItem(key)));
		}
		return found.sort((a, b) =>
			a.queued_at < b.queued_at ? -1 : a.queued_at > b.queued_at ? 1 : a.id < b.id ? -1 : 1,
		);
	}
}

/** One stored entry, or nothing when it is not one (another version's or damaged). */
function readEntry(raw: string | null): OutboxEntry[] {
	try {
		const value: unknown = JSON.parse(raw ?? '');
		if (typeof value !== 'object' || value === null) return [];
		const entry = value as Partial<DecideEntry & { kind: string }>;
		const whole =
			typeof entry.id === 'string' && typeof entry.review_id === 'string' && typeof entry.queued_at === 'string';
		return whole && (entry.kind === 'decide' || entry.kind === 'undo') ? [value as OutboxEntry] : [];
	} catch {
		return [];
	}
}

function browserTimer(ms: number, run: () => void): () => void {
	const timer = setTimeout(run, ms);
	return () => clearTimeout(timer);
}
