import { describe, expect, it } from 'vitest';
import { uuidv7 } from './uuid';

describe('uuidv7', () => {
	it('carries time, version and variant', () => {
		// The example of RFC 9562, appendix A.6.
		const bytes = Uint8Array.from([0, 0, 0, 0, 0, 0, 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
		expect(uuidv7(0x017f22e279b0, bytes)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
	});

	it('sorts by time and does not repeat', () => {
		expect(uuidv7(1_000) < uuidv7(1_001)).toBe(true);
		expect(new Set(Array.from({ length: 1000 }, () => uuidv7())).size).toBe(1000);
	});
});
