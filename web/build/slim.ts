/** What Svelte carries for pages drawn on a server or in its older modes, left out: Erabi has neither; and long names made short.
 * Rule: only code that can never run, only names that nothing else reads. */
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

/** A custom property of a style sheet: `--text-s`. */
const PROPERTY = /(?<![\w-])--[a-z][a-z0-9-]*/g;

/** Names custom properties by one or two letters, the most frequent first; those that scripts set too (`style:--n`) keep theirs. */
export function shortProperties(): Plugin {
	return {
		name: 'erabi:short-properties',
		apply: 'build',
		enforce: 'post',
		generateBundle(_, bundle) {
			const files = Object.values(bundle);
			const scripts = files.map((file) => (file.type === 'chunk' ? file.code : '')).join('\n');
			for (const sheet of files) {
				if (sheet.type !== 'asset' || !sheet.fileName.endsWith('.css')) continue;
				const css = String(sheet.source);
				const uses = new Map<string, number>();
				for (const [name] of css.matchAll(PROPERTY)) uses.set(name, (uses.get(name) ?? 0) + 1);
				const kept = [...uses.keys()].filter((name) => new RegExp(`['"\`{; ]${name}\\b`).test(scripts));
				const long = [...uses.keys()].filter((name) => !kept.includes(name));
				long.sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0));
				const free = Array.from({ length: 36 * 36 }, (_, at) => `--${at.toString(36)}`).filter(
					(name) => /^--[a-z]/.test(name) && !kept.includes(name),
				);
				const short = new Map(long.map((name, at) => [name, free[at] ?? name]));
				sheet.source = css.replace(PROPERTY, (name) => short.get(name) ?? name);
			}
		},
	};
}
