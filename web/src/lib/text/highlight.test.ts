import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { compileTerms, findHighlights, toRuns, type HighlightTerm } from './highlight';
import { parseMarkup } from './markup';

const term = (text: string, over: Partial<HighlightTerm> = {}): HighlightTerm => ({
	id: text,
	text,
	variants: [],
	group: 'concept',
	whole_word_upper: false,
	...over,
});
/** The stretches of `text` that the terms mark. */
const marked = (text: string, ...terms: (string | HighlightTerm)[]) =>
	findHighlights(text, compileTerms(terms.map((t) => (typeof t === 'string' ? term(t) : t)))).map((r) =>
		text.slice(r.start, r.end),
	);

describe('fold', () => {
	it('maps every folded character back into the original', () => {
		for (const text of [
			'ｹｰｽﾏﾈｼﾞﾒﾝﾄ',
			'Ｃａｓｅ　management',
			'㌔グラム',
			'𠮷野',
			'é',
			'ｶﾞ',
			'精神障がい者',
			'İstanbul',
			'',
		]) {
			const f = fold(text);
			expect(f.lower.length).toBe(f.cased.length);
			expect(f.from.length).toBe(f.lower.length);
			for (let i = 0; i < f.from.length; i += 1) {
				expect(f.from[i]).toBeLessThan(f.to[i] ?? -1);
				expect(f.to[i]).toBeLessThanOrEqual(text.length);
				if (i > 0) expect(f.from[i]).toBeGreaterThanOrEqual(f.from[i - 1] ?? 0);
			}
		}
	});
});

describe('findHighlights', () => {
	it('folds width, case, kana and long vowels', () => {
		expect(marked('ｹｰｽﾏﾈｼﾞﾒﾝﾄの効果', 'ケースマネジメント')).toEqual(['ｹｰｽﾏﾈｼﾞﾒﾝﾄ']);
		expect(marked('ケースマネージメント', 'ケースマネジメント')).toEqual(['ケースマネージメント']);
		expect(marked('ケースマネジャー、ケアマネジャ', 'ケースマネージャー', 'ケアマネジャー')).toEqual([
			'ケースマネジャー',
			'ケアマネジャ',
		]);
		expect(marked('ＣＡＳＥ Management', 'case management')).toEqual(['ＣＡＳＥ Management']);
	});

	it('takes 障害, 障がい and 障碍 for one word', () => {
		expect(marked('精神障がい者・精神障碍・精神障害', '精神障害')).toEqual(['精神障がい', '精神障碍', '精神障害']);
		expect(marked('精神障害者', '精神障がい')).toEqual(['精神障害']);
	});

	it('reads over line breaks inside a Japanese word and hyphens in an English one', () => {
		expect(marked('ケースマネ\nジメント', 'ケースマネジメント')).toEqual(['ケースマネ\nジメント']);
		expect(marked('case-management', 'case management')).toEqual(['case-management']);
	});

	it('matches whole English words with their endings', () => {
		expect(marked('adults and adulthood', 'adult')).toEqual(['adults']);
		expect(marked("the case manager's and case managers", 'case manager')).toEqual(["case manager's", 'case managers']);
		expect(marked('schizophrenic', term('schizophren*'))).toEqual(['schizophrenic']);
		expect(marked('staircase management', 'case management')).toEqual([]);
	});

	it('matches abbreviations as whole words in upper case only', () => {
		const act = term('ACT', { whole_word_upper: true });
		expect(marked('ACTとFACT, to act, an ACT team, ＡＣＴ', act)).toEqual(['ACT', 'ACT', 'ＡＣＴ']);
	});

	it('keeps the longer of two that overlap', () => {
		expect(marked('severe mental illness', 'mental illness', 'severe mental illness')).toEqual([
			'severe mental illness',
		]);
	});
});

describe('toRuns', () => {
	it('gives the text back, cut at marks and highlights', () => {
		const { text, marks } = parseMarkup('the <i>case man</i>agement of CO<sub>2</sub>');
		const ranges = findHighlights(text, compileTerms([term('case management')]));
		const runs = toRuns(text, marks, ranges);
		expect(runs.map((r) => r.text).join('')).toBe(text);
		expect(runs).toEqual([
			{ text: 'the ', tags: [], group: null },
			{ text: 'case man', tags: ['i'], group: 'concept' },
			{ text: 'agement', tags: [], group: 'concept' },
			{ text: ' of CO', tags: [], group: null },
			{ text: '2', tags: ['sub'], group: null },
		]);
	});

	it('cuts a slice', () => {
		expect(toRuns('abcdef', [], [], 2, 4)).toEqual([{ text: 'cd', tags: [], group: null }]);
	});
});
