//! What the edges report to the application.

use crate::query::View;

use super::copied::Copied;
use super::{ExportTicket, Severity, TaskAnswer};

/// What an edge did or found.
#[derive(Debug)]
pub enum Fact {
    /// A worker answered a task.
    Answered(TaskAnswer),
    /// No clipboard of this machine took the text: the terminal may.
    ClipboardLeft {
        /// The text.
        text: String,
        /// What it is, for the notice.
        what: &'static str,
    },
    /// A text was copied, or could not be.
    Copied(Copied),
    /// A view is in the config now; the path of that, cleaned.
    ViewSaved(View, String),
    /// This many messages of an export are written.
    ExportProgressed(ExportTicket, u64),
    /// An export ended: a sentence for the person.
    Exported(ExportTicket, Severity, String),
    /// A request succeeded or failed: a sentence for the person.
    Notice(Severity, String),
}
