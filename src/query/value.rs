//! What is asked of a message beside ids and times: a state, a part, a time of day, a value in the
//! metadata.
//!
//! Must not know how it is looked up.

use std::fmt;

use super::nearest::nearest;
use super::path::{self, Path};
use super::pattern::Pattern;
use super::range::{Bounds, Number, RangeError};

/// A state of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The student's, and no one else spoke before the student did again. Of several in a row only
    /// the last can have an answer.
    Unanswered,
    /// The first of its session.
    First,
    /// Something in it had to be repaired.
    Repaired,
}

impl State {
    /// Every state with its name and what it means.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::Unanswered, "unanswered", "a student's message without a reply"),
        (Self::First, "first", "the first message of a session"),
        (Self::Repaired, "repaired", "a message that had to be repaired"),
    ];

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|(_, name, _)| *name == text);
        known.map(|(state, ..)| state).ok_or_else(|| {
            unknown("state", text, Self::ALL.into_iter().map(|(_, name, _)| name), "")
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = Self::ALL.into_iter().find(|(state, ..)| state == self);
        f.write_str(row.map_or("", |(_, name, _)| name))
    }
}

/// A part that a message can have or lack. An empty one counts as lacking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// A text.
    Text,
    /// A readable time.
    Time,
    /// A user.
    User,
    /// A session with an id.
    Session,
    /// A component.
    Component,
    /// A role.
    Role,
    /// Metadata.
    Metadata,
    /// A value in the metadata.
    Path(Path),
}

impl Part {
    /// Every part with a name of its own.
    pub const NAMED: [(Self, &'static str); 7] = [
        (Self::Text, "text"),
        (Self::Time, "time"),
        (Self::User, "user"),
        (Self::Session, "session"),
        (Self::Component, "component"),
        (Self::Role, "role"),
        (Self::Metadata, "metadata"),
    ];

    /// Reads a part; an error says what is wrong, and where in the text.
    pub(super) fn read(text: &str) -> Result<Self, (usize, usize, String)> {
        if let Some((part, _)) = Self::NAMED.into_iter().find(|(_, name)| *name == text) {
            return Ok(part);
        }
        let whole = |message| (0, text.len(), message);
        if text == path::ROOT {
            return Err(whole(path::missing()));
        }
        if !Path::begins(text) {
            let names = Self::NAMED.into_iter().map(|(_, name)| name);
            return Err(whole(unknown("part", text, names, " or a path such as meta.sources")));
        }
        match Path::read(text) {
            Ok((path, end)) if end == text.len() => Ok(Self::Path(path)),
            Ok((_, end)) => {
                let len =
                    text.get(end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                Err((
                    end,
                    len,
                    "the path ends here; quote a key that has other characters".to_owned(),
                ))
            }
            Err(error) => Err((error.at, error.len, error.message)),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            named => {
                let row = Self::NAMED.into_iter().find(|(part, _)| part == named);
                f.write_str(row.map_or("", |(_, name)| name))
            }
        }
    }
}

fn unknown<'a>(
    what: &str,
    text: &str,
    names: impl Iterator<Item = &'a str> + Clone,
    more: &str,
) -> String {
    if let Some(meant) = nearest(text, names.clone()) {
        return format!("unknown {what} `{text}`; did you mean `{meant}`?");
    }
    let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    format!("unknown {what} `{text}`; use {}{more}", all.join(", "))
}

/// What a value in the metadata has to be. Of an array it is asked of each element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A text, or a number, `true`, `false` or `null` as it is written; a wildcard is not null.
    Text(Pattern),
    /// A number, also one that is written as a text.
    Number(Box<Bounds<Number>>),
}

impl Value {
    /// Reads a value; one that stood in quotes is a text.
    pub(super) fn read(text: &str, bare: bool) -> Result<Self, String> {
        if !bare {
            return Ok(Self::Text(Pattern::exact(text)));
        }
        let compares = text.starts_with(['<', '>']);
        match Bounds::read(text, Number::read) {
            Ok(bounds) => Ok(Self::Number(Box::new(bounds))),
            Err(RangeError::Reversed(from, to)) => Err(reversed(from, to)),
            Err(RangeError::Value(value)) if compares => {
                Err(format!("`{value}` is not a number; to match it as text, quote it"))
            }
            Err(RangeError::Nothing) if compares => {
                Err("missing number; use >500, <=3.5 or 10..20".to_owned())
            }
            Err(_) => Ok(Self::Text(Pattern::with_stars(text))),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(pattern) => f.write_str(
                &pattern.written(path::ROOT, |text| Self::read(text, true).as_ref() == Ok(self)),
            ),
            Self::Number(bounds) => bounds.fmt(f),
        }
    }
}

pub(super) fn reversed(from: &str, to: &str) -> String {
    format!("nothing is between {from} and {to}; did you mean {to}..{from}?")
}

/// A stretch of the day, from a second up to but without another one. It can pass midnight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hours {
    from: u32,
    to: u32,
}

/// The seconds of a day.
const DAY: u32 = 86_400;

impl Hours {
    /// Whether a second of the day is in it.
    pub fn contains(self, second: u32) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&second)
        } else {
            second >= self.from || second < self.to
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let forms = "use 14:00..16:00, 22:00..02:00, >=18:00 or <08:00";
        let time = |text: &str| {
            read_clock(text).ok_or_else(|| format!("`{text}` is not a time of day; {forms}"))
        };
        let (from, to) = if let Some(from) = text.strip_prefix(">=") {
            (time(from)?, DAY)
        } else if let Some(to) = text.strip_prefix('<') {
            (0, time(to)?)
        } else {
            match text.split_once("..") {
                Some((from, "")) => (time(from)?, DAY),
                Some(("", to)) => (0, time(to)?),
                Some((from, to)) => (time(from)?, time(to)?),
                None => {
                    time(text)?;
                    return Err(format!("a single time is not a range; {forms}"));
                }
            }
        };
        match (from, to) {
            // The two are the same moment, so that nothing or everything could be meant.
            _ if from % DAY == to % DAY && (from, to) != (0, DAY) => {
                Err(format!("the two times are the same; {forms}"))
            }
            (DAY, to) => Ok(Self { from: 0, to }),
            _ => Ok(Self { from, to }),
        }
    }
}

/// `14:00`, `14:00:30` or `24:00` as seconds of the day.
fn read_clock(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok())?
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let second = hours * 3600 + minutes * 60 + seconds;
    (parts.next().is_none() && minutes < 60 && seconds < 60 && second <= DAY).then_some(second)
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = |f: &mut fmt::Formatter<'_>, second: u32| {
            write!(f, "{:02}:{:02}", second / 3600, second / 60 % 60)?;
            if second.is_multiple_of(60) { Ok(()) } else { write!(f, ":{:02}", second % 60) }
        };
        write(f, self.from)?;
        f.write_str("..")?;
        write(f, self.to)
    }
}
