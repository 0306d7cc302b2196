//! The text of a config.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| sfchat_tui_fuzz::config(text));
