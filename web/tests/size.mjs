//! Measures the built front end: every script and style sheet of web/dist, both languages, each gzipped alone.
//! Rule: together they stay under the limit; the build fails otherwise and says which files are the largest.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Bytes, all files together (issue 2: under 150 kB gzipped in total). */
const LIMIT = 150_000;
const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const paths = (await readdir(DIST, { recursive: true })).filter((path) => /\.(js|css)$/.test(path));
if (paths.length === 0) throw new Error(`${DIST} holds no scripts: build first`);
const sizes = await Promise.all(
	paths.map(async (path) => [gzipSync(await readFile(join(DIST, path)), { level: 9 }).length, path]),
);
const total = sizes.reduce((sum, [size]) => sum + size, 0);
if (total > LIMIT) {
	const largest = sizes.sort((a, b) => b[0] - a[0]).slice(0, 6);
	console.error(`The front end is ${kb(total)} gzipped, ${kb(total - LIMIT)} over its limit of ${kb(LIMIT)}. Largest:`);
	for (const [size, path] of largest) console.error(`  ${kb(size).padStart(9)}  ${path}`);
	process.exit(1);
}
console.log(`Front end: ${kb(total)} gzipped in ${paths.length} files, limit ${kb(LIMIT)}.`);
