//! The line for a search in the metadata of one message.

use super::super::action::Action;
use super::super::field::Field;
use super::context::Context;
use super::{LayerState, Reply, Request, Typing};

/// Words that are being typed.
#[derive(Debug, Default)]
pub struct MetadataPrompt {
    /// The words.
    pub field: Field,
}

impl MetadataPrompt {
    fn search(&self) -> Request {
        Request::SearchMetadata(self.field.text().to_owned())
    }
}

impl LayerState for MetadataPrompt {
    fn typing(&self) -> Typing {
        Typing::Below
    }

    fn on_action(&mut self, action: Action, _: &Context<'_>) -> Reply {
        match action {
            Action::Accept => Reply::close(),
            Action::Cancel => {
                let forget = Request::SearchMetadata(String::new());
                Reply::Done(vec![Request::Close, forget])
            }
            _ if self.field.edit(action) => self.search().into(),
            _ => Reply::Pass,
        }
    }

    fn on_text(&mut self, text: &str, _: &Context<'_>) -> Vec<Request> {
        self.field.insert(text);
        vec![self.search()]
    }
}
