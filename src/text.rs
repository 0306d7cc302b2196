//! Text for the screen: cleaned, measured, truncated and wrapped.
//!
//! ```text
//!  raw text, or a part of it ─► clean (cannot control the terminal)
//!           ─► wrap (lines of cells) ─► the painter, which accepts only `Clean`
//! ```
//!
//! Must not know messages, panes, colours or the origin of a text.

mod class;
mod clean;
mod compose;
mod ellipsis;
mod pairs;
mod quantity;
mod raw_view;
mod sanitise;
pub mod segments;
mod shown;
mod visual;
mod width;
mod wrap;

pub use class::{is_hidden, is_unsafe, may_be_hidden, may_be_unsafe};
pub use clean::{
    Clean, clean_line, clean_line_within, clean_owned, clean_text, clipboard_text, document_text,
    seen_title, title,
};
pub use compose::Composer;
pub use ellipsis::{ellipsis, ellipsis_within};
pub use pairs::each_pair;
pub use quantity::{counted, grouped, size};
pub use raw_view::source_text;
pub use shown::{SourceView, shown};
pub use visual::{BaseDirection, mirrored, visual_order};
pub use width::{
    Ambiguous, Clusters, ambiguous, cluster_width, cut, graphemes, is_drawing, set_ambiguous, width,
};
pub use wrap::{Wrapping, wrap};

#[cfg(test)]
pub(crate) use clean::tests::{
    assert_clean as assert_clean_for_tests, hostile as hostile_for_tests,
};

/// Converts an offset or a count to `u32`; saturates at 4 GiB.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
