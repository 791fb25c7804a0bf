/** What two short texts have in common and where they differ, word by word (character by character in Japanese). Pure. */

export interface Segment {
	text: string;
	/** Stands in the other text too, at this place; differences of width and case don't count. */
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

/** Lengths of the longest common subsequence of every pair of tails. */
function table(a: readonly string[], b: readonly string[]): Uint16Array[] {
	const rows = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--) {
		const row = rows[i] as Uint16Array;
		const below = rows[i + 1] as Uint16Array;
		for (let j = b.length - 1; j >= 0; j--) {
			row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
		}
	}
	return rows;
}

function join(pieces: readonly string[], same: readonly boolean[]): Segment[] {
	const out: Segment[] = [];
	pieces.forEach((text, i) => {
		const last = out.at(-1);
		if (last && last.same === (same[i] ?? false)) last.text += text;
		else out.push({ text, same: same[i] ?? false });
	});
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
	const x = left.map(fold);
	const y = right.map(fold);
	const lengths = table(x, y);
	const sameLeft = left.map(() => false);
	const sameRight = right.map(() => false);
	let i = 0;
	let j = 0;
	while (i < x.length && j < y.length) {
		if (x[i] === y[j]) {
			sameLeft[i++] = true;
			sameRight[j++] = true;
		} else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i++;
		else j++;
	}
	return [join(left, sameLeft), join(right, sameRight)];
}
