//! Screening by keyboard on the demonstration review: nothing decided by accident, nothing lost without a connection.
//! Rule: keys are pressed as a person presses them; what counts is what the server was sent and what it stored.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api, launch, signIn, startServer, watch } from './harness.mjs';

const DEMO_PASSWORD = 'erabi-demo';
let server, browser, context, page, api, review, url;
const sent = [];
const problems = [];

before(async () => {
	server = await startServer('demo');
	browser = await launch();
	const accounts = (await (await fetch(`${server.base}/api/session`)).json()).demo_accounts;
	const { login } = accounts.find((account) => account.role === 'reviewer');
	api = await Api.signIn(server.base, login, DEMO_PASSWORD);
	await api.call('PATCH', '/api/me', { locale: 'ja' });
	review = (await api.get('/api/reviews')).items[0].id;
	url = `${server.base}/reviews/${review}/screening/title_abstract`;
	context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'ja-JP' });
	page = await context.newPage();
	watch(page, problems);
	page.on('request', (request) => {
		if (request.method() === 'POST' && /\/decisions/.test(request.url()))
			sent.push({ url: request.url(), body: request.postDataJSON() });
	});
	await signIn(page, server.base, login, DEMO_PASSWORD);
	await page.goto(url);
	await page.waitForSelector('article h1');
});
after(async () => {
	await browser?.close();
	await server?.stop();
});

const number = async () => (await page.locator('article .ids .tabular').first().innerText()).trim();
const unsent = () =>
	page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('erabi.outbox')).length);
const allSent = () =>
	page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('erabi.outbox')), null, {
		timeout: 15_000,
	});
const mine = async () => (await api.get(`/api/reviews/${review}/decisions/mine?stage=title_abstract`)).total;

test('a key decides, and the next citation is there without waiting for the server', async () => {
	const stored = await mine();
	const changed = await page.evaluate(async () => {
		const shown = () => document.querySelector('article .ids')?.textContent;
		const before = shown();
		window.dispatchEvent(new KeyboardEvent('keydown', { key: 'i', bubbles: true }));
		await new Promise((done) => queueMicrotask(done));
		return before !== shown();
	});
	assert.ok(changed, 'the next citation within the same task');
	await allSent();
	assert.equal(sent.at(-1).body.verdict, 'include');
	assert.match(sent.at(-1).body.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
	assert.equal(await mine(), stored + 1);
});

test('typing a note and composing Japanese decide nothing', async () => {
	const [before, requests] = [await number(), sent.length];
	await page.keyboard.press('n');
	await page.keyboard.type('i e m u 1 2 3');
	await page.evaluate(() => {
		for (const how of [
			{ isComposing: true },
			{ keyCode: 229 },
			{ ctrlKey: true },
			{ metaKey: true },
			{ altKey: true },
		]) {
			document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, key: 'e', ...how }));
		}
	});
	// Safari tells of the key that ends a conversion after the conversion has ended: the note keeps the focus.
	await page.evaluate(() => {
		const note = document.activeElement;
		note.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, key: 'Escape', keyCode: 229 }));
		if (document.activeElement !== note) throw new Error('the note lost the focus');
	});
	assert.equal(await number(), before);
	assert.equal(sent.length, requests);
	await page.keyboard.press('Escape');
	await page.keyboard.press('m');
	await allSent();
	assert.equal(sent.at(-1).body.note, 'i e m u 1 2 3');
});

test('undo shows the citation again with its answers, and the server forgets the decision', async () => {
	const [before, stored] = [await number(), await mine()];
	await page.keyboard.press('1');
	await page.keyboard.press('m');
	await allSent();
	await page.keyboard.press('u');
	assert.equal(await number(), before);
	assert.equal(await page.locator('.met[aria-pressed=true]').count(), 1);
	await allSent();
	assert.match(sent.at(-1).url, /\/undo$/);
	assert.equal(await mine(), stored);
});

test('a verdict against the answers is asked about once', async () => {
	const before = await number();
	await page.keyboard.press('1'); // met was restored by undo; once more is "not met"
	await page.keyboard.press('i');
	assert.equal(await number(), before);
	assert.ok((await page.locator('.message.on').innerText()).length > 10);
	await page.keyboard.press('i');
	assert.notEqual(await number(), before);
	await allSent();
});

test('what was decided on another device is not asked again when the reviewer comes back, nor overwritten', async () => {
	const [first, requests] = [await number(), sent.length];
	const open = (await api.get(`/api/reviews/${review}/stages/title_abstract/next?limit=3`)).tasks.slice(0, 2);
	assert.match(first, new RegExp(`${open[0].citation.number}$`), 'both devices show the same one');
	for (const task of open)
		await api.post(`/api/reviews/${review}/decisions`, {
			id: randomUUID(),
			task_id: task.id,
			verdict: 'include',
			decided_at: new Date().toISOString(),
		});
	await page.evaluate(() => window.dispatchEvent(new Event('focus')));
	await page.waitForFunction((was) => document.querySelector('article .ids .tabular').textContent !== was, first);
	assert.doesNotMatch(await number(), new RegExp(`\\D${open[1].citation.number}$`));
	assert.equal(sent.length, requests);
	await page.keyboard.press('m');
	await allSent();
	assert.ok(!open.some((task) => task.id === sent.at(-1).body.task_id));
	assert.match(await page.locator('p[role=status]').last().textContent(), /保留/, 'the verdict is said, too');
});

test('an old decision is found by its number and changed with the abstract in sight', async () => {
	const mine = `/api/reviews/${review}/decisions/mine?stage=title_abstract`;
	let n, abstract, abstract_other;
	for (const item of (await api.get(mine)).items.toReversed()) {
		({ number: n, abstract, abstract_other } = await api.get(`/api/reviews/${review}/citations/${item.citation_id}`));
		if (abstract) break; // some have none
	}
	const plain = (text) => (text ?? '').replace(/\s/g, '');
	await page.goto(`${url}/mine?q=${n}`);
	await page.locator('ul > li button').first().click();
	const read = page.locator('dialog .read');
	const start = plain(await read.locator('.reading').innerText()).slice(0, 30);
	assert.ok(start.length === 30 && [abstract, abstract_other].some((text) => plain(text).startsWith(start)), start);
	await page.locator('dialog button.maybe').click();
	await page.locator('.toast').first().waitFor();
	assert.equal((await api.get(`${mine}&q=${n}`)).items.find((item) => item.number === n).verdict, 'maybe');
	await page.goto(url);
	await page.waitForSelector('article h1');
});

test('without a connection decisions are kept and sent later, over a reload too', async () => {
	const stored = await mine();
	await context.setOffline(true);
	await page.keyboard.press('i');
	await page.keyboard.press('m');
	await page.waitForSelector('.stuck');
	assert.equal(await unsent(), 2);
	await context.setOffline(false);
	await allSent();
	assert.equal(await mine(), stored + 2);

	await context.route('**/decisions', (route) => route.abort());
	await page.keyboard.press('i');
	await page.reload();
	await page.waitForSelector('article h1');
	assert.equal(await unsent(), 1);
	await context.unroute('**/decisions');
	await allSent();
	assert.equal(await mine(), stored + 3);
});

test('when the connection is back, so is the next citation, by itself', async () => {
	const failed = page.locator('.notice:not(article *)'); // a citation may bring notices of its own: that it was retracted
	await context.route('**/next?*', (route) => route.abort());
	while ((await page.locator('article h1').count()) > 0) await page.keyboard.press('m');
	await failed.waitFor();
	await context.unroute('**/next?*');
	await page.locator('article h1').waitFor();
	assert.equal(await failed.count(), 0);
	await allSent();
});

test('what waits to be sent never goes out under the name of whoever signs in next', async () => {
	const stored = await mine();
	await context.route('**/decisions', (route) => route.abort());
	await page.keyboard.press('m');
	await page.waitForSelector('.stuck');
	const accounts = (await (await fetch(`${server.base}/api/session`)).json()).demo_accounts;
	const [own, other] = accounts.filter((account) => account.role === 'reviewer');
	const tab = await context.newPage();
	await tab.goto(server.base);
	await tab.evaluate(
		async (as) => {
			const { csrf } = await (await fetch('/api/session')).json();
			const headers = { 'Content-Type': 'application/json', 'X-Erabi-CSRF': csrf };
			await fetch('/api/session', { method: 'POST', headers, body: JSON.stringify(as) });
		},
		{ login: other.login, password: DEMO_PASSWORD },
	);
	await context.unroute('**/decisions');
	await page.waitForURL('**/sign-in?*');
	assert.equal(await unsent(), 1);
	await page.locator('input[autocomplete=username]').fill(own.login);
	await page.locator('input[type=password]').fill(DEMO_PASSWORD);
	await page.locator('form button[type=submit]').click();
	await page.waitForSelector('article h1');
	await allSent();
	assert.equal(await mine(), stored + 1);
	await tab.close();
});

test('a key can be given another meaning, but not one that is taken', async () => {
	await page.goto(`${server.base}/account`);
	// As in Safari, where a button that is clicked does not get the focus.
	await page.evaluate(() => addEventListener('mousedown', (event) => event.preventDefault()));
	await page.getByRole('button', { name: '「採用」のキーを変更' }).click();
	await page.keyboard.press('e');
	assert.match(await page.locator('.problem').innerText(), /除外/);
	await page.keyboard.press('a');
	await page.getByRole('button', { name: 'すべて標準のキーに戻す' }).waitFor();
	await page.goto(url);
	await page.waitForSelector('article h1');
	const before = await number();
	await page.keyboard.press('i');
	assert.equal(await number(), before);
	await page.keyboard.press('a');
	assert.notEqual(await number(), before);
	await allSent();
	assert.deepEqual(problems, []);
});
