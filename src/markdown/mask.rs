//! Hides formulas from the Markdown parser, which gives `_`, `*` and `\(` other meanings.
//!
//! Replaces every byte of a formula by a control character, which clean text never contains.
//! Markdown reads a run of them as a word, and all offsets stay the same.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::maths::{Formula, formulas};

/// Replaces each byte of a formula.
const PLACEHOLDER: char = '\u{1}';

/// A text with its formulas masked.
#[derive(Debug)]
pub struct Masked<'s> {
    /// The masked text, as long as the source.
    pub text: Cow<'s, str>,
    /// The masked formulas, in order.
    pub formulas: Vec<Formula>,
}

impl<'s> Masked<'s> {
    /// Masks the formulas of a text. The text must have no control characters except LF and tab.
    pub fn new(source: &'s str) -> Self {
        let formulas = formulas(source, &code_ranges(source));
        if formulas.is_empty() {
            return Self { text: Cow::Borrowed(source), formulas };
        }
        let mut text = String::with_capacity(source.len());
        for formula in &formulas {
            text.push_str(source.get(text.len()..formula.whole.start).unwrap_or_default());
            text.extend(std::iter::repeat_n(PLACEHOLDER, formula.whole.len()));
        }
        text.push_str(source.get(text.len()..).unwrap_or_default());
        Self { text: Cow::Owned(text), formulas }
    }

    /// The formulas that overlap a range, with their indices.
    pub fn formulas_in(&self, range: &Range<usize>) -> impl Iterator<Item = (usize, &Formula)> {
        let first = self.formulas.partition_point(|formula| formula.whole.end <= range.start);
        let end = range.end;
        let rest = self.formulas.iter().enumerate().skip(first);
        rest.take_while(move |(_, formula)| formula.whole.start < end)
    }
}

/// The byte ranges of code and link targets, in order.
///
/// May differ from the parser in rare cases; it only decides what counts as a formula.
fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    if !text.contains(['`', '~', '(']) {
        return ranges;
    }
    let mut scan = Scan::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        scan.line(line, start, &mut ranges);
        start += line.len();
    }
    if let Some(fence) = scan.fence {
        ranges.push(fence.start..text.len());
    }
    spans(&scan.ticks, &mut ranges);
    ranges.sort_unstable_by_key(|range| range.start);
    let mut end = 0;
    ranges.retain(|range| {
        let is_apart = range.start >= end;
        if is_apart {
            end = range.end;
        }
        is_apart
    });
    ranges
}

/// An open fence.
struct Fence {
    start: usize,
    sign: char,
    length: usize,
    is_quoted: bool,
}

/// A run of backticks outside fenced code.
struct Ticks {
    start: usize,
    length: usize,
    paragraph: usize,
}

#[derive(Default)]
struct Scan {
    fence: Option<Fence>,
    ticks: Vec<Ticks>,
    paragraph: usize,
}

impl Scan {
    fn line(&mut self, line: &str, start: usize, ranges: &mut Vec<Range<usize>>) {
        let inner = line.trim_start_matches([' ', '>']);
        if let Some(fence) = &self.fence {
            let length = inner.chars().take_while(|&c| c == fence.sign).count();
            let is_closed =
                length >= fence.length && inner.trim_start_matches(fence.sign).trim().is_empty();
            let is_left = fence.is_quoted && !line.trim_start().starts_with('>');
            if is_closed || is_left {
                let end = if is_left { start } else { start + line.len() };
                ranges.push(fence.start..end);
                self.fence = None;
            }
            if !is_left {
                return;
            }
        }
        let inner = without_list_markers(inner);
        if inner.trim().is_empty() {
            self.paragraph += 1;
            return;
        }
        self.fence = fence(inner, start + line.len() - inner.len(), line);
        if self.fence.is_some() {
            self.paragraph += 1;
        } else {
            self.ticks(line, start);
            targets(line, start, ranges);
        }
    }

    /// Records the runs of backticks on a line.
    fn ticks(&mut self, line: &str, start: usize) {
        let bytes = line.as_bytes();
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(next_tick) {
            let from = at + found;
            let rest = bytes.get(from..).unwrap_or_default();
            let length = rest.iter().take_while(|&&byte| byte == b'`').count();
            at = from + length;
            let before = bytes.get(..from).unwrap_or_default();
            let slashes = before.iter().rev().take_while(|&&byte| byte == b'\\').count();
            let escaped = slashes % 2;
            if length > escaped {
                let (start, length) = (start + from + escaped, length - escaped);
                self.ticks.push(Ticks { start, length, paragraph: self.paragraph });
            }
        }
    }
}

/// The position of the next backtick.
fn next_tick(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'`')
}

/// The fence that opens on a line; `inner` is the line without its container prefix.
fn fence(inner: &str, start: usize, line: &str) -> Option<Fence> {
    let sign = inner.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = inner.chars().take_while(|&c| c == sign).count();
    let info = inner.trim_start_matches(sign);
    let is_quoted = line.trim_start().starts_with('>');
    let opens = length >= 3 && !(sign == '`' && info.contains('`'));
    opens.then_some(Fence { start, sign, length, is_quoted })
}

/// The greatest number of container markers (bars, bullets, numbers) before any line. The parser
/// matches each line against all open containers, so its cost is depth times lines.
pub(super) fn depth(text: &str) -> usize {
    let deepest = text.split('\n').map(|line| {
        let mut rest = line;
        let mut depth = 0;
        loop {
            let inner = rest.trim_start_matches(' ');
            let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
            let Some(after) = inner.get(digits..) else { return depth };
            let bar = after.strip_prefix('>').filter(|_| digits == 0);
            let item = || after.strip_prefix(['-', '*', '+', '.', ')'])?.strip_prefix(' ');
            let Some(after) = bar.or_else(item) else { return depth };
            rest = after;
            depth += 1;
        }
    });
    deepest.max().unwrap_or(0)
}

/// Strips the list markers at the start of a line.
fn without_list_markers(line: &str) -> &str {
    let mut rest = line;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.get(digits..).unwrap_or_default();
        let signs = if digits > 0 { ['.', ')', ')'] } else { ['-', '*', '+'] };
        let Some(after) = after.strip_prefix(signs) else { return rest };
        let Some(after) = after.strip_prefix(' ') else { return rest };
        rest = after.trim_start_matches([' ', '>']);
    }
}

/// Finds link targets: from `](` to `)`, without a space.
fn targets(line: &str, start: usize, ranges: &mut Vec<Range<usize>>) {
    for (at, _) in line.match_indices("](") {
        let from = at + 2;
        let rest = line.get(from..).unwrap_or_default();
        // Stops before the next of these, so that no byte is scanned twice.
        let length = rest.find([' ', '\n', ')', ']']).unwrap_or(rest.len());
        if rest.get(length..).is_some_and(|rest| rest.starts_with(')')) && length > 0 {
            ranges.push(start + from..start + from + length);
        }
    }
}

/// Pairs runs of backticks of equal length within a paragraph to code spans.
fn spans(ticks: &[Ticks], ranges: &mut Vec<Range<usize>>) {
    let mut later: HashMap<usize, usize> = HashMap::new();
    let mut partner = vec![None; ticks.len()];
    for (index, run) in ticks.iter().enumerate().rev() {
        if let Some(place) = partner.get_mut(index) {
            *place = later.insert(run.length, index);
        }
    }
    let mut next = 0;
    for (index, run) in ticks.iter().enumerate() {
        let closing = partner.get(index).copied().flatten();
        let Some((other, end)) = closing.and_then(|at| Some((at, ticks.get(at)?))) else {
            continue;
        };
        if index >= next && end.paragraph == run.paragraph {
            ranges.push(run.start..end.start + end.length);
            next = other + 1;
        }
    }
}

/// Strips the bars of enclosing quotes from the body of a formula.
pub(super) fn without_bars(body: &str, quotes: usize) -> Cow<'_, str> {
    if quotes == 0 || !body.contains('\n') {
        return Cow::Borrowed(body);
    }
    let lines: Vec<&str> = body
        .split('\n')
        .enumerate()
        .map(|(at, line)| if at == 0 { line } else { without_bar(line, quotes) })
        .collect();
    Cow::Owned(lines.join("\n"))
}

/// Strips the quote bars from the start of a line.
pub(super) fn without_bar(line: &str, quotes: usize) -> &str {
    let mut rest = line;
    for _ in 0..quotes {
        let Some(inner) = rest.trim_start_matches(' ').strip_prefix('>') else { break };
        rest = inner;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Vec<&str> {
        code_ranges(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn code_is_found_where_the_parser_finds_it() {
        assert_eq!(code("a `b` c ``d ` e`` `f"), ["`b`", "``d ` e``"]);
        assert_eq!(code(r"\`a` b` `c`"), ["` b`", "`c`"]);
        assert_eq!(code("`a\n\nb`"), [""; 0]);
        assert_eq!(code("`a\nb`"), ["`a\nb`"]);
        assert_eq!(code("x\n```sh\n$a\n```\ny"), ["```sh\n$a\n```\n"]);
        assert_eq!(code("- ~~~\n  $a\n  ~~~\n`b`"), ["~~~\n  $a\n  ~~~\n", "`b`"]);
        assert_eq!(code("> ```\n> $a\nout `b`"), ["```\n> $a\n", "`b`"]);
        assert_eq!(code("```\nopen $a"), ["```\nopen $a"]);
        assert_eq!(code("[a](b$c) [d](e f)"), ["b$c"]);
    }

    #[test]
    fn a_masked_text_is_as_long_as_the_source() {
        let source = "é $x_1$ and `$y$`";
        let masked = Masked::new(source);
        assert_eq!(masked.text, format!("é {} and `$y$`", "\u{1}".repeat(5)));
        assert_eq!(masked.formulas.len(), 1);
        assert_eq!(masked.formulas_in(&(0..4)).count(), 1);
        assert_eq!(masked.formulas_in(&(0..3)).count(), 0);
    }

    #[test]
    fn the_depth_is_what_stands_in_front_of_a_line() {
        assert_eq!(depth("a\n> - 1. b\n> c"), 3);
        assert_eq!(depth(">>>> x > y"), 4);
        assert_eq!(depth("------\n"), 0);
    }

    #[test]
    fn bars_are_taken_from_the_lines_of_a_formula() {
        assert_eq!(without_bars("\n> > a > b\n>c", 1), "\n > a > b\nc");
        assert_eq!(without_bars("\n> a", 0), "\n> a");
    }
}
