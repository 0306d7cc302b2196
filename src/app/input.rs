//! What a person does at the terminal: keys become actions, text goes to the layer that takes it, and
//! the mouse selects, scrolls and drags.
//!
//! Must not know what an action does.

use super::App;
use super::action::{Action, KeyContext};
use super::chord::{Chord, Key};
use super::effect::{Effect, Mouse};
use super::event::MouseEvent;
use super::geometry::{Area, Pane, SESSION_ROWS};
use super::keymap::Found;
use super::layer::context::LayerContext;
use super::layer::{Layer, Reply, Typing};
use super::motion::WHEEL_LINES;
use super::transcript::Direction;
use crate::port::Severity;

/// What is held with the button down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dragged {
    /// The border between the list and the transcript.
    Divider,
    /// The scrollbar of the transcript.
    Scrollbar,
}

impl App {
    /// The places whose keys work now, the most special one first.
    pub fn places(&self) -> &'static [KeyContext] {
        let layer = self.layers.top().map(Layer::typing);
        match (layer, self.display.focus()) {
            (Some(Typing::Below | Typing::Inside), _) => &[KeyContext::Input],
            (Some(Typing::No), _) => &[KeyContext::Everywhere],
            (_, Pane::Sessions) => &[KeyContext::Sessions, KeyContext::Everywhere],
            (_, Pane::Transcript) => &[KeyContext::Transcript, KeyContext::Everywhere],
            (_, Pane::Metadata) => &[KeyContext::Metadata, KeyContext::Everywhere],
        }
    }

    pub(super) fn pressed(&mut self, chord: Chord) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| notice.weight == Severity::Info) {
            self.notice = None;
        }
        self.queries.stop_waiting();
        self.typed.push(chord);
        let mut found = self.settings.keymap.find(self.places(), &self.typed);
        if found == Found::Nothing && self.typed.len() > 1 {
            // The sequence leads nowhere: the last key stands for itself.
            self.typed = vec![chord];
            found = self.settings.keymap.find(self.places(), &self.typed);
        }
        match found {
            Found::Pending => Vec::new(),
            Found::Action(action) => {
                self.typed.clear();
                self.act(action)
            }
            Found::Nothing => {
                self.typed.clear();
                if matches!(self.layers.top(), Some(Layer::Export(_)))
                    && let Found::Action(action) =
                        self.settings.keymap.find(&[KeyContext::Everywhere], &[chord])
                    && matches!(
                        action,
                        Action::MoveUp
                            | Action::MoveDown
                            | Action::GoOut
                            | Action::GoIn
                            | Action::Help
                    )
                {
                    return self.act(action);
                }
                match chord {
                    Chord { ctrl: false, alt: false, key: Key::Char(letter) } => {
                        self.pasted(letter.encode_utf8(&mut [0; 4]))
                    }
                    _ if self.may_be_two(chord) => {
                        let mut effects = self.pressed(Chord::plain(Key::Esc));
                        effects.extend(self.pressed(Chord { alt: false, ..chord }));
                        effects
                    }
                    _ => Vec::new(),
                }
            }
        }
    }

    /// Whether it may be Esc and a key. Terminals of Unix send the same bytes for both, where it is the key
    /// of a character, and two keys that arrive together, as over a slow line, are taken for one. What
    /// somebody bound is meant, wherever that is; while text is typed, Alt is a part of keys that edit.
    fn may_be_two(&self, chord: Chord) -> bool {
        let is_one_byte = match chord.key {
            Key::Char(_) => true,
            Key::Enter | Key::Tab | Key::Backspace => !chord.ctrl,
            _ => false,
        };
        cfg!(unix)
            && chord.alt
            && is_one_byte
            && self.layers.typing() == Typing::No
            && !self.settings.keymap.knows(chord)
    }

    /// Text goes to what is being typed into, and nowhere else.
    pub(super) fn pasted(&mut self, text: &str) -> Vec<Effect> {
        let requests = self.with_top(|layer, context| layer.state_mut().on_text(text, context));
        self.apply(requests.unwrap_or_default())
    }

    /// The key of an action as the person has bound it, for a sentence.
    pub fn key(&self, action: Action) -> String {
        self.settings.key(action)
    }

    /// Takes in what the mouse did.
    pub(super) fn pointed(&mut self, event: MouseEvent) -> Vec<Effect> {
        let Some(areas) = self.areas() else { return Vec::new() };
        if self.display.mouse() == Mouse::Terminals {
            return Vec::new();
        }
        if event == MouseEvent::Released {
            self.dragged = None;
            return Vec::new();
        }
        let on_mouse = |layer: &mut Layer, context: &LayerContext<'_>| {
            layer.state_mut().on_mouse(event, context)
        };
        match self.with_top(on_mouse) {
            None | Some(Reply::Pass) => {}
            Some(Reply::Done(requests)) => return self.apply(requests),
            Some(Reply::ClosePass) => drop(self.layers.pop()),
        }
        match event {
            MouseEvent::Pressed(x, y) => {
                let divider = areas.sessions.x + areas.sessions.width.saturating_sub(1);
                let both = areas.sessions.width > 0 && areas.transcript.width > 0;
                if both && x == divider && areas.sessions.holds(x, y) {
                    self.dragged = Some(Dragged::Divider);
                } else if self.is_on_scrollbar(areas.transcript, x, y) {
                    self.dragged = Some(Dragged::Scrollbar);
                    self.focus_on(Pane::Transcript);
                    self.scroll_to(y);
                } else if areas.top.holds(x, y) {
                    return self.click_scope(x);
                } else if areas.bottom.holds(x, y)
                    && let Some(number) = self.query_bar().at(x)
                {
                    return self.remove_term(number);
                } else if let Some(pane) = areas.pane_at(x, y) {
                    self.click(pane, areas.of(pane), x, y);
                }
            }
            MouseEvent::Dragged(_, y) if self.dragged == Some(Dragged::Scrollbar) => {
                self.scroll_to(y);
            }
            MouseEvent::Dragged(x, _) if self.dragged == Some(Dragged::Divider) => {
                let columns = u32::from(self.display.size().columns.max(1));
                let split = (u32::from(x) * 100 + columns / 2) / columns;
                let split = u16::try_from(split).unwrap_or(u16::MAX);
                self.relayout(|display, _| display.set_split(split));
            }
            MouseEvent::WheelDown(x, y) => self.wheel(areas.pane_at(x, y), Direction::Down),
            MouseEvent::WheelUp(x, y) => self.wheel(areas.pane_at(x, y), Direction::Up),
            MouseEvent::Dragged(..) | MouseEvent::Released => {}
        }
        Vec::new()
    }

    fn click(&mut self, pane: Pane, area: Area, x: u16, y: u16) {
        self.focus_on(pane);
        let inside = area.inside();
        if !inside.holds(x, y) {
            return;
        }
        let row = y - inside.y;
        if pane != Pane::Metadata {
            self.tab_mut().release_anchor();
        }
        match pane {
            Pane::Sessions => {
                let tab = self.tab_mut();
                let row = tab.sessions.top() + usize::from(row / SESSION_ROWS);
                if row < tab.sessions.rows().len() {
                    tab.sessions.choose(row);
                    tab.follow_list();
                }
            }
            Pane::Transcript => self.tab_mut().transcript.select_row(usize::from(row)),
            Pane::Metadata => {
                self.panes.with_inspector(|inspector| inspector.select_row(usize::from(row)));
            }
        }
    }

    fn wheel(&mut self, pane: Option<Pane>, way: Direction) {
        let step = if way == Direction::Down { 1 } else { -1 };
        match pane {
            Some(Pane::Sessions) => {
                let tab = self.tab_mut();
                tab.sessions.scroll_window(step);
                tab.follow_list();
            }
            Some(Pane::Transcript) => {
                let tab = self.tab_mut();
                tab.release_anchor();
                let (transcript, thread) = tab.reading();
                transcript.scroll_window(thread, WHEEL_LINES, way);
            }
            Some(Pane::Metadata) => {
                self.panes.with_inspector(|inspector| inspector.step(WHEEL_LINES, way));
            }
            None => {}
        }
    }

    fn is_on_scrollbar(&self, area: Area, x: u16, y: u16) -> bool {
        let is_right_border = area.holds(x, y) && x == area.x + area.width - 1;
        is_right_border && self.panes.scrollbar().is_shown() && area.inside().holds(x - 1, y)
    }

    /// Goes to what the scrollbar shows at a row of the window.
    fn scroll_to(&mut self, y: u16) {
        let Some(areas) = self.areas() else { return };
        let inside = areas.transcript.inside();
        let last = inside.height.saturating_sub(1);
        let row = y.saturating_sub(inside.y).min(last);
        let Some(index) = self.panes.scrollbar().place(self.tab(), usize::from(row)) else {
            return;
        };
        let tab = self.tab_mut();
        tab.release_anchor();
        let (transcript, thread) = tab.reading();
        transcript.select(thread, index);
    }

    fn click_scope(&mut self, x: u16) -> Vec<Effect> {
        match self
            .workspace
            .places(self.display.size().columns)
            .into_iter()
            .find(|(_, from, to)| (*from..*to).contains(&x))
        {
            Some((number, ..)) => self.switch(number),
            None => Vec::new(),
        }
    }
}
