//! The thread that tells the words of code apart, each code within a budget of time.

use std::sync::{Arc, mpsc as std_mpsc};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::app::event::Event;
use crate::app::highlights::CodeKey;
use crate::highlight;

/// How long a code may take; then it stays plain. Loading the grammars does not count.
const BUDGET: Duration = Duration::from_millis(50);

/// A code to look at.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) key: CodeKey,
    pub(super) code: String,
    pub(super) language: String,
}

/// Starts the thread; it ends when nobody can give it anything any more.
pub(super) fn start(facts: mpsc::Sender<Event>) -> std_mpsc::Sender<Code> {
    let (codes, inbox) = std_mpsc::channel::<Code>();
    std::thread::spawn(move || {
        for code in inbox {
            if facts.blocking_send(told(&code)).is_err() {
                return;
            }
        }
    });
    codes
}

fn told(code: &Code) -> Event {
    highlight::load();
    let begun = Instant::now();
    let mut has_time = || begun.elapsed() < BUDGET;
    let told = highlight::highlight(&code.code, &code.language, &mut has_time);
    // Where nothing was told apart the code is plain, too.
    let told = told.filter(|told| !told.tokens.is_empty());
    Event::Highlighted(code.key, told.map(Arc::new))
}

#[cfg(test)]
mod tests {
    use crate::highlight::Token;

    use super::super::Workers;
    use super::*;

    /// What the worker says about these codes, in order.
    fn answers(codes: &[(&str, &str)]) -> Vec<Event> {
        let (facts_in, mut facts) = mpsc::channel(8);
        let workers = Workers::start(&facts_in);
        for (code, language) in codes {
            let key = CodeKey::new(code, language);
            workers.highlight(key, (*code).to_owned(), (*language).to_owned());
        }
        codes.iter().filter_map(|_| facts.blocking_recv()).collect()
    }

    #[test]
    fn codes_are_answered_in_order_and_under_their_keys() {
        let codes = [("x = 1", "py"), ("x = 1", "klingon"), ("", "py")];
        let keys = codes.map(|(code, language)| CodeKey::new(code, language));
        // A machine that stops for a moment may take the time of one line, but not every time.
        let first = (0..20).find_map(|_| {
            let answers = answers(&codes);
            assert_eq!(answers.len(), 3);
            for (event, wanted) in answers.iter().zip(keys) {
                assert!(matches!(event, Event::Highlighted(key, _) if *key == wanted));
            }
            for event in &answers[1..] {
                assert!(matches!(event, Event::Highlighted(_, None)), "{event:?}");
            }
            match answers.into_iter().next() {
                Some(Event::Highlighted(_, told)) => told,
                _ => None,
            }
        });
        assert!(first.unwrap().tokens.contains(&(4..5, Token::Number)));
    }

    #[test]
    fn a_code_that_would_take_too_long_stays_plain_and_the_next_has_its_turn() {
        let slow = "x = [1, 'two', f(3), None]  # four\n".repeat(7_000);
        let answers = answers(&[(&slow, "py"), ("x", "klingon")]);
        assert!(matches!(&answers[0], Event::Highlighted(_, None)));
        assert!(matches!(&answers[1], Event::Highlighted(_, None)));
        assert_eq!(answers.len(), 2);
    }
}
