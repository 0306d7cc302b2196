//! The built program with its standard streams as pipes, and a saved response that has some of
//! everything.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// The key of a server of these tests.
pub(super) const KEY: &str = "canary-key-1234567890abcdef";

/// A folder with a saved response in it, and the program that reads it.
pub(super) struct Desk(tempfile::TempDir);

/// What a run left behind.
pub(super) struct Ran {
    pub(super) status: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    pub(super) fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The lines of standard output as JSON.
    pub(super) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).expect(&self.out)
    }
}

impl Desk {
    /// With the small lesson.
    pub(super) fn new() -> Self {
        Self::with(&lesson().to_string())
    }

    pub(super) fn with(body: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("saved.json"), body).unwrap();
        std::fs::write(folder.path().join("config.toml"), "time_zone = \"UTC\"\n").unwrap();
        Self(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The program with these arguments, which are parted by blanks.
    pub(super) fn command(&self, words: &str) -> Command {
        self.command_of(&words.split_whitespace().collect::<Vec<_>>())
    }

    pub(super) fn command_of(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sfchat-tui"));
        command.args(words).current_dir(self.folder()).stdin(Stdio::null());
        command.env_clear().env("SFCHAT_CONFIG", "config.toml").env("TERM", "xterm-256color");
        command.env("SFCHAT_API_KEY", KEY);
        command
    }

    pub(super) fn run(&self, words: &str) -> Ran {
        Ran::of(&self.command(words).output().unwrap())
    }

    pub(super) fn run_of(&self, words: &[&str]) -> Ran {
        Ran::of(&self.command_of(words).output().unwrap())
    }

    /// With these bytes on standard input.
    pub(super) fn run_with(&self, words: &str, input: &[u8]) -> Ran {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input);
        Ran::of(&child.wait_with_output().unwrap())
    }
}

fn message(session: &str, user: &str, role: &str, time: &str, text: &str) -> Value {
    json!({
        "sessionId": session, "userId": user, "role": role, "content": text,
        "componentId": if role == "assistant" { json!("tutor") } else { Value::Null },
        "createdAt": format!("2026-10-01T{time}Z"),
        "metadata": if role == "assistant" { json!({ "model": "m-1", "n": 1.50 }) } else { Value::Null },
    })
}

/// Two sessions and a message without one.
pub(super) fn lesson() -> Value {
    let messages = [
        message("s-one", "alice", "user", "10:00:00", "what is osmosis?"),
        message(
            "s-one",
            "alice",
            "assistant",
            "10:00:03",
            "Water moves.\n\n**Osmosis** is it.\nAsk more.",
        ),
        message("s-two", "bob", "user", "11:00:00", "=2+3 漢字 osmosis"),
        message("s-two", "bob", "assistant", "11:00:10", "It is $5$."),
        message("s-one", "alice", "user", "12:00:00", "thanks\u{1b}]0;evil\u{7}"),
        json!({ "userId": "bob", "role": "observer", "content": "lost", "odd": true }),
    ];
    json!({ "messages": messages, "total": 6, "sessionCount": 3 })
}
