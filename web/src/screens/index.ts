/** Which file draws which route. What travels with what when it is first needed: CHUNKS in vite.config.ts. */
import type { Component } from 'svelte';
import type { RouteName } from '$lib/router.svelte';

export type LoadScreen = () => Promise<{ default: Component }>;

export const screens: Record<RouteName | 'not_found', LoadScreen> = {
	citations: () => import('./Citations.svelte'),
	citation: () => import('./Citation.svelte'),
	duplicates: () => import('./Duplicates.svelte'),
	settings: () => import('./Settings.svelte'),
	sources: () => import('./Sources.svelte'),
	import: () => import('./ImportDetail.svelte'),
	home: () => import('./Reviews.svelte'),
	sign_in: () => import('./SignIn.svelte'),
	setup: () => import('./Setup.svelte'),
	invitation: () => import('./Invitation.svelte'),
	users: () => import('./Users.svelte'),
	account: () => import('./Account.svelte'),
	overview: () => import('./Overview.svelte'),
	screening: () => import('./screening/Screening.svelte'),
	my_decisions: () => import('./screening/MyDecisions.svelte'),
	full_text: () => import('./fulltext/FullTexts.svelte'),
	conflicts: () => import('./conflicts/Conflicts.svelte'),
	prisma: () => import('./prisma/Prisma.svelte'),
	progress: () => import('./progress/Progress.svelte'),
	audit: () => import('./audit/Audit.svelte'),
	studies: () => import('./studies/Studies.svelte'),
	not_found: () => import('./NotFound.svelte'),
};
