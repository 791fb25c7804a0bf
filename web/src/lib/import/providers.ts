/** Who wrote a file, in words: the server recognises providers by key. Pure. */

interface Provider {
	/** The platform's own name. */
	platform: string;
	/** The source, where a platform offers just one; many databases are searched at Ovid, EBSCOhost and ProQuest. */
	source?: string;
	/** Keeps records, but nobody searches there. */
	tool?: true;
}

const PROVIDERS: Readonly<Record<string, Provider>> = {
	pubmed: { platform: 'PubMed', source: 'MEDLINE' },
	pmc: { platform: 'PubMed Central', source: 'PubMed Central' },
	eric: { platform: 'ERIC', source: 'ERIC' },
	ovid: { platform: 'Ovid' },
	ebsco: { platform: 'EBSCOhost' },
	psycnet: { platform: 'APA PsycNet', source: 'APA PsycInfo' },
	proquest: { platform: 'ProQuest' },
	wos: { platform: 'Web of Science', source: 'Web of Science' },
	scopus: { platform: 'Scopus', source: 'Scopus' },
	embase: { platform: 'Embase.com', source: 'Embase' },
	cochrane: { platform: 'Cochrane Library', source: 'CENTRAL' },
	endnote: { platform: 'EndNote', tool: true },
	zotero: { platform: 'Zotero', tool: true },
	refworks: { platform: 'RefWorks', tool: true },
	mendeley: { platform: 'Mendeley', tool: true },
	citavi: { platform: 'Citavi', tool: true },
	eppi: { platform: 'EPPI-Reviewer', tool: true },
	rayyan: { platform: 'Rayyan', tool: true },
	covidence: { platform: 'Covidence', tool: true },
	asreview: { platform: 'ASReview', tool: true },
	ichushi: { platform: '医中誌Web', source: '医中誌Web' },
	cinii: { platform: 'CiNii Research', source: 'CiNii Research' },
	jstage: { platform: 'J-STAGE', source: 'J-STAGE' },
	lilacs: { platform: 'LILACS', source: 'LILACS' },
	scielo: { platform: 'SciELO', source: 'SciELO' },
	lens: { platform: 'The Lens', source: 'The Lens' },
	ieee: { platform: 'IEEE Xplore', source: 'IEEE Xplore' },
	jstor: { platform: 'JSTOR', source: 'JSTOR' },
	'google-scholar': { platform: 'Google Scholar', source: 'Google Scholar' },
	dimensions: { platform: 'Dimensions', source: 'Dimensions' },
	openalex: { platform: 'OpenAlex', source: 'OpenAlex' },
	europepmc: { platform: 'Europe PMC', source: 'Europe PMC' },
	springer: { platform: 'SpringerLink', source: 'SpringerLink' },
	clinicaltrials: { platform: 'ClinicalTrials.gov', source: 'ClinicalTrials.gov' },
	ictrp: { platform: 'ICTRP', source: 'ICTRP' },
	erabi: { platform: 'Erabi', tool: true },
};

/** The provider's name for people; '' for a file that nobody in particular wrote. */
export function platformOf(provider: string | null): string {
	if (!provider || provider === 'generic') return '';
	return PROVIDERS[provider]?.platform ?? provider;
}

/** What a new source made for such a file would be called; '' where only a person can say. */
export function sourceOf(provider: string | null): string {
	return (provider && PROVIDERS[provider]?.source) || '';
}

/** The platform of a new source for such a file: where it was searched, unless that is what the source is called anyway. */
export function searchedAt(provider: string | null, name: string): string {
	const platform = provider && PROVIDERS[provider]?.tool ? '' : platformOf(provider);
	return platform === name ? '' : platform;
}
