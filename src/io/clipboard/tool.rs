//! Runs a clipboard tool with the text on its standard input, within a time limit.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::io::key::KEY_VARIABLES;

/// How often to poll a running tool.
const GLANCE: Duration = Duration::from_millis(5);

/// Runs a program with the text as its standard input. Succeeds once it has read everything and
/// exited with 0 within `limit`, unless `stopped` is set first.
///
/// # Errors
/// What happened, for the log. The program and everything that it started are gone then.
pub(super) fn feed(
    words: &[&str],
    text: &Arc<str>,
    limit: Duration,
    stopped: &AtomicBool,
) -> Result<(), String> {
    let Some((program, arguments)) = words.split_first() else { return Err("no words".to_owned()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    for name in KEY_VARIABLES {
        command.env_remove(name);
    }
    // In a group of its own it can be ended with all that it starts, and what the terminal sends
    // to our group at its end does not reach the one that keeps the text.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| error.kind().to_string())?;
    let written = write(&mut child, Arc::clone(text));
    let begun = Instant::now();
    loop {
        let is_over = begun.elapsed() > limit || stopped.load(Ordering::Relaxed);
        match child.try_wait() {
            Ok(Some(status)) if status.success() => {
                let left = limit.saturating_sub(begun.elapsed());
                let is_read = written.recv_timeout(left).unwrap_or(false);
                return if is_read { Ok(()) } else { Err("it did not read".to_owned()) };
            }
            Ok(Some(status)) => return Err(status.to_string()),
            Ok(None) if !is_over => std::thread::sleep(GLANCE),
            Ok(None) => {
                end(&mut child);
                return Err("it took too long".to_owned());
            }
            Err(error) => {
                end(&mut child);
                return Err(error.kind().to_string());
            }
        }
    }
}

/// Writes on a thread, since a program that does not read blocks the writer. Reports whether it took
/// everything.
fn write(child: &mut Child, text: Arc<str>) -> mpsc::Receiver<bool> {
    let (sender, written) = mpsc::channel();
    if let Some(mut pipe) = child.stdin.take() {
        std::thread::spawn(move || {
            let is_taken = pipe.write_all(text.as_bytes()).is_ok();
            // The program waits for the end of its input.
            drop(pipe);
            let _ = sender.send(is_taken);
        });
    }
    written
}

/// Kills a program with everything that it started, and reaps it.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn fed(words: &[&str], text: &str, limit: Duration) -> Result<(), String> {
        feed(words, &Arc::from(text), limit, &AtomicBool::new(false))
    }

    #[test]
    fn a_program_that_reads_everything_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        let text = "é".repeat(1 << 20);
        let keep = format!("cat > '{}'", path.display());
        assert_eq!(fed(&["sh", "-c", &keep], &text, LONG), Ok(()));
        assert_eq!(std::fs::read_to_string(path).unwrap(), text);
    }

    #[test]
    fn a_program_that_fails_or_is_not_there_or_does_not_read_has_not() {
        assert!(fed(&["sh", "-c", "cat > /dev/null; exit 1"], "x", LONG).is_err());
        assert!(fed(&["sfchat-no-such-program"], "x", LONG).is_err());
        assert!(fed(&["true"], &"x".repeat(1 << 20), LONG).is_err());
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("id");
        let hang = format!("sleep 600 & echo $! > '{}'; wait", path.display());
        let ended = fed(&["sh", "-c", &hang], &"x".repeat(1 << 20), Duration::from_secs(1));
        assert_eq!(ended, Err("it took too long".to_owned()));
        let id: i32 = std::fs::read_to_string(path).unwrap().trim().parse().unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        let begun = Instant::now();
        while is_running(id) {
            assert!(begun.elapsed() < LONG, "{id:?} is still there");
            std::thread::sleep(GLANCE);
        }
    }

    /// Whether a process is there and not only its entry, which its parent has not taken yet.
    fn is_running(id: rustix::process::Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", id.as_raw_nonzero()));
        let is_entry = stat.is_ok_and(|stat| stat.contains(") Z "));
        !is_entry && rustix::process::test_kill_process(id).is_ok()
    }

    #[test]
    fn a_stop_ends_it_before_its_time() {
        let stopped = AtomicBool::new(true);
        let ended = feed(&["sleep", "600"], &Arc::from("x"), LONG, &stopped);
        assert_eq!(ended, Err("it took too long".to_owned()));
    }
}
