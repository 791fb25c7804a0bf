/** Duplicates by pair of sources. Pure. */
import type { DedupState } from '$lib/api/types';

type SourcePair = DedupState['by_pair'][number];

/** Sources of one name (a database on two platforms) are one line; whichever was named first. Most first. */
export function joinPairs(pairs: readonly SourcePair[]): SourcePair[] {
	const joined = new Map<string, SourcePair>();
	for (const { a, b, n } of pairs) {
		const [x, y] = a <= b ? [a, b] : [b, a];
		const key = JSON.stringify([x, y]);
		const known = joined.get(key);
		joined.set(key, known ? { ...known, n: known.n + n } : { a, b, n });
	}
	return [...joined.values()].sort((p, q) => q.n - p.n);
}
