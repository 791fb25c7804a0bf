/** What crosses the wire, in exactly the shapes and names of the HTTP contract. */

export type Locale = 'ja' | 'en';
export type Id = string;
/** RFC 3339, UTC, milliseconds. */
export type Time = string;
export interface L10n {
	ja: string;
	en: string;
}
export interface Items<T> {
	items: T[];
}
export interface Page<T> {
	items: T[];
	total: number;
	next: string | null;
}
export interface ErrorBody {
	code: ErrorCode;
	message: string;
	field?: string;
	detail?: unknown;
}
export type ErrorCode =
	| 'screeners_only'
	| 'invalid'
	| 'not_found'
	| 'unauthenticated'
	| 'forbidden'
	| 'conflict'
	| 'duplicate_file'
	| 'too_large'
	| 'too_many_attempts'
	| 'csrf'
	| 'busy'
	| 'internal'
	| 'offline';

// Session, users
export type Theme = 'system' | 'light' | 'dark';
export interface User {
	id: Id;
	login: string;
	name: string;
	is_admin: boolean;
	locale: Locale;
	theme: Theme;
	keymap: Record<string, string>;
	disabled: boolean;
}
export interface DemoAccount {
	login: string;
	password: string;
	name: string;
	role: string;
}
export interface Session {
	user: User | null;
	csrf: string;
	setup_needed: boolean;
	version: string;
	demo: boolean;
	demo_accounts?: DemoAccount[];
}
/** A user as lists show them; leads get only id, login and name. */
export interface UserRow {
	id: Id;
	login: string;
	name: string;
	is_admin?: boolean;
	locale?: Locale;
	disabled?: boolean;
	created_at?: Time;
	last_seen_at?: Time | null;
}
export interface InvitationInfo {
	review_title: L10n | null;
	role: Role;
	expires_at: Time;
}
export interface Invitation {
	id: Id;
	role: Role;
	note: string | null;
	url: string;
	expires_at: Time;
	used_by: string | null;
}

// Reviews
export type Role = 'lead' | 'reviewer' | 'observer';
export type Stage = 'title_abstract' | 'full_text';
export interface ReviewSummary {
	id: Id;
	title: L10n;
	my_role: Role | null;
	is_demo: boolean;
	counts: { records: number; citations: number };
	my_open: { title_abstract: number; full_text: number };
	created_at: Time;
}
export interface Review {
	id: Id;
	title: L10n;
	question: L10n;
	protocol_doi: string | null;
	p_label: 'patient' | 'population';
	is_demo: boolean;
	my_role: Role | null;
	previous: Previous;
	dedup_level: string;
	criteria: Criterion[];
	reasons: Reason[];
	terms: Term[];
	labels: Label[];
	stages: Record<Stage, StageInfo>;
	members_count: number;
	created_at: Time;
	notice: L10n | null;
}
/** What an earlier version of the review had; null for a new review. */
export interface Previous {
	studies: number | null;
	reports: number | null;
}
export type CriterionKind = 'population' | 'concept' | 'context' | 'other';
export interface Criterion {
	id?: Id | null;
	key: string;
	kind: CriterionKind;
	label: L10n;
	includes: L10n;
	excludes: L10n;
	version: number;
	position: number;
}
export interface Reason {
	id?: Id | null;
	label: L10n;
	criterion_id: Id | null;
	stages: Stage[];
	position: number;
	active: boolean;
}
export type TermGroup = 'population' | 'concept' | 'context' | 'exclude' | 'other';
export interface Term {
	id?: Id | null;
	text: string;
	variants: string[];
	group: TermGroup;
	whole_word_upper: boolean;
}
export interface Label {
	id?: Id | null;
	name: string;
	/** '1' to '8': a place in the palette, not a colour. */
	color: string;
}
export interface StageSettings {
	reviewers_per_citation: number;
	assignment: 'pool' | 'pairs' | 'split' | 'manual';
	order: 'random' | 'relevance' | 'import';
	seed: number;
	blind: boolean;
	maybe: 'counts_as_include' | 'conflicts';
	resolve_by: 'adjudicator' | 'consensus';
	exclusion_reason: 'required' | 'optional';
	reason_disagreement: 'first_criterion_wins' | 'conflicts';
	answers_required: boolean;
}
export interface StageInfo {
	stage: Stage;
	version: number;
	settings: StageSettings;
}
export interface OutcomeCounts {
	included: number;
	excluded: number;
	in_conflict: number;
	pending: number;
}
export interface StagePreview {
	before: OutcomeCounts;
	becomes: OutcomeCounts;
	changed: number;
}
export interface Member {
	user: { id: Id; login: string; name: string };
	role: Role;
	screens: boolean;
	added_at: Time;
}

// Sources, searches, imports
export type SourceKind = 'database' | 'register' | 'website' | 'organisation' | 'citation_searching' | 'other';
export interface Source {
	id: Id;
	name: string;
	platform: string | null;
	kind: SourceKind;
	records: number;
	searches: Search[];
}
export interface Search {
	id: Id;
	strategy: string | null;
	searched_on: string | null;
	limits: string | null;
	hits: number | null;
	records: number;
	rejected_open: number;
	imports: ImportSummary[];
}
export type ImportStatus = 'reading' | 'done' | 'failed' | 'withdrawn';
export interface ImportSummary {
	id: Id;
	search_id: Id;
	file_name: string;
	format: string;
	encoding: string;
	bytes: number;
	sha256: string;
	entries: number;
	records: number;
	rejected: number;
	rejected_open: number;
	/** Decisions made in another tool that the file brings. */
	decided_elsewhere: number;
	status: ImportStatus;
	error?: string | null;
	created_at: Time;
	created_by: string;
	source?: string | null;
}
export interface ImportDetail extends ImportSummary {
	preview: RecordView[];
	issues: IssueView[];
	outside: OutsideLines[];
	mapping: NamedField[];
	provider: string;
	/** The verdict that every entry has elsewhere, as a lead said. */
	said: Verdict | '';
}
/** Where a decision was made that was not made here. */
export interface ElsewhereMark {
	tool: string;
	name: string;
}
export interface ElsewhereGroup {
	name: string;
	stage: Stage | '';
	tool: string;
	included: number;
	excluded: number;
	maybe: number;
	unsaid: number;
	attribution?: { id: Id; user: Person; stage: Stage; counted: number; by: string; at: Time } | null;
}
export interface Elsewhere {
	groups: ElsewhereGroup[];
	reasons: { text: string; n: number; reason_id?: Id | null }[];
	labels: { text: string; n: number; label_id: Id | null; used: boolean }[];
}
/** A decision made in another tool, as the file has it. */
export interface PriorView extends ElsewhereMark {
	stage: Stage | '';
	verdict: Verdict | '';
	reason: string;
	note: string;
	labels: string[];
}
export interface ElsewhereView extends PriorView {
	import_id: Id;
	counts_for?: string | null;
}
export interface NamedField {
	name: string;
	field: string;
}
export interface MappingData {
	name: string;
	kind: string;
	format: string;
	provider: string;
	header: string[];
	names: NamedField[];
	/** No row of the table names its columns; `header` has a name for each place. */
	headless: boolean;
	record_start: string[];
	marks: string[][];
}
export interface MappingView extends MappingData {
	id: Id;
}
/** A column or tag of a file and what it was taken for: a word of a field, `known`, or '' where nobody knows it. */
export interface SeenName {
	name: string;
	field: string;
	mapped: boolean;
	ambiguous: boolean;
	examples: string[];
}
export interface Naming {
	seen: SeenName[];
	mapping: MappingData;
}
export interface IssueView {
	code: string;
	message: string;
	line: number | null;
}
export interface OutsideLines {
	line_start: number;
	line_end: number;
	text: string;
}
export interface RejectedEntry {
	id?: Id | null;
	n: number;
	line_start: number;
	line_end: number;
	raw: string;
	code: string;
	message: string;
	state: 'open' | 'dismissed' | 'repaired';
	note?: string | null;
	repaired?: { citation_id: Id; title?: string | null; raw: string } | null;
}
export interface Upload {
	sha256: string;
	file_name: string;
	bytes: number;
	format: string;
	provider: string | null;
	encoding: string;
	confidence_note?: string | null;
	sample_line: string;
	entries: number;
	records: number;
	rejected: number;
	/** Decisions made elsewhere that it brings, and the first of the names. */
	decided: { included: number; excluded: number; maybe: number; names: string[] };
	preview: RecordView[];
	rejected_preview: RejectedEntry[];
	outside: OutsideLines[];
	outside_lines: number;
	issues: IssueView[];
	naming: Naming;
	already: null | { import_id: Id; file_name: string; created_at: Time; source: string };
}
export interface ImportFormats {
	formats: { key: string; label: string }[];
	encodings: string[];
	/** Words for the fields that a column or tag may be mapped to. */
	fields: string[];
}
export interface Notice {
	kind: string;
	text: string;
}
export interface RecordView {
	id?: Id | null;
	n: number;
	line_start: number;
	line_end: number;
	source?: string | null;
	import_id?: Id | null;
	file_name?: string | null;
	title: string | null;
	title_other: string | null;
	authors: string[];
	year: number | null;
	journal: string | null;
	volume: string | null;
	issue: string | null;
	pages: string | null;
	doi: string | null;
	pmid: string | null;
	accession: string | null;
	abstract: string | null;
	abstract_other: string | null;
	keywords: string[];
	language: string | null;
	type: string | null;
	database: string | null;
	notices: Notice[];
	extra: { name: string; value: string }[];
	links: string[];
	/** Of a file before it is imported. */
	decided?: PriorView[];
	raw?: string | null;
}

// Jobs, events
export interface Job {
	id: Id;
	kind: 'import' | 'dedup' | 'dedup_undo' | 'dedup_preview';
	/** The file that it imports. */
	import_id: Id | null;
	state: 'queued' | 'running' | 'done' | 'failed';
	done: number;
	total: number;
	message: string | null;
	error: string | null;
	created_at: Time;
	finished_at: Time | null;
	result: Record<string, unknown> | null;
}
export interface JobEvent {
	id: Id;
	state: Job['state'];
	done: number;
	total: number;
}

// Deduplicate
export interface DedupState {
	last_job: Job | null;
	stale: boolean;
	/** The last run was taken back. */
	undone: boolean;
	records: number;
	citations: number;
	merged: number;
	to_review: number;
	related: number;
	by_source: SourceSplit[];
	by_pair: SourcePair[];
	level: string;
	/** The run that can be taken back. */
	last_run: Id | null;
	rule_version: number;
}
export interface SourcePair {
	a: string;
	b: string;
	n: number;
	box: string;
}
/** Where the records of a source are; each counts once. */
export interface SourceSplit {
	source: string;
	records: number;
	certain: number;
	review: number;
	related: number;
	unique: number;
	/** What opens these five. */
	boxes: string[];
}
export type Level = 'cautious' | 'balanced' | 'thorough';
/** What a run at one level would do. */
export interface LevelPreview {
	level: Level;
	records: number;
	citations: number;
	merged: number;
	review: number;
	related: number;
	by_source: SourceSplit[];
	by_pair: SourcePair[];
	joined: number;
	parted: number;
	asked: number;
}
export interface DedupPreview {
	job: Job | null;
	stale: boolean;
	at: Time | null;
	levels: LevelPreview[];
}
export interface RecordLine {
	id: Id;
	title: string | null;
	source: string;
	year: number | null;
	journal: string | null;
}
/** Citations that a run would divide otherwise. */
export interface Regrouped {
	before: RecordLine[][];
	after: Id[][];
}
export interface RegroupedList {
	items: Regrouped[];
	total: number;
}
export type PairVerdict = 'same' | 'related' | 'different' | 'review';
export interface Evidence {
	field: string;
	code: string;
	weight: number;
	detail: string | null;
}
export interface Pair {
	link_id: Id;
	a: RecordView;
	b: RecordView;
	score: number;
	verdict: PairVerdict;
	by: string;
	rule_version: number | null;
	evidence: Evidence[];
	decided_at: Time | null;
	a_citation: Id;
	b_citation: Id;
	/** `field_code` of the evidence that says what kind of question it is. */
	kind: string;
	/** Other pairs about the same two citations. */
	also: PairIds[];
	records: number;
}
export interface PairIds {
	a: Id;
	b: Id;
}
export interface PairKind {
	kind: string;
	n: number;
}
export interface PairDecided {
	link_id: Id;
	citation_ids: Id[];
}
/** What an answer that was taken back had spoken of. */
export interface Changed {
	citation_ids: Id[];
	pairs: number;
}

/** How the sources overlap; `boxes` name the lists behind the numbers. */
export interface Overlap {
	sources: {
		name: string;
		records: number;
		citations: number;
		alone: number;
		included: number;
		included_alone: number;
		within: number;
		/** citations, alone, included, included_alone */
		boxes: string[];
	}[];
	combinations: { sources: number[]; citations: number; included: number; boxes: string[] }[];
	shared: { a: number; b: number; citations: number; box: string }[];
	within: number;
	across: number;
}

// Citations
export interface OutcomeView {
	state: 'pending' | 'in_conflict' | 'included' | 'excluded';
	reason_id?: Id | null;
	/** Settled, and decisions made in another tool took part. */
	elsewhere?: boolean;
}
export interface CitationRow {
	id: Id;
	number: number;
	title: string | null;
	title_other: string | null;
	authors: string[];
	year: number | null;
	journal: string | null;
	sources: string[];
	/** A notice of retraction stands with it. */
	retracted?: boolean;
	records: number;
	/** Plain text; U+0001 and U+0002 stand around what was found. */
	snippet?: string | null;
	title_marked?: string | null;
	outcome: Record<Stage, OutcomeView | null>;
	labels: Id[];
	removed: null | 'automation' | 'other';
	report: null | 'sought' | 'retrieved' | 'not_retrieved';
}
export interface CitationList extends Page<CitationRow> {
	took_ms: number;
	query_note?: string | null;
	/** The number whose list this is. */
	box?: { label: L10n; n: number } | null;
}
export interface RelatedCitation {
	citation_id: Id;
	number: number;
	title: string | null;
	evidence: Evidence[];
}
export interface Citation extends Omit<CitationRow, 'report' | 'snippet' | 'title_marked' | 'retracted'> {
	abstract: string | null;
	abstract_other: string | null;
	volume: string | null;
	issue: string | null;
	pages: string | null;
	doi: string | null;
	pmid: string | null;
	accession: string | null;
	issn: string | null;
	keywords: string[];
	language: string | null;
	type: string | null;
	notices: Notice[];
	links: string[];
	origins: Record<string, Id>;
	/** Fields whose record a person chose. */
	chosen: Record<string, Id>;
	identifiers: { kind: string; value: string; record_id: Id }[];
	record_views: RecordView[];
	related: RelatedCitation[];
	my_decisions: Record<Stage, DecisionView | null>;
	/** Empty at a stage that is blind and not settled, unless a lead asks. */
	decisions: Record<Stage, DecisionView[]>;
	resolutions: Record<Stage, ResolutionView[]>;
	elsewhere: ElsewhereView[];
	report: ReportView | null;
	history: AuditRow[];
}

// Screening
export type Verdict = 'include' | 'exclude' | 'maybe';
export type Answer = 'met' | 'not_met' | 'unclear';
export interface ScreenCitation {
	id: Id;
	number: number;
	title: string | null;
	title_other: string | null;
	authors: string[];
	year: number | null;
	journal: string | null;
	volume: string | null;
	issue: string | null;
	pages: string | null;
	doi: string | null;
	pmid: string | null;
	links: string[];
	abstract: string | null;
	abstract_other: string | null;
	keywords: string[];
	language: string | null;
	type: string | null;
	publication_types?: string[];
	sources: string[];
	notices: Notice[];
	related?: RelatedCitation[];
	labels: Id[];
	report: ReportView | null;
}
export interface Task {
	id: Id;
	citation: ScreenCitation;
	stage: Stage;
}
export interface NextTasks {
	tasks: Task[];
	remaining: number;
	done_by_me: number;
	done_reason?: 'finished' | 'waiting' | null;
}
export interface DecisionInput {
	/** Made by this page (UUIDv7), so that sending it again is harmless. */
	id: Id;
	task_id: Id;
	verdict: Verdict;
	answers: Record<Id, Answer>;
	reason_id?: Id | null;
	note?: string | null;
	decided_at: Time;
}
export interface DecisionView {
	id: Id;
	task_id: Id;
	citation_id: Id;
	number: number;
	title: string | null;
	stage: Stage;
	verdict: Verdict;
	answers: Record<Id, Answer>;
	reason_id: Id | null;
	note: string | null;
	decided_at: Time;
	received_at: Time;
	reviewer?: { id: Id; name: string } | null;
	live: boolean;
	undone: boolean;
	elsewhere?: ElsewhereMark | null;
}
export interface ResolutionView {
	id: Id;
	verdict: 'include' | 'exclude' | null;
	reason_id: Id | null;
	note: string | null;
	kind: 'adjudicator' | 'consensus' | 'reopened';
	by: string;
	at: Time;
}
export interface Conflict {
	citation: ScreenCitation;
	decisions: DecisionView[];
	resolutions: ResolutionView[];
	outcome: OutcomeView;
}

// Full text, studies
export interface ReportView {
	state: 'sought' | 'retrieved' | 'not_retrieved';
	file: null | { name: string; bytes: number; url: string };
	link: string | null;
	reason: string | null;
	note: string | null;
	at: Time | null;
	by: string | null;
}
export interface ReportRow {
	citation: CitationRow;
	doi: string | null;
	links: string[];
	report: ReportView;
}
export interface Study {
	/** Null for a report that stands alone. */
	id: Id | null;
	name: string;
	reports: CitationRow[];
}

// PRISMA
export interface FlowPart {
	key: string;
	label: L10n;
	n: number;
}
export interface FlowBox {
	key: string;
	column?: 'databases' | 'other' | null;
	label: L10n;
	n: number;
	parts: FlowPart[];
}
export interface Flow {
	counts: Record<string, number>;
	boxes: FlowBox[];
	identities: { text: L10n; ok: boolean; left?: number; right?: number }[];
	still_open: Record<string, number | null>;
	interim: boolean;
}

// Progress, agreement, audit
export interface StageProgress {
	stage: Stage;
	total: number;
	settled: number;
	pending: number;
	in_conflict: number | null;
	included: number;
	excluded: number;
	/** At full text: those whose report is not there yet. */
	awaiting_report?: number;
	decisions_needed: number;
	decisions_made: number;
	decisions_elsewhere: number;
	reviewers: { user: { id: Id; name: string }; done: number; elsewhere: number; open: number; today: number }[];
	per_day: { day: string; n: number }[];
}
export interface Person {
	id: Id;
	login: string;
	name: string;
}
export interface AgreementPair {
	a: Person;
	b: Person;
	n: number;
	percent: number | null;
	kappa: number | null;
	kappa_low: number | null;
	kappa_high: number | null;
	pabak: number | null;
	ac1: number | null;
	/** Rows a, columns b, in the order of `Agreement.categories`. */
	table: number[][];
}
export interface Agreement {
	pairs: AgreementPair[];
	/** Over all reviewers: citations that more than one decided on. */
	citations: number;
	percent?: number | null;
	fleiss?: number | null;
	categories: Verdict[];
}
export interface AuditRow {
	id: number;
	at: Time;
	user: string;
	action: string;
	object_kind: string;
	object_id: string;
	before: unknown;
	after: unknown;
}
