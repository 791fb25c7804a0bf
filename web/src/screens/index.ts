/** Which file draws which route. All travel together: a page is there at once, without a connection, and after an update of the server. */
import type { Component } from 'svelte';
import type { RouteName } from '$lib/router.svelte';
import Account from './Account.svelte';
import Citation from './Citation.svelte';
import Citations from './Citations.svelte';
import Duplicates from './Duplicates.svelte';
import ImportDetail from './ImportDetail.svelte';
import Invitation from './Invitation.svelte';
import NotFound from './NotFound.svelte';
import Overview from './Overview.svelte';
import Reviews from './Reviews.svelte';
import Settings from './Settings.svelte';
import Setup from './Setup.svelte';
import SignIn from './SignIn.svelte';
import Sources from './Sources.svelte';
import Users from './Users.svelte';
import Audit from './audit/Audit.svelte';
import Conflicts from './conflicts/Conflicts.svelte';
import FullTexts from './fulltext/FullTexts.svelte';
import Prisma from './prisma/Prisma.svelte';
import Progress from './progress/Progress.svelte';
import MyDecisions from './screening/MyDecisions.svelte';
import Screening from './screening/Screening.svelte';
import Studies from './studies/Studies.svelte';

export const screens: Record<RouteName | 'not_found', Component> = {
	citations: Citations,
	citation: Citation,
	duplicates: Duplicates,
	settings: Settings,
	sources: Sources,
	import: ImportDetail,
	home: Reviews,
	sign_in: SignIn,
	setup: Setup,
	invitation: Invitation,
	users: Users,
	account: Account,
	overview: Overview,
	screening: Screening,
	my_decisions: MyDecisions,
	full_text: FullTexts,
	conflicts: Conflicts,
	prisma: Prisma,
	progress: Progress,
	audit: Audit,
	studies: Studies,
	not_found: NotFound,
};
