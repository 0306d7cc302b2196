//! Times: milliseconds since 1970 in UTC, the zone they are shown in, and how they are written.
//!
//! Never asks the clock: the present time always comes in as a value.

mod instant;

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Offset, TimeZone, Timelike, Utc,
};

pub use instant::{instant_from_number, parse_instant};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// The zone in which times are shown and dates in queries are understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Zone {
    /// The zone of the machine.
    #[default]
    Local,
    /// A zone of the IANA database.
    Named(chrono_tz::Tz),
}

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self::Named(chrono_tz::Tz::UTC);

    /// Reads a setting: `local` or an IANA name such as `Europe/Vienna`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "local" => Some(Self::Local),
            _ => name.parse().ok().map(Self::Named),
        }
    }

    /// The wall clock of this zone at an instant; `None` outside of what a calendar can hold.
    pub fn at(self, instant: Millis) -> Option<NaiveDateTime> {
        let utc = DateTime::<Utc>::from_timestamp_millis(instant)?.naive_utc();
        utc.checked_add_offset(self.ahead(utc))
    }

    /// How far this zone's wall clock is ahead of universal time at an instant: `+02:00`; `None`
    /// outside of what a calendar can hold.
    pub fn offset(self, instant: Millis) -> Option<String> {
        let utc = DateTime::<Utc>::from_timestamp_millis(instant)?.naive_utc();
        Some(self.ahead(utc).to_string())
    }

    fn ahead(self, utc: NaiveDateTime) -> FixedOffset {
        match self {
            Self::Local => chrono::Local.offset_from_utc_datetime(&utc).fix(),
            Self::Named(zone) => zone.offset_from_utc_datetime(&utc).fix(),
        }
    }

    /// The first instant at which this zone's wall clock shows `wall` (or, in the hour that a
    /// change of clocks leaves out, the first one after it).
    pub fn instant(self, wall: NaiveDateTime) -> Option<Millis> {
        fn first<Z: TimeZone>(zone: &Z, wall: NaiveDateTime) -> Option<Millis> {
            (0..=4)
                .filter_map(|half_hours| {
                    wall.checked_add_signed(chrono::TimeDelta::minutes(30 * half_hours))
                })
                .find_map(|wall| zone.from_local_datetime(&wall).earliest())
                .map(|time| time.timestamp_millis())
        }
        match self {
            Self::Local => first(&chrono::Local, wall),
            Self::Named(zone) => first(&zone, wall),
        }
    }

    /// The first instant of a day.
    pub fn start_of(self, day: NaiveDate) -> Option<Millis> {
        self.instant(day.and_hms_opt(0, 0, 0)?)
    }

    /// The day in this zone, for comparing days and for day lines.
    pub fn day(self, instant: Millis) -> Option<NaiveDate> {
        self.at(instant).map(|wall| wall.date())
    }
}

/// `10:02:11`, or `time?` outside of the calendar.
pub fn clock(instant: Millis, zone: Zone) -> String {
    zone.at(instant).map_or_else(
        || "time?".to_owned(),
        |wall| format!("{:02}:{:02}:{:02}", wall.hour(), wall.minute(), wall.second()),
    )
}

/// `2026-10-01 10:02:11`, or `time?` outside of the calendar.
pub fn date_and_clock(instant: Millis, zone: Zone) -> String {
    zone.at(instant)
        .map_or_else(|| "time?".to_owned(), |wall| wall.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// `2026-10-01 10:02`, for lists; `time?` outside of the calendar.
pub fn date_and_minute(instant: Millis, zone: Zone) -> String {
    zone.at(instant)
        .map_or_else(|| "time?".to_owned(), |wall| wall.format("%Y-%m-%d %H:%M").to_string())
}

/// `2026-10-01T10:02:11.000Z`: the form for machines, always in UTC.
pub fn iso(instant: Millis) -> String {
    let Some(time) = DateTime::<Utc>::from_timestamp_millis(instant) else {
        return "time?".to_owned();
    };
    if !(0..=9999).contains(&time.year()) {
        return time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    }
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.timestamp_subsec_millis()
    )
}

/// The line that parts two days: `Thu 1 October 2026`.
pub fn day_line(day: NaiveDate) -> String {
    format!("{} {} {}", day.format("%a"), day.day(), day.format("%B %Y"))
}

/// How long ago, for a list: `just now`, `5 min ago`, `2 h ago`, `yesterday`, `3 days ago`, then
/// the date. A time in the future is written as its date.
pub fn ago(instant: Millis, now: Millis, zone: Zone) -> String {
    let seconds = now.saturating_sub(instant) / 1000;
    let Some(wall) = zone.at(instant) else { return "time?".to_owned() };
    let days = zone.day(now).map_or(i64::MAX, |today| (today - wall.date()).num_days());
    match seconds {
        i64::MIN..=-60 => wall.format("%Y-%m-%d").to_string(),
        -59..=59 => "just now".to_owned(),
        60..=3599 => format!("{} min ago", seconds / 60),
        _ if days == 0 || seconds < 6 * 3600 => format!("{} h ago", seconds / 3600),
        _ if days == 1 => "yesterday".to_owned(),
        _ if days < 7 => format!("{days} days ago"),
        _ => wall.format("%Y-%m-%d").to_string(),
    }
}

/// A span between a question and its reply: `0.4 s`, `3.2 s`, `45 s`, `2 min`, `3 h`, `2 days`.
pub fn span(millis: i64) -> String {
    match millis {
        i64::MIN..=-1 => format!("-{}", span(millis.saturating_neg())),
        0..=9_999 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        10_000..=119_999 => format!("{} s", millis / 1000),
        120_000..=7_199_999 => format!("{} min", millis / 60_000),
        7_200_000..=172_799_999 => format!("{} h", millis / 3_600_000),
        _ => format!("{} days", millis / 86_400_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Millis = 1_790_856_000_000; // 2026-10-01T12:00:00Z

    #[test]
    fn times_are_written_in_their_zone() {
        let vienna = Zone::parse("Europe/Vienna").unwrap();
        assert_eq!(clock(NOON, Zone::UTC), "12:00:00");
        assert_eq!(clock(NOON, vienna), "14:00:00");
        assert_eq!(iso(NOON), "2026-10-01T12:00:00.000Z");
        assert_eq!(date_and_clock(NOON, vienna), "2026-10-01 14:00:00");
        assert_eq!(day_line(vienna.day(NOON).unwrap()), "Thu 1 October 2026");
        assert_eq!(clock(i64::MAX, Zone::UTC), "time?");
        assert_eq!(vienna.offset(NOON).as_deref(), Some("+02:00"));
        assert_eq!(vienna.offset(i64::MAX), None);
    }

    proptest::proptest! {
        #[test]
        fn times_for_machines_are_those_of_the_library(instant in -70_000_000_000_000..300_000_000_000_000_i64) {
            let time = DateTime::<Utc>::from_timestamp_millis(instant).unwrap();
            let expected = time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
            proptest::prop_assert_eq!(iso(instant), expected);
        }
    }

    #[test]
    fn an_hour_that_a_change_of_clocks_leaves_out_still_has_an_instant() {
        let vienna = Zone::parse("Europe/Vienna").unwrap();
        let gone = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
        let instant = vienna.instant(gone).unwrap();
        assert_eq!(date_and_clock(instant, vienna), "2026-03-29 03:00:00");
    }

    #[test]
    fn ages_read_like_speech() {
        let minute = 60_000;
        let cases = [
            (0, "just now"),
            (5 * minute, "5 min ago"),
            (119 * minute, "1 h ago"),
            (20 * 60 * minute, "yesterday"),
            (3 * 24 * 60 * minute, "3 days ago"),
            (30 * 24 * 60 * minute, "2026-09-01"),
            (-24 * 60 * minute, "2026-10-02"),
        ];
        for (before, text) in cases {
            assert_eq!(ago(NOON - before, NOON, Zone::UTC), text);
        }
    }

    #[test]
    fn spans_are_short() {
        let cases = [
            (0, "0.0 s"),
            (3_240, "3.2 s"),
            (45_000, "45 s"),
            (150_000, "2 min"),
            (-1_500, "-1.5 s"),
        ];
        for (millis, text) in cases {
            assert_eq!(span(millis), text);
        }
    }
}
