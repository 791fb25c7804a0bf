//! What the browser tests share: the real binary on a folder of its own, Chromium, and an API client for setting up and for counting.
//! Rule: nothing is mocked; what a test checks it counts itself.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../../..');
/** How long the server may take to answer for the first time. */
const START_MS = 60_000;
/** How long a page may take for one step. */
const STEP_MS = 15_000;
/** How long a background job may take. */
const JOB_MS = 60_000;
export const PASSWORD = 'correct horse battery';

/** The binary under test: `ERABI_BIN`, else the debug build. */
function binary() {
	const path = process.env.ERABI_BIN ?? resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/erabi');
	if (!existsSync(path)) throw new Error(`${path} is not there: run \`cargo build\`, or name the binary in ERABI_BIN`);
	return path;
}

function freePort() {
	return new Promise((done, failed) => {
		const probe = createServer();
		probe.once('error', failed);
		probe.listen(0, '127.0.0.1', () => {
			const { port } = probe.address();
			probe.close(() => done(port));
		});
	});
}

/** Starts the server on an empty folder, or with the demonstration review (`demo`); `stop` ends it and removes the folder. */
export async function startServer(command = 'serve') {
	const data = await mkdtemp(join(tmpdir(), 'erabi-browser-'));
	const base = `http://127.0.0.1:${await freePort()}`;
	const server = spawn(binary(), [command, '--data', data, '--listen', base.slice('http://'.length)], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let log = '';
	for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (log += chunk));
	const until = Date.now() + START_MS;
	for (;;) {
		if (server.exitCode !== null || Date.now() > until) throw new Error(`the server did not start:\n${log}`);
		const up = await fetch(`${base}/healthz`)
			.then((r) => r.ok)
			.catch(() => false);
		if (up) break;
		await new Promise((r) => setTimeout(r, 50));
	}
	return {
		base,
		log: () => log,
		stop: async () => {
			server.kill('SIGTERM');
			await new Promise((done) => (server.exitCode === null ? server.once('exit', done) : done()));
			await rm(data, { recursive: true, force: true });
		},
	};
}

/** Chromium: `CHROMIUM`, the distribution's, or Playwright's own. */
export function launch() {
	const known = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
	const executablePath = known.find((path) => path && existsSync(path));
	return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
}

/** A signed-in user of the API: for what a test sets up without the pages, and for counting. */
export class Api {
	#base;
	#cookie = '';
	#csrf = '';

	constructor(base) {
		this.#base = base;
	}

	static async signIn(base, login, password = PASSWORD) {
		const api = new Api(base);
		await api.call('GET', '/api/session');
		await api.call('POST', '/api/session', { login, password });
		await api.call('GET', '/api/session');
		return api;
	}

	/** The answer's JSON; throws with the server's message otherwise. */
	async call(method, path, body) {
		const form = body instanceof FormData;
		const headers = { 'X-Erabi-CSRF': this.#csrf, Cookie: this.#cookie, Origin: this.#base, 'Accept-Language': 'en' };
		if (body !== undefined && !form) headers['Content-Type'] = 'application/json';
		const response = await fetch(this.#base + path, {
			method,
			headers,
			body: form ? body : body && JSON.stringify(body),
		});
		const cookie = response.headers.getSetCookie().find((c) => c.startsWith('erabi_session='));
		if (cookie) this.#cookie = cookie.split(';')[0];
		const text = await response.text();
		const value = text === '' ? null : JSON.parse(text);
		if (!response.ok)
			throw Object.assign(new Error(`${method} ${path}: ${response.status} ${text}`), {
				status: response.status,
				body: value,
			});
		if (value?.csrf) this.#csrf = value.csrf;
		return value;
	}

	get(path) {
		return this.call('GET', path);
	}
	post(path, body = {}) {
		return this.call('POST', path, body);
	}

	/** Uploads a file and imports it into a new search at `source`; resolves when the job is done. */
	async importFile(review, source, path, options = {}) {
		const at = `/api/reviews/${review}`;
		const form = new FormData();
		form.set('file', new Blob([await readFile(path)]), basename(path));
		const upload = await this.call('POST', `${at}/uploads`, form);
		const search = await this.post(`${at}/sources/${source}/searches`, options.search ?? {});
		const { job_id } = await this.post(`${at}/imports`, {
			search_id: search.id,
			sha256: upload.sha256,
			file_name: basename(path),
			force: options.force ?? false,
		});
		await this.job(review, job_id);
		return upload;
	}

	/** Waits for a background job. */
	async job(review, id) {
		const until = Date.now() + JOB_MS;
		for (;;) {
			const job = await this.get(`/api/reviews/${review}/jobs/${id}`);
			if (job.state === 'done') return job;
			if (job.state === 'failed' || Date.now() > until)
				throw new Error(`job ${job.kind}: ${job.state} ${job.error ?? ''}`);
			await new Promise((r) => setTimeout(r, 100));
		}
	}
}

/** Signs in through the page. */
export async function signIn(page, base, login, password = PASSWORD) {
	await page.goto(`${base}/sign-in`);
	await page.locator('input[autocomplete=username]').fill(login);
	await page.locator('input[type=password]').fill(password);
	await page.locator('button[type=submit]').click();
	await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** Fails the test when the page reports an error of its own or breaks the content security policy. */
export function watch(page, problems) {
	page.setDefaultTimeout(STEP_MS);
	page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
	page.on('console', (message) => {
		const text = message.text();
		if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(text)) problems.push(text);
	});
}

/** The folder of sample files (not part of the repository), or null with a loud note. */
export function samples() {
	for (let at = ROOT; ; at = dirname(at)) {
		for (const dir of [process.env.ERABI_SHARED, join(at, '../shared'), join(at, 'shared')]) {
			if (dir && existsSync(join(dir, 'samples/counts.tsv'))) return join(dir, 'samples');
		}
		if (dirname(at) === at) break;
	}
	console.error('NOTE: ../shared/samples is not here; the files under demo/ are used instead of real exports.');
	return null;
}

/** The smallest PDF that viewers open. */
export function pdf(text) {
	const stream = `BT /F1 18 Tf 72 760 Td (${text}) Tj ET`;
	const objects = [
		'<</Type/Catalog/Pages 2 0 R>>',
		'<</Type/Pages/Kids[3 0 R]/Count 1>>',
		'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
		`<</Length ${stream.length}>>stream\n${stream}\nendstream`,
		'<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
	];
	let out = '%PDF-1.4\n';
	const starts = objects.map((object, i) => {
		const start = out.length;
		out += `${i + 1} 0 obj${object}endobj\n`;
		return String(start).padStart(10, '0') + ' 00000 n \n';
	});
	const xref = out.length;
	out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${starts.join('')}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF`;
	return Buffer.from(out);
}

export const DEMO = join(ROOT, 'demo');
