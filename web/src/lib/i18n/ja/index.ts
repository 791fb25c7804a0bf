/** All texts of this language, by area. */
import { account } from './account';
import { common } from './common';
import { error } from './error';
import { nav } from './nav';
import { reviews } from './reviews';
import { screening } from './screening';

export default { account, common, error, nav, reviews, screening };
