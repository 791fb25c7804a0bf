/** Reading the flow's boxes. Pure. */
import type { Flow } from '$lib/api/types';

/** The number of a box in both columns of the figure together (databases and registers, other methods). */
export function boxNumber(flow: Flow | null, key: string): number {
	if (!flow) return 0;
	return flow.boxes.reduce((sum, box) => (box.key === key || box.key === `other_${key}` ? sum + box.n : sum), 0);
}

/** One kind of open work, 0 where the server does not name it. */
export function stillOpen(flow: Flow | null, key: string): number {
	return flow?.still_open[key] ?? 0;
}
