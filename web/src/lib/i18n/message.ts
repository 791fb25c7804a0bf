/** What a message is and how it is filled in. Pure. */
import type { Locale } from '$lib/api/types';

/** A text with `{name}` places; where a count `n` changes the words, one form per plural category. */
export type Message = string | { readonly one?: string; readonly other: string };
export type Messages = Readonly<Record<string, Message>>;
/** The same keys in another language. */
export type SameKeys<T> = { readonly [K in keyof T]: Message };
export type Params = Readonly<Record<string, string | number>>;

/** Fills in a message: numbers are grouped as the language does, `n` chooses the plural form. Unknown places stay visible. */
export function format(message: Message, params: Params | undefined, locale: Locale): string {
	let text: string;
	if (typeof message === 'string') {
		text = message;
	} else {
		const n = typeof params?.['n'] === 'number' ? params['n'] : 0;
		const one = new Intl.PluralRules(locale).select(n) === 'one';
		text = one && message.one !== undefined ? message.one : message.other;
	}
	if (!params) return text;
	return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
		const value = params[name];
		if (value === undefined) return whole;
		return typeof value === 'number' ? value.toLocaleString(locale) : value;
	});
}

/** The `{name}` places of a message, all its plural forms together, sorted. */
export function places(message: Message): string[] {
	const forms = typeof message === 'string' ? [message] : [message.one ?? '', message.other];
	return [...new Set(forms.flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '')))].sort();
}
