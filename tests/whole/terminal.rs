//! The built program in a pseudo-terminal: it starts, draws, and always gives the terminal back.
//!
//! `driver` is the person and the terminal in one, `stream` judges the bytes that were sent to the
//! terminal, `server` is an endpoint that does what it is told.

#[cfg(test)]
#[expect(dead_code, reason = "`tests/rows` needs more of it")]
mod driver;
#[cfg(test)]
mod server;
#[cfg(test)]
mod stream;

#[cfg(test)]
mod colours;
mod copies;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod ends;
#[cfg(test)]
mod handover;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod stops;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod windows;
