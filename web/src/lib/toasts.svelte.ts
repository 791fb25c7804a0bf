/** Short notices at the foot of the page; what can be taken back carries Undo instead of a question beforehand. */
import { asApiError } from '$lib/api/client';

/** How long a notice stays, longer with Undo in it. */
const PLAIN_MS = 4000;
const UNDO_MS = 10_000;
/** More would cover the page. */
const MAX_SHOWN = 3;

export interface Toast {
	id: number;
	text: string;
	kind: 'info' | 'error';
	undo?: () => void | Promise<void>;
}

class Toasts {
	items = $state.raw<Toast[]>([]);
	#next = 1;
	#timers = new Map<number, ReturnType<typeof setTimeout>>();

	show(text: string, options: { undo?: () => void | Promise<void>; kind?: Toast['kind'] } = {}): number {
		const id = this.#next++;
		const toast: Toast = { id, text, kind: options.kind ?? 'info', ...(options.undo ? { undo: options.undo } : {}) };
		this.items = [...this.items, toast].slice(-MAX_SHOWN);
		this.#timers.set(
			id,
			setTimeout(() => this.close(id), options.undo || options.kind === 'error' ? UNDO_MS : PLAIN_MS),
		);
		return id;
	}

	/** Shows what went wrong with something that has no place of its own on the page. */
	error(error: unknown): void {
		this.show(asApiError(error).message, { kind: 'error' });
	}

	close(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
		this.items = this.items.filter((toast) => toast.id !== id);
	}

	async undo(toast: Toast): Promise<void> {
		this.close(toast.id);
		try {
			await toast.undo?.();
		} catch (error) {
			this.error(error);
		}
	}
}

export const toasts = new Toasts();
