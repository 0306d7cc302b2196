//! From a key to a painted frame, in a store of all messages.

use criterion::Criterion;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use sfchat_tui::app::chord::Chord;
use sfchat_tui::app::effect::Effect;
use sfchat_tui::app::event::Event;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::{App, AppSettings};
use sfchat_tui::port::FetchEvent;
use sfchat_tui::port::{Fact, Task, TaskAnswer};
use sfchat_tui::store::IngestStats;
use sfchat_tui::time::Zone;
use sfchat_tui::view::{self, Theme};
use std::sync::Arc;

use crate::data;

const SIZE: Size = Size { columns: 200, rows: 50 };

/// The program with everything loaded.
fn loaded() -> App {
    let settings = AppSettings { zone: Zone::UTC, ..AppSettings::default() };
    let mut app = App::new(settings, SIZE, 0);
    let ticket = app
        .start()
        .into_iter()
        .find_map(
            |effect| if let Effect::Fetch { ticket, .. } = effect { Some(ticket) } else { None },
        )
        .expect("it loads");
    let arrived = data::pages().iter().map(|page| FetchEvent::PageArrived(Arc::clone(page)));
    for event in arrived.chain([FetchEvent::Finished(Box::<IngestStats>::default())]) {
        let mut effects = app.update(Event::Fetch(ticket, event), 0);
        while let Some(effect) = effects.pop() {
            if let Effect::Run(Task::SortSessions { ticket, keys }) = effect {
                let order = keys.sort();
                effects.extend(app.update(
                    Event::Fact(Fact::Answered(TaskAnswer::SessionsSorted(ticket, order))),
                    0,
                ));
            }
        }
    }
    app
}

fn press(app: &mut App, key: &str) {
    let chord = Chord::parse(key).expect("a key");
    // What a worker would do is not part of a frame.
    drop(app.update(Event::Pressed(chord), 0));
}

/// Measures.
pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("frame");
    let rect = Rect::new(0, 0, SIZE.columns, SIZE.rows);
    let theme = Theme::colour();
    group.bench_function("limit: an empty buffer of 200x50", |bench| {
        bench.iter(|| Buffer::empty(rect));
    });
    for (name, keys) in [
        ("a step in the list", ["j", "k"]),
        ("a line of the transcript", ["j", "k"]),
        ("to the end and back", ["G", "g"]),
        ("the next session", ["]", "["]),
    ] {
        let mut app = loaded();
        app.prepare();
        if name.contains("transcript") || name.contains("end") {
            press(&mut app, "enter");
        }
        group.bench_function(format!("ours: {name}"), |bench| {
            let mut turn = 0;
            bench.iter(|| {
                press(&mut app, keys[turn % 2]);
                turn += 1;
                app.prepare();
                let mut buffer = Buffer::empty(rect);
                view::draw(&app, &theme, &mut buffer);
                buffer
            });
        });
    }
    group.finish();
}
