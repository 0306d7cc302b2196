//! A theme as TOML: names of meanings and how they look.
//!
//! ```toml
//! base = "dark"                                # a built-in theme, or "none"; else "auto"
//!
//! [styles]
//! key = "#7aa2f7"                              # the colour of the letters
//! quiet = ["#8d93a1", 245, "bright-black"]     # for true colour, for 256, for 16
//! selected = { fg = "bright-white", bg = 24, bold = true }
//!
//! [light]                                      # on a light background, over the others
//! key = "#1f5fbf"
//! ```

use std::ops::Range;

use ratatui::style::{Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::look::Background;
use crate::config::{ConfigError, TextPosition, nearest};

use super::BUILT_IN;
use super::colour::{self, Colour, Depth};
use super::style_class::StyleClass;

/// The modifiers by their names. None that blinks or hides.
const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed_out", Modifier::CROSSED_OUT),
];
/// The tables with styles.
const TABLES: [&str; 3] = ["styles", "dark", "light"];
/// No theme, as a base.
const NO_BASE: &str = "none";

/// How one meaning looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct StyleSpec {
    fg: Option<Colour>,
    bg: Option<Colour>,
    modifiers: Modifier,
}

impl StyleSpec {
    /// The style on a terminal.
    pub(super) fn on(self, depth: Depth) -> Style {
        let is_free = self.bg.is_none();
        Style {
            fg: self.fg.and_then(|fg| fg.on(depth, is_free)),
            bg: self.bg.and_then(|bg| bg.on(depth, false)),
            ..Style::new().add_modifier(self.modifiers)
        }
    }
}

/// A theme as its file says it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ThemeFile {
    base: Option<String>,
    /// In the order of [`TABLES`].
    looks: [Vec<(StyleClass, StyleSpec)>; TABLES.len()],
}

impl ThemeFile {
    /// Reads a theme.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text; no message quotes the text.
    pub fn read(text: &str) -> Result<Self, Vec<ConfigError>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (document, broken) = DeTable::parse_recoverable(text);
        let mut reader = Reader { text, wrong: Vec::new() };
        for error in &broken {
            reader.fault(&error.span().unwrap_or(0..0), error.message().to_owned());
        }
        let file =
            if broken.is_empty() { reader.file(document.get_ref()) } else { Self::default() };
        let mut wrong = reader.wrong;
        wrong.sort_by_key(|error| error.at);
        if wrong.is_empty() { Ok(file) } else { Err(wrong) }
    }

    /// The built-in theme that this one begins with; `None` for nothing.
    pub(super) fn base(&self) -> Option<&str> {
        match self.base.as_deref() {
            Some(NO_BASE) => None,
            Some(name) => Some(name),
            None => Some("auto"),
        }
    }

    /// What the theme says for a background; the later of two with one meaning counts.
    pub(super) fn looks(
        &self,
        background: Background,
    ) -> impl Iterator<Item = &(StyleClass, StyleSpec)> {
        let [any, dark, light] = &self.looks;
        let more = match background {
            Background::Unknown => [].iter(),
            Background::Dark => dark.iter(),
            Background::Light => light.iter(),
        };
        any.iter().chain(more)
    }
}

struct Reader<'t> {
    text: &'t str,
    wrong: Vec<ConfigError>,
}

impl Reader<'_> {
    fn fault(&mut self, span: &Range<usize>, message: String) {
        self.wrong.push(ConfigError { at: TextPosition::of(self.text, span.start), message });
    }

    fn file(&mut self, root: &DeTable<'_>) -> ThemeFile {
        let mut file = ThemeFile::default();
        for (key, value) in root {
            let name = key.get_ref().as_ref();
            match (name, value.get_ref()) {
                ("base", DeValue::String(base))
                    if base == NO_BASE || BUILT_IN.contains(&base.as_ref()) =>
                {
                    file.base = Some(base.to_string());
                }
                ("base", _) => {
                    let names = BUILT_IN.join(", ");
                    self.fault(&value.span(), format!("`base` must be \"none\" or one of {names}"));
                }
                (_, DeValue::Table(table)) if TABLES.contains(&name) => {
                    let looks = self.looks(table);
                    let tables = TABLES.iter().zip(&mut file.looks);
                    for (_, slot) in tables.filter(|(table, _)| **table == name) {
                        slot.clone_from(&looks);
                    }
                }
                _ => {
                    let known = ["base"].into_iter().chain(TABLES);
                    let message = match nearest(name, known) {
                        Some(meant) if meant == name => format!("write [{meant}], a table"),
                        Some(meant) => format!("no theme has this; did you mean `{meant}`?"),
                        None => "no theme has this; there are base, [styles], [dark] and [light]"
                            .to_owned(),
                    };
                    self.fault(&key.span(), message);
                }
            }
        }
        file
    }

    fn looks(&mut self, table: &DeTable<'_>) -> Vec<(StyleClass, StyleSpec)> {
        let mut looks = Vec::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match StyleClass::find(name) {
                Some(ink) => looks.push((ink, self.look(value))),
                None => {
                    let names = StyleClass::ALL.map(StyleClass::name);
                    let message = match nearest(name, names) {
                        Some(meant) => format!("nothing has this name; did you mean `{meant}`?"),
                        None => format!("nothing has this name; there are {}", names.join(", ")),
                    };
                    self.fault(&key.span(), message);
                }
            }
        }
        looks
    }

    fn look(&mut self, value: &Spanned<DeValue<'_>>) -> StyleSpec {
        let DeValue::Table(table) = value.get_ref() else {
            return StyleSpec { fg: self.colour(value), ..StyleSpec::default() };
        };
        let mut look = StyleSpec::default();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let modifier = MODIFIERS.iter().find(|(known, _)| *known == name);
            match (name, modifier, value.get_ref()) {
                ("fg", ..) => look.fg = self.colour(value),
                ("bg", ..) => look.bg = self.colour(value),
                (_, Some(&(_, modifier)), DeValue::Boolean(on)) => {
                    look.modifiers.set(modifier, *on);
                }
                (_, Some((known, _)), _) => {
                    self.fault(&value.span(), format!("`{known}` must be true or false"));
                }
                (_, None, _) => {
                    let known = MODIFIERS.map(|(known, _)| known).join(", ");
                    let message = format!("a style has no such part; there are fg, bg, {known}");
                    self.fault(&key.span(), message);
                }
            }
        }
        look
    }

    fn colour(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Colour> {
        let mut colour = Colour::default();
        let is_good = match value.get_ref() {
            DeValue::Array(forms) => {
                // All of them are tried: the last one may be wrong, too.
                let good = forms.iter().filter(|form| add(&mut colour, form.get_ref())).count();
                !forms.is_empty() && good == forms.len()
            }
            form => add(&mut colour, form),
        };
        if !is_good {
            let names = colour::names();
            let message = format!(
                "a colour is \"#rrggbb\", a number from 0 to 255, \"default\" or one of {names}; or \
                 a list with one of each kind"
            );
            self.fault(&value.span(), message);
        }
        is_good.then_some(colour)
    }
}

/// Adds one form of a colour; whether it is one, and the first of its kind.
fn add(colour: &mut Colour, form: &DeValue<'_>) -> bool {
    match form {
        DeValue::String(text) => colour.add_text(text),
        DeValue::Integer(digits) => u8::from_str_radix(digits.as_str(), digits.radix())
            .is_ok_and(|index| colour.add_index(index)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let wrong = ThemeFile::read(text).unwrap_err();
        wrong.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_theme_says_how_meanings_look_on_each_background() {
        let text = "base = \"dark\"\n[styles]\nkey = \"red\"\nquiet = { fg = [\"#010203\", 245], \
                    bold = true, italic = false }\n[light]\nkey = { bg = 24, reversed = true }\n";
        let file = ThemeFile::read(text).unwrap();
        assert_eq!(file.base(), Some("dark"));
        let of = |background| {
            let looks = file.looks(background);
            looks.map(|(ink, look)| (*ink, look.on(Depth::True))).collect::<Vec<_>>()
        };
        let (red, grey) = (Style::new().fg(Color::Red), Style::new().fg(Color::Rgb(1, 2, 3)));
        let any = [(StyleClass::Key, red), (StyleClass::Quiet, grey.add_modifier(Modifier::BOLD))];
        assert_eq!(of(Background::Unknown), any);
        assert_eq!(of(Background::Dark), any);
        let back = Style::new().bg(Color::Indexed(24)).add_modifier(Modifier::REVERSED);
        assert_eq!(of(Background::Light).last(), Some(&(StyleClass::Key, back)));
    }

    #[test]
    fn an_empty_theme_is_the_usual_one() {
        assert_eq!(ThemeFile::read("").unwrap().base(), Some("auto"));
        assert_eq!(ThemeFile::read("base = \"none\"").unwrap().base(), None);
    }

    #[test]
    fn everything_wrong_is_said_at_once_with_its_place_and_without_a_value() {
        let text = "base = \"darc\"\nstyle = 3\n[styles]\nkeyy = \"red\"\nkey = \"rred\"\n\
                    quiet = { fg = 256, blod = true, bold = 1 }\ntext = [\"red\", \"blue\"]\n\
                    mark = []\n";
        let wrong = wrong(text);
        let begins = [
            "1:8: `base` must be \"none\" or one of auto, dark",
            "2:1: no theme has this; did you mean `styles`?",
            "4:1: nothing has this name; did you mean `key`?",
            "5:7: a colour is \"#rrggbb\"",
            "6:16: a colour is",
            "6:21: a style has no such part; there are fg, bg, bold",
            "6:41: `bold` must be true or false",
            "7:8: a colour is",
            "8:8: a colour is",
        ];
        assert_eq!(wrong.len(), begins.len(), "{wrong:#?}");
        for (wrong, begin) in wrong.iter().zip(begins) {
            assert!(wrong.starts_with(begin), "{wrong}");
            assert!(!wrong.contains("darc") && !wrong.contains("rred"), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_toml_is_said_to_be_none() {
        assert!(wrong("[styles\nkey = 1")[0].starts_with("1:"));
        assert!(wrong("styles = 3")[0].contains("write [styles]"));
    }
}
