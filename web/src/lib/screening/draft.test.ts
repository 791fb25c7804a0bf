import { describe, expect, it } from 'vitest';
import { Draft, type DraftRules } from './draft.svelte';

const rules: DraftRules = {
	stage: 'title_abstract',
	criteria: [
		{ id: 'p', position: 1 },
		{ id: 'c', position: 2 },
	],
	reasons: [
		{ id: 'rp', criterion_id: 'p', stages: ['title_abstract'], position: 1, active: true },
		{ id: 'rx', criterion_id: null, stages: ['title_abstract'], position: 2, active: true },
	],
	reason_required: false,
	answers_required: false,
};
const draft = (over: Partial<DraftRules> = {}) => new Draft(() => ({ ...rules, ...over }));

describe('Draft', () => {
	it('lets one key decide', () => {
		expect(draft().decide('include')).toEqual({ verdict: 'include', answers: {}, reason_id: null, note: '' });
		expect(draft().decide('exclude')).toMatchObject({ verdict: 'exclude', reason_id: null });
	});

	it('takes the reason from the first criterion not met, unless another was chosen', () => {
		const d = draft();
		d.answer('p', 'not_met');
		expect(d.suggestion).toBe('exclude');
		expect(d.decide('exclude')?.reason_id).toBe('rp');
		d.choose('rx');
		expect(d.decide('exclude')?.reason_id).toBe('rx');
		expect(d.decide('maybe')?.reason_id).toBeNull();
	});

	it('lets a reason from the answers follow them again after undo, and keeps one that was chosen', () => {
		const d = draft({
			reasons: [...rules.reasons, { id: 'rc', criterion_id: 'c', stages: [], position: 3, active: true }],
		});
		d.answer('p', 'not_met');
		d.reset(d.decide('exclude'));
		expect(d.decide('exclude')?.reason_id).toBe('rp');
		d.answer('p', 'met');
		d.answer('c', 'not_met');
		expect(d.decide('exclude')?.reason_id).toBe('rc');
		d.choose('rx');
		d.reset(d.decide('exclude'));
		d.answer('c', 'unclear');
		expect(d.reason).toBe('rx');
	});

	it('asks once about a contradiction', () => {
		const d = draft();
		d.answer('c', 'not_met');
		expect(d.decide('include')).toBeNull();
		expect(d.problem).toEqual({ kind: 'contradiction', verdict: 'include' });
		expect(d.decide('include')).toMatchObject({ verdict: 'include' });
		expect(d.decide('include')).toBeNull();
		d.cycle('c');
		expect(d.problem).toBeNull();
	});

	it('waits for a required reason and says when it has come', () => {
		const d = draft({ reason_required: true });
		expect(d.decide('include')).not.toBeNull();
		expect(d.decide('exclude')).toBeNull();
		expect(d.picking).toBe(true);
		expect(d.choose('rx')).toBe(true);
		expect(d.decide('exclude')?.reason_id).toBe('rx');
		expect(d.choose('rp')).toBe(false);
	});

	it('wants every answer where the lead demands it', () => {
		const d = draft({ answers_required: true });
		d.cycle('p');
		expect(d.decide('include')).toBeNull();
		expect(d.problem).toEqual({ kind: 'answers' });
		d.cycle('c');
		expect(d.decide('include')).not.toBeNull();
	});

	it('is emptied for the next citation and filled again by undo', () => {
		const d = draft();
		d.note = ' a note ';
		d.cycle('p');
		const sent = d.decide('maybe');
		d.reset();
		expect([d.answers, d.note, d.chosen]).toEqual([{}, '', null]);
		d.reset(sent);
		expect([d.answers, d.note]).toEqual([{ p: 'met' }, 'a note']);
	});
});
