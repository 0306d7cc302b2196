//! What `sessions`, `search`, `show` and `export` print, in each form.

use serde_json::Value;

use super::run::Desk;

#[test]
fn sessions_are_one_object_a_line_in_a_pipe() {
    let ran = Desk::new().run("sessions --file saved.json");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out, @r#"
    {"session":"s-one","user":"alice","components":["tutor"],"messages":3,"repeats":0,"turns":2,"started":"2026-10-01T10:00:00.000Z","last_active":"2026-10-01T12:00:00.000Z","matches":null,"title":"what is osmosis?"}
    {"session":"s-two","user":"bob","components":["tutor"],"messages":2,"repeats":0,"turns":1,"started":"2026-10-01T11:00:00.000Z","last_active":"2026-10-01T11:00:10.000Z","matches":null,"title":"=2+3 漢字 osmosis"}
    {"session":null,"user":"bob","components":[],"messages":1,"repeats":0,"turns":1,"started":null,"last_active":null,"matches":null,"title":null}
    "#);
}

#[test]
fn a_table_is_aligned_by_what_is_seen() {
    let ran = Desk::new().run("sessions --file saved.json --format table -q osmosis");
    insta::assert_snapshot!(ran.out, @r"
    session  user   messages  matches  last_active       title
    s-one    alice         3        2  2026-10-01 12:00  what is osmosis?
    s-two    bob           2        1  2026-10-01 11:00  =2+3 漢字 osmosis
    ");
}

#[test]
fn sessions_are_sorted_limited_and_cut_to_fields() {
    let desk = Desk::new();
    let first = |words: &str| {
        let words = format!("sessions --file saved.json --fields session --limit 1 {words}");
        desk.run(&words).lines()[0]["session"].clone()
    };
    assert_eq!(first("--sort messages"), "s-one");
    assert_eq!(first("--sort started"), "s-two");
    assert_eq!(first("--sort -messages"), serde_json::Value::Null);
    assert_eq!(first("--sort -messages --reverse"), "s-one");
    assert_eq!(first("--sort user"), "s-one");
    let wrong = desk.run("sessions --file saved.json --sort age");
    assert_eq!(wrong.status, 2);
    assert!(wrong.err.contains("the keys are last-active, started"), "{}", wrong.err);
    let wrong = desk.run("sessions --file saved.json --fields sesion");
    assert!(wrong.status == 2 && wrong.err.contains("'session'"), "{}", wrong.err);
}

#[test]
fn separated_values_run_nothing_in_a_spreadsheet() {
    let ran =
        Desk::new().run("sessions --file saved.json --format csv --fields session,title,turns");
    assert_eq!(
        ran.out,
        "session,title,turns\ns-one,what is osmosis?,2\ns-two,'=2+3 漢字 osmosis,1\n,,1\n"
    );
    let ran = Desk::new().run("search --file saved.json osmosis --format tsv --fields role,text");
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(ran.out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(&rows[1][1], "Water moves.\n\n**Osmosis** is it.\nAsk more.");
    assert!(rows[2][1].starts_with("'=2+3"), "{rows:?}");
}

#[test]
fn a_cell_of_a_markdown_table_is_no_markup() {
    let ran = Desk::new().run("search --file saved.json Osmosis --format md --fields role,text");
    insta::assert_snapshot!(ran.out, @r"
    | role | text |
    | --- | --- |
    | assistant | Water moves. \*\*Osmosis\*\* is it. Ask more. |
    ");
}

#[test]
fn search_tells_where_it_matches_in_characters() {
    let ran = Desk::new().run("search --file saved.json osmosis --format json");
    let rows = ran.json();
    assert_eq!(ran.status, 0);
    let one = &rows[1];
    assert_eq!(one["text"], "Water moves.\n\n**Osmosis** is it.\nAsk more.");
    assert_eq!(one["matches"], serde_json::json!([[16, 23]]));
    assert_eq!(
        (&one["component"], &one["time"]),
        (&"tutor".into(), &"2026-10-01T10:00:03.000Z".into())
    );
    assert_eq!(rows[2]["matches"], serde_json::json!([[8, 15]]));
    assert!(ran.out.contains("\"metadata\":{\"model\":\"m-1\",\"n\":1.5}"), "{}", ran.out);
}

#[test]
fn search_prints_lines_as_grep_does() {
    let desk = Desk::new();
    let ran = desk.run("search --file saved.json osmosis --format table");
    insta::assert_snapshot!(ran.out, @r"
    s-one     2026-10-01 10:00:00  user       what is osmosis?
    s-one     2026-10-01 10:00:03  assistant  **Osmosis** is it.
    s-two     2026-10-01 11:00:00  user       =2+3 漢字 osmosis
    ");
    let ran = desk.run("search --file saved.json Osmosis --format table --context 1");
    insta::assert_snapshot!(ran.out, @r"
    s-one     2026-10-01 10:00:03  assistant
    s-one     2026-10-01 10:00:03  assistant  **Osmosis** is it.
    s-one     2026-10-01 10:00:03  assistant  Ask more.
    ");
}

#[test]
fn what_a_formula_shows_is_found_on_the_line_of_the_formula() {
    let text = "first line\nthe ar\u{AD}ea $x^2$ here, $y^2$ there\nlast";
    let body =
        serde_json::json!({ "messages": [{ "sessionId": "s", "role": "user", "content": text }] });
    let desk = Desk::with(&body.to_string());
    let table = |query: &str| {
        let ran = desk.run_of(&["search", "--file", "saved.json", query, "--format", "table"]);
        ran.out.split("  ").last().unwrap().to_owned()
    };
    let marked = |query: &str| -> Vec<String> {
        let ran =
            desk.run_of(&["search", "--file", "saved.json", query, "--format", "json"]).json();
        let letters: Vec<char> = text.chars().collect();
        let pairs = ran[0]["matches"].as_array().unwrap().iter();
        let place = |pair: &Value, at: usize| usize::try_from(pair[at].as_u64().unwrap()).unwrap();
        pairs.map(|pair| letters[place(pair, 0)..place(pair, 1)].iter().collect()).collect()
    };
    for (query, matches) in [
        ("x²", vec!["$x^2$"]),
        ("²", vec!["$x^2$", "$y^2$"]),
        ("\"area x² here\"", vec!["ar\u{AD}ea $x^2$ here"]),
        ("/x² h/", vec!["$x^2$ h"]),
        ("x^2", vec!["x^2"]),
        ("there", vec!["there"]),
    ] {
        assert!(table(query).contains("$x^2$ here"), "{query}: {}", table(query));
        assert_eq!(marked(query), matches, "{query}");
    }
}

#[test]
fn a_file_has_the_form_that_its_name_ends_with() {
    let desk = Desk::new();
    for (command, name, begins) in [
        ("sessions --file saved.json", "a.csv", "session,user,"),
        ("sessions --file saved.json", "a.json", "[\n{\"session\":"),
        ("sessions --file saved.json", "a.rows", ""),
        ("sessions --file saved.json", "a", "{\"session\":"),
        ("sessions --file saved.json --format tsv", "b.csv", "session\tuser\t"),
        ("search osmosis --file saved.json", "c.md", "| session |"),
        ("search osmosis --file saved.json", "c.jsonl", "{\"session\":"),
        ("show s-one --file saved.json", "d.json", "[\n{\"session\":"),
        ("show s-one --file saved.json", "d.csv", ""),
        ("export --file saved.json", "e.jsonl", "{\"sessionId\":"),
        ("export --file saved.json", "e.pdf", ""),
    ] {
        let ran = desk.run(&format!("{command} --output {name}"));
        if begins.is_empty() {
            assert!(ran.status == 2 && ran.err.contains("unknown format ."), "{name}: {}", ran.err);
            assert!(!desk.path(name).exists());
        } else {
            let text = std::fs::read_to_string(desk.path(name)).unwrap();
            assert!(text.starts_with(begins), "{command} {name}: {text}");
        }
    }
}

#[test]
fn no_field_is_had_twice_and_nothing_is_no_title() {
    let desk = Desk::new();
    for command in ["sessions --fields user,session,user", "search x --fields user,text,user"] {
        let ran = desk.run(&format!("{command} --file saved.json"));
        assert!(ran.status == 2 && ran.err.contains("--fields has user twice"), "{}", ran.err);
    }
    let said = |id: &str, text: &str| serde_json::json!({ "sessionId": id, "role": "user", "content": text, "createdAt": null });
    let said = [said("a", " \u{200B}\n"), said("b", "(blank)"), said("c", "")];
    let desk = Desk::with(&serde_json::json!({ "messages": said }).to_string());
    let titles = desk.run("sessions --file saved.json --fields title --sort user").lines();
    let titles: Vec<_> = titles.iter().map(|row| row["title"].as_str()).collect();
    assert_eq!(titles, [None, Some("(blank)"), None]);
}

#[test]
fn the_caret_stands_below_the_line_of_the_query_that_is_wrong() {
    let ran = Desk::new().run_of(&["search", "--file", "saved.json", "a\n漢 rol:x\nb\nc"]);
    assert_eq!(ran.status, 2);
    let wanted = "the query is wrong:\n  a\n  漢 rol:x\n     ^ unknown field";
    assert!(ran.err.contains(wanted) && ran.err.contains("\n  …"), "{}", ran.err);
    // What is cleaned away or widened before it moves nothing.
    let ran = Desk::new().run_of(&["search", "--file", "saved.json", "a\r\nb\r\nrol:x"]);
    assert!(ran.err.contains("\n  b\n  rol:x\n  ^ unknown field"), "{}", ran.err);
    let ran = Desk::new().run_of(&["search", "--file", "saved.json", "a\trol:x"]);
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!(lines[1].find("rol:x"), lines[2].find('^'), "{}", ran.err);
}

#[test]
fn the_lines_of_a_search_are_whole_in_a_pipe_however_late_they_come() {
    let of = |session: &str, role: &str, text: &str| serde_json::json!({ "sessionId": session, "role": role, "content": text });
    let ends = "0123456789abcdef0123";
    let ids = [1, 2].map(|number| format!("{ends}-{number}-{}-{ends}", "x".repeat(300)));
    let text = format!("which {} end", "y ".repeat(1500));
    let mut messages: Vec<_> = (0..1000).map(|_| of("s-1", "user", "which")).collect();
    messages.extend(ids.iter().map(|id| of(id, "teaching-assistant", &text)));
    let body = serde_json::json!({ "messages": messages, "total": 1002, "sessionCount": 3 });
    let ran = Desk::with(&body.to_string()).run("search which --file saved.json --format table");
    assert_eq!(ran.out.lines().count(), 1002);
    let late: Vec<_> = ran.out.lines().filter(|line| line.contains(ends)).collect();
    let wanted = ids.map(|id| format!("{id}  time?                teaching-assistant  {text}"));
    assert!(late == wanted, "{} lines", late.len());
}

#[test]
fn search_says_by_its_status_that_it_found_nothing() {
    let desk = Desk::new();
    let ran = desk.run("search --file saved.json photosynthesis");
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (1, "", ""));
    assert_eq!(desk.run("search --file saved.json -q user:bob Osmosis").status, 1);
    assert_eq!(desk.run("search --file saved.json -q user:bob osmosis").lines().len(), 1);
    let ran = desk.run("search --file saved.json rolle:user");
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("did you mean `role`?"), "{}", ran.err);
    assert_eq!(desk.run_of(&["search", "--file", "saved.json", " "]).status, 2);
}

#[test]
fn a_transcript_is_markdown_in_a_pipe_and_as_on_the_screen_for_people() {
    let desk = Desk::new();
    let ran = desk.run("show s-o --file saved.json");
    let message = "### user · alice · 2026-10-01 10:00:00\n\n> what is osmosis?\n";
    assert!(ran.out.contains(message), "{}", ran.out);
    assert!(!ran.out.contains(['\u{1b}', '\u{7}']), "{:?}", ran.out);
    let ran = desk.run("show s-one --file saved.json --format table");
    insta::assert_snapshot!(ran.out, @r"
    ── Thu 1 October 2026 ──────────────────────────────────────────────────────────

    ▌ user  alice                                                           10:00:00
    ▌ what is osmosis?

    ▌ assistant  tutor                                              +3.0 s  10:00:03
    ▌ Water moves.
    ▌
    ▌ Osmosis is it. Ask more.

    ▌ user  alice                                                           12:00:00
    ▌ thanks␛]0;evil␇
    ");
}

#[test]
fn show_and_search_have_one_shape() {
    let desk = Desk::new();
    let shown = desk.run("show s-two --file saved.json --format ndjson -q osmosis");
    let found = desk.run("search --file saved.json osmosis -q session:s-two");
    assert_eq!(shown.out, found.out);
    let all = desk.run("show s-two --file saved.json --format json").json();
    assert_eq!(all.as_array().unwrap().len(), 2);
    let lost = desk.run_of(&["show", "(no session)", "--file", "saved.json", "--format", "ndjson"]);
    assert_eq!(lost.lines()[0]["role"], "observer");
}

#[test]
fn a_session_that_is_none_or_several_is_refused() {
    let desk = Desk::new();
    let ran = desk.run("show nothing --file saved.json");
    assert!(ran.status == 1 && ran.err.contains("“nothing”"), "{}", ran.err);
    let ran = desk.run("show s- --file saved.json");
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("several sessions begin with “s-”: s-one, s-two"), "{}", ran.err);
}

#[test]
fn a_session_is_found_by_the_id_that_a_table_shortens() {
    let desk = Desk::new();
    let whole = desk.run("show s-one --file saved.json");
    for wanted in ["s-o…e", "s-o…", "…ne", "s-…one", "s-one…"] {
        let ran = desk.run_of(&["show", wanted, "--file", "saved.json"]);
        assert_eq!((ran.status, &ran.out), (0, &whole.out), "{wanted}: {}", ran.err);
    }
    for (wanted, status, words) in [
        ("s-…x", 1, "no session has the id “s-…x”"),
        ("s-one…one", 1, "no session"),
        ("…", 1, "no session"),
        ("s…n…e", 1, "no session"),
        ("s-…", 2, "several sessions fit “s-…”: s-one, s-two"),
    ] {
        let ran = desk.run_of(&["show", wanted, "--file", "saved.json"]);
        assert_eq!(ran.status, status, "{wanted}: {}", ran.err);
        assert!(ran.err.contains(words), "{wanted}: {}", ran.err);
    }
}

#[test]
fn an_export_reads_back_as_the_same_messages() {
    let desk = Desk::new();
    let ran = desk.run("export --file saved.json");
    assert_eq!(ran.lines().len(), 6);
    let again = desk.run_with("export --file -", ran.out.as_bytes());
    assert_eq!(again.out, ran.out);
    assert_eq!(desk.run("export --file saved.json -q role:assistant --limit 1").lines().len(), 1);
}

#[test]
fn a_query_has_the_same_messages_on_the_screen_in_a_search_and_in_an_export() {
    let messages = crate::data::messages();
    let body = serde_json::json!({ "messages": messages }).to_string();
    let desk = Desk::with(&body);
    for query in [
        "factor",
        "role:user",
        "role:assistant -osmosis",
        "user:alice OR user:bob",
        "session:*-1",
        "x²",
        "/x\\W/",
        "on:2026-10-01",
        "before:2026-10-01 role:user",
        "at:09:00..12:00",
        "meta.model:gpt-4*",
        "has:meta.usage",
        "len:>100",
        "turns:>1",
        "wait:>3s",
        "is:unanswered",
        "is:first -role:assistant",
    ] {
        let texts = |field: &str, lines: Vec<serde_json::Value>| {
            let of = |line: &serde_json::Value| line[field].as_str().unwrap_or("").to_owned();
            let mut texts: Vec<String> = lines.iter().map(of).collect();
            texts.sort_unstable();
            texts
        };
        let search = desk.run_of(&["search", "--file", "saved.json", query]);
        let export = desk.run_of(&["export", "--file", "saved.json", "-q", query]);
        assert_eq!((export.status, export.err.as_str()), (0, ""), "{query}");
        let (found, exported) = (texts("text", search.lines()), texts("content", export.lines()));
        assert_eq!(found, exported, "{query}");

        let mut screen = crate::desk::Desk::with(crate::desk::WIDE, &messages);
        screen.keys("f");
        screen.paste(query);
        screen.keys("enter");
        let tab = screen.app.tab();
        let hits = tab.filter.hits().expect(query);
        let seen = hits.refs().iter().map(|&at| tab.store.text(at).to_owned());
        let mut seen: Vec<String> = seen.collect();
        seen.sort_unstable();
        assert_eq!(seen, found, "{query}");
        assert!(!found.is_empty() && found.len() < messages.len(), "{query}: {}", found.len());
    }
}

#[test]
fn nothing_that_a_student_wrote_drives_a_terminal() {
    let desk = Desk::new();
    for words in [
        "search --file saved.json thanks --format table",
        "search --file saved.json thanks --format csv",
        "search --file saved.json thanks --format md",
        "show s-one --file saved.json --format table",
        "sessions --file saved.json --format table",
    ] {
        let ran = desk.run(words);
        assert!(!ran.out.contains(['\u{1b}', '\u{7}']), "{words}: {:?}", ran.out);
    }
    let painted = desk.run("search --file saved.json osmosis --format table --color always");
    assert!(painted.out.contains("\u{1b}["), "{:?}", painted.out);
    let data = desk.run("search --file saved.json osmosis --color always");
    assert!(!data.out.contains('\u{1b}'));
}
