import { describe, expect, it } from 'vitest';
import { facts } from './facts';

const words = {
	stage: (code: string) => `S:${code}`,
	verdict: (code: string) => `V:${code}`,
	role: (code: string) => `R:${code}`,
	reason: (id: string) => (id === 'known' ? 'Wrong population' : ''),
	notRetrieved: (code: string) => code,
};

describe('facts', () => {
	it('reads a decision', () => {
		expect(
			facts({ stage: 'full_text', verdict: 'exclude', reason_id: 'known', note: ' n ', task_id: 'x' }, words),
		).toEqual(['S:full_text', 'V:exclude', 'Wrong population', 'n']);
	});

	it('leaves out ids, empties and shapes it does not know', () => {
		expect(facts({ reason_id: 'unknown', note: '', verdict: null }, words)).toEqual([]);
		for (const odd of [null, 'text', 3, [1], undefined]) expect(facts(odd, words)).toEqual([]);
		expect(facts({ note: 'x'.repeat(500) }, words)[0]).toHaveLength(121);
	});
});
