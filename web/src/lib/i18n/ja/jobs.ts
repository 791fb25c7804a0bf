import type { SameKeys } from '../message';
import type { jobs as en } from '../en/jobs';

export const jobs: SameKeys<typeof en> = {
	running: 'バックグラウンドで処理中',
	importing: { other: 'ファイルを取り込み中（残り{n}件）' },
	kind_import: '取り込み',
	kind_dedup: '重複の検出',
	kind_dedup_undo: '統合の取り消し',
	kind_dedup_preview: '重複検出の試算',
	finished: '{kind}が完了しました。',
	failed: '{kind}に失敗しました：{message}',
};
