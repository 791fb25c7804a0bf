import { describe, expect, it } from 'vitest';
import type { Pair } from '$lib/api/types';
import { stillOpen, type Answer } from './questions';

/** A pair of two citations of one record each. */
const pair = (of: string) => {
	const [a, b] = [...of];
	return { a: { id: a }, b: { id: b }, a_citation: a, b_citation: b, also: [] as Pair['also'] } as Pair;
};
const POOL = ['ab', 'ax', 'bx', 'yz'].map(pair);
const left = (...answers: [string, Answer][]) =>
	stillOpen(
		POOL,
		answers.map(([of, verdict]) => ({ pair: pair(of), verdict })),
	).map((open) =>
		[open, ...open.also].map((p) => ('a_citation' in p ? `${p.a_citation}${p.b_citation}` : `${p.a}${p.b}`)),
	);

describe('stillOpen', () => {
	it('leaves what is not answered', () => {
		expect(left()).toEqual([['ab'], ['ax'], ['bx'], ['yz']]);
		expect(left(['ax', 'different'])).toEqual([['ab'], ['bx'], ['yz']]);
	});
	it('asks once about two that have become one', () => {
		expect(left(['ab', 'same'])).toEqual([['ax', 'bx'], ['yz']]);
	});
	it('does not ask what follows', () => {
		expect(left(['ab', 'same'], ['bx', 'same'])).toEqual([['yz']]);
		expect(left(['ab', 'same'], ['ax', 'different'])).toEqual([['yz']]);
		expect(left(['ax', 'related'], ['ab', 'same'])).toEqual([['yz']]);
		expect(left(['ax', 'different'], ['bx', 'same'])).toEqual([['yz']]);
	});
});
