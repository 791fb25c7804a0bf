//! Every page of the demonstration review, in both languages, light and dark, on a laptop and on a phone: accessible, complete, in its frame.
//! Rule: what is wrong on any page is listed by page; a rule of axe that is switched off stands here with its reason.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Api, launch, signIn, startServer, watch } from './harness.mjs';

const DEMO_PASSWORD = 'erabi-demo';
const LAPTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Language, colours, window: each language and each window is seen in light and in dark. */
const WAYS = [
	{ locale: 'ja', theme: 'light', size: LAPTOP },
	{ locale: 'en', theme: 'dark', size: LAPTOP },
	{ locale: 'ja', theme: 'dark', size: PHONE },
	{ locale: 'en', theme: 'light', size: PHONE },
];

/** Paths below the review, by who looks at them. */
const OF_REVIEW = {
	lead: [
		'',
		'/sources',
		'/duplicates',
		'/citations',
		'/citations?q=%E6%94%AF%E6%8F%B4',
		'/full-text',
		'/conflicts',
		'/studies',
		'/prisma',
		'/progress',
		'/audit',
		'/settings',
	],
	reviewer: ['/screening/title_abstract', '/screening/title_abstract/mine', '/screening/full_text'],
};
const ELSEWHERE = { lead: ['/', '/account'], reviewer: [] };
/** How long a page gets to fetch and draw what it shows. */
const DRAW_MS = 700;

/** What axe holds pages to: WCAG 2.1, A and AA. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
/** Not asked: boxes of the figure and buttons of the key editor have names that say more than the number or key they show.
 * Asked besides: headings that skip no level. */
const RULES = { 'label-content-name-mismatch': { enabled: false }, 'heading-order': { enabled: true } };

let server, browser, accounts, review, axe;
/** Names of the message files: a visible `area.key` is a message that nobody wrote. */
const areas = readdirSync(new URL('../../src/lib/i18n/en', import.meta.url)).map((file) => file.replace('.ts', ''));
const rawKey = new RegExp(
	`(?<![\\w./@-])(?:${areas.filter((area) => area !== 'index').join('|')})\\.[a-z]+(?:_[a-z0-9]+)*(?![\\w./@])`,
);

before(async () => {
	axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
	server = await startServer('demo');
	browser = await launch();
	accounts = (await (await fetch(`${server.base}/api/session`)).json()).demo_accounts;
	const lead = await Api.signIn(server.base, loginOf('lead'), DEMO_PASSWORD);
	review = (await lead.get('/api/reviews')).items[0].id;
	const included = await lead.get(`/api/reviews/${review}/citations?stage=full_text&outcome=included&limit=1`);
	OF_REVIEW.lead.push(`/citations/${included.items[0].id}`);
});
after(async () => {
	await browser?.close();
	await server?.stop();
});

const loginOf = (role) => accounts.find((account) => account.role === role).login;

async function open(role, { locale, theme, size }, problems) {
	const api = await Api.signIn(server.base, loginOf(role), DEMO_PASSWORD);
	await api.call('PATCH', '/api/me', { locale, theme: 'system' });
	const context = await browser.newContext({ viewport: size, colorScheme: theme, locale, reducedMotion: 'reduce' });
	const page = await context.newPage();
	watch(page, problems);
	await signIn(page, server.base, loginOf(role), DEMO_PASSWORD);
	return page;
}

/** What is wrong with the page that is shown. */
async function faults(page, { locale, size }) {
	const found = [];
	const seen = await page.evaluate(() => ({
		text: document.body.innerText,
		lang: document.documentElement.lang,
		over: document.documentElement.scrollWidth - innerWidth,
		heads: [...document.querySelectorAll('thead th')]
			.filter((th) => th.scrollWidth > th.clientWidth + 1)
			.map((th) => th.textContent),
	}));
	const raw = rawKey.exec(seen.text);
	if (raw) found.push(`shows the key ${raw[0]}`);
	if (!seen.lang.startsWith(locale)) found.push(`says lang=${seen.lang}`);
	if (size === PHONE && seen.over > 0) found.push(`is ${seen.over} px wider than the window`);
	if (seen.heads.length) found.push(`has heads of columns that run over each other: ${seen.heads.join(' | ')}`);
	await page.evaluate(axe);
	const { violations } = await page.evaluate(
		([tags, rules]) => window.axe.run(document, { runOnly: tags, rules, resultTypes: ['violations'] }),
		[TAGS, RULES],
	);
	for (const { id, nodes } of violations) {
		const where = nodes.slice(0, 3).map((node) => node.target.join(' '));
		const why = nodes[0].any[0]?.message ?? nodes[0].all[0]?.message ?? nodes[0].none[0]?.message ?? '';
		found.push(`axe ${id} ×${nodes.length}: ${where.join(' | ')} (${why})`);
	}
	return found;
}

for (const way of WAYS) {
	const name = `${way.locale}, ${way.theme}, ${way.size.width} px`;
	test(`every page is accessible, complete and in its frame: ${name}`, { timeout: 240_000 }, async () => {
		const problems = [];
		for (const role of ['lead', 'reviewer']) {
			const page = await open(role, way, problems);
			const paths = [...ELSEWHERE[role], ...OF_REVIEW[role].map((path) => `/reviews/${review}${path}`)];
			for (const path of paths) {
				await page.goto(server.base + path);
				await page.waitForSelector('main h1, main h2');
				await page.waitForTimeout(DRAW_MS);
				for (const fault of await faults(page, way)) problems.push(`${path.replace(review, '…')} ${fault}`);
			}
			await page.context().close();
		}
		assert.deepEqual(problems, []);
	});
}

test('the sign-in page, before anybody is known', async () => {
	for (const way of WAYS) {
		const problems = [];
		const context = await browser.newContext({ viewport: way.size, colorScheme: way.theme, locale: way.locale });
		const page = await context.newPage();
		watch(page, problems);
		await page.goto(`${server.base}/sign-in`);
		await page.waitForSelector('input[type=password]');
		problems.push(...(await faults(page, way)));
		await context.close();
		assert.deepEqual(problems, [], `${way.locale} ${way.theme}`);
	}
});

test('where scripts cannot run, the page says what is needed; where they can, nobody is told', async () => {
	const needed = (page) => page.getByText(/Firefox 115/).first();
	const without = await browser.newContext({ javaScriptEnabled: false });
	const page = await without.newPage();
	await page.goto(server.base);
	await needed(page).waitFor();
	await without.close();
	const other = await browser.newPage();
	await other.goto(`${server.base}/sign-in`);
	await other.waitForSelector('input[type=password]');
	assert.equal(await needed(other).evaluate((text) => text.checkVisibility({ checkVisibilityCSS: true })), false);
	await other.close();
});

test('a conflict stays on screen with what is being written, whoever settles what meanwhile', async () => {
	const problems = [];
	const page = await open('lead', WAYS[0], problems);
	const lead = await Api.signIn(server.base, loginOf('lead'), DEMO_PASSWORD);
	const at = `/api/reviews/${review}`;
	const settle = (citation, note) =>
		lead.post(`${at}/citations/${citation.id}/stages/title_abstract/resolution`, { verdict: 'include', note });
	const [{ citation: first }, { citation: second }, { citation: third }] = (
		await lead.get(`${at}/stages/title_abstract/conflicts`)
	).items;
	await page.goto(`${server.base}/reviews/${review}/conflicts`);
	const title = page.locator('main h2').first();
	await title.waitFor();
	const shown = await title.innerText();
	const left = () => page.locator('nav ol li').count();
	const count = await left();
	const listed = (n) => page.waitForFunction((n) => document.querySelectorAll('main nav ol li').length === n, n);

	// Before a word is written the list follows, and what is read stays.
	await settle(second, 'By another lead.');
	await listed(count - 1);
	assert.equal(await title.innerText(), shown);

	await page.keyboard.press('i');
	await page.locator('form textarea').fill('A thought of some length.');
	const answered = page.waitForRequest(/\/stages\/title_abstract\/conflicts/, { timeout: 3000 }).catch(() => null);
	await settle(first, 'By another lead, a moment earlier.');
	assert.equal(await answered, null, 'the list is not read while a resolution is written');
	assert.equal(await title.innerText(), shown);
	assert.equal(await page.locator('form textarea').inputValue(), 'A thought of some length.');
	await page.locator('form button[type=submit]').click();
	assert.match(await page.locator('form .notice.error').innerText(), /現在、不一致ではありません/);

	// Going on brings the list up to date.
	await page.keyboard.press('Escape');
	await page.locator(`nav a[href*="${third.id}"]`).click();
	await listed(count - 2);
	await page.context().close();
	assert.deepEqual(problems, []);
});

test('unsaved settings are there again for who comes back, by whichever way they left', async () => {
	const problems = [];
	const page = await open('lead', WAYS[0], problems);
	page.on('dialog', (dialog) => problems.push(dialog.message()));
	const tab = (name) => page.locator(`main a[href$="tab=${name}"]`).click();
	await page.goto(`${server.base}/reviews/${review}/settings?tab=criteria`);
	const text = page.locator('main textarea').first();
	await text.waitFor();
	const before = await text.inputValue();
	await text.fill('書きかけの基準');
	await tab('labels');
	await page.waitForURL(/tab=labels/);
	await page.goBack();
	await text.waitFor();
	assert.equal(await text.inputValue(), '書きかけの基準');
	await page.locator(`nav a[href$="/sources"]`).first().click();
	await page.waitForURL(/sources/);
	await page.locator(`nav a[href$="/settings"]`).first().click();
	await tab('criteria');
	await text.waitFor();
	assert.equal(await text.inputValue(), '書きかけの基準');
	await page.getByRole('button', { name: '変更を破棄' }).click();
	assert.equal(await text.inputValue(), before);
	await tab('labels');
	await tab('criteria');
	assert.equal(await text.inputValue(), before, 'what was given up does not come back');
	await page.context().close();
	assert.deepEqual(problems, []);
});

test('somebody with an account joins another review by its link, as who they are', async () => {
	const problems = [];
	const lead = await Api.signIn(server.base, loginOf('lead'), DEMO_PASSWORD);
	const { id } = await lead.post('/api/reviews', { title: { ja: '別のレビュー', en: 'Another review' } });
	const { items } = await lead.post(`/api/reviews/${id}/invitations`, { role: 'observer' });
	// The lead copies it; as by http:// there is no clipboard for scripts.
	const leads = await open('lead', WAYS[0], problems);
	await leads.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
	await leads.goto(`${server.base}/reviews/${id}/settings?tab=members`);
	await leads.getByRole('button', { name: 'コピー' }).click();
	await leads.getByText('コピーしました').waitFor();
	await leads.getByLabel('宛先').fill('');
	await leads.keyboard.press('Control+V');
	assert.ok((await leads.getByLabel('宛先').inputValue()).endsWith(items[0].url.replace(/^.*(?=\/join\/)/, '')));
	await leads.context().close();
	const page = await open('reviewer', WAYS[0], problems);
	await page.goto(server.base + items[0].url.replace(/^.*(?=\/join\/)/, ''));
	await page.getByRole('button', { name: '参加する' }).click();
	await page.getByText('別のレビュー').waitFor();
	const reviewer = await Api.signIn(server.base, loginOf('reviewer'), DEMO_PASSWORD);
	assert.equal((await reviewer.get(`/api/reviews/${id}`)).my_role, 'observer');
	await page.context().close();
	assert.deepEqual(problems, []);
});

test('on paper there is the page alone', async () => {
	const problems = [];
	const page = await open('lead', { ...WAYS[1], locale: 'ja' }, problems);
	await page.goto(`${server.base}/reviews/${review}/prisma`);
	await page.locator('main h1').waitFor();
	await page.emulateMedia({ media: 'print' });
	assert.equal(await page.locator('nav.side').isVisible(), false);
	assert.equal(await page.locator('header.top').isVisible(), false);
	assert.equal(await page.locator('a.skip').isVisible(), false);
	const colours = await page.locator('main').evaluate((main) => getComputedStyle(main).printColorAdjust);
	assert.equal(colours, 'exact', 'bars are drawn, too');
	assert.ok((await page.locator('main').boundingBox()).x < 40, 'nothing is kept free for the menu');
	await page.context().close();
	assert.deepEqual(problems, []);
});

test('what others settle leaves the list of conflicts also when no news of it came', async () => {
	const problems = [];
	const page = await open('lead', WAYS[0], problems);
	const lead = await Api.signIn(server.base, loginOf('lead'), DEMO_PASSWORD);
	const at = `/api/reviews/${review}`;
	// The stream of events ends at once, each time: all that the page hears is that it may have missed something.
	await page.route('**/events', (route) => route.fulfill({ contentType: 'text/event-stream', body: 'retry: 500\n\n' }));
	await page.goto(`${server.base}/reviews/${review}/conflicts`);
	await page.locator('main nav ol li').first().waitFor();
	const count = await page.locator('main nav ol li').count();
	const { citation } = (await lead.get(`${at}/stages/title_abstract/conflicts`)).items.at(-1);
	await lead.post(`${at}/citations/${citation.id}/stages/title_abstract/resolution`, { verdict: 'include', note: 'Unheard.' });
	await page.waitForFunction((n) => document.querySelectorAll('main nav ol li').length === n, count - 1, { timeout: 8000 });
	await page.context().close();
	assert.deepEqual(problems, []);
});

test('who adds a line to a list of the settings goes on in it', async () => {
	const problems = [];
	const page = await open('lead', WAYS[0], problems);
	page.on('dialog', (dialog) => dialog.accept()); // nothing of it is saved
	for (const [tab, button] of [
		['labels', 'ラベルを追加'],
		['reasons', '理由を追加'],
		['criteria', '基準を追加'],
		['terms', '語を追加'],
	]) {
		await page.goto(`${server.base}/reviews/${review}/settings?tab=${tab}`);
		await page.getByRole('button', { name: button }).press('Enter');
		const inLast = ':is(ul, ol, .rows) > :last-child :is(input, select):focus';
		await page.waitForFunction((inLast) => document.querySelector(`main ${inLast}`) !== null, inLast, { timeout: 3000 });
	}
	await page.context().close();
	assert.deepEqual(problems, []);
});

test('a lead gives everybody the same pilot round by hand', async () => {
	const problems = [];
	const lead = await Api.signIn(server.base, loginOf('lead'), DEMO_PASSWORD);
	const at = `/api/reviews/${review}`;
	const screeners = (await lead.get(`${at}/members`)).items.filter((member) => member.screens).length;
	const before = (await lead.get(at)).stages.title_abstract.settings;
	const put = (settings) => lead.call('PUT', `${at}/stages/title_abstract`, { settings });
	await put({ ...before, assignment: 'manual', reviewers_per_citation: screeners });
	const page = await open('lead', WAYS[0], problems);
	await page.goto(`${server.base}/reviews/${review}/citations`);
	const card = page.locator('main section.card:has(input[type=checkbox])');
	await card.locator('input[type=checkbox]').first().waitFor();
	const people = await card.locator('input[type=checkbox]').all();
	assert.equal(people.length, screeners);
	for (const person of people) await person.check();
	await card.locator('input[type=number]').fill('2');
	const [answer] = await Promise.all([
		page.waitForResponse((response) => response.url().endsWith('/assign')),
		card.locator('button').first().click(),
	]);
	const { citations, tasks } = await answer.json();
	assert.ok(answer.ok() && citations <= 2 && tasks === citations * screeners, `${citations} citations, ${tasks} tasks`);
	await page.locator('.toast').first().waitFor();
	await put(before);
	await page.context().close();
	assert.deepEqual(problems, []);
});
