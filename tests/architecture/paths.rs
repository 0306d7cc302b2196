//! What a file of a program says, as far as the rules of the house look at it: paths and strings.
//!
//! Reads without the compiler: comments and strings are set aside, paths are read out of `use`
//! lines and out of expressions, `super` is followed to where it leads.

use std::path::Path;

/// What a file says, as far as the rules look at it.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    /// Every path with at least two segments, and every path of a `use`; and whether it stands in
    /// tests. Paths of this crate begin with `crate`.
    pub(crate) paths: Vec<(Vec<String>, bool)>,
    /// Every string literal outside tests.
    pub(crate) strings: Vec<String>,
    /// The names of the types outside tests that another file can use.
    pub(crate) types: Vec<String>,
}

/// A word, a string, or a sign of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
    /// `::`
    Path,
}

/// Cuts a program into tokens, without its comments.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let letter = at(i);
        if letter == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if letter == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if let Some((text, end)) = string_at(&chars, i) {
            tokens.push(Token::Text(text));
            i = end;
        } else if letter == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            // A character; anything else with this sign is a lifetime.
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i += 1;
        } else if is_word(letter) {
            let start = i;
            while is_word(at(i)) {
                i += 1;
            }
            tokens.push(Token::Word(chars[start..i].iter().collect()));
        } else if letter == ':' && at(i + 1) == ':' {
            tokens.push(Token::Path);
            i += 2;
        } else {
            if !letter.is_whitespace() {
                tokens.push(Token::Sign(letter));
            }
            i += 1;
        }
    }
    tokens
}

/// The string literal that begins here, of any kind, and where it ends.
fn string_at(chars: &[char], start: usize) -> Option<(String, usize)> {
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let mut i = start;
    if i > 0 && (at(i - 1).is_alphanumeric() || at(i - 1) == '_') {
        return None;
    }
    while matches!(at(i), 'b' | 'c') && i < start + 1 {
        i += 1;
    }
    let is_raw = at(i) == 'r';
    i += usize::from(is_raw);
    let hashes = chars[i.min(chars.len())..].iter().take_while(|&&sign| sign == '#').count();
    if (!is_raw && hashes > 0) || at(i + hashes) != '"' {
        return None;
    }
    i += hashes + 1;
    let mut text = String::new();
    while i < chars.len() {
        if at(i) == '\\' && !is_raw {
            text.extend([at(i), at(i + 1)]);
            i += 2;
        } else if at(i) == '"' && (1..=hashes).all(|step| at(i + step) == '#') {
            return Some((text, i + 1 + hashes));
        } else {
            text.push(at(i));
            i += 1;
        }
    }
    None
}

/// What a file of this module says. `module` is the path from the root of the crate.
pub(crate) fn spoken(source: &str, module: &[String]) -> Spoken {
    let tokens = tokens(source);
    let in_tests = module.iter().any(|name| name == "tests");
    let mut spoken = Spoken::default();
    // Modules within the file: their name, the braces open at their start, whether they are tests.
    let mut inner: Vec<(String, usize, bool)> = Vec::new();
    let (mut braces, mut i) = (0_usize, 0);
    let mut next_is_test = false;
    while let Some(token) = tokens.get(i) {
        let is_test = in_tests || inner.iter().any(|(.., test)| *test);
        match token {
            Token::Sign('{') => braces += 1,
            Token::Sign('}') => {
                braces = braces.saturating_sub(1);
                inner.pop_if(|(_, open, _)| *open == braces);
            }
            Token::Sign(';') => next_is_test = false,
            Token::Word(word) if word == "pub" && !is_test => {
                spoken.types.extend(public_type(tokens.get(i + 1..).unwrap_or_default()));
            }
            Token::Text(text) if !is_test => spoken.strings.push(text.clone()),
            Token::Word(word) if word == "cfg" => {
                next_is_test |= tokens.get(i + 2) == Some(&Token::Word("test".to_owned()));
            }
            Token::Word(word) if word == "mod" => {
                if let (Some(Token::Word(name)), Some(Token::Sign('{'))) =
                    (tokens.get(i + 1), tokens.get(i + 2))
                {
                    inner.push((name.clone(), braces, std::mem::take(&mut next_is_test)));
                }
            }
            Token::Word(word) => {
                let is_use = word == "use";
                let is_inside_path = i > 0 && tokens[i - 1] == Token::Path;
                if is_use || (tokens.get(i + 1) == Some(&Token::Path) && !is_inside_path) {
                    let inner: Vec<_> = inner.iter().map(|(name, ..)| name.clone()).collect();
                    let here = [module, &inner].concat();
                    let mut found = Vec::new();
                    i = tree(&tokens, i + usize::from(is_use), &mut Vec::new(), &mut found);
                    let found = found.into_iter().map(|path| (from_root(path, &here), is_test));
                    spoken.paths.extend(found);
                    continue;
                }
            }
            _ => {}
        }
        i += 1;
    }
    spoken
}

/// The type declared behind a `pub`.
fn public_type(rest: &[Token]) -> Option<String> {
    let is_limited = rest.first() == Some(&Token::Sign('('));
    let limit = rest.iter().take_while(|_| is_limited).position(|t| *t == Token::Sign(')'));
    match rest.get(limit.map_or(0, |end| end + 1)..)? {
        [Token::Word(kind), Token::Word(name), ..]
            if ["struct", "enum", "trait", "type", "union"].contains(&kind.as_str()) =>
        {
            Some(name.clone())
        }
        _ => None,
    }
}

/// Reads the tree of paths that begins here; gives back where it ends.
fn tree(
    tokens: &[Token],
    start: usize,
    before: &mut Vec<String>,
    found: &mut Vec<Vec<String>>,
) -> usize {
    let depth = before.len();
    let mut i = start + usize::from(tokens.get(start) == Some(&Token::Path));
    loop {
        match tokens.get(i) {
            Some(Token::Word(word)) => {
                before.push(word.clone());
                i += 1;
                if tokens.get(i) == Some(&Token::Path) {
                    i += 1;
                    continue;
                }
            }
            Some(Token::Sign('*')) => {
                before.push("*".to_owned());
                i += 1;
            }
            Some(Token::Sign('{')) => {
                i += 1;
                while i < tokens.len() && tokens[i] != Token::Sign('}') {
                    let at = tree(tokens, i, before, found);
                    // Whatever is no path, as the name after `as`, is passed over.
                    i = at.max(i + 1);
                }
                before.truncate(depth);
                return i + 1;
            }
            _ => {}
        }
        break;
    }
    if before.len() > depth {
        found.push(before.clone());
    }
    before.truncate(depth);
    i
}

/// The same path from the root of the crate, where it is one of this crate.
fn from_root(path: Vec<String>, here: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|segment| *segment == "super" || *segment == "self").count();
    let supers = path.iter().take(ups).filter(|segment| *segment == "super").count();
    match path.first().map(String::as_str) {
        Some("super" | "self") => {
            let base = &here[..here.len().saturating_sub(supers)];
            let mut full = vec!["crate".to_owned()];
            full.extend(base.iter().cloned().chain(path.into_iter().skip(ups)));
            full
        }
        Some("sfchat_tui") => {
            std::iter::once("crate".to_owned()).chain(path.into_iter().skip(1)).collect()
        }
        _ => path,
    }
}

/// The modules from the root that a file is.
pub(crate) fn module_of(file: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        file.with_extension("").iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names == ["lib"] {
        names.clear();
    }
    names
}
