//! Rows 47 to 49, 51 and 52: where the key and the settings come from.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::driver::Setup;
use crate::run::{HINT, KEY, no_key, said, without_terminal};
use crate::table::{Row, each, row, slow};

pub(crate) const ROWS: &[Row] = &[
    row(47, "a file with the key that others can reach is refused", exposed_files),
    row(48, "each source of the key, and which one wins", precedence),
    row(49, "a command that fails, says too much, or is not there", commands),
    slow(49, "a command that hangs is ended after 10 seconds", hanging_command),
    row(51, "a malformed line with the key is not quoted", malformed),
    row(52, "unknown settings, wrong types, strange files", strange_configs),
];

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs `config check` with a config; the status, and what was said.
fn check(config: &Path, environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = config.parent().unwrap();
    let words = ["-c", config.to_str().unwrap(), "config", "check"];
    let output = without_terminal(&words, environment, folder);
    let said = said(&output);
    no_key(&said);
    (output.status.code(), said)
}

/// The screen does not open with this config; what is said.
fn refused(config: &Path) -> String {
    let session = Setup::new(&["-c", config.to_str().unwrap(), "--all"]).start();
    let said = String::from_utf8(session.ended_well(2)).unwrap();
    no_key(&said);
    assert!(!said.contains('\x1b'), "{said:?}");
    said
}

fn exposed_files() {
    let folder = tempfile::tempdir().unwrap();
    let literal = format!("[api]\napi_key = \"{KEY}\"\n");
    let (config, key) = (folder.path().join("config.toml"), folder.path().join("key"));
    for mode in [0o644, 0o640, 0o604, 0o660, 0o620] {
        write(&config, &literal, mode);
        let said = refused(&config);
        assert!(said.contains("chmod 600") && said.contains("config.toml"), "{mode:o}: {said}");
        write(&config, &format!("[api]\napi_key_file = {key:?}\n"), 0o644);
        write(&key, KEY, mode);
        let said = refused(&config);
        assert!(said.contains("chmod 600") && said.contains("/key"), "{mode:o}: {said}");
    }
    // A config that holds no key may be read by everybody.
    write(&key, KEY, 0o600);
    assert_eq!(check(&config, &[]).0, Some(0));
    write(&config, &literal, 0o600);
    assert_eq!(check(&config, &[]).0, Some(0));

    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    write(&open.join("config.toml"), &literal, 0o600);
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(refused(&open.join("config.toml")).contains("chmod go-w"));
    if rustix::process::getuid().is_root() {
        let (theirs, link) = (folder.path().join("theirs.toml"), folder.path().join("link.toml"));
        write(&theirs, &literal, 0o600);
        chown(&theirs, Some(65534), None).unwrap();
        symlink(&theirs, &link).unwrap();
        assert!(refused(&link).contains("another user"));
    }
}

/// Variables and their values.
type Environment<'a> = &'a [(&'a str, &'a str)];

fn precedence() {
    let folder = tempfile::tempdir().unwrap();
    let (config, file) = (folder.path().join("config.toml"), folder.path().join("key"));
    write(&file, KEY, 0o600);
    let command = format!("api_key_command = [\"cat\", {file:?}]\n");
    let (from_file, literal) =
        (format!("api_key_file = {file:?}\n"), format!("api_key = \"{KEY}\"\n"));
    let both = [("SFCHAT_API_KEY", KEY), ("STUDYFETCH_SDK_API_KEY", KEY)];
    let all = format!("{command}{from_file}{literal}");
    let some = format!("{from_file}{literal}");
    let cases: [(Environment<'_>, &str, &str); 8] = [
        (&both, &all, "SFCHAT_API_KEY"),
        (&both[1..], &all, "STUDYFETCH_SDK_API_KEY"),
        (&[], &all, "api_key_command"),
        (&[], &some, "api_key_file"),
        (&[], &literal, "api_key in the config"),
        (&both[..1], "", "SFCHAT_API_KEY"),
        (&[], &command, "api_key_command"),
        (&[], &from_file, "api_key_file"),
    ];
    for (environment, settings, source) in cases {
        write(&config, &format!("[api]\n{settings}"), 0o600);
        let (status, said) = check(&config, environment);
        assert_eq!(status, Some(0), "{said}");
        assert!(said.contains(&format!("…{HINT}, from {source}\n")), "{said}");
    }
    write(&config, "", 0o600);
    assert_eq!(check(&config, &[]).0, Some(2));
}

fn commands() {
    let script =
        |script: &str| format!("[api]\napi_key_command = [\"/bin/sh\", \"-c\", {script:?}]\n");
    let cases = [
        (script(&format!("echo {KEY} >&2; exit 3")), "exit status: 3"),
        (script(&format!("echo {KEY}; echo {KEY}")), "more than one line"),
        (script("true"), "printed nothing"),
        (script("head -c 1000000 /dev/zero"), "more than 64 KiB"),
        ("[api]\napi_key_command = [\"/nowhere/at-all\"]\n".to_owned(), "not there"),
        ("[api]\napi_key_command = [\"echo $HOME; true\"]\n".to_owned(), "not there"),
        ("[api]\napi_key_command = [\"/etc/passwd\"]\n".to_owned(), "may not be run"),
    ];
    each(cases, |(text, sentence)| {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        write(&config, &text, 0o600);
        let said = refused(&config);
        assert!(said.contains(sentence), "{text}: {said}");
    });
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    write(&config, &script(&format!("printf '{KEY}\\r\\n'; echo noise >&2")), 0o600);
    let (status, said) = check(&config, &[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(!said.contains("noise"), "{said}");
}

fn hanging_command() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    write(&config, "[api]\napi_key_command = [\"sleep\", \"600\"]\n", 0o600);
    assert!(refused(&config).contains("longer than 10 seconds"));
}

fn malformed() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    for line in [
        format!("api_key = \"{KEY}"),
        format!("api_key = {KEY}"),
        format!("api_key = '{KEY}\" x"),
        format!("api_key \"{KEY}\""),
        format!("api_key = \"{KEY}\" \"{KEY}\""),
        format!("api_key = [\"{KEY}\"]"),
        format!("api_key = \"{KEY}\\q\""),
    ] {
        write(&config, &format!("[api]\n{line}\n"), 0o600);
        let said = refused(&config);
        assert!(said.contains("config.toml:2:"), "{said}");
        let (status, said) = check(&config, &[]);
        assert_eq!(status, Some(2), "{said}");
    }
}

fn strange_configs() {
    let folder = tempfile::tempdir().unwrap();
    let texts = [
        ("[api]\nbase_ulr = \"x\"\n", "did you mean `base_url`?"),
        ("[apy]\n", "did you mean `api`?"),
        ("[api]\nconnect_timeout = 5\n", "`connect_timeout` must be a time"),
        ("[ui]\nmouse = \"yes\"\n", "`mouse` must be true or false"),
        ("api = 3\n", "must be a table"),
        ("\u{feff}[ui]\r\nmouse = 1\r\n", ":2:"),
    ];
    for (text, sentence) in texts {
        let config = folder.path().join("config.toml");
        write(&config, text, 0o600);
        let said = refused(&config);
        assert!(said.contains(sentence), "{text:?}: {said}");
    }
    let (large, pipe) = (folder.path().join("large.toml"), folder.path().join("pipe"));
    write(&large, &"# x\n".repeat(3 << 20), 0o600);
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let strange: [(PathBuf, &str); 5] = [
        (large, "larger than"),
        (folder.path().to_owned(), "no regular file"),
        (pipe, "no regular file"),
        ("/dev/zero".into(), "no regular file"),
        (folder.path().join("none.toml"), "no such file"),
    ];
    for (path, sentence) in strange {
        let said = refused(&path);
        assert!(said.contains(sentence), "{}: {said}", path.display());
    }
}
