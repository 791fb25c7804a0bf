/** The PRISMA kinds of a source, in the order of the figure. */
import type { SourceKind } from '$lib/api/types';

export const SOURCE_KINDS: readonly SourceKind[] = [
	'database',
	'register',
	'website',
	'organisation',
	'citation_searching',
	'other',
];
