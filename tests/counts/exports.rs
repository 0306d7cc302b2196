//! An export holds the order of its messages, and nothing of what it writes.

use std::io;
use std::sync::Arc;

use sfchat_tui::io::export::{Chosen, Form, Job, Target, write};
use sfchat_tui::store::Page;

use crate::allocations::peak_in;
use crate::data::{Message, pages};

/// What a document may hold beside the order: buffers, and one message on its way.
const SOME_BYTES: u64 = 2 << 20;

/// Sessions of eight messages of this length.
fn messages(count: usize, length: usize) -> Vec<Arc<Page>> {
    pages((0..count).map(|at| Message {
        session: format!("session-{:07}", at / 8),
        role: if at % 2 == 0 { "user" } else { "assistant" },
        text: "why is the sky **blue** ".repeat(length / 24 + 1),
        at,
    }))
}

/// The most that writing these held at once.
fn peak(pages: &[Arc<Page>], form: Form) -> u64 {
    let job = Job::new(pages.to_vec(), Chosen::Everything, form);
    peak_in(|| {
        let target = Target::Stream(&mut io::sink());
        let written = write(&job, target, &mut |_| {}, &|| false).unwrap();
        assert!(written.bytes > 0);
    })
}

#[test]
fn an_export_holds_the_same_memory_whatever_it_writes() {
    let (short, long) = (messages(4_000, 24), messages(4_000, 1_000));
    for form in Form::ALL {
        let (short, long) = (peak(&short, form), peak(&long, form));
        assert!(long <= short + (64 << 10), "{form:?}: {short} and {long} bytes");
    }
}

#[test]
fn an_export_of_many_messages_holds_their_order_alone() {
    let count = 200_000;
    let all = messages(count, 24);
    // 8 bytes a message; for each of 25,000 sessions its name, its place and its number.
    let most = 8 * count as u64 + 64 * (count as u64 / 8) + SOME_BYTES;
    for form in [Form::Ndjson, Form::Csv] {
        let peak = peak(&all, form);
        assert!(peak <= most, "{form:?} held {peak} of {most} bytes");
    }
}
