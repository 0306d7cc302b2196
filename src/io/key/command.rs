//! Runs the command that prints the key.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::KEY_VARIABLES;

/// The most a command may print.
const MOST: u64 = 64 * 1024;

/// The one line that a command prints, without the blanks around it.
///
/// The words are an argument list; no shell reads them. Standard input is empty and standard
/// error is thrown away, since it may hold the key too.
///
/// # Errors
/// What happened, as the end of the sentence "`api_key_command` ...". Holds nothing of the output.
pub(super) fn first_line(words: &[String], limit: Duration) -> Result<String, String> {
    let mut child =
        prepare(words).ok_or("is empty")?.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                "names a program that is not there; give its full path, or mend PATH".to_owned()
            }
            std::io::ErrorKind::PermissionDenied => {
                "names a program that may not be run".to_owned()
            }
            kind => format!("could not be started: {kind}"),
        })?;
    let output = collect(&mut child, limit);
    if output.is_err() {
        // It may be gone already; either way nothing of it is left behind.
        let _ = child.kill();
        let _ = child.wait();
    }
    let output = output?;
    let text = String::from_utf8(output).map_err(|_| "printed something that is no text")?;
    let mut lines = text.trim().lines();
    match (lines.next(), lines.next()) {
        (Some(line), None) => Ok(line.trim().to_owned()),
        (None, _) => Err("printed nothing; it must print the key as one line".to_owned()),
        (Some(_), Some(_)) => {
            Err("printed more than one line; it must print the key alone".to_owned())
        }
    }
}

/// The command, which inherits everything but the key.
pub(super) fn prepare(words: &[String]) -> Option<Command> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    for name in KEY_VARIABLES {
        command.env_remove(name);
    }
    Some(command)
}

/// Everything that the child prints, once it ended well.
fn collect(child: &mut Child, limit: Duration) -> Result<Vec<u8>, String> {
    let end = Instant::now() + limit;
    let took_too_long = || format!("took longer than {} seconds", limit.as_secs());
    let pipe = child.stdout.take().ok_or("has no output")?;
    let (sender, receiver) = mpsc::channel();
    // A grandchild may hold the pipe open for ever: the thread that reads it is never joined.
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = pipe.take(MOST + 1).read_to_end(&mut output).map(|_| output);
        // Nobody waits any more when the time is over.
        let _ = sender.send(read);
    });
    let output = receiver
        .recv_timeout(limit)
        .map_err(|_| took_too_long())?
        .map_err(|error| format!("could not be read: {}", error.kind()))?;
    if output.len() as u64 > MOST {
        return Err("printed more than 64 KiB; it must print the key alone".to_owned());
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(output),
            Ok(Some(status)) => {
                return Err(format!("failed ({status}); run it by hand to see why"));
            }
            Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(5)),
            Ok(None) => return Err(took_too_long()),
            Err(error) => return Err(format!("could not be waited for: {}", error.kind())),
        }
    }
}
