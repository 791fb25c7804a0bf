//! What a reviewer has filled in for the citation on screen, and whether a verdict may go out with it.
//! Rule: a verdict that contradicts the answers is asked about once; the second press decides.

import {
	contradicts,
	cycleAnswer,
	setAnswer,
	suggestedReason,
	suggestedVerdict,
	unanswered,
	type Answer,
	type Answers,
	type CriterionRef,
	type ReasonRef,
	type StageName,
	type Verdict,
} from './answers';

/** The review's rules that a draft is checked against. */
export interface DraftRules {
	stage: StageName;
	criteria: readonly CriterionRef[];
	reasons: readonly ReasonRef[];
	reason_required: boolean;
	answers_required: boolean;
}

/** What was filled in. */
export interface Filled {
	answers: Answers;
	reason_id: string | null;
	note: string;
}

/** What is in the way of a verdict. */
export type Problem = { kind: 'reason' } | { kind: 'answers' } | { kind: 'contradiction'; verdict: Verdict };

export class Draft {
	answers = $state.raw<Answers>({});
	/** The reason chosen by hand; null leaves it to the answers. */
	chosen = $state<string | null>(null);
	note = $state('');
	problem = $state.raw<Problem | null>(null);
	/** The list of reasons is open for choosing by number. */
	picking = $state(false);

	readonly #rules: () => DraftRules;

	constructor(rules: () => DraftRules) {
		this.#rules = rules;
	}

	/** The reason an exclusion would carry. */
	get reason(): string | null {
		const { criteria, reasons, stage } = this.#rules();
		return this.chosen ?? suggestedReason(this.answers, criteria, reasons, stage);
	}

	get suggestion(): Verdict | null {
		return suggestedVerdict(this.answers, this.#rules().criteria);
	}

	/** Empties it for the next citation, or fills it with what was there before. */
	reset(filled: Filled | null = null): void {
		this.answers = filled?.answers ?? {};
		this.chosen = null;
		// A reason that the answers give goes on following them.
		const reason = filled?.reason_id ?? null;
		if (reason !== this.reason) this.chosen = reason;
		this.note = filled?.note ?? '';
		this.problem = null;
		this.picking = false;
	}

	cycle(criterion: string): void {
		this.answers = cycleAnswer(this.answers, criterion);
		this.problem = null;
	}

	answer(criterion: string, answer: Answer | null): void {
		this.answers = setAnswer(this.answers, criterion, answer);
		this.problem = null;
	}

	/** Chooses a reason. True when an exclusion was only waiting for it. */
	choose(reason: string | null): boolean {
		const waiting = this.problem?.kind === 'reason' && reason !== null;
		this.chosen = reason;
		this.picking = false;
		if (waiting) this.problem = null;
		return waiting;
	}

	/** What goes out with `verdict`, or null with `problem` set. */
	decide(verdict: Verdict): (Filled & { verdict: Verdict }) | null {
		const rules = this.#rules();
		const problem = this.#inTheWay(verdict, rules);
		this.problem = problem;
		if (problem) {
			this.picking = problem.kind === 'reason';
			return null;
		}
		const reason_id = verdict === 'exclude' ? this.reason : null;
		return { verdict, answers: this.answers, reason_id, note: this.note.trim() };
	}

	#inTheWay(verdict: Verdict, rules: DraftRules): Problem | null {
		if (rules.answers_required && unanswered(this.answers, rules.criteria).length > 0) return { kind: 'answers' };
		const asked = this.problem?.kind === 'contradiction' && this.problem.verdict === verdict;
		if (!asked && contradicts(verdict, this.answers, rules.criteria)) return { kind: 'contradiction', verdict };
		if (verdict === 'exclude' && rules.reason_required && this.reason === null) return { kind: 'reason' };
		return null;
	}
}
