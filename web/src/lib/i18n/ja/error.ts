import type { SameKeys } from '../message';
import type { error as en } from '../en/error';

export const error: SameKeys<typeof en> = {
	offline: 'サーバーに接続できません。ネットワークを確認して、もう一度お試しください。これまでの判定は失われません。',
	unauthenticated: 'サインアウトされています。もう一度サインインしてください。',
	forbidden: 'この操作を行う権限がありません。役割の変更はレビューの責任者に依頼してください。',
	not_found: '見つかりません。削除または移動された可能性があります。',
	conflict: 'ほかのメンバーが先に変更しました。ページを再読み込みしてから、もう一度お試しください。',
	too_large: 'ファイルがサーバーの上限を超えています。',
	too_many_attempts: '試行回数が多すぎます。数分待ってからお試しください。',
	busy: 'サーバーが混み合っています。少し待ってからお試しください。',
	internal: 'サーバーで問題が発生しました。もう一度試しても解決しない場合は、発生時刻を管理者に伝えてください。',
	no_such_page: 'ページが見つかりません',
	no_such_page_text: 'アドレスが間違っているか、移動された可能性があります。',
};
