//! The times of a query: how they are read, printed, and turned into a window of instants.
//!
//! Never asks the clock: the present time comes in as a value.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::fields::Bound;
use super::nearest::nearest;
use crate::time::{Millis, Zone};

/// A time as it was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// A day of the calendar.
    Day(NaiveDate),
    /// A time on the wall clock of the configured zone.
    Wall(NaiveDateTime),
    /// A time with an offset of its own.
    Instant(Millis),
    /// The day of the present time.
    Today,
    /// The day before that.
    Yesterday,
    /// So long before the present time.
    Ago {
        /// How many.
        amount: u32,
        /// Of what.
        unit: Unit,
    },
}

/// A unit of a span. A day is 24 hours here, whatever the clocks do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
}

impl Unit {
    const ALL: [(Self, char, i64); 4] = [
        (Self::Minute, 'm', 60_000),
        (Self::Hour, 'h', 3_600_000),
        (Self::Day, 'd', 86_400_000),
        (Self::Week, 'w', 604_800_000),
    ];

    fn row(self) -> (Self, char, i64) {
        match self {
            Self::Minute => Self::ALL[0],
            Self::Hour => Self::ALL[1],
            Self::Day => Self::ALL[2],
            Self::Week => Self::ALL[3],
        }
    }
}

impl When {
    /// Reads a time, or says what is wrong with it.
    pub(super) fn read(text: &str, bound: Bound) -> Result<Self, String> {
        let when = match text {
            "today" => Some(Self::Today),
            "yesterday" => Some(Self::Yesterday),
            _ => read_ago(text).or_else(|| read_calendar(text)),
        };
        let day = matches!(when, Some(Self::Day(_) | Self::Today | Self::Yesterday));
        match (when, bound) {
            (Some(when), Bound::From | Bound::Before) => Ok(when),
            (Some(when), Bound::Day) if day => Ok(when),
            (Some(_), Bound::Day) => {
                Err(format!("`{text}` is not a day; use 2026-10-01, today or yesterday"))
            }
            (None, _) => Err(complaint(text, bound)),
        }
    }

    fn day(self, zone: Zone, now: Millis) -> Option<NaiveDate> {
        match self {
            Self::Day(day) => Some(day),
            Self::Today => zone.day(now),
            Self::Yesterday => zone.day(now)?.pred_opt(),
            Self::Wall(wall) => Some(wall.date()),
            Self::Instant(_) | Self::Ago { .. } => zone.day(self.instant(zone, now)?),
        }
    }

    fn instant(self, zone: Zone, now: Millis) -> Option<Millis> {
        match self {
            Self::Day(_) | Self::Today | Self::Yesterday => zone.start_of(self.day(zone, now)?),
            Self::Wall(wall) => zone.instant(wall),
            Self::Instant(instant) => Some(instant),
            Self::Ago { amount, unit } => {
                Some(now.saturating_sub(i64::from(amount).saturating_mul(unit.row().2)))
            }
        }
    }

    /// The instants that are let through; `None` when the calendar cannot hold them.
    pub fn window(self, bound: Bound, zone: Zone, now: Millis) -> Option<Range<Millis>> {
        Some(match bound {
            Bound::From => self.instant(zone, now)?..Millis::MAX,
            Bound::Before => Millis::MIN..self.instant(zone, now)?,
            Bound::Day => {
                let day = self.day(zone, now)?;
                let next = day.checked_add_days(Days::new(1))?;
                zone.start_of(day)?..zone.start_of(next)?
            }
        })
    }
}

/// Reads a time to go to: what a query takes, or a time of day, which is one of `day`. Gives the
/// instants that are meant: a whole day, a minute, or a second. Says what is wrong with the text.
pub fn moment(
    text: &str,
    day: Option<NaiveDate>,
    zone: Zone,
    now: Millis,
) -> Result<Range<Millis>, String> {
    let when = match (read_clock(text), day) {
        (Some(clock), Some(day)) => When::Wall(day.and_time(clock)),
        _ => When::read(text, Bound::From).map_err(|message| {
            // The message has one line; the prompt shows all forms.
            match message.split_once("; use ") {
                Some((what, _)) => format!("{what}; use 14:05, 2026-10-01 14:05, today or 3h"),
                None => message,
            }
        })?,
    };
    let window = match when {
        When::Day(_) | When::Today | When::Yesterday => when.window(Bound::Day, zone, now),
        // Nobody types the seconds of a whole minute.
        _ => when.instant(zone, now).map(|at| {
            let length = if at % 60_000 == 0 { 60_000 } else { 1000 };
            at..at.saturating_add(length)
        }),
    };
    window.ok_or_else(|| format!("`{text}` is outside the calendar"))
}

fn complaint(text: &str, bound: Bound) -> String {
    if let Some(meant) = nearest(text, ["today", "yesterday"]) {
        return format!("`{text}` is not a date; did you mean `{meant}`?");
    }
    let date = text.get(..10).filter(|date| digits(date, "0000-00-00"));
    if let Some(date) = date.filter(|date| read_day(date).is_none()) {
        return format!("there is no day {date}");
    }
    let forms = match bound {
        Bound::From | Bound::Before => {
            "2026-10-01, 2026-10-01T14:00, today, yesterday, 30m, 6h, 7d or 2w"
        }
        Bound::Day => "2026-10-01, today or yesterday",
    };
    format!("`{text}` is not a date; use {forms}")
}

/// Whether `text` has a digit wherever `shape` has one, and is the same elsewhere.
fn digits(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        })
}

fn read_ago(text: &str) -> Option<When> {
    let last = text.chars().next_back()?;
    let &(unit, ..) = Unit::ALL.iter().find(|(_, letter, _)| *letter == last)?;
    let amount = text.strip_suffix(last)?;
    let amount = amount.bytes().all(|byte| byte.is_ascii_digit()).then_some(amount)?;
    Some(When::Ago { amount: amount.parse().ok()?, unit })
}

fn read_calendar(text: &str) -> Option<When> {
    let Some((day, time)) = text.split_once(['T', 't', ' ']) else {
        return read_day(text).map(When::Day);
    };
    let day = read_day(day)?;
    let zone_at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, offset) = time.split_at_checked(zone_at)?;
    let wall = day.and_time(read_clock(clock)?);
    if offset.is_empty() {
        return Some(When::Wall(wall));
    }
    let utc = wall.checked_sub_signed(TimeDelta::minutes(read_offset(offset)?))?;
    // Four digits of a year is all that can be written again.
    (0..=9999).contains(&utc.year()).then(|| When::Instant(utc.and_utc().timestamp_millis()))
}

fn read_day(text: &str) -> Option<NaiveDate> {
    if !digits(text, "0000-00-00") {
        return None;
    }
    let part = |range: Range<usize>| text.get(range)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(i32::try_from(part(0..4)?).ok()?, part(5..7)?, part(8..10)?)
}

fn read_clock(text: &str) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = match (digits(clock, "00:00"), digits(clock, "00:00:00")) {
        (true, _) if !text.contains('.') => clock.to_owned() + ":00",
        (_, true) => clock.to_owned(),
        _ => return None,
    };
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: String = fraction.chars().chain("00".chars()).take(3).collect();
    let part = |range: Range<usize>| whole.get(range)?.parse::<u32>().ok();
    NaiveTime::from_hms_milli_opt(part(0..2)?, part(3..5)?, part(6..8)?, millis.parse().ok()?)
}

/// Minutes east of UTC.
fn read_offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let rest = text.get(1..)?;
    let (hours, minutes) = if digits(rest, "00") {
        (rest, "0")
    } else if digits(rest, "0000") {
        rest.split_at_checked(2)?
    } else if digits(rest, "00:00") {
        rest.split_once(':')?
    } else {
        return None;
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{}", day.format("%Y-%m-%d")),
            Self::Wall(wall) => write_wall(f, wall),
            Self::Instant(instant) => match DateTime::<Utc>::from_timestamp_millis(*instant) {
                Some(time) => {
                    write_wall(f, &time.naive_utc())?;
                    f.write_str("Z")
                }
                None => Err(fmt::Error),
            },
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Ago { amount, unit } => write!(f, "{amount}{}", unit.row().1),
        }
    }
}

fn write_wall(f: &mut fmt::Formatter<'_>, wall: &NaiveDateTime) -> fmt::Result {
    let form = match wall.and_utc().timestamp_millis() {
        millis if millis % 60_000 == 0 => "%Y-%m-%dT%H:%M",
        millis if millis % 1000 == 0 => "%Y-%m-%dT%H:%M:%S",
        _ => "%Y-%m-%dT%H:%M:%S%.3f",
    };
    write!(f, "{}", wall.format(form))
}
