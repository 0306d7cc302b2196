//! What `stats` and `check` say, the completions and the manual.

use std::process::Command;

use serde_json::json;

use super::run::{Desk, lesson};

#[test]
fn stats_are_one_object_of_documented_members() {
    let ran = Desk::new().run("stats --file saved.json");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn stats_of_a_query_count_what_it_leaves() {
    let ran = Desk::new().run("stats --file saved.json -q role:assistant").json();
    assert_eq!((&ran["messages"], &ran["sessions"]), (&json!(2), &json!(2)));
    assert_eq!(ran["reply_wait_milliseconds"]["most"], 10_000);
    assert_eq!(ran["unanswered"], 0);
}

#[test]
fn stats_for_people_are_read_from_top_to_bottom() {
    let ran = Desk::new().run("stats --file saved.json --format table");
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_whole_response_is_proved_to_be_whole() {
    let desk = Desk::new();
    let ran = desk.run("check --file saved.json");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let said = ran.json();
    assert_eq!(said["complete"], true);
    assert_eq!(said["messages"], json!({ "arrived": 6, "declared": 6, "missing": 0 }));
    assert_eq!(said["sessions"], json!({ "arrived": 3, "declared": 3, "missing": 0 }));
    let odd = &said["odd"];
    for (name, count) in [
        ("without_session", 1),
        ("without_time", 1),
        ("unknown_role", 1),
        ("unknown_field", 1),
        ("repaired", 1),
        ("duplicates", 0),
        ("out_of_order", 0),
    ] {
        assert_eq!(odd[name], count, "{name}");
    }
    assert_eq!(said["unknown_roles"], json!([{ "role": "observer", "messages": 1 }]));
    assert_eq!(said["unknown_fields"], json!([{ "field": "odd", "messages": 1 }]));
    let people = desk.run("check --file saved.json --format table");
    let odd = people.out.split("\n\n").next().unwrap();
    assert!(odd.starts_with("complete\nwithout a session                 1\n"), "{}", people.out);
    assert!(!odd.contains(" 0\n") && people.out.contains("\n\nsource "), "{}", people.out);
    assert!(people.out.contains("of an unknown role                1 (observer 1)\n"));
}

#[test]
fn what_is_missing_or_doubled_is_counted() {
    let mut body = lesson();
    body["total"] = json!(9);
    let again = body["messages"][0].clone();
    body["messages"].as_array_mut().unwrap().push(again);
    let ran = Desk::with(&body.to_string()).run("check --file saved.json");
    assert_eq!(ran.status, 5);
    let said = ran.json();
    assert_eq!(said["complete"], false);
    assert_eq!(said["messages"], json!({ "arrived": 7, "declared": 9, "missing": 2 }));
    assert_eq!((&said["odd"]["duplicates"], &said["odd"]["out_of_order"]), (&json!(1), &json!(1)));
}

#[test]
fn what_is_cut_or_no_list_of_messages_is_no_whole_response() {
    let whole = lesson().to_string();
    let desk = Desk::with(&whole[..whole.len() - 9]);
    let ran = desk.run("check --file saved.json");
    assert_eq!(ran.status, 4);
    let said = ran.json();
    assert_eq!((&said["complete"], &said["messages"]["arrived"]), (&json!(false), &json!(6)));
    assert!(said["failure"].as_str().unwrap().contains("cut short"), "{said}");
    let ran = desk.run("sessions --file saved.json");
    assert_eq!((ran.status, ran.lines().len()), (4, 3));
    assert!(ran.err.contains("not complete"), "{}", ran.err);

    let desk = Desk::with("<html>log in</html>");
    assert_eq!(desk.run("check --file saved.json").status, 5);
    let ran = desk.run("sessions --file saved.json");
    assert_eq!((ran.status, ran.out.as_str()), (5, ""));
    assert!(ran.err.contains("web page"), "{}", ran.err);
}

#[test]
fn of_what_nobody_declared_nothing_is_proved() {
    let mut body = lesson();
    for count in ["total", "sessionCount"] {
        body.as_object_mut().unwrap().remove(count);
    }
    let desk = Desk::with(&body.to_string());
    let ran = desk.run("check --file saved.json");
    assert_eq!(ran.status, 0);
    let counts = &ran.json()["messages"];
    assert_eq!((&counts["declared"], &counts["missing"]), (&json!(null), &json!(null)));
    let said = desk.run("check --file saved.json --format table").out;
    assert!(said.starts_with("nothing is known to be missing: no number"), "{said}");
    assert!(Desk::new().run("check --file saved.json --format table").out.starts_with("complete"));
}

/// What bash offers for the last of these words.
fn offered(script: &str, words: &[&str]) -> String {
    let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
    let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; _sfchat__tui sfchat-tui '{last}' '{before}'\n\
         printf '%s ' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        words.len() - 1
    );
    let mut bash = Command::new("bash");
    bash.args(["-c", &ask]).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let ran = bash.output().unwrap();
    assert!(ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn bash_completes_commands_and_what_stands_behind_them() {
    let script = Desk::new().run("completions bash").out;
    assert_eq!(offered(&script, &["sfchat-tui", "ex"]), "export");
    assert_eq!(offered(&script, &["sfchat-tui", "sessions", "--form"]), "--format");
    assert_eq!(offered(&script, &["sfchat-tui", "demo-server", "--po"]), "--port");
    assert_eq!(
        offered(&script, &["sfchat-tui", "sessions", "--format", ""]),
        "table json ndjson csv tsv md"
    );
    assert_eq!(offered(&script, &["sfchat-tui", "config", "in"]), "init");
    assert_eq!(offered(&script, &["sfchat-tui", "config", "check", "--conf"]), "--config");
}

#[test]
fn shells_and_man_get_what_the_command_line_declares() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = desk.run(&format!("completions {shell}"));
        assert!(ran.status == 0 && ran.out.contains("sessions"), "{shell}: {}", ran.err);
    }
    let page = desk.run("man");
    assert!(page.out.contains(".TH sfchat-tui 1") && page.out.contains("EXIT STATUS"));
    assert!(page.out.contains("QUERIES\n.nf\n"), "{}", page.out);
    let help = desk.run("search --help");
    assert!(help.status == 0 && help.out.contains("Examples:"), "{}", help.out);
}
