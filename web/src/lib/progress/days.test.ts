import { describe, expect, it } from 'vitest';
import { fillDays, MAX_DAYS } from './days';

describe('fillDays', () => {
	it('fills gaps, over the end of a month', () => {
		expect(
			fillDays([
				{ day: '2026-11-01', n: 4 },
				{ day: '2026-10-30', n: 2 },
			]),
		).toEqual([
			{ day: '2026-10-30', n: 2 },
			{ day: '2026-10-31', n: 0 },
			{ day: '2026-11-01', n: 4 },
		]);
	});

	it('keeps the latest days and copes with nothing', () => {
		const days = fillDays([
			{ day: '2026-01-01', n: 1 },
			{ day: '2026-11-01', n: 2 },
		]);
		expect(days.length).toBe(MAX_DAYS);
		expect(days.at(-1)).toEqual({ day: '2026-11-01', n: 2 });
		expect(fillDays([])).toEqual([]);
		expect(fillDays([{ day: 'nonsense', n: 1 }])).toEqual([]);
	});
});
