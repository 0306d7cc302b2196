//! Colours by what they mean. Nothing else in the program names a colour.
//!
//! The text itself keeps the terminal's own colours. The others are middle tones (relative
//! luminance near 0.18), which have a contrast of about 4.5 to black and to white alike, so that
//! one palette serves both backgrounds. Every meaning is also told apart without colour: roles by
//! their words, the selection by its bar and weight, matches by underlining.

use ratatui::style::{Color, Modifier, Style};

use crate::message::RoleId;

/// The styles of everything that is painted.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Text.
    pub text: Style,
    /// What is said in passing: times, counts, borders.
    pub quiet: Style,
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
    roles: [Style; 4],
}

impl Theme {
    /// For terminals with 256 colours.
    pub fn colour() -> Self {
        let fg = |index: u8| Style::new().fg(Color::Indexed(index));
        let bold = |index: u8| fg(index).add_modifier(Modifier::BOLD);
        Self {
            text: Style::new(),
            quiet: fg(243),
            mark: fg(243).add_modifier(Modifier::ITALIC),
            strong: Style::new().add_modifier(Modifier::BOLD),
            focus: bold(31),
            selected: bold(231).bg(Color::Indexed(24)),
            selected_elsewhere: Style::new().add_modifier(Modifier::BOLD),
            matched: fg(16).bg(Color::Indexed(221)),
            key: bold(31),
            warning: bold(160),
            progress: fg(231).bg(Color::Indexed(24)),
            roles: [bold(30), bold(97), bold(130), bold(243)],
        }
    }

    /// Without any colour.
    pub fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let reversed = plain.add_modifier(Modifier::REVERSED);
        Self {
            text: plain,
            quiet: plain.add_modifier(Modifier::DIM),
            mark: plain.add_modifier(Modifier::DIM),
            strong: bold,
            focus: bold,
            selected: reversed.add_modifier(Modifier::BOLD),
            selected_elsewhere: bold.add_modifier(Modifier::UNDERLINED),
            matched: reversed.add_modifier(Modifier::UNDERLINED),
            key: bold,
            warning: bold.add_modifier(Modifier::REVERSED),
            progress: reversed,
            roles: [bold, bold, bold, bold],
        }
    }

    /// The style of a role's words and bars.
    pub fn role(&self, role: RoleId) -> Style {
        let [user, assistant, system, other] = self.roles;
        match role {
            RoleId::USER => user,
            RoleId::ASSISTANT => assistant,
            RoleId::SYSTEM => system,
            _ => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of one of the 216 colours or 24 greys (WCAG 2.1).
    fn luminance(index: u8) -> f64 {
        let rgb = if index >= 232 {
            [8 + 10 * (index - 232); 3]
        } else {
            let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let index = index - 16;
            [step(index / 36), step(index / 6 % 6), step(index % 6)]
        };
        let [r, g, b] = rgb.map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.03928 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(a: f64, b: f64) -> f64 {
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_can_be_read_on_black_and_on_white() {
        let theme = Theme::colour();
        let alone = [theme.quiet, theme.mark, theme.focus, theme.key, theme.warning];
        for style in alone.into_iter().chain(theme.roles) {
            let Some(Color::Indexed(index)) = style.fg else { panic!("{style:?}") };
            for background in [0.0, 1.0] {
                let contrast = contrast(luminance(index), background);
                assert!(contrast >= 3.5, "{index} on {background}: {contrast}");
            }
        }
        for style in [theme.selected, theme.matched, theme.progress] {
            let (Some(Color::Indexed(fg)), Some(Color::Indexed(bg))) = (style.fg, style.bg) else {
                panic!("{style:?}")
            };
            assert!(contrast(luminance(fg), luminance(bg)) >= 4.5);
        }
    }

    #[test]
    fn roles_differ_in_colour() {
        let theme = Theme::colour();
        for (at, style) in theme.roles.iter().enumerate() {
            assert!(!theme.roles.iter().skip(at + 1).any(|other| other == style));
        }
    }
}
