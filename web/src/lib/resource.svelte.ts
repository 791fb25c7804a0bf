/** Something a page reads from the server: the value, whether it is being read, and what went wrong. Answers that came too late are dropped. */
import { asApiError, type ApiError } from '$lib/api/client';

export class Resource<T> {
	value = $state.raw<T | null>(null);
	error = $state.raw<ApiError | null>(null);
	loading = $state(false);
	#turn = 0;

	/** Reads; an earlier value stays on the page until the new one is there. */
	async load(read: () => Promise<T>): Promise<void> {
		const turn = ++this.#turn;
		this.loading = true;
		try {
			const value = await read();
			if (turn === this.#turn) {
				this.value = value;
				this.error = null;
			}
		} catch (error) {
			if (turn === this.#turn && !(error instanceof DOMException && error.name === 'AbortError'))
				this.error = asApiError(error);
		} finally {
			if (turn === this.#turn) this.loading = false;
		}
	}

	clear(): void {
		this.#turn++;
		this.value = null;
		this.error = null;
		this.loading = false;
	}
}
