import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/client';
import type { Pair } from '$lib/api/types';
import { PairQueue, type PairApi } from './queue.svelte';

const pair = (n: number) =>
	({
		a: { id: `a${n}` },
		b: { id: `b${n}` },
		a_citation: `a${n}`,
		b_citation: `b${n}`,
		also: [] as Pair['also'],
	}) as Pair;

/** A server that keeps its own list. */
function server(count: number, pageSize = 4) {
	let open = Array.from({ length: count }, (_, i) => pair(i));
	const decided = new Map<string, Pair>();
	let refuse = false;
	const api: PairApi = {
		list: async (after) => {
			const at = Number(after ?? 0);
			return {
				items: open.slice(at, at + pageSize),
				total: open.length,
				next: at + pageSize < open.length ? String(at + pageSize) : null,
			};
		},
		decide: async ({ a }) => {
			if (refuse) throw new ApiError(503, { code: 'busy', message: 'busy' });
			const found = open.find((p) => p.a.id === a.id) as Pair;
			open = open.filter((p) => p !== found);
			decided.set(`l-${a.id}`, found);
			return { link_id: `l-${a.id}`, citation_ids: [] };
		},
		undo: async (link) => {
			open = [decided.get(link) as Pair, ...open];
		},
	};
	return { api, left: () => open.length, refuse: (yes: boolean) => (refuse = yes) };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('PairQueue', () => {
	it('shows the next pair at once and reads on until all are done', async () => {
		const s = server(11);
		const queue = new PairQueue(s.api);
		await queue.load();
		expect(queue.total).toBe(11);
		const seen: string[] = [];
		while (queue.current) {
			seen.push(queue.current.a.id ?? '');
			queue.answer('same');
			await settle();
		}
		expect(new Set(seen).size).toBe(11);
		expect(seen.length).toBe(11);
		expect(s.left()).toBe(0);
		expect(queue.total).toBe(0);
	});

	it('takes answers back, last first', async () => {
		const queue = new PairQueue(server(3).api);
		await queue.load();
		queue.answer('same');
		queue.answer('different');
		expect((await queue.undo())?.a.id).toBe('a1');
		expect(queue.current?.a.id).toBe('a1');
		expect((await queue.undo())?.a.id).toBe('a0');
		expect(queue.total).toBe(3);
		expect(await queue.undo()).toBeNull();
	});

	it('shows a pair again before the server knows that its answer was taken back', async () => {
		const s = server(3);
		const queue = new PairQueue(s.api);
		await queue.load();
		queue.answer('same');
		const undone = queue.undo();
		expect(queue.current?.a.id).toBe('a0');
		expect(queue.total).toBe(3);
		queue.answer('different');
		await undone;
		expect(queue.current?.a.id).toBe('a1');
		expect(queue.total).toBe(2);
	});

	it('brings a pair back whose answer was refused', async () => {
		const s = server(2);
		const queue = new PairQueue(s.api);
		await queue.load();
		s.refuse(true);
		queue.answer('same');
		await settle();
		expect(queue.error?.code).toBe('busy');
		expect(queue.current?.a.id).toBe('a0');
		expect(queue.total).toBe(2);
		expect(queue.canUndo).toBe(false);
	});

	it('puts pairs off until all others are done, without losing one', async () => {
		const s = server(11);
		const queue = new PairQueue(s.api);
		await queue.load();
		queue.later();
		queue.answer('same');
		queue.later();
		const seen: string[] = [];
		while (queue.current) {
			seen.push(queue.current.a.id ?? '');
			queue.answer('different');
			await settle();
		}
		expect(new Set(seen).size).toBe(10);
		expect(seen.slice(-2)).toEqual(['a0', 'a2']);
		expect(s.left()).toBe(0);
	});

	it('keeps the last pair when it is put off', async () => {
		const queue = new PairQueue(server(1).api);
		await queue.load();
		queue.later();
		expect(queue.current?.a.id).toBe('a0');
	});
});
