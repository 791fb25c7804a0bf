/** What runs in the background of the open review. Rule: who saw a job under way or started it hears of its end, once, however soon that was. */
import { api, reviewPath } from '$lib/api/client';
import { events, POLL_MS } from '$lib/api/events.svelte';
import type { Id, Items, Job, JobEvent } from '$lib/api/types';
import { Resource } from '$lib/resource.svelte';

const active = ({ state }: Pick<Job, 'state'>) => state === 'queued' || state === 'running';

class Jobs {
	#review = '';
	#list = new Resource<Items<Job>>();
	#active = $state.raw<Job[]>([]);
	/** Ended; shown until the pages have read what that came to. */
	#ended = $state.raw<Job[]>([]);
	/** Jobs that somebody waits for, and whether their end was told. */
	#told = new Map<Id, boolean>();
	#listeners = new Set<(job: Job) => unknown>();

	/** Oldest first: those behind it wait. */
	readonly running = $derived([...this.#ended, ...this.#active]);

	/** Follows a review until the returned function is called. */
	follow(review: Id): () => void {
		this.#review = review;
		this.#list.clear();
		this.#active = this.#ended = [];
		this.#told.clear();
		const read = () => void this.#read();
		const offs = [events.on(review, 'job', (event) => this.#news(event)), events.on(review, 'missed', read)];
		const timer = setInterval(() => events.connected || document.hidden || read(), POLL_MS);
		read();
		return () => {
			clearInterval(timer);
			for (const off of offs) off();
		};
	}

	/** Hears of every job's end, until the returned function is called; the job is shown until what this gives is there. */
	ended(listener: (job: Job) => unknown): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** A job that was started here, or that some answer of the server says is under way. */
	async await(id: Id): Promise<void> {
		if (this.#told.has(id)) return;
		this.#told.set(id, false);
		await this.#read();
	}

	#news(event: JobEvent): void {
		if (active(event) && this.#active.some((job) => job.id === event.id))
			this.#active = this.#active.map((job) => (job.id === event.id ? { ...job, ...event } : job));
		else if (!this.#told.get(event.id)) {
			this.#told.set(event.id, false);
			void this.#read();
		}
	}

	async #read(): Promise<void> {
		const review = this.#review;
		const list = await this.#list.load(() => api.get<Items<Job>>(reviewPath(review, 'jobs')));
		if (!list) return;
		this.#active = list.items.filter(active).reverse();
		for (const { id } of this.#active) this.#told.set(id, false);
		for (const job of list.items.filter(({ id }) => this.#told.get(id) === false))
			if (!active(job)) void this.#tell(job);
	}

	async #tell(job: Job): Promise<void> {
		this.#told.set(job.id, true);
		this.#ended = [...this.#ended, job];
		await Promise.all([...this.#listeners].map((listener) => listener(job)));
		this.#ended = this.#ended.filter((other) => other !== job);
	}
}

export const jobs = new Jobs();
