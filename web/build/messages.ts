/** Packs the message files for the browser: a key that is written out becomes its number, and only keys that are put together at run time
 * travel as text. Rule: what a page reads is what the files say; a text that no page can show fails the build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport, type Plugin } from 'vite';

type Texts = Record<string, unknown>;
const NAMES = '\0message-names';
/** `area.key` between quotes. */
const LITERAL = /(['"])([a-z_]+\.[a-z0-9_]+)\1/g;
/** A template that begins like a key: `area.key_${…}`. */
const TEMPLATE = /`([a-z_]+\.(?:[a-z0-9_]|\$\{[^}]*\})+)/g;

/** All sources but the message files, one after the other. */
function sources(src: string): string[] {
	return readdirSync(src, { recursive: true, encoding: 'utf8' })
		.filter((path) => /\.(svelte|ts)$/.test(path) && !/\.test\.ts$|i18n.(en|ja)./.test(path))
		.map((path) => readFileSync(join(src, path), 'utf8'));
}

/** The keys in the order in which their texts travel: first those that are only written out, which so get the shorter numbers, then those
 * that templates can name. */
function sort(keys: string[], src: string): { named: string[]; numbered: string[] } {
	const code = sources(src);
	const written = new Set(code.flatMap((text) => [...text.matchAll(LITERAL)].map((match) => match[2])));
	const made = [...new Set(code.flatMap((text) => [...text.matchAll(TEMPLATE)].map((match) => match[1] ?? '')))].map(
		(template) => new RegExp(`^${template.replaceAll('.', '\\.').replace(/\$\{[^}]*\}/g, '.*')}$`),
	);
	const named = keys.filter((key) => made.some((pattern) => pattern.test(key)));
	const numbered = keys.filter((key) => !named.includes(key));
	const unused = numbered.filter((key) => !written.has(key));
	if (unused.length > 0) throw new Error(`no page shows these texts: ${unused.join(' ')}`);
	return { named, numbered };
}

/** A language without plural forms has plain texts. */
const short = (text: unknown) =>
	text && typeof text === 'object' && 'other' in text && Object.keys(text).length === 1 ? text.other : text;

/** Keys in one line; `area.word_` is said once for all that follow with it: `audit.act_|review_create review_change`. */
function stems(keys: string[]): string {
	let stem = '';
	const parts = keys.map((key) => {
		const own = /^[a-z_]+\.(?:[a-z0-9]+_)?/.exec(key)?.[0] ?? '';
		const rest = key.slice(own.length);
		if (own === stem) return rest;
		stem = own;
		return `${own}|${rest}`;
	});
	return parts.join(' ');
}

/** Replaces i18n/{en,ja}/index.ts by their texts alone and written keys by numbers. Only while building: in development all is read as it is. */
export function packMessages(src: string): Plugin {
	const read = async (locale: string): Promise<Texts> =>
		(await runnerImport<{ default: Texts }>(join(src, `lib/i18n/${locale}/index.ts`), { configFile: false })).module
			.default;
	let named: string[] = [];
	let order: string[] = [];
	let numbers = new Map<string, number>();
	return {
		name: 'erabi:pack-messages',
		apply: 'build',
		enforce: 'post',
		async buildStart() {
			const sorted = sort(Object.keys(await read('en')), src);
			named = sorted.named;
			order = [...sorted.numbered, ...named];
			numbers = new Map(order.map((key, at) => [key, at]));
		},
		resolveId: (id) => (id === 'virtual:message-names' ? NAMES : null),
		async load(id) {
			if (id === NAMES) {
				return `let stem;
const names = ${JSON.stringify(stems(named))}.split(' ').map((name) => {
	const [head, rest] = name.split('|');
	if (rest) stem = head;
	return stem + (rest ?? head);
});
export const unpack = (texts) => Object.assign(texts, Object.fromEntries(names.map((name, at) => [name, texts[at + ${order.length - named.length}]])));`;
			}
			const locale = /i18n\/(en|ja)\/index\.ts$/.exec(id)?.[1];
			if (!locale) return null;
			const texts = await read(locale);
			return `import { unpack } from 'virtual:message-names';\nexport default unpack(${JSON.stringify(order.map((key) => short(texts[key])))});`;
		},
		transform(code, id) {
			if (!id.replaceAll('\\', '/').startsWith(src.replaceAll('\\', '/'))) return null;
			return code.replace(LITERAL, (whole, _quote, key: string) => numbers.get(key)?.toString() ?? whole);
		},
	};
}
