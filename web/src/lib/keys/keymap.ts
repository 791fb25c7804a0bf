//! The one table of keyboard actions: the help sheet, the key handling and remapping all read it.
//! Rule: within what is active together (a scope and `global`), a key means one thing.

/** Where an action is available. `global` is active everywhere. */
export type Scope = 'global' | 'screen' | 'reason' | 'pairs' | 'conflicts' | 'list';

/** One action a key can trigger. `keys` are the defaults, written as in `keyName`. */
export interface KeyAction {
	action: string;
	scope: Scope;
	keys: readonly string[];
}

const table = [
	{ action: 'help', scope: 'global', keys: ['?'] },
	{ action: 'search', scope: 'global', keys: ['/'] },
	{ action: 'include', scope: 'screen', keys: ['i'] },
	{ action: 'exclude', scope: 'screen', keys: ['e'] },
	{ action: 'maybe', scope: 'screen', keys: ['m'] },
	{ action: 'undo', scope: 'screen', keys: ['u', 'z'] },
	{ action: 'answer_1', scope: 'screen', keys: ['1'] },
	{ action: 'answer_2', scope: 'screen', keys: ['2'] },
	{ action: 'answer_3', scope: 'screen', keys: ['3'] },
	{ action: 'answer_4', scope: 'screen', keys: ['4'] },
	{ action: 'answer_5', scope: 'screen', keys: ['5'] },
	{ action: 'answer_6', scope: 'screen', keys: ['6'] },
	{ action: 'reason', scope: 'screen', keys: ['r'] },
	{ action: 'note', scope: 'screen', keys: ['n'] },
	{ action: 'language', scope: 'screen', keys: ['l'] },
	{ action: 'highlights', scope: 'screen', keys: ['h'] },
	{ action: 'later', scope: 'screen', keys: ['s'] },
	{ action: 'reason_1', scope: 'reason', keys: ['1'] },
	{ action: 'reason_2', scope: 'reason', keys: ['2'] },
	{ action: 'reason_3', scope: 'reason', keys: ['3'] },
	{ action: 'reason_4', scope: 'reason', keys: ['4'] },
	{ action: 'reason_5', scope: 'reason', keys: ['5'] },
	{ action: 'reason_6', scope: 'reason', keys: ['6'] },
	{ action: 'reason_7', scope: 'reason', keys: ['7'] },
	{ action: 'reason_8', scope: 'reason', keys: ['8'] },
	{ action: 'reason_9', scope: 'reason', keys: ['9'] },
	{ action: 'reason_none', scope: 'reason', keys: ['0'] },
	{ action: 'reason_close', scope: 'reason', keys: ['Escape'] },
	{ action: 'pair_same', scope: 'pairs', keys: ['s'] },
	{ action: 'pair_different', scope: 'pairs', keys: ['d'] },
	{ action: 'pair_related', scope: 'pairs', keys: ['r'] },
	{ action: 'pair_later', scope: 'pairs', keys: ['l'] },
	{ action: 'pair_undo', scope: 'pairs', keys: ['u', 'z'] },
	{ action: 'conflict_include', scope: 'conflicts', keys: ['i'] },
	{ action: 'conflict_exclude', scope: 'conflicts', keys: ['e'] },
	{ action: 'conflict_next', scope: 'conflicts', keys: ['j', 'ArrowDown'] },
	{ action: 'conflict_previous', scope: 'conflicts', keys: ['k', 'ArrowUp'] },
	{ action: 'list_next', scope: 'list', keys: ['j', 'ArrowDown'] },
	{ action: 'list_previous', scope: 'list', keys: ['k', 'ArrowUp'] },
	{ action: 'list_open', scope: 'list', keys: ['o', 'Enter'] },
] as const satisfies readonly KeyAction[];

export type ActionId = (typeof table)[number]['action'];

/** Every action, in the order in which the help sheet shows them. */
export const KEY_ACTIONS: readonly (KeyAction & { action: ActionId })[] = table;

/** The user's own keys: action → keys separated by single spaces, as stored with the account. */
export type StoredKeymap = Record<string, string>;

/** Action → the keys that trigger it. */
export type Keymap = Readonly<Record<ActionId, readonly string[]>>;

/** At most this many keys for one action. */
export const MAX_KEYS_PER_ACTION = 3;

/** Defaults overlaid with what the user stored. Unknown actions and empty entries are ignored. */
export function effectiveKeymap(stored: StoredKeymap): Keymap {
	const map = {} as Record<ActionId, readonly string[]>;
	for (const { action, keys } of KEY_ACTIONS) {
		const own = (stored[action] ?? '').split(' ').filter((key) => key !== '');
		map[action] = own.length > 0 ? own.slice(0, MAX_KEYS_PER_ACTION) : keys;
	}
	return map;
}

/** What `stored` must become so that `action` has `keys`; the defaults are not stored. */
export function withKeys(stored: StoredKeymap, action: ActionId, keys: readonly string[]): StoredKeymap {
	const { [action]: _old, ...rest } = stored;
	const standard = KEY_ACTIONS.find((entry) => entry.action === action)?.keys ?? [];
	const same = keys.length === standard.length && keys.every((key, i) => key === standard[i]);
	return same || keys.length === 0 ? rest : { ...rest, [action]: keys.slice(0, MAX_KEYS_PER_ACTION).join(' ') };
}

/** The actions that would answer to `key` at the same time as `action`. Empty means free to use. */
export function clashes(map: Keymap, action: ActionId, key: string): ActionId[] {
	const scope = KEY_ACTIONS.find((entry) => entry.action === action)?.scope;
	return KEY_ACTIONS.filter(
		(entry) =>
			entry.action !== action &&
			(entry.scope === scope || entry.scope === 'global' || scope === 'global') &&
			map[entry.action].includes(key),
	).map((entry) => entry.action);
}

/** What of a keyboard event matters here; a `KeyboardEvent` has it. */
export interface KeyPress {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
	isComposing: boolean;
	keyCode: number;
	repeat: boolean;
	target: unknown;
}

/** `keyCode` of key events that an input method editor is handling. */
const IME_KEY_CODE = 229;
const NOT_A_KEY = new Set(['Shift', 'Control', 'Alt', 'Meta', 'CapsLock', 'Process', 'Unidentified', 'Dead', ' ']);

/** The name under which a key is stored: letters in lower case and half width, so neither Caps Lock nor 全角 matters. */
export function keyName(key: string): string {
	const narrow = key.normalize('NFKC');
	return [...narrow].length === 1 ? narrow.toLowerCase() : narrow;
}

/** Whether an input method editor is handling the key; Safari says so by `keyCode` alone for the key that ends it. */
export const composing = (press: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean =>
	press.isComposing || press.keyCode === IME_KEY_CODE;

/** A press that may trigger something: no modifier, no composing, no typing in a field, not a held key. */
export function mayTrigger(press: KeyPress): boolean {
	if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return false;
	if (composing(press) || NOT_A_KEY.has(press.key)) return false;
	return !isTyping(press.target);
}

const TEXT_FREE_INPUTS = new Set(['button', 'checkbox', 'radio', 'submit', 'reset', 'color', 'range', 'file', 'image']);

/** Whether keys pressed at `target` are text or a choice in a field. */
export function isTyping(target: unknown): boolean {
	const el = target as { tagName?: string; type?: string; isContentEditable?: boolean } | null;
	if (!el?.tagName) return false;
	const tag = el.tagName.toUpperCase();
	if (tag === 'TEXTAREA' || tag === 'SELECT' || el.isContentEditable === true) return true;
	return tag === 'INPUT' && !TEXT_FREE_INPUTS.has((el.type ?? 'text').toLowerCase());
}

/** The action a key means in `scopes` (innermost first; `global` is always asked last), or null. */
export function actionFor(map: Keymap, key: string, scopes: readonly Scope[]): ActionId | null {
	const name = keyName(key);
	for (const scope of [...scopes, 'global' as const]) {
		const entry = KEY_ACTIONS.find((e) => e.scope === scope && map[e.action].includes(name));
		if (entry) return entry.action;
	}
	return null;
}

/** How a key is written on screen: Escape → Esc, ArrowDown → ↓, letters in upper case. */
export function keyLabel(key: string): string {
	const named: Record<string, string> = {
		Escape: 'Esc',
		ArrowDown: '↓',
		ArrowUp: '↑',
		ArrowLeft: '←',
		ArrowRight: '→',
		Enter: 'Enter',
		Backspace: '⌫',
	};
	return named[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}
