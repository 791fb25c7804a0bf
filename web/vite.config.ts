/// <reference types="vitest/config" />
/** How the front end is built (web/dist, embedded in the binary), served while developing, and tested. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { packMessages } from './build/messages.ts';
import { slimRuntime } from './build/slim.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Which sources travel together; texts stay one file per language. */
const CHUNKS = [
	{
		name: 'core',
		test: /node_modules|message-names|src\/lib\/(?!i18n\/(en|ja)\/)|src\/(App|main|screens\/(index|NotFound|Reviews|Overview|FlowStrip))/,
		priority: 2,
	},
	{ name: 'door', test: /src\/screens\/(SignIn|Setup|NewAccount|Invitation)/ },
	{ name: 'collect', test: /src\/screens\/(Sources|Import|import|Duplicates|duplicates|Citation|citation)/ },
	{ name: 'screen', test: /src\/screens\/(screening|fulltext|conflicts)/ },
	{ name: 'report', test: /src\/screens\/(prisma|progress|studies|audit)/ },
	{ name: 'manage', test: /src\/screens\/(Settings|settings|Users|Account)/ },
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
		// Every part needs only the core, which is there by then: nothing to preload.
		modulePreload: false,
		assetsInlineLimit: 0,
		// Few larger files compress far better than many small ones: one style sheet, one core, one file per part of the work.
		cssCodeSplit: false,
		rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
	},
	server: {
		port: 5173,
		proxy: { '/api': { target: process.env.ERABI_API ?? 'http://127.0.0.1:7700', changeOrigin: false } },
	},
	test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
}));
