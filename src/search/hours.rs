//! The second of the day at which a message was sent, in one zone.
//!
//! A zone is asked once for each hour that occurs: a calendar is slow, and between the changes of
//! its clocks a zone adds the same to every instant. Must not know what is asked of the second.

use std::cell::RefCell;

use crate::time::{Millis, Zone};

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;
/// How many hours are remembered, as a power of two.
const REMEMBERED: i64 = 1 << 12;

/// The clock of a zone, with a memory of its own: for one thread.
#[derive(Debug)]
pub(super) struct Clock {
    zone: Zone,
    /// For hours since 1970, each at its last digits: the hour, and what is added in it.
    hours: RefCell<Vec<Option<(i64, Millis)>>>,
}

impl Clock {
    pub(super) fn new(zone: Zone) -> Self {
        Self { zone, hours: RefCell::default() }
    }

    /// The second of the day; `None` outside of the calendar.
    pub(super) fn second(&self, instant: Millis) -> Option<u32> {
        let wall = instant.checked_add(self.offset(instant)?)?;
        u32::try_from(wall.rem_euclid(DAY) / 1000).ok()
    }

    fn offset(&self, instant: Millis) -> Option<Millis> {
        let hour = instant.div_euclid(HOUR);
        let place = usize::try_from(hour.rem_euclid(REMEMBERED)).ok()?;
        let mut hours = self.hours.borrow_mut();
        if hours.is_empty() {
            hours.resize(usize::try_from(REMEMBERED).ok()?, None);
        }
        let slot = hours.get_mut(place)?;
        if let Some((known, offset)) = *slot
            && known == hour
        {
            return Some(offset);
        }
        let ask = |instant| Some(self.zone.at(instant)?.and_utc().timestamp_millis() - instant);
        let offset = ask(instant)?;
        // Where the clocks change within the hour nothing is remembered of it.
        if ask(hour * HOUR) == Some(offset) && ask(hour * HOUR + HOUR - 1) == Some(offset) {
            *slot = Some((hour, offset));
        }
        Some(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;

    #[test]
    fn seconds_are_those_of_the_calendar_also_where_the_clocks_change() {
        for name in ["Europe/Vienna", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"] {
            let zone = Zone::parse(name).unwrap();
            let clock = Clock::new(zone);
            let days = [1_774_742_400_000, 1_775_314_800_000, -5_000_000_000_000, 0];
            for instant in days.into_iter().flat_map(|day| (0..200).map(move |n| day + n * 613_417))
            {
                let wall = zone.at(instant).unwrap().and_utc().timestamp();
                let expected = u32::try_from(wall.rem_euclid(86_400)).unwrap();
                assert_eq!(clock.second(instant), Some(expected), "{name} {instant}");
                assert_eq!(clock.second(instant), Some(expected), "{name} {instant}");
            }
        }
        assert_eq!(Clock::new(Zone::UTC).second(Millis::MAX), None);
    }
}
