//! Styles by meaning. Nothing else in the program names a colour.
//!
//! A theme is data, in `assets/themes` or in a person's own file: for each meaning ([`StyleClass`]) a
//! style, for dark, for light and for unknown backgrounds, for every kind of terminal. The text
//! itself keeps the terminal's own colours. Every meaning is also told apart without colour: roles
//! by their words, the selection by its bar and weight, matches by underlining.

mod colour;
mod file;
mod style_class;
#[cfg(test)]
mod tests;

use ratatui::style::Style;

use crate::app::look::{Background, ThemeChoice};
use crate::highlight::CodeToken;
use crate::markdown::{self, SpanRole};
use crate::message::RoleId;

pub use colour::Depth;
pub use file::ThemeFile;
pub use style_class::StyleClass;

/// The built-in themes by name, in the order in which they are gone through.
pub const BUILT_IN: [&str; 6] = ["auto", "dark", "light", "high-contrast", "colour-blind", "mono"];

/// The styles of everything that is painted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Theme {
    /// Text.
    pub text: Style,
    /// What is said in passing: times, counts.
    pub quiet: Style,
    /// The borders of panes.
    pub border: Style,
    /// What stands for a character that is not shown.
    pub mark: Style,
    /// The name of the program, titles.
    pub strong: Style,
    /// The border and title of the pane with the focus.
    pub focus: Style,
    /// The selected row of the pane with the focus.
    pub selected: Style,
    /// The selected row of another pane.
    pub selected_elsewhere: Style,
    /// A match of the search.
    pub matched: Style,
    /// The keys in hints and help.
    pub key: Style,
    /// Something is not as it should be.
    pub warning: Style,
    /// The part of a progress bar that is done.
    pub progress: Style,
    inks: [Style; StyleClass::ALL.len()],
}

impl Theme {
    /// A built-in theme, for a background and a terminal. Without colours it is always `mono`,
    /// and so it is where there is none of this name.
    pub fn built_in(name: &str, background: Background, depth: Depth) -> Self {
        let name = if depth == Depth::Mono { "mono" } else { name };
        Self::of(&looks_of(name, background), depth)
    }

    /// For terminals with 256 colours and any background.
    pub fn colour() -> Self {
        Self::built_in("auto", Background::Unknown, Depth::Indexed)
    }

    /// Without any colour.
    pub fn mono() -> Self {
        Self::built_in("mono", Background::Unknown, Depth::Mono)
    }

    fn of(looks: &Looks, depth: Depth) -> Self {
        let inks = looks.map(|look| look.on(depth));
        let ink = |ink: StyleClass| inks.get(ink as usize).copied().unwrap_or_default();
        Self {
            text: ink(StyleClass::Text),
            quiet: ink(StyleClass::Quiet),
            border: ink(StyleClass::Border),
            mark: ink(StyleClass::Mark),
            strong: ink(StyleClass::Strong),
            focus: ink(StyleClass::Focus),
            selected: ink(StyleClass::Selected),
            selected_elsewhere: ink(StyleClass::SelectedElsewhere),
            matched: ink(StyleClass::Matched),
            key: ink(StyleClass::Key),
            warning: ink(StyleClass::Warning),
            progress: ink(StyleClass::Progress),
            inks,
        }
    }

    /// The style of a meaning.
    pub fn ink(&self, ink: StyleClass) -> Style {
        self.inks.get(ink as usize).copied().unwrap_or_default()
    }

    /// The style of a role's words and bars.
    pub fn role(&self, role: RoleId) -> Style {
        self.ink(StyleClass::role(role))
    }

    /// The style of a heading of a level, counted from 1.
    pub fn heading(&self, level: u8) -> Style {
        self.ink(StyleClass::heading(level))
    }

    /// The style of a piece of Markdown.
    pub fn piece(&self, ink: markdown::TextStyle) -> Style {
        let mut style = match ink.role {
            SpanRole::Text => self.text,
            SpanRole::Heading(level) => self.heading(level),
            SpanRole::Quote => self.ink(StyleClass::Quote),
            SpanRole::Code => self.ink(StyleClass::Code),
            SpanRole::Link | SpanRole::Image => self.ink(StyleClass::Link),
            SpanRole::Target => self.ink(StyleClass::LinkTarget),
            SpanRole::Rule => self.ink(StyleClass::Rule),
            SpanRole::Marker => self.ink(StyleClass::ListMarker),
            SpanRole::Gutter => self.ink(StyleClass::CodeGutter),
            SpanRole::Maths => self.ink(StyleClass::Maths),
            SpanRole::Border => self.ink(StyleClass::TableBorder),
            SpanRole::Html => self.ink(StyleClass::Html),
        };
        for (is_so, more) in [
            (ink.strong, StyleClass::Strong),
            (ink.emphasis, StyleClass::Emphasis),
            (ink.struck, StyleClass::Struck),
        ] {
            if is_so {
                style = style.patch(self.ink(more));
            }
        }
        style
    }

    /// The style of a stretch of code.
    pub fn token(&self, token: CodeToken) -> Style {
        self.ink(StyleClass::from(token))
    }
}

/// How every meaning looks, by the number of the meaning.
type Looks = [file::StyleSpec; StyleClass::ALL.len()];

/// How everything looks in a built-in theme on a background.
fn looks_of(name: &str, background: Background) -> Looks {
    let text = match (name, background) {
        ("auto", Background::Unknown) => include_str!("../../assets/themes/neutral.toml"),
        ("auto", Background::Dark) | ("dark", _) => include_str!("../../assets/themes/dark.toml"),
        ("auto", Background::Light) | ("light", _) => {
            include_str!("../../assets/themes/light.toml")
        }
        ("high-contrast", _) => include_str!("../../assets/themes/high-contrast.toml"),
        ("colour-blind", _) => include_str!("../../assets/themes/colour-blind.toml"),
        _ => include_str!("../../assets/themes/mono.toml"),
    };
    // The tests read every one of them.
    looks_in(&ThemeFile::read(text).unwrap_or_default(), background)
}

/// How everything looks in a theme on a background. A base is a built-in theme, and none of those
/// has one that leads back to it.
fn looks_in(file: &ThemeFile, background: Background) -> Looks {
    let mut looks = match file.base() {
        Some(base) => looks_of(base, background),
        None => [file::StyleSpec::default(); StyleClass::ALL.len()],
    };
    for (ink, look) in file.looks(background) {
        if let Some(slot) = looks.get_mut(*ink as usize) {
            *slot = *look;
        }
    }
    looks
}

/// The themes that a person can go through, for one terminal.
#[derive(Clone, Debug)]
pub struct Themes {
    /// By name; for each an unknown, a dark and a light background.
    themes: Vec<(String, [Theme; 3])>,
}

impl Themes {
    /// The theme of this name, and the built-in ones after it. `own` is what its file says, where
    /// it is none of those. Without colours there is only `mono`.
    pub fn new(chosen: &str, own: Option<&ThemeFile>, depth: Depth) -> Self {
        const BACKGROUNDS: [Background; 3] =
            [Background::Unknown, Background::Dark, Background::Light];
        if depth == Depth::Mono {
            let mono = Theme::mono();
            return Self { themes: vec![("mono".to_owned(), [mono.clone(), mono.clone(), mono])] };
        }
        let at = BUILT_IN.iter().position(|name| *name == chosen);
        let mut themes = Vec::new();
        if let (None, Some(file)) = (at, own) {
            let all = BACKGROUNDS.map(|background| Theme::of(&looks_in(file, background), depth));
            themes.push((chosen.to_owned(), all));
        }
        let built_in = BUILT_IN.iter().cycle().skip(at.unwrap_or(0)).take(BUILT_IN.len());
        themes.extend(built_in.map(|name| {
            let all = BACKGROUNDS.map(|background| Theme::built_in(name, background, depth));
            ((*name).to_owned(), all)
        }));
        Self { themes }
    }

    /// Their names, in order.
    pub fn names(&self) -> Vec<String> {
        self.themes.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Whether the first of them looks different on different backgrounds.
    pub fn asks_for_background(&self) -> bool {
        self.themes.first().is_some_and(|(_, [any, dark, light])| any != dark || any != light)
    }

    /// The theme at the start, on this background.
    pub fn first(&self, background: Background) -> &Theme {
        self.of(&ThemeChoice::new(self.names(), background))
    }

    /// The chosen theme.
    pub fn of(&self, look: &ThemeChoice) -> &Theme {
        // There is always one: `new` makes no empty list.
        let themes = self.themes.get(look.current()).unwrap_or(&self.themes[0]);
        let [any, dark, light] = &themes.1;
        match look.background {
            Background::Unknown => any,
            Background::Dark => dark,
            Background::Light => light,
        }
    }
}

/// Whether a background of this colour is dark or light. Each of the three is a share of the whole
/// from 0 to 65,535.
pub fn background_of(rgb: [u16; 3]) -> Background {
    let rgb = rgb.map(|channel| u8::try_from(channel >> 8).unwrap_or(u8::MAX));
    // Where black letters have the contrast of white ones.
    let is_light = colour::luminance(rgb) > 0.179;
    if is_light { Background::Light } else { Background::Dark }
}
