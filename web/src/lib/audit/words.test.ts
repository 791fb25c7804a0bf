//! Every action that the server writes into the audit trail has words. Rule: the server's sources are the list, not this test.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { audit as en } from '$lib/i18n/en/audit';
import { audit as ja } from '$lib/i18n/ja/audit';

const APP = join(process.cwd(), '../src/app');
const KEYS = Object.keys(en);
const AREAS = KEYS.filter((key) => key.startsWith('area_')).map((key) => key.slice('area_'.length));

function actions(): Set<string> {
	const found = new Set<string>();
	for (const path of readdirSync(APP, { recursive: true, encoding: 'utf8' })) {
		if (!path.endsWith('.rs')) continue;
		const text = readFileSync(join(APP, path), 'utf8');
		for (const [, area, verb] of text.matchAll(/"([a-z]+)\.([a-z_]+)"/g))
			if (AREAS.includes(area ?? '')) found.add(`act_${area}_${verb}`);
	}
	return found;
}

describe('words of the audit trail', () => {
	it('are there for each action, and for no other', () => {
		expect([...actions()].sort()).toEqual(KEYS.filter((key) => key.startsWith('act_')).sort());
		expect(Object.keys(ja).sort()).toEqual([...KEYS].sort());
	});
});
