//! What a program sent to its terminal, judged byte by byte.

/// Private modes that a program must switch off again, and what they are.
const MODES: [(&str, &str); 8] = [
    ("1049", "alternate screen"),
    ("1000", "mouse"),
    ("1002", "mouse drag"),
    ("1003", "mouse movement"),
    ("1006", "mouse encoding"),
    ("1004", "focus reports"),
    ("2004", "bracketed paste"),
    ("2026", "held frame"),
];

/// What asks for the background.
const QUESTION: &str = "11;?";

/// One thing that was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// Text and line breaks.
    Text(String),
    /// `ESC [`: everything between that and the final byte, and that byte.
    Csi(String, char),
    /// `ESC ]` with its number.
    Osc(String),
    /// Anything else; nothing of this kind is to be sent.
    Other(String),
}

/// Takes a stream apart.
pub(super) fn pieces(bytes: &[u8]) -> Vec<Piece> {
    let text = String::from_utf8_lossy(bytes);
    let mut pieces = Vec::new();
    let mut rest = text.as_ref();
    while let Some(first) = rest.chars().next() {
        let (piece, length) = match rest.strip_prefix('\x1b') {
            None if is_plain(first) => {
                let end = rest.find(|letter| !is_plain(letter)).unwrap_or(rest.len());
                (Piece::Text(rest[..end].to_owned()), end)
            }
            None => (Piece::Other(format!("U+{:04X}", u32::from(first))), first.len_utf8()),
            Some(after) => sequence(after),
        };
        pieces.push(piece);
        rest = &rest[length..];
    }
    pieces
}

fn is_plain(letter: char) -> bool {
    matches!(letter, '\n' | '\r') || !letter.is_control()
}

/// A sequence by what follows its ESC, and its length with the ESC.
fn sequence(after: &str) -> (Piece, usize) {
    if let Some(body) = after.strip_prefix('[') {
        if let Some(end) = body.find(|letter| ('@'..='~').contains(&letter)) {
            let last = char::from(body.as_bytes()[end]);
            return (Piece::Csi(body[..end].to_owned(), last), end + 3);
        }
    } else if let Some(body) = after.strip_prefix(']') {
        let ends = [("\x07", 1), ("\x1b\\", 2)].map(|(end, length)| (body.find(end), length));
        let first = ends.into_iter().filter_map(|(at, length)| at.map(|at| (at, length))).min();
        if let Some((end, length)) = first {
            let body = &body[..end];
            // The question for the background is one thing, setting it would be another.
            let number = body.split(';').next().filter(|_| body != QUESTION).unwrap_or(body);
            return (Piece::Osc(number.to_owned()), 2 + end + length);
        }
    }
    let shown: String = after.chars().take(12).collect();
    (Piece::Other(format!("ESC {shown:?}")), 1)
}

/// What a program that only draws has no business sending; empty where all is well.
pub(super) fn audit(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if std::str::from_utf8(bytes).is_err() {
        found.push("not UTF-8".to_owned());
    }
    let mut asked = false;
    for piece in pieces(bytes) {
        match piece {
            Piece::Text(text) => {
                // The tags within the flag of a part of a country are what makes it one.
                let mut flag = false;
                let unseen = text.chars().filter(|&letter| {
                    let tag = matches!(letter, '\u{e0020}'..='\u{e007f}');
                    flag = letter == '\u{1f3f4}' || (flag && tag);
                    is_invisible(letter) && !(flag && tag)
                });
                found.extend(unseen.map(|letter| format!("invisible U+{:04X}", u32::from(letter))));
            }
            Piece::Csi(body, last) if is_drawing(&body, last) => {}
            Piece::Osc(number) if number == "52" => {}
            // Once, when the screen opens.
            Piece::Osc(number) if number == QUESTION && !asked => asked = true,
            other => found.push(format!("{other:?}")),
        }
    }
    found
}

/// Whether a control sequence colours, moves the cursor or rows, erases, or switches a private
/// mode.
fn is_drawing(body: &str, last: char) -> bool {
    let (marked, body) = match body.strip_prefix('?') {
        Some(body) => (true, body),
        None => (false, body),
    };
    let numbers = body.bytes().all(|byte| byte.is_ascii_digit() || b";:".contains(&byte));
    // The whole screen scrolls again, which another program may have changed: nothing narrower.
    let scrolls_whole = !marked && last == 'r' && body.is_empty();
    let usual = if marked { "hl".contains(last) } else { "ABCDEFGHJKLMSTXdfm".contains(last) };
    scrolls_whole || (numbers && usual)
}

/// Characters that take no cell and can deceive: directions, zero width, tags, separators.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// What is still switched on at the end of a stream; empty where everything was put back.
pub(super) fn left_on(bytes: &[u8]) -> Vec<&'static str> {
    let mut last_of: std::collections::HashMap<String, bool> = std::collections::HashMap::new();
    for piece in pieces(bytes) {
        let Piece::Csi(body, last @ ('h' | 'l')) = piece else { continue };
        for mode in body.trim_start_matches('?').split(';') {
            last_of.insert(mode.to_owned(), last == 'h');
        }
    }
    let is_on = |mode: &str| last_of.get(mode).copied();
    let mut left: Vec<_> =
        MODES.iter().filter(|(mode, _)| is_on(mode) == Some(true)).map(|&(_, name)| name).collect();
    if is_on("25") == Some(false) {
        left.push("hidden cursor");
    }
    left
}

/// Whether any colour was set.
pub(super) fn has_colour(bytes: &[u8]) -> bool {
    pieces(bytes).iter().any(|piece| {
        let Piece::Csi(body, 'm') = piece else { return false };
        let numbers = body.split([';', ':']).filter_map(|number| number.parse::<u8>().ok());
        // 39 and 49 are the terminal's own colours.
        numbers.into_iter().any(|n| matches!(n, 30..=38 | 40..=48 | 58 | 90..=97 | 100..=107))
    })
}

/// What stood in reverse video.
pub(super) fn reversed(bytes: &[u8]) -> String {
    let (mut on, mut text) = (false, String::new());
    for piece in pieces(bytes) {
        match piece {
            Piece::Csi(body, 'm') => {
                for number in body.split(';') {
                    match number {
                        "7" => on = true,
                        "" | "0" | "27" => on = false,
                        _ => {}
                    }
                }
            }
            Piece::Text(part) if on => text.push_str(&part),
            _ => {}
        }
    }
    text
}

#[test]
fn the_judge_finds_what_it_is_to_find() {
    assert!(
        audit(
            "a\r\n\x1b[1;38;5;31m│\x1b[0m\x1b[?25l\x1b[2J\x1b[3;4H\x1b[r\x1b[2M\x1b[2L\x1b]52;c;YQ==\x07é".as_bytes()
        )
        .is_empty()
    );
    for bad in [
        "\x1b]0;x\x07",
        "\x1b]11;#ffffff\x07",
        "\x1b]11;?\x07\x1b]11;?\x07",
        "\x1b[2;5r",
        "\x1b]10;?\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x1b[6n",
        "\x1b[c",
        "\x1b[>q",
        "\x1b[21t",
        "\x1bPx\x1b\\",
        "\x1b_G\x1b\\",
        "\x1bc",
        "\x07",
        "\x08",
        "\t",
        "\x7f",
        "\u{9b}2J",
        "\u{202e}",
        "\u{200b}",
        "\u{e0041}",
        "\x1b]",
    ] {
        assert!(!audit(bad.as_bytes()).is_empty(), "{bad:?}");
    }
    assert!(!audit(b"\xff").is_empty());
    assert_eq!(
        left_on(b"\x1b[?1049h\x1b[?25l\x1b[?1000;1006h"),
        ["alternate screen", "mouse", "mouse encoding", "hidden cursor"]
    );
    assert!(left_on(b"\x1b[?1049h\x1b[?25l\x1b[?25h\x1b[?1049l").is_empty());
    assert!(has_colour(b"\x1b[1;38;5;31mx") && has_colour(b"\x1b[31m"));
    assert!(!has_colour(b"\x1b[1m\x1b[39;49m\x1b[7m\x1b[0m"));
    assert_eq!(reversed(b"a\x1b[1;7mb\x1b[0mc\x1b[7md\x1b[27me"), "bd");
}
