//! The bytes for some frames, and that every terminal shows what the frames say.

use super::*;
use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

const COLUMNS: u16 = 40;
const ROWS: u16 = 4;

/// The bytes that follow those of the frames before.
fn encoded(frames: &[&Buffer]) -> String {
    let mut encoder = Encoder::default();
    let mut bytes = String::new();
    for frame in frames {
        encoder.encode(&mut (*frame).clone(), None).clone_into(&mut bytes);
    }
    bytes
}

fn line(text: &str, style: Style) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
    buffer.set_string(0, 1, text, style);
    buffer
}

#[test]
fn short_gaps_are_written_again_and_long_ones_are_addressed() {
    let plain = Style::new();
    let bytes = |from, to| encoded(&[&line(from, plain), &line(to, plain)]);
    assert_eq!(bytes("the cat", "one fox"), "\u{1b}[2;1Hone fox");
    assert_eq!(bytes("abcdefghij", "Xbcdefghij"), "\u{1b}[2;1HX");
    assert_eq!(bytes("abcdefghij", "XbcdefghiY"), "\u{1b}[2;1HX\u{1b}[2;10HY");
    assert_eq!(bytes("abcdef", "abcdef"), "");
}

#[test]
fn what_follows_a_cluster_gets_an_address_of_its_own() {
    let empty = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
    let after = line("या b 世c", Style::new());
    let expected = "\u{1b}[2;1H\u{1b}[2Xया\u{1b}[2;3H b 世c";
    assert_eq!(encoded(&[&empty, &after]), expected);
}

#[test]
fn the_last_column_leaves_the_cursor_unknown() {
    let empty = Buffer::empty(Rect::new(0, 0, 3, 2));
    let mut after = empty.clone();
    after.set_string(0, 0, "abc", Style::new());
    after.set_string(0, 1, "d", Style::new());
    assert_eq!(encoded(&[&empty, &after]), "\u{1b}[1;1Habc\u{1b}[2;1Hd");
}

#[test]
fn long_runs_of_blanks_are_erased_by_number() {
    let plain = Style::new();
    let long = "a".repeat(30);
    let bytes = |from: &str, to: &str| encoded(&[&line(from, plain), &line(to, plain)]);
    assert_eq!(bytes(&long, "x"), "\u{1b}[2;1Hx\u{1b}[29X");
    assert_eq!(bytes("abc", "x"), "\u{1b}[2;1Hx  ");
    let behind = |text: &str| format!("{text:30}│");
    assert_eq!(bytes(&behind(&long), &behind("x")), "\u{1b}[2;1Hx\u{1b}[29X");
    // Half of a wide character is never erased alone.
    assert_eq!(bytes("世世世世世世世", "a"), format!("\u{1b}[2;1Ha{:13}", ""));
}

#[test]
fn a_wide_character_leaves_alone_what_stands_far_from_it() {
    let bytes = |from, to| encoded(&[&line(from, Style::new()), &line(to, Style::new())]);
    assert_eq!(bytes("世 some words", "世 some wordy"), "\u{1b}[2;13Hy");
    assert_eq!(bytes("🎉 some words", "🎉 some wordy"), "\u{1b}[2;13Hy");
    assert_eq!(bytes("🎉 b", "🎉ab"), "\u{1b}[2;3Ha");
    // Two characters may take four columns.
    let sent = "\u{1b}[2;1H\u{1b}[2Xया\u{1b}[2;3H x";
    assert_eq!(bytes("या abc", "या xbc"), sent);
    // A terminal that gives it one column keeps nothing in the other.
    assert_eq!(bytes("abc", "🎉c"), "\u{1b}[2;1H\u{1b}[2X🎉");
}

#[test]
fn both_halves_of_a_wide_character_are_written_over() {
    let bytes = |from, to| encoded(&[&line(from, Style::new()), &line(to, Style::new())]);
    assert_eq!(bytes("a漢字b", "ax  yb"), "\u{1b}[2;2Hx  y");
    assert_eq!(bytes("漢", "x"), "\u{1b}[2;1Hx ");
}

#[test]
fn styles_change_by_the_shortest_sequence_and_blanks_keep_the_one_before() {
    let styled = Style::new().fg(Color::Indexed(30)).add_modifier(Modifier::BOLD);
    let empty = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
    assert_eq!(
        encoded(&[&empty, &line("to be", styled)]),
        "\u{1b}[2;1H\u{1b}[1m\u{1b}[38;5;30mto be\u{1b}[m"
    );
    assert_eq!(encoded(&[&line("a", Style::new()), &line(" ", styled)]), "\u{1b}[2;1H ");
    let mut two = line("a", styled);
    two.set_string(2, 1, "b", styled.fg(Color::Red));
    assert_eq!(
        encoded(&[&empty, &two]),
        "\u{1b}[2;1H\u{1b}[1m\u{1b}[38;5;30ma \u{1b}[31mb\u{1b}[m"
    );
}

#[test]
fn the_cursor_is_shown_where_it_belongs_and_hidden_otherwise() {
    let frame = || line("a", Style::new());
    let mut encoder = Encoder::default();
    assert!(encoder.encode(&mut frame(), Some((3, 1))).ends_with("a\u{1b}[2;4H\u{1b}[?25h"));
    assert_eq!(encoder.encode(&mut frame(), Some((3, 1))), "");
    assert_eq!(encoder.encode(&mut frame(), Some((4, 1))), "\u{1b}[2;5H\u{1b}[?25h");
    assert_eq!(encoder.encode(&mut frame(), None), "\u{1b}[?25l");
    encoder.forget();
    assert!(encoder.encode(&mut frame(), None).starts_with("\u{1b}[?25l\u{1b}[m\u{1b}[2J"));
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

fn screen_of(area: Rect) -> vt100::Parser {
    vt100::Parser::new(area.height.try_into().unwrap(), area.width.try_into().unwrap(), 0)
}

/// Each frame, sent after those before it, looks as if every cell was sent to an empty screen.
fn same_picture(frames: &[Buffer]) {
    let area = frames[0].area;
    let mut encoder = Encoder::default();
    let mut screen = screen_of(area);
    for frame in frames {
        screen.process(encoder.encode(&mut frame.clone(), None).as_bytes());
        let mut judge = screen_of(area);
        judge.process(cell_by_cell(frame).as_bytes());
        for (y, x) in (0..area.height).flat_map(|y| (0..area.width).map(move |x| (y, x))) {
            let ours = look(screen.screen().cell(y, x).unwrap());
            let theirs = look(judge.screen().cell(y, x).unwrap());
            assert_eq!(ours, theirs, "column {x} of row {y}");
        }
    }
}

fn cell_by_cell(frame: &Buffer) -> String {
    let mut bytes = String::new();
    let area = frame.area;
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let cell = &frame[(x, y)];
            let style = sgr(cell.style());
            let _ = write!(bytes, "\u{1b}[{};{}H{style}{}\u{1b}[m", y + 1, x + 1, cell.symbol());
            x += u16::try_from(columns(cell)).unwrap();
        }
    }
    bytes
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
    fn the_terminal_shows_what_busy_frames_say(frames in busy_frames()) {
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
