//! Folds text for matching while remembering where every folded character came from.
//! Rule: folding is for comparing only; what is shown is always a slice of the original.

/** Folded text. `lower` and `cased` have the same length; `from[i]`..`to[i]` is the original range of character i. */
export interface Folded {
	lower: string;
	cased: string;
	from: number[];
	to: number[];
}

const VARIANTS: Record<string, string> = {
	髙: '高',
	﨑: '崎',
	嵜: '崎',
	濵: '浜',
	濱: '浜',
	邊: '辺',
	邉: '辺',
	澤: '沢',
	齋: '斎',
	齊: '斉',
	廣: '広',
	國: '国',
	學: '学',
	會: '会',
	醫: '医',
	對: '対',
	應: '応',
	實: '実',
	發: '発',
	體: '体',
	關: '関',
	藥: '薬',
	癈: '廃',
	礙: '碍',
	'○': '〇',
	'◯': '〇',
	ァ: 'ア',
	ィ: 'イ',
	ゥ: 'ウ',
	ェ: 'エ',
	ォ: 'オ',
	ャ: 'ヤ',
	ュ: 'ユ',
	ョ: 'ヨ',
	ッ: 'ツ',
	ヮ: 'ワ',
	ヵ: 'カ',
	ヶ: 'ケ',
	'’': "'",
	'‘': "'",
	'“': '"',
	'”': '"',
};
const LONG_VOWELS = new Set(['ー', '―', '－', '‐', '-', '–', '—', '−', '‑', 'ｰ']);
const HYPHENS = new Set(['-', '‐', '‑', '–', '—', '−', '―']);
/** Marks that belong to the character before them, half-width voicing marks included. */
const COMBINING = /[\p{M}\uFF9E\uFF9F]/u;
const KATAKANA = /[\u30A1-\u30FA]/;
const CJK = /[\u3005-\u3007\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]/;
const SPACE = /\s/;

/**
 * NFKC, width, case, old and variant characters, small katakana, long vowel marks after katakana, hyphens as spaces,
 * spaces and line breaks inside a Japanese word, and 障がい/障碍 as 障害.
 */
export function fold(text: string): Folded {
	return joinShougai(foldCharacters(text));
}

function foldCharacters(text: string): Folded {
	const out: Folded = { lower: '', cased: '', from: [], to: [] };
	let at = 0;
	while (at < text.length) {
		const end = clusterEnd(text, at);
		for (const raw of text.slice(at, end).normalize('NFKC')) pushFolded(out, VARIANTS[raw] ?? raw, at, end);
		at = end;
	}
	return trimSpace(out);
}

/** The end of the character at `at` with the combining marks that follow it. */
function clusterEnd(text: string, at: number): number {
	let end = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
	while (end < text.length && COMBINING.test(text.charAt(end))) end += 1;
	return end;
}

function pushFolded(out: Folded, char: string, from: number, to: number): void {
	const previous = out.cased.at(-1) ?? '';
	if (LONG_VOWELS.has(char) && KATAKANA.test(previous)) {
		out.to[out.to.length - 1] = to;
		return;
	}
	if (HYPHENS.has(char) || SPACE.test(char)) {
		if (previous !== ' ' && previous !== '') push(out, ' ', ' ', from, to);
		return;
	}
	if (previous === ' ' && CJK.test(char) && CJK.test(out.cased.at(-2) ?? '')) pop(out);
	const lower = char.toLowerCase();
	for (let i = 0; i < lower.length; i += 1) {
		push(out, lower.charAt(i), lower.length === char.length ? char.charAt(i) : lower.charAt(i), from, to);
	}
}

function push(out: Folded, lower: string, cased: string, from: number, to: number): void {
	out.lower += lower;
	out.cased += cased;
	out.from.push(from);
	out.to.push(to);
}

function pop(out: Folded): void {
	out.lower = out.lower.slice(0, -1);
	out.cased = out.cased.slice(0, -1);
	out.from.pop();
	out.to.pop();
}

function trimSpace(out: Folded): Folded {
	if (out.cased.endsWith(' ')) pop(out);
	return out;
}

const SHOUGAI = /障(?:がい|碍)/g;

/** 障がい and 障碍 become 障害; of the two characters left the second one covers what was folded away. */
function joinShougai(text: Folded): Folded {
	if (!/障(?:がい|碍)/.test(text.lower)) return text;
	const out: Folded = { lower: '', cased: '', from: [], to: [] };
	let at = 0;
	const copy = (end: number) => {
		out.lower += text.lower.slice(at, end);
		out.cased += text.cased.slice(at, end);
		for (let i = at; i < end; i += 1) {
			out.from.push(text.from[i] ?? 0);
			out.to.push(text.to[i] ?? 0);
		}
		at = end;
	};
	for (const hit of text.lower.matchAll(SHOUGAI)) {
		copy(hit.index + 1);
		const end = hit.index + hit[0].length;
		push(out, '害', '害', text.from[at] ?? 0, text.to[end - 1] ?? 0);
		at = end;
	}
	copy(text.lower.length);
	return out;
}
