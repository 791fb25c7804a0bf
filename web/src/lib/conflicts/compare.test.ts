import { describe, expect, it } from 'vitest';
import type { DecisionView } from '$lib/api/types';
import { compareAnswers, onlyReasonsDiffer } from './compare';

const decision = (verdict: DecisionView['verdict'], answers: DecisionView['answers']) =>
	({ verdict, answers }) as DecisionView;

describe('compareAnswers', () => {
	it('marks rows on which given answers differ', () => {
		const rows = compareAnswers(
			[{ id: 'p' }, { id: 'c' }, { id: 'x' }],
			[decision('include', { p: 'met', c: 'met' }), decision('exclude', { p: 'met', c: 'not_met', x: 'unclear' })],
		);
		expect(rows).toEqual([
			{ criterion: 'p', answers: ['met', 'met'], differs: false },
			{ criterion: 'c', answers: ['met', 'not_met'], differs: true },
			{ criterion: 'x', answers: [null, 'unclear'], differs: false },
		]);
	});

	it('knows when only the reasons differ', () => {
		expect(onlyReasonsDiffer([decision('exclude', {}), decision('exclude', {})])).toBe(true);
		expect(onlyReasonsDiffer([decision('exclude', {}), decision('maybe', {})])).toBe(false);
		expect(onlyReasonsDiffer([])).toBe(false);
	});
});
