//! The whole way in a browser, on the real binary: from four databases' exports to the PRISMA figure.
//! Rule: every number of the figure is counted again here, from the files' known record counts and from what the reviewers pressed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api, DEMO, launch, PASSWORD, pdf, samples, signIn, startServer, watch } from './harness.mjs';

/** Source, file under samples, file under demo where samples are absent. */
const SOURCES = [
	['MEDLINE', 'PubMed', 'pubmed-nbib/hash-bang-Reflib-MEDLINE__language-CRLF.nbib', 'medline-pubmed.nbib'],
	[
		'PsycINFO',
		'EBSCOhost',
		'ebsco-ris/MikkelVembye-AIscreenR__apa_psycinfo_test_data.rec1-36.ris',
		'psycinfo-ebsco.ris',
	],
	['CINAHL', 'EBSCOhost', 'ebsco-ris/clbustos-buhos__ebscohost.ris', 'cinahl-ebsco.ris'],
	['医中誌', '医中誌Web', 'japanese-ris/index-14165529780__cinii_research.ris', 'ichushi.ris'],
];
/** More rounds than this through the reviewers mean that something does not come to an end. */
const MAX_TURNS = 200;
const REVIEWERS = ['sato', 'suzuki', 'takahashi'];

/** What reviewers press: two of three decide on each citation; the second to come disagrees on every tenth. */
const titleAbstract = (number, earlier) =>
	number % 10 === 0 ? (earlier === 0 ? 'i' : 'e') : number % 10 <= 2 ? 'i' : 'e';
const fullText = (number) => (number % 3 === 0 ? 'e' : 'i');

let server, browser, lead;
const problems = [];

before(async () => {
	server = await startServer();
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await server?.stop();
});

function fileOf([, , sample, demo]) {
	const dir = samples();
	return dir ? join(dir, sample) : join(DEMO, demo);
}

/** Records a file holds: from the independent counts of the samples, or from the entries that begin in a demo file. */
function known(source) {
	const dir = samples();
	if (dir) {
		const line = readFileSync(join(dir, 'counts.tsv'), 'utf8')
			.split('\n')
			.find((l) => l.startsWith(`${source[2]}\t`));
		return Number(line?.split('\t')[2]);
	}
	return readFileSync(fileOf(source), 'latin1').match(/^(PMID- |\W*TY  - )/gm)?.length ?? 0;
}

const say = (text) => process.env.VERBOSE && console.error(`${new Date().toISOString().slice(14, 19)} ${text}`);
async function person(login, locale = 'en') {
	const context = await browser.newContext({
		viewport: { width: 1440, height: 900 },
		locale: locale === 'ja' ? 'ja-JP' : 'en-GB',
	});
	const page = await context.newPage();
	watch(page, problems);
	await signIn(page, server.base, login);
	return page;
}

const numberOn = (page) =>
	page.evaluate(() => {
		const text = document.querySelector('article.reader .ids .tabular, aside .ids .tabular')?.textContent ?? '';
		return Number(text.replace(/\D/g, '')) || null;
	});
const settled = (page) =>
	page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('erabi.outbox')), null, {
		timeout: 15_000,
	});

/** The reviewers decide in turn until nothing is left; returns number → keys pressed. */
async function screenAll(pages, url, press) {
	const pressed = new Map();
	for (const page of pages) await page.goto(url);
	let idle = 0;
	let turns = 0;
	while (idle < pages.length * 2) {
		assert.ok(++turns < MAX_TURNS, 'screening comes to an end');
		for (const page of pages) {
			await page.waitForSelector('.ids, .empty', { timeout: 15_000 });
			const number = await numberOn(page);
			if (number === null) {
				idle += 1;
				await page.reload();
				continue;
			}
			idle = 0;
			const keys = pressed.get(number) ?? [];
			const key = press(number, keys.length);
			pressed.set(number, [...keys, key]);
			await page.keyboard.press(key);
			if (await page.locator('.reason kbd.on').count()) await page.keyboard.press('1');
			await page.waitForFunction(
				(n) => !document.querySelector('.ids .tabular')?.textContent?.match(new RegExp(`\\D${n}$`)),
				number,
				{ timeout: 15_000 },
			);
			await settled(page);
			const refused = page.locator('.notice.error');
			if (await refused.count()) assert.fail(`citation ${number}, key ${key}: ${await refused.first().innerText()}`);
		}
	}
	return pressed;
}

test('from four exports to the figure', { timeout: 600_000 }, async () => {
	// The first visit makes the first administrator, who creates a review.
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
	const page = await context.newPage();
	watch(page, problems);
	await page.goto(server.base);
	await page.waitForURL('**/setup');
	await page.locator('input[autocomplete=name]').fill('Misaki Yamada');
	await page.locator('input[autocomplete=username]').fill('yamada');
	for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
	await page.locator('button[type=submit]').click();
	await page.getByRole('button', { name: 'review', exact: false }).first().click();
	await page.locator('dialog input[lang=en]').first().fill('Case management: a walk');
	await page.locator('dialog input[lang=ja]').first().fill('ケースマネジメント：通し試験');
	await page.locator('dialog button[type=submit]').click();
	await page.waitForURL('**/reviews/*');
	const review = new URL(page.url()).pathname.split('/')[2];
	const at = `/api/reviews/${review}`;

	// Three reviewers; two decisions per citation, from a pool.
	lead = await Api.signIn(server.base, 'yamada');
	for (const login of REVIEWERS) {
		const user = await lead.post('/api/users', { login, name: login, password: PASSWORD, locale: 'en' });
		await lead.post(`${at}/members`, { user_id: user.id, role: 'reviewer' });
	}
	const { stages } = await lead.get(at);
	for (const stage of ['title_abstract', 'full_text']) {
		const settings = {
			...stages[stage].settings,
			reviewers_per_citation: 2,
			assignment: 'pool',
			blind: true,
			answers_required: false,
		};
		await lead.call('PUT', `${at}/stages/${stage}`, { settings });
	}

	// One file per source. The first goes through the page, the others the same way over the API.
	const expected = SOURCES.map(known);
	const [first, ...others] = SOURCES;
	await page.goto(`${server.base}/reviews/${review}/sources`);
	await page.locator('input[type=file]').setInputFiles(fileOf(first));
	const named = page.getByLabel('Name of the new source');
	await named
		.or(page.getByRole('button', { name: 'Import', exact: true }))
		.first()
		.waitFor();
	if (await named.count()) await named.fill(first[0]);
	await page.getByRole('button', { name: 'Import', exact: true }).click();
	await page.waitForFunction(
		async (path) => ((await (await fetch(`${path}/imports`)).json()).items[0]?.status ?? '') === 'done',
		at,
		{ timeout: 60_000 },
	);
	for (const source of others) {
		const { id } = await lead.post(`${at}/sources`, { name: source[0], platform: source[1], kind: 'database' });
		await lead.importFile(review, id, fileOf(source));
	}
	const imports = (await lead.get(`${at}/imports`)).items;
	for (const i of imports) assert.equal(i.entries, i.records + i.rejected, i.file_name);
	assert.deepEqual(imports.map((i) => i.records).sort(), [...expected].sort(), 'records per file');

	// The same file again is refused, and can be forced: every one of its records is a duplicate now.
	const again = SOURCES[1];
	const { id: elsewhere } = await lead.post(`${at}/sources`, {
		name: 'PsycINFO 2',
		platform: 'EBSCOhost',
		kind: 'database',
	});
	await assert.rejects(
		lead.importFile(review, elsewhere, fileOf(again)),
		(error) => error.body.code === 'duplicate_file',
	);
	await lead.importFile(review, elsewhere, fileOf(again), { force: true });
	const records = expected.reduce((sum, n) => sum + n, 0) + expected[1];

	// Duplicates.
	const { job_id } = await lead.post(`${at}/dedup`);
	await lead.job(review, job_id);
	await page.goto(`${server.base}/reviews/${review}/duplicates`);
	await page.waitForSelector('main h1');

	// Three reviewers screen by keyboard.
	const pages = [];
	for (const login of REVIEWERS) pages.push(await person(login));
	const screened = await screenAll(pages, `${server.base}/reviews/${review}/screening/title_abstract`, titleAbstract);
	for (const [number, keys] of screened) assert.equal(keys.length, 2, `citation ${number} was decided by two`);
	const numbers = [...screened.keys()];
	const conflicts = numbers.filter((n) => new Set(screened.get(n)).size > 1);
	const included = numbers.filter((n) => screened.get(n).every((key) => key === 'i'));
	const duplicates = records - numbers.length;
	assert.ok(duplicates >= expected[1], 'at least the records that were imported twice');
	assert.ok(conflicts.length > 0, 'something to settle');

	// The lead settles the conflicts: the first on the page, the others over the API; all in.
	await page.goto(`${server.base}/reviews/${review}/conflicts`);
	await page.locator('.verdict.include').first().waitFor();
	await page.keyboard.press('i');
	await page.locator('form textarea').fill('It is about case management.');
	await page.locator('form button[type=submit]').click();
	await page.locator('.toast').first().waitFor();
	const open = (await lead.get(`${at}/stages/title_abstract/conflicts?state=open`)).items;
	assert.equal(open.length, conflicts.length - 1);
	for (const { citation } of open) {
		await lead.post(`${at}/citations/${citation.id}/stages/title_abstract/resolution`, {
			verdict: 'include',
			note: 'Settled.',
		});
	}
	const sought = [...included, ...conflicts];

	// Full texts: one PDF and one "not retrieved" on the page, the rest over the API.
	await page.goto(`${server.base}/reviews/${review}/full-text`);
	await page.locator('li .act').first().waitFor();
	const chosen = page.locator('li:has(.act)');
	await chosen
		.nth(0)
		.locator('input[type=file]')
		.setInputFiles({ name: 'paper.pdf', mimeType: 'application/pdf', buffer: pdf('A full text') });
	await page.locator('.toast').first().waitFor();
	await chosen.nth(1).getByRole('button', { name: 'Not retrieved', exact: true }).click();
	await chosen.nth(1).locator('select').selectOption('no_access');
	await chosen.nth(1).locator('form button[type=submit]').click();
	await page.waitForFunction(
		async (path) => (await (await fetch(`${path}/reports?state=not_retrieved`)).json()).total === 1,
		at,
	);
	const waiting = (await lead.get(`${at}/reports?state=sought&limit=200`)).items;
	assert.equal(waiting.length, sought.length - 2);
	for (const { citation } of waiting) {
		const form = new FormData();
		form.set('file', new Blob([pdf(`No ${citation.number}`)], { type: 'application/pdf' }), `${citation.number}.pdf`);
		await lead.call('POST', `${at}/citations/${citation.id}/report/file`, form);
	}

	// Full text is decided by keyboard beside the PDF; an exclusion carries exactly one reason.
	const read = await screenAll(pages, `${server.base}/reviews/${review}/screening/full_text`, fullText);
	const assessed = [...read.keys()];
	for (const [number, keys] of read) assert.equal(keys.length, 2, `report ${number} was decided by two`);
	assert.equal(assessed.length, sought.length - 1);
	const excluded = assessed.filter((n) => fullText(n) === 'e');

	// The figure says what was counted here.
	const truth = {
		identified: records,
		duplicates,
		screened: numbers.length,
		excluded_screening: numbers.length - sought.length,
		sought: sought.length,
		not_retrieved: 1,
		assessed: assessed.length,
		excluded_full_text: excluded.length,
		included_reports: assessed.length - excluded.length,
	};
	const flow = await lead.get(`${at}/flow`);
	const boxes = Object.fromEntries(flow.boxes.map((box) => [box.key, box.n]));
	for (const [key, n] of Object.entries(truth)) assert.equal(boxes[key], n, key);
	assert.ok(flow.identities.every((identity) => identity.ok));
	assert.equal(flow.interim, false);

	await page.goto(`${server.base}/reviews/${review}/prisma?lang=en`);
	await page.locator('.figure [data-box=screened]').waitFor();
	const { included_reports, ...drawn } = truth;
	for (const [key, n] of Object.entries({ ...drawn, included_reports_total: included_reports })) {
		const words = await page.locator(`.figure [data-box="${key}"]`).first().textContent();
		assert.match(words ?? '', new RegExp(`n\\s*=\\s*${n}\\b`), `figure: ${key}`);
	}
	await page.locator('.figure [data-box=sought]').focus();
	await page.keyboard.press('Enter');
	await page.waitForURL('**/citations?box=sought');
	for (const format of ['svg', 'png', 'pdf', 'csv', 'json']) {
		const bytes = await page.evaluate(
			async (path) => (await (await fetch(path)).arrayBuffer()).byteLength,
			`${at}/flow.${format}?lang=ja&download=1`,
		);
		assert.ok(bytes > 500, format);
	}
	assert.deepEqual(problems, []);
});
