import { describe, expect, it } from 'vitest';
import type { ImportSummary } from '$lib/api/types';
import { compareHits, entriesOf, guessSource } from './compare';
import { searchedAt } from './providers';

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
		expect(entriesOf({ imports: [file(5, 'done'), file(7, 'withdrawn'), file(3, 'failed'), file(2, 'reading')] })).toBe(
			7,
		);
	});
});

describe('searchedAt', () => {
	it('is a place that is searched, and no repetition of the name', () => {
		expect(searchedAt('ovid', 'PsycInfo')).toBe('Ovid');
		expect(searchedAt('ichushi', '医中誌Web')).toBe('');
		expect(searchedAt('endnote', 'PsycInfo')).toBe('');
		expect(searchedAt(null, 'PsycInfo')).toBe('');
	});
});

describe('guessSource', () => {
	const sources = [
		{ id: 'pi', name: 'APA PsycInfo', platform: 'Ovid' },
		{ id: 'pe', name: 'APA PsycInfo', platform: 'EBSCOhost' },
		{ id: 'mp', name: 'MEDLINE', platform: 'PubMed' },
		{ id: 'mo', name: 'MEDLINE', platform: 'Ovid' },
		{ id: 'ci', name: 'CINAHL Complete', platform: 'EBSCOhost' },
		{ id: 'ic', name: '医中誌Web', platform: '医学中央雑誌刊行会' },
	];
	const guess = (provider: string | null, file: string) => guessSource(provider, file, sources)?.id;

	it('goes by provider and the name of the file together', () => {
		expect(guess('pubmed', 'pubmed-export.nbib')).toBe('mp');
		expect(guess('ichushi', 'x.txt')).toBe('ic');
		expect(guess('ebsco', 'cinahl-ebsco.ris')).toBe('ci');
		expect(guess('ebsco', 'psycinfo-ebsco.ris')).toBe('pe');
		expect(guess('ovid', 'ＰｓｙｃＩｎｆｏ.ris')).toBe('pi');
		expect(guess('ovid', 'medline-ovid.txt')).toBe('mo');
	});

	it('never goes by a platform alone that offers many databases', () => {
		const one = [{ id: 'p', name: 'PsycINFO (EBSCOhost)', platform: '' }];
		expect(guessSource('ebsco', 'cinahl-ebsco.ris', one)).toBeNull();
		expect(guessSource('ovid', 'psycinfo-ovid.ris', one)).toBeNull();
		expect(guessSource('ebsco', 'psycinfo.ris', one)?.id).toBe('p');
		const bare = [{ id: 'c', name: 'CINAHL', platform: 'EBSCOhost' }];
		expect(guessSource('ebsco', 'export.ris', bare)).toBeNull();
	});

	it('does not guess where two fit as well, or none', () => {
		expect(guess('ebsco', 'export.ris')).toBeUndefined();
		expect(guess('scopus', 'export.csv')).toBeUndefined();
		expect(guess('generic', 'refs.ris')).toBeUndefined();
	});
});
