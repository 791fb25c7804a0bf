/** All texts of this language, by area. */
import { flat } from '../flat';
import { account } from './account';
import { audit } from './audit';
import { citations } from './citations';
import { common } from './common';
import { conflicts } from './conflicts';
import { duplicates } from './duplicates';
import { elsewhere } from './elsewhere';
import { error } from './error';
import { fulltext } from './fulltext';
import { jobs } from './jobs';
import { keys } from './keys';
import { nav } from './nav';
import { prisma } from './prisma';
import { progress } from './progress';
import { reviews } from './reviews';
import { screening } from './screening';
import { settings } from './settings';
import { sources } from './sources';
import { studies } from './studies';

export default flat({
	account,
	audit,
	citations,
	common,
	conflicts,
	duplicates,
	elsewhere,
	error,
	fulltext,
	jobs,
	keys,
	nav,
	prisma,
	progress,
	reviews,
	screening,
	settings,
	sources,
	studies,
});
