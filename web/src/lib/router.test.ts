import { describe, expect, it } from 'vitest';
import { href, match, router, routes, type RouteName } from './router.svelte';

describe('routes', () => {
	it('come back from their own addresses', () => {
		for (const name of Object.keys(routes) as RouteName[]) {
			const params = { r: 'r1', c: 'c/1', id: 'ü', stage: 'title_abstract', token: 't' };
			const path = href(name, params as never);
			expect(match(path)?.name).toBe(name);
			for (const [key, value] of Object.entries(match(path)?.params ?? {})) {
				expect(value).toBe(params[key as keyof typeof params]);
			}
		}
	});

	it('leave empty query values out', () => {
		expect(href('citations', { r: 'x' }, { q: '精神 障害', year_from: null, after: '' })).toBe(
			`/reviews/x/citations?q=${encodeURIComponent('精神')}+${encodeURIComponent('障害')}`,
		);
	});

	it('do not match what is not there', () => {
		expect(match('/reviews/x/nothing')).toBeNull();
		expect(match('/reviews/x/%E0%A4%A/')?.name).toBeUndefined();
		expect(match('/reviews/x/citations/')?.name).toBe('citations');
	});
});

describe('router', () => {
	it('changes the query in place', () => {
		router.go('/reviews/x/citations?q=a&label=1');
		router.setQuery({ q: 'b', label: null });
		expect(location.search).toBe('?q=b');
		expect(router.query.get('q')).toBe('b');
		expect(router.param('r')).toBe('x');
	});
});
