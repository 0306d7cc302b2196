//! Decodes the bytes of a body into pages while the body arrives.
//!
//! ```text
//!  chunk ─► Decoder tracks the document ─┬─► a complete message: MessageReader reads it in place
//!                                        └─► an incomplete value: JsonScanner looks for its end,
//!                                            and the decoder holds its bytes until then
//! ```
//!
//! The decoder never holds the whole body, and reads each byte only a few times, even in a message
//! of 50 MB that arrives in small chunks. A body is an object that wraps the messages, a bare array
//! of messages, or a sequence of messages. Only a complete document proves that a body is complete.
//! Must not know the contents of a message or how the body is fetched.

mod state;
mod window;

use crate::io::wire::grammar::{JsonScanner, ScanStep};
use crate::io::wire::{Member, MessageReader};
use crate::store::{IngestStats, Limits, Page};
use state::{DocumentState, PendingValue};
use window::Window;

/// The largest message in bytes. A page counts bytes in 32 bits.
const LARGEST: usize = 2 << 30;

/// Capacity beyond this is freed when the held value is complete.
const HELD: usize = 1 << 20;

/// Why a body is not a list of messages.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
pub enum DocumentError {
    /// The body looks like a web page.
    #[error("the server answered with a web page, not with JSON")]
    Html,
    /// The JSON is invalid at this byte (counted from 0, after decompression).
    #[error("the response is not valid JSON at byte {at}: {what}")]
    Syntax {
        /// The byte.
        at: u64,
        /// The error; never quotes the body.
        what: &'static str,
    },
    /// The JSON ended too early.
    #[error("the response was cut short at byte {at}")]
    Cut {
        /// The byte.
        at: u64,
    },
    /// Valid JSON of another shape.
    #[error("the response is JSON, but not a list of messages")]
    Shape,
    /// UTF-16 or another encoding.
    #[error("the response is not UTF-8 text")]
    Encoding,
}

/// The object at the start of a body, until a key decides whether it wraps the messages or is the
/// first message.
#[derive(Default)]
struct Undecided {
    bytes: Vec<u8>,
    /// Whether it has a key of the wrapping object.
    around: bool,
    /// Whether it has a key of a message.
    message: bool,
    /// Whether it has any key.
    any: bool,
}

/// Decodes a body into pages, chunk by chunk.
pub struct Decoder {
    reader: MessageReader,
    state: DocumentState,
    pending: Option<PendingValue>,
    scanner: JsonScanner,
    held: Vec<u8>,
    undecided: Option<Undecided>,
    /// Whether the document is a bare array of messages.
    bare: bool,
    /// Bytes consumed.
    at: u64,
    failed: Option<DocumentError>,
}

impl Decoder {
    /// Creates a decoder for one body.
    pub fn new(limits: Limits) -> Self {
        Self {
            reader: MessageReader::new(limits),
            state: DocumentState::Mark(0),
            pending: None,
            scanner: JsonScanner::new(),
            held: Vec::new(),
            undecided: None,
            bare: false,
            at: 0,
            failed: None,
        }
    }

    /// Decodes the next chunk and passes each filled page to `pages`.
    ///
    /// Chunk boundaries make no difference. An error flushes the unfinished page; earlier pages
    /// stay valid, and every later call returns the same error.
    pub fn push(&mut self, chunk: &[u8], pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut window = Window::new(chunk);
        while let Some(rest) = window.rest() {
            let taken = match self.pending {
                Some(pending) => self.resume(pending, rest, pages),
                None => self.step(&mut window, pages),
            };
            let taken = taken.map_err(|error| self.fail(error, pages))?;
            if let (Some(undecided), Some(taken)) = (&mut self.undecided, rest.get(..taken)) {
                undecided.bytes.extend_from_slice(taken);
            }
            window.advance(taken);
            self.at += taken as u64;
        }
        Ok(())
    }

    /// Seals the unfinished page, so that rows from a slow server appear promptly.
    pub fn flush(&mut self) -> Option<Page> {
        self.reader.flush()
    }

    /// Ends the body: passes the last page to `pages` and returns the counts. After an error,
    /// earlier pages stay valid.
    pub fn finish(&mut self, pages: &mut dyn FnMut(Page)) -> Result<IngestStats, DocumentError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        // Only the end of the body shows that a number is complete.
        if let Some(pending @ (PendingValue::Single | PendingValue::Document { .. })) = self.pending
            && self.scanner.may_end()
        {
            let held = std::mem::take(&mut self.held);
            self.complete(pending, &held, pages).map_err(|error| self.fail(error, pages))?;
        }
        let whole = matches!(
            self.state,
            DocumentState::Mark(0)
                | DocumentState::Start
                | DocumentState::Between
                | DocumentState::End
        );
        if !whole || self.pending.is_some() {
            return Err(self.fail(DocumentError::Cut { at: self.at }, pages));
        }
        if let Some(page) = self.flush() {
            pages(page);
        }
        Ok(self.tally())
    }

    /// The counts so far.
    pub fn tally(&self) -> IngestStats {
        IngestStats { bytes: self.at, ..self.reader.tally() }
    }

    fn fail(&mut self, error: DocumentError, pages: &mut dyn FnMut(Page)) -> DocumentError {
        if let Some(page) = self.flush() {
            pages(page);
        }
        self.held = Vec::new();
        self.undecided = None;
        self.failed = Some(error.clone());
        error
    }

    /// Resumes an incomplete value. Returns the number of bytes consumed.
    fn resume(
        &mut self,
        pending: PendingValue,
        rest: &[u8],
        pages: &mut dyn FnMut(Page),
    ) -> Result<usize, DocumentError> {
        let (taken, done) = match self.scanner.feed(rest) {
            ScanStep::More => (rest.len(), false),
            ScanStep::Done(taken) => (taken, true),
            ScanStep::Wrong(at, what) => return Err(self.wrong(rest, at, what)),
        };
        let bytes = rest.get(..taken).unwrap_or_default();
        if pending.is_held() && self.held.len() + bytes.len() > LARGEST {
            return Err(self.wrong(rest, 0, "a message of more than 2 GiB"));
        }
        if !done {
            if pending.is_held() {
                self.held.extend_from_slice(bytes);
            }
        } else if self.held.is_empty() {
            self.complete(pending, bytes, pages)?;
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(bytes);
            self.complete(pending, &held, pages)?;
            if held.capacity() <= HELD {
                held.clear();
                self.held = held;
            }
        }
        Ok(taken)
    }

    /// Handles a value that has become complete.
    fn complete(
        &mut self,
        pending: PendingValue,
        bytes: &[u8],
        pages: &mut dyn FnMut(Page),
    ) -> Result<(), DocumentError> {
        self.pending = None;
        self.state = match pending {
            PendingValue::Key => DocumentState::Colon(self.key(bytes)),
            PendingValue::Value(member) => {
                self.reader.declare(member, bytes);
                DocumentState::AfterValue
            }
            PendingValue::Element => {
                self.reader.element(bytes, pages);
                DocumentState::AfterElement
            }
            PendingValue::Single => {
                self.reader.element(bytes, pages);
                DocumentState::Between
            }
            PendingValue::Document { null: true } => DocumentState::End,
            PendingValue::Document { null: false } => return Err(DocumentError::Shape),
        };
        Ok(())
    }

    /// Looks up a complete key, which may decide what the object is.
    fn key(&mut self, bytes: &[u8]) -> Member {
        let member = Member::of(bytes);
        if let Some(undecided) = &mut self.undecided {
            undecided.any = true;
            match member {
                Member::Messages => self.undecided = None,
                Member::Total | Member::Sessions => undecided.around = true,
                Member::OfMessage => undecided.message = true,
                Member::Unknown => {}
            }
        }
        member
    }

    /// Consumes the next token between values, or a whole message. Returns the number of bytes
    /// consumed.
    fn step(
        &mut self,
        window: &mut Window<'_>,
        pages: &mut dyn FnMut(Page),
    ) -> Result<usize, DocumentError> {
        let rest = window.rest().unwrap_or_default();
        let byte = rest.first().copied().unwrap_or_default();
        if let DocumentState::Mark(taken) = self.state {
            return self.mark(taken, rest, byte);
        }
        let blanks = rest.iter().take_while(|byte| b" \n\r\t".contains(byte)).count();
        if blanks > 0 {
            return Ok(blanks);
        }
        self.state = match (self.state, byte) {
            (
                DocumentState::FirstElement | DocumentState::Element | DocumentState::Between,
                b'{',
            ) => {
                return Ok(self.message(window, pages));
            }
            (DocumentState::AfterElement, b',') => DocumentState::Element,
            (DocumentState::AfterElement | DocumentState::FirstElement, b']') => {
                if self.bare {
                    DocumentState::End
                } else {
                    DocumentState::AfterValue
                }
            }
            (DocumentState::FirstElement | DocumentState::Element, _) => {
                return Ok(self.begin(PendingValue::Element));
            }
            (DocumentState::Between, _) => return Ok(self.begin(PendingValue::Single)),
            (DocumentState::Start, _) => return self.start(rest, byte),
            (DocumentState::FirstKey | DocumentState::Key, b'"') => {
                return Ok(self.begin(PendingValue::Key));
            }
            (DocumentState::FirstKey | DocumentState::AfterValue, b'}') => {
                self.end_of_object(pages)?
            }
            (DocumentState::Colon(member), b':') => DocumentState::Value(member),
            (DocumentState::Value(member), _) => return self.value(member, rest, byte),
            (DocumentState::AfterValue, b',') => DocumentState::Key,
            (state, _) => return Err(self.wrong(rest, 0, state.expected())),
        };
        Ok(1)
    }

    /// Starts a value of unknown length.
    fn begin(&mut self, pending: PendingValue) -> usize {
        self.scanner.restart();
        self.pending = Some(pending);
        0
    }

    /// Starts a message that is an object. Most are complete in the chunk and are read in place.
    fn message(&mut self, window: &mut Window<'_>, pages: &mut dyn FnMut(Page)) -> usize {
        let single = self.state == DocumentState::Between;
        let Some(taken) = self.reader.fast(window.text(), pages) else {
            return self.begin(if single { PendingValue::Single } else { PendingValue::Element });
        };
        self.state = if single { DocumentState::Between } else { DocumentState::AfterElement };
        taken
    }

    /// Consumes a byte order mark, if any.
    fn mark(&mut self, taken: usize, rest: &[u8], byte: u8) -> Result<usize, DocumentError> {
        const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
        if MARK.get(taken) == Some(&byte) {
            self.state =
                if taken == 2 { DocumentState::Start } else { DocumentState::Mark(taken + 1) };
            return Ok(1);
        }
        // The byte order marks of UTF-16 start with these bytes; UTF-8 text never does.
        if taken > 0 || byte >= 0xFE {
            return Err(DocumentError::Encoding);
        }
        if byte == 0 {
            return Err(self.wrong(rest, 0, ""));
        }
        self.state = DocumentState::Start;
        Ok(0)
    }

    /// Handles the first byte of the document.
    fn start(&mut self, rest: &[u8], byte: u8) -> Result<usize, DocumentError> {
        self.state = match byte {
            b'{' => {
                self.undecided = Some(Undecided::default());
                DocumentState::FirstKey
            }
            b'[' => {
                self.bare = true;
                DocumentState::FirstElement
            }
            b'<' => return Err(DocumentError::Html),
            b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                return Ok(self.begin(PendingValue::Document { null: byte == b'n' }));
            }
            _ => return Err(self.wrong(rest, 0, DocumentState::Start.expected())),
        };
        Ok(1)
    }

    /// Handles the first byte of a member's value.
    fn value(&mut self, member: Member, rest: &[u8], byte: u8) -> Result<usize, DocumentError> {
        match (member, byte) {
            (Member::Messages, b'[') => {
                self.state = DocumentState::FirstElement;
                Ok(1)
            }
            (Member::Messages, b'{' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f') => {
                Err(DocumentError::Shape)
            }
            (Member::Messages, b'n') => Ok(self.begin(PendingValue::Value(Member::Unknown))),
            (Member::Messages, _) => Err(self.wrong(rest, 0, "expected a value")),
            _ => Ok(self.begin(PendingValue::Value(member))),
        }
    }

    /// Decides, at its end, what the object at the start of the body is.
    fn end_of_object(
        &mut self,
        pages: &mut dyn FnMut(Page),
    ) -> Result<DocumentState, DocumentError> {
        match self.undecided.take() {
            Some(Undecided { mut bytes, message: true, .. }) => {
                bytes.push(b'}');
                self.reader.undeclare();
                self.reader.element(&bytes, pages);
                Ok(DocumentState::Between)
            }
            Some(Undecided { around: false, any: true, .. }) => Err(DocumentError::Shape),
            _ => Ok(DocumentState::End),
        }
    }

    /// The error for an unexpected byte.
    fn wrong(&self, rest: &[u8], offset: usize, what: &'static str) -> DocumentError {
        let at = self.at + offset as u64;
        // JSON starts with an ASCII character, which UTF-16 and UTF-32 encode with a zero byte.
        if at < 4 && rest.get(offset) == Some(&0) {
            return DocumentError::Encoding;
        }
        DocumentError::Syntax { at, what }
    }
}

#[cfg(test)]
mod tests;
