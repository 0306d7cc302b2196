//! The house stands: imports only go down and in no circle, each floor knows its own crates, no
//! public type name is used twice.
//!
//! Reads every file of `src`. Each rule is shown to be able to fail, at the end of this file.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources has failed")]

#[path = "architecture/paths.rs"]
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use paths::{module_of, spoken};

/// The floors, from the bottom: modules, and the crates that they may know beside `std`.
const FLOORS: [(&[&str], &[&str]); 4] = [
    (&["message", "scope", "time", "query"], &["chrono", "chrono_tz", "strsim"]),
    (
        &[
            "store",
            "search",
            "stats",
            "text",
            "markdown",
            "maths",
            "highlight",
            "metadata",
            "export",
            "port",
        ],
        &["regex", "memchr", "unicode_segmentation", "unicode_width", "foldhash"],
    ),
    (
        &["app", "config"],
        &[
            "serde",
            "toml",
            "thiserror",
            "secrecy",
            "tui_input",
            "strsim",
            "foldhash",
            "chrono",
            "chrono_tz",
        ],
    ),
    // The edges have different crates each; none may know another edge.
    (&["io", "view", "demo"], &[]),
];
/// The entry may know everything; `lib.rs` only lists the modules.
const ENTRY: [&str; 5] = ["cli", "commands", "main", "runtime", "terminal"];
/// What single modules may know beyond their floor.
const MORE_CRATES: [(&str, &[&str]); 10] = [
    ("highlight", &["serde", "toml"]),
    ("search", &["unicode_normalization"]),
    ("text", &["unicode_bidi"]),
    ("stats", &["chrono"]),
    ("markdown", &["pulldown_cmark", "memchr"]),
    ("export", &["pulldown_cmark", "serde_json"]),
    ("metadata", &["serde", "serde_json"]),
    (
        "io",
        &[
            "bytes",
            "chrono",
            "crossterm",
            "directories",
            "fastrand",
            "flate2",
            "foldhash",
            "futures_util",
            "libc",
            "memchr",
            "reqwest",
            "rustix",
            "rustls",
            "ruzstd",
            "secrecy",
            "serde",
            "serde_json",
            "signal_hook",
            "thiserror",
            "tokio",
            "toml",
            "tracing",
        ],
    ),
    ("view", &["ratatui", "toml"]),
    ("demo", &["fastrand", "serde_json", "tokio", "tracing"]),
];
/// The arrows between neighbours of the lower floors. On the top floor any, without a circle.
const SIDEWAYS: [(&str, &str); 27] = [
    ("query", "time"),
    ("search", "store"),
    ("search", "maths"),
    ("search", "metadata"),
    ("search", "text"),
    ("stats", "store"),
    ("stats", "search"),
    ("stats", "metadata"),
    ("stats", "text"),
    ("maths", "text"),
    ("markdown", "text"),
    ("markdown", "maths"),
    ("export", "store"),
    ("export", "search"),
    ("export", "text"),
    ("export", "maths"),
    ("export", "markdown"),
    ("export", "metadata"),
    ("port", "stats"),
    ("port", "store"),
    ("port", "search"),
    ("port", "export"),
    ("port", "highlight"),
    ("port", "metadata"),
    ("port", "markdown"),
    ("port", "text"),
    ("app", "config"),
];
/// What the lower three floors may not touch: files, network, processes, environment, clocks.
const OUTSIDE: [&str; 6] = [
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
];
/// Where they may all the same, and why.
const OUTSIDE_ALLOWED: [(&str, &str); 2] = [
    // It paces partial results; the result does not depend on it.
    ("search/job.rs", "std::time::Instant"),
    // The types of addresses: a base URL is told to be of this machine. Nothing is opened.
    ("config/base_url.rs", "std::net"),
];
/// Words that only the endpoint uses. They are named in one place.
const FIELD_NAMES: [&str; 5] = ["sessionId", "userId", "componentId", "createdAt", "sessionCount"];
/// Where they stand all the same, and why.
const FIELD_NAMES_ALLOWED: [&str; 3] = [
    // The built-in endpoint speaks like the real one and shares no code with its client.
    "demo/",
    // `userId` is a parameter of the request, too.
    "io/api/client.rs",
    // A filter is made of a path in the tree of one message.
    "app/commands.rs",
];
const BAD_NAMES: [&str; 5] = ["utils", "common", "helpers", "manager", "misc"];

fn floor_of(module: &str) -> Option<usize> {
    let floor = FLOORS.iter().position(|(modules, _)| modules.contains(&module));
    floor.or_else(|| ENTRY.contains(&module).then_some(FLOORS.len()))
}

/// What is wrong with an arrow from one module at the root to another.
fn wrong_arrow(from: &str, to: &str) -> Option<String> {
    if from == to {
        return None;
    }
    let Some(low) = floor_of(to) else { return Some(format!("{to} has no floor")) };
    let Some(high) = floor_of(from) else { return Some(format!("{from} has no floor")) };
    if low > high {
        return Some(format!("{from} -> {to} goes up"));
    }
    // They speak with the application through `port`.
    if from == "io" && to == "app" {
        return Some("io -> app".to_owned());
    }
    let is_free = high == FLOORS.len() || SIDEWAYS.contains(&(from, to));
    (low == high && !is_free).then(|| format!("{from} -> {to} goes sideways"))
}

/// Whether a module may know a crate.
fn may_know(module: &str, name: &str) -> bool {
    let more = MORE_CRATES.iter().filter(|(owner, _)| *owner == module);
    match floor_of(module).and_then(|floor| FLOORS.get(floor)) {
        Some((_, crates)) => {
            crates.contains(&name)
                || FLOORS[0].1.contains(&name) && module == "config"
                || more.flat_map(|(_, crates)| crates.iter()).any(|known| *known == name)
        }
        None => true,
    }
}

/// Everything that is wrong in one file.
fn faults(file: &str, source: &str, crates: &BTreeSet<String>) -> Vec<String> {
    let module = module_of(Path::new(file));
    let top = module.first().map_or("lib", String::as_str);
    let mut faults = Vec::new();
    if !source.starts_with("//!") {
        faults.push("does not open with what it is for (`//!`)".to_owned());
    }
    for name in &module {
        if BAD_NAMES.contains(&name.as_str()) || name == "mod" {
            faults.push(format!("`{name}` says nothing"));
        }
    }
    let spoken = spoken(source, &module);
    let low = floor_of(top).is_some_and(|floor| floor <= 2);
    for (path, in_tests) in &spoken.paths {
        let (first, second) = (path[0].as_str(), path.get(1));
        if first == "crate" && top != "lib" {
            faults.extend(second.and_then(|to| wrong_arrow(top, to)));
        } else if crates.contains(first) && top != "lib" && !may_know(top, first) {
            faults.push(format!("{top} must not know the crate {first}"));
        }
        let whole = path.join("::");
        for outside in OUTSIDE {
            let is_it = whole == outside || whole.starts_with(&format!("{outside}::"));
            if low && !in_tests && is_it && !OUTSIDE_ALLOWED.contains(&(file, outside)) {
                faults.push(format!("{outside} is not for the lower floors"));
            }
        }
        if low && !in_tests && (whole == "std::*" || whole == "std::time::*") {
            faults.push(format!("{whole} hides what is imported"));
        }
    }
    let at_wire = file == "io/wire.rs" || file.starts_with("io/wire/");
    let is_test = module.iter().any(|name| name == "tests");
    if !at_wire && !is_test && !FIELD_NAMES_ALLOWED.iter().any(|allowed| file.starts_with(allowed))
    {
        for name in FIELD_NAMES {
            if spoken.strings.iter().any(|text| words(text).any(|word| word == name)) {
                faults.push(format!("only io/wire knows the name {name}"));
            }
        }
    }
    faults.iter().map(|fault| format!("src/{file}: {fault}")).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric())
}

/// A circle of modules that import one another, if there is one.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let mut left = arrows.clone();
    // Take away what imports nothing that is left, or is imported by nothing that is left, as
    // long as there is such a module.
    loop {
        let imports = |from: &String| left[from].iter().any(|to| left.contains_key(to));
        let is_imported = |name: &String| left.values().any(|to| to.contains(name));
        let end = left.keys().find(|name| !imports(name) || !is_imported(name)).cloned();
        let Some(end) = end else { break };
        left.remove(&end);
    }
    (!left.is_empty()).then(|| left.into_keys().collect::<Vec<_>>().join(", "))
}

/// Which files import which, tests aside. What a file takes from a folder's interface above it is
/// no arrow: a child knows its parent.
fn file_arrows(files: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let modules: BTreeSet<Vec<String>> =
        files.iter().map(|(file, _)| module_of(Path::new(file))).collect();
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, source) in files {
        let from = module_of(Path::new(file));
        if from.iter().any(|name| name == "tests") {
            continue;
        }
        let to = arrows.entry(from.join("/")).or_default();
        for (path, in_tests) in spoken(source, &from).paths {
            let child = [from.as_slice(), &path[..1]].concat();
            let path = match path.split_first() {
                _ if in_tests => continue,
                Some((first, rest)) if first == "crate" => rest.to_vec(),
                _ if modules.contains(&child) => child,
                _ => continue,
            };
            let lengths = (1..=path.len()).rev();
            let imported = lengths.map(|length| &path[..length]).find(|p| modules.contains(*p));
            to.extend(imported.filter(|p| !from.starts_with(p)).map(|p| p.join("/")));
        }
    }
    arrows
}

/// The public types whose name another file has given away already, with both files.
fn repeated_types(files: &[(String, String)]) -> Vec<String> {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let mut repeated = Vec::new();
    for (file, source) in files {
        for name in spoken(source, &module_of(Path::new(file))).types {
            if let Some(owner) = owners.get(&name) {
                repeated.push(format!("{name}: src/{owner} and src/{file}"));
            } else {
                owners.insert(name, file);
            }
        }
    }
    repeated
}

/// The files of `src`, by their path from there, with their text.
fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The crates that the program depends on, as they are written in a path.
fn crates() -> BTreeSet<String> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    let of = |table: &toml::Table| -> Vec<String> {
        let crates = table.get("dependencies").and_then(toml::Value::as_table);
        crates.into_iter().flat_map(toml::Table::keys).cloned().collect()
    };
    let mut names = of(&manifest);
    for target in manifest["target"].as_table().unwrap().values() {
        names.extend(of(target.as_table().unwrap()));
    }
    names.iter().map(|name| name.replace('-', "_")).collect()
}

#[test]
fn imports_only_go_down() {
    let crates = crates();
    let faults: BTreeSet<String> =
        sources().iter().flat_map(|(file, source)| faults(file, source, &crates)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn commands_do_not_know_the_app() {
    let is_command = |file: &str| file.starts_with("commands/") && file != "commands/browse.rs";
    let commands: Vec<_> = sources().into_iter().filter(|(file, _)| is_command(file)).collect();
    assert!(commands.len() > 10);
    for (file, source) in commands {
        let paths = spoken(&source, &module_of(Path::new(&file))).paths;
        let app =
            paths.into_iter().find(|(path, _)| path.starts_with(&["crate".into(), "app".into()]));
        assert_eq!(app, None, "{file}");
    }
    assert_eq!(wrong_arrow("io", "app").as_deref(), Some("io -> app"));
}

#[test]
fn no_modules_import_one_another_in_a_circle() {
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, source) in sources() {
        let module = module_of(Path::new(&file));
        let Some(from) = module.first().cloned() else { continue };
        let all = spoken(&source, &module).paths;
        let to = all.into_iter().filter(|(path, _)| path[0] == "crate");
        let to = to.filter_map(|(path, _)| path.get(1).cloned()).filter(|to| *to != from);
        arrows.entry(from.clone()).or_default().extend(to);
    }
    assert!(arrows.len() > 10, "{arrows:?}");
    assert_eq!(circle(&arrows), None);
}

#[test]
fn no_files_import_one_another_in_a_circle() {
    let arrows = file_arrows(&sources());
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 500, "{arrows:?}");
    assert_eq!(circle(&arrows), None);
}

#[test]
fn no_public_type_name_is_used_twice() {
    let files = sources();
    let of = |(file, source): &(String, String)| spoken(source, &module_of(Path::new(file))).types;
    assert!(files.iter().flat_map(of).count() > 300);
    assert_eq!(repeated_types(&files), [""; 0]);
}

#[test]
fn every_exception_is_still_needed() {
    let files = sources();
    let text = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, text)| text);
    for (file, what) in OUTSIDE_ALLOWED {
        let spoken = spoken(text(file).unwrap(), &module_of(Path::new(file)));
        let has = spoken.paths.iter().any(|(path, _)| path.join("::").starts_with(what));
        assert!(has, "{file} does without {what}");
    }
    for allowed in FIELD_NAMES_ALLOWED {
        let files = files.iter().filter(|(file, _)| file.starts_with(allowed));
        let strings: Vec<String> =
            files.flat_map(|(_, text)| spoken(text, &["any".to_owned()]).strings).collect();
        let mut all = strings.iter().flat_map(|text| words(text));
        assert!(all.any(|word| FIELD_NAMES.contains(&word)), "{allowed} does without");
    }
    let crates = crates();
    let named = FLOORS.iter().map(|(_, crates)| crates);
    for name in named.chain(MORE_CRATES.iter().map(|(_, crates)| crates)).flat_map(|all| *all) {
        assert!(crates.contains(*name), "{name} is no dependency");
    }
}

/// The faults of a small file, without their beginning.
fn said(file: &str, source: &str) -> Vec<String> {
    let crates = ["ratatui", "serde_json", "tokio", "chrono"].map(str::to_owned);
    let source = format!("//! A file.\n{source}");
    let mut faults = faults(file, &source, &BTreeSet::from(crates));
    faults.dedup();
    faults.iter().map(|fault| fault.split_once(": ").unwrap().1.to_owned()).collect()
}

#[test]
fn arrows_up_and_sideways_are_found() {
    for source in [
        "use crate::app::App;",
        "use crate::{time::Millis, app::{self, App}};",
        "fn f() { let x = crate::app::GUTTER; }",
        "use super::app;",
        "mod inner { use super::super::app::App; }",
        "fn f(x: sfchat_tui::app::App) {}",
        "#[cfg(test)] mod tests { use crate::app::App; }",
    ] {
        assert_eq!(said("store.rs", source), ["store -> app goes up"], "{source}");
    }
    assert_eq!(said("io/api.rs", "use crate::view;"), ["io -> view goes sideways"]);
    assert_eq!(said("demo.rs", "use crate::io::wire;"), ["demo -> io goes sideways"]);
    assert_eq!(said("text.rs", "use crate::store::Page;"), ["text -> store goes sideways"]);
    assert_eq!(said("app.rs", "use crate::novel;"), ["novel has no floor"]);
    for source in [
        "use super::page::Page; // crate::app",
        "/* use crate::app; /* again */ */ use crate::time::Millis;",
        "const A: &str = \"use crate::app\"; const B: &str = r#\"crate::app::\"x\"\"#;",
        "fn f<'a>(x: &'a str) -> char { '\"' } const C: char = '\\''; use self::packer::Draft;",
    ] {
        assert_eq!(said("store/packer.rs", source), [""; 0], "{source}");
    }
}

#[test]
fn strange_crates_are_found() {
    assert_eq!(said("app.rs", "use ratatui::Frame;"), ["app must not know the crate ratatui"]);
    assert_eq!(
        said("text.rs", "fn f() { serde_json::to_string(\"\"); }"),
        ["text must not know the crate serde_json"]
    );
    assert_eq!(said("scope.rs", "use tokio as t;"), ["scope must not know the crate tokio"]);
    assert_eq!(said("view.rs", "use ratatui::{buffer::Buffer, style::*};"), [""; 0]);
    assert_eq!(said("time.rs", "use chrono::Utc; use foo::serde_json::x;"), [""; 0]);
    assert_eq!(said("runtime.rs", "use tokio::sync::mpsc;"), [""; 0]);
}

#[test]
fn clocks_files_and_sockets_are_found() {
    let gone = |what: &str| format!("{what} is not for the lower floors");
    assert_eq!(said("app.rs", "use std::{fs, io};"), [gone("std::fs")]);
    assert_eq!(
        said("search/job.rs", "use std::time::{Instant, SystemTime};"),
        [gone("std::time::SystemTime")]
    );
    assert_eq!(
        said("app.rs", "fn f() { std::time::Instant::now(); }"),
        [gone("std::time::Instant")]
    );
    assert_eq!(said("time.rs", "use std::env::var as get;"), [gone("std::env")]);
    assert_eq!(said("time.rs", "use std::time::*;"), ["std::time::* hides what is imported"]);
    assert_eq!(said("io.rs", "use std::fs::File;"), [""; 0]);
    assert_eq!(said("query/when.rs", "fn f() { When::Instant(3); }"), [""; 0]);
    assert_eq!(said("app.rs", "#[cfg(test)] mod tests { use std::fs; }"), [""; 0]);
}

#[test]
fn names_are_looked_at() {
    assert_eq!(said("app/helpers.rs", ""), ["`helpers` says nothing"]);
    assert_eq!(said("app/mod.rs", ""), ["`mod` says nothing"]);
    let silent = faults("app.rs", "use std::fmt;", &BTreeSet::new());
    assert_eq!(silent, ["src/app.rs: does not open with what it is for (`//!`)"]);
    let knows = ["only io/wire knows the name sessionId"];
    assert_eq!(said("view/top.rs", "const A: &str = \".sessionId x\";"), knows);
    assert_eq!(said("io/export.rs", "const A: &[u8] = br#\"{\"sessionId\":\"#;"), knows);
    assert_eq!(said("io/wire/text.rs", "const A: &str = \"sessionId\";"), [""; 0]);
    assert_eq!(said("io/api/tests.rs", "const A: &str = \"sessionId\";"), [""; 0]);
    assert_eq!(
        said("app/scope_view.rs", "#[cfg(test)] mod tests { const A: &str = \"userId\"; }"),
        [""; 0]
    );
    assert_eq!(said("view/top.rs", "// \"sessionId\"\nconst A: &str = \"sessionIds\";"), [""; 0]);
}

#[test]
fn circles_are_found() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in pairs {
            all.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        all
    };
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    let found = circle(&arrows(&[("a", "b"), ("b", "c"), ("c", "b"), ("d", "e")]));
    assert_eq!(found.as_deref(), Some("b, c"));
}

/// A program of a few small files.
fn program(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(file, source)| ((*file).to_owned(), (*source).to_owned())).collect()
}

#[test]
fn circles_of_files_are_found() {
    let found = |a: &str, b: &str| circle(&file_arrows(&program(&[("x/a.rs", a), ("x/b.rs", b)])));
    for back in [
        "use super::a::A;",
        "use crate::{time, x::a::{self, A}};",
        "fn f() { super::a::f(); }",
        "fn f() { sfchat_tui::x::a::f(); }",
    ] {
        assert_eq!(found("use super::b::B;", back).as_deref(), Some("x/a, x/b"), "{back}");
    }
    for back in [
        "",
        "// use super::a::A;",
        "#[cfg(test)] mod tests { use super::super::a::A; }",
        "use super::X;",
    ] {
        assert_eq!(found("use super::b::B;", back), None, "{back}");
    }
    // The interface of a folder uses its files; these use it.
    let folder = [("x.rs", "use a::A;"), ("x/a.rs", "use super::X;")];
    assert_eq!(circle(&file_arrows(&program(&folder))), None);
    let around = [("x.rs", "use a::A;"), ("x/a.rs", "use crate::y::Y;"), ("y.rs", "use crate::x;")];
    assert_eq!(circle(&file_arrows(&program(&around))).as_deref(), Some("x, x/a, y"));
}

#[test]
fn repeated_type_names_are_found() {
    let found = |a: &str, b: &str| repeated_types(&program(&[("a.rs", a), ("b/c.rs", b)]));
    for other in [
        "pub enum Row {}",
        "pub(super) struct Row<'a>(&'a str);",
        "pub(in crate::b) type Row = u8;",
        "mod inner { pub(crate) trait Row {} }",
    ] {
        let faults = found("pub struct Row;", other);
        assert_eq!(faults, ["Row: src/a.rs and src/b/c.rs"], "{other}");
    }
    for other in [
        "struct Row;",
        "pub fn row() {}",
        "pub use crate::a::Row;",
        "// pub struct Row;",
        "#[cfg(test)] mod tests { pub struct Row; }",
    ] {
        assert_eq!(found("pub struct Row;", other), [""; 0], "{other}");
    }
}
