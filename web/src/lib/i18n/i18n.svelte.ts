/** The current language. A language's texts are one lazily loaded chunk; changing the language redraws what uses `t`. */
import type { L10n, Locale } from '$lib/api/types';
import type en from './en';
import { format, type Messages, type Params } from './message';

/** `area.key`, as the message files have them. Where one is written out in the sources, the build puts its number (build/messages.ts). */
export type MessageKey = keyof typeof en;

export const LOCALES: readonly Locale[] = ['ja', 'en'];
const KEY = 'erabi.locale';

let current = $state<Locale>('ja');
let messages = $state.raw<Messages>({});

/** The language of a first visit: what was chosen before, else what the browser asks for. */
export function initialLocale(): Locale {
	try {
		const stored = localStorage.getItem(KEY);
		if (stored === 'ja' || stored === 'en') return stored;
	} catch {
		// Storage closed: ask the browser.
	}
	return navigator.languages.some((l) => l.toLowerCase().startsWith('ja')) ? 'ja' : 'en';
}

/** Loads a language's texts and makes it the current one; `<html lang>` follows, since fonts and line breaks depend on it. */
export async function setLocale(locale: Locale): Promise<void> {
	messages = locale === 'ja' ? (await import('./ja')).default : (await import('./en')).default;
	current = locale;
	document.documentElement.lang = locale;
	try {
		localStorage.setItem(KEY, locale);
	} catch {
		// Remembered on the server for signed-in users anyway.
	}
}

export function locale(): Locale {
	return current;
}

/** The text of a key in the current language. */
export function t(key: MessageKey, params?: Params): string {
	return tMaybe(key, key, params);
}

/** A text whose key is put together at run time (a code the server sent): the fallback where we have no words for it. */
export function tMaybe(key: string, fallback: string, params?: Params): string {
	const message = messages[key];
	return message === undefined ? fallback : format(message, params, current);
}

/** A bilingual text in the current language, or in the other one where this one is empty. */
export function local(text: L10n | null | undefined): string {
	if (!text) return '';
	return text[current].trim() || text[current === 'ja' ? 'en' : 'ja'].trim();
}

/** The language that `local` really gave: for `lang` attributes. */
export function localLang(text: L10n | null | undefined): Locale {
	return text && !text[current].trim() && text[current === 'ja' ? 'en' : 'ja'].trim()
		? current === 'ja'
			? 'en'
			: 'ja'
		: current;
}

export function num(n: number | null | undefined, options?: Intl.NumberFormatOptions): string {
	return n === null || n === undefined ? '–' : new Intl.NumberFormat(current, options).format(n);
}

export function percent(share: number, digits = 0): string {
	return num(share, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** 12.3 kB, 4.5 MB. */
export function bytes(n: number): string {
	if (n < 1000) return `${num(n)} B`;
	return n < 1_000_000
		? `${num(n / 1000, { maximumFractionDigits: 1 })} kB`
		: `${num(n / 1_000_000, { maximumFractionDigits: 1 })} MB`;
}

const valid = (value: string | null | undefined): Date | null => {
	const date = value ? new Date(value) : null;
	return date && !Number.isNaN(date.getTime()) ? date : null;
};

/** 2026年11月21日 / 21 Nov 2026. */
export function date(value: string | null | undefined): string {
	const d = valid(value);
	if (!d) return '';
	return new Intl.DateTimeFormat(current === 'ja' ? 'ja-JP' : 'en-GB', {
		dateStyle: current === 'ja' ? 'long' : 'medium',
	}).format(d);
}

/** 2026/11/21 14:05 / 21 Nov 2026, 14:05. */
export function dateTime(value: string | null | undefined): string {
	const d = valid(value);
	if (!d) return '';
	return new Intl.DateTimeFormat(current === 'ja' ? 'ja-JP' : 'en-GB', {
		dateStyle: 'medium',
		timeStyle: 'short',
	}).format(d);
}

/** 3 分前 / 3 minutes ago; past a week the date. */
export function ago(value: string | null | undefined, now = Date.now()): string {
	const d = valid(value);
	if (!d) return '';
	const seconds = Math.round((d.getTime() - now) / 1000);
	const format = new Intl.RelativeTimeFormat(current, { numeric: 'auto' });
	const size = Math.abs(seconds);
	if (size < 60) return format.format(0, 'second');
	if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
	if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
	return size < 7 * 86_400 ? format.format(Math.round(seconds / 86_400), 'day') : date(value);
}

/** A list of names: A、B、C / A, B and C. */
export function list(items: string[]): string {
	return new Intl.ListFormat(current, { style: 'long', type: 'conjunction' }).format(items);
}

/** A language by its code (ja → 日本語, Japanese); what is no code stays as it is. */
export function languageName(code: string): string {
	return /^[a-z]{2}$/.test(code) ? (new Intl.DisplayNames(current, { type: 'language' }).of(code) ?? code) : code;
}
