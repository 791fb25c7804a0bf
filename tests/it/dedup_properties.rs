//! What must hold of deduplication whatever the records are: order, symmetry, repetition, increments, persons' words, emptiness.
//! One rule: every property is checked on records that do group (the generator makes variants and look-alikes), not on noise alone.

use erabi::dedup::preview::{Changes, LEVELS, changes, effect, with_words};
use erabi::dedup::{EVIDENCE, Options, Statement, find_levels, find_pairs, group, merge, statements};
use erabi::model::{Author, DedupLevel, PairVerdict, Record, ScoredPair};
use proptest::prelude::*;

const WORDS: [&str; 24] = [
    "community",
    "case",
    "management",
    "severe",
    "mental",
    "illness",
    "assertive",
    "treatment",
    "outcomes",
    "hospital",
    "readmission",
    "trial",
    "nurses",
    "recovery",
    "housing",
    "employment",
    "family",
    "burden",
    "schizophrenia",
    "intensive",
    "strengths",
    "model",
    "cohort",
    "support",
];
const JAPANESE: [&str; 8] = ["精神障害者", "地域生活", "支援", "ケースマネジメント", "訪問看護", "退院", "家族", "効果"];
const SURNAMES: [(&str, &str); 8] = [
    ("佐藤", "Sato"),
    ("鈴木", "Suzuki"),
    ("高橋", "Takahashi"),
    ("田中", "Tanaka"),
    ("伊藤", "Ito"),
    ("渡辺", "Watanabe"),
    ("小林", "Kobayashi"),
    ("山本", "Yamamoto"),
];
const JOURNALS: [(&str, &str); 4] = [
    ("Journal of Mental Health Services", "J Ment Health Serv"),
    ("精神神経学雑誌", "Seishin Shinkeigaku Zasshi"),
    ("Community Psychiatry Review", "Community Psychiatry Rev"),
    ("日本看護科学会誌", "J Jpn Acad Nurs Sci"),
];

/// One work and how one database writes it. `form` chooses among the ways of writing, `trap` makes a look-alike.
fn record(work: u64, form: u8) -> Record {
    let pick = |salt: u64, n: usize| (work.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(salt as u32 * 7) >> 11) as usize % n;
    let japanese = form == 3;
    let title: String = if japanese {
        (0..4).map(|i| JAPANESE[pick(i, JAPANESE.len())]).collect()
    } else {
        (0..7).map(|i| WORDS[pick(i, WORDS.len())]).collect::<Vec<_>>().join(" ")
    };
    let journal = JOURNALS[pick(9, JOURNALS.len())];
    let start = 100 + pick(3, 800) as u32;
    let people = 1 + pick(5, 4);
    let author = |i: u64| {
        let (kanji, romaji) = SURNAMES[pick(20 + i, SURNAMES.len())];
        if japanese {
            Author { family: kanji.into(), given: "花子".into(), ..Author::default() }
        } else if form == 1 {
            Author { literal: format!("{romaji} H."), ..Author::default() }
        } else {
            Author { family: romaji.into(), given: "H.".into(), ..Author::default() }
        }
    };
    Record {
        title: Some(match form {
            1 => title.to_uppercase(),
            2 => format!("[{title}]."),
            4 => format!("{title}: Part II"),
            5 => format!("Erratum: {title}"),
            _ => title,
        }),
        authors: (0..people as u64).map(author).collect(),
        year: Some(1990 + pick(7, 30) as i32 + i32::from(form == 6)),
        journal: Some(if form == 1 { journal.1.into() } else { journal.0.into() }),
        volume: (form != 6).then(|| format!("{}", 1 + pick(8, 60))),
        pages: (form != 6).then(|| if form == 1 { format!("{start}-{}", (start + 6) % 10) } else { format!("{start}-{}", start + 6) }),
        doi: (form.is_multiple_of(2)).then(|| format!("10.1000/w{work}{}", if form >= 4 { "x" } else { "" })),
        database: Some(["MEDLINE", "CINAHL", "PsycINFO", "医中誌Web"][form as usize % 4].into()),
        ..Record::default()
    }
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec((0u64..12, 0u8..7), 2..40).prop_map(|list| {
        list.into_iter().enumerate().map(|(i, (work, form))| Record { external_id: Some(format!("r{i}")), ..record(work, form) }).collect()
    })
}

fn id(records: &[Record], i: u32) -> String {
    records[i as usize].external_id.clone().unwrap_or_default()
}

/// Pairs by the records' own ids, in a fixed order: comparable between orders of the input.
fn named(records: &[Record], pairs: &[ScoredPair]) -> Vec<(String, String, String, PairVerdict)> {
    let mut list: Vec<_> = pairs
        .iter()
        .map(|p| {
            let (a, b) = (id(records, p.a), id(records, p.b));
            let evidence: Vec<String> = p.evidence.iter().map(|e| format!("{} {} {:.3} {}", e.field, e.code, e.weight, e.detail)).collect();
            let (a, b) = if a <= b { (a, b) } else { (b, a) };
            (a, b, format!("{:.4} {}", p.score, evidence.join("; ")), p.verdict)
        })
        .collect();
    list.sort_by(|x, y| (&x.0, &x.1).cmp(&(&y.0, &y.1)));
    list
}

/// The partition by the records' own ids.
fn partition(records: &[Record], clusters: &[u32]) -> Vec<Vec<String>> {
    let mut groups: std::collections::BTreeMap<u32, Vec<String>> = std::collections::BTreeMap::new();
    for (i, cluster) in clusters.iter().enumerate() {
        groups.entry(*cluster).or_default().push(id(records, i as u32));
    }
    let mut groups: Vec<Vec<String>> = groups.into_values().collect();
    groups.iter_mut().for_each(|g| g.sort());
    groups.sort();
    groups
}

fn clusters(records: &[Record]) -> Vec<u32> {
    group(records.len(), &statements(&find_pairs(records, &[], &Options::default())))
}

fn said(n: u32) -> impl Strategy<Value = Vec<Statement>> {
    let verdict = prop_oneof![Just(PairVerdict::Same), Just(PairVerdict::Different), Just(PairVerdict::Related), Just(PairVerdict::Review)];
    let one = (0..n, 0..n, verdict, any::<bool>(), -5.0f32..20.0, prop::bool::weighted(0.2));
    prop::collection::vec(one, 0..40).prop_map(|list| {
        let statement = |(seq, (a, b, verdict, by_person, score, veto)): (usize, (u32, u32, PairVerdict, bool, f32, bool))| {
            let verdict = if by_person && verdict == PairVerdict::Review { PairVerdict::Same } else { verdict };
            Statement { a, b, verdict, by_person, seq: seq as u64, score, veto: veto && !by_person }
        };
        list.into_iter().enumerate().map(statement).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn order_does_not_matter(records in records(), seed in any::<u64>()) {
        let mut shuffled = records.clone();
        shuffled.sort_by_key(|r| (format!("{:?}{seed}", r.external_id).bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)), r.external_id.clone()));
        let (here, there) = (find_pairs(&records, &[], &Options::default()), find_pairs(&shuffled, &[], &Options::default()));
        prop_assert_eq!(named(&records, &here), named(&shuffled, &there));
        prop_assert_eq!(partition(&records, &clusters(&records)), partition(&shuffled, &clusters(&shuffled)));
    }

    #[test]
    fn the_same_again_is_the_same(records in records()) {
        let pairs = find_pairs(&records, &[], &Options::default());
        prop_assert_eq!(&pairs, &find_pairs(&records, &[], &Options::default()));
        let once = statements(&pairs);
        let twice: Vec<Statement> = once.iter().chain(&once).cloned().collect();
        prop_assert_eq!(group(records.len(), &once), group(records.len(), &twice));
    }

    #[test]
    fn verdicts_are_symmetric(work in 0u64..12, other in 0u64..12, form in 0u8..7, form2 in 0u8..7) {
        let (a, b) = (record(work, form), record(other, form2));
        let (ab, ba) = (find_pairs(&[a.clone(), b.clone()], &[], &Options::default()), find_pairs(&[b, a], &[], &Options::default()));
        prop_assert_eq!(ab, ba);
    }

    #[test]
    fn increments_equal_one_pass(records in records(), at in 0usize..40) {
        let at = at.min(records.len());
        let all = find_pairs(&records, &[], &Options::default());
        let later = find_pairs(&records, &[], &Options { new_from: Some(at), ..Options::default() });
        let (old, new): (Vec<ScoredPair>, Vec<ScoredPair>) = all.iter().cloned().partition(|p| (p.b as usize) < at);
        prop_assert_eq!(&later, &new);
        let together: Vec<ScoredPair> = old.into_iter().chain(later).collect();
        prop_assert_eq!(group(records.len(), &statements(&together)), group(records.len(), &statements(&all)));
    }

    #[test]
    fn one_pass_serves_every_level(records in records()) {
        let lists = find_levels(&records, &[], &Options::default(), &mut |_, _| ());
        for (level, list) in LEVELS.into_iter().zip(&lists) {
            prop_assert_eq!(&find_pairs(&records, &[], &Options { level, ..Options::default() }), list);
        }
    }

    #[test]
    fn a_run_that_changed_nothing_shows_no_change(records in records(), said in said(12)) {
        let pairs = find_pairs(&records, &[], &Options::default());
        let n = records.len();
        let words = said.into_iter().filter(|s| (s.a.max(s.b) as usize) < n);
        let stored = with_words(&pairs, &words.collect::<Vec<_>>());
        prop_assert_eq!(changes(n, &stored, &pairs), Changes::default());
        let sources: Vec<u32> = (0..n as u32).map(|i| i % 3).collect();
        let effect = effect(n, &sources, &stored);
        let clusters = group(n, &stored);
        prop_assert_eq!(effect.merged, clusters.iter().enumerate().filter(|(i, c)| **c as usize != *i).count());
        prop_assert_eq!(effect.by_pair.iter().map(|p| p.2).sum::<usize>(), effect.merged);
        prop_assert!(effect.by_source.iter().all(|s| s.certain + s.review + s.related + s.unique == s.records));
        prop_assert_eq!(effect.by_source.iter().map(|s| s.records).sum::<usize>(), n);
    }

    #[test]
    fn evidence_keeps_to_its_vocabulary(records in records(), level in prop_oneof![Just(DedupLevel::Cautious), Just(DedupLevel::Balanced), Just(DedupLevel::Thorough)]) {
        for pair in find_pairs(&records, &[], &Options { level, ..Options::default() }) {
            prop_assert!(pair.a < pair.b && pair.verdict != PairVerdict::Different);
            for e in &pair.evidence {
                prop_assert!(EVIDENCE.iter().any(|(field, code, _)| *field == e.field && *code == e.code), "{} {}", e.field, e.code);
            }
        }
    }

    #[test]
    fn a_cluster_never_holds_a_vetoed_pair(records in records()) {
        let all = statements(&find_pairs(&records, &[], &Options::default()));
        let clusters = group(records.len(), &all);
        for s in all.iter().filter(|s| s.veto) {
            prop_assert_ne!(clusters[s.a as usize], clusters[s.b as usize]);
        }
    }

    #[test]
    fn the_latest_word_of_a_person_stands(said in said(12)) {
        let clusters = group(12, &said);
        if let Some(last) = said.iter().rfind(|s| s.by_person && s.a != s.b) {
            let together = clusters[last.a as usize] == clusters[last.b as usize];
            prop_assert_eq!(together, last.verdict == PairVerdict::Same);
        }
    }

    #[test]
    fn without_a_word_all_is_as_before(said in said(12), a in 0u32..12, b in 0u32..12) {
        prop_assume!(a != b);
        let before = group(12, &said);
        let apart = before[a as usize] != before[b as usize];
        let word = |verdict, seq| Statement { a, b, verdict, by_person: true, seq, score: 0.0, veto: false };
        let merged = group(12, &said.iter().cloned().chain([word(PairVerdict::Same, 100)]).collect::<Vec<_>>());
        prop_assert_eq!(merged[a as usize], merged[b as usize]);
        let undone = group(12, &said.iter().cloned().chain([word(PairVerdict::Same, 100), word(PairVerdict::Different, 101)]).collect::<Vec<_>>());
        prop_assert_ne!(undone[a as usize], undone[b as usize]);
        if apart && !said.iter().any(|s| s.by_person) {
            prop_assert_eq!(undone, before);
        }
    }

    #[test]
    fn clusters_are_named_by_their_first_record(said in said(12)) {
        let clusters = group(12, &said);
        for (i, c) in clusters.iter().enumerate() {
            prop_assert!(*c as usize <= i && clusters[*c as usize] == *c);
        }
    }

    #[test]
    fn anything_at_all_is_survived(title in ".{0,80}", name in ".{0,60}", pages in ".{0,20}", volume in ".{0,20}", doi in ".{0,30}", journal in ".{0,40}") {
        let author = Author { literal: name.clone(), ..Author::default() };
        let family = Author { family: name, given: journal.clone(), ..Author::default() };
        let one = Record { title: Some(title.clone()), authors: vec![author], pages: Some(pages.clone()), volume: Some(volume.clone()), doi: Some(doi.clone()), journal: Some(journal.clone()), issue: Some(pages.clone()), ..Record::default() };
        let two = Record { title: Some(doi.clone()), title_other: Some(title), authors: vec![family], pages: Some(volume), volume: Some(pages), doi: Some(journal.clone()), journal: Some(doi), issn: vec![journal], ..Record::default() };
        find_pairs(&[one.clone(), two.clone(), one, two], &[], &Options::default());
    }

    #[test]
    fn a_merged_view_says_only_what_records_say(records in records()) {
        let list: Vec<&Record> = records.iter().collect();
        let view = merge(&list);
        for (field, text) in [("title", &view.title), ("journal", &view.journal), ("pages", &view.pages)] {
            if let Some(text) = text {
                let record = list[text.from];
                let own = [&record.title, &record.title_other, &record.journal, &record.pages];
                prop_assert!(own.iter().any(|t| t.as_ref() == Some(&text.value)), "{}", field);
            }
        }
        let dois: std::collections::BTreeSet<_> = records.iter().filter_map(|r| r.doi.clone()).collect();
        prop_assert_eq!(view.identifiers.iter().filter(|(kind, _)| *kind == "doi").count(), dois.len());
    }
}

#[test]
fn the_generator_makes_groups_and_look_alikes() {
    let records: Vec<Record> =
        (0..12).flat_map(|w| (0..7).map(move |f| Record { external_id: Some(format!("{w}.{f}")), ..record(w, f) })).collect();
    let pairs = find_pairs(&records, &[], &Options::default());
    let count = |v| pairs.iter().filter(|p| p.verdict == v).count();
    assert!(
        count(PairVerdict::Same) >= 12 && count(PairVerdict::Related) >= 12,
        "{} same, {} related",
        count(PairVerdict::Same),
        count(PairVerdict::Related)
    );
    let works: usize = partition(&records, &clusters(&records))
        .iter()
        .map(|g| g.iter().map(|i| i.split('.').next()).collect::<std::collections::BTreeSet<_>>().len() - 1)
        .sum();
    assert_eq!(works, 0, "two works in one cluster");
}

#[test]
fn records_without_content_never_group() {
    let unknown =
        Record { title: Some("Unknown".into()), pages: Some("No-Specified".into()), volume: Some("UNKNOWN".into()), ..Record::default() };
    let nobody =
        Record { authors: vec![Author { literal: "Anonymous".into(), ..Author::default() }], year: Some(2001), ..Record::default() };
    let editorial = Record { title: Some("Editorial".into()), ..Record::default() };
    let records: Vec<Record> =
        [Record::default(), unknown, nobody, editorial].into_iter().flat_map(|r| [r.clone(), r.clone(), r]).collect();
    assert_eq!(clusters(&records), (0..records.len() as u32).collect::<Vec<_>>());
}

/// A trial's record with place `(year, journal, volume, issue, pages)`.
fn placed(title: &str, place: (i32, &str, &str, &str, &str)) -> Record {
    let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
    let author = |family: &str| Author { family: family.into(), given: "K.".into(), ..Author::default() };
    let (year, journal, volume, issue, pages) = place;
    Record {
        title: text(title),
        authors: vec![author("Olsen"), author("Becker"), author("Virtanen")],
        year: Some(year),
        journal: text(journal),
        volume: text(volume),
        issue: text(issue),
        pages: text(pages),
        ..Record::default()
    }
}

#[test]
fn slips_part_nothing_and_places_do() {
    const TITLE: &str = "Assertive outreach and readmission of severely ill tenants";
    const NORDIC: &str = "Nordic Journal of Housing";
    let said = |a: (&str, (i32, &str, &str, &str, &str)), b: (&str, (i32, &str, &str, &str, &str))| {
        find_pairs(&[placed(a.0, a.1), placed(b.0, b.1)], &[], &Options::default()).first().map(|p| p.verdict)
    };
    let (same, related) = (Some(PairVerdict::Same), Some(PairVerdict::Related));
    let whole = (TITLE, (2014, NORDIC, "30", "4", "51"));
    assert_eq!(said(whole, (TITLE, (2014, NORDIC, "3", "", "52"))), same, "a volume without its last digit");
    assert_eq!(said(whole, (TITLE, (2014, NORDIC, "", "30", "4"))), same, "columns one to the left");
    assert_eq!(said(whole, (TITLE, (2015, "Congress of Tenants", "", "", ""))), related, "the meeting's paper and the journal's");
    let labelled = format!("The {TITLE} (poster session)");
    assert_eq!(said((&labelled, whole.1), whole), same, "an article and a label");
    assert_ne!(said(("Tenants: Case A", whole.1), ("Tenants: Case B", (2014, NORDIC, "30", "4", "60"))), same, "letters tell cases apart");
}

#[test]
fn columns_pair_off_one_to_one_or_not_at_all() {
    let entry = |database: &str, id: &str| Record {
        external_id: Some(id.into()),
        database: Some(database.into()),
        ..placed("Book review column", (2002, "Nordic Journal of Housing", "", "", ""))
    };
    let two = [entry("MEDLINE", "a"), entry("CINAHL", "b")];
    assert_eq!(clusters(&two), [0, 0]);
    let four = [entry("MEDLINE", "a"), entry("CINAHL", "b"), entry("MEDLINE", "c"), entry("CINAHL", "d")];
    assert_eq!(clusters(&four), [0, 1, 2, 3]);
}
