/** What two short texts have in common and where they differ, word by word (character by character in Japanese). Pure.
 *  Rule: a mark is worth a look. Punctuation alone is not marked, and what two differing stretches share by chance does not cut them. */

export interface Segment {
	text: string;
	/** Needs no look: stands in the other text too, at this place. Differences of width, case and punctuation don't count. */
	same: boolean;
}

/** Beyond this many pieces a side, the comparison would be slow and of no use to a reader. */
export const MAX_PIECES = 900;

/** Latin words, numbers, single characters of other scripts, runs of white space, single marks. */
const PIECE = /[\p{Script=Latin}\p{M}\p{N}]+|\s+|./gsu;

const fold = (piece: string): string =>
	/^\s+$/.test(piece)
		? ' '
		: piece
				.normalize('NFKC')
				.toLowerCase()
				.replace(/[‐‑–—−]/g, '-');

/** How much a piece says: a word or number 2, any other letter 1, marks and white space nothing. */
const weight = (piece: string): number =>
	/^[\p{Script=Latin}\p{M}\p{N}]/u.test(piece) ? 2 : /^[\p{L}\p{S}]/u.test(piece) ? 1 : 0;
/** Shared text between two differences that weighs less (one kana, a comma) is there by chance. */
const MIN_WEIGHT = 2;
const weigh = (pieces: readonly string[]): number => pieces.reduce((sum, piece) => sum + weight(piece), 0);

/** What two equal pieces add: words before letters before marks and spaces, so that no space is kept at the price of a word. */
const gain = (piece: string): number => 1 + 2 * weight(piece);

/** How much every pair of tails can share at most. */
function table(a: readonly string[], b: readonly string[]): Uint16Array[] {
	const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--) {
		const row = rows[i] as Uint16Array;
		const below = rows[i + 1] as Uint16Array;
		for (let j = b.length - 1; j >= 0; j--) {
			row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + gain(b[j] ?? '') : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
		}
	}
	return rows;
}

/** Stretches that stand in both, from `i` and from `j`. */
interface Shared {
	i: number;
	j: number;
	length: number;
}

function shared(x: readonly string[], y: readonly string[]): Shared[] {
	const best = table(x, y);
	const found: Shared[] = [];
	let i = 0;
	let j = 0;
	while (i < x.length && j < y.length) {
		if (x[i] === y[j]) {
			const last = found.at(-1);
			if (last && last.i + last.length === i && last.j + last.length === j) last.length += 1;
			else found.push({ i, j, length: 1 });
			i += 1;
			j += 1;
		} else if ((best[i + 1]?.[j] ?? 0) >= (best[i]?.[j + 1] ?? 0)) i++;
		else j++;
	}
	return found;
}

function join(pieces: readonly string[], same: readonly boolean[]): Segment[] {
	const out: Segment[] = [];
	const add = (text: string, same: boolean) => {
		const last = out.at(-1);
		if (last && last.same === same) last.text += text;
		else if (text) out.push({ text, same });
	};
	for (let from = 0, to = 0; from < pieces.length; from = to) {
		while (to < pieces.length && same[to] === same[from]) to++;
		const stretch = pieces.slice(from, to);
		const text = stretch.join('');
		if (same[from] || weigh(stretch) === 0) add(text, true);
		else {
			// A mark ends where its words end.
			const [, before = '', words = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
			add(before, true);
			add(words, false);
			add(after, true);
		}
	}
	return out;
}

/** Both texts in segments; put together again, each side's segments are its text. */
export function diff(a: string, b: string): [Segment[], Segment[]] {
	const left = a.match(PIECE) ?? [];
	const right = b.match(PIECE) ?? [];
	if (left.length > MAX_PIECES || right.length > MAX_PIECES) {
		const same = a === b;
		return [a ? [{ text: a, same }] : [], b ? [{ text: b, same }] : []];
	}
	const sameLeft = left.map(() => false);
	const sameRight = right.map(() => false);
	for (const { i, j, length } of shared(left.map(fold), right.map(fold))) {
		const between = (i > 0 || j > 0) && (i + length < left.length || j + length < right.length);
		if (between && weigh(left.slice(i, i + length)) < MIN_WEIGHT) continue;
		sameLeft.fill(true, i, i + length);
		sameRight.fill(true, j, j + length);
	}
	return [join(left, sameLeft), join(right, sameRight)];
}
