/** All texts of this language, by area. */
import { common } from './common';
import { error } from './error';
import { nav } from './nav';

export default { common, error, nav };
