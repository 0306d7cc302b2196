//! The lines of the help: the keys that work where a person is, and the forms of a query.
//!
//! Made from the table of actions, the key map and the table of query fields. Must not know how
//! they are painted.

use crate::query::{FIELDS, FORMS};

use super::super::action::{Action, ActionGroup, ActionRow, KeyContext, TABLE};
use super::super::event::MouseEvent;
use super::super::geometry::Pane;
use super::super::motion::{WHEEL_LINES, lines_of, movement};
use super::super::transcript::Direction;
use super::context::LayerContext;
use super::{LayerState, Reply, Typing};

/// A line of the help.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HelpLine {
    /// An empty one.
    Blank,
    /// The heading of a group.
    Heading(&'static str),
    /// Keys, or a form of a query, and what they do.
    Key(String, &'static str),
}

/// What an upper-case letter does, and how that is shown.
const CASE: &str = "with a capital letter: case-sensitive, shown as Aa";

/// The help.
#[derive(Debug, Default)]
pub struct Help {
    /// The first line shown.
    pub top: usize,
    /// Whether it lies over the dialog of an export.
    pub is_over_export: bool,
}

impl Help {
    fn scroll(&mut self, lines: usize, way: Direction) {
        self.top = match way {
            Direction::Down => self.top.saturating_add(lines),
            Direction::Up => self.top.saturating_sub(lines),
        };
    }

    /// The lines for where the person is.
    pub fn lines(&self, context: &LayerContext<'_>) -> Vec<HelpLine> {
        let mut lines = Vec::new();
        if self.is_over_export {
            lines.extend(context.help_of_export());
        }
        lines.extend(context.help_lines());
        lines
    }
}

impl LayerState for Help {
    fn typing(&self) -> Typing {
        Typing::No
    }

    fn on_action(&mut self, action: Action, _: &LayerContext<'_>) -> Reply {
        if let Some((motion, way)) = movement(action) {
            self.scroll(lines_of(motion, 20), way);
            return Reply::done();
        }
        match action {
            Action::Back | Action::Quit | Action::Help | Action::GoOut => Reply::close(),
            Action::QuitNow | Action::Redraw | Action::Suspend => Reply::Pass,
            _ => Reply::ClosePass,
        }
    }

    fn on_mouse(&mut self, event: MouseEvent, _: &LayerContext<'_>) -> Reply {
        match event {
            MouseEvent::WheelDown(..) => self.scroll(WHEEL_LINES, Direction::Down),
            MouseEvent::WheelUp(..) => self.scroll(WHEEL_LINES, Direction::Up),
            MouseEvent::Pressed(..) => return Reply::close(),
            MouseEvent::Dragged(..) | MouseEvent::Released => {}
        }
        Reply::done()
    }

    /// The help ends with its last line.
    fn refresh(&mut self, context: &LayerContext<'_>) {
        let last = self.lines(context).len().saturating_sub(context.help_height());
        self.top = self.top.min(last);
    }
}

impl LayerContext<'_> {
    fn help_lines(&self) -> Vec<HelpLine> {
        // The help lies over a place; its keys are the ones that are wanted, and those of typing.
        let here = match self.focus {
            Pane::Sessions => KeyContext::Sessions,
            Pane::Transcript => KeyContext::Transcript,
            Pane::Metadata => KeyContext::Metadata,
        };
        let mut lines = Vec::new();
        for group in ActionGroup::ALL {
            let rows = TABLE.iter().filter(|row| row.group == group);
            let rows = rows.filter(|row| {
                [here, KeyContext::Everywhere, KeyContext::Input].contains(&row.place)
            });
            let rows = rows.filter(|row| row.action.scope_number().is_none());
            let rows: Vec<_> =
                rows.filter_map(|row| Some((self.keys_here(here, row)?, row.help))).collect();
            if rows.is_empty() {
                continue;
            }
            lines.push(HelpLine::Heading(group.heading()));
            lines.extend(rows.into_iter().map(|(keys, help)| HelpLine::Key(keys, help)));
            if group == ActionGroup::Load {
                let words = "Switch to the scope of this number";
                let keys = format!("{} … {}", self.key(Action::Scope1), self.key(Action::Scope9));
                lines.push(HelpLine::Key(keys, words));
            }
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Heading("Queries, for search and filter"));
        for (form, help) in FORMS {
            lines.push(HelpLine::Key((*form).to_owned(), help));
        }
        lines.push(HelpLine::Key("Word".to_owned(), CASE));
        for field in &FIELDS {
            lines.push(HelpLine::Key(field.example.to_owned(), field.help));
        }
        lines
    }

    /// The keys of the dialog of an export.
    fn help_of_export(&self) -> Vec<HelpLine> {
        let keys = |actions: [Action; 4]| actions.map(|action| self.key(action)).join("  ");
        let rows = keys([Action::MoveDown, Action::MoveUp, Action::InputDown, Action::InputUp]);
        let values = keys([Action::GoOut, Action::GoIn, Action::InputLeft, Action::InputRight]);
        vec![
            HelpLine::Heading("Export"),
            HelpLine::Key(rows, "Choose a row: what, the form, the ids, the texts"),
            HelpLine::Key(values, "Take the other value of the row, like Space"),
            HelpLine::Key("M H T J N C".to_owned(), "Take the form that begins with this letter"),
            HelpLine::Key(self.key(Action::Accept), "Write the file"),
            HelpLine::Blank,
        ]
    }

    /// The keys of an action at a place; [`None`] where the place has taken them all for something
    /// else.
    fn keys_here(&self, here: KeyContext, row: &ActionRow) -> Option<String> {
        let keymap = &self.settings.keymap;
        if keymap.key_of(row.action).is_none() {
            return Some("(no key)".to_owned());
        }
        let places = if row.place == KeyContext::Input {
            [KeyContext::Input; 2]
        } else {
            [here, KeyContext::Everywhere]
        };
        let keys = keymap.keys_at(&places, row.action);
        (!keys.is_empty()).then(|| keys.join("  "))
    }

    /// How many lines of the help fit into the window: it leaves the top and the bottom line free
    /// and has a border.
    fn help_height(&self) -> usize {
        usize::from(self.size.rows.saturating_sub(4))
    }
}
