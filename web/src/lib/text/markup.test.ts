import { describe, expect, it } from 'vitest';
import { parseMarkup } from './markup';

describe('parseMarkup', () => {
	it('separates understood tags from the text', () => {
		expect(parseMarkup('CO<sub>2</sub> and <I>in vivo</I>')).toEqual({
			text: 'CO2 and in vivo',
			marks: [
				{ start: 2, end: 3, tag: 'sub' },
				{ start: 8, end: 15, tag: 'i' },
			],
		});
	});

	it('leaves everything else as text', () => {
		for (const text of [
			'p<0.05 & n>3',
			'<script>alert(1)</script>',
			'<i onclick="x()">a</i>',
			'<img src=x onerror=y>',
			'a <b',
			'&lt;i&gt;',
			'</i>',
			'<i>open',
		]) {
			expect(parseMarkup(text).text).toBe(text);
			expect(parseMarkup(text).marks).toEqual([]);
		}
	});

	it('nests, and treats crossing tags as text', () => {
		expect(parseMarkup('<b>a<i>b</i></b>')).toEqual({
			text: 'ab',
			marks: [
				{ start: 0, end: 2, tag: 'b' },
				{ start: 1, end: 2, tag: 'i' },
			],
		});
		expect(parseMarkup('<i>a<b>c</i>d</b>')).toEqual({ text: 'a<b>cd</b>', marks: [{ start: 0, end: 5, tag: 'i' }] });
	});

	it('stays quick on many tags', () => {
		const before = performance.now();
		parseMarkup('<i>'.repeat(100_000) + '</b>'.repeat(100_000));
		expect(performance.now() - before).toBeLessThan(1500);
	});
});
