//! `completions SHELL` and `man`: made of the declaration of the command line.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::command_error::CommandError;
use crate::cli::Arguments;

/// The name of the program.
const NAME: &str = "sfchat-tui";

/// Prints the completions for a shell.
pub fn completions(shell: Shell) -> Result<u8, CommandError> {
    print(script(shell).as_bytes())
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script);
    match shell {
        // For a name with a hyphen clap_complete 4.6 goes to one label and writes another: nothing behind
        // a command would be completed.
        Shell::Bash => script.replace("sfchat__subcmd__tui", "sfchat__tui"),
        _ => script.into_owned(),
    }
}

/// Prints the manual page: the program, then each command.
pub fn man() -> Result<u8, CommandError> {
    print(&manual()?)
}

fn manual() -> io::Result<Vec<u8>> {
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    let whole = clap_mangen::Man::new(command.clone());
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    whole.render_options_section(&mut page)?;
    for one in command.get_subcommands() {
        let man = clap_mangen::Man::new(one.clone());
        writeln!(page, ".SH \"{}\"", one.get_name().to_uppercase())?;
        let mut part = Vec::new();
        man.render_synopsis_section(&mut part)?;
        man.render_description_section(&mut part)?;
        man.render_options_section(&mut part)?;
        // A command is a section of the page, and its sections are below it.
        page.extend(String::from_utf8_lossy(&part).replace(".SH ", ".SS ").into_bytes());
        let mut end = Vec::new();
        man.render_extra_section(&mut end)?;
        page.extend(examples(&String::from_utf8_lossy(&end), ".SS").into_bytes());
    }
    let mut end = Vec::new();
    whole.render_extra_section(&mut end)?;
    page.extend(examples(&String::from_utf8_lossy(&end), ".SH").into_bytes());
    page.extend(STATUS.as_bytes());
    Ok(page)
}

/// What stands behind the options, under a name of its own: the library calls it "extra". The
/// examples keep their lines, as do the forms of a query; what stands between them is told by itself.
fn examples(extra: &str, level: &str) -> String {
    let Some((_, text)) = extra.split_once("Examples:\n") else { return String::new() };
    let (examples, more) = text.split_once("\n\n").unwrap_or((text, ""));
    let (more, queries) = more.split_once("Queries").unwrap_or((more, ""));
    let as_it_is = |name, text: &str| format!("{level} {name}\n.nf\n{}\n.fi\n", text.trim_end());
    let notes = match more.trim_end() {
        "" => String::new(),
        more => format!("{level} NOTES\n{more}\n"),
    };
    let forms = queries.split_once('\n').map(|(_, forms)| as_it_is("QUERIES", forms));
    as_it_is("EXAMPLES", examples) + &notes + &forms.unwrap_or_default()
}

/// The exit statuses, which no declaration has.
const STATUS: &str = "\
.SH \"EXIT STATUS\"
.TP
0
done; also when the reader of a pipe had enough
.TP
1
\\fBsearch\\fR found nothing, or the program failed
.TP
2
wrong usage or config, or no terminal to draw on
.TP
3
the key was refused
.TP
4
the network or the server failed, or the response was cut short
.TP
5
the response is not a list of messages, or \\fBcheck\\fR found that something is missing
.TP
128+n
ended by signal n
";

fn print(text: &[u8]) -> Result<u8, CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_every_command_and_every_status() {
        let page = String::from_utf8(manual().unwrap()).unwrap();
        for name in ["SESSIONS", "SHOW", "SEARCH", "EXPORT", "STATS", "FETCH", "CHECK", "CONFIG"] {
            assert!(page.contains(&format!(".SH \"{name}\"")), "{name}");
        }
        assert!(!page.contains("EXTRA") && !page.contains("Examples:"), "{page}");
        assert_eq!(page.matches(".SH EXAMPLES").count(), 1);
        assert!(page.contains(".SS EXAMPLES") && page.contains("jq \\-r .title"), "{page}");
        assert!(page.contains("EXIT STATUS") && page.contains("\\-\\-group"), "{page}");
    }

    #[test]
    fn every_shell_has_completions_of_every_command() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            let script = script(shell);
            for word in ["sessions", "demo-server", "force"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
            // That of PowerShell knows no values.
            if shell != Shell::PowerShell {
                assert!(script.contains("last_active"), "{shell}");
            }
        }
    }
}
