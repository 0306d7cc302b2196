//! Windows of every size, and on their way from one to another.

use super::driver::{Session, Setup};
use super::stream;

/// Waits until the frame of the panes fills a window of this size, one line above and below left.
fn wait_for_frame(session: &Session, columns: u16, rows: u16) {
    session.wait_until(&format!("the frame at {columns}x{rows}"), |screen| {
        let is = |x: u16, y: u16, wanted: &str| {
            screen.cell(y, x).is_some_and(|cell| cell.contents() == wanted)
        };
        let (right, bottom) = (columns - 1, rows - 2);
        is(0, 1, "┌")
            && is(right, 1, "┐")
            && is(0, bottom, "└")
            && is(right, bottom, "┘")
            && (2..bottom).all(|y| {
                let on_the_right = ["│", "┃", "┤", "┫", "●", "◄"];
                is(0, y, "│") && on_the_right.iter().any(|sign| is(right, y, sign))
            })
    });
}

#[test]
fn a_window_of_any_size_has_the_right_frame() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    for (columns, rows) in [(40, 12), (20, 5), (80, 24), (300, 100), (79, 24), (120, 40)] {
        session.resize(columns, rows);
        wait_for_frame(&session, columns, rows);
    }
    session.wait_for("Transcript");
    session.send("q");
    session.ended_well(0);
}

#[test]
fn a_window_that_is_too_small_says_so_and_keys_still_work() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    session.resize(40, 4);
    session.wait_for("window too small: 20x5 is needed");
    session.resize(19, 12);
    session.wait_for("window too small");
    session.resize(1, 1);
    session.wait_until("its first letter", |screen| screen.contents() == "w");
    session.resize(120, 40);
    wait_for_frame(&session, 120, 40);
    session.resize(1, 1);
    session.wait_until("its first letter", |screen| screen.contents() == "w");
    session.send("q");
    session.ended_well(0);
}

#[test]
fn what_lies_over_the_panes_survives_every_size() {
    for (keys, shown) in
        [("?", "Help"), ("s", "Scope"), ("/algebra", "algebra"), ("\ri", "etadata")]
    {
        let mut session = Setup::demo().start();
        session.wait_for_messages();
        session.send(keys);
        session.wait_for(shown);
        for (columns, rows) in [(40, 12), (1, 1), (20, 5), (300, 100), (120, 40)] {
            session.resize(columns, rows);
        }
        wait_for_frame_or_overlay(&session, shown);
        session.send("\x03");
        session.ended_well(130);
    }
}

fn wait_for_frame_or_overlay(session: &Session, shown: &str) {
    session.wait_until("the whole window again", |screen| {
        let corner = |x, y| screen.cell(y, x).is_some_and(|cell| cell.contents() != " ");
        screen.contents().contains(shown) && corner(0, 1) && corner(119, 38)
    });
}

#[test]
fn a_storm_of_sizes_ends_in_the_last_one() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        session.resize(random.u16(1..200), random.u16(1..60));
    }
    session.resize(100, 30);
    wait_for_frame(&session, 100, 30);
    session.wait_for_messages();
    session.send("q");
    session.ended_well(0);
}

#[test]
fn ctrl_l_draws_everything_again() {
    let mut session = Setup::demo().start();
    session.wait_for_messages();
    let before = session.raw().len();
    session.send("\x0c");
    session.wait_for_bytes(before, b"\x1b[2J");
    session.wait_for_bytes(before, "┘".as_bytes());
    wait_for_frame(&session, 120, 40);
    session.send("q");
    let raw = session.ended_well(0);
    assert!(stream::pieces(&raw).len() > 100);
}
