/** Background jobs, shown in the top bar while they run. */
export const jobs = {
	running: 'Working in the background',
	kind_import: 'Import',
	kind_dedup: 'Finding duplicates',
	kind_reindex: 'Building the search index',
	kind_export: 'Export',
	finished: '{kind}: done.',
	failed: '{kind} failed: {message}',
} as const;
