/** Live news of one review by server-sent events: ids and counters only; pages read again what they show. */
import { reviewPath } from './client';
import type { JobEvent } from './types';

export interface ReviewEvents {
	job: JobEvent;
	progress: Record<string, never>;
	dedup: Record<string, never>;
	conflicts: Record<string, never>;
	/** News may have been missed, as before the connection stood: what was read is read again. */
	missed: Record<string, never>;
}
type Name = keyof ReviewEvents;
const NAMES: readonly Name[] = ['job', 'progress', 'dedup', 'conflicts', 'missed'];

/** While no news can be had (server restarting), pages that poll should do so this often. */
export const POLL_MS = 4000;

/** Answers and decisions come in bursts: what follows them is read again at most this often. */
const CALM_MS = 1000;

/** One connection per page that is seen, shared by all that listen; it opens with the first listener and closes with the last. */
class EventBus {
	/** False while the connection is being re-established, or the page hidden. */
	connected = $state(false);
	#reviewId = '';
	#source: EventSource | null = null;
	#listeners = new Map<Name, Set<(data: never) => void>>();

	constructor() {
		// A hidden page gives its connection back: without HTTP/2 a browser has six to one server, and the seventh page would never open.
		document.addEventListener('visibilitychange', () => (document.hidden ? this.#close() : this.#open()));
	}

	/** Listens until the returned function is called. */
	on<N extends Name>(reviewId: string, name: N, listener: (data: ReviewEvents[N]) => void): () => void {
		if (reviewId !== this.#reviewId) this.#close();
		this.#reviewId = reviewId;
		const set = this.#listeners.get(name) ?? new Set();
		set.add(listener as (data: never) => void);
		this.#listeners.set(name, set);
		this.#open();
		return () => {
			set.delete(listener as (data: never) => void);
			if (!this.#heard()) this.#close();
		};
	}

	/** Reads again what these events change, also when some were missed, until the returned function is called: seldom, and never before the last
	 * reading has ended. */
	calm(reviewId: string, names: readonly Name[], read: () => unknown): () => void {
		let timer: ReturnType<typeof setTimeout> | undefined;
		let due = false;
		let over = false;
		const soon = () => {
			due = true;
			timer ??= setTimeout(async () => {
				due = false;
				await read();
				timer = undefined;
				if (due && !over) soon();
			}, CALM_MS);
		};
		const offs = [...names, 'missed' as const].map((name) => this.on(reviewId, name, soon));
		return () => {
			over = true;
			clearTimeout(timer);
			for (const off of offs) off();
		};
	}

	#open(): void {
		if (this.#source || document.hidden || !this.#heard()) return;
		const source = new EventSource(reviewPath(this.#reviewId, 'events'));
		source.onopen = () => {
			this.connected = true;
			this.#tell('missed');
		};
		source.onerror = () => {
			this.connected = false;
			// A refused connection (503, sign-out) is not retried by the browser: try again gently.
			if (source.readyState === EventSource.CLOSED && this.#source === source) {
				this.#source = null;
				setTimeout(() => this.#open(), POLL_MS);
			}
		};
		for (const name of NAMES) {
			source.addEventListener(name, (event) => this.#tell(name, (event as MessageEvent<string>).data));
		}
		this.#source = source;
	}

	#heard(): boolean {
		return [...this.#listeners.values()].some((set) => set.size > 0);
	}

	#tell(name: Name, text = '{}'): void {
		const data: unknown = JSON.parse(text);
		for (const listener of this.#listeners.get(name) ?? []) listener(data as never);
	}

	#close(): void {
		this.#source?.close();
		this.#source = null;
		this.connected = false;
	}
}

export const events = new EventBus();
