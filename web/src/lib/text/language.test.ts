import { describe, expect, it } from 'vitest';
import { inLanguage, languageOf } from './language';

describe('languageOf', () => {
	it('tells Japanese from English', () => {
		expect(languageOf('精神障害者のケースマネジメント')).toBe('ja');
		expect(languageOf('ACT-Jにおける Fidelity Scale の信頼性')).toBe('ja');
		expect(languageOf('Case management in Japan')).toBe('en');
		expect(
			languageOf('The concept of hikikomori (引きこもり) in international psychiatry and its cultural roots'),
		).toBe('en');
		expect(languageOf('')).toBe('en');
	});

	it('chooses the wanted one where it can', () => {
		expect(inLanguage('ja', 'An abstract', '抄録')).toBe('抄録');
		expect(inLanguage('ja', 'An abstract', null)).toBe('An abstract');
		expect(inLanguage('en', ' ', undefined)).toBeNull();
	});
});
