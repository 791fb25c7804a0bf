//! The laid-out figure as SVG text. Its one rule: everything that came from a person is escaped, and the document holds no
//! script, no style sheet and nothing from elsewhere, so that it can be shown under a strict content security policy.

use std::fmt::Write;

use super::layout::{self, Block, Drawn, Layout, Rect, SIZE, SMALL};
use super::{Figure, font};
use crate::model::{FlowBox, Lang};

/// Fonts a browser may have when it lacks the embedded one.
pub(super) const FALLBACK: &str = "'Hiragino Sans','Yu Gothic','Meiryo','Noto Sans JP','Noto Sans CJK JP',Arial,sans-serif";
const INK: &str = "#1a1a1a";
const LINE: &str = "#4a4a4a";
const PAPER: &str = "#ffffff";
const MAIN_HEADING: &str = "#f6dfa4";
const HEADING: &str = "#e4e4e4";
const PHASE: &str = "#cfe0f3";
const INTERIM: &str = "#fff1e0";
const INTERIM_LINE: &str = "#a84b00";
const HEAD_LENGTH: f32 = 8.0;

/// Draws the figure.
pub fn draw(layout: &Layout, figure: &Figure<'_>, lang: Lang) -> String {
    let mut out = String::with_capacity(16 * 1024);
    open(&mut out, layout, figure, lang);
    if let Some(banner) = &layout.banner {
        let _ = write!(out, r#"<g class="interim">"#);
        rect(&mut out, banner.rect, INTERIM, INTERIM_LINE, r#" stroke-dasharray="5 3""#);
        centred(&mut out, banner.rect, &banner.lines);
        out.push_str("</g>\n");
    }
    for heading in &layout.headings {
        let (class, fill) = if heading.main { ("heading main", MAIN_HEADING) } else { ("heading", HEADING) };
        let _ = write!(out, r#"<g class="{class}">"#);
        rect(&mut out, heading.rect, fill, LINE, r#" rx="6""#);
        centred(&mut out, heading.rect, &heading.lines);
        out.push_str("</g>\n");
    }
    for phase in &layout.phases {
        draw_phase(&mut out, phase);
    }
    out.push_str("<g class=\"arrows\">\n");
    layout.arrows.iter().for_each(|points| arrow(&mut out, points));
    out.push_str("</g>\n");
    for drawn in &layout.boxes {
        draw_box(&mut out, drawn, figure.link);
    }
    draw_notes(&mut out, layout);
    out.push_str("</svg>\n");
    out
}

fn open(out: &mut String, layout: &Layout, figure: &Figure<'_>, lang: Lang) {
    let (w, h) = (layout.width.ceil(), layout.height.ceil());
    let name = match lang {
        Lang::Ja => "PRISMA 2020 フロー図",
        Lang::En => "PRISMA 2020 flow diagram",
    };
    let title = if figure.title.is_empty() { name.to_owned() } else { format!("{name}: {}", figure.title) };
    let interim = if layout.banner.is_some() { " in-progress" } else { "" };
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="prisma-flow{interim}" width="{w}" height="{h}" viewBox="0 0 {w} {h}" lang="{lang}" role="group" aria-labelledby="prisma-title prisma-desc" font-family="'{family}',{FALLBACK}" font-size="{SIZE}" fill="{INK}">
<title id="prisma-title">{title}</title>
<desc id="prisma-desc">{description}</desc>
<rect class="paper" width="{w}" height="{h}" fill="{PAPER}"/>
"#,
        lang = lang.as_str(),
        family = font::FAMILY,
        title = escape(&title),
        description = escape(&description(layout)),
    );
}

/// The figure in words, box by box in reading order.
fn description(layout: &Layout) -> String {
    let banner = layout.banner.iter().map(|banner| banner.lines.join(" "));
    let boxes = layout.boxes.iter().map(|drawn| {
        let blocks: Vec<String> = drawn.blocks.iter().map(|block| block.lines.join(" ")).collect();
        blocks.join(" ")
    });
    let all: Vec<String> = banner.chain(boxes).collect();
    all.join(". ").replace('\u{a0}', " ")
}

fn rect(out: &mut String, r: Rect, fill: &str, stroke: &str, more: &str) {
    let Rect { x, y, w, h } = r;
    let _ = write!(out, r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" fill="{fill}" stroke="{stroke}"{more}/>"#);
}

fn centred(out: &mut String, r: Rect, lines: &[String]) {
    let block = (lines.len().max(1) - 1) as f32 * layout::leading();
    let first = r.y + (r.h - block) / 2.0 + SIZE * 0.36;
    for (at, line) in lines.iter().enumerate() {
        let y = first + at as f32 * layout::leading();
        let _ = write!(out, r#"<text x="{:.1}" y="{y:.1}" text-anchor="middle"{}>{}</text>"#, r.middle(), fixed(line, SIZE), escape(line));
    }
}

fn draw_phase(out: &mut String, phase: &layout::Phase) {
    let r = phase.rect;
    out.push_str(r#"<g class="phase">"#);
    rect(out, r, PHASE, LINE, r#" rx="6""#);
    let (x, y) = (r.middle() + SIZE * 0.36, r.y + r.h / 2.0);
    let _ = writeln!(
        out,
        r#"<text transform="translate({x:.1} {y:.1}) rotate(-90)" text-anchor="middle"{}>{}</text></g>"#,
        fixed(&phase.label, SIZE),
        escape(&phase.label)
    );
}

fn arrow(out: &mut String, points: &[(f32, f32)]) {
    let [.., (from_x, from_y), (x, y)] = points else { return };
    let (dx, dy) = ((x - from_x).signum() * f32::from(x != from_x), (y - from_y).signum() * f32::from(y != from_y));
    let mut path = String::new();
    for (at, (px, py)) in points.iter().enumerate() {
        let (px, py) = if at + 1 == points.len() { (x - dx * HEAD_LENGTH, y - dy * HEAD_LENGTH) } else { (*px, *py) };
        let _ = write!(path, "{}{px:.1} {py:.1}", if at == 0 { "M" } else { "L" });
    }
    let _ = write!(out, r#"<path d="{path}" fill="none" stroke="{LINE}"/>"#);
    let (back_x, back_y) = (x - dx * HEAD_LENGTH, y - dy * HEAD_LENGTH);
    let (side_x, side_y) = (dy * HEAD_LENGTH * 0.45, dx * HEAD_LENGTH * 0.45);
    let _ = writeln!(
        out,
        r#"<path class="head" d="M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}Z" fill="{LINE}"/>"#,
        back_x + side_x,
        back_y + side_y,
        back_x - side_x,
        back_y - side_y
    );
}

fn draw_box(out: &mut String, drawn: &Drawn, link: Option<&str>) {
    let class = if drawn.open { "box open" } else { "box" };
    group(out, class, drawn.flow_box, link, |out| {
        let (stroke, dash) = if drawn.open { (INTERIM_LINE, r#" stroke-dasharray="5 3""#) } else { (LINE, "") };
        rect(out, drawn.rect, PAPER, stroke, dash);
        let mut y = drawn.rect.y + layout::baseline();
        for block in &drawn.blocks {
            if block.flow_box.is_some() {
                group(out, "part", block.flow_box, None, |out| text(out, drawn.rect.x, y, block));
            } else {
                text(out, drawn.rect.x, y, block);
            }
            y += block.lines.len() as f32 * layout::leading();
        }
    });
    out.push('\n');
}

/// A `<g>` with its box key, inside a link where there is one. Links do not nest, so lines inside a box get none.
fn group(out: &mut String, class: &str, flow_box: Option<FlowBox>, link: Option<&str>, inside: impl FnOnce(&mut String)) {
    let address = link.zip(flow_box).map(|(link, flow_box)| format!("{link}{flow_box}"));
    if let Some(address) = &address {
        let _ = write!(out, r#"<a href="{}">"#, escape(address));
    }
    let _ = match flow_box {
        Some(flow_box) => write!(out, r#"<g class="{class}" data-box="{flow_box}">"#),
        None => write!(out, r#"<g class="{class}">"#),
    };
    inside(out);
    out.push_str("</g>");
    if address.is_some() {
        out.push_str("</a>");
    }
}

fn text(out: &mut String, left: f32, top: f32, block: &Block) {
    let colour = if block.open { format!(r#" class="open" fill="{INTERIM_LINE}""#) } else { String::new() };
    for (at, line) in block.lines.iter().enumerate() {
        let hanging = if at > 0 && block.hanging { layout::HANGING } else { 0.0 };
        let (x, y) = (left + block.indent + hanging, top + at as f32 * layout::leading());
        let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}"{colour}{}>{}</text>"#, fixed(line, SIZE), escape(line));
    }
}

fn draw_notes(out: &mut String, layout: &Layout) {
    if layout.notes.is_empty() {
        return;
    }
    let x = layout.phases.first().map_or(0.0, |phase| phase.rect.x);
    let _ = write!(out, r#"<g class="notes" font-size="{SMALL}">"#);
    for (at, line) in layout.notes.iter().enumerate() {
        let y = layout.notes_y + at as f32 * layout::small_leading();
        let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}"{}>{}</text>"#, fixed(line, SMALL), escape(line));
    }
    out.push_str("</g>\n");
}

/// Holds a line with kana to its measured width: other Japanese fonts set kana on full ems, wider than the embedded one, and
/// would run out of their box. Latin letters of the usual fonts are narrower and are left alone.
pub(super) fn fixed(line: &str, size: f32) -> String {
    let has_kana = line.chars().any(|c| matches!(c, '\u{3041}'..='\u{30ff}'));
    if !has_kana {
        return String::new();
    }
    format!(r#" textLength="{:.1}" lengthAdjust="spacingAndGlyphs""#, font::width(line, size))
}

/// Text for XML 1.0: markup escaped, characters that XML cannot hold left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}
