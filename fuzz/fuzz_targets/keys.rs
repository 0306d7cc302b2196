//! Keys, the mouse, sizes and answers to the whole application.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sfchat_tui_fuzz::keys(bytes));
