//! The dialog of an export, what it asks for, and how far it is.

use std::sync::Arc;

use sfchat_tui::app::chord::Chord;
use sfchat_tui::app::effect::Effect;
use sfchat_tui::app::event::{Event, MouseEvent};
use sfchat_tui::app::layer::Layer;
use sfchat_tui::export::{Chosen, ExportJob, Format};
use sfchat_tui::io::export;
use sfchat_tui::port::ExportTicket;
use sfchat_tui::port::Severity;
use sfchat_tui::port::{Fact, TaskAnswer};

use crate::desk::{Desk, USUAL, WIDE, screen};

/// The export that was asked for last.
fn asked(desk: &Desk) -> (ExportTicket, &str, &ExportJob) {
    match desk.left.last() {
        Some(Effect::Export { ticket, name, job, .. }) => (*ticket, name, job),
        other => panic!("no export was asked for: {other:?}"),
    }
}

/// Whether an export was asked for.
fn has_asked(desk: &Desk) -> bool {
    desk.left.iter().any(|effect| matches!(effect, Effect::Export { .. }))
}

#[test]
fn the_dialog_shows_what_how_many_and_how_it_begins() {
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "e");
    assert!(view.contains("‹ this session ›  6 messages, 1 session"), "{view}");
    assert!(view.contains("### user · bob · 2026-09-30 14:30:00"), "{view}");
    let view = screen(&mut desk, "right");
    assert!(view.contains("everything in this scope ›  14 messages, 4 sessions"), "{view}");
    let view = screen(&mut desk, "n");
    assert!(view.contains("NDJSON"), "{view}");
    assert!(view.contains("{\"sessionId\":\"chat-2\",\"userId\":\"bob\""), "{view}");
    let view = screen(&mut desk, "down down space");
    assert!(view.contains("pseudonyms") && view.contains("best effort"), "{view}");
    assert!(!view.contains("\"userId\":\"bob\""), "{view}");
    desk.keys("enter");
    let (_, name, job) = asked(&desk);
    assert_eq!((name, job.format, job.pseudonymize), ("Biology", Format::Ndjson, true));
    // In the order of the list: chat-2 was active last.
    let job = ExportJob { pseudonymize: false, ..job.clone() };
    let written = export::text(&job);
    assert_eq!(written.lines().count(), 14);
    assert!(written.lines().take(6).all(|line| line.contains("\"chat-2\"")), "{written}");
}

#[test]
fn the_keys_that_move_elsewhere_move_in_the_dialog_and_change_no_form() {
    let mut desk = Desk::loaded(USUAL);
    let view = screen(&mut desk, "e j j");
    assert!(view.contains("▌ids") && view.contains("Markdown"), "{view}");
    let hints = "j k row  h l change  Enter write  Esc cancel  ? help";
    assert!(view.contains(hints), "{view}");
    let view = screen(&mut desk, "l k");
    assert!(view.contains("pseudonyms") && view.contains("‹ Markdown ›"), "{view}");
    assert!(screen(&mut desk, "l").contains("‹ HTML ›"));
    assert!(screen(&mut desk, "h").contains("‹ Markdown ›"));
    // A capital letter is a form, also where the small one moves.
    assert!(screen(&mut desk, "J").contains("‹ JSON ›"));
    assert!(screen(&mut desk, "H").contains("‹ HTML ›"));
    assert!(screen(&mut desk, "M").contains("‹ Markdown ›"));
    let view = screen(&mut desk, "k enter");
    assert!(!view.contains("so it begins"), "{view}");
    let (_, _, job) = asked(&desk);
    assert_eq!((job.format, job.pseudonymize), (Format::Markdown, true));
}

#[test]
fn the_help_has_the_keys_of_the_dialog_and_leads_back_to_it_as_it_was() {
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "e t j j l ?");
    assert!(view.contains("Take the form that begins with this letter"), "{view}");
    assert!(!view.contains("so it begins"), "{view}");
    let view = screen(&mut desk, "esc");
    assert!(view.contains("Text") && view.contains("‹ pseudonyms ›"), "{view}");
    assert!(view.contains("### user · student-"), "the preview is there again: {view}");
    let view = screen(&mut desk, "esc ?");
    assert!(!view.contains("Take the form that begins with this letter"), "{view}");
}

#[test]
fn the_preview_is_how_the_file_will_begin() {
    for keys in ["", "f role:assistant enter", "f role:assistant enter o", "O"] {
        let mut desk = Desk::loaded(WIDE);
        desk.keys(keys);
        let mut seen = Vec::new();
        // Every scope that is offered, in each form.
        for scope in 0..4 {
            for form in ["m", "H", "t", "J", "n", "c", "t t"] {
                let right = "right ".repeat(scope);
                desk.keys(&format!("e {right} {form}"));
                let Some(Layer::Export(dialog)) = desk.app.layer() else { panic!("{keys}") };
                let lines = dialog.preview.clone().unwrap();
                desk.keys("enter");
                let (ticket, _, job) = asked(&desk);
                let whole = export::text(job);
                let from = whole.find("<main>").unwrap_or(0);
                let begins = whole[from..].lines().filter(|line| !line.is_empty());
                let begins: Vec<&str> = begins.take(lines.len()).collect();
                // The list of JSON is closed where that of the preview goes on.
                let plain = |line: &str| line.trim_end_matches(',').to_owned();
                let [lines, begins] = [
                    lines.iter().map(|line| plain(line)).collect::<Vec<_>>(),
                    begins.into_iter().map(plain).collect(),
                ];
                assert!(!lines.is_empty(), "{keys}: {scope}: {form}");
                assert_eq!(lines, begins, "{keys}: {scope}: {form}");
                seen.extend(lines);
                desk.tell(Fact::Exported(ticket, Severity::Info, String::new()));
            }
        }
        for wanted in ["## session chat", "session chat", "<h2>"] {
            assert!(
                seen.iter().any(|line| line.starts_with(wanted)),
                "{keys}: {wanted}: {seen:#?}"
            );
        }
    }
}

#[test]
fn what_the_filter_leaves_is_offered_when_there_is_a_filter() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("f role:assistant enter");
    let view = screen(&mut desk, "e right");
    assert!(view.contains("what the filter leaves ›  5 messages, 3 sessions"), "{view}");
    desk.keys("c enter");
    let (_, name, job) = asked(&desk);
    assert_eq!((name, job.format), ("result-Biology", Format::Csv));
    assert!(matches!(job.chosen, Chosen::Found(..)), "{:?}", job.chosen);
    assert_eq!(export::text(job).matches(",assistant,").count(), 5);
    desk.tell(Fact::Exported(asked(&desk).0, Severity::Info, "done".to_owned()));
    // The session is what is seen of it.
    desk.keys("e n enter");
    assert_eq!(export::text(asked(&desk).2).lines().count(), 2);
}

#[test]
fn whether_the_messages_that_the_filter_hides_go_along_is_said() {
    let aside = |desk: &Desk| match desk.left.last() {
        Some(Effect::Export { aside, .. }) => aside.clone(),
        other => panic!("no export was asked for: {other:?}"),
    };
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "e");
    assert!(!view.contains("the filter hides"), "{view}");
    desk.keys("esc f role:assistant enter");
    let view = screen(&mut desk, "e");
    assert!(view.contains("It has 2 messages, without the 4 that the filter hides."), "{view}");
    let view = screen(&mut desk, "right");
    assert!(!view.contains("the filter hides"), "its name says it: {view}");
    let view = screen(&mut desk, "right");
    assert!(view.contains("It has 14 messages, 9 of them hidden by the filter."), "{view}");
    let view = screen(&mut desk, "down down right");
    assert!(view.contains("9 of them") && view.contains("best effort"), "{view}");
    desk.keys("enter");
    assert_eq!(aside(&desk).as_deref(), Some("with the 9 hidden ones"));
    desk.tell(Fact::Exported(asked(&desk).0, Severity::Info, "done".to_owned()));
    desk.keys("e enter");
    assert_eq!(aside(&desk).as_deref(), Some("without the 4 hidden ones"));
}

#[test]
fn everything_has_the_order_of_the_list_whatever_the_filter_hides() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e right enter");
    let whole = export::text(asked(&desk).2);
    desk.tell(Fact::Exported(asked(&desk).0, Severity::Info, "done".to_owned()));
    let view = screen(&mut desk, "f user:alice enter e right right");
    assert!(view.contains("everything in this scope"), "{view}");
    desk.keys("enter");
    assert_eq!(export::text(asked(&desk).2), whole);
}

#[test]
fn where_the_filter_leaves_nothing_what_it_hides_is_not_offered() {
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "f zzzzz enter e");
    assert!(view.contains("the filter leaves nothing to export; F clears it"), "{view}");
    desk.keys("enter");
    assert!(!desk.left.iter().any(|effect| matches!(effect, Effect::Export { .. })));
}

#[test]
fn the_options_are_kept_for_the_next_export() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e t down down down right enter");
    let (ticket, _, job) = asked(&desk);
    assert!(job.raw && job.format == Format::Text);
    desk.tell(Fact::Exported(ticket, Severity::Info, "done".to_owned()));
    assert_eq!(desk.said(), "done");
    let view = screen(&mut desk, "e");
    assert!(view.contains("as they were sent"), "{view}");
    // A form that has no raw texts is not raw.
    desk.keys("J enter");
    assert!(!asked(&desk).2.raw);
}

#[test]
fn the_bar_shows_how_far_it_is_and_esc_stops_it() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e enter");
    let (ticket, ..) = asked(&desk);
    desk.tell(Fact::ExportProgressed(ticket, 3));
    assert!(desk.screen().contains("3 of 6 messages  Esc stops it"), "{}", desk.screen());
    desk.tell(Fact::ExportProgressed(ExportTicket(0), 5));
    assert!(desk.screen().contains("3 of 6 messages"), "an older one says nothing");
    desk.keys("e enter");
    assert!(desk.said().starts_with("one export at a time"), "{}", desk.said());
    desk.keys("esc");
    assert!(matches!(desk.left.last(), Some(Effect::StopExport(stopped)) if *stopped == ticket));
    assert!(desk.screen().contains("stopping"), "{}", desk.screen());
    let gone = "the export was stopped; no file is left of it".to_owned();
    desk.tell(Fact::Exported(ticket, Severity::Info, gone.clone()));
    assert_eq!(desk.said(), gone);
    assert!(!desk.screen().contains("exporting"), "{}", desk.screen());
}

#[test]
fn a_preview_of_what_was_chosen_before_is_not_shown() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e");
    desk.tell(Fact::Answered(TaskAnswer::ExportPreviewed(ExportTicket(0), vec!["old".to_owned()])));
    assert!(!desk.screen().contains("│old"), "{}", desk.screen());
}

#[test]
fn what_is_hidden_is_hidden_in_the_dialog_too() {
    let mut desk = Desk::loaded(WIDE);
    let view = screen(&mut desk, "P e");
    assert!(view.contains("Hidden.") && !view.contains("osmosis"), "{view}");
}

#[test]
fn nothing_to_export_is_said() {
    let mut desk = Desk::with(WIDE, &[]);
    desk.keys("e");
    assert_eq!(desk.said(), "there is nothing to export");
    assert!(!has_asked(&desk), "{:?}", desk.left);
}

#[test]
fn the_mouse_chooses_a_row_and_then_its_next_value() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e");
    let text = desk.screen();
    let row = text.lines().position(|line| line.contains("form  ")).unwrap();
    // The first line of a drawn screen is its size.
    let y = u16::try_from(row).unwrap() - u16::from(text.starts_with("120x40"));
    desk.mouse(MouseEvent::Pressed(40, y));
    assert!(desk.screen().contains("‹ Markdown ›"), "{}", desk.screen());
    desk.mouse(MouseEvent::Pressed(40, y));
    assert!(desk.screen().contains("‹ HTML ›"), "{}", desk.screen());
    desk.mouse(MouseEvent::Pressed(0, 0));
    assert!(!desk.screen().contains("so it begins"), "{}", desk.screen());
    assert!(!has_asked(&desk), "{:?}", desk.left);
}

#[test]
fn every_message_of_a_session_out_of_order_is_exported_in_order() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e right n");
    desk.tell(Event::Pressed(Chord::parse("enter").unwrap()));
    let (_, _, job) = asked(&desk);
    let mut reversed = job.clone();
    reversed.chosen = Chosen::Everything;
    let lines = |job: &ExportJob| {
        let mut lines: Vec<_> = export::text(job).lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(job), lines(&reversed));
    assert!(Arc::strong_count(&job.pages[0]) > 1, "pages are shared, not copied");
}

#[test]
fn an_action_from_the_help_over_the_dialog_closes_the_dialog() {
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e ? 2");
    assert!(desk.app.layer().is_none(), "the dialog was about another scope");
    assert_eq!(desk.app.current(), 1);
    let mut desk = Desk::loaded(WIDE);
    desk.keys("e ? e");
    assert!(desk.screen().contains("### "), "the preview is the new dialog's");
    desk.keys("esc");
    assert!(desk.app.layer().is_none());
}
