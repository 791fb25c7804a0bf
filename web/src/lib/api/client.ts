/** The one way to the server: JSON, the CSRF header on every change, and every failure as an ApiError in the user's language. */
import { t } from '$lib/i18n';
import type { ErrorBody, ErrorCode, Session } from './types';

/** A failed request: `message` can be shown as it is, `field` names the input it belongs to, `detail` is the server's own. */
export class ApiError extends Error {
	readonly status: number;
	readonly code: ErrorCode;
	readonly field: string | undefined;
	readonly detail: unknown;

	constructor(status: number, body: ErrorBody) {
		super(body.message);
		this.status = status;
		this.code = body.code;
		this.field = body.field;
		this.detail = body.detail;
	}
}

export type Query = Record<string, string | number | boolean | null | undefined>;

let csrf = '';
/** Whose page this is. */
let userId: string | undefined;
let onSignedOut: () => void = () => {};

/** Called by the session state: what to send with changes, and whom to tell when the session has ended. */
export function useSession(session: Pick<Session, 'csrf' | 'user'>, signedOut?: () => void): void {
	csrf = session.csrf;
	userId = session.user?.id;
	if (signedOut) onSignedOut = signedOut;
}

export function csrfToken(): string {
	return csrf;
}

/** `/api/x?a=1`: empty, null and undefined values are left out. */
export function withQuery(path: string, query: Query = {}): string {
	const search = new URLSearchParams();
	for (const [key, value] of Object.entries(query)) {
		if (value !== undefined && value !== null && value !== '') search.set(key, String(value));
	}
	const text = search.toString();
	return text ? `${path}?${text}` : path;
}

/** The message for a failure that came without one of the server's own (a proxy, a lost network). */
export function plainError(status: number): ErrorBody {
	if (status === 0) return { code: 'offline', message: t('error.offline') };
	if (status === 401) return { code: 'unauthenticated', message: t('error.unauthenticated') };
	if (status === 403) return { code: 'forbidden', message: t('error.forbidden') };
	if (status === 404) return { code: 'not_found', message: t('error.not_found') };
	if (status === 409) return { code: 'conflict', message: t('error.conflict') };
	if (status === 413) return { code: 'too_large', message: t('error.too_large') };
	if (status === 429) return { code: 'too_many_attempts', message: t('error.too_many_attempts') };
	if (status === 502 || status === 503 || status === 504) return { code: 'busy', message: t('error.busy') };
	return { code: 'internal', message: t('error.internal') };
}

function isErrorBody(value: unknown): value is ErrorBody {
	return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

async function toError(response: Response): Promise<ApiError> {
	let body: unknown = null;
	try {
		body = await response.json();
	} catch {
		// Not JSON: the plain message stands.
	}
	const known = isErrorBody(body) && body.message !== '';
	return new ApiError(response.status, known ? (body as ErrorBody) : plainError(response.status));
}

/** Any thrown value as an ApiError, so that a page has one thing to show. */
export function asApiError(error: unknown): ApiError {
	return error instanceof ApiError ? error : new ApiError(0, plainError(500));
}

async function send(method: string, path: string, init: RequestInit, again = true): Promise<Response> {
	const headers = new Headers(init.headers);
	headers.set('Accept', 'application/json');
	headers.set('Accept-Language', document.documentElement.lang || 'ja');
	if (method !== 'GET') headers.set('X-Erabi-CSRF', csrf);
	let response: Response;
	try {
		response = await fetch(path, { ...init, method, headers, credentials: 'same-origin' });
	} catch {
		throw new ApiError(0, plainError(0));
	}
	if (response.ok) return response;
	let error = await toError(response);
	// The token changes when somebody signs in elsewhere in the same browser: read it again once. Nothing goes out as another user's.
	if (error.code === 'csrf' && again) {
		const session = (await (await fetch('/api/session', { credentials: 'same-origin' })).json()) as Session;
		csrf = session.csrf;
		if (session.user?.id === userId || path === '/api/session') return send(method, path, init, false);
		error = new ApiError(401, plainError(401));
	}
	if (error.code === 'unauthenticated' && !path.startsWith('/api/session')) onSignedOut();
	throw error;
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
	const init: RequestInit = {};
	if (body !== undefined) {
		init.headers = { 'Content-Type': 'application/json' };
		init.body = JSON.stringify(body);
	}
	const response = await send(method, path, init);
	if (response.status === 204) return undefined as T;
	const text = await response.text();
	return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
	get: <T>(path: string, query?: Query) => json<T>('GET', withQuery(path, query)),
	post: <T>(path: string, body: unknown = {}) => json<T>('POST', path, body),
	put: <T>(path: string, body: unknown) => json<T>('PUT', path, body),
	patch: <T>(path: string, body: unknown) => json<T>('PATCH', path, body),
	delete: <T>(path: string) => json<T>('DELETE', path),
	/** A multipart upload with progress (0 to 1), which fetch cannot report. */
	upload: <T>(path: string, form: FormData, onProgress?: (share: number) => void): Promise<T> =>
		new Promise((resolve, reject) => {
			const request = new XMLHttpRequest();
			request.open('POST', path);
			request.setRequestHeader('Accept', 'application/json');
			request.setRequestHeader('Accept-Language', document.documentElement.lang || 'ja');
			request.setRequestHeader('X-Erabi-CSRF', csrf);
			request.upload.onprogress = (event) => {
				if (event.lengthComputable) onProgress?.(event.loaded / event.total);
			};
			request.onerror = () => reject(new ApiError(0, plainError(0)));
			request.onload = () => {
				let body: unknown = null;
				try {
					body = JSON.parse(request.responseText);
				} catch {
					// Not JSON: handled by status below.
				}
				if (request.status >= 200 && request.status < 300) resolve(body as T);
				else reject(new ApiError(request.status, isErrorBody(body) ? body : plainError(request.status)));
			};
			request.send(form);
		}),
	/** The text of a file (SVG, original import). */
	text: async (path: string, query?: Query): Promise<string> => (await send('GET', withQuery(path, query), {})).text(),
};

/** `/api/reviews/{id}` and what follows. */
export const reviewPath = (reviewId: string, rest = ''): string =>
	`/api/reviews/${encodeURIComponent(reviewId)}${rest ? `/${rest}` : ''}`;
