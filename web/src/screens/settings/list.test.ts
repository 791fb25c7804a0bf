import { afterEach, describe, expect, it, vi } from 'vitest';
import { ListEditor } from './list.svelte';

interface Thing {
	id?: string;
	name: string;
	position: number;
}
const things = (): Thing[] => [
	{ id: 'a', name: 'A', position: 0 },
	{ id: 'b', name: 'B', position: 1 },
];
const editor = (onsaved: (items: Thing[]) => void = () => {}) =>
	new ListEditor<Thing>(() => '/api/x', things(), onsaved);
const names = (list: ListEditor<Thing>) => list.values.map((v) => v.name).join('');

afterEach(() => vi.unstubAllGlobals());

describe('ListEditor', () => {
	it('knows what is changed and takes it back', () => {
		const list = editor();
		expect(list.dirty).toBe(false);
		list.move(0, 1);
		list.add({ name: 'C', position: 0 });
		expect(names(list)).toBe('BAC');
		expect(list.dirty).toBe(true);
		list.discard();
		expect(names(list)).toBe('AB');
		expect(list.dirty).toBe(false);
	});

	it('does not move past the ends', () => {
		const list = editor();
		list.move(0, -1);
		list.move(1, 1);
		expect(names(list)).toBe('AB');
	});

	it('saves positions in the order shown and takes over the answer', async () => {
		const sent: unknown[] = [];
		vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
			const body = JSON.parse(String(init.body)) as { items: Thing[] };
			sent.push(body);
			return new Response(JSON.stringify({ items: body.items.map((x, i) => ({ ...x, id: `n${i}` })) }));
		});
		const saved = vi.fn();
		const list = editor(saved);
		list.move(1, -1);
		expect(await list.save()).toBe(true);
		expect(sent[0]).toEqual({
			items: [
				{ id: 'b', name: 'B', position: 0 },
				{ id: 'a', name: 'A', position: 1 },
			],
			before: things(),
		});
		expect(saved).toHaveBeenCalledOnce();
		expect(list.values[0]?.id).toBe('n0');
		expect(list.dirty).toBe(false);
	});

	it('is there again with what was not saved, and says what that was made of', async () => {
		const list = editor();
		list.add({ name: 'C', position: 0 });
		list.keep();
		const later = new ListEditor<Thing>(
			() => '/api/x',
			[...things(), { id: 'd', name: 'D', position: 2 }],
			() => {},
		);
		expect(names(later)).toBe('ABC');
		expect(later.dirty).toBe(true);
		const sent = vi.fn(async (_: string, init: RequestInit) => new Response(String(init.body)));
		vi.stubGlobal('fetch', sent);
		expect(await later.save()).toBe(true);
		expect(JSON.parse(String(sent.mock.calls[0]?.[1].body)).before).toEqual(things());
		later.keep();
		expect(names(editor())).toBe('AB');
	});

	it('keeps what was typed when the server refuses', async () => {
		vi.stubGlobal(
			'fetch',
			async () => new Response(JSON.stringify({ code: 'invalid', message: 'no' }), { status: 422 }),
		);
		const list = editor();
		list.remove(0);
		expect(await list.save()).toBe(false);
		expect(list.error?.message).toBe('no');
		expect(names(list)).toBe('B');
		expect(list.dirty).toBe(true);
	});
});
