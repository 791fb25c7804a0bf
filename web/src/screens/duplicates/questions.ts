/** What is still to be asked when some questions are answered. Pure. Rule: nobody is asked what follows from what was said. */
import type { Id, Pair, PairVerdict } from '$lib/api/types';

export type Answer = Exclude<PairVerdict, 'review'>;

/** Questions of `pool` that these answers leave, in order; those that have come to be about the same two citations are one. */
export function stillOpen(
	pool: readonly Pair[],
	answers: readonly { readonly pair: Pair; readonly verdict: Answer }[],
): Pair[] {
	const joined = new Map<Id, Id>();
	const root = (id: Id): Id => {
		let at = id;
		for (let up = joined.get(at); up !== undefined; up = joined.get(at)) at = up;
		return at;
	};
	for (const { pair, verdict } of answers) {
		const [a, b] = [root(pair.a_citation), root(pair.b_citation)];
		if (verdict === 'same' && a !== b) joined.set(a, b);
	}
	const between = (pair: Pair) => [root(pair.a_citation), root(pair.b_citation)].sort().join('|');
	const apart = new Set(answers.filter(({ verdict }) => verdict !== 'same').map(({ pair }) => between(pair)));
	const open = new Map<string, Pair>();
	for (const pair of pool) {
		const key = between(pair);
		if (root(pair.a_citation) === root(pair.b_citation) || apart.has(key)) continue;
		const first = open.get(key);
		const { a, b, also } = pair;
		open.set(key, first ? { ...first, also: [...first.also, { a: a.id ?? '', b: b.id ?? '' }, ...also] } : pair);
	}
	return [...open.values()];
}
