import { describe, expect, it } from 'vitest';
import { splitFound } from './found';

describe('splitFound', () => {
	it('tells hits apart', () => {
		expect(splitFound('a \u0001ケース\u0002 b')).toEqual([
			{ text: 'a ', hit: false },
			{ text: 'ケース', hit: true },
			{ text: ' b', hit: false },
		]);
	});
	it('loses nothing to stray marks', () => {
		expect(
			splitFound('\u0002a\u0001\u0001b')
				.map((p) => p.text)
				.join(''),
		).toBe('ab');
		expect(splitFound('')).toEqual([]);
	});
});
