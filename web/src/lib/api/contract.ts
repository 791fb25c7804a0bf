/** The guard between `types.ts` and the server: ours narrow the generated types (`schema.d.ts`), and this file fails to compile
 * when the server no longer has a field that we read, may leave one out that we count on, or means another type by it. */
import type { components } from './schema';
import type * as Ours from './types';

type Server = components['schemas'];
type Present<T> = Exclude<T, null | undefined>;
type MayBeNull<T> = null extends T ? true : false;

/** Fields that we read and the server does not have. */
type Invented<O, S> = Exclude<keyof O, keyof S>;
/** Fields that the server may send as null and we don't expect to be. */
type Surprising<O, S> = {
	[K in keyof O & keyof S]: MayBeNull<S[K]> extends true
		? MayBeNull<O[K]> extends true
			? never
			: unknown extends O[K]
				? never
				: K
		: never;
}[keyof O & keyof S];
type Leaf = string | number | boolean;
/** What can be compared here: single values and lists of them. Nested objects have a line of their own below. */
type Comparable<T> = T extends Leaf ? true : T extends readonly Leaf[] ? true : false;
/** Fields of which both sides have another idea; ours may be narrower. */
type Differing<O, S> = {
	[K in keyof O & keyof S]: unknown extends O[K]
		? never
		: false extends Comparable<Present<O[K]>>
			? never
			: Present<O[K]> extends Present<S[K]>
				? never
				: K;
}[keyof O & keyof S];
type Broken<O, S> = Invented<O, S> | Surprising<O, S> | Differing<O, S>;
/** Compiles only for nothing broken; otherwise the error names the fields. */
type Holds<T extends never> = T;

export type Contract = [
	Holds<Broken<Ours.User, Server['User']>>,
	Holds<Broken<Ours.Session, Server['Session']>>,
	Holds<Broken<Ours.DemoAccount, Server['DemoAccount']>>,
	Holds<Broken<Ours.InvitationInfo, Server['InvitationInfo']>>,
	Holds<Broken<Ours.Invitation, Server['Invitation']>>,
	Holds<Broken<Ours.ReviewSummary, Server['ReviewSummary']>>,
	Holds<Broken<Ours.Review, Server['Review']>>,
	Holds<Broken<Ours.Criterion, Server['Criterion']>>,
	Holds<Broken<Ours.Reason, Server['Reason']>>,
	Holds<Broken<Ours.Term, Server['Term']>>,
	Holds<Broken<Ours.Label, Server['Label']>>,
	Holds<Broken<Ours.StageInfo, Server['StageInfo']>>,
	Holds<Broken<Ours.StagePreview, Server['Preview']>>,
	Holds<Broken<Ours.Member, Server['MemberView']>>,
	Holds<Broken<Ours.CitationRow, Server['CitationRowView']>>,
	Holds<Broken<Omit<Ours.ScreenCitation, 'related'>, Server['ScreenCitation']>>,
	Holds<Broken<Ours.Task, Server['Task']>>,
	Holds<Broken<Ours.NextTasks, Server['Next']>>,
	Holds<Broken<Ours.DecisionInput, Server['NewDecision']>>,
	Holds<Broken<Ours.DecisionView, Server['DecisionView']>>,
	Holds<Broken<Ours.ResolutionView, Server['ResolutionView']>>,
	Holds<Broken<Ours.Conflict, Server['Conflict']>>,
	Holds<Broken<Ours.ReportView, Server['ReportView']>>,
	Holds<Broken<Ours.ReportRow, Server['ReportItem']>>,
	Holds<Broken<Ours.Study, Server['Study']>>,
	Holds<Broken<Ours.Flow, Server['Flow']>>,
	Holds<Broken<Ours.StageProgress, Server['StageProgress']>>,
	Holds<Broken<Ours.AuditRow, Server['AuditView']>>,
	Holds<Broken<Ours.Source, Server['Source']>>,
	Holds<Broken<Ours.Search, Server['Search']>>,
	Holds<Broken<Ours.ImportSummary, Server['ImportSummary']>>,
	Holds<Broken<Ours.NamedField, Server['NamedField']>>,
	Holds<Broken<Ours.MappingData, Server['MappingData']>>,
	Holds<Broken<Ours.MappingView, Server['MappingView']>>,
	Holds<Broken<Ours.SeenName, Server['SeenName']>>,
	Holds<Broken<Ours.Naming, Server['NamingView']>>,
	Holds<Broken<Ours.ImportDetail, Server['ImportDetail']>>,
	Holds<Broken<Ours.Elsewhere, Server['Elsewhere']>>,
	Holds<Broken<Ours.ElsewhereGroup, Server['ElsewhereGroup']>>,
	Holds<Broken<Ours.ElsewhereMark, Server['ElsewhereMark']>>,
	Holds<Broken<Ours.ElsewhereView, Server['ElsewhereView']>>,
	Holds<Broken<Ours.Upload, Server['Upload']>>,
	Holds<Broken<Ours.IssueView, Server['IssueView']>>,
	Holds<Broken<Ours.OutsideLines, Server['OutsideLines']>>,
	Holds<Broken<Ours.RejectedEntry, Server['RejectedView']>>,
	Holds<Broken<Ours.RecordView, Server['RecordView']>>,
	Holds<Broken<Ours.Job, Server['Job']>>,
	Holds<Broken<Ours.DedupState, Server['DedupState']>>,
	Holds<Broken<Ours.SourceSplit, Server['SourceSplit']>>,
	Holds<Broken<Ours.LevelPreview, Server['LevelPreview']>>,
	Holds<Broken<Ours.DedupPreview, Server['DedupPreview']>>,
	Holds<Broken<Ours.RecordLine, Server['RecordLine']>>,
	Holds<Broken<Ours.RegroupedList, Server['RegroupedList']>>,
	Holds<Broken<Ours.PairKind, Server['PairKind']>>,
	Holds<Broken<Ours.Overlap, Server['OverlapView']>>,
	Holds<Broken<Ours.Overlap['sources'][number], Server['SourceShareView']>>,
	Holds<Broken<Ours.Overlap['combinations'][number], Server['CombinationView']>>,
	Holds<Broken<Ours.Pair, Server['Pair']>>,
	Holds<Broken<Ours.PairDecided, Server['PairDecided']>>,
	Holds<Broken<Ours.Changed, Server['Changed']>>,
	Holds<Broken<Ours.CitationList, Server['CitationPage']>>,
	Holds<Broken<Ours.Citation, Server['Citation']>>,
	Holds<Broken<Ours.RelatedCitation, Server['Related']>>,
];
