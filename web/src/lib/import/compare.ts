/** What a source said it found beside what its files gave, and which source a file probably belongs to. Pure. */
import type { Search, Source } from '$lib/api/types';
import { platformOf, sourceOf } from './providers';

export type HitsCompared =
	| { kind: 'unknown' }
	| { kind: 'equal'; entries: number }
	| { kind: 'fewer' | 'more'; entries: number; by: number };

/** The entries of a search's files that count: those of withdrawn and failed imports do not. */
export function entriesOf(search: Pick<Search, 'imports'>): number {
	return search.imports.filter((i) => i.status === 'done' || i.status === 'reading').reduce((n, i) => n + i.entries, 0);
}

/** Compares the number of hits that the source showed with the entries of its files. */
export function compareHits(hits: number | null, entries: number): HitsCompared {
	if (hits === null || entries === 0) return { kind: 'unknown' };
	if (hits === entries) return { kind: 'equal', entries };
	return { kind: entries < hits ? 'fewer' : 'more', entries, by: Math.abs(hits - entries) };
}

const fold = (text: string): string =>
	text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, '');

/** Words of a name that can be looked for in a file's name: short ones (of, web) stand in too many. */
const MIN_WORD = 4;
const words = (text: string): string[] =>
	text
		.split(/[^\p{L}\p{N}]+/u)
		.map(fold)
		.filter((word) => word.length >= MIN_WORD);

/** Platforms at which many databases are searched. */
const SHARED_PLATFORMS = ['ovid', 'ebscohost', 'proquest'];

/** How well a source fits: its name in what the provider is called, its platform, its name's words in the file's name. */
function fit(source: Pick<Source, 'name' | 'platform'>, provider: string | null, fileName: string): number {
	const file = fold(fileName);
	const same = (a: string, b: string) =>
		a !== '' && b !== '' && (a === b || (Math.min(a.length, b.length) >= MIN_WORD && (a.includes(b) || b.includes(a))));
	const [platform, only] = [fold(platformOf(provider)), fold(sourceOf(provider))];
	const named = fold(`${source.name} ${source.platform ?? ''}`);
	if (SHARED_PLATFORMS.some((shared) => shared !== platform && named.includes(shared))) return 0;
	const byName = same(only, fold(source.name)) ? 2 : 0;
	const byPlatform = same(platform, fold(source.platform ?? '')) ? 2 : 0;
	const inFile = words(source.name).some((word) => file.includes(word)) ? 3 : 0;
	const platformInFile = words(source.platform ?? '').some((word) => file.includes(word)) ? 1 : 0;
	// Many databases are searched at one platform: the platform alone says nothing of the source.
	if (SHARED_PLATFORMS.includes(platform) && inFile === 0) return 0;
	return byName + byPlatform + inFile + platformInFile;
}

/** The source that a file most probably belongs to; null where none fits or two fit as well. */
export function guessSource<S extends Pick<Source, 'name' | 'platform'>>(
	provider: string | null,
	fileName: string,
	sources: readonly S[],
): S | null {
	const rated = sources.map((source) => ({ source, n: fit(source, provider, fileName) })).sort((a, b) => b.n - a.n);
	const [first, second] = rated;
	if (!first || first.n === 0 || first.n === second?.n) return null;
	return first.source;
}
