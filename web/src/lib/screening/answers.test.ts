import { describe, expect, it } from 'vitest';
import {
	contradicts,
	cycleAnswer,
	reasonsAt,
	suggestedReason,
	suggestedVerdict,
	unanswered,
	type Answers,
} from './answers';

const criteria = [
	{ id: 'c', position: 2 },
	{ id: 'p', position: 1 },
	{ id: 'x', position: 3 },
];
const reason = (id: string, criterion_id: string | null, over = {}) => ({
	id,
	criterion_id,
	stages: ['title_abstract' as const],
	position: 1,
	active: true,
	...over,
});

describe('answers', () => {
	it('cycle through none, met, not met, unclear', () => {
		let answers: Answers = {};
		const seen = Array.from({ length: 4 }, () => (answers = cycleAnswer(answers, 'p'))['p']);
		expect(seen).toEqual(['met', 'not_met', 'unclear', undefined]);
	});

	it('suggest a verdict', () => {
		expect(suggestedVerdict({}, criteria)).toBeNull();
		expect(suggestedVerdict({ p: 'met', c: 'met', x: 'met' }, criteria)).toBe('include');
		expect(suggestedVerdict({ p: 'met', c: 'met' }, criteria)).toBe('maybe');
		expect(suggestedVerdict({ p: 'met', c: 'unclear', x: 'met' }, criteria)).toBe('maybe');
		expect(suggestedVerdict({ x: 'not_met' }, criteria)).toBe('exclude');
	});

	it('suggest the reason of the first criterion not met', () => {
		const reasons = [reason('off', 'p', { active: false }), reason('rp', 'p'), reason('rc', 'c')];
		expect(suggestedReason({ c: 'not_met', p: 'not_met' }, criteria, reasons, 'title_abstract')).toBe('rp');
		expect(suggestedReason({ c: 'not_met' }, criteria, reasons, 'title_abstract')).toBe('rc');
		expect(suggestedReason({ c: 'not_met' }, criteria, reasons, 'full_text')).toBeNull();
		expect(reasonsAt(reasons, 'full_text')).toEqual([]);
		expect(reasonsAt([reason('everywhere', null, { stages: [] })], 'full_text')).toHaveLength(1);
	});

	it('contradict a verdict only when they are clear', () => {
		expect(contradicts('include', { p: 'not_met' }, criteria)).toBe(true);
		expect(contradicts('exclude', { p: 'met', c: 'met', x: 'met' }, criteria)).toBe(true);
		expect(contradicts('exclude', { p: 'met' }, criteria)).toBe(false);
		expect(contradicts('include', {}, criteria)).toBe(false);
		expect(contradicts('maybe', { p: 'not_met' }, criteria)).toBe(false);
	});

	it('know what is missing, in order', () => {
		expect(unanswered({ x: 'met' }, criteria).map((c) => c.id)).toEqual(['p', 'c']);
	});
});
