//! Whether and when to retry.

use std::time::{Duration, SystemTime};

use chrono::DateTime;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// The most retries of a fetch.
const MOST: u32 = 2;
/// The longest backoff.
const LONGEST: Duration = Duration::from_secs(8);
/// The longest wait to accept from a server.
const PATIENCE: Duration = Duration::from_mins(1);

/// Whether to retry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Again {
    /// Do not retry.
    Never,
    /// Retry after a backoff.
    Usual,
    /// Retry after the wait that the server requests.
    After(Duration),
    /// Retry once in a fetch, because the body was truncated.
    Cut,
}

/// What a response says about retrying.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    /// Follow [`Again`].
    Again(Again),
    /// The server requests a wait beyond the limit.
    TooLong(Duration),
}

/// The attempts of one fetch.
#[derive(Debug)]
pub(super) struct Retries {
    first_wait: Duration,
    made: u32,
    cut_before: bool,
}

impl Retries {
    /// Starts before the first attempt.
    pub(super) fn new(first_wait: Duration) -> Self {
        Self { first_wait, made: 0, cut_before: false }
    }

    /// The number of the next attempt, from 2, and the wait before it. `None` if there is none.
    pub(super) fn next(&mut self, again: Again) -> Option<(u32, Duration)> {
        let allowed = match again {
            Again::Never => false,
            Again::Usual | Again::After(_) => true,
            Again::Cut => !std::mem::replace(&mut self.cut_before, true),
        };
        if !allowed || self.made == MOST {
            return None;
        }
        let wait = match again {
            Again::After(asked) => asked,
            _ => (self.first_wait * 2u32.pow(self.made))
                .min(LONGEST)
                .mul_f64(1.0 - 0.25 * fastrand::f64()),
        };
        self.made += 1;
        Some((self.made + 1, wait))
    }
}

/// Reads the status and headers of a response.
pub(super) fn asked(status: StatusCode, headers: &HeaderMap) -> Asked {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let worth_it = match header("x-should-retry") {
        Some("true") => true,
        Some("false") => false,
        _ => matches!(status.as_u16(), 408 | 409 | 429) || status.is_server_error(),
    };
    if !worth_it {
        return Asked::Again(Again::Never);
    }
    let wait = header("retry-after-ms").and_then(|text| seconds(text, 0.001)).or_else(|| {
        header("retry-after").and_then(|text| seconds(text, 1.0).or_else(|| date(text)))
    });
    match wait {
        Some(wait) if wait > PATIENCE => Asked::TooLong(wait),
        Some(wait) => Asked::Again(Again::After(wait)),
        None => Asked::Again(Again::Usual),
    }
}

fn seconds(text: &str, unit: f64) -> Option<Duration> {
    let number: f64 = text.trim().parse().ok()?;
    // Rejects negative, infinite and NaN values.
    Duration::try_from_secs_f64(number * unit).ok()
}

/// The time until an HTTP date; `None` if it has passed.
fn date(text: &str) -> Option<Duration> {
    let date = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    SystemTime::from(date).duration_since(SystemTime::now()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)]) -> Asked {
        let headers = headers
            .iter()
            .map(|&(name, value)| (name.try_into().unwrap(), value.try_into().unwrap()))
            .collect();
        asked(StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn the_status_decides() {
        for status in [408, 409, 429, 500, 502, 503, 504, 599] {
            assert_eq!(answer(status, &[]), Asked::Again(Again::Usual), "{status}");
        }
        for status in [301, 304, 400, 401, 403, 404, 410, 422] {
            assert_eq!(answer(status, &[]), Asked::Again(Again::Never), "{status}");
        }
    }

    #[test]
    fn the_server_may_decide_otherwise() {
        assert_eq!(answer(500, &[("x-should-retry", "false")]), Asked::Again(Again::Never));
        assert_eq!(answer(400, &[("x-should-retry", "true")]), Asked::Again(Again::Usual));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_is_kept_up_to_a_minute() {
        let after = |millis| Asked::Again(Again::After(Duration::from_millis(millis)));
        assert_eq!(answer(503, &[("retry-after", "2")]), after(2000));
        assert_eq!(answer(503, &[("retry-after", "0")]), after(0));
        assert_eq!(answer(503, &[("retry-after-ms", "300"), ("retry-after", "9")]), after(300));
        let day = Duration::from_secs(99_999);
        assert_eq!(answer(503, &[("retry-after", "99999")]), Asked::TooLong(day));
        for garbage in ["-5", "inf", "NaN", "soon", "", "1e400", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            let answered = answer(503, &[("retry-after", garbage)]);
            assert_eq!(answered, Asked::Again(Again::Usual), "{garbage}");
        }
        let date = chrono::Utc::now() + chrono::TimeDelta::seconds(30);
        let text = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let Asked::Again(Again::After(wait)) = answer(503, &[("retry-after", &text)]) else {
            panic!("an HTTP date is a wait");
        };
        assert!(wait <= Duration::from_secs(30));
    }

    #[test]
    fn there_are_two_retries_with_growing_waits_and_one_for_a_cut() {
        let mut retries = Retries::new(Duration::from_millis(500));
        let (attempt, wait) = retries.next(Again::Usual).unwrap();
        assert_eq!(attempt, 2);
        assert!((375..=500).contains(&wait.as_millis()), "{wait:?}");
        let (attempt, wait) = retries.next(Again::Usual).unwrap();
        assert_eq!(attempt, 3);
        assert!((750..=1000).contains(&wait.as_millis()), "{wait:?}");
        assert_eq!(retries.next(Again::Usual), None);

        let mut retries = Retries::new(Duration::ZERO);
        assert_eq!(retries.next(Again::Never), None);
        assert_eq!(retries.next(Again::Cut), Some((2, Duration::ZERO)));
        assert_eq!(retries.next(Again::Cut), None);

        let mut retries = Retries::new(Duration::from_hours(1));
        assert!(retries.next(Again::Usual).unwrap().1 <= LONGEST);
    }
}
