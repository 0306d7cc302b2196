//! Finds formulas in text.
//!
//! Delimiters are those of pandoc's `tex_math_dollars`, `\(…\)`, `\[…\]`, and environments. Money,
//! shell code and words between dollars are not formulas.
//!
//! One pass finds the marks that may be delimiters, a second pairs them. Each mark is read a few
//! times at most, so the work is linear in the length of the text.

mod prose;

use std::collections::HashMap;
use std::ops::Range;

use super::{Formula, FormulaPlace};
use prose::{is_money_or_shell, is_prose};

/// A possible delimiter, or a wall that no formula spans.
#[derive(Clone, Debug)]
struct Mark {
    at: usize,
    end: usize,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// `$`
    Dollar,
    /// `$$`
    Dollars,
    /// `\(`
    OpenRound,
    /// `\)`
    CloseRound,
    /// `\[`
    OpenSquare,
    /// `\]`
    CloseSquare,
    /// `\begin{name}`, with the index of its `\end{name}` among the marks.
    Begin(Option<usize>),
    End,
    /// Code, or a blank line.
    Wall,
}

/// A quick check whether a text may have formulas, without false negatives.
pub fn has_formula(text: &str) -> bool {
    let mut marks = memchr::memchr2_iter(b'$', b'\\', text.as_bytes());
    let mut dollars = 0;
    marks.any(|at| match (text.as_bytes().get(at), text.as_bytes().get(at + 1)) {
        (Some(b'$'), _) => {
            dollars += 1;
            dollars > 1
        }
        (_, Some(b'(' | b'[' | b'b')) => true,
        _ => false,
    })
}

/// Finds the formulas of a text, in order and without overlap. `skip` holds the byte ranges of
/// code, sorted and without overlap. The work is linear in the length of the text.
pub fn formulas(text: &str, skip: &[Range<usize>]) -> Vec<Formula> {
    if !has_formula(text) {
        return Vec::new();
    }
    let marks = marks(text, skip);
    let closers = closers(&marks);
    let mut formulas = Vec::new();
    let mut at = 0;
    while let (Some(open), Some(closer)) = (marks.get(at), closers.get(at)) {
        let formula = closer
            .and_then(|close| marks.get(close).map(|mark| (close, mark)))
            .and_then(|(close, mark)| Some((close, formula(text, open, mark)?)));
        at += 1;
        if let Some((close, formula)) = formula {
            formulas.push(formula);
            at = close + 1;
        }
    }
    formulas
}

/// The formula between two matching marks, unless the text there is not one.
fn formula(text: &str, open: &Mark, close: &Mark) -> Option<Formula> {
    let whole = open.at..close.end;
    let body = match open.what {
        What::Begin(_) => whole.clone(),
        _ => open.end..close.at,
    };
    let place = match open.what {
        What::Dollar | What::OpenRound => FormulaPlace::InLine,
        _ => FormulaPlace::OwnLines,
    };
    let inside = text.get(body.clone())?;
    let before = text.get(..open.at)?.chars().next_back();
    let after = text.get(close.end..)?.chars().next();
    let is_one = match open.what {
        What::Dollar => {
            let is_tight = !inside.starts_with(char::is_whitespace)
                && !inside.ends_with(char::is_whitespace)
                && !after.is_some_and(|after| after.is_ascii_digit());
            is_tight && !is_money_or_shell(before, inside, after) && !is_prose(inside)
        }
        What::Dollars => !is_prose(inside),
        What::OpenRound | What::OpenSquare => !is_prose(inside) && !prose::is_escaped_word(inside),
        _ => true,
    };
    (is_one && !inside.trim().is_empty()).then_some(Formula { whole, body, place })
}

/// Finds the marks of a text, in order.
fn marks(text: &str, skip: &[Range<usize>]) -> Vec<Mark> {
    let bytes = text.as_bytes();
    let mut marks: Vec<Mark> = Vec::new();
    let mut open = Open::default();
    let mut skip = skip.iter().peekable();
    let mut at = 0;
    while let Some(found) =
        bytes.get(at..).and_then(|rest| memchr::memchr3(b'$', b'\\', b'\n', rest))
    {
        let start = at + found;
        while let Some(code) = skip.next_if(|code| code.start <= start) {
            if code.end > at {
                wall(&mut marks, &mut open, code.start, code.end);
                at = at.max(code.end);
            }
        }
        if at > start {
            continue;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let (what, length) = mark(rest);
        at = start + length;
        if skip.peek().is_some_and(|code| code.start < at) {
            // A mark cannot extend into code.
            at = start + 1;
            continue;
        }
        match what {
            Some(What::Wall) => wall(&mut marks, &mut open, start, at),
            Some(what @ (What::Begin(_) | What::End)) => {
                let limit = skip.peek().map_or(text.len(), |code| code.start);
                let Some((name, length)) = environment(text, at) else { continue };
                if at + length > limit {
                    continue;
                }
                at += length;
                let here = marks.len();
                if what == What::End {
                    if let Some(begin) = open.end(name).and_then(|begin| marks.get_mut(begin)) {
                        begin.what = What::Begin(Some(here));
                    }
                } else {
                    open.begin(name, here);
                }
                marks.push(Mark { at: start, end: at, what });
            }
            Some(what) => marks.push(Mark { at: start, end: at, what }),
            None => {}
        }
    }
    marks
}

/// Adds a wall: nothing open before it can close after it.
fn wall(marks: &mut Vec<Mark>, open: &mut Open<'_>, at: usize, end: usize) {
    open.clear();
    marks.push(Mark { at, end, what: What::Wall });
}

/// Reads the mark at the start of `rest`, which is `$`, `\` or a line feed. Returns it with the
/// number of bytes consumed.
fn mark(rest: &[u8]) -> (Option<What>, usize) {
    match rest {
        [b'$', ..] => match rest.iter().take_while(|byte| **byte == b'$').count() {
            1 => (Some(What::Dollar), 1),
            2 => (Some(What::Dollars), 2),
            // A longer run of dollars is no delimiter.
            many => (None, many),
        },
        [b'\n', after @ ..] => {
            let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
            let blanks = after.iter().take_while(|byte| is_blank(byte)).count();
            match after.get(blanks) {
                Some(b'\n') => (Some(What::Wall), blanks + 1),
                _ => (None, blanks + 1),
            }
        }
        [_, b'(', ..] => (Some(What::OpenRound), 2),
        [_, b')', ..] => (Some(What::CloseRound), 2),
        [_, b'[', ..] => (Some(What::OpenSquare), 2),
        [_, b']', ..] => (Some(What::CloseSquare), 2),
        [_, b'b', b'e', b'g', b'i', b'n', b'{', ..] => (Some(What::Begin(None)), 7),
        [_, b'e', b'n', b'd', b'{', ..] => (Some(What::End), 5),
        // An escaped character is literal.
        [_, b'\\' | b'$', ..] => (None, 2),
        _ => (None, 1),
    }
}

/// Reads the name of a mathematical environment. Returns it with its length, including the brace.
fn environment(text: &str, at: usize) -> Option<(&str, usize)> {
    const NAMES: [&str; 28] = [
        "equation",
        "align",
        "aligned",
        "alignat",
        "alignedat",
        "flalign",
        "gather",
        "gathered",
        "multline",
        "split",
        "eqnarray",
        "displaymath",
        "math",
        "cases",
        "dcases",
        "rcases",
        "array",
        "matrix",
        "pmatrix",
        "bmatrix",
        "Bmatrix",
        "vmatrix",
        "Vmatrix",
        "smallmatrix",
        "psmallmatrix",
        "bsmallmatrix",
        "drcases",
        "multlined",
    ];
    // No name is longer, but the text after it may be.
    let near: &[u8] = text.as_bytes().get(at..)?;
    let length = near.iter().take(16).position(|byte| *byte == b'}')?;
    let name = text.get(at..at + length)?;
    NAMES.contains(&name.trim_end_matches('*')).then_some((name, length + 1))
}

/// The open environments.
#[derive(Default)]
struct Open<'a> {
    /// Their names, and the indices of their marks.
    names: Vec<(&'a str, usize)>,
    /// How often each name is open, which avoids futile searches.
    counts: HashMap<&'a str, usize>,
}

impl<'a> Open<'a> {
    fn clear(&mut self) {
        self.names.clear();
        self.counts.clear();
    }

    fn begin(&mut self, name: &'a str, mark: usize) {
        self.names.push((name, mark));
        *self.counts.entry(name).or_default() += 1;
    }

    /// Closes the last environment of this name and all those within it. Returns the index of its
    /// mark.
    fn end(&mut self, name: &str) -> Option<usize> {
        self.counts.get(name).filter(|count| **count > 0)?;
        while let Some((open, mark)) = self.names.pop() {
            if let Some(count) = self.counts.get_mut(open) {
                *count -= 1;
            }
            if open == name {
                return Some(mark);
            }
        }
        None
    }
}

/// For every opening mark, the index of the mark that closes it.
fn closers(marks: &[Mark]) -> Vec<Option<usize>> {
    let mut closers = vec![None; marks.len()];
    let (mut dollar, mut dollars, mut round, mut square) = (None, None, None, None);
    for (index, mark) in marks.iter().enumerate().rev() {
        let closer = match mark.what {
            What::Wall => {
                (dollar, dollars, round, square) = (None, None, None, None);
                None
            }
            What::Dollar => dollar.replace(index),
            // A formula between single dollars cannot contain `$$`.
            What::Dollars => {
                dollar = None;
                dollars.replace(index)
            }
            What::CloseRound => {
                round = Some(index);
                None
            }
            What::CloseSquare => {
                square = Some(index);
                None
            }
            What::OpenRound => round,
            What::OpenSquare => square,
            What::Begin(end) => end,
            What::End => None,
        };
        if let Some(place) = closers.get_mut(index) {
            *place = closer;
        }
    }
    closers
}
