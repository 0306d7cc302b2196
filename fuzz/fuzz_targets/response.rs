//! The bytes of a response.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sfchat_tui_fuzz::response(bytes));
