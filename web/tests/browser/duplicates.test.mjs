//! The queue of possible duplicates by keyboard: 600 pairs, each with the key that its own text asks for, none answered by accident.
//! Rule: what was answered is read back from the server, pair by pair.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api, launch, PASSWORD, signIn, startServer, watch } from './harness.mjs';

/** Works that two databases describe so that only a person can say whether they are the same. */
const PAIRS = 600;
const WORDS = ['housing', 'outreach', 'recovery', 'nursing', 'relapse', 'employment', 'dementia', 'schooling', 'peers'];
/** What is pressed for the work of a number, and what that says. */
const KEYS = ['s', 'd', 'r'];
const SAYS = ['same', 'different', 'related'];

let server, browser, page, api, review, folder;
const problems = [];

/** A place that no other work is about: what is common in an import says little. */
const SYLLABLES = ['ka', 'ro', 'mi', 'ten', 'su', 'lo', 'va', 'ri', 'no', 'pel'];
const place = (n) => [...String(n)].map((digit) => SYLLABLES[Number(digit)]).join('');
const title = (n) => `${WORDS[n % WORDS.length]} in ${place(7 * (n + 1000))} and ${place(3 * (n + 1000))}: study ${n}`;
/** The second database has neither the place nor the right year. */
const entry = (n, whole) =>
	[
		'TY  - JOUR',
		`TI  - ${title(n)}`,
		`AU  - Author${n}, ${String.fromCharCode(65 + (n % 26))}`,
		`PY  - ${1980 + (n % 40) + (whole ? 0 : 2)}`,
		...(whole ? [`JO  - Journal of ${WORDS[n % 7]}`, `VL  - ${10 + n}`, `SP  - ${100 + n * 17}`] : []),
		'ER  - ',
		'',
	].join('\n');

async function importEntries(review, name, entries) {
	const path = join(folder, `${name}.ris`);
	await writeFile(path, entries.join('\n'));
	const source = await api.post(`/api/reviews/${review}/sources`, { name, platform: '', kind: 'database' });
	await api.importFile(review, source.id, path);
}

before(async () => {
	server = await startServer();
	browser = await launch();
	folder = await mkdtemp(join(tmpdir(), 'erabi-pairs-'));
	const fresh = new Api(server.base);
	await fresh.call('GET', '/api/session');
	await fresh.post('/api/setup', { login: 'lead', name: '責任者', password: PASSWORD, locale: 'ja' });
	api = await Api.signIn(server.base, 'lead');
	review = (await api.post('/api/reviews', { title: { ja: '重複の試験', en: 'Duplicates' }, template: 'pcc' })).id;
	const numbers = Array.from({ length: PAIRS }, (_, n) => n);
	await importEntries(
		review,
		'MEDLINE',
		numbers.map((n) => entry(n, true)),
	);
	await importEntries(
		review,
		'CINAHL',
		numbers.map((n) => entry(n, false)),
	);
	page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ja-JP' })).newPage();
	watch(page, problems);
	await signIn(page, server.base, 'lead');
});
after(async () => {
	await browser?.close();
	await server?.stop();
	await rm(folder, { recursive: true, force: true });
});

const shown = () => page.locator('tr.big td.a').innerText();
const numberOf = (text) => Number(text.match(/study (\d+)$/)?.[1]);
const bar = () => page.locator('.bar').first().boundingBox();
const left = async () => (await api.get(`/api/reviews/${review}/pairs?limit=1`)).total;

async function settled(n) {
	for (let i = 0; i < 300 && (await left()) !== n; i++) await new Promise((r) => setTimeout(r, 100));
	assert.equal(await left(), n);
}

/** A review of its own with this many questions, once a run was over it. */
async function unrun(name, n) {
	const own = (await api.post('/api/reviews', { title: { ja: name, en: name }, template: 'pcc' })).id;
	const numbers = Array.from({ length: n }, (_, at) => at);
	for (const whole of [true, false])
		await importEntries(
			own,
			whole ? 'MEDLINE' : 'CINAHL',
			numbers.map((at) => entry(at, whole)),
		);
	const at = `${server.base}/reviews/${own}/duplicates`;
	const run = async () => api.job(own, (await api.post(`/api/reviews/${own}/dedup`, { level: 'balanced' })).job_id);
	return { at, run, state: `${server.base}/api/reviews/${own}/dedup`, events: `${server.base}/api/reviews/${own}/events` };
}

test('a run that is over before the page knew of any is told of, and its questions are there', async () => {
	const { at, run, state, events } = await unrun('途中の試験', 12);
	const heard = page.waitForResponse(events);
	const told = page.getByText('完了：重複0件を統合、要確認12組').waitFor();
	let asked = 0;
	// The page's first answer is of before the run, and comes when the run is over.
	await page.route(state, async (route) => {
		if (asked++ > 0) return route.continue();
		const before = await route.fetch();
		assert.equal((await before.json()).last_job, null);
		await heard;
		await run();
		await route.fulfill({ response: before });
	});
	await page.goto(`${at}?tab=review`);
	await told;
	await page.locator('tr.big').waitFor();
	await page.unroute(state);
	await page.goto(at);
	await page.getByText('前回の照合').first().waitFor();
	assert.equal(await page.getByRole('progressbar').count(), 0);
	// A figure opens the list of what it counts, and the list says which figure that is.
	await page.getByRole('row', { name: /^MEDLINE/ }).getByRole('link').nth(2).click();
	await page.getByText('「MEDLINEの要確認」（12）に数えた文献').waitFor();
	await page.getByText('12件', { exact: true }).waitFor();
	assert.deepEqual(problems, []);
});

test('news that a page could not hear is made up for when it hears again', async () => {
	const { at, run, events } = await unrun('聞き逃しの試験', 12);
	let hear = () => {};
	const silence = new Promise((done) => (hear = done));
	await page.route(events, async (route) => {
		await silence;
		await route.continue();
	});
	await page.goto(`${at}?tab=review`);
	await page.getByRole('heading', { name: '重複はまだ調べていません' }).waitFor();
	await run();
	hear();
	await page.locator('tr.big').waitFor();
	await page.unroute(events);
	assert.deepEqual(problems, []);
});

test('more pages than a browser has connections open beside each other, and one that is seen again hears', async () => {
	const { at, run } = await unrun('多くの窓の試験', 12);
	const context = await browser.newContext({ locale: 'ja-JP' });
	// Here every page counts as seen, whatever is in front: hiding is said in the browser's place.
	await context.addInitScript(() => {
		let hidden = false;
		Object.defineProperty(document, 'hidden', { get: () => hidden });
		window.show = (shown) => {
			hidden = !shown;
			document.dispatchEvent(new Event('visibilitychange'));
		};
	});
	await context.addCookies(await page.context().cookies());
	const pages = [];
	for (let n = 0; n < 8; n += 1) {
		const tab = await context.newPage();
		watch(tab, problems);
		await tab.goto(`${at}?tab=review`);
		await tab.getByRole('heading', { name: '重複はまだ調べていません' }).waitFor();
		await tab.evaluate(() => window.show(false));
		pages.push(tab);
	}
	await run();
	await pages[0].evaluate(() => window.show(true));
	await pages[0].locator('tr.big').waitFor();
	await context.close();
	assert.deepEqual(problems, []);
});

test('before anything is merged each level says what it would do', async () => {
	await page.goto(`${server.base}/reviews/${review}/duplicates`);
	const button = page.getByRole('button', { name: '「標準」で統合する' });
	await button.waitFor();
	assert.equal((await api.get(`/api/reviews/${review}/dedup`)).last_job, null, 'nothing ran yet');
	const row = (name) => page.locator('.table tr', { has: page.getByRole('rowheader', { name, exact: true }) }).first();
	const cells = (await row('要確認の組').locator('td').allInnerTexts()).map((text) => Number(text.replaceAll(',', '')));
	await page.goto(`${server.base}/reviews/${review}/duplicates?tab=review`);
	await page.getByRole('heading', { name: '重複はまだ調べていません' }).waitFor();
	await page.getByRole('main').getByRole('link', { name: '概要' }).last().click();
	await page.getByRole('radio', { name: '標準' }).check();
	// Nothing is certain here: the level has only questions, and running it only asks them.
	assert.equal(cells[1], PAIRS);
	await button.click();
	await settled(cells[1]);
});

test('all questions of one kind are looked over, answered at once and taken back at once', async () => {
	const [{ kind, n }] = (await api.get(`/api/reviews/${review}/pairs/kinds`)).items;
	await page.goto(`${server.base}/reviews/${review}/duplicates?tab=review&kind=${kind}&bulk=1`);
	const boxes = page.locator('li input[type=checkbox]');
	await boxes.first().waitFor();
	const listed = await boxes.count();
	await boxes.nth(0).uncheck();
	await page.keyboard.press('s');
	assert.equal(await left(), n, 'a key answers nothing while a list is looked over');
	await page.getByRole('button', { name: '別の文献' }).click();
	await page.getByText(`${listed - 1}組を判定しました`).waitFor();
	assert.equal(await left(), n - (listed - 1));
	const tab = page.getByRole('navigation').getByRole('link', { name: /^要確認/ });
	const told = async (n) => tab.filter({ hasText: String(n) }).waitFor();
	await told(n - (listed - 1));
	await page.getByRole('button', { name: '元に戻す' }).click();
	await settled(n);
	await told(n);
	assert.deepEqual(problems, []);
});

test('on a phone the notice of an answer covers no answer', async () => {
	const phone = await (await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'ja-JP' })).newPage();
	watch(phone, problems);
	await signIn(phone, server.base, 'lead');
	await phone.goto(`${server.base}/reviews/${review}/duplicates?tab=review`);
	await phone.getByRole('button', { name: '同じ報告' }).click();
	const notice = phone.locator('.toast');
	await notice.waitFor();
	const [box, bar] = [await notice.boundingBox(), await phone.locator('.bar').first().boundingBox()];
	assert.ok(box.y + box.height <= bar.y, `the notice ends at ${box.y + box.height}, the answers begin at ${bar.y}`);
	await phone.locator('.bar').first().getByRole('button', { name: '元に戻す' }).click();
	await settled(PAIRS);
	await phone.context().close();
});

test(`${PAIRS} pairs by keyboard: the next one is there at once, nothing moves, nothing is answered wrongly`, async () => {
	await page.goto(`${server.base}/reviews/${review}/duplicates?tab=review`);
	await page.locator('tr.big').waitFor();
	const before = await bar();
	const pressed = new Map();
	let reads = 0;
	page.on('request', (request) => (reads += request.url().endsWith(`/reviews/${review}/dedup`) ? 1 : 0));
	for (let turn = 0; pressed.size < PAIRS; turn++) {
		const n = numberOf(await shown());
		assert.ok(Number.isInteger(n) && !pressed.has(n), `pair ${n} is shown a second time`);
		if (turn % 97 === 5) {
			// Put off: it comes again when the others are done.
			await page.keyboard.press('l');
			assert.notEqual(numberOf(await shown()), n);
			continue;
		}
		if (turn % 89 === 7) {
			// A slip, and taken back: the same pair is there again.
			await page.keyboard.press(KEYS[(n + 1) % 3]);
			await page.keyboard.press('u');
			await page.waitForFunction(
				(text) => document.querySelector('tr.big td.a')?.textContent?.includes(text),
				title(n),
			);
		}
		await page.keyboard.press(KEYS[n % 3]);
		pressed.set(n, SAYS[n % 3]);
		if (turn % 20 === 0 && pressed.size < PAIRS) {
			await page.locator('tr.big').waitFor();
			assert.deepEqual(await bar(), before, `the buttons moved at pair ${pressed.size}`);
			assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'BODY');
		}
		if (pressed.size < PAIRS) await page.locator('tr.big').waitFor();
	}
	await page.getByText('確認が必要な組はありません').waitFor();
	// The last answers are on their way.
	await settled(0);
	await page.getByRole('navigation').getByRole('link', { name: /^要確認\s*0$/ }).waitFor();
	assert.ok(reads < PAIRS / 3, `the counts were read ${reads} times behind ${PAIRS} answers`);
	for (const [at, verdict] of SAYS.entries()) {
		let after = '';
		const found = [];
		do {
			const list = await api.get(`/api/reviews/${review}/pairs?state=${verdict}&limit=200${after}`);
			found.push(...list.items);
			after = list.next ? `&after=${list.next}` : '';
		} while (after);
		assert.equal(found.length, PAIRS / 3, verdict);
		assert.ok(
			found.every((pair) => numberOf(pair.a.title) % 3 === at && numberOf(pair.b.title) === numberOf(pair.a.title)),
		);
	}
	assert.deepEqual(problems, []);
});

test('after screening began citations are merged, divided and shown otherwise by hand, and each of it is taken back', async () => {
	const at = `/api/reviews/${(await api.post('/api/reviews', { title: { ja: '手作業の試験', en: 'By hand' }, template: 'pcc' })).id}`;
	await importEntries(
		at.split('/').at(-1),
		'PsycINFO',
		[1, 2, 3].map((n) => entry(n, true)),
	);
	const [one, two, three] = (await api.get(`${at}/citations?sort=number`)).items;
	for (const [login, row, verdict] of [
		['sato', one, 'include'],
		['suzuki', two, 'exclude'],
	]) {
		const user = await api.post('/api/users', { login, name: login, password: PASSWORD, locale: 'ja' });
		await api.post(`${at}/members`, { user_id: user.id, role: 'reviewer' });
		const reviewer = await Api.signIn(server.base, login);
		const { tasks } = await reviewer.get(`${at}/stages/title_abstract/next?limit=10`);
		const task = tasks.find((task) => task.citation.id === row.id);
		const decided_at = new Date().toISOString();
		await reviewer.post(`${at}/decisions`, { id: randomUUID(), task_id: task.id, verdict, decided_at });
	}
	/** What each of the two shows: its number of records, who decided on it, its outcome, its title. */
	const seen = async (row) => {
		const citation = await api.get(`${at}/citations/${row.id}`);
		const decisions = citation.decisions.title_abstract.map((decision) => decision.reviewer.name);
		return [citation.records, decisions.sort(), citation.outcome.title_abstract.state, citation.title];
	};
	const both = async () => [await seen(one), await seen(two)];
	const until = async (wanted) => {
		for (let i = 0; i < 100 && JSON.stringify(await both()) !== JSON.stringify(wanted); i++)
			await new Promise((r) => setTimeout(r, 100));
		assert.deepEqual(await both(), wanted);
	};
	const toast = (text) => page.locator('.toast', { hasText: text });
	const undo = (text) => toast(text).getByRole('button', { name: '元に戻す' }).click();
	const apart = await both();
	assert.deepEqual(apart, [
		[1, ['sato'], 'pending', title(1)],
		[1, ['suzuki'], 'pending', title(2)],
	]);

	await page.goto(`${server.base}${at.replace('/api', '')}/citations/${one.id}`);
	const merge = async () => {
		await page.getByRole('button', { name: '別の文献と統合…' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('searchbox').fill(place(7 * 1002));
		await dialog
			.getByRole('listitem')
			.filter({ hasText: title(2) })
			.getByRole('button', { name: '同じ報告' })
			.click();
		await page.getByRole('heading', { name: 'レコード 2' }).waitFor();
	};
	await merge();
	const joined = [2, ['sato', 'suzuki'], 'in_conflict', title(1)];
	await until([joined, joined]);
	await undo('1件の文献に統合しました');
	await page.getByRole('heading', { name: 'レコード 1' }).waitFor();
	await until(apart);
	await merge();

	const row = page.getByRole('row', { name: 'タイトル' }).first();
	await row.getByRole('button', { name: 'この値を表示' }).click();
	await page.getByRole('heading', { name: title(2) }).waitFor();
	const other = [...joined.slice(0, 3), title(2)];
	await until([other, other]);
	await undo('表示する値を変更しました');
	await page.getByRole('heading', { name: title(1) }).waitFor();
	await until([joined, joined]);

	// A third record: dividing says two things then, and taking it back takes both back.
	await api.post(`${at}/pairs`, { a: one.id, b: three.id, verdict: 'same' });
	await page.reload();
	const whole = [3, ...joined.slice(1)];
	const split = async () => {
		await page.getByRole('row', { name: '分ける' }).getByRole('checkbox').nth(1).check();
		await page.getByRole('button', { name: '1件のレコードを分ける' }).click();
		await page.getByRole('heading', { name: 'レコード 2' }).waitFor();
	};
	await split();
	await until([[2, ...apart[0].slice(1)], apart[1]]);
	await undo('レコードを分けました');
	await page.getByRole('heading', { name: 'レコード 3' }).waitFor();
	await until([whole, whole]);
	await split();

	// Later, when the notice is long gone: the answer stands in its list and is taken back there.
	await page.goto(`${server.base}${at.replace('/api', '')}/duplicates?tab=different`);
	await page.getByRole('button', { name: '判定を取り消す' }).first().click();
	await toast('2組の判定を取り消しました').waitFor();
	await page.getByRole('heading', { name: '「重複ではない」と判定した組はまだありません' }).waitFor();
	await until([whole, whole]);
	assert.deepEqual(problems, []);
});
