import { describe, expect, it } from 'vitest';
import { facts } from './facts';

const words = {
	verdict: (code: string) => `V:${code}`,
	answer: (code: string) => code,
	role: (code: string) => `R:${code}`,
	reason: (id: string) => (id === 'known' ? 'Wrong population' : ''),
	notRetrieved: (code: string) => code,
};

describe('facts', () => {
	it('reads a decision', () => {
		expect(facts({ verdict: 'exclude', reason_id: 'known', note: ' n ', task_id: 'x' }, words)).toEqual([
			'V:exclude',
			'Wrong population',
			'n',
		]);
	});

	it('leaves out ids, empties and shapes it does not know', () => {
		expect(facts({ reason_id: 'unknown', note: '', verdict: null }, words)).toEqual([]);
		for (const odd of [null, 'text', 3, [1], undefined]) expect(facts(odd, words)).toEqual([]);
		expect(facts({ note: 'x'.repeat(500) }, words)[0]).toHaveLength(121);
	});
});
