//! What must hold for any input at all. Used twice: by the targets of `cargo fuzz`, which look for
//! an input that breaks it, and by `tests/rows`, which tries many of them in `cargo test`.
//!
//! Each property panics when it is broken.

use std::sync::Arc;

use sfchat_tui::app::chord::{Chord, Key};
use sfchat_tui::app::event::{Event, MouseEvent};
use sfchat_tui::app::geometry::Size;
use sfchat_tui::config::Config;
use sfchat_tui::io::stream::{Decoder, DocumentError};
use sfchat_tui::message::MsgRef;
use sfchat_tui::metadata::Tree;
use sfchat_tui::store::{IngestStats, Limits, Store};
use sfchat_tui::text::{self, Wrapping, wrap};

use crate::data;
use crate::desk::Desk;

/// What a body became: its messages, and how it ended.
type Read = (Vec<(String, String)>, Result<IngestStats, DocumentError>);

fn read<'b>(chunks: impl Iterator<Item = &'b [u8]>) -> Read {
    let mut store = Store::new();
    let mut decoder = Decoder::new(Limits { first_rows: 2, rows: 3, ..Limits::default() });
    let mut pages = |page| store.append(Arc::new(page));
    let mut ended = Ok(());
    for chunk in chunks {
        ended = ended.and_then(|()| decoder.push(chunk, &mut pages));
    }
    let ended = ended.and_then(|()| decoder.finish(&mut pages));
    let mut all = Vec::new();
    for (number, page) in (0..).zip(store.pages()) {
        for index in (0..).take(page.rows.len()) {
            let at = MsgRef { page: number, row: index };
            all.push((store.text(at).to_owned(), store.extra(at).to_owned()));
        }
    }
    (all, ended)
}

/// Bytes of a response: where its chunks are parted makes no difference, and what came out of it
/// can be shown.
pub fn response(bytes: &[u8]) {
    let whole = read(std::iter::once(bytes));
    let size = usize::from(bytes.first().copied().unwrap_or(0)) % 16 + 1;
    assert_eq!(read(bytes.chunks(size)), whole, "chunks of {size}");
    for (text, extra) in &whole.0 {
        sanitiser(text);
        if let Ok(tree) = Tree::parse(extra) {
            let _ = (tree.pretty(0), tree.find("a"));
        }
    }
}

/// Bytes of one message: whatever it is, its neighbours stay, unless it breaks the JSON.
pub fn message(bytes: &[u8]) {
    let parts: [&[u8]; 3] = [br#"[{"content":"before"},"#, bytes, br#",{"content":"behind"}]"#];
    let (messages, ended) = read(parts.into_iter());
    assert_eq!(messages.first().map(|(text, _)| text.as_str()), Some("before"));
    if ended.is_ok() {
        assert_eq!(messages.last().map(|(text, _)| text.as_str()), Some("behind"));
    }
    response(&parts.concat());
}

/// A text: nothing is left of what may not reach a terminal, and what is clean is not copied.
pub fn sanitiser(text: &str) {
    let clean = text::clean_text(text);
    let line = text::clean_line(text);
    for (cleaned, feed) in [(clean.as_str(), '\n'), (line.as_str(), ' ')] {
        let banned = |c: char| c != feed && c.is_control();
        assert!(!cleaned.contains(banned), "a control character is left in {cleaned:?}");
        for (cluster, _) in text::graphemes(cleaned) {
            assert!(cluster.chars().count() <= 32, "a cluster is too long: {cluster:?}");
        }
    }
    let again = text::clean_text(clean.as_str());
    assert_eq!(again.as_str(), clean.as_str(), "cleaning twice is not cleaning once");
    assert_eq!(again.as_str().as_ptr(), clean.as_str().as_ptr(), "what is clean was copied");
    let pasted = text::clipboard_text(text);
    assert!(!pasted.contains(|c: char| c.is_control() && !matches!(c, '\t' | '\n')));
    assert_eq!(text::clipboard_text(&pasted), pasted);
}

/// A text in a pane of some columns: its lines are in order, and none is wider than the pane unless
/// it is one cluster.
pub fn layout(text: &str, columns: u16) {
    let columns = columns.clamp(1, 300);
    let clean = text::clean_text(text);
    for wrapping in [Wrapping::On, Wrapping::Off] {
        let mut lines = Vec::new();
        wrap(clean.as_str(), columns, wrapping, &mut lines);
        let mut end = 0;
        for line in lines {
            assert!(line.start >= end && line.end >= line.start, "{line:?} behind {end}");
            end = line.end;
            let shown = clean.part(line.start as usize..line.end as usize);
            let fits = text::width(shown.as_str()) <= usize::from(columns);
            let single = text::graphemes(shown.as_str()).count() <= 1;
            assert!(wrapping == Wrapping::Off || fits || single, "{shown} in {columns} columns");
        }
    }
}

/// The text of a config: read or refused with places in it, and what was read prints to the same.
pub fn config(text: &str) {
    let (config, wrong) = Config::read(text);
    for error in &wrong {
        let said = error.to_string();
        assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
    }
    if wrong.is_empty() {
        let printed = config.to_toml("(not shown)");
        let (again, wrong) = Config::read(&printed);
        assert!(wrong.is_empty(), "{wrong:?} in {printed}");
        assert_eq!(again.to_toml("(not shown)"), printed);
    }
}

/// What a person and a terminal can do, one byte each, to the whole application; drawn each time.
pub fn keys(bytes: &[u8]) {
    let mut desk = Desk::with(Size { columns: 80, rows: 24 }, &data::odd_messages());
    for &byte in bytes.iter().take(300) {
        act(&mut desk, byte);
        let screen = desk.screen();
        assert!(!screen.contains(|c: char| c.is_control() && c != '\n'));
    }
}

const NAMED: [Key; 16] = [
    Key::Enter,
    Key::Esc,
    Key::Tab,
    Key::BackTab,
    Key::Backspace,
    Key::Delete,
    Key::Insert,
    Key::Up,
    Key::Down,
    Key::Left,
    Key::Right,
    Key::Home,
    Key::End,
    Key::PageUp,
    Key::PageDown,
    Key::F(1),
];

fn act(desk: &mut Desk, byte: u8) {
    let letter = char::from(b'a' + byte % 26);
    let place = u16::from(byte % 16);
    match byte {
        0..=31 => {
            desk.tell(Event::Pressed(Chord { ctrl: true, ..Chord::plain(Key::Char(letter)) }))
        }
        32..=126 => desk.tell(Event::Pressed(Chord::plain(Key::Char(char::from(byte))))),
        127..=159 => {
            desk.tell(Event::Pressed(Chord::plain(NAMED[usize::from(byte) % NAMED.len()])));
        }
        160..=175 => {
            let sizes =
                [(0, 0), (1, 1), (20, 5), (40, 12), (80, 24), (120, 40), (300, 3), (3, 200)];
            let (columns, rows) = sizes[usize::from(byte) % sizes.len()];
            desk.tell(Event::Resized(Size { columns, rows }));
        }
        176..=191 => desk.mouse(MouseEvent::Pressed(place * 8, place * 2)),
        192..=199 => desk.mouse(MouseEvent::Dragged(place * 8, place)),
        200..=207 => desk.mouse(MouseEvent::WheelDown(place * 8, place)),
        208..=215 => desk.paste("pasted \u{1b}[2J\n\u{202e} text"),
        216..=223 => desk.wait(700),
        224..=239 if desk.asked.is_empty() => {}
        224..=231 => desk.answer(&data::messages()),
        232..=235 => desk.fail(),
        236..=239 => desk.arrive(&data::body(&data::messages())),
        240..=255 => {
            desk.tell(Event::Pressed(Chord { alt: true, ..Chord::plain(Key::Char(letter)) }))
        }
    }
}
