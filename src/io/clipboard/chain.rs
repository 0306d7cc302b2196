//! The routes to a clipboard, best first, from the environment alone.

use crate::io::key::Environment;

/// One route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CopyStep {
    /// A program that reads the text from standard input, by its words.
    Tool(&'static [&'static str]),
    /// The buffer of tmux.
    Tmux,
    /// The terminal.
    Terminal,
}

/// The routes on the system of this name, in order.
///
/// On X11 and Wayland a running program serves the copied text; these tools stay in the background
/// for that, so the text outlives this program. macOS keeps the text itself.
///
/// Over ssh the machine's clipboard is not the one in front of the person: only tmux and the
/// terminal lead there. The console of Linux (`TERM=linux`) has none.
pub(super) fn chain(environment: Environment<'_>, system: &str) -> Vec<CopyStep> {
    let is_set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    let is_remote = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].into_iter().any(is_set);
    let mut steps = Vec::new();
    match system {
        _ if is_remote => {}
        "macos" => steps.push(CopyStep::Tool(&["pbcopy"])),
        _ => {
            if is_set("WAYLAND_DISPLAY") {
                // A type of its own spares it the guess, for which it starts other programs.
                steps.push(CopyStep::Tool(&["wl-copy", "--type", "text/plain;charset=utf-8"]));
            }
            if is_set("DISPLAY") {
                steps.push(CopyStep::Tool(&["xclip", "-selection", "clipboard", "-in"]));
                steps.push(CopyStep::Tool(&["xsel", "--clipboard", "--input"]));
            }
        }
    }
    if is_set("TMUX") {
        steps.push(CopyStep::Tmux);
    }
    if environment("TERM").is_none_or(|term| term != "linux") {
        steps.push(CopyStep::Terminal);
    }
    steps
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    /// The names of the routes with these variables set.
    fn ways(variables: &[&str], system: &str) -> Vec<String> {
        let environment = |name: &str| {
            let set = variables.iter().filter_map(|variable| variable.split_once('='));
            set.filter(|(known, _)| *known == name).map(|(_, value)| OsString::from(value)).next()
        };
        let name = |step| match step {
            CopyStep::Tool(words) => words[0].to_owned(),
            other => format!("{other:?}"),
        };
        chain(&environment, system).into_iter().map(name).collect()
    }

    #[test]
    fn without_a_display_the_terminal_is_asked() {
        assert_eq!(ways(&["TERM=xterm", "DISPLAY="], "linux"), ["Terminal"]);
        assert_eq!(ways(&["TMUX=/tmp/x"], "linux"), ["Tmux", "Terminal"]);
        assert_eq!(ways(&["TERM=linux"], "linux"), [""; 0]);
    }

    #[test]
    fn a_display_of_this_machine_comes_first() {
        let both = ["WAYLAND_DISPLAY=wayland-0", "DISPLAY=:0", "TMUX=1"];
        let all = ["wl-copy", "xclip", "xsel", "Tmux", "Terminal"];
        assert_eq!(ways(&both, "linux"), all);
        assert_eq!(ways(&["DISPLAY=:0"], "freebsd"), ["xclip", "xsel", "Terminal"]);
        assert_eq!(ways(&[], "macos"), ["pbcopy", "Terminal"]);
    }

    #[test]
    fn over_ssh_the_display_is_somewhere_else() {
        for remote in ["SSH_CONNECTION=10.0.0.1 5 10.0.0.2 22", "SSH_TTY=/dev/pts/1"] {
            assert_eq!(ways(&[remote, "DISPLAY=localhost:10"], "linux"), ["Terminal"]);
            assert_eq!(ways(&[remote, "TMUX=1"], "macos"), ["Tmux", "Terminal"]);
        }
    }
}
