//! From the bytes of a body to pages, while the body arrives.
//!
//! ```text
//!  chunk ─► Decoder: where are we in the document? ─┬─► a message: wire reads it in place
//!                                                   └─► a value that is not complete: JsonScanner looks
//!                                                       for its end, its bytes are held until then
//! ```
//!
//! The body is never held as a whole, and no byte is looked at more than a few times: not even of
//! a message of 50 MB that comes in small chunks. A body is an object around the messages, a bare
//! array of messages, or messages one after the other. Only a complete document proves that a body
//! is complete. Must not know what is in a message, nor how the body is fetched.

mod place;
mod window;

use crate::io::wire::grammar::{JsonScanner, ScanStep};
use crate::io::wire::{Member, MessageReader};
use crate::store::{IngestStats, Limits, Page};
use place::{DocumentState, PendingValue};
use window::Window;

/// A message is refused beyond this, so that 32 bits can count the bytes of a page.
const LARGEST: usize = 2 << 30;

/// Memory for a value in parts is given back when it is larger than this.
const HELD: usize = 1 << 20;

/// Why a body is no list of messages.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
pub enum DocumentError {
    /// The body looks like a web page.
    #[error("the server answered with a web page, not with JSON")]
    Html,
    /// The JSON is wrong at this byte (counted from 0, after decompression).
    #[error("the response is not valid JSON at byte {at}: {what}")]
    Syntax {
        /// The byte.
        at: u64,
        /// What is wrong there; never text of the body.
        what: &'static str,
    },
    /// The JSON ended too early.
    #[error("the response was cut short at byte {at}")]
    Cut {
        /// The byte.
        at: u64,
    },
    /// Valid JSON of another shape.
    #[error("the response is JSON, but no list of messages")]
    Shape,
    /// UTF-16 or the like.
    #[error("the response is not UTF-8 text")]
    Encoding,
}

/// An object at the start of a body, until it shows whether it is the one around the messages or
/// the first message itself.
#[derive(Default)]
struct Undecided {
    bytes: Vec<u8>,
    /// A key that only the object around the messages has.
    around: bool,
    /// A key that only a message has.
    message: bool,
    /// Any key.
    any: bool,
}

/// Decodes a body, chunk by chunk, into pages.
pub struct Decoder {
    wire: MessageReader,
    place: DocumentState,
    part: Option<PendingValue>,
    walk: JsonScanner,
    held: Vec<u8>,
    undecided: Option<Undecided>,
    /// Whether the array of messages is the whole document.
    bare: bool,
    /// Bytes taken.
    at: u64,
    failed: Option<DocumentError>,
}

impl Decoder {
    /// A decoder for one body.
    pub fn new(limits: Limits) -> Self {
        Self {
            wire: MessageReader::new(limits),
            place: DocumentState::Mark(0),
            part: None,
            walk: JsonScanner::new(),
            held: Vec::new(),
            undecided: None,
            bare: false,
            at: 0,
            failed: None,
        }
    }

    /// Takes the next chunk; hands over each page that it fills.
    ///
    /// Where the chunks are parted makes no difference. With an error what waits is handed over
    /// too; what was handed over stays valid, and every later call gives the same error.
    pub fn push(&mut self, chunk: &[u8], pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut window = Window::new(chunk);
        while let Some(rest) = window.rest() {
            let taken = match self.part {
                Some(part) => self.go_on(part, rest, pages),
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

    /// Seals what waits in an unfinished page (for a slow server).
    pub fn flush(&mut self) -> Option<Page> {
        self.wire.flush()
    }

    /// The end of the body: the last page, and the counts. An error leaves what was handed over
    /// valid.
    pub fn finish(&mut self, pages: &mut dyn FnMut(Page)) -> Result<IngestStats, DocumentError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        // A number ends with the body only where nothing has to follow.
        if let Some(part @ (PendingValue::Single | PendingValue::Document { .. })) = self.part
            && self.walk.may_end()
        {
            let held = std::mem::take(&mut self.held);
            self.complete(part, &held, pages).map_err(|error| self.fail(error, pages))?;
        }
        let whole = matches!(
            self.place,
            DocumentState::Mark(0)
                | DocumentState::Start
                | DocumentState::Between
                | DocumentState::End
        );
        if !whole || self.part.is_some() {
            return Err(self.fail(DocumentError::Cut { at: self.at }, pages));
        }
        if let Some(page) = self.flush() {
            pages(page);
        }
        Ok(self.tally())
    }

    /// The counts so far.
    pub fn tally(&self) -> IngestStats {
        IngestStats { bytes: self.at, ..self.wire.tally() }
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

    /// Goes on in a value whose end is not known yet; how many bytes were taken.
    fn go_on(
        &mut self,
        part: PendingValue,
        rest: &[u8],
        pages: &mut dyn FnMut(Page),
    ) -> Result<usize, DocumentError> {
        let (taken, done) = match self.walk.feed(rest) {
            ScanStep::More => (rest.len(), false),
            ScanStep::Done(taken) => (taken, true),
            ScanStep::Wrong(at, what) => return Err(self.wrong(rest, at, what)),
        };
        let bytes = rest.get(..taken).unwrap_or_default();
        if part.is_held() && self.held.len() + bytes.len() > LARGEST {
            return Err(self.wrong(rest, 0, "a message of more than 2 GiB"));
        }
        if !done {
            if part.is_held() {
                self.held.extend_from_slice(bytes);
            }
        } else if self.held.is_empty() {
            self.complete(part, bytes, pages)?;
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(bytes);
            self.complete(part, &held, pages)?;
            if held.capacity() <= HELD {
                held.clear();
                self.held = held;
            }
        }
        Ok(taken)
    }

    /// A value is complete.
    fn complete(
        &mut self,
        part: PendingValue,
        bytes: &[u8],
        pages: &mut dyn FnMut(Page),
    ) -> Result<(), DocumentError> {
        self.part = None;
        self.place = match part {
            PendingValue::Key => DocumentState::Colon(self.key(bytes)),
            PendingValue::Value(member) => {
                self.wire.declare(member, bytes);
                DocumentState::AfterValue
            }
            PendingValue::Element => {
                self.wire.element(bytes, pages);
                DocumentState::AfterElement
            }
            PendingValue::Single => {
                self.wire.element(bytes, pages);
                DocumentState::Between
            }
            PendingValue::Document { null: true } => DocumentState::End,
            PendingValue::Document { null: false } => return Err(DocumentError::Shape),
        };
        Ok(())
    }

    /// A key of the object is complete; it may decide what the object is.
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

    /// Takes what comes next between values, or a whole message; how many bytes were taken.
    fn step(
        &mut self,
        window: &mut Window<'_>,
        pages: &mut dyn FnMut(Page),
    ) -> Result<usize, DocumentError> {
        let rest = window.rest().unwrap_or_default();
        let byte = rest.first().copied().unwrap_or_default();
        if let DocumentState::Mark(taken) = self.place {
            return self.mark(taken, rest, byte);
        }
        let blanks = rest.iter().take_while(|byte| b" \n\r\t".contains(byte)).count();
        if blanks > 0 {
            return Ok(blanks);
        }
        self.place = match (self.place, byte) {
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
            (place, _) => return Err(self.wrong(rest, 0, place.expected())),
        };
        Ok(1)
    }

    /// A value begins here, whose end has to be found.
    fn begin(&mut self, part: PendingValue) -> usize {
        self.walk.restart();
        self.part = Some(part);
        0
    }

    /// A message that is an object begins here: mostly it is all there and can be read in place.
    fn message(&mut self, window: &mut Window<'_>, pages: &mut dyn FnMut(Page)) -> usize {
        let single = self.place == DocumentState::Between;
        let Some(taken) = self.wire.fast(window.text(), pages) else {
            return self.begin(if single { PendingValue::Single } else { PendingValue::Element });
        };
        self.place = if single { DocumentState::Between } else { DocumentState::AfterElement };
        taken
    }

    /// A byte order mark, or none.
    fn mark(&mut self, taken: usize, rest: &[u8], byte: u8) -> Result<usize, DocumentError> {
        const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];
        if MARK.get(taken) == Some(&byte) {
            self.place =
                if taken == 2 { DocumentState::Start } else { DocumentState::Mark(taken + 1) };
            return Ok(1);
        }
        // The byte order marks of UTF-16 begin with these; no UTF-8 text does.
        if taken > 0 || byte >= 0xFE {
            return Err(DocumentError::Encoding);
        }
        if byte == 0 {
            return Err(self.wrong(rest, 0, ""));
        }
        self.place = DocumentState::Start;
        Ok(0)
    }

    /// The first byte of the document.
    fn start(&mut self, rest: &[u8], byte: u8) -> Result<usize, DocumentError> {
        self.place = match byte {
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

    /// The first byte of the value of a member.
    fn value(&mut self, member: Member, rest: &[u8], byte: u8) -> Result<usize, DocumentError> {
        match (member, byte) {
            (Member::Messages, b'[') => {
                self.place = DocumentState::FirstElement;
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

    /// The end of the object at the start of the body: what was it?
    fn end_of_object(
        &mut self,
        pages: &mut dyn FnMut(Page),
    ) -> Result<DocumentState, DocumentError> {
        match self.undecided.take() {
            Some(Undecided { mut bytes, message: true, .. }) => {
                bytes.push(b'}');
                self.wire.undeclare();
                self.wire.element(&bytes, pages);
                Ok(DocumentState::Between)
            }
            Some(Undecided { around: false, any: true, .. }) => Err(DocumentError::Shape),
            _ => Ok(DocumentState::End),
        }
    }

    /// The error for a byte that cannot stand where it stands.
    fn wrong(&self, rest: &[u8], offset: usize, what: &'static str) -> DocumentError {
        let at = self.at + offset as u64;
        // JSON begins with an ASCII character: in UTF-16 and UTF-32 a zero is next to it.
        if at < 4 && rest.get(offset) == Some(&0) {
            return DocumentError::Encoding;
        }
        DocumentError::Syntax { at, what }
    }
}

#[cfg(test)]
mod tests;
