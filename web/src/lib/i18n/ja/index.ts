/** All texts of this language, by area. */
import { account } from './account';
import { common } from './common';
import { error } from './error';
import { fulltext } from './fulltext';
import { jobs } from './jobs';
import { keys } from './keys';
import { nav } from './nav';
import { reviews } from './reviews';
import { screening } from './screening';
import { settings } from './settings';
import { sources } from './sources';

export default { account, common, error, fulltext, jobs, keys, nav, reviews, screening, settings, sources };
