//! Turns the few tags that titles and abstracts may carry into ranges over plain text.
//! Rule: only the tags of `MARKUP_TAGS`, without attributes and properly closed, are markup; everything else stays text.

/** The tags that are understood. Anything else is shown as the characters it is. */
export const MARKUP_TAGS = ['i', 'b', 'em', 'strong', 'sub', 'sup'] as const;
export type MarkupTag = (typeof MARKUP_TAGS)[number];

/** One stretch of marked-up text: UTF-16 offsets into `Marked.text`, end exclusive. */
export interface Mark {
	start: number;
	end: number;
	tag: MarkupTag;
}

/** Plain text without its understood tags, and where those tags applied. */
export interface Marked {
	text: string;
	marks: Mark[];
}

interface Tag {
	tag: MarkupTag;
	closing: boolean;
	start: number;
	end: number;
	partner: Tag | null;
}

const TAG = /<(\/?)(i|b|em|strong|sub|sup)>/gi;

/** Reads `source` and separates understood markup from text. Linear in the length of `source`. */
export function parseMarkup(source: string): Marked {
	if (!source.includes('<')) return { text: source, marks: [] };
	const tags = findTags(source);
	pairTags(tags);
	return cutTags(source, tags);
}

function findTags(source: string): Tag[] {
	const tags: Tag[] = [];
	for (const hit of source.matchAll(TAG)) {
		tags.push({
			tag: (hit[2] ?? '').toLowerCase() as MarkupTag,
			closing: hit[1] === '/',
			start: hit.index,
			end: hit.index + hit[0].length,
			partner: null,
		});
	}
	return tags;
}

/** Pairs each closing tag with the latest open one of its name; what was opened between and not closed stays text. */
function pairTags(tags: Tag[]): void {
	const open: Tag[] = [];
	const waiting: Record<string, number> = {};
	for (const tag of tags) {
		if (!tag.closing) {
			open.push(tag);
			waiting[tag.tag] = (waiting[tag.tag] ?? 0) + 1;
			continue;
		}
		if (!waiting[tag.tag]) continue;
		for (let top = open.pop(); top; top = open.pop()) {
			waiting[top.tag] = (waiting[top.tag] ?? 1) - 1;
			if (top.tag !== tag.tag) continue;
			top.partner = tag;
			tag.partner = top;
			break;
		}
	}
}

function cutTags(source: string, tags: Tag[]): Marked {
	let text = '';
	let from = 0;
	const marks: Mark[] = [];
	const startOf = new Map<Tag, number>();
	for (const tag of tags) {
		if (!tag.partner) continue;
		text += source.slice(from, tag.start);
		from = tag.end;
		if (!tag.closing) {
			startOf.set(tag, text.length);
			continue;
		}
		const start = startOf.get(tag.partner) ?? text.length;
		if (start < text.length) marks.push({ start, end: text.length, tag: tag.tag });
	}
	text += source.slice(from);
	marks.sort((a, b) => a.start - b.start || b.end - a.end);
	return { text, marks };
}
