import { describe, expect, it } from 'vitest';
import { joinPairs } from './pairs';

describe('joinPairs', () => {
	it('adds up what has the same names, in either order', () => {
		expect(
			joinPairs([
				{ a: 'MEDLINE', b: 'MEDLINE', n: 1 },
				{ a: 'PsycInfo', b: 'MEDLINE', n: 9 },
				{ a: 'MEDLINE', b: 'PsycInfo', n: 5 },
				{ a: 'MEDLINE', b: 'MEDLINE', n: 2 },
			]),
		).toEqual([
			{ a: 'PsycInfo', b: 'MEDLINE', n: 14 },
			{ a: 'MEDLINE', b: 'MEDLINE', n: 3 },
		]);
	});
});
