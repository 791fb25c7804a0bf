//! The figure is drawn for any counts: well-formed, nothing overlapping, every number and key in it; and pictures come out.

use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;
use uuid::Uuid;

use super::*;
use crate::model::{ColumnCounts, FlowBox, FlowSource, Open, Previous, ReasonCount, ReasonId, SourceCount, SourceId, SourceKind, Text};

fn source(n: u128, name: &str, kind: SourceKind, records: u32) -> SourceCount {
    SourceCount { source: FlowSource { id: SourceId(Uuid::from_u128(n)), name: name.to_owned(), kind }, records }
}

fn reasons(counts: &[u32]) -> Vec<ReasonCount> {
    let numbered = counts.iter().enumerate();
    numbered.map(|(n, &reports)| ReasonCount { reason: Some(ReasonId(Uuid::from_u128(n as u128))), reports }).collect()
}

pub fn names() -> ReasonNames {
    let all = [
        ("対象者が異なる（小児・認知症高齢者など）", "Wrong population (children, people with dementia)"),
        ("ケースマネジメントではない", "Not case management"),
        ("対象国以外", "Other country"),
        (
            "支援の内容・主体・頻度・場所・対象者像のいずれについても記載がなく、データ抽出を行うことができない研究",
            "No description of content, provider, frequency, place or target of support, so that nothing can be charted",
        ),
        ("会議録", "Conference abstract"),
    ];
    let numbered = all.iter().enumerate();
    numbered.map(|(n, (ja, en))| (ReasonId(Uuid::from_u128(n as u128)), Text::new(*ja, *en))).collect()
}

/// A review with both columns, finished.
pub fn finished() -> Counts {
    Counts {
        sources: vec![
            source(1, "PsycINFO (Ovid)", SourceKind::Database, 2411),
            source(2, "MEDLINE (Ovid)", SourceKind::Database, 3102),
            source(3, "CINAHL (EBSCOhost)", SourceKind::Database, 1207),
            source(4, "医中誌Web", SourceKind::Database, 946),
            source(5, "引用文献の確認", SourceKind::CitationSearching, 31),
            source(6, "厚生労働省ウェブサイト", SourceKind::Website, 12),
        ],
        databases: ColumnCounts {
            identified: 7666,
            duplicates: 1313,
            screened: 6353,
            excluded_screening: 5658,
            sought: 695,
            not_retrieved: 23,
            assessed: 672,
            excluded_full_text: reasons(&[201, 188, 97, 41, 12]),
            included_reports: 133,
            ..ColumnCounts::default()
        },
        other: ColumnCounts {
            identified: 43,
            duplicates: 19,
            screened: 24,
            excluded_screening: 9,
            sought: 15,
            not_retrieved: 1,
            assessed: 14,
            excluded_full_text: reasons(&[6]),
            included_reports: 8,
            ..ColumnCounts::default()
        },
        new_studies: 117,
        new_reports: 141,
        previous: None,
        total_studies: 117,
        total_reports: 141,
    }
}

/// The same on the way, as an update of an earlier version.
pub fn under_way() -> Counts {
    let mut counts = finished();
    counts.databases.excluded_screening = 5202;
    counts.databases.open =
        Open { title_abstract_pending: 412, title_abstract_conflict: 44, retrieval: 61, full_text_pending: 120, full_text_conflict: 5 };
    counts.databases.included_reports = 0;
    counts.databases.excluded_full_text = reasons(&[201, 188, 97]);
    counts.databases.elsewhere_title_abstract = 5897;
    counts.previous = Some(Previous { studies: 58, reports: 71 });
    counts.new_reports = 8;
    counts.new_studies = 7;
    counts.total_studies = 65;
    counts.total_reports = 79;
    counts
}

fn figure<'a>(counts: &'a Counts, names: &'a ReasonNames) -> Figure<'a> {
    Figure { counts, names, title: "成人の精神障害者へのケースマネジメント", other: OtherColumn::Auto, link: None }
}

prop_compose! {
    fn column()(n in prop::collection::vec(0..2_000_000u32, 9), excluded in prop::collection::vec(1..5_000u32, 0..6), open in prop::collection::vec(0..3_000u32, 5)) -> ColumnCounts {
        ColumnCounts {
            identified: n[0], duplicates: n[1], removed_automation: n[2], removed_other: n[3], screened: n[4],
            excluded_screening: n[5], sought: n[6], not_retrieved: n[7], assessed: n[8],
            excluded_full_text: reasons(&excluded),
            included_reports: 3,
            open: Open {
                title_abstract_pending: open[0], title_abstract_conflict: open[1], retrieval: open[2],
                full_text_pending: open[3], full_text_conflict: open[4],
            },
            elsewhere_title_abstract: n[4] / 2,
            elsewhere_full_text: n[8] / 2,
        }
    }
}

prop_compose! {
    /// Any numbers, whether they add up or not.
    fn counts()(
        databases in column(),
        other in column(),
        sources in prop::collection::vec(("[A-Za-z 医学文献&<>\"'ー（]{0,60}", prop::sample::select(SourceKind::ALL.to_vec()), 0..9_999_999u32), 0..8),
        previous in prop::option::of((0..500u32, 0..500u32)),
        done: bool,
    ) -> Counts {
        let numbered = sources.iter().enumerate();
        let mut counts = Counts {
            sources: numbered.map(|(n, (name, kind, records))| source(n as u128, name, *kind, *records)).collect(),
            databases, other, new_studies: 7, new_reports: 8,
            previous: previous.map(|(studies, reports)| Previous { studies, reports }),
            total_studies: 9, total_reports: 10,
        };
        if done {
            counts.databases.open = Open::default();
            counts.other.open = Open::default();
        }
        counts
    }
}

fn overlap(a: layout::Rect, b: layout::Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_overlaps_and_all_text_fits(counts in counts(), lang in prop::sample::select(Lang::ALL.to_vec())) {
        let names = names();
        let laid = layout::layout(&figure(&counts, &names), lang);
        let mut rects: Vec<_> = laid.boxes.iter().map(|drawn| drawn.rect).collect();
        rects.extend(laid.headings.iter().map(|heading| heading.rect));
        rects.extend(laid.phases.iter().map(|phase| phase.rect));
        rects.extend(laid.banner.iter().map(|banner| banner.rect));
        for (at, a) in rects.iter().enumerate() {
            prop_assert!(a.x >= 0.0 && a.y >= 0.0 && a.right() <= laid.width && a.bottom() <= laid.height, "{:?}", a);
            for b in &rects[at + 1..] {
                prop_assert!(!overlap(*a, *b), "{:?} {:?}", a, b);
            }
        }
        for drawn in &laid.boxes {
            let lines: usize = drawn.blocks.iter().map(|block| block.lines.len()).sum();
            prop_assert!(layout::baseline() + (lines - 1) as f32 * layout::leading() < drawn.rect.h);
            for block in &drawn.blocks {
                for line in &block.lines {
                    prop_assert!(block.indent + font::width(line, layout::SIZE) <= drawn.rect.w, "{}", line);
                }
            }
        }
        prop_assert_eq!(laid.banner.is_some(), counts.still_open() > 0);
    }

    /// Arrows run between boxes, never through one.
    #[test]
    fn no_arrow_crosses_a_box(counts in counts(), lang in prop::sample::select(Lang::ALL.to_vec())) {
        let names = names();
        let laid = layout::layout(&figure(&counts, &names), lang);
        for points in &laid.arrows {
            for leg in points.windows(2) {
                let ((ax, ay), (bx, by)) = (leg[0], leg[1]);
                let hair = 0.05;
                let line = layout::Rect {
                    x: ax.min(bx) + hair, y: ay.min(by) + hair,
                    w: (ax - bx).abs() - 2.0 * hair, h: (ay - by).abs() - 2.0 * hair,
                };
                for drawn in &laid.boxes {
                    let inside = layout::Rect { w: line.w.max(0.0), h: line.h.max(0.0), ..line };
                    prop_assert!(!overlap(inside, drawn.rect), "{:?} through {:?}", points, drawn.slot);
                }
            }
        }
    }

    #[test]
    fn the_svg_is_sound_and_its_keys_open_lists(counts in counts(), lang in prop::sample::select(Lang::ALL.to_vec())) {
        let names = names();
        let drawn = svg(&Figure { link: Some("/r/1?a=1&box="), ..figure(&counts, &names) }, lang);
        let document = Document::parse(&drawn).unwrap();
        let keys: Vec<_> = document.descendants().filter_map(|node| node.attribute("data-box")).collect();
        prop_assert!(keys.iter().all(|key| FlowBox::parse(key).is_some()), "{:?}", keys);
        for key in ["identified", "duplicates", "screened", "excluded_screening", "sought", "not_retrieved", "assessed",
            "excluded_full_text", "included_studies", "included_reports_total"] {
            prop_assert!(keys.contains(&key), "{}", key);
        }
        let links = document.descendants().filter_map(|node| node.attribute("href"));
        prop_assert!(links.clone().count() > 8 && links.clone().all(|link| link.starts_with("/r/1?a=1&box=")));
        let text: String = document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
        let text = text.replace('\u{a0}', " ");
        for n in [counts.databases.screened, counts.databases.assessed, counts.new_studies, counts.total_reports] {
            let shown = format!("(n = {})", layout::grouped(n));
            prop_assert!(text.contains(&shown) || (n == counts.total_reports && counts.previous.is_none()), "{}", shown);
        }
    }
}

#[test]
fn words_of_people_stay_words() {
    let mut counts = finished();
    counts.sources[0].source.name = "<script>alert('x')</script>\u{1}&amp;".to_owned();
    let names = names();
    let drawn = svg(&Figure { title: "a\"b<c>", ..figure(&counts, &names) }, Lang::En);
    let document = Document::parse(&drawn).unwrap();
    let title = document.descendants().find(|node| node.has_tag_name("title")).unwrap();
    assert_eq!(title.text(), Some("PRISMA 2020 flow diagram: a\"b<c>"));
    let known = ["svg", "g", "rect", "text", "path", "title", "desc"];
    let elements = document.descendants().filter(|node| node.is_element());
    assert!(elements.clone().all(|node| known.contains(&node.tag_name().name())), "{drawn}");
    let attributes = elements.flat_map(|node| node.attributes()).map(|attribute| attribute.name());
    assert!(attributes.clone().all(|name| !name.starts_with("on") && name != "style" && name != "href"));
}

#[test]
fn an_interim_figure_never_passes_for_a_final_one() {
    let names = names();
    let (open, done) = (under_way(), finished());
    for (lang, words) in [(Lang::Ja, "途中経過：未決 642件"), (Lang::En, "In progress: 642 still open")] {
        let drawn = svg(&figure(&open, &names), lang);
        assert!(drawn.contains(words) && drawn.contains(r#"class="prisma-flow in-progress""#));
        assert!(!svg(&figure(&done, &names), lang).contains("in-progress"));
    }
}

#[test]
fn the_second_column_is_there_when_it_has_anything_or_is_asked_for() {
    let names = names();
    let mut counts = finished();
    let shows = |counts: &Counts, other| svg(&Figure { other, ..figure(counts, &names) }, Lang::En).contains("via other methods");
    assert!(shows(&counts, OtherColumn::Auto) && !shows(&counts, OtherColumn::No));
    counts.sources.truncate(4);
    counts.other = ColumnCounts::default();
    assert!(!shows(&counts, OtherColumn::Auto) && shows(&counts, OtherColumn::Yes));
}

#[test]
fn pictures_have_the_size_of_the_figure() {
    let (names, counts) = (names(), finished());
    let drawn = svg(&figure(&counts, &names), Lang::Ja);
    let document = Document::parse(&drawn).unwrap();
    let side = |name| document.root_element().attribute(name).unwrap().parse::<u32>().unwrap();
    let picture = png(&drawn, 1.0).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    let word = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().unwrap());
    assert_eq!((word(16), word(20)), (side("width"), side("height")));
    assert!(matches!(png(&drawn, 100.0), Err(RenderError::TooLarge { .. })));
    assert!(matches!(png("<svg", 1.0), Err(RenderError::Svg(_))));
    let page = pdf(&drawn, "図", Lang::Ja).unwrap();
    assert!(page.starts_with(b"%PDF-"));
    assert_eq!(page, pdf(&drawn, "図", Lang::Ja).unwrap(), "the same figure gives the same file");
    assert!(page.len() < 200_000, "only the part of the font that is used: {}", page.len());
}

/// Writes the pictures to look at; run with `--ignored` and ERABI_PICTURES set to a folder.
#[test]
#[ignore = "writes pictures for a person to look at"]
fn pictures() {
    let folder = std::path::PathBuf::from(std::env::var("ERABI_PICTURES").unwrap());
    let names = names();
    let mut simple = finished();
    simple.other = ColumnCounts::default();
    simple.sources.truncate(4);
    let empty = Counts { sources: vec![source(1, "医中誌Web", SourceKind::Database, 0)], ..Counts::default() };
    for (name, counts) in [("finished", finished()), ("under-way", under_way()), ("simple", simple), ("empty", empty)] {
        for lang in Lang::ALL {
            let drawn = svg(&figure(&counts, &names), lang);
            let path = folder.join(format!("{name}-{}", lang.as_str()));
            std::fs::write(path.with_extension("svg"), &drawn).unwrap();
            std::fs::write(path.with_extension("png"), png(&drawn, 1.5).unwrap()).unwrap();
            std::fs::write(path.with_extension("pdf"), pdf(&drawn, name, lang).unwrap()).unwrap();
        }
    }
}
