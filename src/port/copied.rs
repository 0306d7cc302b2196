//! What became of a copy, and the sentence that tells it.
//!
//! A clipboard can be far away and may refuse without saying so; the sentence names the way that
//! the text went, and promises no more than is known. Must not know how a text gets there.

use crate::port::Severity;
use crate::text::grouped;

/// The way that a text went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CopyRoute {
    /// To the clipboard of the system, which took it.
    Clipboard,
    /// To the clipboard of the system, which has it only while this program runs.
    Lent,
    /// Through tmux, which took it.
    Tmux,
    /// To the terminal by OSC 52, which gives no answer.
    Terminal,
    /// Nowhere, and why.
    Nowhere(String),
}

/// What became of a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copied {
    /// What was to be copied: `message`.
    pub what: &'static str,
    /// The way.
    pub way: CopyRoute,
    /// The characters that went that way.
    pub sent: usize,
    /// The characters that it has.
    pub of: usize,
}

impl Copied {
    /// What the person is told; `export` is the key that writes a file instead.
    pub fn sentence(&self, export: &str) -> (Severity, String) {
        let Self { what, way, sent, of } = self;
        let characters = if *of == 1 { "character" } else { "characters" };
        let count = format!("{} {characters}", grouped(*of));
        match way {
            _ if *of == 0 => (Severity::Warning, format!("{what}: there is nothing to copy")),
            CopyRoute::Clipboard => {
                (Severity::Info, format!("{what}: copied {count} to the clipboard"))
            }
            CopyRoute::Lent => {
                let sentence =
                    format!("{what}: copied {count} to the clipboard, until this program ends");
                (Severity::Info, sentence)
            }
            CopyRoute::Tmux => (Severity::Info, format!("{what}: copied {count} through tmux")),
            CopyRoute::Terminal if sent < of => {
                let sent = grouped(*sent);
                let sentence = format!(
                    "{what}: only {sent} of {count} sent by OSC 52; {export} writes a file"
                );
                (Severity::Warning, sentence)
            }
            CopyRoute::Terminal => {
                let sentence =
                    format!("{what}: {count} sent by OSC 52; if refused, {export} writes a file");
                (Severity::Info, sentence)
            }
            CopyRoute::Nowhere(why) => {
                (Severity::Warning, format!("{what} not copied: {why}; {export} writes a file"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(way: CopyRoute, sent: usize, of: usize) -> String {
        Copied { what: "message", way, sent, of }.sentence("e").1
    }

    #[test]
    fn the_sentence_names_the_way_and_promises_no_more_than_is_known() {
        let whole = "message: copied 1,234 characters to the clipboard";
        assert_eq!(said(CopyRoute::Clipboard, 1234, 1234), whole);
        let lent = "message: copied 2 characters to the clipboard, until this program ends";
        assert_eq!(said(CopyRoute::Lent, 2, 2), lent);
        assert_eq!(said(CopyRoute::Tmux, 1, 1), "message: copied 1 character through tmux");
        let sent = "message: 5 characters sent by OSC 52; if refused, e writes a file";
        assert_eq!(said(CopyRoute::Terminal, 5, 5), sent);
        let cut = "message: only 74,994 of 100,000 characters sent by OSC 52; e writes a file";
        assert_eq!(said(CopyRoute::Terminal, 74_994, 100_000), cut);
        let none = "message not copied: no clipboard can be reached; e writes a file";
        assert_eq!(said(CopyRoute::Nowhere("no clipboard can be reached".to_owned()), 0, 9), none);
        for sentence in [lent, sent, cut] {
            assert!(sentence.len() < 80, "the advice stands at the end: {sentence}");
        }
        assert_eq!(said(CopyRoute::Clipboard, 0, 0), "message: there is nothing to copy");
    }
}
