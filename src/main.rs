//! The program: arguments in, exit status out. Everything else is in the library.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use sfchat_tui::cli::{self, Request};
use sfchat_tui::commands::CommandError;
use sfchat_tui::{commands, terminal};

fn main() -> ExitCode {
    terminal::install_crash_handlers();
    let environment = |name: &str| -> Option<OsString> { std::env::var_os(name) };
    let asked = cli::parse(std::env::args_os());
    let request = match asked.and_then(|arguments| cli::resolve(arguments, &environment)) {
        Ok(request) => request,
        Err(refusal) => {
            let text = refusal.text.as_bytes();
            // Nothing is left to be done for a reader that is gone.
            let _ = if refusal.status == 0 {
                io::stdout().write_all(text)
            } else {
                io::stderr().write_all(text)
            };
            return ExitCode::from(refusal.status);
        }
    };
    ExitCode::from(run(request, &environment))
}

fn run(request: Request, environment: &dyn Fn(&str) -> Option<OsString>) -> u8 {
    let (status, trouble) = match request {
        Request::Browse(browse) => match commands::browse::run(*browse, environment) {
            Ok(status) => (status, None),
            Err(error) => (error.status(), Some(error.to_string())),
        },
        Request::Read(read) => said(commands::read(&read, environment)),
        Request::Completions(shell) => said(commands::completions::completions(shell)),
        Request::Man => said(commands::completions::man()),
        Request::DemoServer(asked) => match commands::demo_server::run(asked, &mut io::stdout()) {
            Ok(()) => (0, None),
            Err(error) => (1, Some(format!("the demo server failed: {error}"))),
        },
        Request::Config(command) => {
            let (out, err) = (&mut io::stdout(), &mut io::stderr());
            match cli::run_config_command(&command, environment, out, err) {
                Ok(status) => (status, None),
                Err(error) => (1, Some(error.to_string())),
            }
        }
    };
    if let Some(trouble) = trouble {
        let _ = writeln!(io::stderr(), "sfchat-tui: {trouble}");
    }
    status
}

/// The exit status, and what is to be said.
fn said(ended: Result<u8, CommandError>) -> (u8, Option<String>) {
    match ended {
        Ok(status) => (status, None),
        Err(CommandError { status, text }) => (status, Some(text).filter(|text| !text.is_empty())),
    }
}
