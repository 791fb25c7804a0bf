/** Something a page reads from the server: the value, whether it is being read, and what went wrong.
 * Rule: the newest reading counts, also for those who wait for an earlier one. */
import { asApiError, type ApiError } from '$lib/api/client';
import { toasts } from '$lib/toasts.svelte';

export class Resource<T> {
	value = $state.raw<T | null>(null);
	error = $state.raw<ApiError | null>(null);
	loading = $state(false);
	#newest: Promise<T | null> | null = null;

	/** Reads; an earlier value stays on the page until the new one is there. Gives what the newest reading came to: null where that failed. */
	load(read: () => Promise<T>): Promise<T | null> {
		const settle = (value: T | null, error: ApiError | null) => {
			if (own !== this.#newest) return this.#newest;
			this.loading = false;
			this.error = error;
			if (!error) this.value = value;
			return value;
		};
		const own: Promise<T | null> = read().then(
			(value) => settle(value, null),
			(error) => settle(null, asApiError(error)),
		);
		this.loading = true;
		return (this.#newest = own);
	}

	clear(): void {
		this.#newest = null;
		this.value = null;
		this.error = null;
		this.loading = false;
	}
}

/** A list that is read page by page: its value is all that was read so far. */
export class Listing<P extends { items: unknown[]; next: string | null }> extends Resource<P> {
	#page: ((after: string | null) => Promise<P>) | null = null;

	/** Reads from the beginning. */
	begin(page: (after: string | null) => Promise<P>): Promise<P | null> {
		this.#page = page;
		return this.load(() => page(null));
	}

	/** Reads on. What goes wrong is said; what was read stays. */
	async more(): Promise<void> {
		const [page, before] = [this.#page, this.value];
		if (!page || !before?.next) return;
		await this.load(async () => {
			const after = await page(before.next);
			return { ...after, items: [...before.items, ...after.items] };
		});
		if (this.error) toasts.error(this.error);
		this.error = null;
	}
}
