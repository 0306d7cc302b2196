//! A text in a pane.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u16, &str)| sfchat_tui_fuzz::layout(input.1, input.0));
