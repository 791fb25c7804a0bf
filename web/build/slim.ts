/** What Svelte carries for pages drawn on a server or in its older modes, left out: Erabi has neither. Rule: only code that can never run. */
import type { Plugin } from 'vite';

/** File of the runtime → its switches, which nothing here ever turns on. */
const OFF: Readonly<Record<string, readonly string[]>> = {
	'svelte/src/internal/client/dom/hydration.js': ['hydrating'],
	'svelte/src/internal/flags/index.js': ['async_mode_flag', 'legacy_mode_flag', 'tracing_mode_flag'],
};

/** What waits for promises in templates: no template here awaits, so its waiting half never runs. */
const ASYNC = 'svelte/src/internal/client/reactivity/async.js';
const AWAITED = 'if (async.length === 0 && pending.length === 0) {';

/** What a component is told of its slots, for slots of older modes: nothing here reads it. */
const SLOTS = /,\s*\$\$slots: \{[^{}]*\}/g;

/** What Vite wraps around a lazy import to fetch its style sheets and parts ahead: there is one style sheet and nothing to fetch ahead. */
const PRELOAD = '\0vite/preload-helper.js';

/** Takes out of compiled components what tells of slots. */
export function slimComponents(): Plugin {
	return {
		name: 'erabi:slim-components',
		apply: 'build',
		enforce: 'post',
		transform: (code, id) => (id.endsWith('.svelte') ? code.replace(SLOTS, '') : null),
	};
}

/** Makes the switches constants, so that the bundler drops what hangs on them. Fails when a new Svelte has no such switch. */
export function slimRuntime(): Plugin {
	return {
		name: 'erabi:slim-runtime',
		apply: 'build',
		enforce: 'pre',
		load: (id) => (id === PRELOAD ? 'export const __vitePreload = (load) => load();' : null),
		transform(code, id) {
			const path = id.split('?')[0]?.replaceAll('\\', '/') ?? '';
			// Custom elements are declared while the file loads, so the bundler would keep them.
			if (path.endsWith('svelte/src/internal/client/dom/elements/custom-element.js')) {
				return { code, moduleSideEffects: false };
			}
			if (path.endsWith(ASYNC)) {
				if (!code.includes(AWAITED)) throw new Error(`${path}: no \`${AWAITED}\`; see build/slim.ts`);
				return code.replace(AWAITED, 'if (true) {');
			}
			const switches = Object.entries(OFF).find(([file]) => path.endsWith(file))?.[1];
			if (!switches) return null;
			let slim = code;
			for (const name of switches) {
				const declared = `export let ${name} = false;`;
				if (!slim.includes(declared)) throw new Error(`${path}: no \`${declared}\`; see build/slim.ts`);
				slim = slim.replace(new RegExp(`^\\s+${name} = (true|false|value);`, 'gm'), '');
				slim = slim.replace(declared, `export const ${name} = false;`);
			}
			return slim;
		},
	};
}
