//! What answers per criterion suggest, and whether a verdict contradicts them (domain §4).
//! Rule: suggestions only; nothing here decides. All met → include, any not met → exclude, otherwise maybe.

export type Verdict = 'include' | 'exclude' | 'maybe';
export type Answer = 'met' | 'not_met' | 'unclear';
export type Answers = Readonly<Record<string, Answer>>;
export type StageName = 'title_abstract' | 'full_text';

/** What is needed of a criterion here. */
export interface CriterionRef {
	id: string;
	position: number;
}

/** What is needed of an exclusion reason here. */
export interface ReasonRef {
	id: string;
	criterion_id: string | null;
	stages: readonly StageName[];
	position: number;
	active: boolean;
}

const CYCLE: readonly (Answer | null)[] = [null, 'met', 'not_met', 'unclear'];

/** The answers after one more press of a criterion's key: none → met → not met → unclear → none. */
export function cycleAnswer(answers: Answers, criterion: string): Answers {
	const next = CYCLE[(CYCLE.indexOf(answers[criterion] ?? null) + 1) % CYCLE.length] ?? null;
	return setAnswer(answers, criterion, next);
}

/** The answers with one of them set, or taken away with null. */
export function setAnswer(answers: Answers, criterion: string, answer: Answer | null): Answers {
	const { [criterion]: _old, ...rest } = answers;
	return answer === null ? rest : { ...rest, [criterion]: answer };
}

function ordered<T extends { position: number }>(items: readonly T[]): T[] {
	return [...items].sort((a, b) => a.position - b.position);
}

/** The first criterion, in the review's order, that was answered not met. */
export function firstNotMet(answers: Answers, criteria: readonly CriterionRef[]): string | null {
	return ordered(criteria).find((c) => answers[c.id] === 'not_met')?.id ?? null;
}

/** The verdict the answers suggest, or null while nothing is answered. */
export function suggestedVerdict(answers: Answers, criteria: readonly CriterionRef[]): Verdict | null {
	const given = criteria.map((c) => answers[c.id]).filter((a) => a !== undefined);
	if (given.length === 0) return null;
	if (given.includes('not_met')) return 'exclude';
	return given.length === criteria.length && given.every((a) => a === 'met') ? 'include' : 'maybe';
}

/** The reasons a reviewer may choose at `stage`, in the review's order; one without stages belongs to all. */
export function reasonsAt<R extends ReasonRef>(reasons: readonly R[], stage: StageName): R[] {
	return ordered(reasons.filter((r) => r.active && (r.stages.length === 0 || r.stages.includes(stage))));
}

/** The reason that belongs to the first criterion not met, if the review has one at this stage. */
export function suggestedReason(
	answers: Answers,
	criteria: readonly CriterionRef[],
	reasons: readonly ReasonRef[],
	stage: StageName,
): string | null {
	const criterion = firstNotMet(answers, criteria);
	if (criterion === null) return null;
	return reasonsAt(reasons, stage).find((r) => r.criterion_id === criterion)?.id ?? null;
}

/** Include although something is not met, or exclude although everything is met: worth asking once. */
export function contradicts(verdict: Verdict, answers: Answers, criteria: readonly CriterionRef[]): boolean {
	const suggested = suggestedVerdict(answers, criteria);
	return (verdict === 'include' && suggested === 'exclude') || (verdict === 'exclude' && suggested === 'include');
}

/** The criteria still without an answer, in order. */
export function unanswered<C extends CriterionRef>(answers: Answers, criteria: readonly C[]): C[] {
	return ordered(criteria).filter((c) => answers[c.id] === undefined);
}
