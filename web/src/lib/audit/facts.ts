//! What the audit trail's before and after say in a few words, for a line in a list.
//! Rule: only what people wrote or chose is shown; ids appear as the names they stand for, or not at all.

/** How ids and codes become words. */
export interface Words {
	stage: (code: string) => string;
	verdict: (code: string) => string;
	role: (code: string) => string;
	reason: (id: string) => string;
	notRetrieved: (code: string) => string;
}

const PLAIN = ['name', 'title', 'file_name', 'file', 'link', 'url', 'note'] as const;
/** Longer texts are cut: the whole stands under "before and after". */
const MAX_CHARS = 120;

/** The facts of a change's value in reading order; empty when it holds none that fit a line. */
export function facts(value: unknown, words: Words): string[] {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
	const entry = value as Record<string, unknown>;
	const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key].trim() : '');
	const out = [
		text('stage') && words.stage(text('stage')),
		text('verdict') && words.verdict(text('verdict')),
		text('said') && words.verdict(text('said')),
		text('role') && words.role(text('role')),
		text('reason_id') && words.reason(text('reason_id')),
		text('reason') && words.notRetrieved(text('reason')),
		...PLAIN.map(text),
	];
	return out
		.filter((fact): fact is string => Boolean(fact))
		.map((fact) => (fact.length > MAX_CHARS ? `${fact.slice(0, MAX_CHARS)}…` : fact));
}
