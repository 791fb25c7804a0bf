//! The PRISMA 2020 flow figure: what stands in it (`content`), where (`layout`), how it is drawn (`svg`), and the same as PNG
//! and PDF (`render`). Its one rule: text is measured with the font that is embedded, and the picture of a page, a PNG and a
//! PDF are the same SVG.

pub mod content;
mod font;
mod layout;
mod render;
mod svg;
mod upset;

use crate::export::ReasonNames;
use crate::model::{Counts, Lang};

pub use render::{MAX_PIXELS, RenderError, pdf, png};
pub use upset::upset;

/// Whether the other-methods column is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherColumn {
    /// When it counts anything or such a source was searched.
    #[default]
    Auto,
    Yes,
    No,
}

/// Everything the figure shows.
#[derive(Clone, Copy, Debug)]
pub struct Figure<'a> {
    pub counts: &'a Counts,
    pub names: &'a ReasonNames,
    /// Of the review; part of the figure's accessible name, not drawn.
    pub title: &'a str,
    pub other: OtherColumn,
    /// Address before a box key: with it every box is a link. A page that makes its boxes live itself leaves it out.
    pub link: Option<&'a str>,
}

impl Figure<'_> {
    fn shows_other(&self) -> bool {
        match self.other {
            OtherColumn::Auto => content::has_other(self.counts),
            OtherColumn::Yes => true,
            OtherColumn::No => false,
        }
    }
}

/// The figure as a standalone SVG document of fixed size, in CSS pixels.
///
/// For a page that shows it: boxes are `<g class="box" data-box="KEY">` (`box open` while work in them is open), lines with a
/// list of their own `<g class="part" data-box="KEY">` inside; the rest has the classes `paper`, `interim`, `heading` (`heading
/// main`), `phase`, `arrows` with `head`, and `notes`; the root is `prisma-flow` (`prisma-flow in-progress`). Colours are
/// presentation attributes, so that any style sheet wins over them.
pub fn svg(figure: &Figure<'_>, lang: Lang) -> String {
    svg::draw(&layout::layout(figure, lang), figure, lang)
}

#[cfg(test)]
mod tests;
