import type { SameKeys } from '../message';
import type { jobs as en } from '../en/jobs';

export const jobs: SameKeys<typeof en> = {
	running: 'バックグラウンドで処理中',
	kind_import: '取り込み',
	kind_dedup: '重複の検出',
	kind_reindex: '検索索引の作成',
	kind_export: '書き出し',
	finished: '{kind}が完了しました。',
	failed: '{kind}に失敗しました：{message}',
};
