import { describe, expect, it } from 'vitest';
import { Outbox, type DecisionBody, type KeyStore, type OutboxEntry, type SendResult } from './outbox.svelte';

class MapStore implements KeyStore {
	map = new Map<string, string>();
	get length() {
		return this.map.size;
	}
	key(i: number) {
		return [...this.map.keys()][i] ?? null;
	}
	getItem(key: string) {
		return this.map.get(key) ?? null;
	}
	setItem(key: string, value: string) {
		this.map.set(key, value);
	}
	removeItem(key: string) {
		this.map.delete(key);
	}
}

const body = (id: string): DecisionBody => ({
	id,
	task_id: `task-${id}`,
	verdict: 'include',
	answers: {},
	decided_at: `2026-11-21T00:00:0${id}.000Z`,
});

/** An outbox whose server is told what to answer, and whose timers run when asked. */
function setUp(answers: SendResult[], storage: KeyStore | null = new MapStore()) {
	const sent: OutboxEntry[] = [];
	const timers: { ms: number; run: () => void }[] = [];
	const outbox = new Outbox({
		userId: 'u',
		storage,
		send: async (entry) => {
			sent.push(entry);
			return answers.shift() ?? { kind: 'accepted' };
		},
		after: (ms, run) => {
			timers.push({ ms, run });
			return () => {};
		},
	});
	const ids = () => sent.map((e) => `${e.kind}:${e.id}`);
	return { outbox, sent, timers, ids, storage };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('Outbox', () => {
	it('stores before it sends and forgets what is acknowledged', async () => {
		const { outbox, ids, storage } = setUp([]);
		outbox.decide('r', 1, body('1'));
		expect(storage?.length).toBe(1);
		expect(outbox.unsent).toBe(1);
		await settle();
		expect(ids()).toEqual(['decide:1']);
		expect(storage?.length).toBe(0);
		expect(outbox.unsent).toBe(0);
		expect(outbox.status).toBe('idle');
	});

	it('sends in order, one after another, and again after a failure', async () => {
		const { outbox, ids, timers } = setUp([{ kind: 'accepted' }, { kind: 'later' }, { kind: 'later' }]);
		for (const id of ['1', '2', '3']) outbox.decide('r', 1, body(id));
		await settle();
		expect(ids()).toEqual(['decide:1', 'decide:2']);
		expect(outbox.status).toBe('waiting');
		expect(outbox.taskIds('r')).toEqual(['task-2', 'task-3']);
		timers.shift()?.run();
		await settle();
		const second = timers.shift();
		expect(second?.ms).toBeGreaterThan(500);
		second?.run();
		await settle();
		expect(ids()).toEqual(['decide:1', 'decide:2', 'decide:2', 'decide:2', 'decide:3']);
		expect(outbox.unsent).toBe(0);
	});

	it('survives the page: what is unsent is sent at the next visit, by the same user only', async () => {
		const storage = new MapStore();
		const first = setUp([{ kind: 'later' }], storage);
		first.outbox.decide('r', 7, body('1'));
		first.outbox.decide('r', 8, body('2'));
		await settle();
		first.outbox.close();
		storage.setItem('erabi.outbox.1.u.broken', '{');
		const stranger = new Outbox({ userId: 'v', storage, send: async () => ({ kind: 'accepted' }) });
		expect(stranger.unsent).toBe(0);
		const second = setUp([], storage);
		expect(second.outbox.unsent).toBe(2);
		second.outbox.flush();
		await settle();
		expect(second.ids()).toEqual(['decide:1', 'decide:2']);
		expect(second.sent[0]).toMatchObject({ number: 7, body: { decided_at: body('1').decided_at } });
	});

	it('drops an undone decision that never left, and otherwise sends the undo after it', async () => {
		const { outbox, ids } = setUp([{ kind: 'later' }]);
		outbox.decide('r', 1, body('1'));
		outbox.decide('r', 2, body('2'));
		await settle();
		outbox.undo('r', 2, '2', 'u2', '2026-11-21T00:00:05.000Z');
		outbox.undo('r', 1, '1', 'u1', '2026-11-21T00:00:06.000Z');
		outbox.flush();
		await settle();
		expect(ids()).toEqual(['decide:1', 'decide:1', 'undo:u1']);
	});

	it('keeps a refusal until a person has seen it, over a new visit too, and goes on with the rest', async () => {
		const { outbox, ids, storage } = setUp([{ kind: 'refused', message: '別の人が判定しました' }]);
		outbox.decide('r', 5, body('1'));
		outbox.decide('r', 6, body('2'));
		await settle();
		expect(ids()).toEqual(['decide:1', 'decide:2']);
		const kept = [{ number: 5, refused: '別の人が判定しました' }];
		expect(outbox.refused).toMatchObject(kept);
		const later = setUp([], storage);
		expect(later.outbox.refused).toMatchObject(kept);
		expect(later.outbox.unsent).toBe(0);
		later.outbox.dismiss('1');
		expect(later.outbox.refused).toEqual([]);
		expect(storage?.length).toBe(0);
	});

	it('waits for signing in, without a timer', async () => {
		const { outbox, timers, ids } = setUp([{ kind: 'signed_out' }]);
		outbox.decide('r', 5, body('1'));
		await settle();
		expect(outbox.status).toBe('signed_out');
		expect(timers).toEqual([]);
		outbox.flush();
		await settle();
		expect(ids()).toEqual(['decide:1', 'decide:1']);
	});

	it('still sends when nothing can be stored, and says so', async () => {
		const full = new MapStore();
		full.setItem = () => {
			throw new Error('QuotaExceededError');
		};
		const { outbox, ids } = setUp([], full);
		outbox.decide('r', 5, body('1'));
		expect(outbox.durable).toBe(false);
		await settle();
		expect(ids()).toEqual(['decide:1']);
	});
});
