/** What went wrong, and what to do, where the server's own message did not arrive. */
export const error = {
	offline:
		'The server cannot be reached. Check the network connection and try again; nothing you have decided is lost.',
	unauthenticated: 'You are signed out. Please sign in again.',
	forbidden: 'Your role does not allow this. A lead of the review can change roles.',
	not_found: 'This does not exist (any more).',
	conflict: 'Somebody else has changed this meanwhile. Reload the page and try again.',
	too_large: 'The file is larger than the server accepts.',
	too_many_attempts: 'Too many attempts. Please wait a few minutes.',
	busy: 'The server is busy just now. Please try again in a moment.',
	internal: 'Something went wrong on the server. Try again; if it stays, tell the administrator the time it happened.',
	no_such_page: 'No such page',
	no_such_page_text: 'The address may be mistyped, or what it showed has been moved.',
} as const;
