//! The clipboard: through tmux where that is around us, else by OSC 52, which a terminal may
//! refuse without saying so. What is said to the person names the way it went.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

use crate::app::event::Event;
use crate::app::notice::Weight;
use crate::io::key::KEY_VARIABLES;

/// What terminals take by OSC 52, in bytes of text; many cut or refuse more.
const OSC_52: usize = 74_994;
/// How long tmux may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Copies a text. What cannot be done here is left to the terminal: the draw thread writes the
/// sequence, so that it cannot fall into a frame.
pub fn copy(text: String, what: &'static str) -> Event {
    if std::env::var_os("TMUX").is_some_and(|tmux| !tmux.is_empty()) && through_tmux(&text) {
        return Event::Told(Weight::Info, format!("{what} copied through tmux"));
    }
    Event::ClipboardLeft { text, what }
}

/// Sends a text to the clipboard of the terminal that `out` writes to.
pub fn copy_by_terminal(out: &mut impl Write, text: &str, what: &str) -> (Weight, String) {
    let (part, rest) = cut(text);
    match execute!(out, CopyToClipboard::to_clipboard_from(part)) {
        Err(error) => (Weight::Warning, format!("{what} not copied: {error}")),
        Ok(()) if rest > 0 => {
            let sent = part.len();
            let sentence = format!(
                "only the first {sent} bytes of the {what} sent to the terminal's clipboard \
                 (OSC 52 takes no more); {rest} left out"
            );
            (Weight::Warning, sentence)
        }
        Ok(()) => (
            Weight::Info,
            format!("{what} sent to the terminal's clipboard (OSC 52; it may refuse)"),
        ),
    }
}

fn cut(text: &str) -> (&str, usize) {
    let part = text.get(..text.floor_char_boundary(OSC_52)).unwrap_or(text);
    (part, text.len() - part.len())
}

fn through_tmux(text: &str) -> bool {
    let mut command = Command::new("tmux");
    command.args(["load-buffer", "-w", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    for name in KEY_VARIABLES {
        command.env_remove(name);
    }
    let Ok(mut child) = command.spawn() else { return false };
    let written =
        child.stdin.take().is_some_and(|mut pipe| pipe.write_all(text.as_bytes()).is_ok());
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return written && status.success(),
            Ok(None) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
            Ok(None) | Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let text = "é".repeat(OSC_52);
        let (part, rest) = cut(&text);
        assert_eq!(part.len(), OSC_52 & !1);
        assert_eq!(rest, text.len() - part.len());
        assert_eq!(cut("short"), ("short", 0));
    }
}
