//! Finds the review's highlight terms in a text and cuts the text into runs to show.
//! Rule: ranges always refer to the original text, never overlap, and the longest term wins.

import { fold, type Folded } from './fold';
import type { Mark, MarkupTag } from './markup';

export type TermGroup = 'population' | 'concept' | 'context' | 'exclude' | 'other';

/** What a highlight term must have; the API's `Term` has it. */
export interface HighlightTerm {
	id: string;
	text: string;
	variants: string[];
	group: TermGroup;
	whole_word_upper: boolean;
}

/** A found term: UTF-16 offsets into the original text, end exclusive. */
export interface HighlightRange {
	start: number;
	end: number;
	group: TermGroup;
	term_id: string;
}

/** A stretch of text with one set of tags and at most one highlight. */
export interface Run {
	text: string;
	tags: MarkupTag[];
	group: TermGroup | null;
}

interface Pattern {
	needle: string;
	upper: boolean;
	open_end: boolean;
	group: TermGroup;
	term_id: string;
}

/** Terms made ready for matching; build once per review. */
export type Matcher = readonly Pattern[];

const WORD = /[\p{Script=Latin}\p{Nd}]/u;
/** English endings that still count as the same word: adult → adults, patient → patient's. */
const ENDINGS = ["'s", "s'", 'es', 's'];
/** A needle shorter than this many folded characters is not matched inside Japanese text: it would colour everything. */
const MIN_NEEDLE = 2;

/** Prepares terms: each text and variant becomes a folded pattern; `*` at the end leaves the word's end open. */
export function compileTerms(terms: readonly HighlightTerm[]): Matcher {
	const patterns = new Map<string, Pattern>();
	for (const term of terms) {
		for (const raw of [term.text, ...term.variants]) {
			const open_end = raw.trimEnd().endsWith('*');
			const folded = fold(open_end ? raw.trimEnd().slice(0, -1) : raw);
			const needle = term.whole_word_upper ? folded.cased : folded.lower;
			if (needle.length < MIN_NEEDLE) continue;
			const pattern = { needle, upper: term.whole_word_upper, open_end, group: term.group, term_id: term.id };
			const key = `${pattern.upper ? 'u' : 'l'} ${needle}`;
			if (!patterns.has(key)) patterns.set(key, pattern);
		}
	}
	return [...patterns.values()].sort((a, b) => b.needle.length - a.needle.length);
}

/** All highlights of `text`, in order, without overlaps; where two overlap the longer one is kept. */
export function findHighlights(text: string, matcher: Matcher): HighlightRange[] {
	if (text === '' || matcher.length === 0) return [];
	const folded = fold(text);
	const taken = new Uint8Array(folded.lower.length);
	const found: HighlightRange[] = [];
	for (const pattern of matcher) {
		const hay = pattern.upper ? folded.cased : folded.lower;
		for (let at = hay.indexOf(pattern.needle); at >= 0; at = hay.indexOf(pattern.needle, at + 1)) {
			const end = wordEnd(folded, at, pattern);
			if (end < 0 || taken.subarray(at, end).includes(1)) continue;
			taken.fill(1, at, end);
			found.push({
				start: folded.from[at] ?? 0,
				end: folded.to[end - 1] ?? 0,
				group: pattern.group,
				term_id: pattern.term_id,
			});
		}
	}
	return found.sort((a, b) => a.start - b.start);
}

/** Where the match that begins at `at` ends, or -1 when it lies inside a longer Latin word. */
function wordEnd(text: Folded, at: number, pattern: Pattern): number {
	const { needle } = pattern;
	const isWord = (i: number) => WORD.test(text.lower.charAt(i));
	if (WORD.test(needle.charAt(0)) && at > 0 && isWord(at - 1)) return -1;
	let end = at + needle.length;
	if (!WORD.test(needle.charAt(needle.length - 1))) return end;
	if (pattern.open_end) {
		while (end < text.lower.length && isWord(end)) end += 1;
		return end;
	}
	if (end >= text.lower.length || !isWord(end)) return withEnding(text, end, ["'s"], pattern);
	const longer = withEnding(text, end, ENDINGS, pattern);
	return longer > end ? longer : -1;
}

function withEnding(text: Folded, end: number, endings: string[], pattern: Pattern): number {
	const hay = pattern.upper ? text.cased : text.lower;
	for (const ending of endings) {
		const after = end + ending.length;
		if (hay.startsWith(ending, end) && !WORD.test(hay.charAt(after))) return after;
	}
	return end;
}

/** Cuts `text.slice(from, to)` at every border of a mark or highlight. The runs joined give that slice again. */
export function toRuns(
	text: string,
	marks: readonly Mark[],
	ranges: readonly HighlightRange[],
	from = 0,
	to = text.length,
): Run[] {
	const borders = new Set([from, to]);
	for (const { start, end } of [...marks, ...ranges]) {
		if (start > from && start < to) borders.add(start);
		if (end > from && end < to) borders.add(end);
	}
	const cuts = [...borders].sort((a, b) => a - b);
	const runs: Run[] = [];
	for (let i = 0; i + 1 < cuts.length; i += 1) {
		const start = cuts[i] ?? 0;
		const end = cuts[i + 1] ?? 0;
		const covers = (r: { start: number; end: number }) => r.start <= start && r.end >= end;
		const tags = [...new Set(marks.filter(covers).map((m) => m.tag))];
		runs.push({ text: text.slice(start, end), tags, group: ranges.find(covers)?.group ?? null });
	}
	return runs;
}
