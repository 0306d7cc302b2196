//! Parses environments and the lines of a formula into rows and columns.

use super::super::lexer::LexemeKind;
use super::super::node::{Align, MathNode, MathTable, TableKind};
use super::{Parser, Stop};

/// The properties of an environment.
#[derive(Clone, Copy)]
struct Frame {
    kind: TableKind,
    open: &'static str,
    close: &'static str,
}

/// Looks up an environment; `None` if it is unknown.
fn frame(name: &str) -> Option<Frame> {
    use TableKind::{Aligned, Cases, Gathered, Matrix, Small};
    let (kind, open, close) = match name.trim_end_matches('*') {
        "matrix" | "array" | "darray" | "eqnarray" => (Matrix, "", ""),
        "pmatrix" => (Matrix, "(", ")"),
        "bmatrix" => (Matrix, "[", "]"),
        "Bmatrix" => (Matrix, "{", "}"),
        "vmatrix" => (Matrix, "|", "|"),
        "Vmatrix" => (Matrix, "‖", "‖"),
        "smallmatrix" => (Small, "", ""),
        "psmallmatrix" => (Small, "(", ")"),
        "bsmallmatrix" => (Small, "[", "]"),
        "vsmallmatrix" => (Small, "|", "|"),
        "cases" | "dcases" => (Cases, "{", ""),
        "rcases" | "drcases" => (Cases, "", "}"),
        "align" | "aligned" | "alignat" | "alignedat" | "flalign" | "split" => (Aligned, "", ""),
        "gather" | "gathered" | "multline" | "multlined" | "equation" | "displaymath" | "math" => {
            (Gathered, "", "")
        }
        _ => return None,
    };
    Some(Frame { kind, open, close })
}

impl<'a> Parser<'a> {
    /// Parses a whole formula: one row, or several lines.
    pub(super) fn lines_of_formula(&mut self) -> Option<MathNode<'a>> {
        let (rows, rules) = self.rows(None)?;
        let has_columns = rows.iter().any(|cells| cells.len() > 1);
        let kind = if has_columns { TableKind::Aligned } else { TableKind::Gathered };
        rules.is_empty().then(|| table(Frame { kind, open: "", close: "" }, rows))
    }

    /// Parses an environment after `\begin`.
    pub(super) fn environment(&mut self) -> Option<MathNode<'a>> {
        let name = self.raw()?;
        let frame = frame(name)?;
        let (mut aligns, mut bars) = (Vec::new(), Vec::new());
        match name.trim_end_matches('*') {
            "array" | "darray" => {
                self.skip_optional()?;
                (aligns, bars) = columns(self.raw()?)?;
            }
            "alignat" | "alignedat" => {
                self.raw()?;
            }
            "eqnarray" => aligns = vec![Align::Right, Align::Centre, Align::Left],
            "matrix" | "pmatrix" | "bmatrix" | "Bmatrix" | "vmatrix" | "Vmatrix"
                if name.ends_with('*') && self.peek() == Some(LexemeKind::Mark("[")) =>
            {
                (aligns, bars) = columns(self.optional_text()?)?;
                if let [only] = aligns[..] {
                    aligns = vec![only; 32];
                }
            }
            "aligned" | "gathered" => self.skip_optional()?,
            _ => {}
        }
        let (rows, rules) = self.rows(Some(name))?;
        Some(match table(frame, rows) {
            MathNode::Table(table) => MathNode::Table(MathTable { aligns, bars, rules, ..table }),
            node => node,
        })
    }

    /// Parses `\substack{a \\ b}`.
    pub(super) fn lines(&mut self) -> Option<MathNode<'a>> {
        if !self.take(LexemeKind::Open) {
            return None;
        }
        let (rows, rules) = self.rows(None)?;
        let is_whole = self.take(LexemeKind::Close) && rules.is_empty();
        let frame = Frame { kind: TableKind::Lines, open: "", close: "" };
        is_whole.then(|| table(frame, rows))
    }

    /// Parses rows of cells up to `\end{name}`, which it consumes, or up to the end of a group,
    /// which it does not. Also returns the rows that have a rule before them.
    #[expect(clippy::type_complexity, reason = "callers destructure it immediately")]
    fn rows(&mut self, name: Option<&str>) -> Option<(Vec<Vec<Vec<MathNode<'a>>>>, Vec<usize>)> {
        let mut rows = Vec::new();
        let mut rules = Vec::new();
        let mut cells = Vec::new();
        loop {
            while self.take(LexemeKind::Command("hline"))
                || self.take(LexemeKind::Command("hdashline"))
            {
                rules.push(rows.len());
            }
            cells.push(self.row(Stop::default())?);
            match self.peek() {
                Some(LexemeKind::Cell) => self.at += 1,
                Some(LexemeKind::Command("\\" | "cr")) => {
                    self.at += 1;
                    self.skip_gap()?;
                    rows.push(std::mem::take(&mut cells));
                }
                Some(LexemeKind::Command("end")) if name.is_some() => {
                    self.at += 1;
                    if self.raw()? != name? {
                        return None;
                    }
                    break;
                }
                None | Some(LexemeKind::Close) if name.is_none() => break,
                _ => return None,
            }
        }
        // A trailing line break starts no row.
        if cells.iter().any(|cell| cell.iter().any(|node| !matches!(node, MathNode::Space(_)))) {
            rows.push(cells);
        }
        Some((rows, rules))
    }

    /// Skips the optional distance after a line break: `[4pt]`, `*`.
    fn skip_gap(&mut self) -> Option<()> {
        if self.near(0).is_some_and(|token| !token.blank) {
            self.take(LexemeKind::Mark("*"));
            if self.near(1).is_some_and(|token| {
                matches!(token.kind, LexemeKind::Mark(mark) if mark.starts_with(|first: char| {
                    first.is_ascii_digit() || matches!(first, '-' | '.')
                }))
            }) {
                self.skip_optional()?;
            }
        }
        Some(())
    }

    fn skip_optional(&mut self) -> Option<()> {
        if self.peek() == Some(LexemeKind::Mark("[")) {
            self.optional_text()?;
        }
        Some(())
    }

    /// Reads the text in square brackets.
    fn optional_text(&mut self) -> Option<&'a str> {
        let start = self.near(0)?.end;
        while self.peek()? != LexemeKind::Mark("]") {
            self.at += 1;
        }
        let end = self.near(0)?.start;
        self.at += 1;
        self.body.get(start..end)
    }
}

/// Builds a table. A single equation needs none and becomes a row.
fn table(frame: Frame, mut rows: Vec<Vec<Vec<MathNode<'_>>>>) -> MathNode<'_> {
    let is_lines =
        matches!(frame.kind, TableKind::Aligned | TableKind::Gathered | TableKind::Lines);
    if is_lines && rows.len() <= 1 {
        let cells = rows.pop().unwrap_or_default();
        return MathNode::of(cells.into_iter().flatten().collect());
    }
    MathNode::Table(MathTable {
        kind: frame.kind,
        rows,
        aligns: Vec::new(),
        bars: Vec::new(),
        rules: Vec::new(),
        open: frame.open,
        close: frame.close,
    })
}

/// Parses the column specification of an array: `cc|c`.
fn columns(spec: &str) -> Option<(Vec<Align>, Vec<usize>)> {
    let (mut aligns, mut bars) = (Vec::new(), Vec::new());
    for letter in spec.chars() {
        match letter {
            'l' => aligns.push(Align::Left),
            'c' => aligns.push(Align::Centre),
            'r' => aligns.push(Align::Right),
            '|' | ':' => bars.push(aligns.len()),
            blank if blank.is_whitespace() => {}
            _ => return None,
        }
    }
    Some((aligns, bars))
}
