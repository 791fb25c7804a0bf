/** One form being sent: busy while it is, and the server's complaint at the field it names (or above the form). */
import { asApiError, type ApiError } from '$lib/api/client';

export class FormState {
	busy = $state(false);
	error = $state.raw<ApiError | null>(null);

	/** The message for one field. */
	at(field: string): string | null {
		return this.error?.field === field ? this.error.message : null;
	}

	/** The message that belongs to none of the form's fields. */
	general(...fields: string[]): string | null {
		return this.error && !(this.error.field && fields.includes(this.error.field)) ? this.error.message : null;
	}

	/** Sends; true when it went well. A second call while busy does nothing. */
	async run(send: () => Promise<void>): Promise<boolean> {
		if (this.busy) return false;
		this.busy = true;
		try {
			await send();
			this.error = null;
			return true;
		} catch (error) {
			this.error = asApiError(error);
			return false;
		} finally {
			this.busy = false;
		}
	}
}
