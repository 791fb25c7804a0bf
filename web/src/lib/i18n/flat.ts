/** `{ area: { key: text } }` → `{ 'area.key': text }`: how texts are looked up. Pure. */
import type { Message, Messages } from './message';

export type Flat<T> = { readonly [A in keyof T & string as `${A}.${keyof T[A] & string}`]: Message };

export function flat<T extends Readonly<Record<string, Messages>>>(areas: T): Flat<T> {
	const texts = Object.entries(areas).flatMap(([area, messages]) =>
		Object.entries(messages).map(([key, message]) => [`${area}.${key}`, message]),
	);
	return Object.fromEntries(texts) as Flat<T>;
}
