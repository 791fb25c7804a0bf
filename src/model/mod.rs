//! The nouns of the domain as plain data. Ring 0: imports nothing of ours, does nothing but hold what is true.

pub mod dedup;
pub mod flow;
pub mod ids;
pub mod import;
pub mod overlap;
pub mod record;
pub mod screening;
pub mod text;

pub use dedup::*;
pub use flow::*;
pub use ids::*;
pub use import::*;
pub use overlap::*;
pub use record::*;
pub use screening::*;
pub use text::*;
