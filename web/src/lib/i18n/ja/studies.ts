import type { SameKeys } from '../message';
import type { studies as en } from '../en/studies';

export const studies: SameKeys<typeof en> = {
	lead: '同じ研究について書かれた複数の報告を、一つの研究にまとめます。PRISMAでは報告数と研究数の両方を数えます。',
	count: '報告{reports}件・研究{studies}件',
	empty: '採用された報告はまだありません',
	empty_text: '二次スクリーニングで採用された報告が、まずは1件ずつ別の研究として表示されます。',
	to_full_text: 'フルテキストへ',
	chosen: { other: '{n}件の報告を選択中' },
	group: '一つの研究にまとめる',
	group_name: '研究の名称',
	group_hint: '例：主論文の筆頭著者と発表年',
	clear: '選択を解除',
	choose: '選択：{title}',
	ungroup: '別の研究に分ける',
	grouped: { other: '{n}件の報告を一つの研究にまとめました。' },
	ungrouped: '報告を別の研究に分けました。',
	reports_n: { other: '報告{n}件' },
	need_two: '報告を2件以上選択してください。',
};
