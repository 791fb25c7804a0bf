//! The overlap of sources as an UpSet figure: a bar for each combination of sources, dots for which they are, a bar for each source.
//! One rule: every number that is drawn has a `data-box` that names the list behind it.

use std::fmt::Write;

use super::font;
use super::svg::{FALLBACK, escape, fixed};
use crate::model::{Lang, Overlap, OverlapBox};

/// Combinations that are drawn; the table beside the figure has all.
const COLUMNS_MAX: usize = 30;
const SIZE: f32 = 12.0;
const COLUMN: f32 = 30.0;
const ROW: f32 = 26.0;
const BARS: f32 = 150.0;
const SET_BARS: f32 = 110.0;
/// Room for the number at the end of a bar.
const NUMBER: f32 = 34.0;
const MARGIN: f32 = 16.0;
/// Longest name drawn; what is longer is cut.
const NAME_MAX: f32 = 210.0;
const INK: &str = "#1a1a1a";
const BAR: &str = "#8fb3d4";
const INCLUDED: &str = "#1d4f7c";
const FAINT: &str = "#d9dee1";
const STRIPE: &str = "#f3f5f6";

/// The figure as a standalone SVG document. `title` of the review is part of its accessible name.
pub fn upset(overlap: &Overlap, title: &str, lang: Lang) -> String {
    let (name, note, included) = match lang {
        Lang::Ja => ("情報源の重なり", "棒：文献数", "うち採用"),
        Lang::En => ("Overlap of the sources", "Bars: citations", "included"),
    };
    let names: Vec<String> = overlap.sources.iter().map(|source| cut(&source.name)).collect();
    let label = names.iter().map(|name| font::width(name, SIZE)).fold(0.0, f32::max);
    let columns = &overlap.combinations[..overlap.combinations.len().min(COLUMNS_MAX)];
    let left = MARGIN + NUMBER + SET_BARS + 10.0 + label + 12.0;
    let top = MARGIN + SIZE * 2.0 + BARS;
    let (w, h) =
        ((left + columns.len() as f32 * COLUMN + MARGIN).max(420.0).ceil(), (top + 12.0 + names.len() as f32 * ROW + MARGIN).ceil());
    let mut out = String::with_capacity(8 * 1024);
    let full = if title.is_empty() { name.to_owned() } else { format!("{name}: {title}") };
    let _ = write!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" class="upset" width="{w}" height="{h}" viewBox="0 0 {w} {h}" lang="{}" role="group" aria-labelledby="upset-title" font-family="'{}',{FALLBACK}" font-size="{SIZE}" fill="{INK}"><title id="upset-title">{}</title><rect class="paper" width="{w}" height="{h}" fill="#ffffff"/>"##,
        lang.as_str(),
        font::FAMILY,
        escape(&full)
    );
    legend(&mut out, note, included);
    sets(&mut out, overlap, &names, left, top + 12.0, w);
    let most = columns.iter().map(|column| column.citations).max().unwrap_or(1).max(1) as f32;
    for (at, column) in columns.iter().enumerate() {
        let x = left + (at as f32 + 0.5) * COLUMN;
        let key = |included| OverlapBox {
            exactly: true,
            included,
            sources: column.sources.iter().map(|at| overlap.sources[*at as usize].id).collect(),
        };
        let tall = |n: u32| BARS * n as f32 / most;
        let _ = write!(out, r#"<g class="box" data-box="{}">"#, key(false));
        bar(&mut out, (x - 9.0, top - tall(column.citations), 18.0, tall(column.citations)), BAR);
        text(&mut out, (x, top - tall(column.citations) - 4.0), "middle", &column.citations.to_string());
        out.push_str("</g>");
        if column.included > 0 {
            let _ = write!(out, r#"<g class="part" data-box="{}">"#, key(true));
            bar(&mut out, (x - 9.0, top - tall(column.included), 18.0, tall(column.included)), INCLUDED);
            let _ = write!(out, "<title>{included}: {}</title></g>", column.included);
        }
        dots(&mut out, x, top + 12.0, names.len(), &column.sources);
    }
    out.push_str("</svg>\n");
    out
}

fn legend(out: &mut String, note: &str, included: &str) {
    let y = MARGIN + SIZE;
    text(out, (MARGIN, y), "start", note);
    let x = MARGIN + font::width(note, SIZE) + 14.0;
    bar(out, (x, y - 9.0, 10.0, 10.0), INCLUDED);
    text(out, (x + 15.0, y), "start", included);
}

/// A row for each source: its bar to the left of its name, a stripe behind its dots.
fn sets(out: &mut String, overlap: &Overlap, names: &[String], left: f32, top: f32, width: f32) {
    let most = overlap.sources.iter().map(|source| source.citations).max().unwrap_or(1).max(1) as f32;
    for (at, (source, name)) in overlap.sources.iter().zip(names).enumerate() {
        let y = top + at as f32 * ROW;
        if at % 2 == 0 {
            bar(out, (MARGIN, y, width - 2.0 * MARGIN, ROW), STRIPE);
        }
        let long = SET_BARS * source.citations as f32 / most;
        let end = MARGIN + NUMBER + SET_BARS;
        let key = OverlapBox { exactly: false, included: false, sources: vec![source.id] };
        let _ = write!(out, r#"<g class="box" data-box="{key}">"#);
        bar(out, (end - long, y + 6.0, long, ROW - 12.0), BAR);
        text(out, (end - long - 4.0, y + ROW / 2.0 + SIZE * 0.36), "end", &source.citations.to_string());
        text(out, (left - 12.0, y + ROW / 2.0 + SIZE * 0.36), "end", name);
        out.push_str("</g>");
    }
}

fn dots(out: &mut String, x: f32, top: f32, rows: usize, on: &[u32]) {
    let y = |at: u32| top + (at as f32 + 0.5) * ROW;
    if let (Some(first), Some(last)) = (on.first(), on.last()) {
        let _ = write!(out, r#"<path d="M{x:.1} {:.1}V{:.1}" stroke="{INK}" stroke-width="2"/>"#, y(*first), y(*last));
    }
    for at in 0..rows as u32 {
        let fill = if on.contains(&at) { INK } else { FAINT };
        let _ = write!(out, r#"<circle cx="{x:.1}" cy="{:.1}" r="5" fill="{fill}"/>"#, y(at));
    }
}

fn bar(out: &mut String, (x, y, w, h): (f32, f32, f32, f32), fill: &str) {
    let _ = write!(out, r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" fill="{fill}"/>"#);
}

fn text(out: &mut String, (x, y): (f32, f32), anchor: &str, words: &str) {
    let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}"{}>{}</text>"#, fixed(words, SIZE), escape(words));
}

/// A name that fits its place.
fn cut(name: &str) -> String {
    if font::width(name, SIZE) <= NAME_MAX {
        return name.into();
    }
    let mut short: String = name.into();
    while font::width(&short, SIZE) + SIZE > NAME_MAX && short.pop().is_some() {}
    short + "…"
}
