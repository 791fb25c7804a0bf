/** Who is signed in. Language and theme follow the user. */
import { api, useSession } from '$lib/api/client';
import type { Session, User } from '$lib/api/types';
import { initialLocale, setLocale } from '$lib/i18n';
import { applyTheme } from '$lib/theme';

class SessionState {
	value = $state.raw<Session | null>(null);
	user = $derived(this.value?.user ?? null);

	/** Reads the session; throws an ApiError when the server cannot be reached. */
	async load(): Promise<void> {
		await this.take(await api.get<Session>('/api/session'));
	}

	/** Takes over a session that the server has just answered with. */
	async take(session: Session): Promise<void> {
		useSession(session, () => this.#ended());
		if (session.user) {
			applyTheme(session.user.theme);
			await setLocale(session.user.locale);
		}
		this.value = session;
	}

	async signOut(): Promise<void> {
		await api.delete('/api/session');
		await this.load();
	}

	/** Changes the user's own settings here and on the server. */
	async patch(change: Partial<Pick<User, 'name' | 'locale' | 'theme' | 'keymap'>>): Promise<void> {
		const user = await api.patch<User>('/api/me', change);
		if (!this.value) return;
		this.value = { ...this.value, user };
		applyTheme(user.theme);
		await setLocale(user.locale);
	}

	#ended(): void {
		if (this.value?.user) this.value = { ...this.value, user: null };
	}
}

export const session = new SessionState();

/** Changes the language: for signed-in users on the server too. */
export async function chooseLocale(locale: 'ja' | 'en'): Promise<void> {
	if (session.user) await session.patch({ locale });
	else await setLocale(locale);
}

export { initialLocale };
