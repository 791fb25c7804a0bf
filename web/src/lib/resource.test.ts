import { describe, expect, it } from 'vitest';
import { ApiError } from './api/client';
import { Listing, Resource } from './resource.svelte';
import { toasts } from './toasts.svelte';

/** Something that is answered when the test says so. */
function later<T>() {
	let answer: (value: T) => void = () => {};
	let fail: (error: unknown) => void = () => {};
	const promise = new Promise<T>((done, failed) => ([answer, fail] = [done, failed]));
	return { read: () => promise, answer, fail };
}
const busy = new ApiError(503, { code: 'busy', message: 'later' });

describe('a resource', () => {
	it('gives everybody who waits what the newest reading came to', async () => {
		const resource = new Resource<string>();
		const [first, second] = [later<string>(), later<string>()];
		const waits = [resource.load(first.read), resource.load(second.read)];
		first.answer('old');
		second.answer('new');
		expect(await Promise.all(waits)).toEqual(['new', 'new']);
		expect([resource.value, resource.loading]).toEqual(['new', false]);
	});
	it('drops an earlier answer that comes last', async () => {
		const resource = new Resource<string>();
		const [first, second] = [later<string>(), later<string>()];
		const waits = [resource.load(first.read), resource.load(second.read)];
		second.answer('new');
		expect(await waits[1]).toBe('new');
		first.fail(busy);
		expect(await waits[0]).toBe('new');
		expect([resource.value, resource.error]).toEqual(['new', null]);
	});
	it('keeps its value where a reading fails, and gives none', async () => {
		const resource = new Resource<string>();
		await resource.load(async () => 'here');
		expect(await resource.load(() => Promise.reject(busy))).toBeNull();
		expect([resource.value, resource.error]).toEqual(['here', busy]);
	});
	it('gives nothing once it is cleared', async () => {
		const resource = new Resource<string>();
		const first = later<string>();
		const wait = resource.load(first.read);
		resource.clear();
		first.answer('of another page');
		expect([await wait, resource.value]).toEqual([null, null]);
	});
});

describe('a list', () => {
	const page = (after: string | null) =>
		Promise.resolve(after === null ? { items: ['a', 'b'], next: 'b' } : { items: ['c'], next: null });

	it('holds all that was read, and begins anew', async () => {
		const list = new Listing<{ items: string[]; next: string | null }>();
		await list.begin(page);
		await list.more();
		expect(list.value).toEqual({ items: ['a', 'b', 'c'], next: null });
		await list.more();
		expect(list.value?.items.length).toBe(3);
		await list.begin(page);
		expect(list.value).toEqual({ items: ['a', 'b'], next: 'b' });
	});
	it('says what went wrong while reading on, and keeps what it has', async () => {
		const list = new Listing<{ items: string[]; next: string | null }>();
		await list.begin((after) => (after === null ? page(null) : Promise.reject(busy)));
		await list.more();
		expect([list.value?.items, list.error, toasts.items.at(-1)?.text]).toEqual([['a', 'b'], null, 'later']);
	});
});
