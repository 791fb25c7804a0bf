/** Doing what can be taken back: it is done, said with a way back, and what shows it reads again; what goes wrong is said. */
import { toasts } from '$lib/toasts.svelte';

export class Doing {
	busy = $state(false);
	/** Reads again what was changed. */
	readonly #again: () => unknown;

	constructor(again: () => unknown) {
		this.#again = again;
	}

	/** `back` takes back what `does` came to. True when it was done. */
	async run<T>(does: () => Promise<T>, said: string, back: (done: T) => Promise<unknown>): Promise<boolean> {
		this.busy = true;
		try {
			const done = await does();
			toasts.show(said, { undo: async () => (await back(done), void (await this.#again())) });
			await this.#again();
			return true;
		} catch (error) {
			toasts.error(error);
			return false;
		} finally {
			this.busy = false;
		}
	}
}
