//! Delivers key presses to the page: one listener, layers of handlers, the user's own keymap.
//! Rule: pages say what an action does, never which key it has.

import { session } from '$lib/session.svelte';
import { actionFor, effectiveKeymap, keyLabel, mayTrigger, type ActionId, type Scope } from './keymap';

/** What a page does for the actions of one scope. */
export type Handlers = Partial<Record<ActionId, () => void>>;

interface Layer {
	scope: Scope;
	handlers: Handlers;
}

class Keys {
	/** The signed-in user's keys. */
	map = $derived(effectiveKeymap(session.user?.keymap ?? {}));
	/** The scopes that are active now, innermost first; the help sheet opens with them. */
	scopes = $state.raw<readonly Scope[]>([]);
	#layers: Layer[] = [];

	constructor() {
		addEventListener('keydown', (event) => this.#press(event));
	}

	/** Adds a layer of handlers until the returned function is called: `$effect(() => keys.use('screen', {…}))`. */
	use(scope: Scope, handlers: Handlers): () => void {
		const layer = { scope, handlers };
		this.#layers = [layer, ...this.#layers];
		this.#tell();
		return () => {
			this.#layers = this.#layers.filter((l) => l !== layer);
			this.#tell();
		};
	}

	/** How the first key of an action is written: for the small caps beside buttons. */
	label(action: ActionId): string {
		return keyLabel(this.map[action][0] ?? '');
	}

	#tell(): void {
		const scopes = [...new Set(this.#layers.map((l) => l.scope))];
		queueMicrotask(() => (this.scopes = scopes));
	}

	#press(event: KeyboardEvent): void {
		if (event.defaultPrevented || !mayTrigger(event) || document.querySelector('dialog[open]')) return;
		// Enter on a link or button already means that link or button.
		if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary')) return;
		const scopes = [...new Set(this.#layers.map((l) => l.scope))];
		const action = actionFor(this.map, event.key, scopes);
		const handler = action && this.#layers.find((l) => l.handlers[action])?.handlers[action];
		if (!handler) return;
		event.preventDefault();
		handler();
	}
}

export const keys = new Keys();
