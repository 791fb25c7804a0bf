//! Finds the paragraphs and section labels of an abstract, so that a structured abstract reads as one.
//! Rule: it only says where to break; no character of the text is changed or dropped except line breaks and their spaces.

/** One paragraph as offsets into the text; `label_end` > `start` when it opens with a section label. */
export interface Paragraph {
	start: number;
	end: number;
	label_end: number;
}

const ENGLISH =
	'BACKGROUND|INTRODUCTION|CONTEXT|OBJECTIVES?|AIMS?|AIM AND OBJECTIVES?|AIMS AND OBJECTIVES|PURPOSE|IMPORTANCE|RATIONALE|' +
	'DESIGN|STUDY DESIGN|SETTING|SETTINGS|PARTICIPANTS|PATIENTS|SUBJECTS|POPULATION|SAMPLE|INTERVENTIONS?|EXPOSURES?|' +
	'MATERIALS? AND METHODS?|MATERIALS? & METHODS?|PATIENTS AND METHODS|SUBJECTS AND METHODS|METHODS?|METHODOLOGY|PROCEDURES?|' +
	'METHODS AND RESULTS|METHODS AND FINDINGS|DATA SOURCES?|STUDY SELECTION|DATA EXTRACTION|DATA EXTRACTION AND SYNTHESIS|' +
	'DATA COLLECTION AND ANALYSIS|SEARCH METHODS|SELECTION CRITERIA|SEARCH STRATEGY|REVIEW METHODS|DATA SYNTHESIS|' +
	'MEASUREMENTS?|MEASURES|MAIN OUTCOME MEASURES?|OUTCOME MEASURES|MAIN OUTCOMES AND MEASURES|MAIN RESULTS|RESULTS?|FINDINGS|' +
	'DISCUSSION|LIMITATIONS|CONCLUSIONS?|CONCLUSIONS AND RELEVANCE|CONCLUSIONS AND IMPLICATIONS FOR PRACTICE|' +
	"AUTHORS?[’'] CONCLUSIONS?|INTERPRETATION|IMPLICATIONS|IMPLICATIONS FOR PRACTICE|RELEVANCE TO CLINICAL PRACTICE|" +
	'CLINICAL IMPLICATIONS|PRACTICE IMPLICATIONS|IMPACT STATEMENT|TRIAL REGISTRATION|CLINICAL TRIAL REGISTRATION|REGISTRATION|' +
	'FUNDING|SIGNIFICANCE|SUMMARY|ETHICS|KEYWORDS';
/** These words in any case at the start of a line or sentence, with a colon after them; `findLabels` asks for a capital. */
const ENGLISH_LABEL = new RegExp(`(?<=^|[.。)\\]!?]\\s{0,2}|\\n\\s*)(?:${ENGLISH})\\s?[:：]`, 'gi');
const JAPANESE_WORDS =
	'(?:研究)?目的|背景|背景と目的|背景・目的|はじめに|序論|方法|対象|対象と方法|対象・方法|方法と対象|研究方法|調査方法|介入|' +
	'結果|結果と考察|結果・考察|成績|考察|考察と結論|結論|結語|まとめ|おわりに|倫理的配慮|症例|意義|緒言|【[^】]{1,12}】';
const JAPANESE_LABEL = new RegExp(
	`【[^】\\n]{1,14}】[:：]?|[〔［\\[<＜〈](?:${JAPANESE_WORDS})[〕］\\]>＞〉][:：]?|(?<=^|[。．.)）]\\s{0,2}|\\n\\s*)(?:${JAPANESE_WORDS})[:：]`,
	'g',
);

/** Splits at line breaks and before section labels. An empty text has no paragraphs. */
export function paragraphs(text: string): Paragraph[] {
	const labels = findLabels(text);
	const out: Paragraph[] = [];
	for (const [lineStart, lineEnd] of lines(text)) {
		const inLine = labels.filter(([start]) => start >= lineStart && start < lineEnd);
		const first = inLine[0]?.[0] ?? lineEnd;
		if (first > lineStart) pushTrimmed(out, text, lineStart, first, lineStart);
		inLine.forEach(([start, end], i) => pushTrimmed(out, text, start, inLine[i + 1]?.[0] ?? lineEnd, end));
	}
	return out;
}

function findLabels(text: string): [number, number][] {
	const found = new Map<number, number>();
	for (const hit of text.matchAll(ENGLISH_LABEL)) {
		if (/^[A-Z]/.test(hit[0])) found.set(hit.index, hit.index + hit[0].length);
	}
	for (const hit of text.matchAll(JAPANESE_LABEL)) found.set(hit.index, hit.index + hit[0].length);
	return [...found].sort((a, b) => a[0] - b[0]);
}

function lines(text: string): [number, number][] {
	const out: [number, number][] = [];
	let start = 0;
	for (const hit of text.matchAll(/\r\n|\r|\n/g)) {
		out.push([start, hit.index]);
		start = hit.index + hit[0].length;
	}
	out.push([start, text.length]);
	return out;
}

function pushTrimmed(out: Paragraph[], text: string, start: number, end: number, label_end: number): void {
	const piece = text.slice(start, end);
	const from = start + (piece.length - piece.trimStart().length);
	const to = end - (piece.length - piece.trimEnd().length);
	if (from < to) out.push({ start: from, end: to, label_end: Math.min(Math.max(from, label_end), to) });
}
