//! Every source of the key, alone and together, and everything that can be wrong with one.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::config::LiteralKey;

const LONG: &str = "sk-SECRET-0123456789-7f3a";

fn environment<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
    move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
}

fn nowhere(_: &str) -> Option<OsString> {
    None
}

fn shell(script: &str) -> Api {
    Api { api_key_command: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(), ..Api::default() }
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn text_of(key: &ApiKey) -> &str {
    key.secret().expose_secret()
}

#[test]
fn the_first_source_that_is_set_gives_the_key() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("key"), "from-file\n", 0o600);
    let mut api = shell("echo from-command");
    api.api_key_file = Some(folder.path().join("key"));
    api.api_key = Some(LiteralKey::from("from-config"));
    let find_with = |api: &Api, variables: &[(&str, &str)]| {
        let key = find(api, &environment(variables)).unwrap();
        (text_of(&key).to_owned(), key.source())
    };
    let own = ("SFCHAT_API_KEY", "from-own");
    let vendor = ("STUDYFETCH_SDK_API_KEY", "from-vendor");
    assert_eq!(
        find_with(&api, &[vendor, own]),
        ("from-own".into(), KeySource::Variable("SFCHAT_API_KEY"))
    );
    assert_eq!(
        find_with(&api, &[vendor, ("SFCHAT_API_KEY", "")]),
        ("from-vendor".into(), KeySource::Variable("STUDYFETCH_SDK_API_KEY"))
    );
    assert_eq!(find_with(&api, &[]), ("from-command".into(), KeySource::Command));
    api.api_key_command.clear();
    assert_eq!(find_with(&api, &[]), ("from-file".into(), KeySource::File));
    api.api_key_file = None;
    assert_eq!(find_with(&api, &[]), ("from-config".into(), KeySource::Config));
    api.api_key = None;
    assert!(matches!(find(&api, &nowhere), Err(KeyError::Missing)));
}

#[test]
fn a_command_prints_one_line_and_nothing_else_is_taken() {
    let long = format!("printf '  {LONG} \\r\\n'; echo SECRET >&2");
    assert_eq!(text_of(&find(&shell(&long), &nowhere).unwrap()), LONG);
    for (script, phrase) in [
        ("echo SECRET >&2; exit 3", "exit status: 3"),
        ("printf 'SECRET\\nSECRET\\n'", "more than one line"),
        ("true", "printed nothing"),
        ("printf '\\377SECRET'", "no text"),
        ("head -c 1000000 /dev/zero", "more than 64 KiB"),
        ("printf 'SEC RET'", "valid header value"),
        ("printf 'SECRET\\0'", "valid header value"),
        ("printf 'SECRET-ä'", "valid header value"),
        ("head -c 10000 /dev/zero | tr '\\0' a", "valid header value"),
    ] {
        let error = find(&shell(script), &nowhere).unwrap_err().to_string();
        assert!(error.contains(phrase) && !error.contains("SECRET"), "{script}: {error}");
    }
    let missing = Api { api_key_command: vec!["/no/such/program".into()], ..Api::default() };
    let error = find(&missing, &nowhere).unwrap_err().to_string();
    assert!(error.contains("not there"), "{error}");
}

#[test]
fn a_command_that_hangs_is_ended() {
    for script in ["sleep 60", "sleep 60 >/dev/null & exec >&-; sleep 60"] {
        let words = ["/bin/sh", "-c", script].map(str::to_owned);
        let error = command::first_line(&words, Duration::from_millis(200)).unwrap_err();
        assert!(error.contains("took longer"), "{error}");
    }
}

#[test]
fn a_command_does_not_inherit_the_key() {
    let command = command::prepare(&["env".to_owned()]).unwrap();
    for name in KEY_VARIABLES {
        let removed = command.get_envs().any(|(set, value)| set == name && value.is_none());
        assert!(removed, "{name}");
    }
}

#[test]
fn a_key_file_that_others_can_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let api = Api { api_key_file: Some(path.clone()), ..Api::default() };
    let outcome = || find(&api, &nowhere);
    for mode in [0o644, 0o640, 0o620, 0o602, 0o777] {
        write(&path, "SECRET", mode);
        let error = outcome().unwrap_err().to_string();
        assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
        assert!(!error.contains("SECRET"));
    }
    write(&path, "SECRET", 0o400);
    assert_eq!(text_of(&outcome().unwrap()), "SECRET");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = outcome().unwrap_err().to_string();
    assert!(error.contains("chmod go-w"), "{error}");
}

#[test]
fn what_is_no_small_text_file_is_refused_without_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path, phrase: &str| {
        let error = read_private(path, 100).unwrap_err().to_string();
        assert!(error.contains(phrase), "{error}");
    };
    refused(folder.path(), "no regular file");
    refused(Path::new("/dev/zero"), "no regular file");
    refused(&folder.path().join("none"), "no such file");
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    refused(&pipe, "no regular file");
    let large = folder.path().join("large");
    write(&large, &"x".repeat(101), 0o600);
    refused(&large, "larger than 100 bytes");
    let binary = folder.path().join("binary");
    fs::write(&binary, [0xff, 0xfe]).unwrap();
    refused(&binary, "UTF-8");
}

#[test]
fn a_key_shows_its_end_and_only_when_it_is_long() {
    let key = ApiKey::new(LONG, KeySource::Command).unwrap();
    assert_eq!(key.to_string(), "…7f3a, from api_key_command");
    assert_eq!(ApiKey::new("short-key", KeySource::File).unwrap().to_string(), "from api_key_file");
    assert!(!format!("{key:?}").contains("SECRET"));
}

#[test]
fn the_key_is_taken_out_of_a_text() {
    let key = ApiKey::new("sk/SECRET+1", KeySource::Config).unwrap();
    assert_eq!(
        redact("x-api-key: sk/SECRET+1; ?k=sk%2FSECRET%2B1.", &key),
        "x-api-key: [redacted]; ?k=[redacted]."
    );
    assert_eq!(redact("nothing here", &key), "nothing here");
}

#[test]
fn a_path_in_the_config_starts_at_home_or_at_the_config() {
    let home = environment(&[("HOME", "/home/me")]);
    let at = |path: &str| resolve(Path::new(path), Path::new("/etc/x"), &home);
    assert_eq!(at("~/key"), Path::new("/home/me/key"));
    assert_eq!(at("key"), Path::new("/etc/x/key"));
    assert_eq!(at("/key"), Path::new("/key"));
}
