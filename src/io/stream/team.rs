//! A body decoded by several threads, with the same result as by one.
//!
//! ```text
//!  chunks ─► block, cut where a message seems to begin ─► hand 1 ─┐ packed, or not understood
//!                                                      └► hand 2 ─┴─► in order: Decoder accepts
//!                                                                     it, or reads the block itself
//! ```
//!
//! That `{"sessionId"` begins a message is a guess, and the guess is checked: what a hand read counts
//! only if the decoder, having taken all that comes before, stands where a message may begin, and the
//! hand met nothing in the block but messages. All else the [`Decoder`] reads again by itself; so a
//! wrong guess costs time and nothing more. Must not know what is in a message.

use std::collections::VecDeque;
use std::num::NonZero;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use memchr::memmem::{Finder, FinderRev};

use super::{Decoder, DocumentError, Form};
use crate::io::threads::make_room_for_handlers;
use crate::io::wire::grammar::{Step, Walk};
use crate::io::wire::{BEGINNING, Wire};
use crate::store::{Limits, Packed, Page, Tally};

/// How the work is parted.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Threads that help; none where there is one processor.
    pub hands: usize,
    /// Bytes of a body that are decoded at once, for the first screen.
    pub first: u64,
    /// Bytes after which a block is cut.
    pub block: usize,
}

impl Shares {
    /// For a body that comes no faster than one thread decodes: over any network.
    pub const ALONE: Self = Self { hands: 0, first: 1 << 20, block: 512 << 10 };

    /// For a body that is there already.
    pub fn for_a_file() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self { hands: if processors > 1 { processors.min(4) } else { 0 }, ..Self::ALONE }
    }
}

/// Blocks that a hand has at most: one in work, one to go on with.
const AHEAD: usize = 2;

/// Decodes one body.
pub struct Team {
    decoder: Decoder,
    shares: Shares,
    hands: Vec<Hand>,
    /// What came since the last block.
    block: Vec<u8>,
    /// Whether a message seems to begin where the block does.
    aligned: bool,
    /// The blocks that were given away, in their order.
    given: VecDeque<Given>,
    next: usize,
    /// Memory of blocks that were read.
    spare: Vec<Vec<u8>>,
    /// Blocks whose reading by a hand was accepted.
    accepted: u64,
}

/// A block that a hand has.
struct Given {
    block: Arc<Vec<u8>>,
    form: Form,
    hand: usize,
}

/// What a hand made of a block; nothing where it met something else than messages.
type Read = Option<(Option<Packed>, Tally)>;

/// A thread that reads blocks. It ends when nobody gives it any more.
struct Hand {
    blocks: Sender<(Arc<Vec<u8>>, Form)>,
    read: Receiver<Read>,
}

impl Team {
    /// For one body.
    pub fn new(limits: Limits, shares: Shares) -> Self {
        Self {
            decoder: Decoder::new(limits),
            shares,
            hands: Vec::new(),
            block: Vec::new(),
            aligned: false,
            given: VecDeque::new(),
            next: 0,
            spare: Vec::new(),
            accepted: 0,
        }
    }

    /// Takes the next chunk; hands over pages that are ready. As [`Decoder::push`].
    pub fn push(&mut self, chunk: &[u8], pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        let early = self.block.is_empty() && self.decoder.taken() < self.shares.first;
        if self.shares.hands == 0 || early || self.decoder.form().is_none() {
            self.settle(pages)?;
            return self.decoder.push(chunk, pages);
        }
        self.block.extend_from_slice(chunk);
        if self.block.len() < self.shares.block {
            return Ok(());
        }
        if !self.aligned {
            self.align(pages)?;
        }
        self.give(pages)
    }

    /// Takes what the hands have, and waits for that; not what came since the last block.
    pub fn collect(&mut self, pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        while let Some(given) = self.given.pop_front() {
            self.take(given, pages)?;
        }
        Ok(())
    }

    /// Hands over all messages that have come whole (for a slow server).
    pub fn flush(&mut self, pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        self.settle(pages)?;
        if let Some(page) = self.decoder.flush() {
            pages(page);
        }
        Ok(())
    }

    /// The end of the body. As [`Decoder::finish`].
    pub fn finish(&mut self, pages: &mut dyn FnMut(Page)) -> Result<Tally, DocumentError> {
        self.settle(pages)?;
        self.decoder.finish(pages)
    }

    /// How many blocks were read by a hand to the end, and counted.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Takes all that came.
    fn settle(&mut self, pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        self.collect(pages)?;
        self.aligned = false;
        let block = std::mem::take(&mut self.block);
        self.decoder.push(&block, pages)
    }

    /// Takes what comes before the first message of the block.
    fn align(&mut self, pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        self.collect(pages)?;
        let Some(at) = Finder::new(BEGINNING).find(&self.block) else { return Ok(()) };
        self.decoder.push(self.block.get(..at).unwrap_or_default(), pages)?;
        self.block.drain(..at);
        self.aligned = true;
        Ok(())
    }

    /// Gives the block to a hand, up to the last message that begins in it.
    fn give(&mut self, pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        let form = self.decoder.form();
        let cut = FinderRev::new(BEGINNING).rfind(&self.block).filter(|&at| at > 0);
        let (Some(form), Some(cut), true) = (form, cut, self.aligned) else {
            return self.settle(pages);
        };
        while self.given.len() >= self.shares.hands * AHEAD {
            let Some(given) = self.given.pop_front() else { break };
            self.take(given, pages)?;
        }
        let mut rest = self.spare.pop().unwrap_or_default();
        rest.extend_from_slice(self.block.get(cut..).unwrap_or_default());
        self.block.truncate(cut);
        let block = Arc::new(std::mem::replace(&mut self.block, rest));
        let Some(hand) = self.next_hand() else {
            // The system gives no thread.
            self.shares.hands = 0;
            self.collect(pages)?;
            return self.decoder.push(&block, pages);
        };
        // Of a hand that is gone there is no answer, and the decoder reads the block.
        if let Some(hand) = self.hands.get(hand) {
            let _ = hand.blocks.send((Arc::clone(&block), form));
        }
        self.given.push_back(Given { block, form, hand });
        Ok(())
    }

    /// The hand whose turn it is; `None` when there is none.
    fn next_hand(&mut self) -> Option<usize> {
        if self.hands.len() < self.shares.hands {
            self.hands.extend(Hand::start());
        }
        self.next = (self.next + 1).checked_rem(self.hands.len())?;
        Some(self.next)
    }

    /// Waits for a hand and takes what it has, if that is right here.
    fn take(&mut self, given: Given, pages: &mut dyn FnMut(Page)) -> Result<(), DocumentError> {
        let Given { block, form, hand } = given;
        let read = self.hands.get(hand).and_then(|hand| hand.read.recv().ok()).flatten();
        match read {
            Some((packed, tally)) if self.decoder.may_begin(form) => {
                self.accepted += 1;
                self.decoder.accept(packed, &tally, block.len(), pages);
            }
            _ => self.decoder.push(&block, pages)?,
        }
        if let Some(mut block) = Arc::into_inner(block) {
            block.clear();
            self.spare.push(block);
        }
        Ok(())
    }
}

impl Hand {
    /// A new one, if the system has a thread for it.
    fn start() -> Option<Self> {
        let (blocks, given) = channel::<(Arc<Vec<u8>>, Form)>();
        let (sender, read) = channel();
        let work = move || {
            make_room_for_handlers();
            // One page is made of a block, whatever is in it.
            let limits =
                Limits { first_rows: usize::MAX / 4, rows: usize::MAX / 2, text: usize::MAX };
            let mut wire = Wire::new(limits);
            while let Ok((block, form)) = given.recv() {
                let whole = read_block(&mut wire, &block, form).is_some();
                let mut packed = wire.flush();
                packed.iter_mut().for_each(Packed::fit);
                let tally = wire.take_tally();
                drop(block);
                if sender.send(whole.then_some((packed, tally))).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("decoder's hand".to_owned()).spawn(work).ok()?;
        Some(Self { blocks, read })
    }
}

/// Reads a block that begins with a message and ends before one; nothing where it is something else.
fn read_block(wire: &mut Wire, block: &[u8], form: Form) -> Option<()> {
    let text = simdutf8::basic::from_utf8(block).ok()?;
    wire.make_room(block.len());
    let mut walk = Walk::new();
    let mut rest = text;
    // A page is full after the block, not in it.
    let none = &mut |_| ();
    loop {
        if !rest.starts_with('{') {
            return None;
        }
        let length = if let Some(length) = wire.quick(rest, none) {
            length
        } else {
            walk.restart();
            let Step::Done(length) = walk.feed(rest.as_bytes()) else { return None };
            wire.element(rest.as_bytes().get(..length)?, none);
            length
        };
        rest = blanks(rest.get(length..)?);
        if form == Form::List {
            rest = blanks(rest.strip_prefix(',')?);
        }
        if rest.is_empty() {
            return Some(());
        }
    }
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\n', '\r', '\t'])
}
