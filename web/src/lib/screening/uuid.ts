//! Makes the client's ids: UUID version 7, so that decisions sort by the time they were made.
//! Rule: clock and chance are passed in; the defaults are the browser's.

/** Fills 16 random bytes. `crypto.getRandomValues` also works where pages are served over plain http. */
function browserBytes(): Uint8Array {
	return crypto.getRandomValues(new Uint8Array(16));
}

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, version, variant, 74 random bits; lower case. */
export function uuidv7(now: number = Date.now(), bytes: Uint8Array = browserBytes()): string {
	const out = Uint8Array.from(bytes.subarray(0, 16));
	let ms = Math.max(0, Math.floor(now));
	for (let i = 5; i >= 0; i -= 1) {
		out[i] = ms % 256;
		ms = Math.floor(ms / 256);
	}
	out[6] = ((out[6] ?? 0) & 0x0f) | 0x70;
	out[8] = ((out[8] ?? 0) & 0x3f) | 0x80;
	const hex = [...out].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
