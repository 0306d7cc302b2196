//! One scope: its messages, how they came or are coming, and where in them a person reads.
//!
//! ```text
//!   Waiting ──fetch──► Loading ──finished──► Settled ──refresh──► Loading (old data stays) …
//!                         └──failed / cancelled──► Settled, with what had arrived or the old data
//! ```
//!
//! A first load fills the store that is shown; a refresh fills a second one, which takes its
//! place when it is whole. Must not know how panes are painted.

mod motion;
mod place;

use std::sync::Arc;

use crate::message::{MsgRef, SessionId};
use crate::scope::Scope;
use crate::store::{IngestStats, Page, Store};
use crate::time::Millis;

use super::effect::Effect;
use super::query_state::QueryState;
use super::sessions::{LoadPhase, Sessions};
use super::transcript::{Thread, Transcript};
use crate::port::StoreTicket;
use crate::port::Task;
use crate::port::{Failure, FetchEvent, FetchTicket};
use crate::search::Sorting;

pub use motion::{TURN, TurnStep};
pub use place::ReadingPlace;

/// A load under way.
#[derive(Clone, Debug)]
pub struct LoadProgress {
    /// Which fetch it is.
    pub ticket: FetchTicket,
    /// Bytes so far.
    pub bytes: u64,
    /// Bytes in all, where the server said so.
    pub length: Option<u64>,
    /// Why the coming attempt is not the first, and its number.
    pub retry: Option<(String, u32)>,
    /// When it began.
    pub begun: Millis,
}

/// How the messages of a scope came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransferStats {
    /// Bytes as transferred.
    pub bytes: u64,
    /// From the question to the last byte, in milliseconds.
    pub took: Millis,
}

impl LoadProgress {
    fn transfer(&self, now: Millis) -> TransferStats {
        TransferStats { bytes: self.bytes, took: now.saturating_sub(self.begun).max(0) }
    }
}

/// Whether all that the server has is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Completeness {
    /// Nothing was asked yet, or nothing came.
    Nothing,
    /// Everything arrived.
    Whole,
    /// The load was cut short by the network.
    Cut,
    /// A person cancelled the load.
    Cancelled,
}

/// One scope.
#[derive(Debug)]
pub struct ScopeView {
    /// The name on the top line.
    pub name: String,
    /// What is asked for.
    pub scope: Scope,
    /// The messages shown.
    pub store: Store,
    /// Which store that is.
    pub store_ticket: StoreTicket,
    /// The load under way.
    pub progress: Option<LoadProgress>,
    /// Whether the messages shown are all there are.
    pub completeness: Completeness,
    /// When they arrived.
    pub fetched_at: Option<Millis>,
    /// What was counted while they arrived.
    pub tally: Option<IngestStats>,
    /// How they arrived, once they have.
    pub transfer: Option<TransferStats>,
    /// Why the last load failed.
    pub failure: Option<Failure>,
    /// How the list is sorted.
    pub sorting: Sorting,
    /// The list.
    pub sessions: Sessions,
    /// The transcript.
    pub transcript: Transcript,
    /// What hides.
    pub filter: QueryState,
    /// What highlights.
    pub search: QueryState,
    /// Whether the search waits for the filter to be through.
    pub search_due: bool,
    incoming: Option<Incoming>,
    /// Where a person was reading before the messages were replaced, until it is found again.
    place: Option<ReadingPlace>,
}

/// The messages of a refresh, not shown before they are all there and in order.
#[derive(Debug)]
struct Incoming {
    store: Store,
    ticket: StoreTicket,
    sessions: Sessions,
    /// How its sessions are being sorted.
    sorting: Sorting,
    tally: Option<IngestStats>,
    transfer: Option<TransferStats>,
}

impl Incoming {
    fn new(ticket: StoreTicket) -> Self {
        Self {
            store: Store::new(),
            ticket,
            sessions: Sessions::default(),
            sorting: Sorting::default(),
            tally: None,
            transfer: None,
        }
    }
}

/// What a fact about a load changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing that is shown but the progress.
    Progress,
    /// There are more messages.
    More,
    /// There are other messages: everything found before is void.
    Other,
    /// The sessions are in another order.
    Order,
    /// A refresh brought nothing, and the old messages stay.
    Empty,
    /// The load ended; the messages are the same.
    Ended,
}

impl ScopeView {
    /// A scope that was not asked for yet.
    pub fn new(name: String, scope: Scope) -> Self {
        Self {
            name,
            scope,
            store: Store::new(),
            store_ticket: StoreTicket::default(),
            progress: None,
            completeness: Completeness::Nothing,
            fetched_at: None,
            tally: None,
            transfer: None,
            failure: None,
            sorting: Sorting::default(),
            sessions: Sessions::default(),
            transcript: Transcript::default(),
            filter: QueryState::default(),
            search: QueryState::default(),
            search_due: false,
            incoming: None,
            place: None,
        }
    }

    /// Whether it was never loaded, or what is there is not worth keeping.
    pub fn needs_loading(&self) -> bool {
        self.progress.is_none() && self.fetched_at.is_none() && self.failure.is_none()
    }

    /// Begins a load.
    pub fn begin(
        &mut self,
        ticket: FetchTicket,
        store_ticket: StoreTicket,
        now: Millis,
    ) -> Vec<Effect> {
        let mut effects = self.stop();
        self.failure = None;
        self.progress =
            Some(LoadProgress { ticket, bytes: 0, length: None, retry: None, begun: now });
        if self.fetched_at.is_some() {
            self.incoming = Some(Incoming::new(store_ticket));
        } else {
            self.completeness = Completeness::Nothing;
            effects.extend(self.replace(Store::new(), store_ticket));
        }
        effects.push(Effect::Fetch { ticket, scope: self.scope.clone() });
        effects
    }

    /// Ends a load without its result. What a first load brought stays, and counts as cancelled.
    pub fn cancel(&mut self, now: Millis) -> Vec<Effect> {
        if self.progress.is_some() && self.incoming.is_none() {
            self.completeness = Completeness::Cancelled;
            self.fetched_at = (!self.store.is_empty()).then_some(now);
            self.transfer = self.progress.as_ref().map(|progress| progress.transfer(now));
        }
        self.stop()
    }

    /// Ends a load as if it had never begun: another scope was asked for.
    pub fn abandon(&mut self, store_ticket: StoreTicket) -> Vec<Effect> {
        let first_load = self.progress.is_some() && self.incoming.is_none();
        let mut effects = self.stop();
        if first_load {
            effects.extend(self.replace(Store::new(), store_ticket));
            self.completeness = Completeness::Nothing;
        }
        effects
    }

    fn stop(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(progress) = self.progress.take() {
            effects.push(Effect::CancelFetch(progress.ticket));
        }
        effects.extend(self.drop_incoming());
        effects
    }

    fn replace(&mut self, store: Store, ticket: StoreTicket) -> Option<Effect> {
        let old = std::mem::replace(&mut self.store, store);
        self.store_ticket = ticket;
        self.sessions.forget();
        self.filter.forget();
        self.search.forget();
        self.search_due = true;
        self.transcript.renumber(None);
        (!old.is_empty()).then(|| Effect::Discard(Box::new(old)))
    }

    /// Takes in a fact about the load under way.
    pub fn apply(
        &mut self,
        event: FetchEvent,
        now: Millis,
        next_store: StoreTicket,
    ) -> (Change, Vec<Effect>) {
        let Some(progress) = &mut self.progress else { return (Change::Progress, Vec::new()) };
        match event {
            FetchEvent::Answered { length } => progress.length = length,
            FetchEvent::Progressed { bytes } => progress.bytes = bytes,
            FetchEvent::Retrying { why, attempt, .. } => {
                progress.retry = Some((why, attempt));
                progress.bytes = 0;
                progress.length = None;
                // What the failed attempt brought is void.
                if self.incoming.is_some() {
                    let effects = self.drop_incoming();
                    self.incoming = Some(Incoming::new(next_store));
                    return (Change::Progress, effects);
                }
                return (
                    Change::Other,
                    self.replace(Store::new(), next_store).into_iter().collect(),
                );
            }
            FetchEvent::PageArrived(page) => return (self.page(page), Vec::new()),
            FetchEvent::Finished(tally) => return self.finished(*tally, now),
            FetchEvent::Failed(failure) => {
                return (self.failed(failure, now), self.drop_incoming());
            }
        }
        (Change::Progress, Vec::new())
    }

    fn page(&mut self, page: Arc<Page>) -> Change {
        if let Some(incoming) = &mut self.incoming {
            incoming.store.append(page);
            return Change::Progress;
        }
        self.grow(|tab| tab.store.append(page));
        Change::More
    }

    fn finished(&mut self, tally: IngestStats, now: Millis) -> (Change, Vec<Effect>) {
        let transfer = self.progress.as_ref().map(|progress| progress.transfer(now));
        let Some(incoming) = &mut self.incoming else {
            self.transfer = transfer;
            self.settle(tally, now);
            return (Change::Ended, Vec::new());
        };
        if incoming.store.is_empty() && !self.store.is_empty() {
            // An empty answer to a refresh is more likely a mistake than the truth.
            let effects = self.drop_incoming();
            self.progress = None;
            return (Change::Empty, effects);
        }
        // It is shown when it is in order: see `set_order`.
        incoming.tally = Some(tally);
        incoming.transfer = transfer;
        incoming.sorting = self.sorting;
        let Incoming { store, ticket, sessions, .. } = incoming;
        let sort = sessions.sort(*ticket, store, self.sorting, None, LoadPhase::Done);
        (Change::Progress, sort.into_iter().collect())
    }

    fn settle(&mut self, tally: IngestStats, now: Millis) {
        self.progress = None;
        self.completeness = Completeness::Whole;
        self.fetched_at = Some(now);
        self.tally = Some(tally);
    }

    /// Whether the order of sessions of this store is this scope's.
    pub fn awaits(&self, ticket: StoreTicket) -> bool {
        ticket == self.store_ticket
            || self.incoming.as_ref().is_some_and(|incoming| incoming.ticket == ticket)
    }

    /// Takes in the order of the sessions, of the messages shown or of a refresh, which now takes
    /// their place.
    pub fn set_order(
        &mut self,
        ticket: StoreTicket,
        order: Vec<SessionId>,
        now: Millis,
    ) -> (Option<Change>, Vec<Effect>) {
        if ticket == self.store_ticket {
            let again = self.sessions.set_order(order);
            let sort = if again { self.sort(LoadPhase::Done) } else { None };
            return (Some(Change::Order), sort.into_iter().collect());
        }
        let Some(mut incoming) = self.incoming.take_if(|incoming| incoming.ticket == ticket) else {
            return (None, Vec::new());
        };
        incoming.sessions.set_order(order);
        self.transfer = incoming.transfer;
        self.settle(incoming.tally.take().unwrap_or_default(), now);
        let is_other_order = incoming.sorting != self.sorting;
        let mut effects = self.swap(incoming);
        if is_other_order {
            effects.extend(self.sort(LoadPhase::Done));
        }
        (Some(Change::Other), effects)
    }

    /// Asks for the order of the list.
    pub fn sort(&mut self, phase: LoadPhase) -> Option<Effect> {
        let hits = self.search.hits();
        self.sessions.sort(self.store_ticket, &self.store, self.sorting, hits, phase)
    }

    /// Asks for the order of the messages in the sessions where many arrived late.
    pub fn sort_messages(&self) -> Option<Effect> {
        let sessions = self.store.disordered().to_vec();
        let pages = self.store.pages().to_vec();
        let ticket = self.store_ticket;
        (!sessions.is_empty()).then_some(Effect::Run(Task::SortMessages {
            ticket,
            pages,
            sessions,
        }))
    }

    /// Puts the refreshed messages in the place of the old ones, and remembers in words which
    /// session and message a person was at.
    fn swap(&mut self, incoming: Incoming) -> Vec<Effect> {
        self.hold_place();
        let chosen = self.sessions.carry();
        let effects = self.replace(incoming.store, incoming.ticket).into_iter().collect();
        self.sessions = incoming.sessions;
        self.sessions.take_over(chosen);
        effects
    }

    fn failed(&mut self, failure: Failure, now: Millis) -> Change {
        let transfer = self.progress.take().map(|progress| progress.transfer(now));
        if self.incoming.is_none() && !self.store.is_empty() {
            self.completeness = Completeness::Cut;
            self.fetched_at = Some(now);
            self.transfer = transfer;
        }
        self.failure = Some(failure);
        Change::Ended
    }

    fn drop_incoming(&mut self) -> Vec<Effect> {
        let incoming = self.incoming.take();
        incoming.map(|incoming| Effect::Discard(Box::new(incoming.store))).into_iter().collect()
    }

    /// The messages of the session shown, as far as the filter leaves them.
    pub fn thread(&self) -> Thread<'_> {
        thread_of(&self.store, &self.filter, self.transcript.session)
    }

    /// The transcript beside the messages it shows.
    pub fn reading(&mut self) -> (&mut Transcript, Thread<'_>) {
        let thread = thread_of(&self.store, &self.filter, self.transcript.session);
        (&mut self.transcript, thread)
    }

    /// The selected message.
    pub fn selected(&self) -> Option<MsgRef> {
        self.transcript.selected(self.thread())
    }

    /// Shows the session that the list selects.
    pub fn follow_list(&mut self) {
        let wanted = self.sessions.selected();
        let before = thread_of(&self.store, &self.filter, self.transcript.session);
        let thread = thread_of(&self.store, &self.filter, wanted);
        self.transcript.show(wanted, before, thread);
    }
}

fn thread_of<'a>(
    store: &'a Store,
    filter: &'a QueryState,
    session: Option<SessionId>,
) -> Thread<'a> {
    let messages = match (session, filter.question(), filter.hits()) {
        (Some(id), None, _) => store.messages_of(id),
        (Some(id), Some(_), Some(hits)) => hits.in_session(id),
        // Without a session nothing; and what a filter may hide not before it is known.
        (None, ..) | (Some(_), Some(_), None) => &[],
    };
    let session = session.and_then(|id| store.session(id));
    let prompt = session.and_then(|session| session.title);
    let is_sorted = session.is_none_or(|session| !session.disordered);
    Thread { store, messages, prompt, is_sorted }
}
