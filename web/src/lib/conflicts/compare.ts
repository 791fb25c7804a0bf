//! Lays the decisions of a conflict side by side.
//! Rule: a row is marked as differing only when two given answers differ; "no answer" is no disagreement.

import type { Answer, DecisionView } from '$lib/api/types';

export interface CompareRow {
	criterion: string;
	/** One per decision, in the decisions' order. */
	answers: (Answer | null)[];
	differs: boolean;
}

/** One row per criterion. */
export function compareAnswers(criteria: readonly { id: string }[], decisions: readonly DecisionView[]): CompareRow[] {
	return criteria.map(({ id }) => {
		const answers = decisions.map((d) => d.answers[id] ?? null);
		return { criterion: id, answers, differs: new Set(answers.filter((a) => a !== null)).size > 1 };
	});
}

/** Everybody excludes: what they disagree on is only the reason. */
export function onlyReasonsDiffer(decisions: readonly DecisionView[]): boolean {
	return decisions.length > 1 && decisions.every((d) => d.verdict === 'exclude');
}
