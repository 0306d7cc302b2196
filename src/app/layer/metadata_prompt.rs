//! The line for a search in the metadata of one message.

use super::super::action::Action;
use super::super::field::TextField;
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};

/// Words that are being typed.
#[derive(Debug, Default)]
pub struct MetadataPrompt {
    /// The words.
    pub field: TextField,
}

impl MetadataPrompt {
    fn search(&self) -> LayerRequest {
        LayerRequest::SearchMetadata(self.field.text().to_owned())
    }
}

impl LayerState for MetadataPrompt {
    fn typing(&self) -> Typing {
        Typing::Below
    }

    fn on_action(&mut self, action: Action, _: &LayerContext<'_>) -> Reply {
        match action {
            Action::Accept => Reply::close(),
            Action::Cancel => {
                let forget = LayerRequest::SearchMetadata(String::new());
                Reply::Done(vec![LayerRequest::Close, forget])
            }
            _ if self.field.edit(action) => self.search().into(),
            _ => Reply::Pass,
        }
    }

    fn on_text(&mut self, text: &str, _: &LayerContext<'_>) -> Vec<LayerRequest> {
        self.field.insert(text);
        vec![self.search()]
    }
}
