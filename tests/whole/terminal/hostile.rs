//! Input that no person types.

use std::time::Instant;

use super::driver::{DEADLINE, Setup};

/// Bytes of every kind, the same at every run; without those that end or stop the program, and
/// with an `Esc` now and then, which leads out of a prompt.
fn noise(length: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let harmless = |byte: &u8| !matches!(byte, b'q' | 0x03 | 0x1a);
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        bytes.extend(std::iter::repeat_with(|| random.u8(..)).filter(harmless).take(500));
        bytes.extend(b"\x1b\x1b");
    }
    bytes
}

#[test]
fn random_bytes_from_the_terminal_do_no_harm() {
    // A program that gets the terminal would get the noise, too.
    let keys = "[keys.everywhere]\nopen-in-pager = []\nopen-in-editor = []\n";
    let setup = Setup::demo().size(80, 24);
    let config = setup.home().join("config.toml");
    std::fs::write(&config, keys).unwrap();
    let mut session = setup.env("SFCHAT_CONFIG", &config.display().to_string()).start();
    session.wait_for_messages();
    session.send(noise(200 << 10));
    // A sequence that the noise began may take the first of them with it.
    let begun = Instant::now();
    while !session.has_ended() && begun.elapsed() < DEADLINE {
        // Once the terminal was given back the system itself hears this key, and throws away what
        // was written and not read yet.
        if !session.has_modes_of_before() {
            session.send("\x03");
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    session.ended_well(130);
}
