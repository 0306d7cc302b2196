//! What the program does, one module a command.

pub mod browse;
pub mod demo_server;
mod log;
