/** Grouping reports of one investigation. */
export const studies = {
	lead: 'Reports about the same investigation form one study. PRISMA counts both.',
	count: '{studies} studies from {reports} reports',
	empty: 'No report has been included yet',
	empty_text:
		'Reports included at full text appear here, each as a study of its own until you group companion reports.',
	to_full_text: 'To the full texts',
	chosen: { one: '{n} report chosen', other: '{n} reports chosen' },
	group: 'Group as one study',
	group_name: 'Name of the study',
	group_hint: 'For example first author and year of the main report.',
	clear: 'Clear the choice',
	choose: 'Choose: {title}',
	ungroup: 'Make a study of its own',
	grouped: { one: '{n} report grouped.', other: '{n} reports grouped as one study.' },
	ungrouped: 'The report is a study of its own again.',
	reports_n: { one: '{n} report', other: '{n} reports' },
	need_two: 'Choose at least two reports.',
} as const;
