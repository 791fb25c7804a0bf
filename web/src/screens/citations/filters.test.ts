import { describe, expect, it } from 'vitest';
import { isFiltered, outcomeChoice, readFilters, splitChoice } from './filters';

describe('filters', () => {
	it('are read from the address', () => {
		expect(readFilters(new URLSearchParams('q=%20精神 &box=excluded_full_text:x&nothing=1&label='))).toEqual({
			q: '精神',
			box: 'excluded_full_text:x',
		});
	});
	it('join stage and outcome into one choice and back', () => {
		const choice = outcomeChoice({ stage: 'full_text', outcome: 'excluded:r1' });
		expect(splitChoice(choice)).toEqual({ stage: 'full_text', outcome: 'excluded:r1' });
		expect(splitChoice('')).toEqual({ stage: null, outcome: null });
		expect(outcomeChoice({ stage: 'full_text' })).toBe('');
	});
	it('know when something is chosen', () => {
		expect(isFiltered({ q: 'a', sort: 'year' })).toBe(false);
		expect(isFiltered({ label: 'l' })).toBe(true);
	});
});
