import { describe, expect, it } from 'vitest';
import type { ImportSummary } from '$lib/api/types';
import { compareHits, entriesOf, guessSource } from './compare';

describe('compareHits', () => {
	it('says how many are missing or too many', () => {
		expect(compareHits(97, 97)).toEqual({ kind: 'equal', entries: 97 });
		expect(compareHits(97, 90)).toEqual({ kind: 'fewer', entries: 90, by: 7 });
		expect(compareHits(97, 100)).toEqual({ kind: 'more', entries: 100, by: 3 });
		expect(compareHits(null, 100)).toEqual({ kind: 'unknown' });
		expect(compareHits(97, 0)).toEqual({ kind: 'unknown' });
	});
});

describe('entriesOf', () => {
	it('leaves withdrawn and failed files out', () => {
		const file = (entries: number, status: ImportSummary['status']) => ({ entries, status }) as ImportSummary;
		expect(entriesOf({ imports: [file(5, 'done'), file(7, 'withdrawn'), file(3, 'failed'), file(2, 'reading')] })).toBe(7);
	});
});

describe('guessSource', () => {
	const sources = [
		{ id: '1', name: 'MEDLINE', platform: 'PubMed' },
		{ id: '2', name: 'PsycINFO', platform: 'EBSCOhost' },
		{ id: '3', name: 'CINAHL', platform: 'EBSCOhost' },
		{ id: '4', name: '医中誌', platform: '医中誌Web' },
	];
	it('goes by the provider, then by the name of the file', () => {
		expect(guessSource('PubMed', 'x.txt', sources)?.id).toBe('1');
		expect(guessSource('医中誌Web', 'x.txt', sources)?.id).toBe('4');
		expect(guessSource('EBSCOhost', 'cinahl_2026.ris', sources)?.id).toBe('3');
		expect(guessSource(null, 'ＰｓｙｃＩＮＦＯ.ris', sources)?.id).toBe('2');
	});
	it('does not guess where two fit as well', () => {
		expect(guessSource('EBSCOhost', 'export.ris', sources)).toBeNull();
		expect(guessSource('Scopus', 'export.csv', sources)).toBeNull();
	});
});
