/** The places of a review, in the order of the work. The sidebar and the phone's menu are printed from it. */
import { href, type RouteName } from '$lib/router.svelte';
import type { MessageKey } from '$lib/i18n';
import type { Review } from '$lib/api/types';

export interface NavItem {
	key: string;
	label: MessageKey;
	href: string;
	/** Routes on which it is marked as the current place. */
	routes: readonly RouteName[];
	/** For the two screening stages: which one. */
	stage?: string;
}

export interface NavGroup {
	label: MessageKey | null;
	items: NavItem[];
}

export function navigation(review: Review): NavGroup[] {
	const r = review.id;
	const lead = review.my_role === 'lead';
	const groups: NavGroup[] = [
		{
			label: null,
			items: [{ key: 'overview', label: 'nav.overview', href: href('overview', { r }), routes: ['overview'] }],
		},
		{
			label: 'nav.collect',
			items: [
				{ key: 'sources', label: 'nav.sources', href: href('sources', { r }), routes: ['sources', 'import'] },
				{ key: 'duplicates', label: 'nav.duplicates', href: href('duplicates', { r }), routes: ['duplicates'] },
				{ key: 'citations', label: 'nav.citations', href: href('citations', { r }), routes: ['citations', 'citation'] },
			],
		},
		{
			label: 'nav.screen',
			items: [
				{
					key: 'ta',
					label: 'nav.title_abstract',
					href: href('screening', { r, stage: 'title_abstract' }),
					routes: ['screening', 'my_decisions'],
					stage: 'title_abstract',
				},
				{
					key: 'full_text',
					label: 'nav.full_text',
					href: href('full_text', { r }),
					routes: ['full_text', 'screening', 'my_decisions'],
					stage: 'full_text',
				},
				{ key: 'conflicts', label: 'nav.conflicts', href: href('conflicts', { r }), routes: ['conflicts'] },
			],
		},
		{
			label: 'nav.report',
			items: [
				{ key: 'studies', label: 'nav.studies', href: href('studies', { r }), routes: ['studies'] },
				{ key: 'prisma', label: 'nav.prisma', href: href('prisma', { r }), routes: ['prisma'] },
				{ key: 'progress', label: 'nav.progress', href: href('progress', { r }), routes: ['progress'] },
				...(lead ? [{ key: 'audit', label: 'nav.audit', href: href('audit', { r }), routes: ['audit'] } as const] : []),
			],
		},
		{
			label: null,
			items: [{ key: 'settings', label: 'nav.settings', href: href('settings', { r }), routes: ['settings'] }],
		},
	];
	return groups;
}

/** Is this the place the address is in? */
export function isHere(item: NavItem, name: RouteName | undefined, stage: string): boolean {
	if (!name || !item.routes.includes(name)) return false;
	return item.stage === undefined || stage === '' || item.stage === stage;
}
