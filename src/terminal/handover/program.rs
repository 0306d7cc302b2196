//! Which program is meant by `$PAGER`, `$VISUAL` and `$EDITOR`.
//!
//! Their value is a command line, and no shell reads it: blanks separate words, quotes and
//! backslashes keep them together as in a shell, and everything else stands for itself. There are
//! no variables, no `~`, no patterns and no pipes; who needs them names a script.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::str::Chars;

use crate::io::key::Environment;
use crate::text::clean_line_within;

/// A program with its arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Program {
    program: String,
    arguments: Vec<String>,
    edits: bool,
}

impl Program {
    /// `$PAGER`, else `less`, else `more`.
    ///
    /// # Errors
    /// A sentence: what cannot be used, and what to do.
    pub(super) fn pager(environment: Environment<'_>) -> Result<Self, String> {
        let found = find(environment, &["PAGER"], &["less", "more"], "pager");
        found.map(|(program, mut arguments)| {
            if Path::new(&program).file_name().is_some_and(|name| name == "less") {
                // Many have told it to leave at once where everything fits on the screen, on which
                // it would then be seen for no time at all.
                arguments.push("-+F".to_owned());
            }
            Self { program, arguments, edits: false }
        })
    }

    /// `$VISUAL`, else `$EDITOR`, else `vi`.
    ///
    /// # Errors
    /// A sentence: what cannot be used, and what to do.
    pub(super) fn editor(environment: Environment<'_>) -> Result<Self, String> {
        let found = find(environment, &["VISUAL", "EDITOR"], &["vi"], "editor");
        found.map(|(program, arguments)| Self { program, arguments, edits: true })
    }

    /// The command.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// Its name, for a sentence.
    pub(super) fn name(&self) -> String {
        let name = Path::new(&self.program).file_name().unwrap_or_default().to_string_lossy();
        clean_line_within(&name, 60).as_str().to_owned()
    }

    /// Whether it can change what it shows.
    pub(super) fn edits(&self) -> bool {
        self.edits
    }
}

/// The program of the first variable that is set, else the first default that is there.
fn find(
    environment: Environment<'_>,
    variables: &[&str],
    defaults: &[&str],
    what: &str,
) -> Result<(String, Vec<String>), String> {
    let path = environment("PATH").unwrap_or_default();
    let values = variables.iter().filter_map(|name| Some((name, environment(name)?)));
    let Some((name, value)) = values.into_iter().find(|(_, value)| !value.is_empty()) else {
        let there = defaults.iter().find(|program| is_there(program, &path));
        let variable = variables.last().copied().unwrap_or_default();
        return there.map(|program| ((*program).to_owned(), Vec::new())).ok_or_else(|| {
            format!("there is no {what}: set {variable} to one ({} is not there)", defaults[0])
        });
    };
    let words = value.to_str().ok_or("it is not UTF-8").and_then(words);
    let (program, arguments) = match words.as_deref().map(<[String]>::split_first) {
        Ok(Some((program, arguments))) => (program, arguments),
        Ok(None) => return Err(format!("{name} names no program; correct or unset it")),
        Err(why) => return Err(format!("{name} is malformed: {why}; correct or unset it")),
    };
    if is_there(program, &path) {
        return Ok((program.clone(), arguments.to_vec()));
    }
    let program = clean_line_within(program, 100);
    Err(format!("{name} names {program}, which cannot be run; correct or unset it"))
}

/// Whether a program can be run that is named so.
fn is_there(program: &str, path: &OsString) -> bool {
    let is_program = |path: &Path| {
        let metadata = std::fs::metadata(path);
        metadata.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    if program.contains('/') {
        return is_program(Path::new(program));
    }
    std::env::split_paths(path).any(|folder| is_program(&folder.join(program)))
}

/// Splits a command line.
///
/// # Errors
/// Which quote has no end.
fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            blank if blank.is_whitespace() => words.extend(word.take()),
            '\'' => exact(&mut letters, word.get_or_insert_default())?,
            '"' => quoted(&mut letters, word.get_or_insert_default())?,
            '\\' => {
                let next = letters.next().ok_or("it ends with a backslash")?;
                word.get_or_insert_default().push(next);
            }
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    Ok(words)
}

/// What stands between single quotes: everything for itself.
fn exact(letters: &mut Chars<'_>, word: &mut String) -> Result<(), &'static str> {
    loop {
        match letters.next().ok_or("a ' has no end")? {
            '\'' => return Ok(()),
            inside => word.push(inside),
        }
    }
}

/// What stands between double quotes, where a backslash takes the meaning from four characters.
fn quoted(letters: &mut Chars<'_>, word: &mut String) -> Result<(), &'static str> {
    const OPEN: &str = "a \" has no end";
    loop {
        match letters.next().ok_or(OPEN)? {
            '"' => return Ok(()),
            '\\' => {
                let next = letters.next().ok_or(OPEN)?;
                if !matches!(next, '"' | '\\' | '$' | '`') {
                    word.push('\\');
                }
                word.push(next);
            }
            inside => word.push(inside),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_as_a_shell_splits_simple_words() {
        let cases: [(&str, &[&str]); 9] = [
            ("less -R", &["less", "-R"]),
            ("  vi\t-n ", &["vi", "-n"]),
            ("'/opt/my editor/bin/e' -w", &["/opt/my editor/bin/e", "-w"]),
            (r#""a b"c'd e' f\ g"#, &["a bcd e", "f g"]),
            (r#""a\"b\\c\d\$e""#, &[r#"a"b\c\d$e"#]),
            (r"'a\b'", &[r"a\b"]),
            ("e '' \"\"", &["e", "", ""]),
            ("less $HOME ~ * ; ls | wc", &["less", "$HOME", "~", "*", ";", "ls", "|", "wc"]),
            ("", &[]),
        ];
        for (line, wanted) in cases {
            assert_eq!(words(line).unwrap(), wanted, "{line}");
        }
        for wrong in ["less 'a", "less \"a", "less \"a\\", "less \\"] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }

    /// What is found with these variables and these programs in `PATH`.
    fn found(
        variables: &[(&str, &str)],
        programs: &[&str],
        find: fn(Environment<'_>) -> Result<Program, String>,
    ) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        for name in programs {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        }
        std::fs::write(folder.path().join("no-program"), "").unwrap();
        let environment = |name: &str| match name {
            "PATH" => Some(folder.path().into()),
            _ => variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()),
        };
        find(&environment).map(|program| {
            let words = [vec![program.program.clone()], program.arguments.clone()].concat();
            words.join(" ")
        })
    }

    #[test]
    fn the_environment_names_the_programs() {
        let all = ["less", "more", "vi", "ed", "view"];
        let pager = Program::pager;
        assert_eq!(found(&[("PAGER", "more -s")], &all, pager).as_deref(), Ok("more -s"));
        assert_eq!(found(&[("PAGER", "less -FX")], &all, pager).as_deref(), Ok("less -FX -+F"));
        assert_eq!(found(&[("PAGER", "")], &all, pager).as_deref(), Ok("less -+F"));
        assert_eq!(found(&[], &["more"], pager).as_deref(), Ok("more"));
        let editor = Program::editor;
        let both = [("VISUAL", "view"), ("EDITOR", "ed")];
        assert_eq!(found(&both, &all, editor).as_deref(), Ok("view"));
        assert_eq!(found(&both[1..], &all, editor).as_deref(), Ok("ed"));
        assert_eq!(found(&[], &all, editor).as_deref(), Ok("vi"));
    }

    #[test]
    fn what_cannot_be_used_is_named_with_what_to_do() {
        let said = |variables: &[(&str, &str)]| found(variables, &[], Program::editor).unwrap_err();
        let none = "there is no editor: set EDITOR to one (vi is not there)";
        assert_eq!(said(&[]), none);
        for name in ["nothing", "no-program", "/nowhere/e", "./e"] {
            let sentence = format!("EDITOR names {name}, which cannot be run; correct or unset it");
            assert_eq!(said(&[("EDITOR", name)]), sentence);
        }
        let open = "VISUAL is malformed: a ' has no end; correct or unset it";
        assert_eq!(said(&[("VISUAL", "vi 'x")]), open);
        assert_eq!(said(&[("EDITOR", " ")]), "EDITOR names no program; correct or unset it");
    }
}
