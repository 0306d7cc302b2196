//! What a log holds: what was fetched, and what went wrong. Never a text, nor the words of a server.
//!
//! Must not know where the log is, or whether there is one.

use crate::app::event::Event;
use crate::port::Severity;
use crate::port::{Fact, Failure, FetchEvent};

/// Notes an event, if it belongs into a log.
pub fn event(event: &Event) {
    match event {
        Event::Fetch(_, fetch) => self::fetch(fetch),
        Event::Fact(Fact::Notice(Severity::Warning, text))
        | Event::CameBack(Severity::Warning, text) => {
            tracing::warn!("{text}");
        }
        _ => {}
    }
}

/// Notes what came of a request.
pub fn fetch(event: &FetchEvent) {
    match event {
        FetchEvent::Finished(tally) => {
            let (messages, sessions, bytes) = (tally.messages, tally.sessions, tally.bytes);
            tracing::info!(messages, sessions, bytes, repaired = tally.repaired, "fetched");
        }
        FetchEvent::Retrying { why, attempt, .. } => retrying(why, *attempt),
        FetchEvent::Failed(failure) => failed(failure),
        FetchEvent::Answered { .. }
        | FetchEvent::PageArrived(_)
        | FetchEvent::Progressed { .. } => {}
    }
}

/// Notes that it is tried again.
pub fn retrying(why: &str, attempt: u32) {
    tracing::warn!(attempt, "{}", own_words(why));
}

/// Notes that it failed.
pub fn failed(failure: &Failure) {
    tracing::error!("{}", own_words(&failure.what));
}

/// A sentence about a failure without the words of the server, which stand behind the status of its
/// answer or in quotes: they may repeat a text.
fn own_words(what: &str) -> &str {
    // `answered 400 Bad Request: …` and `refused the key (…): 401 Unauthorized: …`.
    let status = [" answered ", "): "].iter();
    let status = status.filter_map(|words| Some(what.find(words)? + words.len())).min();
    let behind = status.and_then(|from| Some(from + what.get(from..)?.find(": ")?));
    let end = behind.into_iter().chain(what.find('“')).min();
    end.and_then(|end| what.get(..end)).unwrap_or(what)
}

#[cfg(test)]
mod tests {
    use super::own_words;

    #[test]
    fn a_log_has_no_words_of_the_server() {
        for (what, kept) in [
            ("GET http://x/… answered 400 No: its: words", "GET http://x/… answered 400 No"),
            (
                "GET http://x/… refused the key (…cdef, from X): 401 No: words",
                "GET http://x/… refused the key (…cdef, from X): 401 No",
            ),
            (
                "GET http://x/… refused the key (…cdef, from X): 401 No: he answered a: word",
                "GET http://x/… refused the key (…cdef, from X): 401 No",
            ),
            (
                "GET http://x/… answered with a web page, “its”, not with JSON",
                "GET http://x/… answered with a web page, ",
            ),
            (
                "GET http://x/… failed: the host was not found (DNS)",
                "GET http://x/… failed: the host was not found (DNS)",
            ),
        ] {
            assert_eq!(own_words(what), kept);
        }
    }
}
