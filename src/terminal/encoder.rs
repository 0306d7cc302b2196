//! Cells as the bytes that a terminal takes, as few of them as a plain terminal allows: over ssh
//! every step of the cursor is such a stream.
//!
//! What the terminal library sends for changed cells is mostly addresses and colours: a cursor
//! address before every word, a sequence for each of foreground, background and attribute. Here
//! short gaps are written over with what stands there already, longer ones are stepped over, blanks
//! are erased by number, and a style is one sequence, without what a blank would not show.
//!
//! Must not know what the cells mean, nor where the bytes go.

use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::repair::is_risky;
use crate::text::cluster_width;

/// So many cells are rather written again than stepped over: the step takes as many bytes.
const SHORT_GAP: u16 = 3;
/// What shows on a blank, besides its background.
const ON_BLANKS: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);
/// Attributes, the number that sets each, and the one that ends it.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// How the next character would look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank of the one looks like a blank of the other.
    fn is_same_blank(self, other: Self) -> bool {
        let shows = |pen: Self| pen.modifier.intersection(ON_BLANKS);
        self.bg == other.bg
            && shows(self) == shows(other)
            && (self.fg == other.fg || shows(self).is_empty())
    }
}

/// Makes the bytes, and remembers what the terminal shows.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    /// What stands in the cells of each row; blanks beyond.
    rows: Vec<Vec<Cell>>,
    out: String,
    pen: Pen,
    /// Where the next character would stand; `None` where terminals may differ.
    cursor: Option<(u16, u16)>,
    /// Its row, where that is sure.
    row: Option<u16>,
}

impl Encoder {
    /// The terminal is empty now.
    pub(super) fn forget(&mut self) {
        self.rows.clear();
    }

    /// The bytes for these cells, which are in order: row by row, from left to right. Begins and
    /// ends with a pen without style.
    pub(super) fn encode<'a>(
        &mut self,
        content: impl Iterator<Item = (u16, u16, &'a Cell)>,
    ) -> &[u8] {
        self.out.clear();
        (self.cursor, self.row) = (None, None);
        let content: Vec<_> = content.collect();
        let mut rest = content.as_slice();
        while let Some((&(x, y, cell), after)) = rest.split_first() {
            let erased = self.erase(rest);
            if erased > 0 {
                rest = rest.get(erased..).unwrap_or_default();
                continue;
            }
            self.go_to(x, y);
            self.style(Pen::of(cell), is_blank(cell));
            self.out.push_str(cell.symbol());
            self.remember(x, y, cell);
            let columns = u16::try_from(cluster_width(cell.symbol())).unwrap_or(1).max(1);
            let is_sure = has_sure_columns(cell.symbol());
            self.cursor = is_sure.then_some((x.saturating_add(columns), y));
            // Such a cell may even have ended the row.
            self.row = self.row.filter(|_| is_sure);
            rest = after;
        }
        self.set_pen(Pen::default());
        self.out.as_bytes()
    }

    /// Erases the blanks that begin here, where that is shorter than writing them. How many.
    fn erase(&mut self, cells: &[(u16, u16, &Cell)]) -> usize {
        let Some(&(x, y, first)) = cells.first() else { return 0 };
        // Only without a background: some terminals erase in the one they began with.
        let is_empty = |cell: &Cell| is_blank(cell) && Pen::of(cell).is_same_blank(Pen::default());
        if !is_empty(first) {
            return 0;
        }
        let places = (u32::from(x)..).zip(cells);
        let run = places.take_while(|(place, (x, row, cell))| {
            u32::from(*x) == *place && *row == y && is_empty(cell)
        });
        let count = run.count();
        if (usize::from(x)..=usize::from(x) + count).any(|x| self.is_half(x, y)) {
            // What becomes of half a wide character differs from terminal to terminal.
            return 0;
        }
        let goes_on = cells.get(count).is_some_and(|(x, row, _)| {
            *row == y
                && usize::from(*x) <= usize::from(cells.first().map_or(0, |c| c.0)) + count + 8
        });
        // `CSI n X`, and a step over the blanks where more follows.
        let cost = if goes_on { 10 } else { 5 };
        if count <= cost {
            return 0;
        }
        self.go_to(x, y);
        self.style(Pen::default(), true);
        // Writing to a string cannot fail.
        let _ = write!(self.out, "\x1b[{count}X");
        for (x, y, cell) in cells.iter().take(count) {
            self.remember(*x, *y, cell);
        }
        count
    }

    fn go_to(&mut self, x: u16, y: u16) {
        let from = self.cursor.filter(|(column, row)| *row == y && *column <= x);
        match from.map(|(column, _)| (column, x - column)) {
            Some((_, 0)) => {}
            Some((column, gap)) if gap <= SHORT_GAP && self.fill(column..x, y) => {}
            Some((_, 1)) => self.out.push_str("\x1b[C"),
            Some((_, gap)) => {
                let _ = write!(self.out, "\x1b[{gap}C");
            }
            None => self.address(x, y),
        }
        (self.cursor, self.row) = (Some((x, y)), Some(y));
    }

    /// Places the cursor whatever its column is: within its row and the next one by the column.
    fn address(&mut self, x: u16, y: u16) {
        let column = u32::from(x) + 1;
        let _ = match self.row.map(|row| y.checked_sub(row)) {
            Some(Some(0)) => write!(self.out, "\x1b[{column}G"),
            // In the modes of a program a line feed keeps the column.
            Some(Some(1)) => write!(self.out, "\n\x1b[{column}G"),
            _ => write!(self.out, "\x1b[{};{column}H", u32::from(y) + 1),
        };
    }

    /// Writes what stands in these cells again, if the pen need not change for it.
    fn fill(&mut self, columns: std::ops::Range<u16>, y: u16) -> bool {
        let from = self.out.len();
        for x in columns {
            let blank = Cell::EMPTY;
            let cell = self.rows.get(usize::from(y)).and_then(|row| row.get(usize::from(x)));
            let cell = cell.unwrap_or(&blank);
            let pen = Pen::of(cell);
            let is_same = pen == self.pen || (is_blank(cell) && pen.is_same_blank(self.pen));
            if !is_same || !matches!(cell.symbol().as_bytes(), [b' '..=b'~']) {
                self.out.truncate(from);
                return false;
            }
            self.out.push_str(cell.symbol());
        }
        true
    }

    /// Whether a cell has a part of a wide character.
    fn is_half(&self, x: usize, y: u16) -> bool {
        let cell = self.rows.get(usize::from(y)).and_then(|row| row.get(x));
        cell.is_some_and(|cell| cell.symbol().is_empty() || cluster_width(cell.symbol()) > 1)
    }

    fn remember(&mut self, x: u16, y: u16, cell: &Cell) {
        let (x, y) = (usize::from(x), usize::from(y));
        if self.rows.len() <= y {
            self.rows.resize_with(y + 1, Vec::new);
        }
        let Some(row) = self.rows.get_mut(y) else { return };
        // The other half of a wide character is nothing that could be written again.
        let columns = cluster_width(cell.symbol()).max(1);
        if row.len() < x + columns {
            row.resize(x + columns, Cell::EMPTY);
        }
        for (at, place) in row.iter_mut().skip(x).take(columns).enumerate() {
            if at == 0 {
                place.clone_from(cell);
            } else {
                place.set_symbol("");
            }
        }
    }

    fn style(&mut self, wanted: Pen, is_blank: bool) {
        if !(is_blank && wanted.is_same_blank(self.pen)) {
            self.set_pen(wanted);
        }
    }

    fn set_pen(&mut self, wanted: Pen) {
        if wanted == self.pen {
            return;
        }
        let anew = from_nothing(wanted);
        let (from, to) = (self.pen, wanted);
        let changed = changes(from, to);
        let shorter = if changed.len() <= anew.len() { changed } else { anew };
        let _ = write!(self.out, "\x1b[{shorter}m");
        self.pen = wanted;
    }
}

/// Whether every terminal counts the columns of a cell alike: of one character alone, of a wide one
/// only if it is of the scripts that have always been wide, and of no symbol that may be an emoji,
/// private, or a sign for what could not be read.
fn has_sure_columns(symbol: &str) -> bool {
    let is_always_wide = |c: char| {
        matches!(
            c,
            '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{303E}' | '\u{3041}'..='\u{A4CF}'
                | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF01}'..='\u{FF60}'
                | '\u{20000}'..='\u{3FFFD}'
        )
    };
    let is_open_to_doubt = |c: char| {
        matches!(
            c,
            '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{E000}'..='\u{F8FF}'
                | '\u{FFF0}'..='\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{E0000}'..=char::MAX
        )
    };
    let mut letters = symbol.chars();
    let Some(first) = letters.next() else { return true };
    if is_risky(symbol) {
        return letters.next().is_none() && is_always_wide(first);
    }
    !is_open_to_doubt(first)
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " "
}

/// The numbers that set a style whatever was before.
fn from_nothing(wanted: Pen) -> String {
    if wanted == Pen::default() {
        return String::new();
    }
    format!("0;{}", changes(Pen::default(), wanted))
}

/// The numbers that make one style of another, parted by `;`.
fn changes(from: Pen, to: Pen) -> String {
    let mut numbers = String::new();
    let mut had = from.modifier;
    for (attribute, _, end) in ATTRIBUTES {
        if had.contains(attribute) && !to.modifier.contains(attribute) {
            // One number ends bold and dim, another both kinds of blinking.
            for (other, _, same_end) in ATTRIBUTES {
                if end == same_end {
                    had.remove(other);
                }
            }
            add(&mut numbers, format_args!("{end}"));
        }
    }
    for (attribute, start, _) in ATTRIBUTES {
        if to.modifier.contains(attribute) && !had.contains(attribute) {
            add(&mut numbers, format_args!("{start}"));
        }
    }
    if from.fg != to.fg {
        colour(&mut numbers, to.fg, 30);
    }
    if from.bg != to.bg {
        colour(&mut numbers, to.bg, 40);
    }
    numbers
}

fn add(numbers: &mut String, number: std::fmt::Arguments<'_>) {
    if !numbers.is_empty() {
        numbers.push(';');
    }
    let _ = numbers.write_fmt(number);
}

/// Adds a colour; `base` is 30 for the foreground and 40 for the background.
fn colour(numbers: &mut String, colour: Color, base: u8) {
    let (bright, further) = (base + 60, base + 8);
    let number = match colour {
        Color::Reset => base + 9,
        Color::Black => base,
        Color::Red => base + 1,
        Color::Green => base + 2,
        Color::Yellow => base + 3,
        Color::Blue => base + 4,
        Color::Magenta => base + 5,
        Color::Cyan => base + 6,
        Color::Gray => base + 7,
        Color::DarkGray => bright,
        Color::LightRed => bright + 1,
        Color::LightGreen => bright + 2,
        Color::LightYellow => bright + 3,
        Color::LightBlue => bright + 4,
        Color::LightMagenta => bright + 5,
        Color::LightCyan => bright + 6,
        Color::White => bright + 7,
        Color::Indexed(index) => return add(numbers, format_args!("{further};5;{index}")),
        Color::Rgb(r, g, b) => return add(numbers, format_args!("{further};2;{r};{g};{b}")),
    };
    add(numbers, format_args!("{number}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::repair::Repair;
    use proptest::prelude::*;
    use ratatui::backend::{Backend, CrosstermBackend};
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const COLUMNS: u16 = 40;
    const ROWS: u16 = 4;

    fn encoded(before: &Buffer, after: &Buffer) -> String {
        let mut encoder = Encoder::default();
        let empty = Buffer::empty(before.area);
        encoder.encode(empty.diff(before).into_iter());
        String::from_utf8(encoder.encode(before.diff(after).into_iter()).to_vec()).unwrap()
    }

    fn line(text: &str, style: Style) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        buffer.set_string(0, 1, text, style);
        buffer
    }

    #[test]
    fn short_gaps_are_written_again_and_long_ones_are_stepped_over() {
        let plain = Style::new();
        let bytes = |from, to| encoded(&line(from, plain), &line(to, plain));
        assert_eq!(bytes("the cat", "one fox"), "\u{1b}[2;1Hone fox");
        assert_eq!(bytes("abcdefghij", "Xbcdefghij"), "\u{1b}[2;1HX");
        assert_eq!(bytes("abcdefghij", "XbcdefghiY"), "\u{1b}[2;1HX\u{1b}[8CY");
    }

    #[test]
    fn the_next_row_is_addressed_by_its_column_and_what_stands_behind_a_cluster_anew() {
        let empty = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        let mut after = line("या b 世c", Style::new());
        after.set_string(20, 2, "d", Style::new());
        let expected = "\u{1b}[2;1Hया\u{1b}[2;4Hb 世c\n\u{1b}[21Gd";
        assert_eq!(encoded(&empty, &after), expected);
    }

    #[test]
    fn blanks_are_erased_by_number_where_that_is_shorter() {
        let plain = Style::new();
        let long = "a".repeat(30);
        let bytes = |from: &str, to: &str| encoded(&line(from, plain), &line(to, plain));
        assert_eq!(bytes(&long, "x"), "\u{1b}[2;1Hx\u{1b}[29X");
        assert_eq!(bytes("abcd", "x"), "\u{1b}[2;1Hx   ");
    }

    #[test]
    fn a_style_is_one_sequence_and_nothing_is_sent_for_what_a_blank_does_not_show() {
        let styled = Style::new().fg(Color::Indexed(30)).add_modifier(Modifier::BOLD);
        let empty = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        assert_eq!(
            encoded(&empty, &line("to be", styled)),
            "\u{1b}[2;1H\u{1b}[1;38;5;30mto be\u{1b}[m"
        );
        assert_eq!(encoded(&line("a", Style::new()), &line(" ", styled)), "\u{1b}[2;1H ");
    }

    #[test]
    fn ending_one_of_two_attributes_with_the_same_end_keeps_the_other() {
        let from = Pen { modifier: Modifier::BOLD | Modifier::DIM, ..Pen::default() };
        let to = Pen { modifier: Modifier::DIM, ..Pen::default() };
        assert_eq!(changes(from, to), "22;2");
    }

    fn styles() -> impl Strategy<Value = Style> {
        let colours = prop::sample::select(vec![
            Color::Reset,
            Color::Red,
            Color::LightBlue,
            Color::Indexed(200),
            Color::Rgb(1, 2, 3),
        ]);
        let modifiers = prop::sample::select(vec![
            Modifier::empty(),
            // No dim: whoever judges here keeps one of bold and dim only.
            Modifier::BOLD,
            Modifier::REVERSED,
            Modifier::UNDERLINED | Modifier::ITALIC,
            Modifier::BOLD | Modifier::REVERSED,
        ]);
        (colours.clone(), colours, modifiers)
            .prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
    }

    fn frames() -> impl Strategy<Value = Vec<(u16, u16, String, Style)>> {
        let text =
            prop::sample::select(vec!["word", " ", "two words", "世界", "é", "        ", "│"]);
        let piece = (0..COLUMNS, 0..ROWS, text.prop_map(str::to_owned), styles());
        prop::collection::vec(piece, 0..12)
    }

    proptest! {
        #[test]
        fn the_terminal_shows_what_the_frames_say(frames in prop::collection::vec(frames(), 1..4)) {
            // Without it the other half of a wide character would stay.
            let mut repair = Repair::default();
            let mut encoder = Encoder::default();
            let mut screen = vt100::Parser::new(
                ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0,
            );
            let mut before = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
            for pieces in frames {
                let mut after = Buffer::empty(before.area);
                for (x, y, text, style) in pieces {
                    after.set_string(x, y, text, style);
                }
                let plain_after = after.clone();
                repair.mark(&mut after);
                screen.process(encoder.encode(before.diff(&after).into_iter()));
                let mut fresh = vt100::Parser::new(
                    ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0,
                );
                let empty = Buffer::empty(before.area);
                let mut plain = Vec::new();
                CrosstermBackend::new(&mut plain).draw(empty.diff(&plain_after).into_iter()).unwrap();
                fresh.process(&plain);
                for y in 0..ROWS {
                    for x in 0..COLUMNS {
                        let (ours, theirs) =
                            (screen.screen().cell(y, x).unwrap(), fresh.screen().cell(y, x).unwrap());
                        prop_assert_eq!(look(ours), look(theirs), "column {} of row {}", x, y);
                    }
                }
                before = plain_after;
            }
        }
    }

    /// How a cell looks: of a blank only what shows.
    fn look(cell: &vt100::Cell) -> String {
        let text = if cell.contents().is_empty() { " " } else { cell.contents() };
        let shows = text != " " || cell.inverse() || cell.underline();
        let fg = shows.then(|| cell.fgcolor());
        let marks = (text != " ").then(|| (cell.bold(), cell.dim(), cell.italic()));
        let on_blanks = (cell.inverse(), cell.underline());
        format!("{text:?} {fg:?} {:?} {marks:?} {on_blanks:?}", cell.bgcolor())
    }
}
