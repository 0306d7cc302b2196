//! Words told apart, hard lines, any text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// The words of a code that are of a kind.
fn told(code: &str, language: &str) -> Vec<(String, Token)> {
    let highlighted = highlight(code, language, &mut || true).expect("a grammar");
    check(code, &highlighted);
    let word = |range: &Range<u32>| code[range.start as usize..range.end as usize].to_owned();
    highlighted.tokens.iter().map(|(range, token)| (word(range), *token)).collect()
}

/// Sorted, not empty, not overlapping, whole characters.
fn check(code: &str, highlighted: &Highlighted) {
    let mut end = 0;
    for (range, _) in &highlighted.tokens {
        assert!(end <= range.start && range.start < range.end, "{highlighted:?}");
        end = range.end;
        assert!(code.get(range.start as usize..range.end as usize).is_some(), "{range:?}");
    }
}

fn has(told: &[(String, Token)], word: &str, token: Token) {
    assert!(told.iter().any(|(text, kind)| text.trim() == word && *kind == token), "{told:?}");
}

#[test]
fn the_words_of_a_language_are_told_apart() {
    let code = "# mean\ndef mean(xs: list) -> float:\n    return sum(xs) / 2.5 if xs else None\n";
    let python = told(code, "python");
    has(&python, "# mean", Token::Comment);
    has(&python, "def", Token::Keyword);
    has(&python, "mean", Token::Function);
    has(&python, "sum", Token::Function);
    has(&python, "2.5", Token::Number);
    has(&python, "None", Token::Constant);
    let java = told("class A extends B { String s = \"a\\n\"; }", "java");
    has(&java, "class", Token::Keyword);
    has(&java, "A", Token::TypeName);
    has(&java, "\\n", Token::Constant);
    let sql = told("SELECT name FROM t WHERE id = 3 -- all", "sql");
    has(&sql, "SELECT", Token::Keyword);
    has(&sql, "3", Token::Number);
    has(&sql, "-- all", Token::Comment);
    let diff = told("--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n", "diff");
    has(&diff, "-old", Token::Deleted);
    has(&diff, "+new", Token::Inserted);
}

#[test]
fn code_within_a_string_is_no_string() {
    let told = told("const a = `x ${1 + f(2)} y`;", "js");
    has(&told, "1", Token::Number);
    has(&told, "f", Token::Function);
    has(&told, "+", Token::Operator);
    assert!(told.iter().any(|(text, kind)| text.contains("y`") && *kind == Token::String));
}

#[test]
fn languages_have_names_aliases_and_endings() {
    for language in [
        "py",
        "python3",
        "js",
        "JavaScript",
        "c",
        "c++",
        "cpp",
        "sh",
        "bash",
        "console",
        "json",
        "latex",
        "tex",
        "sql",
        "java",
        "rust",
        "rs",
        "ts",
        "typescript",
        "tsx",
        "html",
        "css",
        "xml",
        "yaml",
        "toml",
        "go",
        "ruby",
        "php",
        "swift",
        "kotlin",
        "haskell",
        "r",
        "matlab",
        "lua",
        "scala",
        "perl",
        "diff",
        "makefile",
        "dockerfile",
        "markdown",
        "c#",
        "powershell",
        "ini",
    ] {
        assert!(knows(language), "{language}");
    }
    for language in ["", "text", "txt", "plain", "output", "klingon", &"x".repeat(1 << 20)] {
        assert!(!knows(language), "{language:.20}");
        assert_eq!(highlight("x = 1", language, &mut || true), None);
    }
}

#[test]
fn what_is_too_long_stays_plain() {
    assert_eq!(highlight(&"x\n".repeat(MOST), "py", &mut || true), None);
    let code = format!("x = 1\ny = \"{}\"\nz = 2\n", "A".repeat(2_600));
    let told = told(&code, "py");
    assert_eq!(told.iter().filter(|(_, kind)| *kind == Token::Number).count(), 2);
    assert!(told.iter().all(|(_, kind)| *kind != Token::String));
}

#[test]
fn time_is_asked_for_before_each_line_and_ends_the_work() {
    let mut asked = 0;
    let code = "x = 1\n".repeat(10);
    let mut count = || {
        asked += 1;
        true
    };
    assert!(highlight(&code, "py", &mut count).is_some());
    assert_eq!(asked, 10);
    let mut left = 3;
    let mut run_out = || {
        left -= 1;
        left > 0
    };
    assert_eq!(highlight(&code, "py", &mut run_out), None);
    assert_eq!(left, 0);
}

/// The shapes of single lines that grammars take long for, as long as they may be.
fn hard_lines() -> Vec<String> {
    let base64: String = (0..LONGEST_LINE)
        .map(|at| char::from(b"QmFzZTY0IGVuY29kZWQgdGV4dA+/"[at * 7 % 28]))
        .collect();
    let of = |piece: &str| piece.repeat(LONGEST_LINE / piece.len());
    let mut lines = vec![base64];
    lines.extend(
        [
            "(", "[", "{", "\"", "'", "`", "\\", "<", "((a", "{[(", "a ", "a.", "\"\\", "/*", "${",
            "a,", "$(", "<a ", "*", "_", "[](", "1e", "0x", "a=", "->", "::", "#", "//", "$", "&",
            "f(a, ",
        ]
        .map(of),
    );
    lines
}

#[test]
fn no_line_that_may_be_looked_at_takes_for_ever() {
    let languages =
        ["py", "js", "java", "c++", "sh", "json", "tex", "sql", "html", "markdown", "rs"];
    for language in languages {
        for line in hard_lines() {
            let begun = Instant::now();
            let told = highlight(&line, language, &mut || true);
            check(&line, &told.unwrap_or_default());
            let head: String = line.chars().take(8).collect();
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(30), "{language} {head}: {took:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_in_any_language_is_taken(
        code in r#"([a-z0-9 (){}\[\]"'`\\/*#$<>=:;,.|&!+-]|\n|é|🦀|\r){0,200}"#,
        language in prop::sample::select(vec!["py", "js", "java", "c", "sh", "tex", "php", "rb", "md"]),
    ) {
        let told = highlight(&code, language, &mut || true);
        check(&code, &told.unwrap_or_default());
    }
}
