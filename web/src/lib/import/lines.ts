/** Where something stands in a file, in words. */
import { t } from '$lib/i18n';

type Line = number | null | undefined;

/** `line 3`, `lines 3–5`; '' where nobody knows. */
export const where = (a: Line, b: Line): string =>
	!a ? '' : !b || a === b ? t('sources.line', { a: String(a) }) : t('sources.lines', { a: String(a), b: String(b) });
