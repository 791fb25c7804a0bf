/** What a source said it found beside what its files gave, and which source a file probably belongs to. Pure. */
import type { Search, Source } from '$lib/api/types';

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

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** The source whose name or platform the recognised provider (or the file's name) speaks of; null where none does. */
export function guessSource<S extends Pick<Source, 'id' | 'name' | 'platform'>>(provider: string | null, fileName: string, sources: readonly S[]): S | null {
	const hints = [provider ?? '', fileName].map(fold).filter((hint) => hint !== '');
	const fits = (text: string | null) => {
		const folded = fold(text ?? '');
		return folded.length >= 3 && hints.some((hint) => hint.includes(folded) || (hint.length >= 3 && folded.includes(hint)));
	};
	const byName = sources.filter((source) => fits(source.name));
	if (byName.length === 1) return byName[0] ?? null;
	const byPlatform = (byName.length > 0 ? byName : sources).filter((source) => fits(source.platform));
	if (byPlatform.length === 1) return byPlatform[0] ?? null;
	return sources.length === 1 ? (sources[0] ?? null) : null;
}
