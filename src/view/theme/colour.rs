//! One colour on every terminal: true colour, the 256, the 16, or none.

use ratatui::style::Color;

/// How many colours a terminal can show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Depth {
    /// None.
    Mono,
    /// The 16 that have names, in shades of the terminal's own.
    Sixteen,
    /// The 256.
    Indexed,
    /// Any.
    True,
}

impl Depth {
    /// What a terminal can show, by the variables `TERM` and `COLORTERM`.
    pub fn of(term: &str, colorterm: &str) -> Self {
        const TRUE: [&str; 7] =
            ["xterm-kitty", "alacritty", "wezterm", "foot", "xterm-ghostty", "contour", "rio"];
        const MONO: [&str; 5] = ["vt52", "vt100", "vt102", "vt220", "vt320"];
        let is_one_of = |names: &[&str]| {
            names.iter().any(|name| {
                let rest = term.strip_prefix(name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
        };
        if is_one_of(&MONO) || term.ends_with("-m") || term.ends_with("-mono") {
            Self::Mono
        } else if matches!(colorterm, "truecolor" | "24bit")
            || term.ends_with("-direct")
            || is_one_of(&TRUE)
        {
            Self::True
        } else if term.contains("256color") {
            Self::Indexed
        } else {
            Self::Sixteen
        }
    }
}

/// Red, green and blue.
pub(super) type Rgb = [u8; 3];

/// The 16 colours with names, and what `xterm` shows for them.
const NAMED: [(&str, Color, Rgb); 16] = [
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [205, 0, 0]),
    ("green", Color::Green, [0, 205, 0]),
    ("yellow", Color::Yellow, [205, 205, 0]),
    ("blue", Color::Blue, [0, 0, 238]),
    ("magenta", Color::Magenta, [205, 0, 205]),
    ("cyan", Color::Cyan, [0, 205, 205]),
    ("white", Color::Gray, [229, 229, 229]),
    ("bright-black", Color::DarkGray, [127, 127, 127]),
    ("bright-red", Color::LightRed, [255, 0, 0]),
    ("bright-green", Color::LightGreen, [0, 255, 0]),
    ("bright-yellow", Color::LightYellow, [255, 255, 0]),
    ("bright-blue", Color::LightBlue, [92, 92, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 0, 255]),
    ("bright-cyan", Color::LightCyan, [0, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

/// A colour as a theme gives it: for each kind of terminal, or for some of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Colour {
    /// For true colour.
    pub rgb: Option<Rgb>,
    /// For 256 colours.
    pub index: Option<u8>,
    /// For 16, or the terminal's own.
    pub named: Option<Color>,
}

impl Colour {
    /// Adds one form: a name of the 16, `default`, or `#rrggbb`. Whether it is one, and the first
    /// of its kind.
    pub(super) fn add_text(&mut self, text: &str) -> bool {
        if let Some(digits) = text.strip_prefix('#') {
            let is_hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
            let rgb = number.map(u32::to_be_bytes).map(|[_, r, g, b]| [r, g, b]);
            return rgb.is_some() && self.rgb.replace(rgb.unwrap_or_default()).is_none();
        }
        let named = NAMED.iter().find(|(name, ..)| *name == text).map(|&(_, color, _)| color);
        let named = named.or((text == "default").then_some(Color::Reset));
        named.is_some_and(|color| self.named.replace(color).is_none())
    }

    /// Adds a number of the 256. Whether it is the first.
    pub(super) fn add_index(&mut self, index: u8) -> bool {
        match NAMED.get(usize::from(index)) {
            Some(&(_, color, _)) => self.named.replace(color).is_none(),
            None => self.index.replace(index).is_none(),
        }
    }

    /// The colour on a terminal; `None` without colours. Of the letters on the terminal's own
    /// background (`is_free`) a grey becomes the terminal's own colour where there are only 16:
    /// which of their greys can be read there nobody knows.
    pub(super) fn on(self, depth: Depth, is_free: bool) -> Option<Color> {
        let [rgb, index] =
            [self.rgb.map(|[r, g, b]| Color::Rgb(r, g, b)), self.index.map(Color::Indexed)];
        match depth {
            Depth::Mono => None,
            Depth::True => rgb.or(index).or(self.named),
            Depth::Indexed => {
                index.or(self.rgb.map(|rgb| Color::Indexed(near_256(rgb)))).or(self.named)
            }
            Depth::Sixteen => self.named.or_else(|| {
                let rgb = self.rgb.or(self.index.map(rgb_of))?;
                let is_grey = rgb.iter().max()?.abs_diff(*rgb.iter().min()?) < 32;
                Some(if is_free && is_grey { Color::Reset } else { near_16(rgb) })
            }),
        }
    }
}

/// The names that a colour may have.
pub(super) fn names() -> String {
    NAMED.map(|(name, ..)| name).join(", ")
}

/// What one of the 256 looks like: a cube of 6 by 6 by 6, and 24 greys. The first 16 are the
/// terminal's own.
pub(super) fn rgb_of(index: u8) -> Rgb {
    if let Some(&(.., rgb)) = NAMED.get(usize::from(index)) {
        return rgb;
    }
    if index >= 232 {
        return [8 + 10 * (index - 232); 3];
    }
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    let index = index - 16;
    [step(index / 36), step(index / 6 % 6), step(index % 6)]
}

/// The nearest of the 256 that look the same on every terminal.
fn near_256(rgb: Rgb) -> u8 {
    (16..=255).min_by_key(|&index| distance(rgb, rgb_of(index))).unwrap_or(16)
}

/// The nearest of the 16.
fn near_16(rgb: Rgb) -> Color {
    let near = NAMED.iter().min_by_key(|(.., other)| distance(rgb, *other));
    near.map_or(Color::Reset, |&(_, color, _)| color)
}

/// How much two colours differ, weighted by what the eye sees (T. Riemersma, "Colour metric").
fn distance(a: Rgb, b: Rgb) -> u32 {
    let red = u32::midpoint(u32::from(a[0]), u32::from(b[0]));
    let square = |at: usize| u32::from(a[at].abs_diff(b[at])).pow(2);
    ((512 + red) * square(0)) / 256 + 4 * square(1) + ((767 - red) * square(2)) / 256
}

/// The relative luminance of a colour, from 0 to 1 (WCAG 2.1).
pub(super) fn luminance(rgb: Rgb) -> f64 {
    let [r, g, b] = rgb.map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.03928 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(forms: &[&str]) -> Colour {
        let mut colour = Colour::default();
        for form in forms {
            assert!(match form.parse() {
                Ok(index) => colour.add_index(index),
                Err(_) => colour.add_text(form),
            });
        }
        colour
    }

    #[test]
    fn each_terminal_gets_what_was_meant_for_it() {
        let all = colour(&["#8d93a1", "245", "bright-black"]);
        assert_eq!(all.on(Depth::True, true), Some(Color::Rgb(0x8d, 0x93, 0xa1)));
        assert_eq!(all.on(Depth::Indexed, true), Some(Color::Indexed(245)));
        assert_eq!(all.on(Depth::Sixteen, true), Some(Color::DarkGray));
        assert_eq!(all.on(Depth::Mono, true), None);
        assert_eq!(colour(&["default"]).on(Depth::True, true), Some(Color::Reset));
        assert_eq!(colour(&["3"]).on(Depth::Indexed, true), Some(Color::Yellow));
    }

    #[test]
    fn what_is_missing_is_the_nearest_of_what_is_there() {
        assert_eq!(colour(&["#005f88"]).on(Depth::Indexed, true), Some(Color::Indexed(24)));
        assert_eq!(colour(&["#f01010"]).on(Depth::Sixteen, true), Some(Color::LightRed));
        assert_eq!(colour(&["46"]).on(Depth::Sixteen, true), Some(Color::LightGreen));
        assert_eq!(colour(&["#111111"]).on(Depth::Sixteen, true), Some(Color::Reset));
        assert_eq!(colour(&["#111111"]).on(Depth::Sixteen, false), Some(Color::Black));
    }

    #[test]
    fn what_is_no_colour_is_refused_and_so_is_a_second_of_its_kind() {
        for text in ["", "#", "#12345", "#1234567", "#+12345", "#gggggg", "pink", "Red"] {
            assert!(!Colour::default().add_text(text), "{text}");
        }
        assert!(!colour(&["red"]).add_text("blue"));
        assert!(!colour(&["#112233"]).add_text("#112233"));
        assert!(!colour(&["200"]).add_index(201));
    }

    #[test]
    fn a_terminal_says_what_it_can_by_its_names() {
        for (term, colorterm, depth) in [
            ("xterm-256color", "", Depth::Indexed),
            ("xterm-256color", "truecolor", Depth::True),
            ("tmux-256color", "24bit", Depth::True),
            ("xterm-kitty", "", Depth::True),
            ("foot-extra", "", Depth::True),
            ("xterm-direct", "", Depth::True),
            ("xterm", "", Depth::Sixteen),
            ("linux", "", Depth::Sixteen),
            ("screen", "1", Depth::Sixteen),
            ("vt100", "", Depth::Mono),
            ("vt220-nam", "", Depth::Mono),
            ("xterm-mono", "", Depth::Mono),
        ] {
            assert_eq!(Depth::of(term, colorterm), depth, "{term} {colorterm}");
        }
    }
}
