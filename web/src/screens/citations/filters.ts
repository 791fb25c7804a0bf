/** The filters of the citation list: they live in the URL under the names that the server uses. Pure. */
import type { Stage } from '$lib/api/types';

export const FILTERS = [
	'q',
	'source',
	'stage',
	'outcome',
	'label',
	'box',
	'removed',
	'year_from',
	'year_to',
	'sort',
] as const;
export type Filter = (typeof FILTERS)[number];
export type Filters = Partial<Record<Filter, string>>;

/** What the address asks for; unknown parts are left alone. */
export function readFilters(query: URLSearchParams): Filters {
	const filters: Filters = {};
	for (const name of FILTERS) {
		const value = query.get(name)?.trim();
		if (value) filters[name] = value;
	}
	return filters;
}

/** Stage and outcome are one choice on the page: `title_abstract:excluded`. */
export function outcomeChoice(filters: Filters): string {
	return filters.stage && filters.outcome ? `${filters.stage}/${filters.outcome}` : '';
}

export function splitChoice(choice: string): { stage: Stage | null; outcome: string | null } {
	const at = choice.indexOf('/');
	if (at < 0) return { stage: null, outcome: null };
	return { stage: choice.slice(0, at) as Stage, outcome: choice.slice(at + 1) };
}

/** Is anything but the order and the words chosen? */
export function isFiltered(filters: Filters): boolean {
	return FILTERS.some((name) => name !== 'sort' && name !== 'q' && filters[name] !== undefined);
}
