/// <reference types="vitest/config" />
/** How the front end is built (web/dist, embedded in the binary), served while developing, and tested. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { packMessages } from './build/messages.ts';
import { shortProperties, slimComponents, slimRuntime } from './build/slim.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
	plugins: [slimRuntime(), packMessages(here('./src')), svelte(), slimComponents(), shortProperties()],
	resolve: {
		alias: { $lib: here('./src/lib'), $screens: here('./src/screens') },
		// Tests of components run Svelte's browser code, not its server code.
		...(mode === 'test' ? { conditions: ['browser'] } : {}),
	},
	build: {
		target: 'es2022',
		// Only a language's texts are fetched later: nothing to preload.
		modulePreload: false,
		assetsInlineLimit: 0,
		// One larger file compresses far better than many small ones; the texts stay one file per language.
		cssCodeSplit: false,
	},
	server: {
		port: 5173,
		proxy: { '/api': { target: process.env.ERABI_API ?? 'http://127.0.0.1:7700', changeOrigin: false } },
	},
	test: { environment: 'jsdom', include: ['src/**/*.test.ts'] },
}));
