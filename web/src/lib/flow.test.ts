import { describe, expect, it } from 'vitest';
import type { Flow } from '$lib/api/types';
import { boxNumber, stillOpen } from './flow';

const box = (key: string, n: number) => ({ key, n, label: { ja: '', en: '' }, parts: [] });
const flow: Flow = {
	counts: {},
	boxes: [box('sought', 12), box('other_sought', 3), box('sought_more', 99)],
	identities: [],
	still_open: { title_abstract: 4 },
	interim: true,
};

describe('boxNumber', () => {
	it('adds both columns and nothing else', () => {
		expect(boxNumber(flow, 'sought')).toBe(15);
		expect(boxNumber(flow, 'identified')).toBe(0);
		expect(boxNumber(null, 'sought')).toBe(0);
	});
});

describe('stillOpen', () => {
	it('is 0 for what is not named', () => {
		expect(stillOpen(flow, 'title_abstract')).toBe(4);
		expect(stillOpen(flow, 'full_text')).toBe(0);
	});
});
