import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const SRC = fileURLToPath(new URL('./src/', import.meta.url));
const COMPONENTS = readdirSync(SRC, { recursive: true })
	.filter((path) => path.endsWith('.svelte'))
	.map((path) => path.replaceAll('\\', '/'))
	.sort();

export default {
	preprocess: vitePreprocess(),
	compilerOptions: {
		runes: true,
		discloseVersion: false,
		// The class of a component's scoped styles is its number: two characters instead of a hash, on every element and in every rule.
		cssHash: ({ hash, css, filename }) => {
			const at = COMPONENTS.findIndex((path) => filename.replaceAll('\\', '/').endsWith(`src/${path}`));
			return at < 0 ? `s${hash(css)}` : `s${at.toString(36)}`;
		},
	},
};
