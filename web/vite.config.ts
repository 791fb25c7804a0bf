/// <reference types="vitest/config" />
/** How the front end is built (web/dist, embedded in the binary), served while developing, and tested. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { packMessages } from './build/messages.ts';
import { slimRuntime } from './build/slim.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Which sources travel together: what everybody needs from the first page on and screening, then all else. Texts stay one file per language. */
const CHUNKS = [
	{
		name: 'core',
		test: /node_modules|message-names|src\/lib\/(?!i18n\/(en|ja)\/)|src\/(App|main|screens\/(index|NotFound|SignIn|Setup|NewAccount|Invitation|Reviews|Overview|FlowStrip|screening))/,
		priority: 2,
	},
	{ name: 'lead', test: /src\/screens\// },
];

export default defineConfig(({ mode }) => ({
	plugins: [slimRuntime(), packMessages(here('./src')), svelte()],
	resolve: {
		alias: { $lib: here('./src/lib'), $screens: here('./src/screens') },
		// Tests of components run Svelte's browser code, not its server code.
		...(mode === 'test' ? { conditions: ['browser'] } : {}),
	},
	build: {
		target: 'es2022',
		// The second needs only the first, which is there by then: nothing to preload.
		modulePreload: false,
		assetsInlineLimit: 0,
		// Two larger files compress far better than many small ones, and so does one style sheet.
		cssCodeSplit: false,
		rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
	},
	server: {
		port: 5173,
		proxy: { '/api': { target: process.env.ERABI_API ?? 'http://127.0.0.1:7700', changeOrigin: false } },
	},
	test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
}));
