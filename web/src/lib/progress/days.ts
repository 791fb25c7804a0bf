//! Prepares decisions per day for drawing.
//! Rule: days without decisions are there with zero, and only the latest `MAX_DAYS` are shown.

export interface Day {
	/** `YYYY-MM-DD`. */
	day: string;
	n: number;
}

/** As many bars as a narrow chart can show. */
export const MAX_DAYS = 42;
const DAY_MS = 86_400_000;

/** From the first day (or the last `MAX_DAYS`) to the last one, in order, gaps filled with zero. */
export function fillDays(days: readonly Day[]): Day[] {
	const known = new Map<number, number>();
	for (const { day, n } of days) {
		const at = Date.parse(`${day}T00:00:00Z`);
		if (!Number.isNaN(at)) known.set(at, (known.get(at) ?? 0) + n);
	}
	if (known.size === 0) return [];
	const last = Math.max(...known.keys());
	const first = Math.max(Math.min(...known.keys()), last - (MAX_DAYS - 1) * DAY_MS);
	const out: Day[] = [];
	for (let at = first; at <= last; at += DAY_MS) {
		out.push({ day: new Date(at).toISOString().slice(0, 10), n: known.get(at) ?? 0 });
	}
	return out;
}
