//! Every theme on every background and terminal: what can be read, and what can be told apart.

use ratatui::style::{Color, Modifier};

use super::colour::{Rgb, luminance, rgb_of};
use super::*;

const BACKGROUNDS: [Background; 3] = [Background::Unknown, Background::Dark, Background::Light];
const DEPTHS: [Depth; 4] = [Depth::Mono, Depth::Sixteen, Depth::Indexed, Depth::True];

/// The colours that a background may have: where nothing is known of it, black or white. Where a
/// theme was chosen for one kind, that kind.
fn grounds(name: &str, background: Background) -> [Rgb; 2] {
    match (name, background) {
        ("dark", _) | (_, Background::Dark) => [[0, 0, 0], [0x1e, 0x1e, 0x2e]],
        ("light", _) | (_, Background::Light) => [[255, 255, 255], [0xfd, 0xf6, 0xe3]],
        _ => [[0, 0, 0], [255, 255, 255]],
    }
}

/// Which backgrounds a theme is for.
fn known(name: &str) -> &'static [Background] {
    match name {
        "dark" => &[Background::Dark],
        "light" => &[Background::Light],
        _ => &BACKGROUNDS,
    }
}

fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(index) => Some(rgb_of(index)),
        Color::Reset => None,
        // The 16 have no fixed look.
        other => panic!("{other} is one of the 16"),
    }
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn is_line(ink: StyleClass) -> bool {
    use StyleClass::{Border, CodeGutter, Rule, ScrollbarTrack, TableBorder};
    matches!(ink, Border | CodeGutter | Rule | ScrollbarTrack | TableBorder)
}

/// The least contrast of a theme's pairs, those of lines aside, and the meaning that has it.
fn least(name: &str, depth: Depth, wanted: impl Fn(StyleClass) -> bool) -> (f64, StyleClass) {
    least_on(name, known(name), depth, wanted)
}

/// The same on some backgrounds.
fn least_on(
    name: &str,
    backgrounds: &[Background],
    depth: Depth,
    wanted: impl Fn(StyleClass) -> bool,
) -> (f64, StyleClass) {
    let mut least = (21.0, StyleClass::Text);
    for &background in backgrounds {
        let theme = Theme::built_in(name, background, depth);
        for ink in StyleClass::ALL.into_iter().filter(|ink| wanted(*ink)) {
            let style = theme.ink(ink);
            let Some(fg) = style.fg.and_then(rgb) else {
                assert_eq!(style.bg.and_then(rgb), None, "{name}: {ink:?} has half a pair");
                continue;
            };
            let own = style.bg.and_then(rgb).map(|bg| [bg, bg]);
            for ground in own.unwrap_or(grounds(name, background)) {
                let contrast = contrast(fg, ground);
                if contrast < least.0 {
                    least = (contrast, ink);
                }
            }
        }
    }
    least
}

#[test]
fn every_file_is_a_theme_that_names_every_meaning_or_has_a_base_that_does() {
    for text in [
        include_str!("../../../assets/themes/neutral.toml"),
        include_str!("../../../assets/themes/dark.toml"),
        include_str!("../../../assets/themes/light.toml"),
        include_str!("../../../assets/themes/high-contrast.toml"),
        include_str!("../../../assets/themes/colour-blind.toml"),
        include_str!("../../../assets/themes/mono.toml"),
    ] {
        let file = ThemeFile::read(text).unwrap();
        let named =
            |ink: &StyleClass| file.looks(Background::Unknown).any(|(other, _)| other == ink);
        assert!(file.base().is_some() || StyleClass::ALL.iter().all(named), "{text}");
        assert!(matches!(file.base(), None | Some("auto")));
    }
}

#[test]
fn text_can_be_read_in_every_theme_in_true_colour() {
    for name in BUILT_IN {
        let (contrast, ink) = least(name, Depth::True, |ink| !is_line(ink));
        assert!(contrast >= 4.5, "{name}: {ink:?} has {contrast:.2}");
        let (contrast, ink) = least(name, Depth::True, is_line);
        assert!(contrast >= 3.0, "{name}: {ink:?} has {contrast:.2}");
    }
}

#[test]
fn text_can_be_read_in_every_theme_with_256_colours() {
    for name in BUILT_IN {
        for &background in known(name) {
            // Of the 256 only greys are 4.5 away from both black and white, so that where nothing
            // is known of the background what has a hue is a little nearer to one of them.
            let unknown = background == Background::Unknown;
            let (text, line) = if unknown { (3.8, 2.7) } else { (4.5, 3.0) };
            let least = |wanted: &dyn Fn(StyleClass) -> bool| {
                least_on(name, &[background], Depth::Indexed, wanted)
            };
            let (contrast, ink) = least(&|ink| !is_line(ink));
            assert!(contrast >= text, "{name} {background:?}: {ink:?} has {contrast:.2}");
            let (contrast, ink) = least(&is_line);
            assert!(contrast >= line, "{name} {background:?}: {ink:?} has {contrast:.2}");
        }
    }
}

#[test]
fn high_contrast_is_high_where_the_background_is_known() {
    for background in [Background::Dark, Background::Light] {
        let theme = Theme::built_in("high-contrast", background, Depth::True);
        for ink in StyleClass::ALL {
            let style = theme.ink(ink);
            let fg = style.fg.and_then(rgb).expect("a colour");
            let own = style.bg.and_then(rgb).map(|bg| [bg, bg]);
            for ground in own.unwrap_or(grounds("", background)) {
                assert!(contrast(fg, ground) >= 7.0, "{background:?} {ink:?}");
            }
        }
    }
}

#[test]
fn roles_differ_wherever_there_are_colours() {
    for name in BUILT_IN.into_iter().filter(|name| *name != "mono") {
        for (depth, &background) in
            DEPTHS.iter().skip(1).flat_map(|depth| known(name).iter().map(move |at| (depth, at)))
        {
            let theme = Theme::built_in(name, background, *depth);
            let roles =
                [StyleClass::User, StyleClass::Assistant, StyleClass::System, StyleClass::Other]
                    .map(|ink| theme.ink(ink));
            for (at, role) in roles.iter().enumerate() {
                assert!(!roles.iter().skip(at + 1).any(|other| other == role), "{name} {depth:?}");
            }
        }
    }
}

#[test]
fn what_is_selected_found_or_wrong_is_never_told_by_colour_alone() {
    for name in BUILT_IN {
        for (depth, &background) in
            DEPTHS.iter().flat_map(|depth| known(name).iter().map(move |at| (depth, at)))
        {
            let theme = Theme::built_in(name, background, *depth);
            let is_bar = |style: Style| {
                style.bg.is_some() || style.add_modifier.contains(Modifier::REVERSED)
            };
            let (selected, matched) = (theme.selected, theme.matched);
            assert!(is_bar(selected) && selected.add_modifier.contains(Modifier::BOLD), "{name}");
            assert!(is_bar(matched) && matched.add_modifier.contains(Modifier::UNDERLINED));
            let weights = [
                theme.text,
                theme.selected,
                theme.matched,
                theme.strong,
                theme.ink(StyleClass::Emphasis),
                theme.ink(StyleClass::Link),
                theme.ink(StyleClass::Struck),
            ]
            .map(|style| (is_bar(style), style.add_modifier - Modifier::REVERSED));
            for (at, weight) in weights.iter().enumerate() {
                let others = weights.iter().skip(at + 1);
                assert!(!others.into_iter().any(|other| other == weight), "{name} {depth:?}");
            }
            assert!(theme.warning.add_modifier.contains(Modifier::BOLD));
            assert!(theme.focus.add_modifier.contains(Modifier::BOLD));
            assert!(theme.selected_elsewhere.add_modifier.contains(Modifier::BOLD));
        }
    }
}

#[test]
fn text_keeps_the_terminals_own_colour_and_without_colours_there_is_none() {
    for name in BUILT_IN.into_iter().filter(|name| *name != "high-contrast") {
        for background in BACKGROUNDS {
            assert_eq!(Theme::built_in(name, background, Depth::True).text, Style::new());
        }
    }
    for name in BUILT_IN {
        let theme = Theme::built_in(name, Background::Dark, Depth::Mono);
        assert_eq!(theme, Theme::mono());
        assert!(
            StyleClass::ALL
                .into_iter()
                .all(|ink| (theme.ink(ink).fg, theme.ink(ink).bg) == (None, None))
        );
    }
}

#[test]
fn auto_is_dark_or_light_as_the_background_is() {
    let of = |name, background| Theme::built_in(name, background, Depth::True);
    assert_eq!(of("auto", Background::Dark), of("dark", Background::Unknown));
    assert_eq!(of("auto", Background::Light), of("light", Background::Unknown));
    assert_ne!(of("auto", Background::Unknown), of("auto", Background::Dark));
}

#[test]
fn the_chosen_theme_comes_first_and_all_others_follow() {
    let names = |chosen, own: Option<&ThemeFile>, depth| Themes::new(chosen, own, depth).names();
    assert_eq!(names("auto", None, Depth::True), BUILT_IN);
    let light = names("light", None, Depth::Sixteen);
    assert_eq!(light, ["light", "high-contrast", "colour-blind", "mono", "auto", "dark"]);
    let own = ThemeFile::read("[styles]\nkey = \"red\"").unwrap();
    let mine = names("mine", Some(&own), Depth::True);
    assert_eq!(mine, ["mine", "auto", "dark", "light", "high-contrast", "colour-blind", "mono"]);
    assert_eq!(names("auto", None, Depth::Mono), ["mono"]);
}

#[test]
fn the_background_is_asked_for_where_it_matters() {
    let asks = |chosen, depth| Themes::new(chosen, None, depth).asks_for_background();
    for name in ["auto", "high-contrast", "colour-blind"] {
        assert!(asks(name, Depth::Sixteen), "{name}");
        assert!(!asks(name, Depth::Mono), "{name}");
    }
    for name in ["dark", "light", "mono"] {
        assert!(!asks(name, Depth::True), "{name}");
    }
}

#[test]
fn an_own_theme_is_its_base_but_for_what_it_says() {
    let own = ThemeFile::read("base = \"light\"\n[styles]\nkey = \"#123456\"").unwrap();
    let themes = Themes::new("mine", Some(&own), Depth::True);
    let look = ThemeChoice::new(themes.names(), Background::Unknown);
    let (mine, light) =
        (themes.of(&look), Theme::built_in("light", Background::Light, Depth::True));
    assert_eq!(mine.key, Style::new().fg(Color::Rgb(0x12, 0x34, 0x56)));
    assert_eq!(
        (mine.quiet, mine.ink(StyleClass::Code)),
        (light.quiet, light.ink(StyleClass::Code))
    );
}

#[test]
fn a_background_is_light_where_black_letters_are_read_better() {
    for (rgb, background) in [
        ([0, 0, 0], Background::Dark),
        ([0x1e1e, 0x1e1e, 0x2e2e], Background::Dark),
        ([0x0000, 0x2b2b, 0x3636], Background::Dark),
        ([0xffff, 0xffff, 0xffff], Background::Light),
        ([0xfdfd, 0xf6f6, 0xe3e3], Background::Light),
    ] {
        assert_eq!(background_of(rgb), background);
    }
}
