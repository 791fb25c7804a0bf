//! Which of the two languages a text is in, for `lang` attributes and for choosing what to show first.
//! Rule: kana or Han characters make it Japanese; there is no third answer.

const JAPANESE = /[\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uFF66-\uFF9F]/g;
/** A Latin text may quote a Japanese name; below this share of its characters it stays English. */
const MIN_SHARE = 0.1;

/** `ja` or `en`, for `lang`. */
export function languageOf(text: string): 'ja' | 'en' {
	const found = text.match(JAPANESE)?.length ?? 0;
	return found > 0 && found >= text.replace(/\s/g, '').length * MIN_SHARE ? 'ja' : 'en';
}

/** The text in `wanted`, else the first that is there; null when neither is. */
export function inLanguage(wanted: 'ja' | 'en', ...texts: (string | null | undefined)[]): string | null {
	const there = texts.filter((text): text is string => Boolean(text?.trim()));
	return there.find((text) => languageOf(text) === wanted) ?? there[0] ?? null;
}
