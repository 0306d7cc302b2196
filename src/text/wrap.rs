//! Breaks text into lines for a pane.
//!
//! Greedy: each line takes as much as fits. Lines break at spaces, after hyphens between letters,
//! and between Chinese or Japanese characters. A word longer than a line breaks after a slash or
//! similar, else between any two clusters. Takes clean text and knows nothing of styles.

use std::ops::Range;

use super::small;
use super::width::graphemes;

/// Whether long lines wrap.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Wrapping {
    /// Break lines at the width of the pane.
    #[default]
    On,
    /// Break lines only at line feeds. The painter clips them.
    Off,
}

/// Appends the lines of `text` to `out` as byte ranges: at least one, plus one for each line feed.
///
/// Every character except spaces and line feeds is in exactly one line, in order. No cluster is
/// split. No line is wider than `columns` (0 counts as 1), unless it is a single cluster. Spaces at
/// a line break are in no line. Spaces at the start of a source line stay with its first word
/// unless they leave no room for it. word unless they leave it no room.
pub fn wrap(text: &str, columns: u16, wrapping: Wrapping, out: &mut Vec<Range<u32>>) {
    let columns = usize::from(columns).max(1);
    let mut start = 0;
    let feeds = memchr::memchr_iter(b'\n', text.as_bytes());
    for end in feeds.chain(std::iter::once(text.len())) {
        let line = text.get(start..end).unwrap_or_default();
        let mut lines = Lines { out, offset: start };
        if wrapping == Wrapping::Off {
            lines.push(0, line.len());
        } else if line.is_ascii() {
            wrap_ascii(line.as_bytes(), columns, &mut lines);
        } else {
            wrap_clusters(line, columns, &mut lines);
        }
        start = end + 1;
    }
}

/// Collects the lines of one source line.
struct Lines<'o> {
    out: &'o mut Vec<Range<u32>>,
    offset: usize,
}

impl Lines<'_> {
    fn push(&mut self, from: usize, to: usize) {
        self.out.push(small(self.offset + from)..small(self.offset + to));
    }
}

/// [`wrap_clusters`] for lines in which bytes, clusters and columns coincide. Reads only near the
/// places where lines end.
fn wrap_ascii(line: &[u8], columns: usize, lines: &mut Lines<'_>) {
    let end = line.len() - line.iter().rev().take_while(|&&byte| byte == b' ').count();
    let mut indent = line.iter().take_while(|&&byte| byte == b' ').count();
    let mut start = 0;
    if indent >= columns || end == 0 {
        start = indent.min(end);
    }
    while end - start > columns {
        indent = indent.max(start);
        let (stop, next) = ascii_break(line, start, indent, start + columns);
        lines.push(start, stop);
        start = next;
    }
    lines.push(start, end);
}

/// Finds the end of the line that starts at `start`, and the start of the next line. The first word
/// starts at `word`. The line must end at `limit` at the latest, and more text follows there.
fn ascii_break(line: &[u8], start: usize, word: usize, limit: usize) -> (usize, usize) {
    let at = |index: usize| line.get(index).copied().unwrap_or(b' ');
    let window = line.get(word..=limit).unwrap_or_default();
    let blank = memchr::memrchr(b' ', window).map(|index| word + index);
    let after_blank = blank.map_or(word, |index| index + 1);
    let hyphen = (after_blank + 1..=limit).rev().find(|&index| {
        at(index - 1) == b'-'
            && index.checked_sub(2).is_some_and(|letter| at(letter).is_ascii_alphanumeric())
            && at(index).is_ascii_alphabetic()
    });
    if let Some(index) = hyphen {
        return (index, index);
    }
    if let Some(blank) = blank {
        let stop = (word..blank).rev().find(|&index| at(index) != b' ');
        let next = (blank..line.len()).find(|&index| at(index) != b' ');
        return (stop.map_or(blank, |index| index + 1), next.unwrap_or(line.len()));
    }
    let half = start + (limit - start).div_ceil(2);
    let soft = (half.max(word + 1)..=limit).rev().find(|&index| is_soft_break(at(index - 1)));
    let index = soft.unwrap_or(limit);
    (index, index)
}

/// Whether an overlong word may break after this character.
fn is_soft_break(byte: u8) -> bool {
    matches!(byte, b'-' | b'/' | b',' | b';' | b'?' | b'&' | b'=')
}

/// A possible line break.
#[derive(Clone, Copy)]
struct Break {
    /// The end of the line.
    stop: usize,
    /// The start of the next line, after the spaces.
    next: usize,
    /// The width of the text before `next`.
    columns: usize,
}

/// The line under construction.
struct Filling {
    columns: usize,
    start: usize,
    /// The width from `start` to the current position.
    used: usize,
    /// The end of the last cluster that is not a space.
    stop: usize,
    /// Whether the line has such a cluster.
    visible: bool,
    last_break: Option<Break>,
    soft_break: Option<Break>,
}

impl Filling {
    /// Breaks the line, if possible, so that `width` more columns fit at `at`.
    fn make_room(&mut self, at: usize, width: usize, lines: &mut Lines<'_>) {
        while (self.visible || self.used > 0) && self.used + width > self.columns {
            let here = Break { stop: at, next: at, columns: self.used };
            let soft = self.soft_break.filter(|soft| soft.columns * 2 >= self.columns);
            let chosen = self.last_break.or(soft).unwrap_or(here);
            if self.visible {
                lines.push(self.start, chosen.stop);
            }
            self.start = chosen.next;
            self.used -= chosen.columns;
            self.visible = self.stop > self.start;
            self.last_break = None;
            // A soft break after the chosen one stays valid for the next line.
            self.soft_break = self
                .soft_break
                .filter(|soft| soft.next > chosen.next)
                .map(|soft| Break { columns: soft.columns - chosen.columns, ..soft });
        }
    }
}

fn wrap_clusters(line: &str, columns: usize, lines: &mut Lines<'_>) {
    let mut filling = Filling {
        columns,
        start: 0,
        used: 0,
        stop: 0,
        visible: false,
        last_break: None,
        soft_break: None,
    };
    let mut at = 0;
    let mut before = ["", ""];
    for (cluster, width) in graphemes(line) {
        let end = at + cluster.len();
        if is_blank(cluster) {
            filling.used += width;
            if filling.visible {
                let used = filling.used;
                filling.last_break = Some(Break { stop: filling.stop, next: end, columns: used });
                filling.soft_break = None;
            }
        } else {
            if filling.visible {
                let here = Break { stop: at, next: at, columns: filling.used };
                if may_break(before, cluster) {
                    filling.last_break = Some(here);
                    filling.soft_break = None;
                } else if matches!(before[1].as_bytes(), [byte] if is_soft_break(*byte)) {
                    filling.soft_break = Some(here);
                }
            }
            filling.make_room(at, width, lines);
            filling.used += width;
            filling.stop = end;
            filling.visible = true;
        }
        before = [before[1], cluster];
        at = end;
    }
    if filling.visible {
        lines.push(filling.start, filling.stop);
    } else {
        lines.push(0, 0);
    }
}

/// Whether a cluster is a space at which a line may break.
fn is_blank(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let blank = matches!(
        chars.next(),
        Some(
            ' '
            | '\u{1680}'
            | '\u{2000}'..='\u{2006}'
            | '\u{2008}'..='\u{200A}'
            | '\u{205F}'
            | '\u{3000}',
        )
    );
    blank && chars.next().is_none()
}

/// Whether a line may break between two clusters without a space between them.
fn may_break(before: [&str; 2], cluster: &str) -> bool {
    let first = |cluster: &str| cluster.chars().next().unwrap_or(' ');
    if is_blank(before[1]) {
        // The break after the spaces is already recorded.
        return false;
    }
    let last = first(before[1]);
    let next = first(cluster);
    if matches!(before[1], "-" | "\u{2010}") {
        return first(before[0]).is_alphanumeric() && next.is_alphabetic();
    }
    let ideographic = is_ideographic(last) || is_ideographic(next);
    ideographic && !is_closing(next) && !is_opening(last)
}

/// Whether a character belongs to a script without spaces between words, or is an emoji. Korean
/// uses spaces, so its words stay whole.
fn is_ideographic(c: char) -> bool {
    matches!(u32::from(c),
        0x2E80..=0x312F | 0x3190..=0x4DBF | 0x4E00..=0xA4CF | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF01..=0xFF60 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
}

/// Characters that must not start a line, a subset of the Chinese and Japanese rules: closing
/// punctuation, small kana, iteration and length marks, and closing punctuation of other scripts.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '。' | '，'
            | '、'
            | '．'
            | '：'
            | '；'
            | '？'
            | '！'
            | '）'
            | '」'
            | '』'
            | '】'
            | '〉'
            | '》'
            | '〕'
            | '］'
            | '｝'
            | '〗'
            | '〙'
            | '〟'
            | '｡'
            | '､'
            | '｣'
            | '・'
            | 'ー'
            | '々'
            | '〻'
            | 'ゝ'
            | 'ゞ'
            | 'ヽ'
            | 'ヾ'
            | '…'
            | '‥'
            | '～'
            | '〜'
            | '％'
            | '”'
            | '’'
            | 'ぁ'
            | 'ぃ'
            | 'ぅ'
            | 'ぇ'
            | 'ぉ'
            | 'っ'
            | 'ゃ'
            | 'ゅ'
            | 'ょ'
            | 'ゎ'
            | 'ァ'
            | 'ィ'
            | 'ゥ'
            | 'ェ'
            | 'ォ'
            | 'ッ'
            | 'ャ'
            | 'ュ'
            | 'ョ'
            | 'ヮ'
            | 'ヵ'
            | 'ヶ'
            | ')'
            | ']'
            | '}'
            | ','
            | '.'
            | ':'
            | ';'
            | '?'
            | '!'
            | '%'
            | '"'
            | '\''
            | '»'
            | '›'
    )
}

/// Characters that must not end a line.
fn is_opening(c: char) -> bool {
    matches!(
        c,
        '（' | '「'
            | '『'
            | '【'
            | '〈'
            | '《'
            | '〔'
            | '［'
            | '｛'
            | '〖'
            | '〘'
            | '〝'
            | '｢'
            | '“'
            | '‘'
            | '￥'
            | '＄'
            | '('
            | '['
            | '{'
            | '"'
            | '\''
            | '«'
            | '‹'
            | '$'
            | '#'
            | '@'
    )
}

#[cfg(test)]
mod tests;
