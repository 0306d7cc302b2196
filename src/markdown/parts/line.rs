//! What a line of Markdown begins with, as far as blocks depend on it.

/// What is left of a line behind the quotes and lists that it goes on with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'t> {
    /// Its text.
    pub(super) text: &'t str,
    /// The column where it begins, which tells how wide tabs are.
    column: usize,
    /// So many blanks of a tab stand before it.
    owed: usize,
}

impl<'t> Rest<'t> {
    /// A whole line.
    pub(super) fn of(line: &'t str) -> Self {
        Self { text: line, column: 0, owed: 0 }
    }

    /// The blanks that it begins with, as columns; and what stands behind them.
    pub(super) fn indent(&self) -> (usize, &'t str) {
        let mut columns = self.owed;
        for (at, byte) in self.text.bytes().enumerate() {
            match byte {
                b' ' => columns += 1,
                b'\t' => columns += 4 - (self.column + columns) % 4,
                _ => return (columns, self.text.get(at..).unwrap_or_default()),
            }
        }
        (columns, "")
    }

    /// Without so many columns of the blanks that it begins with.
    pub(super) fn skip(&mut self, columns: usize) {
        let to = self.column + columns;
        while self.column + self.owed < to {
            self.column += self.owed;
            self.owed = match self.text.bytes().next() {
                Some(b' ') => 1,
                Some(b'\t') => 4 - self.column % 4,
                _ => {
                    self.owed = 0;
                    return;
                }
            };
            self.text = self.text.get(1..).unwrap_or_default();
        }
        self.owed -= to - self.column;
        self.column = to;
    }

    /// Without the characters that it begins with, which are as many columns.
    pub(super) fn skip_signs(&mut self, count: usize) {
        self.text = self.text.get(count..).unwrap_or_default();
        self.column += count;
    }

    /// Takes the bar of a quote away, if there is one, and the blank behind it.
    pub(super) fn skip_bar(&mut self) -> bool {
        let (columns, inner) = self.indent();
        let is_bar = columns < 4 && inner.starts_with('>');
        if is_bar {
            self.skip(columns);
            self.skip_signs(1);
            self.skip(self.indent().0.min(1));
        }
        is_bar
    }
}

/// Whether there is nothing but blanks.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
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
