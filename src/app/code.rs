//! The code blocks in the window of the transcript: their words are asked for, they are looked at
//! sideways, and copied.

use crate::text::{clipboard_text, width};

use super::App;
use super::action::Action;
use super::effect::Effect;
use super::transcript::{FrameLine, LineKind};
use crate::port::Severity;

/// The columns of one step sideways.
const SIDEWAYS: u16 = 8;

/// The columns of a line of the transcript's text, where it may be wider than its pane.
fn columns(line: &FrameLine) -> usize {
    if let Some((line, _)) = line.block.rich.as_ref().and_then(|rich| rich.line(line.spot.line)) {
        return line.columns as usize;
    }
    let LineKind::Text(range) = line.kind() else { return 0 };
    let text = line.block.text.as_str().get(range.start as usize..range.end as usize);
    text.map_or(0, width)
}

impl App {
    /// Looks further right along the lines that are wider than the pane.
    pub(super) fn look_right(&mut self) {
        let before = self.sideways;
        self.sideways = before.saturating_add(SIDEWAYS).min(self.columns_beyond());
        if self.sideways <= before {
            let words = if before == 0 {
                "no line here is wider than its pane"
            } else {
                "this is the right end of the longest line"
            };
            self.tell(Severity::Info, words);
        }
    }

    /// Looks back to the left.
    pub(super) fn look_left(&mut self) {
        if self.sideways == 0 {
            self.tell(Severity::Info, "lines are shown from their left end");
        }
        self.sideways = self.sideways.saturating_sub(SIDEWAYS);
    }

    /// Nobody looks further right than the longest line of the window goes.
    pub(super) fn settle_sideways(&mut self) {
        if self.sideways > 0 {
            self.sideways = self.sideways.min(self.columns_beyond());
        }
    }

    /// By how many columns the longest line of the window is wider than its pane.
    fn columns_beyond(&self) -> u16 {
        let room = usize::from(self.text_columns());
        let longest = self.tab().transcript.frame.iter().map(columns).max().unwrap_or(0);
        u16::try_from(longest.saturating_sub(room)).unwrap_or(u16::MAX)
    }

    /// Asks for the words of the code blocks in the window, each once.
    pub(super) fn ask_for_words(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let tab = &self.tabs[self.current];
        let mut last = None;
        for line in &tab.transcript.frame {
            let code = line.block.rich.as_ref().and_then(|rich| rich.code(line.spot.line));
            let Some((key, code)) = code.filter(|(key, _)| last != Some(*key)) else { continue };
            last = Some(*key);
            let (text, language) = (code.text.as_str(), code.language.as_str());
            effects.extend(self.highlights.want(*key, text, language));
        }
        effects
    }

    /// Copies the code block of the cursor, or the first one of the selected message below it.
    pub(super) fn copy_code(&mut self) -> Vec<Effect> {
        let cursor = self.tab().transcript.cursor();
        let below = |line: &&FrameLine| line.spot >= cursor && line.spot.index == cursor.index;
        let mut lines = self.tab().transcript.frame.iter().filter(below);
        let code = lines.find_map(|line| {
            let (_, code) = line.block.rich.as_ref()?.code(line.spot.line)?;
            Some(clipboard_text(code.text.as_str()))
        });
        if let Some(text) = code {
            return vec![Effect::Copy { text, what: "code" }];
        }
        let key = self.key(Action::CopyMessage);
        let words = format!("no code at the cursor; {key} copies the whole message");
        self.tell(Severity::Info, &words);
        Vec::new()
    }
}
