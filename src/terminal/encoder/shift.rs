//! Rows that moved: a text that scrolls by a line changes almost every cell of its pane, and the
//! terminal can move rows by itself.
//!
//! It moves whole rows, also what stands beside the pane that scrolled; whether that is worth while
//! is counted before.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use ratatui::buffer::Cell;

use super::cells::{is_blank, looks_like};
use super::pen::Pen;

/// Cells side by side that are looked for in other rows.
const BLOCK: usize = 8;
/// So many blocks in other rows are no chance.
const VOTES: usize = 4;
/// Bytes that are to be spared: the sequences take two dozen, the rest is for what is not counted.
const WORTH: usize = 100;
/// An odd number without a pattern: each bit of a mark tells of all letters before.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
/// Bytes that place the cursor, that change the pen, that erase a run of blanks; about.
const PLACE: usize = 4;
const STYLE: usize = 8;
const ERASE: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Direction {
    Up,
    Down,
}

/// The rows `top..end` move by so many, fewer than they are; blank ones come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shift {
    pub(super) top: usize,
    pub(super) end: usize,
    pub(super) by: usize,
    pub(super) direction: Direction,
}

impl Shift {
    /// The move that spares a good part of the bytes that make one screen of another, if there is
    /// one. Takes as long as there are cells.
    pub(super) fn between(shown: &[Vec<Cell>], wanted: &[Vec<Cell>]) -> Option<Self> {
        let (by, direction) = distance(shown, wanted)?;
        let source = |row: usize| match direction {
            Direction::Up => row.checked_add(by),
            Direction::Down => row.checked_sub(by),
        };
        let stays: Vec<_> = shown.iter().zip(wanted).map(|(old, new)| cost(old, new)).collect();
        let spared = wanted.iter().enumerate().map(|(row, new)| {
            let moved = cost(shown.get(source(row)?)?, new);
            Some(signed(*stays.get(row)?) - signed(moved))
        });
        let (first, behind, spared) = best_run(spared)?;
        let (top, end, blank) = match direction {
            Direction::Up => (first, behind + by, behind..behind + by),
            Direction::Down => (first - by, behind, first - by..first),
        };
        let come_in = blank
            .filter_map(|row| Some(signed(cost(&[], wanted.get(row)?)) - signed(*stays.get(row)?)));
        let spared = spared - come_in.sum::<isize>();
        (spared >= signed(WORTH)).then_some(Self { top, end, by, direction })
    }

    /// Moves what is remembered of the rows like the terminal does.
    pub(super) fn apply(&self, rows: &mut [Vec<Cell>]) {
        let Some(moved) = rows.get_mut(self.top..self.end) else { return };
        let blank = match self.direction {
            Direction::Up => {
                moved.rotate_left(self.by);
                moved.len() - self.by..moved.len()
            }
            Direction::Down => {
                moved.rotate_right(self.by);
                0..self.by
            }
        };
        moved.get_mut(blank).into_iter().flatten().for_each(Vec::clear);
    }
}

/// How far most blocks moved that are elsewhere now.
fn distance(shown: &[Vec<Cell>], wanted: &[Vec<Cell>]) -> Option<(usize, Direction)> {
    // Where each block stood, `None` where there were several like it.
    let mut places: HashMap<u64, Option<usize>, FixedState> = HashMap::default();
    for (row, mark) in marks(shown) {
        places.entry(mark).and_modify(|place| *place = None).or_insert(Some(row));
    }
    let mut votes: HashMap<(usize, Direction), usize, FixedState> = HashMap::default();
    for (row, mark) in marks(wanted) {
        if let Some(Some(from)) = places.get(&mark)
            && *from != row
        {
            let direction = if *from > row { Direction::Up } else { Direction::Down };
            *votes.entry((from.abs_diff(row), direction)).or_default() += 1;
        }
    }
    let (distance, votes) =
        votes.into_iter().max_by_key(|((by, _), votes)| (*votes, usize::MAX - by))?;
    (votes >= VOTES).then_some(distance)
}

/// A mark of each block that is not blank, with its row.
fn marks(rows: &[Vec<Cell>]) -> impl Iterator<Item = (usize, u64)> {
    let is_told = |cells: &&[Cell]| !cells.iter().all(is_blank);
    rows.iter().enumerate().flat_map(move |(row, cells)| {
        let blocks = cells.chunks(BLOCK).enumerate();
        blocks.filter(move |(_, cells)| is_told(cells)).map(move |(at, cells)| {
            // The letters are enough: what a move would spare is counted later.
            let letters = cells.iter().map(|cell| letters(cell.symbol()));
            (row, letters.fold(at as u64, |mark, letters| (mark ^ letters).wrapping_mul(FACTOR)))
        })
    })
}

/// The first bytes of a symbol as a number: all of most symbols.
fn letters(symbol: &str) -> u64 {
    match symbol.as_bytes() {
        [byte] => u64::from(*byte),
        bytes => bytes.iter().take(8).fold(0, |letters, byte| letters << 8 | u64::from(*byte)),
    }
}

/// About the bytes that make one row of another.
fn cost(old: &[Cell], new: &[Cell]) -> usize {
    let (mut cost, mut blanks, mut is_here) = (0, 0, false);
    let mut pen = Pen::default();
    let behind = |_| &Cell::EMPTY;
    let length = old.len().max(new.len());
    let old = old.iter().chain((old.len()..length).map(behind));
    let new = new.iter().chain((new.len()..length).map(behind));
    for (old, new) in old.zip(new) {
        if looks_like(old, new) {
            is_here = false;
        } else if is_blank(new) {
            blanks += 1;
            cost += usize::from(blanks <= ERASE);
        } else {
            cost += new.symbol().len() + if is_here { 0 } else { PLACE };
            cost += if pen == Pen::of(new) { 0 } else { STYLE };
            (pen, blanks, is_here) = (Pen::of(new), 0, true);
        }
    }
    cost
}

/// The neighbours with the greatest sum: from where, to before where, and how much. No neighbours
/// are those with none between them.
fn best_run(values: impl Iterator<Item = Option<isize>>) -> Option<(usize, usize, isize)> {
    let mut best = None;
    let (mut from, mut sum) = (0, 0);
    for (at, value) in values.enumerate() {
        sum = value.map_or(0, |value| value + sum);
        if sum <= 0 {
            (from, sum) = (at + 1, 0);
        } else if best.is_none_or(|(_, _, most)| sum > most) {
            best = Some((from, at + 1, sum));
        }
    }
    best
}

fn signed(bytes: usize) -> isize {
    isize::try_from(bytes).unwrap_or(isize::MAX)
}
