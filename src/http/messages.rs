//! What the server says to people, in Japanese and English. `{}` is the detail. A test compares the table with the codes in use.

use crate::app::AppError;

/// Code, Japanese, English.
pub const ERRORS: &[(&str, &str, &str)] = &[
    ("required", "入力してください。", "Please fill this in."),
    ("too_long", "長すぎます。{}文字以内にしてください。", "Too long: at most {} characters."),
    ("too_many_items", "項目が多すぎます。{}件以内にしてください。", "Too many entries: at most {}."),
    ("not_one_of", "使える値は次のとおりです：{}", "Must be one of: {}."),
    ("bad_request", "リクエストを読み取れませんでした：{}", "The request could not be read: {}"),
    ("not_found", "見つかりませんでした。削除されたか、閲覧する権限がありません。", "Not found: it does not exist, or you may not see it."),
    ("unauthenticated", "サインインしてください。", "Please sign in."),
    ("wrong_password", "ログイン名またはパスワードが違います。", "The login or the password is wrong."),
    (
        "too_many_attempts",
        "誤った入力が続いたため、15分ほど待ってからもう一度お試しください。",
        "Too many wrong attempts. Please wait about 15 minutes and try again.",
    ),
    ("password_short", "パスワードは{}文字以上にしてください。", "The password needs at least {} characters."),
    ("login_taken", "ログイン名「{}」はすでに使われています。別の名前にしてください。", "The login “{}” is taken. Please choose another."),
    ("login_characters", "ログイン名に使えるのは半角英数字と . _ - @ + です。", "A login may hold letters a–z, digits and . _ - @ +"),
    ("already_set_up", "管理者はすでに登録されています。サインインしてください。", "There is an administrator already. Please sign in."),
    ("already_there", "すでに登録されています。", "It is there already."),
    ("last_administrator", "管理者が一人もいなくなるため、変更できません。", "This is the last administrator; make another one first."),
    (
        "last_lead",
        "責任者が一人もいなくなるため、変更できません。先に別のメンバーを責任者にしてください。",
        "This is the last lead; make another member lead first.",
    ),
    (
        "already_member",
        "このレビューにはすでに参加しています。招待リンクは使われていません。",
        "You are a member of this review already. The invitation has not been used.",
    ),
    ("admin_only", "管理者だけが行える操作です。", "Only administrators can do this."),
    ("lead_only", "責任者だけが行える操作です。", "Only leads of the review can do this."),
    (
        "holds_decisions",
        "このファイルには他のツールでの判定が含まれているため、責任者だけがダウンロードできます。",
        "This file holds decisions made in another tool; only leads can download it.",
    ),
    (
        "name_has_member",
        "この名前の判定は、すでにメンバーに割り当てられています。",
        "The decisions of this name were given to a member already.",
    ),
    (
        "nameless_count",
        "名前のない判定がメンバーの判定として数えられています。先に取り消してください。",
        "Decisions without a name count for a member. Undo that first.",
    ),
    (
        "member_has_name",
        "このメンバーには、このファイルの別の名前の判定が同じ段階ですでに割り当てられています。",
        "This member already has the decisions of another name in this file at this stage.",
    ),
    (
        "pilot_reviewers",
        "試行の担当者は、この段階の「1文献あたりの人数」（現在{}人）と同じ人数にしてください。",
        "A pilot round takes as many people as the stage has reviewers per citation (now {}). Choose as many, or change that setting first.",
    ),
    ("screeners_only", "スクリーニングを担当するメンバーだけが行える操作です。", "Only members who screen can do this."),
    ("not_allowed", "この操作を行う権限がありません。", "You may not do this."),
    ("bad_time", "日時の形式が正しくありません。", "This is not a time."),
    (
        "id_taken",
        "この判定IDはすでに別の判定に使われています。ページを再読み込みしてください。",
        "This decision id belongs to another decision. Please reload the page.",
    ),
    (
        "not_at_stage",
        "この文献は現在この段階の対象ではありません（重複の統合、取り消し、または全文が未入手）。次の文献に進んでください。",
        "This citation is no longer at this stage (merged, withdrawn, or without its full text). Please go on to the next.",
    ),
    ("reason_required", "除外理由を一つ選んでください。", "Please choose one reason for the exclusion."),
    ("reason_not_allowed", "除外理由は除外のときだけ指定できます。", "A reason goes with an exclusion only."),
    (
        "reason_unknown",
        "その除外理由は使われていません。一覧から選び直してください。",
        "This reason is not in use. Please choose from the list.",
    ),
    ("answers_required", "すべての基準に回答してください。", "Please answer every criterion."),
    ("not_in_conflict", "この文献は現在、不一致ではありません。", "This citation is not in conflict now."),
    ("not_resolved", "再開できる解決がありません。", "There is no resolution to reopen."),
    (
        "maybe_settles_nothing",
        "「保留」では解決できません。採用か除外を選んでください。",
        "“Maybe” settles nothing. Please include or exclude.",
    ),
    (
        "too_few_reviewers",
        "スクリーニング担当者が足りません。文献1件につき{}名必要です。「メンバー」で担当者を追加してください。",
        "Too few reviewers: {} are needed per citation. Add members who screen.",
    ),
    ("out_of_range", "{}の範囲で指定してください。", "Must be within {}."),
    ("not_a_pdf", "「{}」はPDFではありません。PDFファイルを選んでください。", "“{}” is not a PDF. Please choose a PDF file."),
    (
        "not_a_link",
        "https:// または http:// で始まるリンクを入力してください。",
        "Please enter a link that begins with https:// or http://.",
    ),
    (
        "not_sought",
        "この文献は一次スクリーニングで採用されていないため、フルテキストの対象ではありません。",
        "Title/abstract screening has not included this citation, so no full text is sought.",
    ),
    (
        "criterion_unknown",
        "その基準は使われていません。ページを再読み込みしてください。",
        "This criterion is not in use. Please reload the page.",
    ),
    ("note_too_long", "メモが長すぎます。", "The note is too long."),
    (
        "gave_up",
        "{}回試みましたが完了しませんでした。ファイルを確認して、もう一度取り込んでください。",
        "Tried {} times without success. Please check the file and import it again.",
    ),
    ("csrf", "画面の有効期限が切れました。ページを再読み込みしてください。", "This page is out of date. Please reload it."),
    ("too_large", "ファイルが大きすぎます（上限 {}）。", "The file is too large (limit {})."),
    ("duplicate_file", "同じ内容のファイル「{}」はすでに取り込まれています。", "The same file was imported before as “{}”."),
    ("source_in_use", "取り込み済みの文献があるため、この情報源は削除できません。", "This source has imports and cannot be removed."),
    ("mapping_field_unknown", "対応付けの項目が正しくありません（{}）。", "The mapping names a field that does not exist ({})."),
    ("mapping_of_nothing", "対応付けのファイルではありません（{}）。", "This is not a mapping of columns or tags ({})."),
    ("not_a_date", "日付は 2026-11-21 のように入力してください。", "Please give the date as 2026-11-21."),
    (
        "import_not_in_state",
        "この取り込みの現在の状態（{}）では行えない操作です。",
        "This cannot be done while the import is in the state “{}”.",
    ),
    ("still_unread", "まだ読み取れません：{}。", "It still cannot be read: {}."),
    ("not_one_entry", "1件の項目になっていません（{}件）。", "This is not one entry but {}."),
    ("entry_repaired", "この項目は修正済みです。先に未処理に戻してください。", "This entry was repaired; reopen it first."),
    ("same_record", "異なる2件のレコードを指定してください。", "Please name two different records."),
    (
        "split_some",
        "分割するレコードを選んでください（すべてを選ぶことはできません）。",
        "Choose some of the citation's records, but not all of them.",
    ),
    ("nothing_there", "このレコードには、その項目の値がありません。", "This record says nothing there."),
    ("already_removed", "すでに除外されています。", "It was withdrawn before."),
    ("not_removed", "除外されていません。", "It is not withdrawn."),
    ("query_depth", "検索式のかっこの入れ子が深すぎます（{}段まで）。", "Too many brackets within brackets: at most {}."),
    ("query_clauses", "検索語が多すぎます（{}語まで）。", "Too many search terms: at most {}."),
    (
        "not_last_run",
        "取り消せるのは最後の検出だけです。画面を再読み込みしてください。",
        "Only the last run can be taken back. Please reload the page.",
    ),
    ("rules_word", "自動検出の結果は、検出の実行ごとに取り消せます。", "What the rules said is taken back together with their run."),
    ("already_undone", "すでに取り消されています。", "It was undone before."),
    ("not_for_observers", "閲覧のみのメンバーは変更できません。", "Observers can look but not change anything."),
    ("busy", "ただいま混み合っています。少し待ってからもう一度お試しください。", "The server is busy. Please try again in a moment."),
    (
        "internal",
        "サーバーで問題が発生しました。入力した内容は失われていません。もう一度お試しください。",
        "Something went wrong on the server. Nothing that was saved is lost; please try again.",
    ),
];

/// The sentence for an error in `locale`.
pub fn error(error: &AppError, locale: &str) -> String {
    crate::app::words::sentence(error.code, &error.detail, locale)
        .filter(|_| error.code != "internal")
        .unwrap_or_else(|| fill(ERRORS, error.code, &error.detail, locale))
}

fn fill(table: &[(&str, &str, &str)], code: &str, detail: &str, locale: &str) -> String {
    let found = table.iter().find(|(known, _, _)| *known == code);
    let sentence = found.map_or(code, |(_, ja, en)| if locale == "ja" { ja } else { en });
    sentence.replace("{}", detail)
}
