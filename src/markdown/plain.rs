//! Detects plain text, which needs no parser.

use super::Breaks;

/// Whether a text contains no Markdown, mathematics or HTML, so that wrapping it gives the same
/// lines as [`super::render`]. Returns `false` when in doubt. Reads each byte once.
pub fn is_plain(source: &str, breaks: Breaks) -> bool {
    let sign = |byte: u8| {
        matches!(byte, b'*' | b'_' | b'`' | b'~' | b'[' | b'<' | b'&' | b'\\' | b'$' | b'|')
    };
    if source.bytes().any(sign) {
        return false;
    }
    let mut was_text = false;
    let mut was_blank = false;
    for line in source.split('\n') {
        let is_text = !line.is_empty();
        let joins = was_text && is_text && breaks == Breaks::Joined;
        // Markdown trims each line and collapses blank lines.
        let is_trimmed = !line.starts_with(' ') && !line.ends_with(' ');
        if joins || !is_trimmed || begins_block(line) || (was_blank && !is_text) {
            return false;
        }
        was_text = is_text;
        was_blank = !is_text;
    }
    // Blank lines at the start or end would not appear.
    !source.starts_with('\n') && !was_blank
}

/// Whether a line could start a heading, a quote, a list or a rule.
fn begins_block(line: &str) -> bool {
    match line.bytes().next() {
        Some(b'#' | b'>' | b'-' | b'+' | b'=') => true,
        Some(byte) if byte.is_ascii_digit() => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.starts_with(['.', ')'])
        }
        _ => false,
    }
}
