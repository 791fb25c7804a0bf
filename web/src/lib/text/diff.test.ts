import { describe, expect, it } from 'vitest';
import { diff, MAX_PIECES, type Segment } from './diff';

const text = (segments: Segment[]) => segments.map((s) => s.text).join('');
const different = (segments: Segment[]) => segments.filter((s) => !s.same).map((s) => s.text);

describe('diff', () => {
	it('marks the words that differ', () => {
		const [a, b] = diff(
			'Case management for people with mental illness',
			'Case management for persons with mental illness',
		);
		expect(different(a)).toEqual(['people']);
		expect(different(b)).toEqual(['persons']);
	});

	it('goes by characters in Japanese', () => {
		const [a, b] = diff('精神障害者のケースマネジメント', '精神障がい者のケースマネージメント');
		expect(different(a)).toEqual(['害']);
		expect(different(b)).toEqual(['がい', 'ー']);
	});

	it('does not mind width, case, dashes and spaces', () => {
		expect(different(diff('ＡＣＴ  221–228', 'act 221-228')[0])).toEqual([]);
	});

	it('does not mark punctuation alone', () => {
		expect(diff('A randomized trial.', 'A randomized trial').map(different)).toEqual([[], []]);
		expect(diff('統合失調症，地域生活', '統合失調症・地域生活').map(different)).toEqual([[], []]);
		expect(diff('12(3)', '123').map(different)).toEqual([['12(3)'], ['123']]);
	});

	it('marks what was put in other words as one, whatever the words share by chance', () => {
		expect(diff('Hospital use before entry', 'Emergency visits before entry').map(different)).toEqual([
			['Hospital use'],
			['Emergency visits'],
		]);
		expect(diff('在宅療養の効果と課題', '在宅療養における有効性と課題').map(different)).toEqual([
			['の効果'],
			['における有効性'],
		]);
		expect(diff('Soc Work Psychiatr Settings (online)', 'Social Work in Psychiatric Settings').map(different)).toEqual([
			['Soc', 'Psychiatr', '(online)'],
			['Social', 'in Psychiatric'],
		]);
		expect(diff('電気けいれん療法の効果', '修正型電気けいれん療法の効果').map(different)).toEqual([[], ['修正型']]);
	});

	it('gives back both texts whole', () => {
		for (const [x, y] of [
			['', 'abc'],
			['abc', ''],
			['a b c', 'c b a'],
			['𠮟る𠮷田', '吉田を叱る'],
			['x'.repeat(5), 'y'],
		] as const) {
			const [a, b] = diff(x, y);
			expect(text(a)).toBe(x);
			expect(text(b)).toBe(y);
		}
	});

	it('gives up on long texts without taking long', () => {
		const long = '語'.repeat(MAX_PIECES + 1);
		const [a] = diff(long, `${long}尾`);
		expect(different(a)).toEqual([long]);
	});
});
