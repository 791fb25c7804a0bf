/** The formats and encodings that the server can read: asked for once, when first needed. */
import { api } from '$lib/api/client';
import type { ImportFormats } from '$lib/api/types';

/** The encoding's name for people; what Japan calls Shift_JIS has one of its own. */
export const encodingName = (key: string): string => (key === 'cp932' ? 'Shift_JIS (CP932)' : key.toUpperCase());

class Formats {
	#known = $state.raw<ImportFormats | null>(null);
	#asked = false;

	#ask(): void {
		if (this.#asked) return;
		this.#asked = true;
		api.get<ImportFormats>('/api/import-formats').then(
			(known) => (this.#known = known),
			// Names are a convenience: without them keys are shown; the next page asks again.
			() => (this.#asked = false),
		);
	}

	get formats(): ImportFormats['formats'] {
		this.#ask();
		return this.#known?.formats ?? [];
	}

	get encodings(): string[] {
		this.#ask();
		return this.#known?.encodings ?? [];
	}

	get fields(): string[] {
		this.#ask();
		return this.#known?.fields ?? [];
	}

	/** The format's name for people. */
	name(key: string): string {
		return this.formats.find((format) => format.key === key)?.label ?? key;
	}
}

export const formats = new Formats();
