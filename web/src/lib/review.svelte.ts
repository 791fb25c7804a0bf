/** The review that is open: read once by the shell, shared by its pages, read again after a change. */
import { api, reviewPath } from '$lib/api/client';
import type { Criterion, Id, Label, Reason, Review, Stage } from '$lib/api/types';
import { Resource } from '$lib/resource.svelte';

export const STAGES: readonly Stage[] = ['title_abstract', 'full_text'];

class CurrentReview {
	#resource = new Resource<Review>();
	id = $state('');

	get error() {
		return this.#resource.error;
	}

	/** Null until the shell has read it; pages are drawn only after that. */
	get loaded(): Review | null {
		const review = this.#resource.value;
		return review && review.id === this.id ? review : null;
	}

	/** The review, inside its pages. */
	get value(): Review {
		const review = this.loaded;
		if (!review) throw new Error('a page of a review is drawn only when the review is loaded');
		return review;
	}

	get isLead(): boolean {
		return this.loaded?.my_role === 'lead';
	}

	async open(id: Id): Promise<void> {
		if (this.id !== id) this.#resource.clear();
		this.id = id;
		await this.reload();
	}

	async reload(): Promise<void> {
		const id = this.id;
		await this.#resource.load(() => api.get<Review>(reviewPath(id)));
	}

	/** Takes over what a change was answered with. */
	patch(change: Partial<Review>): void {
		if (this.#resource.value) this.#resource.value = { ...this.#resource.value, ...change };
	}

	/** `/api/reviews/{this}/rest` */
	path(rest = ''): string {
		return reviewPath(this.id, rest);
	}

	criterion(id: Id | null | undefined): Criterion | undefined {
		return this.loaded?.criteria.find((c) => c.id === id);
	}

	reason(id: Id | null | undefined): Reason | undefined {
		return this.loaded?.reasons.find((r) => r.id === id);
	}

	label(id: Id | null | undefined): Label | undefined {
		return this.loaded?.labels.find((l) => l.id === id);
	}
}

export const current = new CurrentReview();
