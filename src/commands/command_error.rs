//! Why a command ends before its work is done, and with which exit status.

use std::io;

use crate::cli::USAGE;
use crate::port::{Failure, FailureKind};

/// The end of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandError {
    /// The exit status.
    pub status: u8,
    /// A sentence for standard error; empty where there is nothing to be said.
    pub text: String,
}

impl CommandError {
    /// It failed.
    pub(super) fn failed(text: impl Into<String>) -> Self {
        Self { status: 1, text: text.into() }
    }

    /// Wrong usage, or a wrong config.
    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self { status: USAGE, text: text.into() }
    }

    /// The messages could not be read.
    pub(super) fn of(failure: &Failure) -> Self {
        Self { status: status_of(failure), text: sentence(failure) }
    }

    /// The data could not be written.
    pub(super) fn writing(error: &io::Error) -> Self {
        // Whoever reads has enough of it (`| head`), which is the end of the work and no failure.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { status: 0, text: String::new() };
        }
        Self::failed(format!("the output could not be written: {error}"))
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::writing(&error)
    }
}

/// The exit status of a failure.
pub(super) fn status_of(failure: &Failure) -> u8 {
    match failure.kind {
        FailureKind::Key => 3,
        FailureKind::Network | FailureKind::Cut => 4,
        FailureKind::Document => 5,
    }
}

/// A failure in words. Of the advice only what helps without a screen: there is no key to refresh
/// with, and nothing is shown.
pub(super) fn sentence(failure: &Failure) -> String {
    let advice = failure.advice.split_inclusive(". ");
    let advice = advice.filter(|part| !part.contains("efresh") && !part.contains("is shown"));
    let advice: String = advice.collect();
    if advice.is_empty() { failure.what.clone() } else { format!("{}. {advice}", failure.what) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_a_quiet_success() {
        let closed = CommandError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(closed, CommandError { status: 0, text: String::new() });
        let full = CommandError::from(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full.status, 1);
        assert!(full.text.starts_with("the output could not be written"), "{}", full.text);
    }

    #[test]
    fn the_advice_for_the_screen_is_left_out() {
        let failure = |advice: &str| Failure {
            kind: FailureKind::Cut,
            what: "GET x was cut short".to_owned(),
            advice: advice.to_owned(),
        };
        let cut = failure("What arrived is shown and is not complete. Refresh to try again.");
        assert_eq!(sentence(&cut), "GET x was cut short");
        assert_eq!(sentence(&failure("Check base_url.")), "GET x was cut short. Check base_url.");
        assert_eq!(status_of(&cut), 4);
    }
}
