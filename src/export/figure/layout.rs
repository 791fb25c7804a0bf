//! Where everything stands. Its one rule: boxes in a row begin at the same height, boxes in a column are equally wide, and
//! every box is as high as its measured text, so that nothing overlaps whatever the numbers and reasons are.

use super::content::{self, Content, Part, Slot};
use super::{Figure, font};
use crate::model::{Column, Counts, FlowBox, Lang, Text};

/// Type size of boxes, in CSS pixels.
pub const SIZE: f32 = 13.0;
pub const SMALL: f32 = 11.0;
const LEADING: f32 = 18.0;
const SMALL_LEADING: f32 = 15.0;
/// Between a box's edge and its text.
const PADDING: f32 = 10.0;
/// What a line of a lower level is moved in.
const INDENT: f32 = 12.0;
/// What the second and later lines of a part are moved in further, so that each part is seen to begin.
pub const HANGING: f32 = 10.0;
/// Other fonts than the embedded one may be a little wider: this share of a box stays free.
const SLACK: f32 = 0.04;
const MARGIN: f32 = 20.0;
const BAND: f32 = 28.0;
const BAND_GAP: f32 = 14.0;
const ROW_GAP: f32 = 30.0;
const SIDE_GAP: f32 = 30.0;
const COLUMN_GAP: f32 = 28.0;
/// Narrowest and widest boxes of one column alone: 180 mm of a journal's page at 9 points.
const WIDE: (f32, f32) = (200.0, 320.0);
/// The same where both columns stand side by side: a landscape A4 page at full size.
const NARROW: (f32, f32) = (170.0, 235.0);
const PREVIOUS_WIDTHS: (f32, f32) = (150.0, 180.0);

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub w: f32,
    pub h: f32,
}

impl Rect {
    pub fn right(&self) -> f32 {
        self.x + self.w
    }

    pub fn bottom(&self) -> f32 {
        self.y + self.h
    }

    pub fn middle(&self) -> f32 {
        self.x + self.w / 2.0
    }
}

/// Lines that say one thing.
#[derive(Clone, Debug)]
pub struct Block {
    pub flow_box: Option<FlowBox>,
    /// From the box's left edge.
    pub indent: f32,
    pub lines: Vec<String>,
    pub open: bool,
    /// Whether later lines are moved in.
    pub hanging: bool,
}

#[derive(Clone, Debug)]
pub struct Drawn {
    pub slot: Slot,
    pub flow_box: Option<FlowBox>,
    pub rect: Rect,
    pub blocks: Vec<Block>,
    /// Whether a line of it says that work is open.
    pub open: bool,
}

#[derive(Clone, Debug)]
pub struct Banner {
    pub rect: Rect,
    pub lines: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Heading {
    pub rect: Rect,
    pub lines: Vec<String>,
    /// The databases column's is the accented one.
    pub main: bool,
}

#[derive(Clone, Debug)]
pub struct Phase {
    pub rect: Rect,
    pub label: String,
}

#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub width: f32,
    pub height: f32,
    /// Says that the figure is not a final one.
    pub banner: Option<Banner>,
    pub headings: Vec<Heading>,
    pub phases: Vec<Phase>,
    pub boxes: Vec<Drawn>,
    /// Each a line of points, with an arrow head at the last.
    pub arrows: Vec<Vec<(f32, f32)>>,
    pub notes: Vec<String>,
    /// Baseline of the first note.
    pub notes_y: f32,
}

/// First line's baseline below the top of a box of text.
pub fn baseline() -> f32 {
    PADDING + SIZE * 0.88
}

pub fn leading() -> f32 {
    LEADING
}

pub fn small_leading() -> f32 {
    SMALL_LEADING
}

/// The places across: left edge and width of each column of boxes that is there.
#[derive(Clone, Copy, Debug, Default)]
struct Across {
    previous: Option<(f32, f32)>,
    main: [(f32, f32); 2],
    side: [(f32, f32); 2],
    right: f32,
}

const fn column_index(column: Column) -> usize {
    match column {
        Column::Databases => 0,
        Column::Other => 1,
    }
}

/// Lays the figure out.
pub fn layout(figure: &Figure<'_>, lang: Lang) -> Layout {
    let other = figure.shows_other();
    let contents = content::contents(figure.counts, figure.names, other);
    let across = across(&contents, lang, other);
    let mut layout = Layout { width: across.right + MARGIN, ..Layout::default() };
    let mut y = MARGIN;
    if let Some(banner) = banner(figure.counts, lang, &across, y) {
        y = banner.rect.bottom() + ROW_GAP / 2.0;
        layout.banner = Some(banner);
    }
    layout.headings = headings(figure.counts, lang, &across, other, y);
    y += layout.headings.iter().map(|heading| heading.rect.h).fold(0.0, f32::max) + ROW_GAP / 2.0;
    layout.boxes = place_rows(&contents, lang, &across, y);
    layout.phases = phases(&layout.boxes, lang);
    layout.arrows = arrows(&layout.boxes);
    let bottom = layout.boxes.iter().map(|drawn| drawn.rect.bottom()).fold(y, f32::max);
    layout.notes = notes(figure.counts, lang, layout.width - 2.0 * MARGIN);
    layout.notes_y = bottom + ROW_GAP / 2.0 + SMALL;
    let noted = layout.notes.len() as f32 * SMALL_LEADING;
    layout.height = bottom + if noted > 0.0 { ROW_GAP / 2.0 + noted } else { 0.0 } + MARGIN;
    layout
}

fn across(contents: &[Content], lang: Lang, other: bool) -> Across {
    let width_of = |wanted: &dyn Fn(Slot) -> bool, (low, high): (f32, f32)| {
        let ours = contents.iter().filter(|content| wanted(content.slot));
        ours.map(|content| natural_width(content, lang)).fold(low, f32::max).min(high).ceil()
    };
    let is_main = |slot, c| {
        matches!(slot, Slot::Identified(x) | Slot::Sought(x) | Slot::Assessed(x) if x == c)
            || (c == Column::Databases && matches!(slot, Slot::Screened | Slot::Included | Slot::Total))
    };
    let is_side = |slot, c| {
        matches!(slot, Slot::Removed(x) | Slot::NotRetrieved(x) | Slot::ExcludedFullText(x) if x == c)
            || (c == Column::Databases && slot == Slot::ExcludedScreening)
    };
    let limits = if other { NARROW } else { WIDE };
    let mut across = Across::default();
    let mut x = MARGIN + BAND + BAND_GAP;
    if contents.iter().any(|content| content.slot == Slot::Previous) {
        let width = width_of(&|slot| slot == Slot::Previous, PREVIOUS_WIDTHS);
        across.previous = Some((x, width));
        x += width + COLUMN_GAP;
    }
    let columns = if other { &Column::ALL[..] } else { &Column::ALL[..1] };
    for &column in columns {
        let at = column_index(column);
        across.main[at] = (x, width_of(&|slot| is_main(slot, column), limits));
        x += across.main[at].1 + SIDE_GAP;
        across.side[at] = (x, width_of(&|slot| is_side(slot, column), limits));
        x += across.side[at].1;
        across.right = x;
        x += COLUMN_GAP;
    }
    across
}

/// The width at which no line of a box would break.
fn natural_width(content: &Content, lang: Lang) -> f32 {
    let head = font::width(&head_text(content, lang), SIZE);
    let parts = content.parts.iter().map(|part| indent(part) + font::width(&part_text(part, lang), SIZE));
    let text = parts.fold(head, f32::max);
    (text + 2.0 * PADDING) / (1.0 - SLACK)
}

fn indent(part: &Part) -> f32 {
    INDENT * f32::from(part.level)
}

/// `label (n = 7,666)`, its number never parted from its sign.
fn with_number(label: &str, n: u32) -> String {
    format!("{label} (n\u{a0}=\u{a0}{})", grouped(n))
}

/// `1,234,567`.
pub fn grouped(n: u32) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn head_text(content: &Content, lang: Lang) -> String {
    let label = content.label.get(lang);
    let follows = content.parts.iter().any(|part| part.level > 0 && !part.open);
    let colon = if lang == Lang::Ja { "：" } else { ":" };
    match (content.n, follows) {
        (Some(n), true) => format!("{}{colon}", with_number(label, n)),
        (Some(n), false) => with_number(label, n),
        (None, _) => format!("{label}{colon}"),
    }
}

fn part_text(part: &Part, lang: Lang) -> String {
    with_number(part.label.get(lang), part.n)
}

fn blocks(content: &Content, lang: Lang, width: f32) -> Vec<Block> {
    let room = width * (1.0 - SLACK) - 2.0 * PADDING;
    let head =
        Block { flow_box: None, indent: PADDING, lines: font::wrap(&head_text(content, lang), SIZE, room), open: false, hanging: false };
    let parts = content.parts.iter().map(|part| Block {
        flow_box: part.flow_box,
        indent: PADDING + indent(part),
        lines: font::wrap_hanging(&part_text(part, lang), SIZE, room - indent(part), if part.level > 0 { HANGING } else { 0.0 }),
        open: part.open,
        hanging: part.level > 0,
    });
    std::iter::once(head).chain(parts).collect()
}

fn height(lines: usize) -> f32 {
    2.0 * PADDING + lines as f32 * LEADING - (LEADING - SIZE)
}

/// The row a slot stands in, from the top.
fn row_of(slot: Slot) -> usize {
    match slot {
        Slot::Previous | Slot::Identified(_) | Slot::Removed(_) => 0,
        Slot::Screened | Slot::ExcludedScreening => 1,
        Slot::Sought(_) | Slot::NotRetrieved(_) => 2,
        Slot::Assessed(_) | Slot::ExcludedFullText(_) => 3,
        Slot::Included => 4,
        Slot::Total => 5,
    }
}

const ROWS: usize = 6;

fn place_rows(contents: &[Content], lang: Lang, across: &Across, top: f32) -> Vec<Drawn> {
    let mut boxes: Vec<Drawn> = contents.iter().map(|content| place(content, lang, across)).collect();
    let mut y = top;
    for row in 0..ROWS {
        let in_row = || 0..boxes.len();
        let highest = in_row().filter(|&at| row_of(boxes[at].slot) == row).map(|at| boxes[at].rect.h).fold(0.0, f32::max);
        if highest == 0.0 {
            continue;
        }
        for drawn in boxes.iter_mut().filter(|drawn| row_of(drawn.slot) == row) {
            drawn.rect.y = y;
        }
        y += highest + ROW_GAP;
    }
    boxes
}

/// A box at its place across and of its size; its row gives the height at which it begins.
fn place(content: &Content, lang: Lang, across: &Across) -> Drawn {
    let (x, w) = match content.slot {
        Slot::Previous => across.previous.unwrap_or_default(),
        Slot::Identified(c) | Slot::Sought(c) | Slot::Assessed(c) => across.main[column_index(c)],
        Slot::Removed(c) | Slot::NotRetrieved(c) | Slot::ExcludedFullText(c) => across.side[column_index(c)],
        Slot::Screened | Slot::Included | Slot::Total => across.main[0],
        Slot::ExcludedScreening => across.side[0],
    };
    let blocks = blocks(content, lang, w);
    let h = height(blocks.iter().map(|block| block.lines.len()).sum());
    let open = content.parts.iter().any(|part| part.open);
    Drawn { slot: content.slot, flow_box: content.flow_box, rect: Rect { x, y: 0.0, w, h }, blocks, open }
}

fn banner(counts: &Counts, lang: Lang, across: &Across, y: f32) -> Option<Banner> {
    let open = counts.still_open();
    if open == 0 {
        return None;
    }
    let (a, b) = (&counts.databases.open, &counts.other.open);
    let waiting = [
        (a.screening() + b.screening(), Text::new("一次スクリーニング", "title and abstract")),
        (a.retrieval + b.retrieval, Text::new("報告の入手", "retrieval")),
        (a.full_text() + b.full_text(), Text::new("二次スクリーニング", "full text")),
    ];
    let waiting: Vec<String> =
        waiting.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{}\u{a0}{}", what.get(lang), grouped(*n))).collect();
    let text = match lang {
        Lang::Ja => format!("途中経過：未決 {}件（{}）", grouped(open), waiting.join("、")),
        Lang::En => format!("In progress: {} still open ({})", grouped(open), waiting.join(", ")),
    };
    let x = MARGIN;
    let w = across.right - MARGIN;
    let lines = font::wrap(&text, SIZE, w * (1.0 - SLACK) - 2.0 * PADDING);
    Some(Banner { rect: Rect { x, y, w, h: height(lines.len()) }, lines })
}

fn headings(counts: &Counts, lang: Lang, across: &Across, other: bool, y: f32) -> Vec<Heading> {
    let mut over = Vec::new();
    if let Some((x, w)) = across.previous {
        over.push((content::previous_heading(), x, w, false));
    }
    let columns = if other { &Column::ALL[..] } else { &Column::ALL[..1] };
    for &column in columns {
        let at = column_index(column);
        let (x, side) = (across.main[at].0, across.side[at]);
        over.push((content::heading(counts, column), x, side.0 + side.1 - x, column == Column::Databases));
    }
    let wrapped: Vec<_> = over
        .into_iter()
        .map(|(text, x, w, main)| (font::wrap(text.get(lang), SIZE, w * (1.0 - SLACK) - 2.0 * PADDING), x, w, main))
        .collect();
    let h = height(wrapped.iter().map(|(lines, ..)| lines.len()).max().unwrap_or(1));
    wrapped.into_iter().map(|(lines, x, w, main)| Heading { rect: Rect { x, y, w, h }, lines, main }).collect()
}

fn phases(boxes: &[Drawn], lang: Lang) -> Vec<Phase> {
    let span = |rows: std::ops::RangeInclusive<usize>| {
        let inside = || boxes.iter().filter(|drawn| rows.contains(&row_of(drawn.slot))).map(|drawn| drawn.rect);
        let top = inside().map(|rect| rect.y).fold(f32::INFINITY, f32::min);
        let bottom = inside().map(|rect| rect.bottom()).fold(0.0, f32::max);
        Rect { x: MARGIN, y: top, w: BAND, h: bottom - top }
    };
    let spans = [span(0..=0), span(1..=3), span(4..=5)];
    content::phases()
        .iter()
        .zip(spans)
        .map(|(text, mut rect)| {
            // A label longer than its rows reaches out of them on both sides; the rows' gap has room for it.
            let wanted = font::width(text.get(lang), SIZE) + PADDING;
            if wanted > rect.h {
                rect.y -= (wanted - rect.h) / 2.0;
                rect.h = wanted;
            }
            Phase { rect, label: text.get(lang).to_owned() }
        })
        .collect()
}

fn arrows(boxes: &[Drawn]) -> Vec<Vec<(f32, f32)>> {
    let at = |slot| boxes.iter().find(|drawn| drawn.slot == slot).map(|drawn| drawn.rect);
    let down = |from: Rect, to: Rect| vec![(from.middle(), from.bottom()), (from.middle(), to.y)];
    let across = |from: Rect, to: Rect| {
        let y = from.y + from.h.min(to.h) / 2.0;
        vec![(from.right(), y), (to.x, y)]
    };
    let mut arrows = Vec::new();
    let mut join = |from, to, how: &dyn Fn(Rect, Rect) -> Vec<(f32, f32)>| {
        if let (Some(from), Some(to)) = (at(from), at(to)) {
            arrows.push(how(from, to));
        }
    };
    use Column::{Databases, Other};
    join(Slot::Identified(Databases), Slot::Screened, &down);
    join(Slot::Screened, Slot::Sought(Databases), &down);
    join(Slot::Assessed(Databases), Slot::Included, &down);
    join(Slot::Identified(Other), Slot::Sought(Other), &down);
    for column in Column::ALL {
        join(Slot::Sought(column), Slot::Assessed(column), &down);
        join(Slot::Identified(column), Slot::Removed(column), &across);
        join(Slot::Sought(column), Slot::NotRetrieved(column), &across);
        join(Slot::Assessed(column), Slot::ExcludedFullText(column), &across);
    }
    join(Slot::Screened, Slot::ExcludedScreening, &across);
    join(Slot::Included, Slot::Total, &down);
    // Around: from the other column down and left into the included box, from the earlier version down and right.
    join(Slot::Assessed(Other), Slot::Included, &|from, to| {
        let y = to.y + to.h / 2.0;
        vec![(from.middle(), from.bottom()), (from.middle(), y), (to.right(), y)]
    });
    join(Slot::Previous, Slot::Total, &|from, to| {
        let y = to.y + to.h / 2.0;
        vec![(from.middle(), from.bottom()), (from.middle(), y), (to.x, y)]
    });
    arrows
}

fn notes(counts: &Counts, lang: Lang, width: f32) -> Vec<String> {
    let (a, b) = (&counts.databases, &counts.other);
    let elsewhere = [
        (a.elsewhere_title_abstract + b.elsewhere_title_abstract, Text::new("一次スクリーニング", "at title and abstract")),
        (a.elsewhere_full_text + b.elsewhere_full_text, Text::new("二次スクリーニング", "at full text")),
    ];
    let elsewhere: Vec<String> = elsewhere
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, stage)| match lang {
            Lang::Ja => format!("{}{}件", stage.get(lang), grouped(*n)),
            Lang::En => format!("{} {}", grouped(*n), stage.get(lang)),
        })
        .collect();
    let mut notes = Vec::new();
    if !elsewhere.is_empty() {
        let text = match lang {
            Lang::Ja => format!("他のツールで行われ、取り込まれた判定を含む：{}。", elsewhere.join("、")),
            Lang::En => format!("Includes decisions made in another tool and imported: {}.", elsewhere.join(", ")),
        };
        notes.extend(font::wrap(&text, SMALL, width));
    }
    notes
}
