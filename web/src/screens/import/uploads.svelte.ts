/** The files being brought in: each is uploaded and recognised on its own, shown, and imported only when a person says so. */
import { api, asApiError, type ApiError } from '$lib/api/client';
import type { Id, ImportSummary, MappingData, Search, Source, SourceKind, Upload, Verdict } from '$lib/api/types';
import { guessSource } from '$lib/import/compare';
import { searchedAt, sourceOf } from '$lib/import/providers';
import { isTool } from '$lib/import/tools';
import { current } from '$lib/review.svelte';

/** The choice "a new source" in the list of sources. */
export const NEW_SOURCE = 'new';

export class UploadItem {
	readonly key: number;
	readonly file: File;
	/** 0 to 1 while the bytes are on their way. */
	sent = $state(0);
	state = $state<'sending' | 'reading' | 'ready' | 'importing' | 'failed'>('sending');
	upload = $state.raw<Upload | null>(null);
	error = $state.raw<ApiError | null>(null);
	/** As read; a choice that did not work goes back to it. */
	format = $state('');
	encoding = $state('');
	sourceId = $state<Id>('');
	searchId = $state<Id>('');
	newName = $state('');
	/** '' where only a person can say: files of screening tools hold what others found. */
	newKind = $state<SourceKind | ''>('database');
	force = $state(false);
	/** Tables: what a lead says of the first row; '' leaves it to the recogniser. */
	firstRow = $state<'' | 'header' | 'entry'>('');
	/** The verdict that every entry has elsewhere, where only the file's name tells it. */
	said = $state<Verdict | ''>('');

	constructor(key: number, file: File) {
		this.key = key;
		this.file = file;
	}

	settle(): void {
		this.format = this.upload?.format ?? '';
		this.encoding = this.upload?.encoding ?? '';
	}

	/** Can it be imported as it stands? */
	get ready(): boolean {
		const target = this.sourceId === NEW_SOURCE ? this.newName.trim() && this.newKind : this.sourceId;
		return (
			this.state === 'ready' &&
			target !== '' &&
			(this.upload?.records ?? 0) > 0 &&
			(!this.upload?.already || this.force)
		);
	}
}

export interface Started {
	import: ImportSummary;
	job_id: Id;
}

export class Uploads {
	items = $state<UploadItem[]>([]);
	#next = 1;
	/** What these files made: a source by its body, a search by its source. The page's list may not have them yet. */
	#made = new Map<string, Id>();

	/** Files are sent one after another: a review's line to the server is shared with the reviewers. */
	async add(files: Iterable<File>, sources: () => readonly Source[]): Promise<void> {
		const fresh = [...files].map((file) => new UploadItem(this.#next++, file));
		this.items = [...this.items, ...fresh];
		for (const item of fresh) await this.#send(item, sources());
	}

	remove(item: UploadItem): void {
		this.items = this.items.filter((other) => other.key !== item.key);
	}

	/** Sends a file again that could not be read, with a format or an encoding that a person chose. */
	async retry(item: UploadItem, choice: Record<string, string>, sources: readonly Source[]): Promise<void> {
		item.error = null;
		item.sent = 0;
		item.state = 'sending';
		await this.#send(item, sources, choice);
	}

	async #send(item: UploadItem, sources: readonly Source[], choice: Record<string, string> = {}): Promise<void> {
		const form = new FormData();
		form.append('file', item.file, item.file.name);
		for (const [key, value] of Object.entries(choice)) form.append(key, value);
		try {
			item.upload = await api.upload<Upload>(current.path('uploads'), form, (share) => {
				item.sent = share;
				if (share >= 1) item.state = 'reading';
			});
			item.settle();
			item.state = 'ready';
			this.#suggest(item, sources);
		} catch (error) {
			item.error = asApiError(error);
			item.state = 'failed';
		}
	}

	#suggest(item: UploadItem, sources: readonly Source[]): void {
		const source = guessSource(item.upload?.provider ?? null, item.file.name, sources);
		if (source) {
			item.sourceId = source.id;
			item.searchId = source.searches[0]?.id ?? '';
		} else {
			item.newName = sourceOf(item.upload?.provider ?? null);
			if (isTool(item.upload?.provider ?? '')) item.newKind = '';
			item.sourceId = NEW_SOURCE;
		}
	}

	/** Reads the stored bytes again with another format or encoding; what cannot be read so stays as it was. */
	async read(item: UploadItem, choice: { format?: string; encoding?: string }): Promise<void> {
		if (!item.upload) return;
		const { sha256, format, encoding } = item.upload;
		item.state = 'reading';
		try {
			item.upload = await api.post<Upload>(current.path(`uploads/${sha256}/read`), {
				format,
				encoding,
				first_row: item.firstRow,
				said: item.said,
				...choice,
			});
			item.error = null;
		} catch (error) {
			item.error = asApiError(error);
		}
		item.settle();
		item.state = 'ready';
	}

	/** Saves what a lead said about columns or tags, and reads every waiting file again, since it may be about them too. */
	async map(mapping: MappingData): Promise<void> {
		await api.post(current.path('mappings'), mapping);
		for (const item of this.items) if (item.state === 'ready') await this.read(item, {});
	}

	/** Starts the import; makes the source and the search first where they are new. Null when it failed (the item says why). */
	async start(item: UploadItem, sources: readonly Source[]): Promise<Started | null> {
		const upload = item.upload;
		if (!upload || !item.ready) return null;
		item.state = 'importing';
		try {
			const search = await this.#search(item, sources);
			const started = await api.post<Started>(current.path('imports'), {
				search_id: search,
				sha256: upload.sha256,
				file_name: upload.file_name,
				format: upload.format,
				encoding: upload.encoding,
				first_row: item.firstRow,
				said: item.said,
				...(item.force ? { force: true } : {}),
			});
			this.remove(item);
			return started;
		} catch (error) {
			this.#made.clear();
			item.error = asApiError(error);
			item.state = 'ready';
			return null;
		}
	}

	async #search(item: UploadItem, sources: readonly Source[]): Promise<Id> {
		let sourceId = item.sourceId;
		if (sourceId === NEW_SOURCE) {
			const name = item.newName.trim();
			const body = { name, platform: searchedAt(item.upload?.provider ?? null, name), kind: item.newKind };
			const key = JSON.stringify(body);
			const same = (s: Source) => s.name === name && (s.platform ?? '') === body.platform && s.kind === body.kind;
			sourceId =
				sources.find(same)?.id ?? this.#made.get(key) ?? (await api.post<Source>(current.path('sources'), body)).id;
			this.#made.set(key, sourceId);
			// Should the import itself be refused, the next try must not make the source again.
			item.sourceId = sourceId;
		}
		const known = sources.find((source) => source.id === sourceId)?.searches ?? [];
		const chosen = known.find((search) => search.id === item.searchId) ?? known[0];
		const path = current.path(`sources/${sourceId}/searches`);
		const id = chosen?.id ?? this.#made.get(sourceId) ?? (await api.post<Search>(path, {})).id;
		this.#made.set(sourceId, id);
		item.searchId = id;
		return id;
	}
}
