//! What the lines of a block are made of where its text is Markdown, and the way between what is
//! written and what is shown.
//!
//! Must not know how anything is painted.

use std::ops::Range;

use crate::highlight::{self, CodeToken};
use crate::markdown;
use crate::text::Clean;

/// What a text is made of that was laid out as Markdown: see [`markdown::Document`].
#[derive(Debug)]
pub struct Rich {
    pieces: Vec<markdown::StyledSpan>,
    lines: Vec<markdown::RenderedLine>,
    codes: Vec<markdown::Code>,
    /// The tokens of each code.
    tokens: Vec<Vec<(Range<u32>, CodeToken)>>,
    /// Which of the block's lines is the first of these.
    first: usize,
}

impl Rich {
    /// What a document is made of, whose first line is this one of the block; and its text.
    pub(super) fn new(document: markdown::Document, first: usize) -> (Clean<'static>, Self) {
        let markdown::Document { text, pieces, lines, codes } = document;
        let tokens =
            codes.iter().map(|it| highlight::highlight(it.text.as_str(), it.language.as_str()));
        let tokens = tokens.collect();
        (text, Self { pieces, lines, codes, tokens, first })
    }

    /// What a line of the block is made of.
    pub fn line(&self, line: u32) -> Option<(&markdown::RenderedLine, &[markdown::StyledSpan])> {
        let line = self.lines.get((line as usize).checked_sub(self.first)?)?;
        let range = line.pieces.start as usize..line.pieces.end as usize;
        Some((line, self.pieces.get(range).unwrap_or_default()))
    }

    /// The tokens of the code that a line of the block shows, by the bytes of the code.
    pub fn tokens(&self, line: u32) -> &[(Range<u32>, CodeToken)] {
        let block = self.line(line).and_then(|(line, _)| Some(line.code?.block as usize));
        block.and_then(|block| self.tokens.get(block)).map_or(&[], Vec::as_slice)
    }

    /// The code that a line of the block shows.
    pub fn code(&self, line: u32) -> Option<&markdown::Code> {
        let (line, _) = self.line(line)?;
        self.codes.get(line.code?.block as usize)
    }

    /// The first byte of the source that a line shows.
    pub(super) fn source_of(&self, line: usize) -> Option<u32> {
        let shows = |piece: &&markdown::StyledSpan| !piece.source.is_empty();
        let after = self.lines.get(line.checked_sub(self.first)?..)?;
        // A line that only decorates stands for the next one that does not.
        after.iter().find_map(|line| {
            let pieces = self.pieces.get(line.pieces.start as usize..line.pieces.end as usize)?;
            pieces.iter().filter(shows).map(|piece| piece.source.start).min()
        })
    }

    /// The line that shows this byte of the source, or the last one before it.
    pub(super) fn line_of_source(&self, byte: u32) -> Option<usize> {
        let best = self.lines.iter().zip(self.first..).filter_map(|(line, at)| {
            let pieces = self.pieces.get(line.pieces.start as usize..line.pieces.end as usize)?;
            let before = pieces
                .iter()
                .filter(|piece| !piece.source.is_empty() && piece.source.start <= byte);
            Some((before.map(|piece| piece.source.start).max()?, at))
        });
        // Of several lines that begin alike the first.
        best.max_by_key(|&(start, at)| (start, std::cmp::Reverse(at))).map(|(_, at)| at)
    }

    /// What matches of the source are in what is shown: a match within a piece that shows its
    /// source byte for byte, the whole of a piece that stands for it.
    pub(super) fn shown(&self, hits: &[Range<u32>], out: &mut Vec<Range<u32>>) {
        for piece in self.pieces.iter().filter(|piece| !piece.source.is_empty()) {
            let first = hits.partition_point(|hit| hit.end <= piece.source.start);
            let inside = hits.get(first..).unwrap_or_default().iter();
            for hit in inside.take_while(|hit| hit.start < piece.source.end) {
                out.push(if piece.exact {
                    let at = |byte: u32| {
                        let byte = byte.clamp(piece.source.start, piece.source.end);
                        piece.text.start + (byte - piece.source.start)
                    };
                    at(hit.start)..at(hit.end)
                } else {
                    piece.text.clone()
                });
            }
        }
    }
}
