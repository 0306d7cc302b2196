//! The keys that fold and unfold, and what they say.
//!
//! What is folded is the transcript's own matter; see `transcript::folding`.

use super::App;
use super::action::Action;
use super::transcript::FoldChange;
use crate::port::Severity;

impl App {
    /// Folds or unfolds in the session shown.
    pub(super) fn fold(&mut self, action: Action) {
        let tab = self.tab_mut();
        // Who folds reads here: a place that was held before is not wanted any more.
        tab.let_go();
        let (transcript, thread) = tab.reading();
        let done = match action {
            Action::FoldTurn => transcript.toggle_turn(thread),
            Action::FoldTurns => transcript.fold_all(thread),
            Action::UnfoldAll => transcript.unfold_all(thread),
            _ => transcript.toggle_fold(thread),
        };
        let words = match done {
            None => "no message is shown".to_owned(),
            // One sees what happened to a turn or a message.
            Some(
                FoldChange::Turn
                | FoldChange::TurnOpened
                | FoldChange::Message
                | FoldChange::MessageOpened,
            ) => {
                return;
            }
            Some(FoldChange::Everything) => {
                let (one, all) = (self.key(Action::Fold), self.key(Action::UnfoldAll));
                format!("every turn is one line; {one} unfolds one, {all} all")
            }
            Some(FoldChange::TurnsOpened) => {
                let key = self.key(Action::UnfoldAll);
                format!("every turn is unfolded; {key} opens long messages, too")
            }
            Some(FoldChange::EverythingOpened) => "long messages are shown whole".to_owned(),
        };
        self.tell(Severity::Info, &words);
    }
}
