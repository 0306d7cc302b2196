//! The program without a screen: arguments in, bytes and an exit status out.

mod reports;
mod rows;
mod run;
mod sources;
