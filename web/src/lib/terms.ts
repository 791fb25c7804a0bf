/** Highlight terms as people type them. Pure. */
import type { Term, TermGroup } from '$lib/api/types';

/** `a, b、c` → [a, b, c]: commas of both scripts and semicolons separate; empties and repeats go. */
export function splitVariants(text: string): string[] {
	return [
		...new Set(
			text
				.split(/[,，、;；]/)
				.map((part) => part.trim())
				.filter(Boolean),
		),
	];
}

/** An abbreviation that must match whole and in capitals only: ACT, ICM, HB-TDI. */
export function isAbbreviation(text: string): boolean {
	return /^[A-Z][A-Z0-9-]{1,7}$/.test(text.trim());
}

/** One term per line, variants behind it; lines that repeat a known term are left out. */
export function parseTerms(text: string, group: TermGroup, known: readonly Pick<Term, 'text'>[]): Term[] {
	const fold = (s: string) => s.normalize('NFKC').toLowerCase();
	const seen = new Set(known.map((term) => fold(term.text)));
	const terms: Term[] = [];
	for (const line of text.split('\n')) {
		const [first, ...variants] = splitVariants(line.replace(/\t/g, ','));
		if (!first || seen.has(fold(first))) continue;
		seen.add(fold(first));
		terms.push({ text: first, variants, group, whole_word_upper: isAbbreviation(first) });
	}
	return terms;
}
