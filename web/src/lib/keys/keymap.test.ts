import { describe, expect, it } from 'vitest';
import {
	actionFor,
	clashes,
	effectiveKeymap,
	isTyping,
	KEY_ACTIONS,
	keyName,
	mayTrigger,
	withKeys,
	type KeyPress,
} from './keymap';

const press = (over: Partial<KeyPress> = {}): KeyPress => ({
	key: 'i',
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	isComposing: false,
	keyCode: 73,
	repeat: false,
	target: { tagName: 'BODY' },
	...over,
});

describe('the keymap', () => {
	it('has no clash in its defaults', () => {
		const map = effectiveKeymap({});
		for (const { action } of KEY_ACTIONS) {
			for (const key of map[action]) expect(clashes(map, action, key), `${action} ${key}`).toEqual([]);
		}
	});

	it('finds the innermost meaning of a key', () => {
		const map = effectiveKeymap({});
		expect(actionFor(map, 'i', ['screen'])).toBe('include');
		expect(actionFor(map, 'I', ['screen'])).toBe('include');
		expect(actionFor(map, 'ｉ', ['screen'])).toBe('include');
		expect(actionFor(map, '1', ['screen'])).toBe('answer_1');
		expect(actionFor(map, '1', ['reason', 'screen'])).toBe('reason_1');
		expect(actionFor(map, '?', ['screen'])).toBe('help');
		expect(actionFor(map, 'i', [])).toBeNull();
		expect(actionFor(map, 'x', ['screen'])).toBeNull();
	});

	it('is overlaid with the user’s own keys, and stores only what differs', () => {
		const stored = withKeys({}, 'include', ['a', 'y']);
		expect(stored).toEqual({ include: 'a y' });
		const map = effectiveKeymap({ ...stored, nonsense: 'q' });
		expect(actionFor(map, 'y', ['screen'])).toBe('include');
		expect(actionFor(map, 'i', ['screen'])).toBeNull();
		expect(withKeys(stored, 'include', ['i'])).toEqual({});
		expect(clashes(map, 'exclude', 'a')).toEqual(['include']);
		expect(clashes(map, 'pair_same', 'a')).toEqual([]);
		expect(clashes(map, 'pair_same', '?')).toEqual(['help']);
	});
});

describe('mayTrigger', () => {
	it('lets a plain key through', () => {
		expect(mayTrigger(press())).toBe(true);
		expect(mayTrigger(press({ target: { tagName: 'BUTTON' } }))).toBe(true);
		expect(mayTrigger(press({ target: { tagName: 'INPUT', type: 'radio' } }))).toBe(true);
	});

	it('never fires with a modifier, while composing, held down, or in a field', () => {
		for (const over of [
			{ ctrlKey: true },
			{ metaKey: true },
			{ altKey: true },
			{ isComposing: true },
			{ keyCode: 229 },
			{ key: 'Process' },
			{ repeat: true },
			{ target: { tagName: 'TEXTAREA' } },
			{ target: { tagName: 'INPUT', type: 'text' } },
			{ target: { tagName: 'input' } },
			{ target: { tagName: 'SELECT' } },
			{ target: { tagName: 'DIV', isContentEditable: true } },
		]) {
			expect(mayTrigger(press(over)), JSON.stringify(over)).toBe(false);
		}
	});

	it('copes with a target that is no element', () => {
		expect(isTyping(null)).toBe(false);
		expect(isTyping({})).toBe(false);
		expect(keyName('ArrowDown')).toBe('ArrowDown');
	});
});
