//! Recognises text between dollars that is no formula: prices, shell code, words.

/// Words that occur in formulas.
const NAMES: [&str; 16] = [
    "sin", "cos", "tan", "cot", "sec", "csc", "log", "ln", "exp", "lim", "max", "min", "gcd",
    "lcm", "mod", "det",
];

/// Whether the surroundings or the first character of a body indicate money or shell code.
pub(super) fn is_money_or_shell(before: Option<char>, body: &str, after: Option<char>) -> bool {
    let is_command = body.starts_with('\\');
    // `US$3`, `5$x$`
    if before.is_some_and(|before| before.is_alphabetic() || before.is_ascii_digit() && !is_command)
    {
        return true;
    }
    // `$HOME/bin:$PATH`, `${A}${B}`: the second dollar starts a variable too. `$n$th` is a formula.
    let is_word = after.is_some_and(|after| after.is_alphabetic() || matches!(after, '_' | '{'));
    if !is_word {
        return false;
    }
    let is_name = body.chars().count() <= 3 && body.chars().all(char::is_alphanumeric);
    let is_surely = body.contains(['\\', '^', '=', '<', '>']);
    after == Some('{') || !(is_surely || is_name && after.is_some_and(char::is_lowercase))
}

/// Whether a body is prose: it has a word of two letters or more between spaces, and no
/// mathematical sign.
pub(super) fn is_prose(body: &str) -> bool {
    let is_sign = |letter: char| {
        matches!(
            letter,
            '\\' | '^'
                | '_'
                | '='
                | '+'
                | '<'
                | '>'
                | '{'
                | '}'
                | '|'
                | '*'
                | '/'
                | '±'
                | '×'
                | '÷'
                | '·'
                | '−'
        ) || matches!(letter, '\u{2190}'..='\u{22FF}')
    };
    if body.contains(is_sign) || body.contains(" - ") {
        return false;
    }
    let is_word = |word: &str| {
        let letters = word.trim_matches(|letter: char| !letter.is_alphabetic());
        letters.chars().take(2).count() == 2
            && letters.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '\'' | '-'))
            && !NAMES.contains(&letters)
    };
    body.trim().contains(char::is_whitespace) && body.split_whitespace().any(is_word)
}

/// `\[1\]` and `\(see\)`: escaped Markdown brackets.
pub(super) fn is_escaped_word(body: &str) -> bool {
    let is_word = body.chars().count() > 3 && body.chars().all(char::is_lowercase);
    let is_number = body.len() <= 3 && body.bytes().all(|byte| byte.is_ascii_digit());
    is_word || is_number
}
