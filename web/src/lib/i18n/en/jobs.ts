/** Background jobs, shown in the top bar while they run. */
export const jobs = {
	running: 'Working in the background',
	importing: { one: 'Importing a file', other: 'Importing files: {n} left' },
	kind_import: 'Import',
	kind_dedup: 'Finding duplicates',
	kind_dedup_undo: 'Taking a run back',
	kind_dedup_preview: 'Preview of duplicates',
	finished: '{kind}: done.',
	failed: '{kind} failed: {message}',
} as const;
