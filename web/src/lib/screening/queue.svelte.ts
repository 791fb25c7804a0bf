//! The reviewer's queue: the citation on screen and those fetched ahead of it.
//! Rule: a decision shows the next citation in the same tick; the network is never waited for while one is ahead.

/** What the queue needs of a task; the API's `Task` has it. */
export interface QueuedTask {
	id: string;
}

/** One answer of `GET …/next`. */
export interface NextPage<T> {
	tasks: T[];
	remaining: number;
	done_by_me: number;
	done_reason?: 'finished' | 'waiting' | null;
}

export interface QueueOptions<T extends QueuedTask> {
	/** Asks for up to `limit` open tasks, none of them in `exclude`. */
	fetch: (limit: number, exclude: string[]) => Promise<NextPage<T>>;
	/** Tasks with a decision on its way: the server may still offer them. */
	pending: () => string[];
}

/** Fetch more as soon as fewer than this many lie ahead of the one on screen. */
export const KEEP_AHEAD = 3;
/** How many to ask for at once. */
export const FETCH_LIMIT = 6;
/** How many decided tasks stay at hand for undo. */
export const UNDO_DEPTH = 50;

/** A decided task with what was decided, kept for undo. */
export interface Done<T, D> {
	task: T;
	decision: D;
}

export class ScreenQueue<T extends QueuedTask, D> {
	current = $state.raw<T | null>(null);
	ahead = $state.raw<readonly T[]>([]);
	done = $state.raw<readonly Done<T, D>[]>([]);
	remaining = $state(0);
	doneByMe = $state(0);
	loading = $state(false);
	/** The last attempt to fetch failed; `retry` tries again. */
	failed = $state.raw<unknown>(null);
	/** Why there is nothing on screen, once the server has said so. */
	emptyBecause = $state<'finished' | 'waiting' | null>(null);

	readonly #options: QueueOptions<T>;
	#decided = new Set<string>();
	#putOff: T[] = [];
	#again = false;

	constructor(options: QueueOptions<T>) {
		this.#options = options;
	}

	/** Fetches the first tasks. */
	async start(): Promise<void> {
		await this.#topUp();
	}

	retry(): Promise<void> {
		return this.#topUp();
	}

	/**
	 * Asks, after an absence, which tasks still wait: those decided on another device or in another tab go.
	 * True when the one on screen was among them. What happens here meanwhile comes first; a failure changes nothing.
	 */
	async refresh(): Promise<boolean> {
		const [task, { ahead, done }] = [this.current, this];
		if (!task || this.loading) return false;
		this.loading = true;
		try {
			const held = 1 + ahead.length + this.#putOff.length;
			const page = await this.#options.fetch(held, this.#options.pending());
			const whole = page.tasks.length >= Math.min(held, page.remaining); // the server gives only so many at once
			if (whole && this.current === task && this.ahead === ahead && this.done === done) {
				const waits = (t: T) => page.tasks.some(({ id }) => id === t.id);
				this.#putOff = this.#putOff.filter(waits);
				this.ahead = ahead.filter(waits);
				if (!waits(task)) this.current = null;
				this.#take(page);
			}
		} catch {
			// The next fetch will tell.
		}
		this.loading = false;
		if (this.#again) void this.#topUp();
		return this.current !== task && this.done === done;
	}

	/** Marks the current task decided and moves on. Returns it, or null when nothing is on screen. */
	advance(decision: D): T | null {
		const task = this.current;
		if (!task) return null;
		this.#decided.add(task.id);
		this.done = [...this.done, { task, decision }].slice(-UNDO_DEPTH);
		this.remaining = Math.max(0, this.remaining - 1);
		this.doneByMe += 1;
		this.#show(this.ahead);
		return task;
	}

	/** Takes the latest decision back: its task is on screen again, the one that was there comes next. */
	takeBack(): Done<T, D> | null {
		const last = this.done.at(-1);
		if (!last) return null;
		this.done = this.done.slice(0, -1);
		this.#decided.delete(last.task.id);
		this.remaining += 1;
		this.doneByMe = Math.max(0, this.doneByMe - 1);
		if (this.current) this.ahead = [this.current, ...this.ahead];
		this.current = last.task;
		this.emptyBecause = null;
		return last;
	}

	/** Puts the current task at the end of this visit's queue. Does nothing when it is the only one. */
	later(): boolean {
		const task = this.current;
		if (!task || this.ahead.length === 0) return false;
		this.#putOff.push(task);
		this.#show(this.ahead);
		return true;
	}

	/** A decision was refused: its task may be offered again. */
	release(task_id: string): void {
		this.#decided.delete(task_id);
		if (this.ahead.length < KEEP_AHEAD) void this.#topUp();
	}

	#show(tasks: readonly T[]): void {
		this.current = tasks[0] ?? null;
		this.ahead = tasks.slice(1);
		if (this.ahead.length < KEEP_AHEAD) void this.#topUp();
	}

	#held(): string[] {
		const here = [this.current, ...this.ahead, ...this.#putOff].flatMap((t) => (t ? [t.id] : []));
		return [...new Set([...here, ...this.#options.pending()])];
	}

	async #topUp(): Promise<void> {
		if (this.loading) {
			this.#again = true;
			return;
		}
		this.loading = true;
		this.#again = false;
		try {
			this.#take(await this.#options.fetch(FETCH_LIMIT, this.#held()));
			this.failed = null;
		} catch (error) {
			this.failed = error;
			this.#again = false;
		} finally {
			this.loading = false;
		}
		if (this.#again) await this.#topUp();
	}

	#take(page: NextPage<T>): void {
		const held = new Set([...this.#held(), ...this.#decided]);
		const fresh = page.tasks.filter((task) => !held.has(task.id));
		const unsent = this.#options.pending().length;
		this.remaining = Math.max(0, page.remaining - unsent);
		this.doneByMe = page.done_by_me + unsent;
		const line = [...(this.current ? [this.current] : []), ...this.ahead, ...fresh];
		const tasks = line.length > 0 ? line : this.#putOff.splice(0);
		this.current = tasks[0] ?? null;
		this.ahead = tasks.slice(1);
		this.emptyBecause = this.current ? null : (page.done_reason ?? 'waiting');
		if (fresh.length === 0) this.#again = false;
	}
}
