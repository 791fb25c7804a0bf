/** Packs the message files for the browser: the keys, which both languages share, travel once. Rule: what a page reads is what the files say. */
import { runnerImport, type Plugin } from 'vite';

type Tree = Record<string, Record<string, unknown>>;
const KEYS = '\0message-keys';

/** Replaces i18n/{en,ja}/index.ts by its texts in the order of the shared keys. Only while building: in development the files are read as they are. */
export function packMessages(dir: string): Plugin {
	const trees: Record<string, Promise<Tree>> = {};
	const read = (locale: string): Promise<Tree> =>
		(trees[locale] ??= runnerImport<{ default: Tree }>(`${dir}/${locale}/index.ts`, { configFile: false }).then(
			({ module }) => module.default,
		));
	const keysOf = async () =>
		Object.entries(await read('en')).map(([area, texts]) => [area, Object.keys(texts)] as const);
	return {
		name: 'erabi:pack-messages',
		apply: 'build',
		enforce: 'pre',
		resolveId: (id) => (id === 'virtual:message-keys' ? KEYS : null),
		async load(id) {
			if (id === KEYS) {
				const lines = (await keysOf()).map(([area, keys]) => [area, ...keys].join(' ')).join('\n');
				return `const areas = ${JSON.stringify(lines)}.split('\\n').map((line) => line.split(' '));
export const unpack = (texts) => {
	let at = 0;
	return Object.fromEntries(areas.map(([area, ...keys]) => [area, Object.fromEntries(keys.map((key) => [key, texts[at++]]))]));
};`;
			}
			const locale = /i18n\/(en|ja)\/index\.ts$/.exec(id)?.[1];
			if (!locale) return null;
			const tree = await read(locale);
			const texts = (await keysOf()).flatMap(([area, keys]) => keys.map((key) => tree[area]?.[key]));
			return `import { unpack } from 'virtual:message-keys';\nexport default unpack(${JSON.stringify(texts)});`;
		},
	};
}
