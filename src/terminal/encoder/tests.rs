//! The bytes for some frames, and that every terminal shows what the frames say.

use super::cells::has_sure_columns;
use super::pen::{Pen, changes};
use super::*;
use crate::terminal::repair::Repair;
use proptest::prelude::*;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

const COLUMNS: u16 = 40;
const ROWS: u16 = 4;

fn encoded(before: &Buffer, after: &Buffer) -> String {
    let mut encoder = Encoder::default();
    let empty = Buffer::empty(before.area);
    encoder.encode(empty.diff(before).into_iter(), Some(before.area.width));
    String::from_utf8(
        encoder.encode(before.diff(after).into_iter(), Some(after.area.width)).to_vec(),
    )
    .unwrap()
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
fn the_next_row_is_reached_by_a_line_feed_and_what_stands_behind_a_cluster_anew() {
    let empty = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
    let mut after = line("या b 世c", Style::new());
    after.set_string(20, 2, "d", Style::new());
    let expected = "\u{1b}[2;1Hया\u{1b}[2;3H b 世c\n\u{1b}[12Cd";
    assert_eq!(encoded(&empty, &after), expected);
}

#[test]
fn blanks_are_erased_by_number_where_that_is_shorter() {
    let plain = Style::new();
    let long = "a".repeat(30);
    let bytes = |from: &str, to: &str| encoded(&line(from, plain), &line(to, plain));
    assert_eq!(bytes(&long, "x"), "\u{1b}[2;1Hx\u{1b}[K");
    assert_eq!(bytes("abc", "x"), "\u{1b}[2;1Hx  ");
    let behind = |text: &str| format!("{text:30}│");
    assert_eq!(bytes(&behind(&long), &behind("x")), "\u{1b}[2;1Hx\u{1b}[29X");
    assert_eq!(bytes(&behind("abc de fg"), &behind("x")), "\u{1b}[2;1Hx\u{1b}[8X");
    // Half of a wide character is never erased alone.
    assert_eq!(bytes("世世世世世", "a"), "\u{1b}[2;1Ha \u{1b}[K");
}

#[test]
fn a_wide_character_leaves_alone_what_stands_far_from_it() {
    let bytes = |from, to| encoded(&line(from, Style::new()), &line(to, Style::new()));
    assert_eq!(bytes("世 some words", "世 some wordy"), "\u{1b}[2;13Hy");
    assert_eq!(bytes("🎉 some words", "🎉 some wordy"), "\u{1b}[2;13Hy");
    assert_eq!(bytes("🎉 b", "🎉ab"), "\u{1b}[2;3Ha");
    // Two characters may take four columns.
    assert_eq!(bytes("या abc", "या xbc"), "\u{1b}[2;1Hया\u{1b}[2;3H x");
    // Where a terminal takes one column for it, nothing of before is left in the other one.
    assert_eq!(bytes("abc", "🎉c"), "\u{1b}[2;1H  \u{1b}[1G🎉");
}

/// A pane with a bar in front of its text and a scrollbar behind it, both in colours of their own.
fn framed(texts: &[&str], bar: &str, thumb: &str) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 8));
    for (y, text) in (1_u16..).zip(texts) {
        buffer.set_string(0, y, bar, Style::new().fg(Color::Green));
        buffer.set_string(2, y, text, Style::new());
        buffer.set_string(39, y, thumb, Style::new().fg(Color::Indexed(30)));
    }
    buffer
}

#[test]
fn bars_wait_for_the_text_and_are_written_below_one_another() {
    let before = framed(&["##################"; 4], "│", "│");
    let after = framed(&["alpha", "gamma", "delta", "kappa"], "▌", "┃");
    let expected = "\u{1b}[2;3Halpha\u{1b}[K\n\u{1b}[5Dgamma\u{1b}[K\n\u{1b}[5Ddelta\u{1b}[K\
                    \n\u{1b}[5Dkappa\u{1b}[K\u{1b}[2;1H\u{1b}[32m▌\n\u{1b}[D▌\n\u{1b}[D▌\n\u{1b}[D▌\
                    \u{1b}[2;40H\u{1b}[38;5;30m┃\n\u{1b}[C┃\n\u{1b}[C┃\n\u{1b}[C┃\u{1b}[m";
    assert_eq!(encoded(&before, &after), expected);
    same_picture(&[before.clone(), after, before]);
}

#[test]
fn a_row_is_erased_to_its_end_where_what_follows_is_written_anew() {
    let behind = |text: &str, end: &str| line(&format!("{text:30}{end}"), Style::new());
    let long = "a".repeat(28);
    let sent = encoded(&behind(&long, "12-35"), &behind("x", "08:41"));
    assert_eq!(sent, "\u{1b}[2;1Hx\u{1b}[K\u{1b}[29C08:41");
    // What a terminal may have drawn over blanks is blanked again.
    let edged = |text: &str, end: &str| {
        let mut buffer = behind(text, end);
        buffer.set_string(COLUMNS - 1, 0, "│", Style::new());
        buffer
    };
    same_picture(&[edged(&long, "👨\u{200d}👩"), edged("x", "👨\u{200d}👧"), edged("x", "y")]);
}

/// A screen of two panes; the right one shows its text from this line on.
fn panes(from: usize) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 70, 12));
    for y in 1..11 {
        buffer.set_string(0, y, format!("│{:>5}│", u32::from(y) * 7919), Style::new());
        let line = (from + usize::from(y)) * 10_007;
        let text = format!("{line} and {} are words of 世界 {}", line * 31, line * 17);
        buffer.set_string(8, y, text, Style::new());
    }
    buffer.set_string(0, 0, "the top", Style::new());
    buffer.set_string(0, 11, "the bottom", Style::new());
    buffer
}

#[test]
fn rows_that_moved_are_moved_by_the_terminal_and_what_stands_beside_them_is_written_again() {
    let sent = encoded(&panes(20), &panes(22));
    assert!(sent.starts_with("\u{1b}[r\u{1b}[2H\u{1b}[2M\u{1b}[10H\u{1b}[2L"), "{sent:?}");
    let back = encoded(&panes(22), &panes(21));
    assert!(back.starts_with("\u{1b}[r\u{1b}[11H\u{1b}[1M\u{1b}[2H\u{1b}[1L"), "{back:?}");
    for (from, to, sent) in [(20, 22, sent), (22, 21, back)] {
        let whole = encoded(&Buffer::empty(panes(0).area), &panes(to)).len();
        assert!(sent.len() < whole / 2, "{} of {whole} bytes", sent.len());
        same_picture(&[panes(from), panes(to)]);
    }
}

#[test]
fn rows_are_not_moved_where_that_spares_nothing() {
    // The list moves by one line, and beside it is another text.
    let list = |from: u16| {
        let mut buffer = panes(usize::from(from) * 1000);
        for y in 1..11 {
            buffer.set_string(0, y, format!("│{:>5}│", (y + from) * 919), Style::new());
        }
        buffer
    };
    let sent = encoded(&list(0), &list(1));
    assert!(!sent.contains("\u{1b}[r"), "{sent:?}");
    same_picture(&[list(0), list(1)]);
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

fn styles() -> impl Strategy<Value = Style> + Clone {
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

/// Where a text stands, and how it looks.
type Piece = (u16, u16, String, Style);

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let text = prop::sample::select(vec!["word", " ", "two words", "世界", "é", "        ", "│"]);
    let piece = (0..COLUMNS, 0..ROWS, text.prop_map(str::to_owned), styles());
    prop::collection::vec(piece, 0..12)
}

/// A terminal that these bytes went to.
fn shown(area: Rect, frames: &[&[u8]]) -> vt100::Parser {
    let mut screen =
        vt100::Parser::new(area.height.try_into().unwrap(), area.width.try_into().unwrap(), 0);
    for bytes in frames {
        screen.process(bytes);
    }
    screen
}

/// Each frame, sent after those before it, looks like it does on an empty screen, and as the
/// terminal library draws it where it counts columns like this terminal.
fn same_picture(frames: &[Buffer]) {
    let area = frames[0].area;
    let empty = Buffer::empty(area);
    let (mut encoder, mut repair, mut before) =
        (Encoder::default(), Repair::default(), empty.clone());
    let mut screen = shown(area, &[]);
    for frame in frames {
        let mut marked = frame.clone();
        // Without it the other half of a wide character would stay.
        repair.mark(&mut marked);
        screen.process(encoder.encode(before.diff(&marked).into_iter(), Some(area.width)));
        before = frame.clone();
        let mut alone = Encoder::default();
        let alone = shown(area, &[alone.encode(empty.diff(frame).into_iter(), Some(area.width))]);
        let mut plain = Vec::new();
        CrosstermBackend::new(&mut plain).draw(empty.diff(frame).into_iter()).unwrap();
        let plain = shown(area, &[&plain]);
        let is_sure = frame.content.iter().all(|cell| has_sure_columns(cell.symbol()));
        let judges = if is_sure { vec![alone, plain] } else { vec![alone] };
        for (y, x) in (0..area.height).flat_map(|y| (0..area.width).map(move |x| (y, x))) {
            for judge in &judges {
                let ours = look(screen.screen().cell(y, x).unwrap());
                let theirs = look(judge.screen().cell(y, x).unwrap());
                assert_eq!(ours, theirs, "column {x} of row {y}");
            }
        }
    }
}

fn painted(area: Rect, pieces: &[Piece]) -> Buffer {
    let mut buffer = Buffer::empty(area);
    buffer.set_string(area.width - 1, 0, "│", Style::new());
    for (x, y, text, style) in pieces {
        buffer.set_string(*x, *y, text, *style);
    }
    buffer
}

/// Frames of which a part of the columns moved by some rows, with other changes on top.
fn moving_frames() -> impl Strategy<Value = Vec<Buffer>> {
    let area = Rect::new(0, 0, COLUMNS, 16);
    let text = prop::sample::select(vec![
        "some long words",
        "世界世界",
        "│ │",
        "        ",
        "é",
        "🎉",
        "या",
        "👨\u{200d}👩\u{200d}👧",
        "▌",
    ]);
    // Not at the edge: there this terminal would go on in the next row.
    let piece = (0..COLUMNS - 20, 0..area.height, text.prop_map(str::to_owned), styles());
    let base = prop::collection::vec(piece.clone(), 20..60);
    let step = (0..20_u16, 1..6_i32, prop::bool::ANY, prop::collection::vec(piece, 0..4));
    (base, prop::collection::vec(step, 1..4)).prop_map(move |(mut pieces, steps)| {
        let mut frames = vec![painted(area, &pieces)];
        for (from, by, is_up, more) in steps {
            for (_, y, ..) in pieces.iter_mut().filter(|(x, ..)| *x >= from) {
                let moved = i32::from(*y) + if is_up { -by } else { by };
                *y = u16::try_from(moved.rem_euclid(i32::from(area.height))).unwrap();
            }
            pieces.extend(more);
            frames.push(painted(area, &pieces));
        }
        frames
    })
}

/// Frames like those of the program: bars, names, texts and scrollbars that change in many rows.
fn busy_frames() -> impl Strategy<Value = Vec<Buffer>> {
    let words = prop::sample::select(vec![
        "",
        "a",
        "some words",
        "世界",
        "🎉 b",
        "या",
        "long long long words",
    ]);
    let bar = prop::sample::select(vec!["│", "▌", " ", "└", "▌ "]);
    let row = (bar, words, styles(), prop::sample::select(vec!["│", "┃", "┤", " "]), styles());
    let frame = prop::collection::vec(row, 12).prop_map(|rows| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, 12));
        for (y, (bar, words, style, thumb, other)) in (0_u16..).zip(rows) {
            buffer.set_string(2, y, bar, other);
            buffer.set_string(4, y, words, style);
            buffer.set_string(COLUMNS - 8, y, thumb, other);
            buffer.set_string(COLUMNS - 1, y, thumb, style);
        }
        buffer
    });
    prop::collection::vec(frame, 2..5)
}

proptest! {
    #[test]
    fn the_terminal_shows_what_the_frames_say(frames in prop::collection::vec(pieces(), 1..4)) {
        let area = Rect::new(0, 0, COLUMNS, ROWS);
        same_picture(&frames.iter().map(|pieces| painted(area, pieces)).collect::<Vec<_>>());
    }

    #[test]
    fn the_terminal_shows_what_frames_say_that_are_written_out_of_order(frames in busy_frames()) {
        same_picture(&frames);
    }

    #[test]
    fn the_terminal_shows_what_frames_say_whose_rows_moved(frames in moving_frames()) {
        same_picture(&frames);
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
