//! Names of the tools whose decisions files bring. Rule: a name is written as its maker writes it.
import { t } from '$lib/i18n';

const NAMES: Record<string, string> = {
	rayyan: 'Rayyan',
	covidence: 'Covidence',
	asreview: 'ASReview',
	eppi: 'EPPI-Reviewer',
};

export const tool = (code: string): string => NAMES[code] ?? t('elsewhere.table');
/** Whether files of a provider come from a tool in which references are screened. */
export const isTool = (provider: string): boolean => provider in NAMES;
