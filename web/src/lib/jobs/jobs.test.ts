import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '$lib/api/types';
import { jobs } from './jobs.svelte';

const job = (id: string, state: Job['state']) => ({ id, kind: 'dedup', state, done: 0, total: 0 }) as Job;
/** What the server's line of news is made of. */
class Line extends EventTarget {
	static open: Line;
	onopen = () => {};
	readyState = 1;
	constructor() {
		super();
		Line.open = this;
	}
	say(event: object) {
		this.dispatchEvent(new MessageEvent('job', { data: JSON.stringify(event) }));
	}
	close() {}
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
let leave: (() => void)[] = [];

/** Follows a review whose jobs the server tells so, one answer after the other, the last one again and again. */
function follow(...answers: Job[][]) {
	vi.stubGlobal('EventSource', Line);
	vi.stubGlobal(
		'fetch',
		async () => new Response(JSON.stringify({ items: answers.length > 1 ? answers.shift() : answers[0] })),
	);
	const told: string[] = [];
	leave = [jobs.ended(({ id, state }) => void told.push(`${id} ${state}`)), jobs.follow('r')];
	return told;
}
afterEach(() => leave.forEach((off) => off()));

describe('jobs', () => {
	it('that were over before anybody looked are nobody’s news', async () => {
		const told = follow([job('a', 'done')]);
		await settle();
		expect([told, jobs.running]).toEqual([[], []]);
	});
	it('are told of once when one that was started is over already', async () => {
		const told = follow([], [job('a', 'done')]);
		await settle();
		await jobs.await('a');
		await jobs.await('a');
		await settle();
		expect([told, jobs.running]).toEqual([['a done'], []]);
	});
	it('are told of when nothing but their end was heard', async () => {
		const told = follow([], [job('a', 'done')]);
		await settle();
		Line.open.say(job('a', 'done'));
		Line.open.say(job('a', 'done'));
		await settle();
		expect(told).toEqual(['a done']);
	});
	it('are looked at again when news may have been missed', async () => {
		const told = follow([job('a', 'running')], [job('a', 'done')]);
		await settle();
		expect(told).toEqual([]);
		Line.open.onopen();
		await settle();
		expect(told).toEqual(['a done']);
	});
	it('are shown while they run, the one in turn first, until it is known what they came to', async () => {
		follow([job('b', 'queued'), job('a', 'running')], [job('b', 'running'), job('a', 'failed')]);
		await settle();
		expect(jobs.running.map(({ id }) => id)).toEqual(['a', 'b']);
		let known = () => {};
		leave.push(jobs.ended(() => new Promise<void>((done) => (known = done))));
		await jobs.await('c');
		expect(jobs.running.map(({ id, state }) => `${id} ${state}`)).toEqual(['a failed', 'b running']);
		known();
		await settle();
		expect(jobs.running.map(({ id }) => id)).toEqual(['b']);
	});
});
