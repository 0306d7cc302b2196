//! How the columns of a table share those of a terminal.
//!
//! ```text
//!  what everything needs ─► ids and words give way ─► columns that can be spared go
//!      ─► what was asked for is shortened, as far as it has to be
//! ```
//!
//! Must not know what stands in a column beyond its kind.

use super::super::ColumnKind;

/// Cells between two columns.
pub(super) const GAP: usize = 2;
/// The same where there is no room for anything.
const NARROW_GAP: usize = 1;
/// What an id keeps before a column is left out, in cells.
const ID: usize = 10;
/// The same of words.
const WORDS: usize = 16;

/// What a column needs, in cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    /// What stands in it.
    pub(super) kind: ColumnKind,
    /// How soon it is left out: the highest first, 0 never.
    pub(super) spare: u8,
    /// Its widest cell.
    pub(super) cells: usize,
    /// The same with its name.
    pub(super) most: usize,
}

/// The widths of columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fit {
    /// The cells of each column; none for one that is left out.
    pub(super) widths: Vec<Option<usize>>,
    /// The cells between two columns.
    pub(super) gap: usize,
}

/// How little a column is left, from step to step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Floor {
    /// Enough to read; `words` for each column of words.
    Readable { words: usize },
    /// Enough to tell one from another.
    Short,
    /// The start of each. Of a number all, but not its name.
    Stub,
    /// One cell. Of a number all.
    Sign,
    /// One cell.
    Cell,
}

impl Floor {
    fn of(self, need: &Need) -> usize {
        let least = match (self, need.kind) {
            (Self::Readable { .. } | Self::Short, ColumnKind::Number | ColumnKind::Time) => {
                need.most
            }
            (Self::Readable { .. }, ColumnKind::Id) => ID,
            (Self::Readable { words }, ColumnKind::Words) => words,
            (Self::Short, ColumnKind::Id) => 6,
            (Self::Short, ColumnKind::Words) => 8,
            (Self::Stub | Self::Sign, ColumnKind::Number) => need.cells,
            // The day, and that there is more.
            (Self::Stub, ColumnKind::Time) => 11,
            (Self::Stub, ColumnKind::Id | ColumnKind::Words) => 3,
            (Self::Sign | Self::Cell, _) => 1,
        };
        least.min(need.most).max(1)
    }
}

/// What everything needs, without an end to the line.
pub(super) fn natural(needs: &[Need]) -> Fit {
    Fit { widths: needs.iter().map(|need| Some(need.most)).collect(), gap: GAP }
}

/// Shares a line of so many cells.
pub(super) fn fit(needs: &[Need], room: usize) -> Fit {
    let words = needs.iter().filter(|need| need.kind == ColumnKind::Words).count().max(1);
    // More than they need to be read, where no column has to go for it.
    let readable = [(room / 4 / words).max(WORDS), WORDS].map(|words| Floor::Readable { words });
    let mut kept = vec![true; needs.len()];
    let shared = |kept: &[bool], floor, gap| share(needs, kept, floor, room, gap);
    loop {
        if let Some(fit) = readable.into_iter().find_map(|floor| shared(&kept, floor, GAP)) {
            return fit;
        }
        let is_several = kept.iter().filter(|kept| **kept).count() > 1;
        let spare = needs.iter().zip(&mut kept).filter(|(need, kept)| **kept && need.spare > 0);
        let most_spare = spare.max_by_key(|(need, _)| need.spare).filter(|_| is_several);
        let Some((_, kept)) = most_spare else { break };
        *kept = false;
    }
    let steps = [
        (Floor::Short, GAP),
        (Floor::Stub, GAP),
        (Floor::Sign, NARROW_GAP),
        (Floor::Cell, NARROW_GAP),
    ];
    loop {
        let fit = steps.into_iter().find_map(|(floor, gap)| shared(&kept, floor, gap));
        match (fit, kept.iter_mut().rfind(|kept| **kept)) {
            (Some(fit), _) => return fit,
            // There are more columns than the terminal has cells.
            (None, Some(last)) => *last = false,
            (None, None) => return Fit { widths: vec![None; needs.len()], gap: GAP },
        }
    }
}

/// Gives each column its least, and then more in turn, as far as the line goes; [`None`] where the
/// line is too short for that.
fn share(needs: &[Need], kept: &[bool], floor: Floor, room: usize, gap: usize) -> Option<Fit> {
    let count = kept.iter().filter(|kept| **kept).count();
    let mut widths: Vec<Option<usize>> =
        needs.iter().zip(kept).map(|(need, kept)| kept.then(|| floor.of(need))).collect();
    let used = widths.iter().flatten().sum::<usize>() + gap * count.saturating_sub(1);
    let mut left = room.checked_sub(used)?;
    if matches!(floor, Floor::Readable { .. } | Floor::Short) {
        left = raise(&mut widths, needs, left, |need| need.kind == ColumnKind::Id);
    }
    raise(&mut widths, needs, left, |_| true);
    Some(Fit { widths, gap })
}

/// Widens some columns up to what they need, the narrowest first; what is left over.
fn raise(
    widths: &mut [Option<usize>],
    needs: &[Need],
    mut left: usize,
    is_meant: impl Fn(&Need) -> bool,
) -> usize {
    while left > 0 {
        let columns = widths.iter_mut().zip(needs);
        let columns = columns.filter_map(|(width, need)| Some((width.as_mut()?, need)));
        let wanting = columns.filter(|(width, need)| **width < need.most && is_meant(need));
        let Some((width, _)) = wanting.min_by_key(|(width, _)| **width) else { break };
        *width += 1;
        left -= 1;
    }
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn need(kind: ColumnKind, spare: u8, cells: usize) -> Need {
        let name = if kind == ColumnKind::Number { 8 } else { 4 };
        Need { kind, spare, cells, most: cells.max(name) }
    }

    /// As `sessions` has them: id, user, messages, turns, time, title.
    fn sessions(id: usize, title: usize) -> [Need; 6] {
        [
            need(ColumnKind::Id, 0, id),
            need(ColumnKind::Id, 1, 6),
            need(ColumnKind::Number, 4, 2),
            need(ColumnKind::Number, 5, 1),
            need(ColumnKind::Time, 2, 16),
            need(ColumnKind::Words, 0, title),
        ]
    }

    fn widths(needs: &[Need], room: usize) -> Vec<usize> {
        fit(needs, room).widths.into_iter().map(Option::unwrap_or_default).collect()
    }

    #[test]
    fn words_give_way_first_then_ids_and_then_columns_go() {
        assert_eq!(widths(&sessions(15, 30), 200), [15, 6, 8, 8, 16, 30]);
        assert_eq!(widths(&sessions(15, 90), 120), [15, 6, 8, 8, 16, 57]);
        assert_eq!(widths(&sessions(36, 90), 120), [36, 6, 8, 8, 16, 36]);
        assert_eq!(widths(&sessions(36, 90), 80), [12, 6, 8, 8, 16, 20]);
        assert_eq!(widths(&sessions(36, 90), 60), [16, 6, 0, 0, 16, 16]);
        assert_eq!(widths(&sessions(15, 90), 40), [14, 6, 0, 0, 0, 16]);
        assert_eq!(widths(&sessions(15, 3), 60), [15, 6, 8, 0, 16, 4], "short words need little");
    }

    #[test]
    fn what_was_asked_for_is_shortened_and_stays() {
        let asked = sessions(36, 90).map(|need| Need { spare: 0, ..need });
        for room in 20..=120 {
            assert!(fit(&asked, room).widths.iter().all(Option::is_some), "{room}");
        }
        assert_eq!(widths(&asked, 60), [9, 6, 8, 8, 11, 8]);
    }

    proptest! {
        #[test]
        fn a_line_is_never_longer_than_the_terminal_and_no_room_is_left_where_something_is_cut(
            columns in prop::collection::vec((0_u8..4, 0_u8..4, 0_usize..90), 1..12),
            room in 1_usize..220,
        ) {
            let kinds = [ColumnKind::Number, ColumnKind::Time, ColumnKind::Id, ColumnKind::Words];
            let needs: Vec<Need> = columns
                .iter()
                .map(|&(kind, spare, cells)| need(kinds[usize::from(kind)], spare, cells))
                .collect();
            let Fit { widths, gap } = fit(&needs, room);
            let shown = widths.iter().flatten().count();
            let used = widths.iter().flatten().sum::<usize>() + gap * shown.saturating_sub(1);
            prop_assert!(used <= room && shown > 0, "{used} of {room}: {widths:?}");
            let is_cut = widths.iter().zip(&needs).any(|(width, need)| {
                width.is_some_and(|width| width < need.most)
            });
            prop_assert!(!is_cut || used == room, "{used} of {room}: {widths:?}");
        }
    }
}
