//! Tokens of several languages, pathological lines, and any text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// The tokens of a code with their text.
fn words(code: &str, language: &str) -> Vec<(String, CodeToken)> {
    let tokens = highlight(code, language);
    check(code, &tokens);
    let word = |range: &Range<u32>| code[range.start as usize..range.end as usize].to_owned();
    tokens.iter().map(|(range, token)| (word(range), *token)).collect()
}

/// Asserts that tokens are sorted, non-empty, without overlap, and at character boundaries.
fn check(code: &str, tokens: &[(Range<u32>, CodeToken)]) {
    let mut end = 0;
    for (range, _) in tokens {
        assert!(end <= range.start && range.start < range.end, "{tokens:?}");
        end = range.end;
        assert!(code.get(range.start as usize..range.end as usize).is_some(), "{range:?}");
    }
}

fn has(words: &[(String, CodeToken)], word: &str, token: CodeToken) {
    assert!(words.iter().any(|(text, kind)| text.trim() == word && *kind == token), "{words:?}");
}

#[test]
fn the_words_of_a_language_are_found() {
    let code = "# mean\ndef mean(xs: list) -> float:\n    return sum(xs) / 2.5 if xs else None\n";
    let python = words(code, "python");
    has(&python, "# mean", CodeToken::Comment);
    has(&python, "def", CodeToken::Keyword);
    has(&python, "mean", CodeToken::Function);
    has(&python, "sum", CodeToken::Function);
    has(&python, "2.5", CodeToken::Number);
    has(&python, "None", CodeToken::Constant);
    let java = words("class A extends B { String s = \"a\\n\"; }", "java");
    has(&java, "class", CodeToken::Keyword);
    has(&java, "A", CodeToken::TypeName);
    has(&java, "\\n", CodeToken::Constant);
    let sql = words("SELECT name FROM t WHERE id = 3 -- all", "sql");
    has(&sql, "SELECT", CodeToken::Keyword);
    has(&sql, "3", CodeToken::Number);
    has(&sql, "-- all", CodeToken::Comment);
    let diff = words("--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n", "diff");
    has(&diff, "-old", CodeToken::Deleted);
    has(&diff, "+new", CodeToken::Inserted);
}

#[test]
fn what_a_quote_opens_depends_on_the_language() {
    let rust = words("fn f<'a>(x: &'a str) -> char { '\\'' }", "rust");
    has(&rust, "f", CodeToken::Function);
    has(&rust, "'a", CodeToken::Constant);
    has(&rust, "\\'", CodeToken::Constant);
    let matlab = words("B = A'; s = 'x'; % it's", "matlab");
    has(&matlab, "'x'", CodeToken::String);
    has(&matlab, "% it's", CodeToken::Comment);
    let haskell = words("foldl' f (x:xs) = 'c'", "haskell");
    has(&haskell, "'c'", CodeToken::String);
    let bash = words("echo \"$(wc -l < f) it\" # say", "bash");
    has(&bash, "echo", CodeToken::Function);
    has(&bash, "wc", CodeToken::Function);
    has(&bash, "# say", CodeToken::Comment);
}

#[test]
fn a_script_in_a_page_is_code() {
    let html = words("<p class=\"x\">if a &lt; b</p><script>let a = 'if';</script><b>", "html");
    has(&html, "p", CodeToken::Keyword);
    has(&html, "class", CodeToken::Variable);
    has(&html, "&lt;", CodeToken::Constant);
    has(&html, "let", CodeToken::Keyword);
    has(&html, "'if'", CodeToken::String);
    has(&html, "b", CodeToken::Keyword);
    assert!(!html.iter().any(|(text, _)| text == "if"), "{html:?}");
}

#[test]
fn code_within_a_string_is_no_string() {
    let words = words("const a = `x ${1 + f(2)} y`;", "js");
    has(&words, "1", CodeToken::Number);
    has(&words, "f", CodeToken::Function);
    has(&words, "+", CodeToken::Operator);
    assert!(words.iter().any(|(text, kind)| text.contains("y`") && *kind == CodeToken::String));
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
        assert!(languages::find(language).is_some(), "{language}");
    }
    for language in ["", "text", "txt", "plain", "output", "klingon", &"x".repeat(1 << 20)] {
        assert_eq!(highlight("x = 1", language), []);
    }
}

#[test]
fn what_is_too_long_stays_plain() {
    assert_eq!(highlight(&"x\n".repeat(MOST), "py"), []);
    let code = format!("x = 1\ny = \"{}\"\nz = 2\n", "A".repeat(2_600));
    let words = words(&code, "py");
    assert_eq!(words.iter().filter(|(_, kind)| *kind == CodeToken::Number).count(), 2);
    assert!(words.iter().any(|(text, kind)| text.len() == 2_602 && *kind == CodeToken::String));
}

/// Lines on which a careless lexer takes quadratic time or recurses deeply.
fn hard_lines() -> Vec<String> {
    const LENGTH: usize = 30_000;
    let base64: String =
        (0..LENGTH).map(|at| char::from(b"QmFzZTY0IGVuY29kZWQgdGV4dA+/"[at * 7 % 28])).collect();
    let of = |piece: &str| piece.repeat(LENGTH / piece.len());
    let mut lines = vec![base64];
    lines.extend(
        [
            "(", "[", "{", "\"", "'", "`", "\\", "<", "((a", "{[(", "a ", "a.", "\"\\", "/*", "${",
            "a,", "$(", "<a ", "*", "_", "[](", "1e", "0x", "a=", "->", "::", "#", "//", "$", "&",
            "f(a, ", "`${", "f\"{", "\"$(", "%a", "'a", "'\\", "<script>", "a  ",
        ]
        .map(of),
    );
    lines
}

#[test]
fn the_time_for_a_line_grows_with_its_length() {
    let languages = [
        "py", "js", "java", "c++", "sh", "json", "tex", "sql", "html", "markdown", "rs", "bat",
        "makefile", "php",
    ];
    for language in languages {
        for line in hard_lines() {
            let begun = Instant::now();
            check(&line, &highlight(&line, language));
            let head: String = line.chars().take(8).collect();
            let took = begun.elapsed();
            assert!(took < Duration::from_secs(3), "{language} {head}: {took:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_in_any_language_is_taken(
        code in r#"([a-z0-9 (){}\[\]"'`\\/*#$<>=:;,.|&!+%-]|\n|é|🦀|\r){0,200}"#,
        language in prop::sample::select(vec![
            "py", "js", "java", "c", "sh", "tex", "php", "rb", "md", "html", "bat", "matlab", "swift",
        ]),
    ) {
        check(&code, &highlight(&code, language));
    }
}
