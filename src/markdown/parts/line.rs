//! What a line of Markdown begins with, as far as blocks depend on it.

/// The blanks that a text begins with, as columns; and their bytes.
pub(super) fn indent(text: &str) -> (usize, usize) {
    let mut columns = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return (columns, at),
        }
    }
    (columns, text.len())
}

/// Whether there is nothing but blanks.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// A line behind the bars of its quotes, and how many there are.
pub(super) fn without_bars(line: &str) -> (usize, &str) {
    let mut rest = line;
    let mut bars = 0;
    loop {
        let (columns, bytes) = indent(rest);
        let inner = rest.get(bytes..).unwrap_or_default();
        let Some(inner) = inner.strip_prefix('>').filter(|_| columns < 4) else {
            return (bars, rest);
        };
        rest = inner.strip_prefix(' ').unwrap_or(inner);
        bars += 1;
    }
}

/// What begins an item of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Marker {
    /// `-`, `*`, `+`, or the sign behind a number.
    pub(super) sign: u8,
    /// Its number.
    pub(super) number: Option<u64>,
    /// Its columns, which are its bytes.
    pub(super) columns: usize,
}

/// The marker that a text begins with.
pub(super) fn marker(text: &str) -> Option<Marker> {
    let bytes = text.as_bytes();
    let digits = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let &sign = bytes.get(digits)?;
    let fits = match digits {
        0 => matches!(sign, b'-' | b'*' | b'+') && !is_rule(text),
        1..=9 => matches!(sign, b'.' | b')'),
        _ => false,
    };
    let is_apart = matches!(bytes.get(digits + 1), None | Some(b' ' | b'\t' | b'\r'));
    let number = text.get(..digits).and_then(|digits| digits.parse().ok());
    (fits && is_apart).then_some(Marker { sign, number, columns: digits + 1 })
}

/// Whether a text is a rule.
pub(super) fn is_rule(text: &str) -> bool {
    let Some(&sign) = text.as_bytes().first() else { return false };
    if !matches!(sign, b'-' | b'*' | b'_') {
        return false;
    }
    let rest = text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    let mut signs = 0;
    rest.into_iter().all(|byte| {
        signs += 1;
        byte == sign
    }) && signs >= 3
}

/// Whether a text is a heading.
pub(super) fn is_heading(text: &str) -> bool {
    let signs = text.bytes().take_while(|&byte| byte == b'#').count();
    let behind = text.as_bytes().get(signs);
    (1..=6).contains(&signs) && matches!(behind, None | Some(b' ' | b'\t' | b'\r'))
}

/// Whether a text makes a heading of the line before it.
pub(super) fn is_underline(text: &str) -> bool {
    let text = text.trim_end();
    !text.is_empty()
        && (text.bytes().all(|byte| byte == b'=') || text.bytes().all(|byte| byte == b'-'))
}

/// Whether a text is the line between the head of a table and its rows.
pub(super) fn is_delimiter(text: &str) -> bool {
    text.contains('-')
        && text.contains('|')
        && text.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t' | b'\r'))
}

/// The fence that a text begins with: its sign and how often it stands there.
pub(super) fn fence(text: &str) -> Option<(u8, usize)> {
    let sign = *text.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = text.bytes().take_while(|&byte| byte == sign).count();
    let info = text.get(length..).unwrap_or_default();
    (length >= 3 && !(sign == b'`' && info.contains('`'))).then_some((sign, length))
}

/// Whether a text ends such a fence.
pub(super) fn ends_fence(text: &str, sign: u8, length: usize) -> bool {
    let signs = text.bytes().take_while(|&byte| byte == sign).count();
    signs >= length && is_blank(text.get(signs..).unwrap_or_default())
}

/// Whether a text may begin with a formula on lines of its own.
pub(super) fn may_be_formula(text: &str) -> bool {
    text.starts_with("$$") || text.starts_with("\\[") || text.starts_with("\\begin{")
}

/// Whether a text begins a block of its own, and does not go on with the paragraph before it.
pub(super) fn begins_block(text: &str) -> bool {
    marker(text).is_some_and(|marker| marker.number.is_none_or(|number| number == 1))
        || fence(text).is_some()
        || is_heading(text)
        || is_rule(text)
        || text.starts_with('>')
}
