//! The signed-in user's outbox: made at sign-in, sends what an earlier visit left, tries again when the connection is back.
//! Rule: one outbox per user and page; it closes when somebody else signs in.

import { api, asApiError, reviewPath } from '$lib/api/client';
import { session } from '$lib/session.svelte';
import { Outbox, type OutboxEntry, type SendResult } from './outbox.svelte';

/** An attempt that takes longer counts as lost and is made again; the server stores the same id once. */
const SEND_TIMEOUT_MS = 20_000;

class Box {
	/** Null while nobody is signed in. */
	current = $state.raw<Outbox | null>(null);
	#userId = '';

	/** Follows the session until the returned function is called; the shell calls it once. */
	start(): () => void {
		const stop = $effect.root(() => {
			$effect(() => this.#follow(session.user?.id ?? null));
		});
		const flush = () => this.current?.flush();
		const leaving = (event: BeforeUnloadEvent) => {
			if (this.current && !this.current.durable && this.current.unsent > 0) event.preventDefault();
		};
		addEventListener('online', flush);
		addEventListener('beforeunload', leaving);
		return () => {
			removeEventListener('online', flush);
			removeEventListener('beforeunload', leaving);
			stop();
		};
	}

	/** The outbox of whoever is signed in; pages that decide are drawn only then. */
	get value(): Outbox {
		if (session.user && this.#userId !== session.user.id) this.#open(session.user.id);
		if (!this.current) throw new Error('decisions are made only by somebody who is signed in');
		return this.current;
	}

	#follow(userId: string | null): void {
		if (userId === null) return;
		if (userId !== this.#userId) this.#open(userId);
		this.current?.flush();
	}

	#open(userId: string): void {
		this.current?.close();
		this.#userId = userId;
		this.current = new Outbox({ userId, storage: browserStorage(), send });
	}
}

export const box = new Box();

function browserStorage(): Storage | null {
	try {
		return localStorage;
	} catch {
		return null;
	}
}

/** Sends one entry; see `SendResult` for what the answers mean. */
export async function send(entry: OutboxEntry): Promise<SendResult> {
	const path = entry.kind === 'decide' ? 'decisions' : `decisions/${entry.decision_id}/undo`;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const timeout = new Promise<SendResult>((resolve) => {
		timer = setTimeout(() => resolve({ kind: 'later' }), SEND_TIMEOUT_MS);
	});
	const attempt = api.post(reviewPath(entry.review_id, path), entry.kind === 'decide' ? entry.body : {}).then(
		(): SendResult => ({ kind: 'accepted' }),
		(error: unknown) => judge(entry, error),
	);
	const result = await Promise.race([attempt, timeout]);
	clearTimeout(timer);
	return result;
}

function judge(entry: OutboxEntry, error: unknown): SendResult {
	const { status, code, message } = asApiError(error);
	if (status === 401) return { kind: 'signed_out' };
	if (status === 0 || status >= 500 || status === 408 || status === 429 || code === 'csrf') return { kind: 'later' };
	// An undo whose first answer was lost finds the decision undone already.
	if (entry.kind === 'undo' && entry.attempts > 0 && code === 'conflict') return { kind: 'accepted' };
	return { kind: 'refused', message };
}
