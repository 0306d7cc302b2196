//! A document in parts: each is written by itself, by several threads where it is worth it, and all
//! come out in order.
//!
//! Must not know what a part looks like.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, Scope, scope};

use super::row_of;
use crate::message::MsgRef;
use crate::store::Page;

/// Messages of a part, at most.
const MESSAGES: usize = 256;
/// Bytes of text and metadata after which a part ends.
const BYTES: usize = 1 << 20;
/// Parts that a thread has at most: one in work, one to go on with.
const AHEAD: usize = 2;
/// A buffer of more bytes is not kept for the next part.
const LARGE: usize = 4 << 20;
/// Bytes of text and metadata that are written ahead, where one part alone has not more.
const MOST_AHEAD: usize = 16 << 20;

/// Some messages of one section, in order.
#[derive(Clone)]
pub(super) struct Stretch<'o> {
    /// The number of the section, from 1.
    pub(super) section: u64,
    /// All messages of the section.
    pub(super) all: &'o [MsgRef],
    /// Which of them.
    pub(super) range: Range<usize>,
}

impl<'o> Stretch<'o> {
    /// The messages.
    pub(super) fn messages(&self) -> &'o [MsgRef] {
        self.all.get(self.range.clone()).unwrap_or_default()
    }

    /// Whether it begins the section.
    pub(super) fn begins(&self) -> bool {
        self.range.start == 0
    }

    /// Whether it ends the section.
    pub(super) fn ends(&self) -> bool {
        self.range.end == self.all.len()
    }
}

/// What is written at once.
#[derive(Default)]
pub(super) struct Part<'o> {
    pub(super) stretches: Vec<Stretch<'o>>,
    /// The bytes of its texts and metadata.
    bytes: usize,
}

impl Part<'_> {
    /// How many messages it has.
    fn count(&self) -> usize {
        self.stretches.iter().map(|stretch| stretch.range.len()).sum()
    }
}

/// Cuts sections into parts.
pub(super) struct Parts<'o, I> {
    pages: &'o [Arc<Page>],
    sections: I,
    number: u64,
    /// The section that is being cut, and the place reached in it.
    open: Option<(&'o [MsgRef], usize)>,
}

impl<'o, I: Iterator<Item = &'o [MsgRef]>> Parts<'o, I> {
    pub(super) fn new(pages: &'o [Arc<Page>], sections: I) -> Self {
        Self { pages, sections, number: 0, open: None }
    }

    /// How many of these messages fit, at most so many, into a part that has so many bytes; and
    /// the bytes that it has then.
    fn fitting(&self, messages: &[MsgRef], most: usize, mut bytes: usize) -> (usize, usize) {
        let mut taken = 0;
        for &at in messages.iter().take(most) {
            if bytes >= BYTES {
                break;
            }
            let row = row_of(self.pages, at).map(|(_, row)| row);
            bytes += row.map_or(0, |row| row.text_len as usize + row.extra_len as usize);
            taken += 1;
        }
        (taken, bytes)
    }
}

impl<'o, I: Iterator<Item = &'o [MsgRef]>> Iterator for Parts<'o, I> {
    type Item = Part<'o>;

    fn next(&mut self) -> Option<Part<'o>> {
        let mut part = Part::default();
        let mut room = MESSAGES;
        while room > 0 && part.bytes < BYTES {
            let (all, from) = match self.open.take() {
                Some(open) => open,
                None => match self.sections.next() {
                    Some(section) => {
                        self.number += 1;
                        (section, 0)
                    }
                    None => break,
                },
            };
            let rest = all.get(from..).unwrap_or_default();
            let (taken, bytes) = self.fitting(rest, room, part.bytes);
            let range = from..from + taken;
            room -= taken;
            part.bytes = bytes;
            if range.end < all.len() {
                self.open = Some((all, range.end));
            }
            part.stretches.push(Stretch { section: self.number, all, range });
        }
        (!part.stretches.is_empty()).then_some(part)
    }
}

/// What a thread gets: a part and a buffer for it.
type Task<'o> = (Part<'o>, Vec<u8>);

/// A thread that writes parts.
struct Writer<'o> {
    tasks: SyncSender<Task<'o>>,
    written: Receiver<io::Result<Vec<u8>>>,
}

impl<'o> Writer<'o> {
    /// A new one, if the system has a thread for it.
    fn start<'scope, 'env>(
        scope: &'scope Scope<'scope, 'env>,
        write: &'scope (impl Fn(&Part<'o>, &mut Vec<u8>) -> io::Result<()> + Sync),
        begin: fn(),
    ) -> Option<Self>
    where
        'o: 'scope,
    {
        let (tasks, given) = sync_channel::<Task<'o>>(AHEAD);
        let (sender, written) = sync_channel(AHEAD);
        let work = move || {
            begin();
            while let Ok((part, mut out)) = given.recv() {
                let done = write(&part, &mut out).map(|()| out);
                if sender.send(done).is_err() {
                    return;
                }
            }
        };
        Builder::new().name("export".to_owned()).spawn_scoped(scope, work).ok()?;
        Some(Self { tasks, written })
    }
}

/// Writes all parts with so many threads, each of which does `begin` first, and takes what they become
/// in order.
///
/// # Errors
/// The first of `write` or `take`; nothing is taken behind it.
pub(super) fn in_order<'o>(
    mut parts: impl Iterator<Item = Part<'o>>,
    (threads, begin): (usize, fn()),
    write: impl Fn(&Part<'o>, &mut Vec<u8>) -> io::Result<()> + Sync,
    mut take: impl FnMut(usize, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let first: Vec<Part<'o>> = parts.by_ref().take(AHEAD).collect();
    // Of little there is nothing to share.
    let threads = if first.len() < AHEAD { 1 } else { threads };
    let parts = first.into_iter().chain(parts);
    scope(|scope| {
        let writers: Vec<Writer<'o>> = (0..threads)
            .filter(|_| threads > 1)
            .map_while(|_| Writer::start(scope, &write, begin))
            .collect();
        let mut spare = Vec::new();
        if writers.is_empty() {
            let mut out = Vec::new();
            for part in parts {
                write(&part, &mut out)?;
                take(part.count(), &out)?;
                out.clear();
            }
            return Ok(());
        }
        let mut parts = parts.peekable();
        let mut turns = writers.iter().cycle();
        let (mut busy, mut ahead) = (VecDeque::new(), 0);
        loop {
            let fits = |part: &Part<'_>| ahead == 0 || ahead + part.bytes <= MOST_AHEAD;
            if busy.len() < writers.len() * AHEAD
                && let (Some(part), Some(writer)) = (parts.next_if(fits), turns.next())
            {
                let (messages, bytes) = (part.count(), part.bytes);
                ahead += bytes;
                writer.tasks.send((part, spare.pop().unwrap_or_default())).map_err(|_| broken())?;
                busy.push_back((messages, bytes, writer));
                continue;
            }
            let Some((messages, bytes, writer)) = busy.pop_front() else { return Ok(()) };
            let mut out = writer.written.recv().map_err(|_| broken())??;
            ahead -= bytes;
            take(messages, &out)?;
            if out.capacity() <= LARGE {
                out.clear();
                spare.push(out);
            }
        }
    })
}

/// A thread is gone. It can only have panicked, and that ends the scope with the same panic.
fn broken() -> io::Error {
    io::Error::other("a thread that wrote a part of it is gone")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn refs(count: u32) -> Vec<MsgRef> {
        (0..count).map(|row| MsgRef { page: 0, row }).collect()
    }

    #[test]
    fn sections_are_cut_and_joined_to_parts_of_a_bounded_size() {
        let all = [refs(3), refs(1000), refs(0), refs(1)];
        let parts: Vec<_> = Parts::new(&[], all.iter().map(Vec::as_slice)).collect();
        let messages: Vec<MsgRef> = parts
            .iter()
            .flat_map(|part| &part.stretches)
            .flat_map(Stretch::messages)
            .copied()
            .collect();
        assert_eq!(messages, all.concat());
        assert_eq!(parts.iter().map(Part::count).collect::<Vec<_>>(), [256, 256, 256, 236]);
        let begun =
            parts.iter().flat_map(|part| &part.stretches).filter(|stretch| stretch.begins());
        assert_eq!(begun.map(|stretch| stretch.section).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(
            parts.iter().flat_map(|part| &part.stretches).filter(|stretch| stretch.ends()).count(),
            4
        );
    }

    #[test]
    fn parts_come_in_order_whoever_writes_them() {
        let all = [refs(5000), refs(300)];
        for threads in [0, 1, 2, 5] {
            let mut text = Vec::new();
            let mut told = 0;
            let write = |part: &Part<'_>, out: &mut Vec<u8>| {
                for stretch in &part.stretches {
                    out.extend(stretch.messages().iter().flat_map(|at| at.row.to_le_bytes()));
                }
                Ok(())
            };
            let take = |messages: usize, bytes: &[u8]| {
                told += messages;
                text.extend_from_slice(bytes);
                Ok(())
            };
            in_order(Parts::new(&[], all.iter().map(Vec::as_slice)), (threads, || ()), write, take)
                .unwrap();
            assert_eq!(told, 5300);
            let rows: Vec<u8> = all.concat().iter().flat_map(|at| at.row.to_le_bytes()).collect();
            assert!(text == rows, "{threads}");
        }
    }

    #[test]
    fn no_more_parts_are_held_than_the_threads_have_to_do() {
        let all = [refs(20_000)];
        let (begun, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let taken = AtomicUsize::new(0);
        let write = |_: &Part<'_>, _: &mut Vec<u8>| {
            let held = begun.fetch_add(1, Ordering::SeqCst) + 1;
            // Others may have been begun and taken meanwhile.
            let held = held.saturating_sub(taken.load(Ordering::SeqCst));
            most.fetch_max(held, Ordering::SeqCst);
            Ok(())
        };
        let take = |_, _: &[u8]| {
            taken.fetch_add(1, Ordering::SeqCst);
            Ok(())
        };
        in_order(Parts::new(&[], all.iter().map(Vec::as_slice)), (3, || ()), write, take).unwrap();
        assert_eq!(begun.into_inner(), 20_000_usize.div_ceil(MESSAGES));
        let most = most.into_inner();
        // One more while the oldest is taken.
        assert!(most <= 3 * AHEAD + 1, "{most}");
    }

    #[test]
    fn the_first_error_ends_it() {
        let all = [refs(5000)];
        for threads in [1, 3] {
            let parts = || Parts::new(&[], all.iter().map(Vec::as_slice));
            let mut taken = 0;
            let write = |part: &Part<'_>, _: &mut Vec<u8>| match part.stretches[0].range.start {
                0..1000 => Ok(()),
                _ => Err(io::Error::other("no")),
            };
            let take = |messages, _: &[u8]| {
                taken += messages;
                Ok(())
            };
            assert_eq!(
                in_order(parts(), (threads, || ()), write, take).unwrap_err().to_string(),
                "no"
            );
            assert_eq!(taken, 1024);
            let full = |_, _: &[u8]| Err(io::Error::other("full"));
            let error = in_order(parts(), (threads, || ()), |_, _| Ok(()), full).unwrap_err();
            assert_eq!(error.to_string(), "full");
        }
    }
}
