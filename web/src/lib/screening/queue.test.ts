import { describe, expect, it } from 'vitest';
import { FETCH_LIMIT, KEEP_AHEAD, ScreenQueue, type NextPage } from './queue.svelte';

/** Most tasks that the server gives at once. */
const PULL_MAX = 30;

/** A server with `n` open tasks that answers when told to, and an outbox that holds what was decided. */
function setUp(n: number) {
	const open = Array.from({ length: n }, (_, i) => ({ id: `t${i + 1}` }));
	const unsent: string[] = [];
	const waiting: (() => void)[] = [];
	const asked: string[][] = [];
	let automatic = true;
	let down = false;
	const queue = new ScreenQueue<{ id: string }, string>({
		pending: () => unsent,
		fetch: async (limit, exclude): Promise<NextPage<{ id: string }>> => {
			asked.push(exclude);
			if (!automatic) await new Promise<void>((resolve) => waiting.push(resolve));
			if (down) throw new Error('offline');
			const tasks = open.filter((t) => !exclude.includes(t.id)).slice(0, Math.min(limit, PULL_MAX));
			return {
				tasks,
				remaining: open.length,
				done_by_me: n - open.length,
				done_reason: open.length ? null : 'finished',
			};
		},
	});
	const acknowledge = () => {
		for (const id of unsent.splice(0))
			open.splice(
				open.findIndex((t) => t.id === id),
				1,
			);
	};
	const decide = (what = 'include') => {
		const id = queue.current?.id;
		if (id) unsent.push(id);
		return queue.advance(what);
	};
	return {
		queue,
		asked,
		waiting,
		unsent,
		/** Decided by the same reviewer on another device. */
		elsewhere: (...ids: string[]) =>
			ids.forEach((id) =>
				open.splice(
					open.findIndex((t) => t.id === id),
					1,
				),
			),
		acknowledge,
		decide,
		slow: () => (automatic = false),
		setDown: (value: boolean) => (down = value),
	};
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('ScreenQueue', () => {
	it('shows the next one in the same tick and keeps three ahead', async () => {
		const { queue, decide, waiting, slow } = setUp(40);
		await queue.start();
		expect(queue.current?.id).toBe('t1');
		expect(queue.ahead.length).toBe(FETCH_LIMIT - 1);
		slow();
		for (const next of ['t2', 't3', 't4']) {
			decide();
			expect(queue.current?.id).toBe(next);
		}
		expect(queue.loading).toBe(true);
		waiting.forEach((go) => go());
		await settle();
		expect(queue.ahead.length).toBeGreaterThanOrEqual(KEEP_AHEAD);
	});

	it('drops what was decided on another device when the reviewer comes back', async () => {
		const { queue, elsewhere, decide, acknowledge } = setUp(9);
		await queue.start();
		decide();
		acknowledge();
		queue.later(); // t2 waits at the end
		elsewhere('t3', 't5');
		expect(await queue.refresh()).toBe(true);
		expect(queue.current?.id).toBe('t4');
		expect(queue.ahead.map((t) => t.id)).not.toContain('t5');
		expect(queue.remaining).toBe(6);
		expect(queue.doneByMe).toBe(3);
		expect(await queue.refresh(), 'nothing new').toBe(false);
		expect(queue.current?.id).toBe('t4');
		elsewhere('t2', 't4', 't6', 't7', 't8', 't9');
		expect(await queue.refresh()).toBe(true);
		expect(queue.current).toBe(null);
		expect(queue.emptyBecause).toBe('finished');
	});

	it('stays where it is when more is put off than the server tells at once', async () => {
		const { queue } = setUp(60);
		await queue.start();
		for (let n = 0; n < 40; n++) {
			queue.later();
			await settle();
		}
		expect(queue.current?.id).toBe('t41');
		expect(await queue.refresh()).toBe(false);
		expect(queue.current?.id).toBe('t41');
	});

	it('keeps what is decided, taken back or not heard of while it asks what still waits', async () => {
		const { queue, elsewhere, decide, slow, waiting, setDown } = setUp(9);
		await queue.start();
		setDown(true);
		expect(await queue.refresh()).toBe(false);
		expect(queue.failed).toBe(null);
		setDown(false);
		slow();
		const asking = queue.refresh();
		decide();
		elsewhere('t1');
		waiting.forEach((go) => go());
		await asking;
		expect(queue.current?.id).toBe('t2');
		expect(queue.ahead.length).toBeGreaterThanOrEqual(KEEP_AHEAD);
	});

	it('never shows a task twice, however late the answer is', async () => {
		const { queue, decide, acknowledge } = setUp(23);
		await queue.start();
		const seen: string[] = [];
		while (queue.current) {
			seen.push(queue.current.id);
			decide();
			if (seen.length % 5 === 0) acknowledge();
			await settle();
		}
		expect(seen.length).toBe(23);
		expect(new Set(seen).size).toBe(23);
		acknowledge();
		await queue.retry();
		expect(queue.emptyBecause).toBe('finished');
		expect(queue.doneByMe).toBe(23);
		expect(queue.remaining).toBe(0);
	});

	it('takes back the latest decision and goes on where it was', async () => {
		const { queue, decide, unsent } = setUp(8);
		await queue.start();
		decide('include');
		decide('exclude');
		expect(queue.remaining).toBe(6);
		const back = queue.takeBack();
		unsent.pop();
		expect(back).toMatchObject({ task: { id: 't2' }, decision: 'exclude' });
		expect(queue.current?.id).toBe('t2');
		expect(queue.ahead[0]?.id).toBe('t3');
		expect(queue.remaining).toBe(7);
		decide('maybe');
		expect(queue.current?.id).toBe('t3');
		queue.takeBack();
		queue.takeBack();
		expect(queue.current?.id).toBe('t1');
		expect(queue.takeBack()).toBeNull();
	});

	it('offers a task again whose decision was refused', async () => {
		const { queue, decide, unsent } = setUp(2);
		await queue.start();
		decide();
		decide();
		await settle();
		expect(queue.current).toBeNull();
		unsent.splice(0);
		queue.release('t1');
		await settle();
		expect(queue.current?.id).toBe('t1');
		expect(queue.ahead).toEqual([]);
	});

	it('puts off to the end of the queue', async () => {
		const { queue, decide } = setUp(3);
		await queue.start();
		expect(queue.later()).toBe(true);
		expect(queue.current?.id).toBe('t2');
		decide();
		decide();
		await settle();
		expect(queue.current?.id).toBe('t1');
		expect(queue.later()).toBe(false);
	});

	it('keeps what it has when the connection fails, and recovers', async () => {
		const { queue, decide, setDown } = setUp(12);
		await queue.start();
		setDown(true);
		for (let i = 0; i < 5; i += 1) decide();
		await settle();
		expect(queue.failed).toBeInstanceOf(Error);
		expect(queue.current?.id).toBe('t6');
		decide();
		expect(queue.current).toBeNull();
		await settle();
		setDown(false);
		await queue.retry();
		expect(queue.failed).toBeNull();
		expect(queue.current?.id).toBe('t7');
	});
});
