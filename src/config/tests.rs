//! What a config may say, and what it hears when it says something else.

use std::time::Duration;

use super::rows::SettingTable;
use super::*;
use crate::time::Zone;

const EXAMPLE: &str = include_str!("../../config.example.toml");

fn errors(text: &str) -> Vec<ConfigError> {
    Config::load(text).expect_err("the text should be refused")
}

/// The example with the `#` taken from every setting; with `optional` also from those without a
/// default (`#@ `).
fn uncommented(optional: bool) -> String {
    let line = |line: &str| match line.strip_prefix("#@ ") {
        Some(setting) if optional => setting.to_owned(),
        Some(_) => String::new(),
        None => match line.strip_prefix('#') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => rest.to_owned(),
            _ => line.to_owned(),
        },
    };
    EXAMPLE.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_shows_every_default() {
    assert_eq!(Config::load(EXAMPLE), Ok(Config::default()), "as it is");
    assert_eq!(Config::load(&uncommented(false)), Ok(Config::default()), "uncommented");
}

#[test]
fn the_example_shows_every_setting() {
    let full = Config::load(&uncommented(true)).unwrap();
    for row in full.rows().iter().chain(&full.api.rows()).chain(&full.ui.rows()) {
        assert!(row.value.is_some(), "{}", row.name);
    }
    assert_eq!((full.scopes.len(), full.views.len()), (1, 1));
    assert_eq!(full.scopes[0].scope.user.as_deref(), Some("alice"));
    assert_eq!(full.keys["transcript"]["next-message"].chords, ["J"]);
}

#[test]
fn every_setting_is_read() {
    let config = Config::load(
        r#"
        group_ids_style = "comma"
        time_zone = "Europe/Vienna"
        [api]
        base_url = "https://example.org/tutor/"
        api_key_command = ["op", "read", "op://x"]
        api_key_file = "~/key"
        api_key = "sk-SECRET"
        ca_file = "ca.pem"
        connect_timeout = "500ms"
        headers_timeout = "2m"
        idle_timeout = "1h"
        max_response_bytes = 1_000_000
        [[scopes]]
        name = "Biology"
        groups = ["class-101", "class-102"]
        [[scopes]]
        name = "Alice"
        user = "alice"
        [[scopes]]
        name = "All"
        [labels]
        user = "Student"
        [keys.transcript]
        next-message = ["J", "g n"]
        first = []
        [ui]
        theme = "mono"
        mouse = false
        refresh_every = "30s"
        split = 45
        text_width = 0
        ambiguous_width = 2
        right_to_left = "program"
        "#,
    )
    .unwrap();
    assert_eq!(config.group_ids_style, GroupIdsStyle::Comma);
    assert_eq!(Some(config.time_zone), Zone::parse("Europe/Vienna"));
    assert_eq!(config.api.base_url, "https://example.org/tutor/");
    assert_eq!(config.api.api_key_command, ["op", "read", "op://x"]);
    assert_eq!(config.api.connect_timeout, Duration::from_millis(500));
    assert_eq!(config.api.headers_timeout, Duration::from_mins(2));
    assert_eq!(config.api.idle_timeout, Duration::from_hours(1));
    assert_eq!(config.api.max_response_bytes, 1_000_000);
    assert_eq!(config.scopes[1].scope, Scope::user("alice"));
    assert!(config.scopes[2].scope.is_all());
    assert_eq!(config.labels.user, "Student");
    assert_eq!(config.labels.assistant, "assistant");
    let binding = &config.keys["transcript"]["next-message"];
    assert_eq!(binding.chords, ["J", "g n"]);
    assert_eq!(binding.at, TextPosition { line: 25, column: 9 });
    assert_eq!(config.ui.refresh_every, Some(Duration::from_secs(30)));
    assert_eq!((config.ui.split, config.ui.mouse), (45, false));
    assert_eq!(config.ui.text_width, None);
    assert_eq!(config.ui.ambiguous_width, AmbiguousWidth::Two);
    assert_eq!(config.ui.right_to_left, RightToLeft::Program);

    let mut printed = Config::load(&config.to_toml("masked")).unwrap();
    assert_eq!(printed.api.api_key, Some(LiteralKey::from("masked")));
    assert!(!config.to_toml("masked").contains("SECRET"));
    printed.api.api_key.clone_from(&config.api.api_key);
    printed.keys.clone_from(&config.keys);
    assert_eq!(printed, config, "what is printed reads back");
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_welcome() {
    let config = Config::load("\u{feff}[ui]\r\nsplit = 20\r\n").unwrap();
    assert_eq!(config.ui.split, 20);
    let found = errors("\u{feff}\r\nx = 1\r\n");
    assert_eq!(found[0].at, TextPosition { line: 2, column: 1 });
}

#[test]
fn everything_wrong_is_reported_at_once_with_its_place() {
    let found = errors(
        "time_zone = \"Mars\"\nfoo = 1\n[api]\nbase_url = \"http://example.org\"\n  idel_timeout \
         = \"5s\"\n[ui]\nsplit = 5\nmouse = \"yes\"\n",
    );
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 6, "{shown:#?}");
    for (error, (place, phrase)) in shown.iter().zip([
        ("1:13:", "IANA"),
        ("2:1:", "unknown setting `foo`"),
        ("4:12:", "https://"),
        ("5:3:", "did you mean `idle_timeout`?"),
        ("7:9:", "10 to 90"),
        ("8:9:", "true or false"),
    ]) {
        assert!(error.starts_with(place) && error.contains(phrase), "{error}");
    }
}

#[test]
fn a_wrong_setting_hears_what_would_be_right() {
    for (text, phrase) in [
        ("group_ids_style = 1", "\"repeat\" or \"comma\""),
        ("group_ids_style = \"both\"", "\"repeat\" or \"comma\""),
        ("time_zone = 3", "IANA"),
        ("api = 1", "[api]"),
        ("scopes = 1", "[[scopes]]"),
        ("[scopes]\nname = \"a\"", "[[scopes]]"),
        ("[[scopes]]\ngroups = [\"a\"]", "needs a `name`"),
        ("[[scopes]]\nname = \"a\"\n[[scopes]]\nname = \"a\"", "two scopes"),
        ("[[scopes]]\nname = \"a\"\ngroups = []", "group ids"),
        ("[[scopes]]\nname = \"a\"\ngroups = \"g\"", "list of strings"),
        ("[[scopes]]\nname = \"a\"\nusers = \"g\"", "did you mean `user`?"),
        ("[api]\napi_key_command = \"pass show x\"", "list of strings"),
        ("[api]\napi_key_command = []", "program and its arguments"),
        ("[api]\nconnect_timeout = 5", "such as \"30s\""),
        ("[api]\nconnect_timeout = \"0s\"", "100ms"),
        ("[api]\nconnect_timeout = \"99999999999999999999s\"", "such as \"30s\""),
        ("[api]\nmax_response_bytes = -1", "number of bytes"),
        ("[api]\nmax_response_bytes = 0", "number of bytes"),
        ("[api]\nmax_response_bytes = 99999999999999999999999", "number"),
        ("[ui]\nthem = \"x\"", "did you mean `theme`?"),
        ("[ui]\nrefresh_every = \"1s\"", "\"off\""),
        ("[ui]\nrefresh_every = \"25h\"", "\"off\""),
        ("[ui]\nsplit = 30.5", "percentage"),
        ("[ui]\ntext_width = 39", "from 40 to 1000"),
        ("[ui]\ntext_width = 1001", "0 or a number"),
        ("[ui]\nambiguous_width = 3", "must be 1 or 2"),
        ("[ui]\nright_to_left = true", "\"terminal\" or \"program\""),
        ("[ui]\nsplit = 1\nsplit = 2", "duplicate"),
        ("[keys]\nj = \"down\"", "[keys.j]"),
        ("[keys.transcript]\nnext = \"J\"", "list of strings"),
        ("[labels]\nuser = \"\"", "empty"),
        ("[uix]\n", "did you mean `ui`?"),
        ("[ui", "unclosed"),
    ] {
        let found = errors(text);
        assert!(
            found.iter().any(|error| error.message.contains(phrase)),
            "{text}: {found:?} lacks {phrase}"
        );
    }
}

#[test]
fn the_key_is_in_no_error_and_in_no_debug_text() {
    for text in [
        "[api]\napi_key = sk-SECRET",
        "[api]\napi_key = \"sk-SECRET",
        "[api]\napi_key = 'sk-SECRET\n",
        "[api]\napi_key \"sk-SECRET\"",
        "[api]\napi_key = \"sk-SECRET\" \"x\"",
        "[api]\napi_key = [\"sk-SECRET\"]",
        "[api]\napi_key = { a = \"sk-SECRET\" }",
        "[api]\napi_key = \"sk-SECRET\"\napi_key = \"sk-SECRET\"",
        "[api]\napi_key = \"sk-SECRET\\q\"",
        "[api]\napi_keyy = \"sk-SECRET\"",
        "[api]\nbase_url = \"https://me:sk-SECRET@host\"",
        "[api]\nbase_url = \"https://host?key=sk-SECRET\"",
        "[api]\napi_key_command = \"echo sk-SECRET\"",
        "api_key = \"sk-SECRET\"",
        "time_zone = \"sk-SECRET\"",
        "SFCHAT_API_KEY=sk-SECRET",
    ] {
        for error in errors(text) {
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{text}: {error}");
        }
    }
    let config = Config::load("[api]\napi_key = \"sk-SECRET\"").unwrap();
    assert!(!format!("{config:?}").contains("SECRET"));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,80}") {
        let _ = Config::load(&text);
    }

    #[test]
    fn names_survive_printing(name in "[^\\s].{0,20}", group in ".{1,20}") {
        let config = Config {
            scopes: vec![NamedScope { name, scope: Scope::group(group) }],
            ..Config::default()
        };
        proptest::prop_assert_eq!(Config::load(&config.to_toml("")), Ok(config));
    }
}
