/** Who wrote a file, in words: the server recognises providers by key. Pure. */

interface Provider {
	/** The platform's own name. */
	platform: string;
	/** The source, where a platform offers just one; many databases are searched at Ovid, EBSCOhost and ProQuest. */
	source?: string;
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
	endnote: { platform: 'EndNote' },
	zotero: { platform: 'Zotero' },
	mendeley: { platform: 'Mendeley' },
	citavi: { platform: 'Citavi' },
	eppi: { platform: 'EPPI-Reviewer' },
	rayyan: { platform: 'Rayyan' },
	covidence: { platform: 'Covidence' },
	asreview: { platform: 'ASReview' },
	ichushi: { platform: '医中誌Web', source: '医中誌Web' },
	cinii: { platform: 'CiNii Research', source: 'CiNii Research' },
	jstage: { platform: 'J-STAGE', source: 'J-STAGE' },
	lilacs: { platform: 'LILACS', source: 'LILACS' },
	scielo: { platform: 'SciELO', source: 'SciELO' },
	lens: { platform: 'The Lens', source: 'The Lens' },
	ieee: { platform: 'IEEE Xplore', source: 'IEEE Xplore' },
	jstor: { platform: 'JSTOR', source: 'JSTOR' },
	'google-scholar': { platform: 'Google Scholar', source: 'Google Scholar' },
	erabi: { platform: 'Erabi' },
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
