//! The figure's SVG as PNG and PDF, with the embedded font only, so that every machine draws the same. Its one rule: it draws
//! what `svg` gave and knows nothing of PRISMA; no file, system font or address is ever read.

use std::sync::{Arc, LazyLock};

use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::font::{FAMILY, FONT};
use crate::model::Lang;

/// Pixels a PNG may have: 64 million, 256 MB while it is drawn.
pub const MAX_PIXELS: u64 = 64_000_000;
/// CSS pixels are 1/96 inch, PDF's points 1/72.
const POINTS_PER_PIXEL: f32 = 72.0 / 96.0;

/// Why a picture was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("the figure is not well-formed SVG: {0}")]
    Svg(String),
    #[error("a picture of {width} × {height} pixels is larger than {MAX_PIXELS} pixels")]
    TooLarge { width: u64, height: u64 },
    #[error("the picture could not be written: {0}")]
    Write(String),
}

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_source(Source::Binary(Arc::new(FONT)));
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_serif_family(FAMILY);
    Arc::new(fonts)
});

fn tree(svg: &str) -> Result<Tree, RenderError> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: Arc::clone(&FONTS),
        image_href_resolver: ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) },
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| RenderError::Svg(error.to_string()))
}

/// The SVG as PNG, `scale` pixels per CSS pixel (3.125 gives 300 dpi).
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, RenderError> {
    let tree = tree(svg)?;
    let side = |length: f32| (f64::from(length) * f64::from(scale)).ceil().max(1.0) as u64;
    let (width, height) = (side(tree.size().width()), side(tree.size().height()));
    let too_large = || RenderError::TooLarge { width, height };
    if width.saturating_mul(height) > MAX_PIXELS {
        return Err(too_large());
    }
    let fits = |side: u64| u32::try_from(side).map_err(|_| too_large());
    let mut picture = Pixmap::new(fits(width)?, fits(height)?).ok_or_else(too_large)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| RenderError::Write(error.to_string()))
}

/// The SVG as a PDF of one page of its size, its text selectable, its font embedded as far as it is used.
pub fn pdf(svg: &str, title: &str, lang: Lang) -> Result<Vec<u8>, RenderError> {
    let tree = tree(svg)?;
    let (width, height) = (tree.size().width() * POINTS_PER_PIXEL, tree.size().height() * POINTS_PER_PIXEL);
    let size = Size::from_wh(width, height).ok_or_else(|| RenderError::Svg("it has no size".to_owned()))?;
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.to_owned()).language(lang.as_str().to_owned()).creator("Erabi".to_owned()));
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    let drawn = surface.draw_svg(&tree, size, SvgSettings::default());
    surface.finish();
    page.finish();
    drawn.ok_or_else(|| RenderError::Write("the figure could not be drawn".to_owned()))?;
    document.finish().map_err(|error| RenderError::Write(format!("{error:?}")))
}
