//! What stands beside the list and the transcript: the metadata of one message, and the scrollbar.
//!
//! The list and the transcript belong to their scope; see [`super::scope_view`].

use std::sync::Arc;

use crate::metadata::MessageIds;
use crate::port::Task;
use crate::text::{clipboard_text, width};
use crate::time::Zone;

use super::effect::Effect;
use super::inspector::Inspector;
use super::scope_view::ScopeView;
use super::scrollbar::Scrollbar;
use super::transcript::{FrameLine, LineKind};

/// The panes that outlive a change of scope.
#[derive(Debug, Default)]
pub struct Panes {
    inspector: Option<Inspector>,
    scrollbar: Scrollbar,
}

impl Panes {
    /// The metadata of one message, where it is open.
    pub fn inspector(&self) -> Option<&Inspector> {
        self.inspector.as_ref()
    }

    pub(super) fn inspector_mut(&mut self) -> Option<&mut Inspector> {
        self.inspector.as_mut()
    }

    /// What the scrollbar of the transcript shows.
    pub fn scrollbar(&self) -> &Scrollbar {
        &self.scrollbar
    }

    pub(super) fn close_inspector(&mut self) {
        self.inspector = None;
    }

    /// Does something with the metadata, where it is open.
    pub(super) fn with_inspector(&mut self, act: impl FnOnce(&mut Inspector)) {
        self.inspector.as_mut().map(act).unwrap_or_default();
    }

    /// What the inspector asks of a worker.
    pub(super) fn wanted(&mut self) -> Option<Effect> {
        self.inspector.as_mut().and_then(Inspector::wanted)
    }

    /// Turns the inspector to the selected message, which opens it, and asks for its metadata unless
    /// it is there or on its way.
    pub(super) fn inspect(&mut self, tab: &ScopeView, zone: Zone) -> Option<Effect> {
        let message = tab.selected()?;
        let store = tab.store_ticket;
        match &mut self.inspector {
            Some(inspector) if inspector.is_about(store, message) => return None,
            Some(inspector) => inspector.turn_to(store, message),
            None => self.inspector = Some(Inspector::new(store, message)),
        }
        let row = tab.store.row(message)?;
        let page = Arc::clone(tab.store.pages().get(message.page as usize)?);
        let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let session = tab.store.session(row.session).and_then(|session| session.name.as_deref());
        let ids = Box::new(MessageIds {
            session: session.and_then(some),
            user: some(tab.store.name(row.user)),
            component: some(tab.store.name(row.component)),
            role: some(tab.store.role(row.role)),
        });
        Some(Effect::Run(Task::ReadMetadata { store, message, page, ids, zone }))
    }

    /// Fills the scrollbar for a window of so many lines.
    pub(super) fn prepare_scrollbar(&mut self, tab: &ScopeView, lines: u16) {
        self.scrollbar.prepare(tab, lines);
    }
}

/// By how many columns the longest line of the window is wider than a pane of so many.
pub(super) fn columns_beyond(tab: &ScopeView, room: u16) -> u16 {
    let longest = tab.transcript.frame.iter().map(columns).max().unwrap_or(0);
    u16::try_from(longest.saturating_sub(usize::from(room))).unwrap_or(u16::MAX)
}

/// The columns of a line of the transcript's text, where it may be wider than its pane.
fn columns(line: &FrameLine) -> usize {
    if let Some((line, _)) = line.block.rich.as_ref().and_then(|rich| rich.line(line.spot.line)) {
        return line.columns as usize;
    }
    let LineKind::Text(range) = line.kind() else { return 0 };
    let text = line.block.text.as_str().get(range.start as usize..range.end as usize);
    text.map_or(0, width)
}

/// The code block of the cursor, or the first one of the selected message below it.
pub(super) fn code_at_cursor(tab: &ScopeView) -> Option<String> {
    let cursor = tab.transcript.cursor();
    let below = |line: &&FrameLine| line.spot >= cursor && line.spot.index == cursor.index;
    tab.transcript.frame.iter().filter(below).find_map(|line| {
        let code = line.block.rich.as_ref()?.code(line.spot.line)?;
        Some(clipboard_text(code.text.as_str()))
    })
}
