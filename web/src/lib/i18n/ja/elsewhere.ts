import type { SameKeys } from '../message';
import type { elsewhere as en } from '../en/elsewhere';

/** 他のツールでの判定。 */
export const elsewhere: SameKeys<typeof en> = {
	mark: '他のツール',
	table: '一覧ファイル',
	title: '他のツールでの判定',
	lead: 'このファイルには他のツールで行われた判定が含まれています。判定は各文献のページに表示されますが、誰の判定かを指定するまではどこにも数えられません。指定すると、そのメンバーの判定として「他のツール」の印つきで数えられます。',
	said: 'この一覧すべてに共通する、他のツールでの判定',
	said_none: 'ファイルの記載どおり',
	said_hint:
		'Covidenceの「irrelevant」のように、ファイル名や一覧名だけで判定が分かる場合に選びます。項目自体に判定があれば、そちらが優先されます。',
	said_then: '誰の判定かは取り込み後に指定します。',
	said_now: '他のツールでの判定：{said}',
	name: 'ファイル内の名前',
	no_name: '（名前なし）',
	counts_as: '誰の判定として数えるか',
	stage: '段階',
	nobody: '数えない',
	give: '判定として数える',
	given: '{name}の判定として{n}件を数えています（{stage}）',
	unsaid: '判定なし {n}件',
	reasons: 'ファイル内の除外理由',
	reasons_hint: '判定を数える前に、対応するレビューの除外理由を選んでください。対応のないものはメモに残ります。',
	as_note: 'メモに残す',
	labels: 'ファイル内のラベル',
	use_labels: 'レビューのラベルとして使う',
	drop_labels: 'これらのラベルを外す',
	counts_for: '{name}の判定として数えています',
	counts_for_nobody: '数えていません',
};
