//! How this reader likes to read: the abstract's language, highlights on or off, criteria texts open or not.
//! Rule: kept in this browser only; a preference, never a fact about the review.

import { locale } from '$lib/i18n';
import type { Locale } from '$lib/api/types';

const KEY = 'erabi.reading';

interface Stored {
	language?: Locale;
	highlights?: boolean;
	criteria?: boolean;
}

function load(): Stored {
	try {
		const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
		return typeof value === 'object' && value !== null ? (value as Stored) : {};
	} catch {
		return {};
	}
}

class Reading {
	#stored = $state.raw<Stored>(load());

	/** The language to read abstracts in; the interface's until another is chosen. */
	get language(): Locale {
		return this.#stored.language ?? locale();
	}
	set language(language: Locale) {
		this.#keep({ language });
	}

	get highlights(): boolean {
		return this.#stored.highlights ?? true;
	}
	set highlights(highlights: boolean) {
		this.#keep({ highlights });
	}

	/** Whether the criteria's inclusion and exclusion texts are open; undefined until the reader has chosen. */
	get criteria(): boolean | undefined {
		return this.#stored.criteria;
	}
	set criteria(criteria: boolean) {
		this.#keep({ criteria });
	}

	#keep(change: Stored): void {
		this.#stored = { ...this.#stored, ...change };
		try {
			localStorage.setItem(KEY, JSON.stringify(this.#stored));
		} catch {
			// Not remembered then.
		}
	}
}

export const reading = new Reading();
