//! The bytes of one message.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sfchat_tui_fuzz::message(bytes));
