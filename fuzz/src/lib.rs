//! The properties, and the desk that one of them needs, as the tests have them.

#![allow(dead_code, missing_docs, reason = "the tests use more of the desk than the targets")]

#[path = "../../tests/whole/data.rs"]
mod data;
#[path = "../../tests/whole/desk.rs"]
mod desk;
#[path = "../../tests/whole/frame.rs"]
mod frame;
#[path = "../properties.rs"]
mod properties;

pub use properties::{config, keys, layout, message, response, sanitiser};
