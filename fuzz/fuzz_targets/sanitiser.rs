//! A text on its way to the screen.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| sfchat_tui_fuzz::sanitiser(text));
