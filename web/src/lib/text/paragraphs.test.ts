import { describe, expect, it } from 'vitest';
import { paragraphs } from './paragraphs';

const cut = (text: string) =>
	paragraphs(text).map((p) => [text.slice(p.start, p.label_end), text.slice(p.label_end, p.end).trim()]);

describe('paragraphs', () => {
	it('breaks a structured abstract before its labels', () => {
		expect(cut('BACKGROUND: Little is known. METHODS: We asked. RESULTS: 3.5 of 4. CONCLUSIONS: Useful.')).toEqual([
			['BACKGROUND:', 'Little is known.'],
			['METHODS:', 'We asked.'],
			['RESULTS:', '3.5 of 4.'],
			['CONCLUSIONS:', 'Useful.'],
		]);
		expect(cut('Aims and objectives: To see. Main outcome measures: Days.').map((p) => p[0])).toEqual([
			'Aims and objectives:',
			'Main outcome measures:',
		]);
	});

	it('knows the Japanese ways', () => {
		expect(cut('【目的】明らかにする。【方法】面接した。').map((p) => p[0])).toEqual(['【目的】', '【方法】']);
		expect(cut('目的：明らかにする。方法：面接した。結果:あった。').map((p) => p[0])).toEqual([
			'目的：',
			'方法：',
			'結果:',
		]);
		expect(cut('[背景]少ない。[結論]有用。').map((p) => p[0])).toEqual(['[背景]', '[結論]']);
	});

	it('leaves ordinary sentences alone', () => {
		expect(cut('The following results: none. In the design: nothing.')).toHaveLength(1);
		expect(cut('支援の結果：よい')).toHaveLength(1);
		expect(paragraphs('')).toEqual([]);
		expect(paragraphs(' \n ')).toEqual([]);
	});

	it('breaks at lines and loses nothing but white space', () => {
		const text = 'One.\r\n\r\nTwo METHODS: no.\nConclusion: yes.';
		const joined = paragraphs(text)
			.map((p) => text.slice(p.start, p.end))
			.join('');
		expect(joined.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
	});
});
