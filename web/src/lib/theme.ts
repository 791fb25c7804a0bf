/** Light, dark or as the system says. The choice is the user's (kept on the server) and remembered here for the next first paint. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'erabi.theme';

export function storedTheme(): Theme {
	try {
		const value = localStorage.getItem(KEY);
		return value === 'light' || value === 'dark' ? value : 'system';
	} catch {
		return 'system';
	}
}

export function applyTheme(theme: Theme): void {
	const root = document.documentElement;
	if (theme === 'system') delete root.dataset.theme;
	else root.dataset.theme = theme;
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		// Storage may be closed (private windows): the theme then lasts for this page only.
	}
}
