//! Bringing files in as a new user does: several at once, a table of nobody's make, a file in an unknown encoding, an entry to repair.
//! Rule: what the page says is compared with what the server counted.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api, launch, PASSWORD, signIn, startServer, watch } from './harness.mjs';

/** Invented. */
const LIST =
	'事例検討の文献リスト,,,\r\n管理,論題名,筆頭,掲載\r\nA-1,地域生活支援の検討,山田 花子,精神看護\r\nA-2,退院調整の実際,佐藤 一,看護研究\r\n';
const NEXT = '論題名,掲載,筆頭,管理\r\n訪問看護の効果,訪問看護と介護,鈴木 次,B-1\r\n';
const RIS =
	'TY  - JOUR\r\nTI  - First\r\nZJ  - Journal of Tests\r\nER  - \r\n\r\nTY  - JOUR\r\nAN  - 77\r\nER  - \r\n\r\nTY  - JOUR\r\nTI  - Second\r\nER  - \r\n';
const RAYYAN =
	'TY  - JOUR\r\nTI  - Screened there\r\nN1  - RAYYAN-INCLUSION: {"Sato"=>"Included"} | RAYYAN-LABELS: a\r\nID  - rayyan-1\r\nER  - \r\n';
/** Nothing here says what it is; as RIS it holds one entry. */
const BARE = 'T1 Only a line\nand another\n';
/** Words only: nobody but a lead can say that the first row is no header. */
const BODY = '地域生活支援の検討,山田 花子,精神看護\r\n退院調整の実際,佐藤 一,看護研究\r\n';
/** A list with decisions, whose titles stand under a name that nobody knows. */
const DECIDED =
	'おもて,著者,年,判定,判定者\r\n退院前訪問の効果,森 花,2014,採択,佐藤\r\n小児病棟の遊び,林 一,2013,除外,佐藤\r\n';
/** Katakana in Shift_JIS, which is no EUC-JP. */
const SHIFT_JIS = Buffer.concat([
	Buffer.from('TY  - JOUR\r\nTI  - '),
	Buffer.from([0x83, 0x65, 0x83, 0x58, 0x83, 0x67]),
	Buffer.from('\r\nER  - \r\n'),
]);
const DONE_MS = 30_000;

let server, browser, api, review, folder;
const problems = [];

before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'erabi-files-'));
	server = await startServer();
	browser = await launch();
	const first = new Api(server.base);
	await first.call('GET', '/api/session');
	await first.post('/api/setup', { login: 'mori', name: 'Mori', password: PASSWORD, locale: 'en' });
	api = await Api.signIn(server.base, 'mori');
	review = (await api.post('/api/reviews', { title: { ja: '取り込み', en: 'Import' }, template: 'pcc' })).id;
});
after(async () => {
	await browser?.close();
	await server?.stop();
	await rm(folder, { recursive: true, force: true });
});

async function file(name, text) {
	const path = join(folder, name);
	await writeFile(path, text);
	return path;
}

const imports = async () => (await api.get(`/api/reviews/${review}/imports`)).items;

async function until(what, holds) {
	const end = Date.now() + DONE_MS;
	while (!(await holds())) {
		assert.ok(Date.now() < end, what);
		await new Promise((r) => setTimeout(r, 100));
	}
}

test('files are dropped, understood, mapped, imported and repaired', { timeout: 120_000 }, async () => {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
	const page = await context.newPage();
	watch(page, problems);
	await signIn(page, server.base, 'mori');
	await page.goto(`${server.base}/reviews/${review}/sources`);
	await page
		.locator('input[type=file]')
		.setInputFiles([await file('list.csv', LIST), await file('library.ris', RIS), await file('bare.txt', BARE)]);
	const card = (name) => page.locator('article.card', { hasText: name });

	// Nobody knows the list's columns: they are shown with examples, and said once.
	const list = card('list.csv');
	await list.getByText('地域生活支援の検討').first().waitFor();
	const fields = await list.getByLabel('Field: 管理').locator('option').evaluateAll((all) => all.map((o) => [o.value, o.text]));
	assert.deepEqual(fields.filter(([word, label]) => word === label.trim()), [], 'every field has a name of its own');
	for (const [name, field] of [
		['管理', 'accession'],
		['論題名', 'title'],
		['筆頭', 'authors'],
		['掲載', 'journal'],
	])
		await list.getByLabel(`Field: ${name}`).selectOption(field);
	await list.getByRole('button', { name: 'Save and read again' }).click();
	await list.getByText('every entry could be read').waitFor();

	// The library's own tag is named; its entry without content is counted.
	const ris = card('library.ris');
	await ris.getByText('ZJ').first().waitFor();
	await ris.getByText('1 entry could not be read').waitFor();

	// A file that nobody recognises can be tried again with another format, and then says why not.
	const bare = card('bare.txt');
	await bare.getByRole('alert').waitFor();
	await bare.getByLabel('Format').selectOption('ris');
	await bare.getByRole('button', { name: 'Read again' }).click();
	await bare.getByRole('alert').waitFor();
	await bare.getByRole('button', { name: 'Remove' }).click();

	// Each goes to a source of its kind.
	await list.getByLabel('Name of the new source').fill('Ward list');
	await list.getByLabel('Kind (PRISMA)').selectOption('other');
	await list.getByRole('button', { name: 'Import', exact: true }).click();
	await until('the list is imported', async () => (await imports()).some((i) => i.status === 'done'));
	await ris.getByLabel('Belongs to').selectOption('new');
	await ris.getByLabel('Name of the new source').fill('Library');
	await ris.getByRole('button', { name: 'Import', exact: true }).click();
	await page.getByText('2 records imported. Not read: 1.').waitFor();
	const kinds = (await api.get(`/api/reviews/${review}/sources`)).items.map((source) => [source.name, source.kind]);
	assert.deepEqual(kinds, [
		['Ward list', 'other'],
		['Library', 'database'],
	]);

	// The next list is understood at once; the mapping can be handed on.
	await page.locator('input[type=file]').setInputFiles(await file('next.csv', NEXT));
	await card('next.csv').getByText('every entry could be read').waitFor();
	await card('next.csv').getByText('mapping that this review has saved').waitFor();
	await page.getByText('Saved mappings of columns and tags').click();
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		page.getByRole('link', { name: 'Download the mapping' }).click(),
	]);
	const other = (await api.post('/api/reviews', { title: { ja: '別', en: 'Other' }, template: 'pcc' })).id;
	const handed = await file('handed.json', await readFile(await download.path(), 'utf8'));
	await page.goto(`${server.base}/reviews/${other}/sources`);
	await page.locator('input[type=file]').setInputFiles([handed, await file('list2.csv', LIST)]);
	await card('list2.csv').getByText('every entry could be read').waitFor();

	// The entry that could not be read says why, is repaired, and is no longer counted among those.
	const broken = (await imports()).find((i) => i.rejected === 1);
	await page.goto(`${server.base}/reviews/${review}/imports/${broken.id}`);
	await page.getByText('no title, author, abstract or DOI').waitFor();
	await page.getByRole('button', { name: 'Repair' }).click();
	await page.locator('textarea').fill('TY  - JOUR\nTI  - Mended\nAN  - 77\nER  - \n');
	await page.getByRole('button', { name: 'Read again' }).click();
	await page.getByRole('link', { name: 'Mended' }).waitFor();
	await page.locator('h2', { hasText: /^Entries that could not be read\s*0$/ }).waitFor();
	assert.equal(await page.getByText('no title, author, abstract or DOI').count(), 0);

	const [repair] = (await api.get(`/api/reviews/${review}/audit?action=rejected.`)).items;
	assert.deepEqual([repair.action, repair.after.file_name, repair.after.n], ['rejected.repair', 'library.ris', 2]);

	// The tag that nobody knows stands with its record.
	const found = (await api.get(`/api/reviews/${review}/citations?q=First`)).items[0];
	await page.goto(`${server.base}/reviews/${review}/citations/${found.id}`);
	await page.getByRole('row', { name: 'Kept as it is' }).getByText('Journal of Tests').waitFor();
	assert.deepEqual(problems, []);
});

test(
	'a list without a header keeps its first row; an encoding that does not fit is refused',
	{ timeout: 120_000 },
	async () => {
		const context = await browser.newContext({ viewport: { width: 390, height: 800 }, locale: 'en-GB' });
		const page = await context.newPage();
		watch(page, problems);
		await signIn(page, server.base, 'mori');
		const fresh = (await api.post('/api/reviews', { title: { ja: '一覧', en: 'Lists' }, template: 'pcc' })).id;
		await page.goto(`${server.base}/reviews/${fresh}/sources`);
		await page
			.locator('input[type=file]')
			.setInputFiles([await file('body.csv', BODY), await file('japanese.ris', SHIFT_JIS)]);
		const card = (name) => page.locator('article.card', { hasText: name });

		const list = card('body.csv');
		await list.getByLabel('The first row is an entry, not a header').check();
		await list.getByText('2 entries', { exact: true }).waitFor();
		for (const [n, field] of ['title', 'authors', 'journal'].entries())
			await list.getByLabel(`Field: Column ${n + 1}`).selectOption(field);
		await list.getByRole('button', { name: 'Save and read again' }).click();
		await list.getByText('every entry could be read').waitFor();

		// What was refused is said, and the choice goes back to what the file is read with.
		const ris = card('japanese.ris');
		await ris.getByLabel('Encoding').selectOption('euc-jp');
		await ris.getByRole('alert').waitFor();
		assert.equal(await ris.getByLabel('Encoding').inputValue(), 'cp932');
		await ris.getByText('テスト').first().waitFor();
		await context.close();
		assert.deepEqual(problems, []);
	},
);

test(
	'a list without titles is asked about; what it decided and what it lacks is seen on a phone',
	{ timeout: 120_000 },
	async () => {
		const width = 390;
		const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'en-GB' });
		const page = await context.newPage();
		watch(page, problems);
		await signIn(page, server.base, 'mori');
		const fresh = (await api.post('/api/reviews', { title: { ja: '判定', en: 'Decided' }, template: 'pcc' })).id;
		await page.goto(`${server.base}/reviews/${fresh}/sources`);
		await page
			.locator('input[type=file]')
			.setInputFiles([await file('decided.csv', DECIDED), await file('library.ris', RIS)]);
		const card = (name) => page.locator('article.card', { hasText: name });

		// Every row was read, but as something without a title: that is no success.
		const list = card('decided.csv');
		await list.getByText('The first records have no title').waitFor();
		assert.equal(await list.getByText('every entry could be read').count(), 0);
		await list.getByLabel('Field: おもて').selectOption('title');
		await list.getByRole('button', { name: 'Save and read again' }).click();
		await list.getByText('every entry could be read').waitFor();
		// What was decided elsewhere is seen before anything is imported: of the file, and of each record.
		await list.getByText('Decisions made elsewhere: Include 1 · Exclude 1 · 佐藤').waitFor();
		await list.getByRole('button', { name: 'Show what was read' }).click();
		await list.getByRole('listitem').filter({ hasText: '小児病棟の遊び' }).getByText('佐藤').waitFor();
		await list.getByRole('listitem').filter({ hasText: '小児病棟の遊び' }).getByText('Exclude').waitFor();
		await card('library.ris').getByRole('button', { name: 'Show what was read' }).click();
		await card('library.ris').getByLabel('All entries were decided elsewhere as').selectOption('maybe');
		await card('library.ris').getByText('Decisions made elsewhere: Maybe 2').waitFor();
		await card('library.ris').getByLabel('All entries were decided elsewhere as').selectOption('');
		await card('library.ris').getByText('Decisions made elsewhere: Maybe 2').waitFor({ state: 'detached' });
		for (const name of ['decided.csv', 'library.ris']) {
			await card(name).getByLabel('Name of the new source').fill(name);
			await card(name).getByRole('button', { name: 'Import', exact: true }).click();
		}

		// The list of files says what waits for a lead, without scrolling sideways.
		for (const text of ['Decisions made elsewhere 2', '1 to look at']) {
			const words = page.getByText(text, { exact: true });
			await words.waitFor();
			const box = await words.boundingBox();
			assert.ok(box.x >= 0 && box.x + box.width <= width, `${text} is cut: ${JSON.stringify(box)}`);
		}
		await page.getByRole('link', { name: 'decided.csv' }).click();
		await page.getByRole('combobox', { name: 'Member' }).selectOption({ label: 'Mori' });
		await page.getByRole('button', { name: 'Count them' }).click();
		await page.getByText('2 count as decisions of Mori').waitFor();

		// A list that tells the decision only by its name may say it after the import too, and take it back.
		const id = (await api.get(`/api/reviews/${fresh}/imports`)).items.find((one) => one.file_name === 'library.ris').id;
		const said = async () => {
			const { said, decided_elsewhere } = await api.get(`/api/reviews/${fresh}/imports/${id}`);
			return [said, decided_elsewhere];
		};
		await page.goto(`${server.base}/reviews/${fresh}/imports/${id}`);
		await page.getByText('Decisions made elsewhere', { exact: true }).click();
		await page.getByLabel('All entries were decided elsewhere as').selectOption('exclude');
		await page.getByRole('row', { name: '(no name)' }).waitFor();
		assert.deepEqual(await said(), ['exclude', 2]);
		await page.getByRole('combobox', { name: 'Member' }).selectOption({ label: 'Mori' });
		await page.getByRole('button', { name: 'Count them' }).click();
		await page.getByText('2 count as decisions of Mori').waitFor();
		// What counts for a member is not changed behind their back.
		await page.getByLabel('All entries were decided elsewhere as').selectOption('maybe');
		await page.getByText('Decisions without a name count for a member').waitFor();
		assert.equal(await page.getByLabel('All entries were decided elsewhere as').inputValue(), 'exclude');
		await page.getByRole('row', { name: '(no name)' }).getByRole('button', { name: 'Undo' }).click();
		await page.getByRole('button', { name: 'Count them' }).waitFor();
		await page.getByLabel('All entries were decided elsewhere as').selectOption('maybe');
		await until('it is said', async () => (await said())[0] === 'maybe');
		await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
		await until('it is taken back', async () => (await said())[0] === 'exclude');
		await context.close();
		assert.deepEqual(problems, []);
	},
);

test('two files of one new source that are dropped together make it once', { timeout: 120_000 }, async () => {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
	const page = await context.newPage();
	watch(page, problems);
	await signIn(page, server.base, 'mori');
	const fresh = (await api.post('/api/reviews', { title: { ja: '分割', en: 'In parts' }, template: 'pcc' })).id;
	await page.goto(`${server.base}/reviews/${fresh}/sources`);
	const part = (n) => `TY  - JOUR\r\nTI  - Part ${n}\r\nER  - \r\n`;
	await page.locator('input[type=file]').setInputFiles([await file('part1.ris', part(1)), await file('part2.ris', part(2))]);
	for (const name of ['part1.ris', 'part2.ris'])
		await page.locator('article.card', { hasText: name }).getByLabel('Name of the new source').fill('Scopus');
	await page.getByRole('button', { name: 'Import 2 files' }).click();
	await page.getByRole('link', { name: 'part2.ris' }).waitFor();
	const sources = (await api.get(`/api/reviews/${fresh}/sources`)).items;
	// One search whose result came in two files: its hits are compared with both.
	assert.deepEqual(
		sources.map((source) => [source.name, source.searches.map((search) => search.imports.length)]),
		[['Scopus', [2]]],
	);
	await context.close();
	assert.deepEqual(problems, []);
});

test('what kind of source the file of a screening tool is from is for a person to say', { timeout: 120_000 }, async () => {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
	const page = await context.newPage();
	watch(page, problems);
	await signIn(page, server.base, 'mori');
	await page.goto(`${server.base}/reviews/${review}/sources`);
	await page.locator('input[type=file]').setInputFiles([await file('screened.ris', RAYYAN)]);
	const card = page.locator('article.card', { hasText: 'screened.ris' });
	await card.getByLabel('Name of the new source').fill('MEDLINE and CINAHL');
	const kind = card.getByLabel('Kind (PRISMA)');
	assert.equal(await kind.inputValue(), '');
	const button = card.getByRole('button', { name: 'Import', exact: true });
	assert.ok(await button.isDisabled());
	await kind.selectOption('database');
	await button.click();
	await until('it is imported', async () => (await imports()).some((i) => i.file_name === 'screened.ris' && i.status === 'done'));
	const { items } = await api.get(`/api/reviews/${review}/sources`);
	assert.equal(items.find((source) => source.name === 'MEDLINE and CINAHL').kind, 'database');
	await context.close();
});

test('an import under way is shown on every page that waits for it, also on one that is opened anew', { timeout: 120_000 }, async () => {
	const own = `/api/reviews/${(await api.post('/api/reviews', { title: { ja: '途中', en: 'Under way' }, template: 'pcc' })).id}`;
	const source = await api.post(`${own}/sources`, { name: 'MEDLINE', platform: '', kind: 'database' });
	const search = await api.post(`${own}/sources/${source.id}/searches`, {});
	const entries = Array.from({ length: 3000 }, (_, n) => `TY  - JOUR\r\nTI  - Title ${n}\r\nER  - \r\n`);
	const form = new FormData();
	form.set('file', new Blob([entries.join('\r\n')]), 'many.ris');
	const { sha256 } = await api.call('POST', `${own}/uploads`, form);
	const more = () => api.post(`${own}/imports`, { search_id: search.id, sha256, file_name: 'many.ris', force: true });
	const underWay = async () => (await api.get(`${own}/jobs`)).items.filter((job) => ['queued', 'running'].includes(job.state));
	// However fast the machine: there is always one more until the page was seen.
	let seen = false;
	const feeding = (async () => {
		while (!seen) if ((await underWay()).length < 2) await more();
	})();
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
	const page = await context.newPage();
	watch(page, problems);
	await signIn(page, server.base, 'mori');
	const at = server.base + own.replace('/api', '');
	const bar = (name) => page.getByRole('main').getByRole('progressbar', { name });
	try {
		await page.goto(at);
		await bar(/^Importing/).waitFor();
		assert.equal(await page.getByRole('link', { name: /^Add the sources that were searched/ }).count(), 0);
		await page.goto(`${at}/duplicates`);
		await bar(/^Importing/).waitFor();
		await page.goto(`${at}/sources`);
		await bar('Importing many.ris').first().waitFor();
	} finally {
		seen = true;
		await feeding;
	}
	await until('the last import ends', async () => (await underWay()).length === 0);
	await page.goto(`${at}/duplicates`);
	const { records } = await api.get(`${own}/dedup`);
	assert.ok(records > 0 && records % entries.length === 0);
	await page.getByText(records.toLocaleString('en-GB')).first().waitFor();
	assert.equal(await bar(/^Importing/).count(), 0);
	assert.deepEqual(problems, []);
	await context.close();
});
