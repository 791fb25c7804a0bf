import type { SameKeys } from '../message';
import type { nav as en } from '../en/nav';

export const nav: SameKeys<typeof en> = {
	skip: '本文へ移動',
	menu: 'メニュー',
	review: 'このレビュー',
	all_reviews: 'レビュー一覧',
	account: 'アカウント',
	users: 'ユーザー管理',
	sign_out: 'サインアウト',
	collect: '文献を集める',
	screen: '選ぶ',
	report: '報告する',
	overview: '概要',
	sources: '検索・取り込み',
	duplicates: '重複',
	citations: '文献一覧',
	title_abstract: '一次スクリーニング',
	full_text: 'フルテキスト（二次）',
	conflicts: '不一致',
	studies: '研究のまとめ',
	prisma: 'PRISMA',
	progress: '進捗',
	audit: '変更履歴',
	settings: '設定',
};
