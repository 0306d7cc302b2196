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
            CopyRoute::Tmux => (Severity::Info, format!("{what}: copied {count} through tmux")),
            CopyRoute::Terminal if sent < of => {
                let sent = grouped(*sent);
                let sentence = format!(
                    "{what}: copied only {sent} of {count} · press {export} to save it all"
                );
                (Severity::Warning, sentence)
            }
            CopyRoute::Terminal => {
                let sentence =
                    format!("{what}: copied {count} · nothing to paste? press {export} to save");
                (Severity::Info, sentence)
            }
            CopyRoute::Nowhere(why) => {
                (Severity::Warning, format!("{what} not copied: {why} · press {export} to save it"))
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
        assert_eq!(said(CopyRoute::Tmux, 1, 1), "message: copied 1 character through tmux");
        let sent = "message: copied 5 characters · nothing to paste? press e to save";
        assert_eq!(said(CopyRoute::Terminal, 5, 5), sent);
        let cut = "message: copied only 74,994 of 100,000 characters · press e to save it all";
        assert_eq!(said(CopyRoute::Terminal, 74_994, 100_000), cut);
        let none = "message not copied: no clipboard · press e to save it";
        assert_eq!(said(CopyRoute::Nowhere("no clipboard".to_owned()), 0, 9), none);
        for sentence in [sent, cut] {
            assert!(sentence.chars().count() < 80, "the advice stands at the end: {sentence}");
        }
        assert_eq!(said(CopyRoute::Clipboard, 0, 0), "message: there is nothing to copy");
    }
}
