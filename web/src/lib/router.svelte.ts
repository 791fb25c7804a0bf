/** The one table of routes. The URL holds the state of every view; the server answers index.html for each of them. */

export const routes = {
	home: '/',
	sign_in: '/sign-in',
	setup: '/setup',
	invitation: '/join/:token',
	users: '/users',
	account: '/account',
	overview: '/reviews/:r',
	sources: '/reviews/:r/sources',
	import: '/reviews/:r/imports/:id',
	duplicates: '/reviews/:r/duplicates',
	citations: '/reviews/:r/citations',
	citation: '/reviews/:r/citations/:c',
	screening: '/reviews/:r/screening/:stage',
	my_decisions: '/reviews/:r/screening/:stage/mine',
	full_text: '/reviews/:r/full-text',
	conflicts: '/reviews/:r/conflicts',
	studies: '/reviews/:r/studies',
	prisma: '/reviews/:r/prisma',
	progress: '/reviews/:r/progress',
	audit: '/reviews/:r/audit',
	settings: '/reviews/:r/settings',
} as const;

export type RouteName = keyof typeof routes;
type ParamNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
	? Name | ParamNames<`/${Rest}`>
	: P extends `${string}:${infer Name}`
		? Name
		: never;
export type RouteParams<N extends RouteName> = Record<ParamNames<(typeof routes)[N]>, string>;
export type QueryValues = Record<string, string | number | boolean | null | undefined>;

export interface Match {
	name: RouteName;
	params: Record<string, string>;
}

/** The address of a view, with its query. */
export function href<N extends RouteName>(name: N, params?: RouteParams<N>, query: QueryValues = {}): string {
	const values: Record<string, string> = params ?? {};
	const path = routes[name].replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ''));
	const search = new URLSearchParams();
	for (const [key, value] of Object.entries(query)) {
		if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
	}
	const text = search.toString();
	return text ? `${path}?${text}` : path;
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

/** Which view an address means; null where none. A trailing slash is forgiven. */
export function match(pathname: string): Match | null {
	const parts = pathname.split('/').filter(Boolean);
	for (const [name, pattern] of Object.entries(routes) as [RouteName, string][]) {
		const wanted = pattern.split('/').filter(Boolean);
		if (wanted.length !== parts.length) continue;
		const params: Record<string, string> = {};
		const fits = wanted.every((want, i) => {
			const part = parts[i] ?? '';
			if (want.startsWith(':')) params[want.slice(1)] = decode(part);
			return want.startsWith(':') || want === part;
		});
		if (fits) return { name, params };
	}
	return null;
}

class Router {
	path = $state(location.pathname);
	search = $state(location.search);
	match = $derived(match(this.path));
	query = $derived(new URLSearchParams(this.search));

	constructor() {
		addEventListener('popstate', () => this.#read());
		document.addEventListener('click', (event) => this.#click(event));
	}

	#read(): void {
		this.path = location.pathname;
		this.search = location.search;
	}

	/** Follows links within the app without loading the page anew; everything else is the browser's. */
	#click(event: MouseEvent): void {
		if (
			event.defaultPrevented ||
			event.button !== 0 ||
			event.metaKey ||
			event.ctrlKey ||
			event.shiftKey ||
			event.altKey
		)
			return;
		const target = event.target instanceof Element ? event.target.closest('a') : null;
		if (!(target instanceof HTMLAnchorElement) || target.target || target.hasAttribute('download')) return;
		if (target.origin !== location.origin || target.pathname.startsWith('/api/') || !match(target.pathname)) return;
		if (target.pathname === location.pathname && target.search === location.search && target.hash) return;
		event.preventDefault();
		this.go(target.pathname + target.search + target.hash);
	}

	/** Goes to an address made by `href`. */
	go(to: string, options: { replace?: boolean; keepScroll?: boolean } = {}): void {
		if (options.replace) history.replaceState(null, '', to);
		else history.pushState(null, '', to);
		this.#read();
		if (!options.keepScroll) scrollTo(0, 0);
	}

	param(name: string): string {
		return this.match?.params[name] ?? '';
	}

	/** Changes parts of the query in place (null or '' takes one away); the history gets an entry unless `replace`. */
	setQuery(patch: QueryValues, options: { replace?: boolean } = {}): void {
		const next = new URLSearchParams(this.search);
		for (const [key, value] of Object.entries(patch)) {
			if (value === undefined || value === null || value === '') next.delete(key);
			else next.set(key, String(value));
		}
		const text = next.toString();
		this.go(this.path + (text ? `?${text}` : ''), { replace: options.replace ?? false, keepScroll: true });
	}
}

export const router = new Router();
