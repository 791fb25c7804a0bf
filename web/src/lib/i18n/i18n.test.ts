import { describe, expect, it } from 'vitest';
import en from './en';
import { languageName, setLocale } from './i18n.svelte';
import ja from './ja';
import { format, places, type Messages } from './message';

const texts: Record<'en' | 'ja', Messages> = { en, ja };

describe('message files', () => {
	it('have the same keys', () => {
		expect(Object.keys(texts.ja).sort()).toEqual(Object.keys(texts.en).sort());
	});

	it('fill in the same places in both languages', () => {
		for (const [key, message] of Object.entries(texts.en)) {
			const other = texts.ja[key];
			expect(other && places(other), key).toEqual(places(message));
		}
	});

	it('leave nothing empty or untranslated', () => {
		for (const [key, message] of Object.entries(texts.ja)) {
			const text = typeof message === 'string' ? message : message.other;
			expect(text.trim(), key).not.toBe('');
			// A sentence of several Latin words in the Japanese file is one that was forgotten.
			expect(/^[\x20-\x7e]*[a-z]{3,} [a-z]{3,} [a-z]{3,}[\x20-\x7e]*$/.test(text), `${key}: ${text}`).toBe(false);
		}
	});
});

describe('format', () => {
	it('groups numbers and chooses plural forms', () => {
		const message = { one: '{n} record', other: '{n} records' };
		expect(format(message, { n: 1 }, 'en')).toBe('1 record');
		expect(format(message, { n: 7666 }, 'en')).toBe('7,666 records');
		expect(format({ other: '{n}件' }, { n: 1 }, 'ja')).toBe('1件');
	});

	it('leaves unknown places visible', () => {
		expect(format('Hello {name}', { n: 1 }, 'en')).toBe('Hello {name}');
	});
});

describe('languageName', () => {
	it.each([
		['ja', 'ja', '日本語'],
		['en', 'ja', 'Japanese'],
		['ja', 'de', 'ドイツ語'],
		['en', 'Esperanto', 'Esperanto'],
		['en', 'en; fr', 'en; fr'],
	] as const)('in %s, of %s', async (reader, code, name) => {
		await setLocale(reader);
		expect(languageName(code)).toBe(name);
	});
});
