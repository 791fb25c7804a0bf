/** An ordered list that is edited on the page and saved as a whole; saving can be undone.
    Rule: what is not saved yet is there again when its page is, whichever way that was left. */
import { api, asApiError, type ApiError } from '$lib/api/client';
import type { Items } from '$lib/api/types';
import { t } from '$lib/i18n';
import { session } from '$lib/session.svelte';
import { toasts } from '$lib/toasts.svelte';
import { tick } from 'svelte';

/** One line of the list, with a key that lasts while it is edited (new lines have no id yet). */
export interface Line<T> {
	key: number;
	value: T;
}

/** Edited lists by who edits them and where they are put: what each was made of, and what it is now; both as JSON. */
const drafts = new Map<string, string[]>();

export class ListEditor<T extends object> {
	lines = $state<Line<T>[]>([]);
	saving = $state(false);
	error = $state.raw<ApiError | null>(null);
	/** Called when added lines are on the page: who added one goes on in it. */
	onadded = () => {};
	#saved = $state.raw('[]');
	#next = 1;
	readonly #path: () => string;
	readonly #draft: string;
	readonly #saved_to: (items: T[]) => void;

	/** `path` is where the list is put; `onsaved` gets the server's answer. */
	constructor(path: () => string, items: readonly T[], onsaved: (items: T[]) => void) {
		this.#path = path;
		this.#saved_to = onsaved;
		this.reset(items);
		this.#draft = `${session.user?.id} ${path()}`;
		const [saved = '', values = ''] = drafts.get(this.#draft) ?? [];
		if (values === saved) return;
		this.reset(JSON.parse(values) as T[]);
		this.#saved = saved;
	}

	/** Called whenever something may have changed. */
	keep(): void {
		drafts.set(this.#draft, [this.#saved, JSON.stringify(this.values)]);
	}

	get values(): T[] {
		return this.lines.map((line) => line.value);
	}

	get dirty(): boolean {
		return JSON.stringify(this.values) !== this.#saved;
	}

	reset(items: readonly T[]): void {
		const copy = JSON.parse(JSON.stringify(items)) as T[];
		this.lines = copy.map((value) => ({ key: this.#next++, value }));
		this.#saved = JSON.stringify(copy);
		this.error = null;
	}

	discard(): void {
		this.reset(JSON.parse(this.#saved) as T[]);
	}

	add(...values: T[]): void {
		this.lines = [...this.lines, ...values.map((value) => ({ key: this.#next++, value }))];
		void tick().then(() => this.onadded());
	}

	remove(index: number): void {
		this.lines = this.lines.filter((_, i) => i !== index);
	}

	/** Swaps with the neighbour before (-1) or after (1). */
	move(index: number, by: -1 | 1): void {
		const to = index + by;
		const lines = [...this.lines];
		const [line] = lines.splice(index, 1);
		if (!line || to < 0 || to > lines.length) return;
		lines.splice(to, 0, line);
		this.lines = lines;
	}

	async save(): Promise<boolean> {
		const before = JSON.parse(this.#saved) as T[];
		const values = this.values;
		if (!(await this.#put(values, before))) return false;
		toasts.show(t('common.saved'), { undo: async () => void (await this.#put(before, values)) });
		return true;
	}

	/** Puts the list that `before` was changed into; what others changed meanwhile stays. */
	async #put(values: T[], before: T[]): Promise<boolean> {
		this.saving = true;
		try {
			const items = values.map((value, position) => ('position' in value ? { ...value, position } : value));
			const answer = await api.put<Items<T>>(this.#path(), { items, before });
			this.reset(answer.items);
			this.#saved_to(answer.items);
			return true;
		} catch (error) {
			this.error = asApiError(error);
			return false;
		} finally {
			this.saving = false;
		}
	}
}
