//! The reliability programme, row by row: what is sent to the program, and what must happen then.
//!
//! Prints one line a row and ends with the counts; the status is 1 when a row failed. Every row runs
//! here. The numbers in between are those of behaviour that other tests of the project cover.
//!
//! `cargo test --test rows` runs what is quick, `SFCHAT_ROWS=all cargo test --test rows` everything.
//! `cargo test --test rows -- 12 "row 5"` runs the rows whose line holds one of these words; a
//! number alone means that row.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test that is how it fails"
)]
#![expect(
    clippy::semicolon_if_nothing_returned,
    clippy::format_collect,
    clippy::unnecessary_debug_formatting,
    reason = "the lines of a table are short, and so are the texts that are made; a path in TOML \
              is quoted"
)]

// The person at the terminal, and the judge of what was sent to it: those of `tests/whole`.
#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "../whole/terminal/driver.rs"]
mod driver;
#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "../whole/terminal/stream.rs"]
mod stream;

// The properties of the fuzz targets, and the desk that one of them needs.
#[path = "../whole/data.rs"]
mod data;
#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "../whole/desk.rs"]
mod desk;
#[expect(dead_code, reason = "`tests/whole` needs more of it")]
#[path = "../whole/frame.rs"]
mod frame;
#[path = "../../fuzz/properties.rs"]
mod properties;

mod exports;
mod files;
mod fuzzing;
mod http;
mod input;
mod json;
mod lifecycle;
mod loads;
mod pause;
mod proxy;
mod run;
mod secrets;
mod server;
mod shapes;
mod sources;
mod table;
mod text;
mod tls;

use std::process::ExitCode;

fn main() -> ExitCode {
    let rows = [
        text::ROWS,
        shapes::ROWS,
        input::ROWS,
        secrets::ROWS,
        sources::ROWS,
        tls::ROWS,
        proxy::ROWS,
        http::ROWS,
        json::ROWS,
        loads::ROWS,
        lifecycle::ROWS,
        pause::ROWS,
        files::ROWS,
        exports::ROWS,
        fuzzing::ROWS,
    ];
    table::run(rows.concat())
}
