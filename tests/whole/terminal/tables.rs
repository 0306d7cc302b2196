//! The commands without a screen, as a person at a terminal sees them: tables that fit, and what is
//! said on standard error to nobody else.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sfchat_tui::text::width;

use super::driver::{PROGRAM, Setup};

/// Messages with ids, names and texts of every length, in letters of one cell and of two.
fn lesson() -> String {
    let of = |session: &str, user: &str, text: &str, minute: usize| -> Value {
        json!({
            "sessionId": session, "userId": user, "role": "user", "content": text,
            "componentId": "algebra-tutor", "createdAt": format!("2026-10-01T10:{minute:02}:00Z"),
            "metadata": { "model": "m-1", "words": "many of them, more than any terminal has room for" },
        })
    };
    let long = "which word is it that stands behind all of these others, so far to the right?";
    let messages = [
        of("s-1", "bo", "which?", 0),
        of("550e8400-e29b-41d4-a716-446655440000", "a-user-with-a-long-name", long, 1),
        of(
            "chat-3",
            "ji",
            "주사위 두 개를 던져서 합이 7이 될 확률은 which 漢字かなまじり文の長い題名です",
            2,
        ),
        of("漢字のセッション", "漢字", "which", 3),
    ];
    json!({ "messages": messages, "total": 4, "sessionCount": 4 }).to_string()
}

/// A folder with the lesson and a config.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("saved.json"), lesson()).unwrap();
    fs::write(folder.path().join("config.toml"), "time_zone = \"UTC\"\n").unwrap();
    folder
}

/// What a line for the shell prints on a terminal of so many columns; `$p` is the program.
fn printed(folder: &Path, columns: u16, line: &str) -> String {
    let setup = Setup::of("sh", &["-c", line]).at(folder).size(columns, 200);
    let setup = setup.env("p", PROGRAM).env("SFCHAT_CONFIG", "config.toml").env("TERM", "dumb");
    let mut session = setup.start();
    session.ended();
    String::from_utf8(session.given_back()).unwrap().replace("\r\n", "\n")
}

/// What was said beside it, and is said no more.
fn said(folder: &Path) -> String {
    let path = folder.join("err");
    let said = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    said
}

#[test]
fn no_line_of_a_table_is_wider_than_the_terminal() {
    let desk = desk();
    let folder = desk.path();
    let sessions =
        "session,user,components,messages,repeats,turns,started,last_active,matches,title";
    let messages = "session,user,component,role,time,text,metadata,matches";
    for columns in [40, 60, 80, 120, 200] {
        for command in [
            "sessions".to_owned(),
            "sessions -q which".to_owned(),
            format!("sessions --fields {sessions}"),
            "search which".to_owned(),
            "search which -C 1".to_owned(),
            format!("search which --fields {messages}"),
            "show 550e".to_owned(),
        ] {
            let text = printed(folder, columns, &format!("$p {command} --file saved.json 2>err"));
            for line in text.lines() {
                assert!(width(line) <= usize::from(columns), "{columns}: {command}:\n{text}");
            }
            assert!(text.lines().count() >= 3, "{columns}: {command}:\n{text}");
            let said = said(folder);
            if command.contains("--fields") {
                // What was asked for is there.
                let names = text.lines().next().unwrap().split_whitespace().count();
                assert_eq!(
                    (names, said.as_str()),
                    (command.matches(',').count() + 1, ""),
                    "{text}"
                );
            } else {
                assert_eq!(said.contains("no room for "), columns < 80 && command != "show 550e");
            }
        }
    }
}

#[test]
fn nothing_is_cut_where_there_is_room_and_what_is_left_out_is_named() {
    let desk = desk();
    let folder = desk.path();
    let text = printed(folder, 200, "$p sessions --file saved.json 2>err");
    assert!(!text.contains('…'), "{text}");
    assert_eq!(said(folder), "");
    let text = printed(folder, 40, "$p sessions --file saved.json 2>err");
    assert!(text.contains("550e8…0000"), "an id keeps both of its ends:\n{text}");
    let names = "messages, turns, last_active";
    let wanted = format!("sfchat-tui: no room for {names}: see --fields, or --format ndjson\n");
    assert_eq!(said(folder), wanted);
    // Another program gets everything.
    printed(folder, 40, "$p sessions --file saved.json --format table 2>err | cat >out");
    let piped = fs::read_to_string(folder.join("out")).unwrap();
    assert!(piped.contains("last_active") && !piped.contains('…'), "{piped}");
    assert_eq!(said(folder), "");
}

#[test]
fn the_ids_of_a_search_are_told_apart_on_a_wide_terminal_however_late_they_come() {
    let of = |session: &str| json!({ "sessionId": session, "role": "user", "content": "which" });
    let ends = "0123456789abcdef0123";
    let ids = [1, 2].map(|number| format!("{ends}-{number}-{ends}"));
    let mut messages: Vec<Value> = (0..1000).map(|_| of("s-1")).collect();
    messages.extend(ids.iter().map(|id| of(id)));
    let body = json!({ "messages": messages, "total": 1002, "sessionCount": 3 });
    let desk = desk();
    fs::write(desk.path().join("saved.json"), body.to_string()).unwrap();
    let text = printed(desk.path(), 200, "$p search which --file saved.json");
    assert_eq!(text.lines().count(), 1002);
    for id in ids {
        assert_eq!(text.matches(&format!("{id}  ")).count(), 1, "{id}");
    }
}

#[test]
fn an_export_says_in_the_end_what_became_of_it_to_a_person_alone() {
    let desk = desk();
    let folder = desk.path();
    for (line, wanted) in [
        (
            "$p export --file saved.json --limit 3 >out",
            "3 messages of 3 sessions written to standard output; personal data, keep it safe",
        ),
        (
            "$p export --file saved.json --pseudonymize --output one.md",
            "4 messages of 4 sessions written to one.md; free text can still identify a person",
        ),
        (
            "$p export --file saved.json -q user:bo --output two.md",
            "1 message of 1 session written to two.md; personal data, keep it safe",
        ),
        (
            "$p fetch --file saved.json --output three.json",
            "1417 bytes written to three.json; personal data, keep it safe",
        ),
    ] {
        let text = printed(folder, 120, line);
        let bytes = fs::metadata(folder.join("saved.json")).unwrap().len();
        let wanted = wanted.replace("1417", &bytes.to_string());
        assert!(text.ends_with(&format!("sfchat-tui: {wanted}\n")), "{line}: {text}");
    }
    for line in [
        "$p export --file saved.json 2>err >out",
        "$p export --file saved.json --output four.md 2>err",
        "$p fetch --file saved.json --output five.json 2>err",
    ] {
        assert_eq!(printed(folder, 120, line), "", "{line}");
        assert_eq!(said(folder), "", "{line}");
    }
}

#[test]
fn a_query_that_looks_like_an_option_is_explained_to_a_person() {
    let desk = desk();
    let folder = desk.path();
    let hint = "sfchat-tui: -n means: without the word n; see `sfchat-tui search --help`\n";
    assert_eq!(printed(folder, 80, "$p search --file saved.json -n >out"), hint);
    assert_eq!(printed(folder, 80, "$p search --file saved.json -n >out 2>err"), "");
    assert_eq!(said(folder), "");
    assert_eq!(printed(folder, 80, "$p search --file saved.json which >out"), "");
    let help = printed(folder, 80, "$p search --help");
    assert!(help.contains("\n  meta.usage.tokens:>500    a metadata value"), "{help}");
    for line in help.lines() {
        assert!(width(line) <= 80, "{line}");
    }
}

#[test]
fn that_nothing_matches_may_be_a_matter_of_case() {
    let desk = desk();
    let folder = desk.path();
    let text = printed(folder, 80, "$p search --file saved.json Which");
    assert!(text.contains("a capital letter makes a word case-sensitive"), "{text}");
    // Where nothing is printed, nothing had no room.
    for columns in [40, 60, 80] {
        let text = printed(folder, columns, "$p search --file saved.json whichever");
        assert_eq!(text, "sfchat-tui: no message matches\n");
    }
}
