//! Takes the pictures of docs/screenshots: the demonstration review in the real binary, both languages, two widths, light and dark.
//! Rule: what is shown is what `erabi demo` makes; nothing is arranged for the picture.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api, launch, signIn, startServer } from './browser/harness.mjs';

const OUT = join(dirname(fileURLToPath(import.meta.url)), '../../docs/screenshots');
const DEMO_PASSWORD = 'erabi-demo';
const LAPTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
/** JPEG quality: small files in the repository, text still sharp. */
const QUALITY = 62;

/** File name → where, as whom, and how. Paths follow /reviews/{id}. */
const SHOTS = [
	{ name: 'screening-ja', path: '/screening/title_abstract', who: 'reviewer', keys: ['1', '2', '2'] },
	{ name: 'screening-en-dark', path: '/screening/title_abstract', who: 'reviewer', locale: 'en', theme: 'dark' },
	{ name: 'screening-ja-phone', path: '/screening/title_abstract', who: 'reviewer', size: PHONE },
	{
		name: 'screening-en-phone-dark',
		path: '/screening/title_abstract',
		who: 'reviewer',
		size: PHONE,
		locale: 'en',
		theme: 'dark',
	},
	{ name: 'full-text-en', path: '/screening/full_text', who: 'reviewer', locale: 'en', wait: 5000 },
	{ name: 'full-text-list-ja', path: '/full-text' },
	{ name: 'overview-ja', path: '' },
	{ name: 'overview-en-phone', path: '', locale: 'en', size: PHONE },
	{ name: 'sources-ja', path: '/sources' },
	{ name: 'sources-en-dark', path: '/sources', locale: 'en', theme: 'dark' },
	{ name: 'duplicates-ja', path: '/duplicates' },
	{ name: 'citations-en', path: '/citations?q=case+management', locale: 'en' },
	{ name: 'citations-ja-phone', path: '/citations?q=ケースマネジメント', size: PHONE },
	{ name: 'conflicts-ja', path: '/conflicts' },
	{ name: 'conflicts-en-dark', path: '/conflicts', locale: 'en', theme: 'dark' },
	{ name: 'prisma-ja', path: '/prisma' },
	{ name: 'prisma-en-dark', path: '/prisma?lang=en', locale: 'en', theme: 'dark' },
	{ name: 'prisma-en-phone', path: '/prisma?lang=en', locale: 'en', size: PHONE },
	{ name: 'progress-ja', path: '/progress' },
	{ name: 'progress-en-phone', path: '/progress', locale: 'en', size: PHONE },
	{ name: 'studies-en', path: '/studies', locale: 'en' },
	{ name: 'audit-ja', path: '/audit' },
	{ name: 'settings-en', path: '/settings', locale: 'en' },
];

const server = await startServer('demo');
const browser = await launch();
try {
	const accounts = (await (await fetch(`${server.base}/api/session`)).json()).demo_accounts;
	const loginOf = (role) => accounts.find((account) => account.role === role).login;
	const lead = await Api.signIn(server.base, loginOf('lead'), DEMO_PASSWORD);
	const review = (await lead.get('/api/reviews')).items[0].id;
	await rm(OUT, { recursive: true, force: true });
	await mkdir(OUT, { recursive: true });
	for (const shot of SHOTS) {
		const { size = LAPTOP, theme = 'light', locale = 'ja' } = shot;
		const phone = size === PHONE;
		const context = await browser.newContext({
			viewport: size,
			colorScheme: theme,
			locale: locale === 'ja' ? 'ja-JP' : 'en-GB',
			timezoneId: 'Asia/Tokyo',
			isMobile: phone,
			hasTouch: phone,
		});
		const page = await context.newPage();
		const login = loginOf(shot.who ?? 'lead');
		await (await Api.signIn(server.base, login, DEMO_PASSWORD)).call('PATCH', '/api/me', { locale });
		await signIn(page, server.base, login, DEMO_PASSWORD);
		await page.goto(`${server.base}/reviews/${review}${shot.path}`);
		await page.waitForSelector('main h1, main h2');
		await page.waitForTimeout(shot.wait ?? 900);
		await page.waitForFunction(
			() => ![...document.querySelectorAll('[aria-busy=true]')].some((e) => e.checkVisibility()),
		);
		await page.waitForTimeout(300);
		for (const key of shot.keys ?? []) await page.keyboard.press(key);
		await page.screenshot({ path: join(OUT, `${shot.name}.jpg`), type: 'jpeg', quality: QUALITY });
		console.log(shot.name);
		await context.close();
	}
} finally {
	await browser.close();
	await server.stop();
}
