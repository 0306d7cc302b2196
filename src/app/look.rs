//! The chosen theme and the terminal's background. Knows names only; the view has the colours, in the
//! same order.

/// What is known of the terminal's background.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Background {
    /// Nothing: colours have to suit any.
    #[default]
    Unknown,
    /// It is dark.
    Dark,
    /// It is light.
    Light,
}

/// Which theme is shown, on which background.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThemeChoice {
    /// What is known of the background.
    pub background: Background,
    names: Vec<String>,
    current: usize,
}

impl Default for ThemeChoice {
    fn default() -> Self {
        Self::new(vec!["auto".to_owned()], Background::Unknown)
    }
}

impl ThemeChoice {
    /// The first of these themes.
    pub fn new(names: Vec<String>, background: Background) -> Self {
        Self { background, names, current: 0 }
    }

    /// The number of the theme that is shown.
    pub fn current(&self) -> usize {
        self.current
    }

    /// Goes to the next theme; a sentence that says which it is.
    pub(super) fn step(&mut self) -> String {
        if self.names.len() < 2 {
            return "colours are off, so there is no other theme".to_owned();
        }
        self.current = (self.current + 1) % self.names.len();
        let name = self.names.get(self.current).map_or("", String::as_str);
        format!("theme {name} · to keep it, set [ui] theme in the config")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_themes_follow_each_other_and_the_last_is_followed_by_the_first() {
        let names = ["dark", "light"].map(str::to_owned).to_vec();
        let mut look = ThemeChoice::new(names, Background::Unknown);
        assert!(look.step().contains("light"));
        assert_eq!(look.current(), 1);
        assert!(look.step().contains("dark"));
        assert_eq!(look.current(), 0);
        let mut mono = ThemeChoice::new(vec!["mono".to_owned()], Background::Dark);
        assert!(mono.step().contains("no other"));
        assert_eq!(mono.current(), 0);
    }
}
