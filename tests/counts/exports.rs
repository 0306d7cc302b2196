//! An export holds the order of its messages and one block of what it writes.

use std::io;
use std::sync::Arc;

use sfchat_tui::export::{Chosen, ExportContext, ExportJob, Format, write};
use sfchat_tui::io::wire::AsSent;
use sfchat_tui::store::Page;

use crate::allocations::peak_in;
use crate::data::{Message, pages};

/// What a document may hold beside the order: a part of it, while that grows.
const SOME_BYTES: u64 = 5 << 20;

/// Sessions of eight messages of this length.
fn messages(count: usize, length: usize) -> Vec<Arc<Page>> {
    pages((0..count).map(|at| Message {
        session: format!("session-{:07}", at / 8),
        role: if at % 2 == 0 { "user" } else { "assistant" },
        text: "why is the sky **blue** ".repeat(length / 24 + 1),
        at,
    }))
}

/// Counts what is written, and forgets it.
#[derive(Default)]
struct Nowhere(u64);

impl io::Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The most bytes held at once, and how many were written.
fn peak(pages: &[Arc<Page>], form: Format) -> (u64, u64) {
    let job = ExportJob::new(pages.to_vec(), Chosen::Everything, form);
    let mut out = Nowhere::default();
    let peak = peak_in(|| {
        let context = ExportContext { wire: &AsSent, pseudonyms: None };
        write(&job, &context, &mut out, &mut |_| Ok(())).unwrap();
    });
    (peak, out.0)
}

#[test]
fn an_export_does_not_hold_what_it_has_written() {
    let all = messages(400, 30_000);
    for &form in Format::ALL {
        let (peak, written) = peak(&all, form);
        assert!(written > 2 * SOME_BYTES && peak <= SOME_BYTES, "{form:?}: {peak} of {written}");
    }
}

#[test]
fn an_export_of_many_messages_holds_their_order_alone() {
    let count = 200_000;
    let all = messages(count, 24);
    // 8 bytes a message; for each of 25,000 sessions its name, its place and its number.
    let most = 8 * count as u64 + 64 * (count as u64 / 8) + SOME_BYTES;
    for form in [Format::Ndjson, Format::Csv] {
        let (peak, _) = peak(&all, form);
        assert!(peak <= most, "{form:?} held {peak} of {most} bytes");
    }
}
