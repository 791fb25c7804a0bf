//! Languages → ISO 639-1 codes. One rule: a word that isn't known stays as the source wrote it.

/// (ISO 639-1, other spellings in lower case: ISO 639-2 both ways, names in English, Japanese and the language itself).
#[rustfmt::skip]
const LANGUAGES: &[(&str, &[&str])] = &[
    ("en", &["eng", "english", "英語", "anglais", "englisch", "inglés", "ingles", "inglês", "inglese"]),
    ("ja", &["jpn", "jap", "jp", "japanese", "日本語", "japonais", "japonés", "japonês"]),
    ("de", &["ger", "deu", "german", "ドイツ語", "独語", "deutsch", "allemand", "alemán", "alemão"]),
    ("fr", &["fre", "fra", "french", "フランス語", "仏語", "français", "francais", "francés", "francês"]),
    ("ru", &["rus", "russian", "ロシア語", "露語", "русский"]),
    ("zh", &["chi", "zho", "cmn", "chinese", "mandarin", "中国語", "中文", "zh-cn", "zh-tw"]),
    ("ko", &["kor", "korean", "韓国語", "朝鮮語", "한국어"]),
    ("es", &["spa", "spanish", "スペイン語", "español", "espanol", "espanhol", "espagnol", "castilian"]),
    ("pt", &["por", "portuguese", "ポルトガル語", "português", "portugues", "portugués", "pt-br"]),
    ("it", &["ita", "italian", "イタリア語", "italiano", "italien"]),
    ("nl", &["dut", "nld", "dutch", "オランダ語", "flemish", "nederlands"]),
    ("sv", &["swe", "swedish", "スウェーデン語", "svenska"]),
    ("da", &["dan", "danish", "デンマーク語", "dansk"]),
    ("no", &["nor", "nob", "nno", "nb", "nn", "norwegian", "ノルウェー語", "norsk"]),
    ("fi", &["fin", "finnish", "フィンランド語", "suomi"]),
    ("is", &["ice", "isl", "icelandic", "アイスランド語"]),
    ("pl", &["pol", "polish", "ポーランド語", "polski"]),
    ("cs", &["cze", "ces", "czech", "チェコ語"]),
    ("sk", &["slo", "slk", "slovak"]),
    ("sl", &["slv", "slovenian", "slovene"]),
    ("hu", &["hun", "hungarian", "ハンガリー語"]),
    ("ro", &["rum", "ron", "romanian", "moldavian"]),
    ("bg", &["bul", "bulgarian"]),
    ("uk", &["ukr", "ukrainian", "ウクライナ語"]),
    ("hr", &["hrv", "scr", "croatian"]),
    ("sr", &["srp", "scc", "serbian"]),
    ("bs", &["bos", "bosnian"]),
    ("mk", &["mac", "mkd", "macedonian"]),
    ("sq", &["alb", "sqi", "albanian"]),
    ("el", &["gre", "ell", "greek", "ギリシャ語"]),
    ("tr", &["tur", "turkish", "トルコ語", "türkçe"]),
    ("ar", &["ara", "arabic", "アラビア語"]),
    ("he", &["heb", "iw", "hebrew", "ヘブライ語"]),
    ("fa", &["per", "fas", "persian", "farsi", "ペルシア語"]),
    ("hi", &["hin", "hindi"]),
    ("ur", &["urd", "urdu"]),
    ("bn", &["ben", "bengali"]),
    ("th", &["tha", "thai", "タイ語"]),
    ("vi", &["vie", "vietnamese", "ベトナム語"]),
    ("id", &["ind", "indonesian", "インドネシア語"]),
    ("ms", &["may", "msa", "malay"]),
    ("tl", &["tgl", "tagalog", "filipino"]),
    ("mn", &["mon", "mongolian"]),
    ("ka", &["geo", "kat", "georgian"]),
    ("hy", &["arm", "hye", "armenian"]),
    ("az", &["aze", "azerbaijani"]),
    ("kk", &["kaz", "kazakh"]),
    ("uz", &["uzb", "uzbek"]),
    ("et", &["est", "estonian"]),
    ("lv", &["lav", "latvian"]),
    ("lt", &["lit", "lithuanian"]),
    ("be", &["bel", "belarusian", "byelorussian"]),
    ("ca", &["cat", "catalan"]),
    ("eu", &["baq", "eus", "basque"]),
    ("gl", &["glg", "galician"]),
    ("cy", &["wel", "cym", "welsh"]),
    ("ga", &["gle", "irish"]),
    ("af", &["afr", "afrikaans"]),
    ("sw", &["swa", "swahili"]),
    ("la", &["lat", "latin", "ラテン語"]),
    ("eo", &["epo", "esperanto"]),
];

/// The code of a language given as a code or a word in any case; of several, the first. `None` when nothing is said
/// (`und`, `mul`, `その他` stay as words).
pub fn code(raw: &str) -> Option<String> {
    if is_english(raw) {
        return Some("en".to_owned());
    }
    let text = super::text::clean(raw);
    let first = text.split([';', ',', '/', '|', '、']).map(str::trim).find(|part| !part.is_empty())?;
    // J-GLOBAL: `日本語(JA)`
    let bare = || first.split(['(', '（']).next().map(str::trim).and_then(lookup);
    Some(lookup(first).or_else(bare).map_or_else(|| first.to_owned(), str::to_owned))
}

/// What most entries of most databases say.
fn is_english(word: &str) -> bool {
    matches!(word, "eng" | "English")
}

/// The code, where the word or code is known.
pub fn lookup(word: &str) -> Option<&'static str> {
    if is_english(word) {
        return Some("en");
    }
    let lower = word.trim().trim_matches(['.', '(', ')', '[', ']', '（', '）', '{', '}']).to_lowercase();
    let base = lower.split_once(['-', '_']).map_or(lower.as_str(), |(base, _)| base);
    let known = |word: &str| LANGUAGES.iter().find(|(code, names)| *code == word || names.contains(&word)).map(|(code, _)| *code);
    known(&lower).or_else(|| known(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_words() {
        for (raw, want) in [
            ("eng", "en"),
            ("English", "en"),
            ("英語", "en"),
            ("日本語", "ja"),
            ("JPN", "ja"),
            ("ger", "de"),
            ("deu", "de"),
            ("en-US", "en"),
            ("zh_CN", "zh"),
            ("English; French", "en"),
            ("und", "und"),
            ("その他", "その他"),
            ("Klingon", "Klingon"),
            ("（英語）", "en"),
        ] {
            assert_eq!(code(raw).as_deref(), Some(want), "{raw}");
        }
        assert_eq!(code(" "), None);
    }
}
