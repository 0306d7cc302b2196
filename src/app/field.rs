//! A field of one line that a person types into, with a history.

use tui_input::{Input, InputRequest};

use super::action::Action;

/// What a paste may add at most, in bytes.
const LONGEST: usize = 4 << 10;
/// How many entries a history holds.
const REMEMBERED: usize = 100;

/// The text and the cursor.
#[derive(Clone, Debug, Default)]
pub struct TextField {
    input: Input,
    /// Where in the history the shown text is from, counted from the newest; 0 is the typed one.
    back: usize,
    typed: String,
}

impl TextField {
    /// A field that holds a text, with the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self { input: Input::new(text.to_owned()), back: 0, typed: text.to_owned() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The display column of the cursor.
    pub fn cursor(&self) -> usize {
        self.input.visual_cursor()
    }

    /// The byte of the text that the cursor is before.
    pub fn cursor_byte(&self) -> usize {
        let text = self.text();
        text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at)
    }

    /// Puts another text there, with the cursor before this byte of it.
    pub fn set(&mut self, text: &str, cursor: usize) {
        let before = text.get(..text.floor_char_boundary(cursor)).unwrap_or(text);
        self.input = Input::new(text.to_owned()).with_cursor(before.chars().count());
        self.back = 0;
    }

    /// The first display column to show so that the cursor is within `columns`.
    pub fn scroll(&self, columns: usize) -> usize {
        self.input.visual_scroll(columns.saturating_sub(1))
    }

    /// Inserts what was typed or pasted: breaks become blanks, control and invisible characters
    /// are dropped, and it ends at 4 KiB.
    pub fn insert(&mut self, text: &str) {
        for letter in text.chars().take(LONGEST) {
            let letter = if matches!(letter, '\n' | '\t' | '\r') { ' ' } else { letter };
            let size = self.text().len() + letter.len_utf8();
            if !crate::text::is_hidden(letter) && !letter.is_control() && size <= LONGEST {
                self.input.handle(InputRequest::InsertChar(letter));
            }
        }
        self.back = 0;
    }

    /// Does an editing action; `false` when it is none.
    pub fn edit(&mut self, action: Action) -> bool {
        let request = match action {
            Action::InputLeft => InputRequest::GoToPrevChar,
            Action::InputRight => InputRequest::GoToNextChar,
            Action::InputWordLeft => InputRequest::GoToPrevWord,
            Action::InputWordRight => InputRequest::GoToNextWord,
            Action::InputStart => InputRequest::GoToStart,
            Action::InputEnd => InputRequest::GoToEnd,
            Action::DeleteBack => InputRequest::DeletePrevChar,
            Action::DeleteForward => InputRequest::DeleteNextChar,
            Action::DeleteWord => InputRequest::DeletePrevWord,
            Action::DeleteToEnd => InputRequest::DeleteTillEnd,
            Action::DeleteToStart => {
                let rest: String = self.text().chars().skip(self.input.cursor()).collect();
                self.input = Input::new(rest).with_cursor(0);
                return true;
            }
            _ => return false,
        };
        self.input.handle(request);
        true
    }

    /// Takes an older text out of the history.
    pub fn older(&mut self, history: &History) {
        if self.back == 0 {
            self.input.value().clone_into(&mut self.typed);
        }
        if let Some(text) = history.entry(self.back + 1) {
            self.back += 1;
            self.input = Input::new(text.to_owned());
        }
    }

    /// Takes a newer text out of the history, and in the end what was typed.
    pub fn newer(&mut self, history: &History) {
        if self.back == 0 {
            return;
        }
        self.back -= 1;
        let text = history.entry(self.back).unwrap_or(&self.typed);
        self.input = Input::new(text.to_owned());
    }
}

/// What was accepted before, for this run of the program only.
#[derive(Clone, Debug, Default)]
pub struct History {
    entries: Vec<String>,
}

impl History {
    /// Adds an accepted text; an empty one and a repetition are left out.
    pub fn add(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.entries.retain(|entry| entry != text);
        self.entries.push(text.to_owned());
        if self.entries.len() > REMEMBERED {
            self.entries.remove(0);
        }
    }

    /// The entry so many steps back; 1 is the newest.
    fn entry(&self, back: usize) -> Option<&str> {
        let at = self.entries.len().checked_sub(back)?;
        (back > 0).then(|| self.entries.get(at).map(String::as_str)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readline_keys_edit() {
        let mut field = TextField::new("one two three");
        field.edit(Action::DeleteWord);
        assert_eq!(field.text(), "one two ");
        field.edit(Action::InputStart);
        field.edit(Action::InputWordRight);
        field.edit(Action::DeleteToEnd);
        assert_eq!(field.text(), "one ");
        field.insert("é");
        field.edit(Action::InputLeft);
        field.edit(Action::DeleteToStart);
        assert_eq!((field.text(), field.cursor()), ("é", 0));
        field.edit(Action::DeleteForward);
        assert_eq!(field.text(), "");
    }

    #[test]
    fn a_paste_is_cleaned_and_bounded() {
        let mut field = TextField::default();
        field.insert("a\nb\u{1b}[31mc\u{200b}");
        assert_eq!(field.text(), "a b[31mc");
        field.insert(&"x".repeat(10_000_000));
        assert!(field.text().len() <= LONGEST);
    }

    #[test]
    fn the_cursor_is_found_by_bytes() {
        let mut field = TextField::new("né x");
        assert_eq!(field.cursor_byte(), 5);
        field.edit(Action::InputWordLeft);
        assert_eq!(field.cursor_byte(), 4);
        field.set("née", 3);
        assert_eq!((field.text(), field.cursor_byte(), field.cursor()), ("née", 3, 2));
    }

    #[test]
    fn the_history_gives_back_what_was_typed() {
        let mut history = History::default();
        for text in ["one", "two", "", "one"] {
            history.add(text);
        }
        let mut field = TextField::new("dra");
        field.insert("ft");
        field.older(&history);
        assert_eq!(field.text(), "one");
        field.older(&history);
        field.older(&history);
        assert_eq!(field.text(), "two");
        field.newer(&history);
        field.newer(&history);
        assert_eq!(field.text(), "draft");
    }
}
