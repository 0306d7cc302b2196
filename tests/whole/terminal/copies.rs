//! Copies: which way they go, what arrives, and that nothing waits for them.

use std::process::{Command, Stdio};

use rustix::process::{Pid, test_kill_process};

use super::driver::{DEADLINE, Session, Setup};

const KEY: &str = "canary-key-1234567890abcdef";

/// One message that nobody should paste unseen, from a file, and the key in both variables.
fn with_message(content: &str) -> Setup {
    let setup = Setup::new(&["--file", "saved.json"]);
    let message = serde_json::json!({
        "sessionId": "s1", "userId": "alice", "role": "user", "content": content,
        "createdAt": "2026-10-01T10:00:00Z",
    });
    let body = serde_json::json!({ "messages": [message], "sessionCount": 1 });
    std::fs::write(setup.home().join("saved.json"), body.to_string()).unwrap();
    setup.env("SFCHAT_API_KEY", KEY).env("STUDYFETCH_SDK_API_KEY", KEY)
}

/// A tool that keeps what it reads, and its environment.
const KEEP: &str = "cat > ~/kept; echo >> ~/kept; env > ~/environment; echo \"$0 $*\" > ~/words";

fn start(setup: Setup) -> Session {
    let session = setup.start();
    session.wait_for_messages();
    session
}

#[test]
fn a_tool_of_the_display_gets_the_text_cleaned_and_without_the_key() {
    let setup = with_message("a\u{1b}[201~\r\nb\tc\u{9b}2J\u{202e}d\u{200b}e\n\n");
    let setup = setup.script("wl-copy", KEEP).env("WAYLAND_DISPLAY", "wayland-0");
    let mut session = start(setup);
    session.send("y");
    session.wait_for("message: copied 14 characters to the clipboard");
    assert_eq!(session.file("kept"), "a[201~\nb\tc2Jde\n");
    assert!(session.file("words").contains("wl-copy --type text/plain"));
    assert!(!session.file("environment").contains("canary"));
    session.send("Y");
    session.wait_for("session: copied");
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn a_tool_that_fails_makes_room_for_the_next_one() {
    let setup = with_message("a question").env("DISPLAY", ":7");
    let setup = setup.script("xclip", "exit 1").script("xsel", KEEP);
    let mut session = start(setup);
    session.send("y");
    session.wait_for("copied 10 characters to the clipboard");
    assert_eq!(session.file("kept"), "a question\n");
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn tmux_is_asked_and_over_ssh_before_any_display() {
    let setup = with_message("a question").env("WAYLAND_DISPLAY", "wayland-0").env("TMUX", "x,1,0");
    let setup = setup.env("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22");
    let mut session = start(setup.script("tmux", KEEP).script("wl-copy", "echo > ~/asked"));
    session.send("y");
    session.wait_for("message: copied 10 characters through tmux");
    assert!(session.file("words").contains("tmux load-buffer -w -"));
    assert!(!session.file("environment").contains("canary"));
    assert!(!session.has_file("asked"));
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn without_a_clipboard_the_terminal_is_sent_the_text_and_a_file_is_offered() {
    let mut session = start(with_message("a question"));
    session.send("y");
    session.wait_for("copied 10 characters · nothing to paste? press e to save");
    let raw = session.raw();
    let sequence = b"\x1b]52;c;YSBxdWVzdGlvbg==\x1b\\";
    assert!(raw.windows(sequence.len()).any(|at| at == sequence));
    session.send("\x03");
    session.ended_well(130);
}

#[test]
fn a_console_without_any_clipboard_says_so() {
    let mut session = start(with_message("a question").env("TERM", "linux"));
    session.send("y");
    session.wait_for("message not copied: this terminal has no clipboard");
    session.send("\x03");
    assert!(!String::from_utf8_lossy(&session.ended_well(130)).contains("]52;"));
}

#[test]
fn what_the_terminal_does_not_take_is_cut_with_both_counts() {
    let mut session = start(with_message(&"x".repeat(1_200_000)));
    session.send("y");
    session.wait_for("copied only 74,994 of 1,200,000 characters");
    session.send("\x03");
    let raw = session.ended_well(130);
    let text = String::from_utf8_lossy(&raw);
    let sent = text.split("\x1b]52;c;").nth(1).unwrap().split('\x1b').next().unwrap();
    assert_eq!(sent.len(), 99_992);
}

#[test]
fn a_tool_that_hangs_holds_nothing_up_and_is_ended() {
    // The first one has a child that holds the pipe open.
    for hang in ["echo $$ > ~/hung; sleep 600 & wait", "echo $$ > ~/hung; exec sleep 600"] {
        let setup = with_message(&"x".repeat(1_200_000)).env("WAYLAND_DISPLAY", "wayland-0");
        let mut session = start(setup.script("wl-copy", hang).env("SSH_TTY", ""));
        session.send("y");
        let id = session.file("hung").trim().parse().unwrap();
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&environment).contains("canary"));
        // The screen answers while it hangs.
        session.send("?");
        session.wait_for("Help");
        session.send("?");
        session.wait_for("copied only 74,994 of 1,200,000 characters");
        assert!(test_kill_process(Pid::from_raw(id).unwrap()).is_err(), "it is still there");
        session.send("\x03");
        session.ended_well(130);
    }
}

#[test]
fn a_tool_that_hangs_is_not_left_behind_at_the_end() {
    let setup = with_message("a question").env("WAYLAND_DISPLAY", "wayland-0");
    let mut session = start(setup.script("wl-copy", "echo $$ > ~/hung; exec sleep 600"));
    session.send("y");
    let id: i32 = session.file("hung").trim().parse().unwrap();
    session.send("\x03");
    session.ended_well(130);
    let begun = std::time::Instant::now();
    while is_running(id) {
        assert!(begun.elapsed() < DEADLINE, "{id} is still there");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Whether a process is more than an entry in the system's table.
fn is_running(id: i32) -> bool {
    let mut command = Command::new("ps");
    command.args(["-o", "stat=", "-p", &id.to_string()]).stderr(Stdio::null());
    let shown = command.output().unwrap();
    let state = String::from_utf8_lossy(&shown.stdout);
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}
