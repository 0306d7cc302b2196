//! Cells for a terminal that knows no UTF-8: what frames the panes in letters that every terminal
//! has, and a question mark for every other character.
//!
//! Knows the characters that are drawn with, not what they are drawn for.

use ratatui::buffer::{Buffer, Cell};

use crate::text::is_drawing;

/// The letters that the terminal has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charset {
    /// All of Unicode.
    All,
    /// All of Unicode, but lines and bars are drawn in ASCII: the terminal may show those in two
    /// columns, see [`crate::text::Ambiguous`].
    AllButDrawings,
    /// ASCII alone is safe.
    Ascii,
}

impl Charset {
    /// What the locale says; `environment` gives the value of a variable, empty for none. The first
    /// of three that has a value counts, as in the C library; with none the locale is `C`.
    pub fn of(environment: impl Fn(&str) -> String) -> Self {
        let values = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().map(environment);
        let locale = values.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
        // macOS has a locale of which only this part is left: `UTF-8`.
        let charset = locale.split_once('.').map_or(locale.as_str(), |(_, behind)| behind);
        let charset = charset.split('@').next().unwrap_or_default();
        if ["utf-8", "utf8"].iter().any(|name| charset.eq_ignore_ascii_case(name)) {
            Self::All
        } else {
            Self::Ascii
        }
    }
}

impl Charset {
    /// Replaces what the terminal does not have. Every cell stays as wide as it was.
    pub(super) fn apply(self, frame: &mut Buffer) {
        match self {
            Self::All => {}
            Self::AllButDrawings => {
                let cells = frame.content.iter_mut();
                cells.filter(|cell| cell.symbol().starts_with(is_drawing)).for_each(to_ascii);
            }
            Self::Ascii => frame.content.iter_mut().for_each(to_ascii),
        }
    }
}

fn to_ascii(cell: &mut Cell) {
    let symbol = cell.symbol();
    if symbol.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return;
    }
    let mut chars = symbol.chars();
    match (chars.next().and_then(stand_in), chars.next()) {
        (Some(letter), None) => cell.set_symbol(letter),
        _ => cell.set_symbol(&"?".repeat(crate::text::width(symbol).max(1))),
    };
}

/// What stands for a character that is drawn with; one column, like the character.
fn stand_in(letter: char) -> Option<&'static str> {
    Some(match letter {
        '─' | '–' | '—' | '−' | '·' => "-",
        '│' | '▌' | '▍' | '▎' | '▏' => "|",
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '┫' => "+",
        '█' | '▉' | '▊' | '▋' | '▇' | '┃' => "#",
        '►' | '▸' | '→' | '›' | '⟩' => ">",
        '←' | '‹' | '⟨' | '◄' => "<",
        '↑' => "^",
        '▾' | '↓' => "v",
        '…' | '‥' => ".",
        '•' | '●' | '▪' => "*",
        '◦' => "o",
        '☑' | '×' => "x",
        '☐' => "_",
        '“' | '”' => "\"",
        '‘' | '’' => "'",
        '\u{a0}' => " ",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_with_a_value_names_the_locale() {
        let of = |all: &str, letters: &str, lang: &str| {
            Charset::of(|name| {
                match name {
                    "LC_ALL" => all,
                    "LC_CTYPE" => letters,
                    "LANG" => lang,
                    _ => "",
                }
                .to_owned()
            })
        };
        for all in ["C.UTF-8", "de_AT.UTF-8", "en_US.utf8", "C.utf8@x", "UTF-8"] {
            assert_eq!(of(all, "C", "C"), Charset::All, "{all}");
        }
        for all in ["C", "POSIX", "de_AT.ISO-8859-1", "de_AT@UTF-8", "\u{1b}[2J"] {
            assert_eq!(of(all, "C.UTF-8", "C.UTF-8"), Charset::Ascii, "{all}");
        }
        assert_eq!(of("", "C.UTF-8", "C"), Charset::All);
        assert_eq!(of("", "", "en_US.UTF-8"), Charset::All);
        assert_eq!(of("", "", ""), Charset::Ascii);
    }

    #[test]
    fn only_what_is_drawn_with_changes_where_lines_would_be_too_wide() {
        for (symbol, shown) in [("│", "|"), ("─", "-"), ("é", "é"), ("漢", "漢"), ("…", "…")]
        {
            let mut frame = Buffer::with_lines([symbol]);
            Charset::AllButDrawings.apply(&mut frame);
            assert_eq!(frame.content[0].symbol(), shown, "{symbol}");
        }
    }

    fn in_ascii(symbol: &str) -> String {
        let mut cell = Cell::default();
        cell.set_symbol(symbol);
        to_ascii(&mut cell);
        cell.symbol().to_owned()
    }

    /// The literals of a source, without its comments and its tests.
    fn drawn_in(source: &str) -> String {
        let program = source.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_sign_that_the_screen_is_drawn_with_has_an_ascii_one() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut seen = 0;
        for folder in ["view", "app"] {
            for file in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = file.unwrap().path();
                if path.extension().is_none_or(|ending| ending != "rs") {
                    continue;
                }
                let drawn = drawn_in(&std::fs::read_to_string(&path).unwrap());
                for sign in drawn.chars().filter(|sign| !sign.is_ascii()) {
                    let plain = in_ascii(&sign.to_string());
                    assert_ne!(plain, "?", "{sign} in {}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 40, "only {seen} signs were looked at");
    }

    #[test]
    fn every_cell_becomes_ascii_of_the_same_width() {
        for (symbol, plain) in [
            ("a", "a"),
            (" ", " "),
            ("│", "|"),
            ("┼", "+"),
            ("…", "."),
            ("é", "?"),
            ("e\u{301}", "?"),
            ("漢", "??"),
            ("👩\u{200d}👧", "??"),
            ("─\u{301}", "?"),
        ] {
            assert_eq!(in_ascii(symbol), plain, "{symbol}");
        }
    }
}
