//! The mouse: a click selects, the wheel scrolls the pane under it, dragging moves the divider or
//! goes along the scrollbar.

use super::App;
use super::effect::{Effect, Mouse};
use super::event::MouseEvent;
use super::geometry::{Area, Pane, SESSION_ROWS};
use super::layer::context::Context;
use super::layer::{Layer, Reply};
use super::motion::WHEEL_LINES;
use super::transcript::Direction;

/// What is held with the button down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Dragged {
    /// The border between the list and the transcript.
    Divider,
    /// The scrollbar of the transcript.
    Scrollbar,
}

impl App {
    /// Takes in what the mouse did.
    pub(super) fn pointed(&mut self, event: MouseEvent) -> Vec<Effect> {
        let Some(areas) = self.areas() else { return Vec::new() };
        if self.mouse == Mouse::Terminals {
            return Vec::new();
        }
        if event == MouseEvent::Released {
            self.dragged = None;
            return Vec::new();
        }
        let on_mouse =
            |layer: &mut Layer, context: &Context<'_>| layer.state_mut().on_mouse(event, context);
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
                    && let Some(number) = self.chip_at(x)
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
                let columns = u32::from(self.size.columns.max(1));
                let split = (u32::from(x) * 100 + columns / 2) / columns;
                self.set_split(u16::try_from(split).unwrap_or(u16::MAX));
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
            self.tab_mut().let_go();
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
                self.with_inspector(|inspector| inspector.select_row(usize::from(row)));
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
                tab.let_go();
                let (transcript, thread) = tab.reading();
                transcript.scroll_window(thread, WHEEL_LINES, way);
            }
            Some(Pane::Metadata) => {
                self.with_inspector(|inspector| inspector.step(WHEEL_LINES, way));
            }
            None => {}
        }
    }

    fn is_on_scrollbar(&self, area: Area, x: u16, y: u16) -> bool {
        let is_right_border = area.holds(x, y) && x == area.x + area.width - 1;
        is_right_border && self.scrollbar.is_shown() && area.inside().holds(x - 1, y)
    }

    /// Goes to what the scrollbar shows at a row of the window.
    fn scroll_to(&mut self, y: u16) {
        let Some(areas) = self.areas() else { return };
        let inside = areas.transcript.inside();
        let last = inside.height.saturating_sub(1);
        let row = y.saturating_sub(inside.y).min(last);
        let Some(index) = self.place_on_scrollbar(usize::from(row)) else { return };
        let tab = self.tab_mut();
        tab.let_go();
        let (transcript, thread) = tab.reading();
        transcript.select(thread, index);
    }

    fn click_scope(&mut self, x: u16) -> Vec<Effect> {
        match self.scope_places().into_iter().find(|(_, from, to)| (*from..*to).contains(&x)) {
            Some((number, ..)) => self.switch(number),
            None => Vec::new(),
        }
    }

    /// Where the scopes stand on the top line: number, first column, column behind the last.
    /// What does not fit is left out, but never the one that is shown.
    pub fn scope_places(&self) -> Vec<(usize, u16, u16)> {
        let columns = self.size.columns;
        // The name of the program, where there is room for it.
        let start: u16 = if columns >= 60 { 13 } else { 1 };
        let width = |number: usize| {
            let name = self.tabs.get(number).map_or("", |tab| tab.name.as_str());
            let name = crate::text::clean_line_within(name, 40);
            let digits = if number < 9 { 2 } else { 0 };
            u16::try_from(crate::text::width(name.as_str()) + digits).unwrap_or(u16::MAX).min(30)
        };
        let room = columns.saturating_sub(if columns >= 100 { 58 } else { 42 }).max(columns / 3);
        let mut first = 0;
        loop {
            let mut places = Vec::new();
            let mut x = start;
            for number in first..self.tabs.len() {
                let end = x.saturating_add(width(number));
                if end > start.saturating_add(room) && !places.is_empty() {
                    break;
                }
                places.push((number, x, end));
                x = end.saturating_add(2);
            }
            if first >= self.current()
                || places.iter().any(|&(number, ..)| number == self.current())
            {
                return places;
            }
            first += 1;
        }
    }
}
