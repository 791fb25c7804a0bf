//! The review's rules in the shape a draft checks against, and in the shape the panel draws.
//! Rule: only saved criteria and reasons count; both are in the review's order.

import type { Criterion, Reason, Review, Stage } from '$lib/api/types';
import { reasonsAt, type ReasonRef } from './answers';
import type { DraftRules } from './draft.svelte';

export type SavedCriterion = Criterion & { id: string };
export type SavedReason = Reason & { id: string } & ReasonRef;

/** The criteria a reviewer answers, in order. */
export function criteriaOf(review: Review): SavedCriterion[] {
	return review.criteria.filter((c): c is SavedCriterion => c.id !== undefined).sort((a, b) => a.position - b.position);
}

/** The reasons that can be chosen at a stage, in order. */
export function reasonsOf(review: Review, stage: Stage): SavedReason[] {
	return reasonsAt(
		review.reasons.filter((r): r is SavedReason => r.id !== undefined),
		stage,
	);
}

export function rulesOf(review: Review, stage: Stage): DraftRules {
	const { exclusion_reason, answers_required } = review.stages[stage].settings;
	const reasons = reasonsOf(review, stage);
	return {
		stage,
		criteria: criteriaOf(review),
		reasons,
		// A reason cannot be asked for where the review has none.
		reason_required: exclusion_reason === 'required' && reasons.length > 0,
		answers_required,
	};
}
