//! The names of languages as people write them behind a fence.

/// Names that neither a grammar nor the ending of a file has, and one that a grammar knows.
const ALIASES: [(&str, &str); 58] = [
    ("assembly", "asm"),
    ("asm6502", "asm"),
    ("nasm", "asm"),
    ("c#", "cs"),
    ("csharp", "cs"),
    ("c++", "cpp"),
    ("c/c++", "cpp"),
    ("cmd", "bat"),
    ("batch", "bat"),
    ("console", "sh"),
    ("shell", "sh"),
    ("shellsession", "sh"),
    ("shell-session", "sh"),
    ("terminal", "sh"),
    ("shellscript", "sh"),
    ("bourne", "sh"),
    ("docker", "dockerfile"),
    ("elixir", "ex"),
    ("erlang", "erl"),
    ("f#", "fs"),
    ("fsharp", "fs"),
    ("golang", "go"),
    ("haskell", "hs"),
    ("html5", "html"),
    ("ipython", "py"),
    ("ipython3", "py"),
    ("pycon", "py"),
    ("py3", "py"),
    ("python2", "py"),
    ("python3", "py"),
    ("javascriptreact", "js"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("node", "js"),
    ("nodejs", "js"),
    ("mjs", "js"),
    ("cjs", "js"),
    ("jsx", "js"),
    ("julia", "jl"),
    ("kotlin", "kt"),
    ("latex", "tex"),
    ("make", "makefile"),
    ("objc", "m"),
    ("objectivec", "m"),
    ("octave", "matlab"),
    ("oracle", "sql"),
    ("plsql", "sql"),
    ("pgsql", "sql"),
    ("postgres", "sql"),
    ("postgresql", "sql"),
    ("mysql", "sql"),
    ("sqlite", "sql"),
    ("tsql", "sql"),
    ("ps", "ps1"),
    ("pwsh", "ps1"),
    ("rlang", "r"),
    ("rscript", "r"),
    ("typescriptreact", "tsx"),
];
/// No name of a language is longer, in bytes.
const LONGEST: usize = 40;

/// The name to look for: of what stands behind a fence, the first word, without what some
/// dialects put around it. `None` where it is none.
pub(super) fn name_of(language: &str) -> Option<String> {
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '{' | '}');
    let word = language.trim_start_matches(|letter| ends(letter) || letter == '.');
    let mut name = String::new();
    for letter in word.chars().take_while(|letter| !ends(*letter)) {
        // What is no name may be a megabyte.
        if name.len() >= LONGEST {
            return None;
        }
        name.extend(letter.to_lowercase());
    }
    let prefix = ["language-", "lang-", "source-"].iter().find(|prefix| name.starts_with(**prefix));
    let name = name.split_off(prefix.map_or(0, |prefix| prefix.len()));
    let known = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = known.map_or(name, |(_, name)| (*name).to_owned());
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_the_first_word_behind_the_fence() {
        for (written, name) in [
            ("python", "python"),
            (" Python3 title=\"x\"", "py"),
            ("{.haskell .numberLines}", "hs"),
            ("rust,ignore", "rust"),
            ("language-js", "js"),
            ("C++", "cpp"),
        ] {
            assert_eq!(name_of(written).as_deref(), Some(name), "{written}");
        }
        for written in ["", "  ", "{}", &"x".repeat(1 << 20), &"é".repeat(50)] {
            assert_eq!(name_of(written), None);
        }
    }

    #[test]
    fn every_alias_leads_to_a_grammar() {
        for (alias, _) in ALIASES {
            assert!(super::super::knows(alias), "{alias}");
        }
    }
}
