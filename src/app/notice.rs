//! What the program says to the person: one short thing at a time.

use crate::port::Severity;
use crate::text::Clean;
use crate::time::Millis;

/// How long a notice stays, in milliseconds.
const STAYS: Millis = 5_000;

/// One notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What is said.
    pub text: Clean<'static>,
    /// How much it matters.
    pub weight: Severity,
    /// When it goes away.
    pub until: Millis,
}

impl Notice {
    /// A notice that goes away by itself.
    pub fn new(weight: Severity, text: &str, now: Millis) -> Self {
        let text = crate::text::clean_line_within(text, 400).into_owned();
        let stays = if weight == Severity::Info { STAYS } else { 2 * STAYS };
        Self { text, weight, until: now.saturating_add(stays) }
    }
}
