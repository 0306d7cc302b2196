//! Stores of any size, made without a response.

use std::sync::Arc;

use sfchat_tui::store::{Limits, Packer, Page, RowDraft};
use sfchat_tui::time::Millis;

/// A second in a year in which every time has the same length.
const START: Millis = 1_700_000_000_000;

/// One message to be packed.
pub(crate) struct Message {
    pub(crate) session: String,
    pub(crate) role: &'static str,
    pub(crate) text: String,
    /// Seconds from the start.
    pub(crate) at: usize,
}

/// The pages of these messages.
pub(crate) fn pages(messages: impl IntoIterator<Item = Message>) -> Vec<Arc<Page>> {
    let mut packer = Packer::new(Limits::default());
    let mut pages = Vec::new();
    for message in messages {
        packer.text().push_str(&message.text);
        packer.extra().push_str("{}");
        let time = START + Millis::try_from(message.at).unwrap() * 1_000;
        let draft = RowDraft {
            session: &message.session,
            user: "alice",
            component: "tutor",
            role: message.role,
            time: Some(time),
            ..RowDraft::default()
        };
        pages.extend(packer.commit(&draft).map(Arc::new));
    }
    pages.extend(packer.finish().map(Arc::new));
    pages
}

/// One session of so many short messages, by turns of both.
pub(crate) fn one_session(count: usize) -> Vec<Arc<Page>> {
    pages((0..count).map(|at| Message {
        session: "one".to_owned(),
        role: if at % 2 == 0 { "user" } else { "assistant" },
        text: format!("message {at:07}: why is the sky blue, and the sea, and the rest?"),
        at,
    }))
}

/// So many sessions of a question and an answer.
pub(crate) fn many_sessions(count: usize) -> Vec<Arc<Page>> {
    pages((0..count * 2).map(|at| Message {
        session: format!("session-{:07}", at / 2),
        role: if at % 2 == 0 { "user" } else { "assistant" },
        text: format!("message {at:07}: why is the sky blue, and the sea, and the rest?"),
        at,
    }))
}

/// One session: a question, an answer of this text, thanks.
pub(crate) fn giant(text: String) -> Vec<Arc<Page>> {
    let message = |role, text: String, at| Message { session: "one".to_owned(), role, text, at };
    pages([
        message("user", "tell me everything".to_owned(), 0),
        message("assistant", text, 1),
        message("user", "thanks".to_owned(), 2),
    ])
}
