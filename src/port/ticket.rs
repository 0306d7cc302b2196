//! Tickets: an answer names the request that it belongs to, so that the answer to an older one is
//! ignored.

/// Which fetch a fact belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FetchTicket(pub u64);

/// Which run of a search; answers of an older run are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FindTicket(pub u64);

/// Which store something was asked about: each refresh and each scope has its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct StoreTicket(pub u64);

/// Which count; answers to an older one are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct CountTicket(pub u64);

/// Which export, or which preview of one; answers about an older one are ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ExportTicket(pub u64);
