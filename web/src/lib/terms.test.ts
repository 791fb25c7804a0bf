import { describe, expect, it } from 'vitest';
import { isAbbreviation, parseTerms, splitVariants } from './terms';

describe('splitVariants', () => {
	it('knows the separators of both scripts', () => {
		expect(splitVariants(' 精神障害、精神障がい, mental disorder；SMI,, SMI')).toEqual([
			'精神障害',
			'精神障がい',
			'mental disorder',
			'SMI',
		]);
	});
});

describe('isAbbreviation', () => {
	it('is for short capitals', () => {
		expect(['ACT', 'HB-TDI', 'ICM'].every(isAbbreviation)).toBe(true);
		expect(['Act', 'A', 'ケース', 'CASE MANAGEMENT', 'ABCDEFGHIJ'].some(isAbbreviation)).toBe(false);
	});
});

describe('parseTerms', () => {
	it('reads a line each and leaves repeats out', () => {
		const terms = parseTerms(
			'ケースマネジメント, ケアマネジメント\n\nＡＣＴ\nACT\ncase management\tcare coordination',
			'concept',
			[{ text: 'Case Management' }],
		);
		expect(terms).toEqual([
			{ text: 'ケースマネジメント', variants: ['ケアマネジメント'], group: 'concept', whole_word_upper: false },
			{ text: 'ＡＣＴ', variants: [], group: 'concept', whole_word_upper: false },
		]);
	});
	it('marks abbreviations', () => {
		expect(parseTerms('ACT', 'concept', [])[0]?.whole_word_upper).toBe(true);
	});
});
