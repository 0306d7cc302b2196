//! Reading: what is in the window, and what stays where it is.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::search;
use crate::store::{Limits, Packer, RowDraft, Store};
use crate::text::segments;
use crate::time::Zone;

const COLUMNS: u16 = 20;
const MINUTE: i64 = 60_000;

/// A store of one session; a role and a text for each message.
fn store(messages: &[(&str, String)]) -> Store {
    let mut packer = Packer::new(Limits::default());
    let mut store = Store::new();
    for (number, (role, text)) in (0..).zip(messages) {
        packer.text().push_str(text);
        let draft =
            RowDraft { session: "s", role, time: Some(number * MINUTE), ..RowDraft::default() };
        if let Some(page) = packer.commit(&draft) {
            store.append(Arc::new(page));
        }
    }
    if let Some(page) = packer.finish() {
        store.append(Arc::new(page));
    }
    store
}

fn thread(store: &Store) -> Thread<'_> {
    let session = SessionId(0);
    let prompt = store.session(session).and_then(|session| session.title);
    Thread { store, messages: store.messages_of(session), prompt, is_sorted: true }
}

fn reading(columns: u16) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.layout().set_style(style(columns));
    transcript.session = Some(SessionId(0));
    transcript
}

fn style(columns: u16) -> TranscriptStyle {
    TranscriptStyle {
        columns,
        measure: columns,
        wrap: Wrap::Text,
        source: SourceView::Hidden,
        zone: Zone::UTC,
    }
}

/// The window in words.
fn window(transcript: &Transcript) -> Vec<String> {
    let word = |line: &FrameLine| match line.kind() {
        LineKind::Day(day) => format!("-- {day}"),
        LineKind::Head => format!("[{}]", line.spot.index),
        LineKind::Text(range) => {
            line.block.text.as_str()[range.start as usize..range.end as usize].to_owned()
        }
        LineKind::Nothing(words) => (*words).to_owned(),
        LineKind::Turn(_) => {
            format!("> {} ({})", line.block.text.as_str(), line.block.messages)
        }
        LineKind::More(rest) => format!("{rest:?}"),
        LineKind::Gap => String::new(),
    };
    transcript.frame.iter().map(word).collect()
}

fn talk(count: usize) -> Store {
    let messages: Vec<_> = (0..count)
        .map(|number| {
            let role = if number % 2 == 0 { "user" } else { "assistant" };
            (role, format!("message {number} has some words"))
        })
        .collect();
    store(&messages)
}

#[test]
fn the_window_shows_days_heads_texts_and_gaps() {
    let store = talk(2);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread(&store), 20);
    assert_eq!(
        window(&transcript),
        [
            "-- 1970-01-01",
            "[0]",
            "message 0 has some",
            "words",
            "",
            "[1]",
            "message 1 has some",
            "words",
            ""
        ]
    );
}

#[test]
fn an_empty_message_says_so() {
    let store = store(&[("user", " \n ".to_owned())]);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread(&store), 9);
    assert_eq!(window(&transcript), ["-- 1970-01-01", "[0]", "(empty message)", ""]);
}

#[test]
fn scrolling_moves_the_window_and_at_the_end_the_cursor_goes_on_alone() {
    let store = talk(4);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 9);
    transcript.scroll(thread, 1, Direction::Down);
    transcript.prepare(thread, 9);
    assert_eq!(window(&transcript)[0], "[0]");
    transcript.scroll(thread, 100, Direction::Down);
    transcript.prepare(thread, 9);
    assert_eq!(window(&transcript).last().unwrap(), "");
    assert_eq!(transcript.cursor().index, 3);
    transcript.scroll(thread, 100, Direction::Up);
    transcript.prepare(thread, 9);
    assert_eq!(window(&transcript)[0], "-- 1970-01-01");
    assert_eq!(transcript.cursor().index, 0);
}

#[test]
fn the_wheel_moves_the_window_and_the_cursor_stays_within_it() {
    let store = talk(10);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 8);
    transcript.scroll_window(thread, 12, Direction::Down);
    let first = transcript.frame[0].spot;
    assert_eq!(transcript.cursor(), first);
}

#[test]
fn a_selected_message_is_in_the_window() {
    let store = talk(50);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 10);
    for index in [49, 3, 25, 24, 26] {
        transcript.select(thread, index);
        transcript.prepare(thread, 10);
        assert_eq!(transcript.cursor().index, index);
        assert!(window(&transcript).contains(&format!("[{index}]")), "{index}");
    }
}

#[test]
fn a_change_of_width_keeps_the_words_that_are_read() {
    let text = (0..200).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" ");
    let store = store(&[("user", text)]);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 6);
    transcript.scroll(thread, 20, Direction::Down);
    transcript.prepare(thread, 6);
    let word = window(&transcript)[0].split(' ').next().unwrap().to_owned();
    for columns in [7, 60, 33, COLUMNS] {
        let marks = transcript.marks(thread).unwrap();
        transcript.layout().set_style(style(columns));
        transcript.restore(thread, marks);
        transcript.prepare(thread, 6);
        assert!(window(&transcript)[0].contains(&word), "{columns}: {:?}", window(&transcript));
    }
}

#[test]
fn a_refresh_finds_the_message_again_under_its_new_number() {
    let old = talk(6);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread(&old), 10);
    transcript.select(thread(&old), 4);
    let marks = transcript.marks(thread(&old)).unwrap();
    // The same messages, with one more in front.
    let mut packer = Packer::new(Limits { first_rows: 1, rows: 1, text: 1 << 20 });
    let mut new = Store::new();
    for number in [-1, 0, 1, 2, 3, 4, 5_i64] {
        packer.text().extend(["message ", &number.to_string(), " has some words"]);
        let draft = RowDraft {
            session: "s",
            role: if number % 2 == 0 { "user" } else { "assistant" },
            time: Some(number * MINUTE),
            ..RowDraft::default()
        };
        new.append(Arc::new(packer.commit(&draft).unwrap()));
    }
    transcript.renumber(Some(SessionId(0)));
    transcript.restore(thread(&new), marks);
    transcript.prepare(thread(&new), 10);
    let selected = transcript.selected(thread(&new)).unwrap();
    assert_eq!(new.text(selected), "message 4 has some words");
}

#[test]
fn only_what_is_near_the_window_is_laid_out() {
    let store = talk(10_000);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 40);
    let opened = transcript.laid_out();
    assert!(opened <= 11, "{opened} blocks to open");
    transcript.go_last(thread);
    transcript.prepare(thread, 40);
    let jumped = transcript.laid_out() - opened;
    assert!(jumped <= 12, "{jumped} blocks to jump to the end");
    transcript.scroll(thread, 1, Direction::Up);
    transcript.prepare(thread, 40);
    let scrolled = transcript.laid_out() - opened - jumped;
    assert!(scrolled <= 2, "{scrolled} blocks to scroll a line");
}

#[test]
fn a_message_of_many_megabytes_opens_and_ends_at_the_cost_of_a_window() {
    let line = "word ".repeat(20_000) + "\n";
    let store = store(&[("user", line.repeat(100))]);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 40);
    transcript.toggle_fold(thread);
    transcript.prepare(thread, 40);
    transcript.go_last(thread);
    transcript.prepare(thread, 40);
    assert!(transcript.laid_out() <= 4, "{} blocks", transcript.laid_out());
    assert_eq!(transcript.frame.len(), 40);
}

#[test]
fn a_message_that_is_too_long_for_markdown_is_shown_as_it_is_written() {
    let line = |number: usize| format!("line *{number}*\n\n");
    let text = (0..9_000).map(line).collect::<String>();
    assert!(text.len() > segments::MARKDOWN_BYTES);
    let store = store(&[("assistant", text)]);
    let mut transcript = reading(60);
    transcript.prepare(thread(&store), 9);
    transcript.toggle_fold(thread(&store));
    let mut seen = 0;
    let mut shares = Vec::new();
    transcript.go_last(thread(&store));
    loop {
        transcript.prepare(thread(&store), 9);
        for line in &transcript.frame {
            assert!(line.block.lost_markdown && line.block.rich.is_none());
            let LineKind::Text(range) = line.kind() else { continue };
            let shown = &line.block.text.as_str()[range.start as usize..range.end as usize];
            seen += usize::from(shown.starts_with("line *") && shown.ends_with('*'));
        }
        let top = &transcript.frame[0];
        shares.push(top.block.above(top.spot.line));
        if transcript.is_at_start() || top.spot == LinePosition::START {
            break;
        }
        transcript.scroll_window(thread(&store), 9, Direction::Up);
    }
    assert!((9_000..9_020).contains(&seen), "each line once, {seen}");
    assert!(shares.is_sorted_by(|below, above| below >= above), "the thumb only goes up");
}

#[test]
fn a_message_up_to_the_limit_is_laid_out_as_markdown() {
    let text = "*word* ".repeat(segments::MARKDOWN_BYTES / 7);
    let store = store(&[("assistant", text)]);
    let mut transcript = reading(60);
    transcript.prepare(thread(&store), 9);
    let line = &transcript.frame[2];
    assert!(!line.block.lost_markdown && line.block.rich.is_some() && line.block.is_long);
}

/// A message of more lines than bytes on each of them: what is above the last one is all but that.
#[test]
fn at_the_end_of_a_long_message_all_of_it_is_above() {
    for text in ["a\n".repeat(12_288), "some words of a line\n".repeat(2_000)] {
        let store = store(&[("assistant", text)]);
        let mut transcript = reading(60);
        transcript.prepare(thread(&store), 9);
        transcript.toggle_fold(thread(&store));
        transcript.go_last(thread(&store));
        transcript.prepare(thread(&store), 9);
        let last = transcript.frame.last().unwrap();
        let above = last.block.above(last.spot.line + 1);
        assert!(above + 64 > Block::SHARES, "{above} of {}", Block::SHARES);
    }
}

#[test]
fn a_long_message_shows_its_first_lines_until_it_is_opened() {
    let line = |number: usize| format!("line {number}\n");
    let store = store(&[("user", (0..70).map(line).collect()), ("user", "and?".to_owned())]);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 20);
    let shown = window(&transcript);
    assert_eq!(shown[12..18], ["line 10", "line 11", "Lines(58)", "", "[1]", "and?"]);
    transcript.scroll(thread, 14, Direction::Down);
    transcript.prepare(thread, 20);
    assert_eq!(transcript.toggle_fold(thread), Some(FoldChange::MessageOpened));
    transcript.prepare(thread, 20);
    let at = transcript.cursor();
    let row = transcript.frame.iter().position(|line| line.spot == at).unwrap();
    assert_eq!(window(&transcript)[row], "line 12", "the first line that was not shown");
    transcript.go_last(thread);
    transcript.prepare(thread, 20);
    transcript.scroll(thread, 5, Direction::Up);
    assert_eq!(transcript.toggle_fold(thread), Some(FoldChange::Message));
    transcript.prepare(thread, 20);
    assert_eq!((transcript.cursor().index, window(&transcript)[1].as_str()), (0, "[0]"));
}

#[test]
fn what_is_read_stays_open_when_another_width_makes_it_long() {
    let text = "words of some length ".repeat(40);
    let store = store(&[("user", text)]);
    let thread = thread(&store);
    let mut transcript = reading(60);
    transcript.prepare(thread, 10);
    transcript.scroll(thread, 12, Direction::Down);
    transcript.prepare(thread, 10);
    let marks = transcript.marks(thread).unwrap();
    transcript.layout().set_style(style(10));
    transcript.restore(thread, marks);
    transcript.prepare(thread, 10);
    assert!(transcript.cursor().line > 60, "{:?}", transcript.cursor());
    let mut other = reading(10);
    other.prepare(thread, 20);
    assert!(window(&other).iter().any(|line| line.starts_with("Lines(")), "{:?}", window(&other));
}

#[test]
fn a_folded_turn_is_one_line_and_opens_where_it_was_left() {
    let store = talk(8);
    let thread = thread(&store);
    let mut transcript = reading(COLUMNS);
    transcript.prepare(thread, 30);
    transcript.select(thread, 3);
    transcript.prepare(thread, 30);
    assert_eq!(transcript.toggle_turn(thread), Some(FoldChange::Turn));
    transcript.prepare(thread, 30);
    assert_eq!(window(&transcript)[9..11], ["> message 2 has some words (2)", "[4]"]);
    assert_eq!(transcript.cursor().index, 2);
    assert_eq!(transcript.neighbour(thread, Direction::Down), Some(4));
    assert_eq!(transcript.neighbour(thread, Direction::Up), Some(1));
    transcript.select(thread, 3);
    assert_eq!(transcript.cursor().index, 2, "a message of a folded turn is where the turn is");
    transcript.toggle_fold(thread);
    transcript.prepare(thread, 30);
    assert_eq!(transcript.cursor().index, 3);
    assert!(window(&transcript).iter().all(|line| !line.starts_with('>')));
}

#[test]
fn a_folded_session_is_its_questions() {
    let store = talk(8);
    let thread = thread(&store);
    let mut transcript = reading(40);
    transcript.prepare(thread, 30);
    transcript.go_last(thread);
    assert_eq!(transcript.fold_all(thread), Some(FoldChange::Everything));
    transcript.prepare(thread, 30);
    let questions = [0, 2, 4, 6].map(|at| format!("> message {at} has some words (2)"));
    assert_eq!(window(&transcript)[1..], questions);
    assert_eq!(transcript.cursor().index, 6);
    transcript.scroll(thread, 2, Direction::Up);
    assert_eq!(transcript.cursor().index, 2);
    // One is read.
    transcript.toggle_fold(thread);
    transcript.prepare(thread, 30);
    assert_eq!(window(&transcript)[2..4], ["[2]", "message 2 has some words"]);
    assert_eq!(transcript.unfold_all(thread), Some(FoldChange::TurnsOpened));
    assert_eq!(transcript.unfold_all(thread), Some(FoldChange::EverythingOpened));
}

#[test]
fn a_session_without_questions_folds_to_parts_that_are_the_same_from_both_sides() {
    let store = store(&vec![("assistant", "x".to_owned()); 10_000]);
    let thread = thread(&store);
    let turns: Vec<_> =
        (0..10_000).filter_map(|at| thread.turn(at)).map(|turn| turn.shown).collect();
    for (at, turn) in turns.iter().enumerate() {
        assert!(turn.contains(&at) && turn.len() <= 8_192, "{at}: {turn:?}");
        assert_eq!(turns[turn.start], *turn, "{at}");
        assert_eq!(turns[turn.end - 1], *turn, "{at}");
    }
    let mut starts: Vec<_> = turns.iter().map(|turn| turn.start).collect();
    starts.dedup();
    assert_eq!(starts, [0, 4_096, 8_192]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]
    #[test]
    fn turns_part_a_session_however_questions_are_spread(
        questions in prop::collection::vec(0usize..14_000, 0..12),
    ) {
        let role = |at| if questions.contains(&at) { "user" } else { "assistant" };
        let all: Vec<_> = (0..14_000).map(|at| (role(at), String::new())).collect();
        let store = store(&all);
        let thread = thread(&store);
        let mut next = 0;
        while next < all.len() {
            let turn = thread.turn(next).unwrap().shown;
            prop_assert_eq!(turn.start, next);
            for at in [turn.start, usize::midpoint(turn.start, turn.end), turn.end - 1] {
                prop_assert_eq!(thread.turn(at).unwrap().shown, turn.clone());
            }
            let asked = turn.clone().skip(1).find(|at| questions.contains(at));
            prop_assert_eq!(asked, None, "a question begins a turn");
            next = turn.end;
        }
    }
}

#[test]
fn a_reply_hangs_from_its_question_and_tells_its_delay() {
    let store = store(&[
        ("system", "rules".to_owned()),
        ("user", "why".to_owned()),
        ("assistant", "so".to_owned()),
        ("tool", "42".to_owned()),
        ("user", "ok".to_owned()),
    ]);
    let thread = thread(&store);
    let replies: Vec<_> = (0..5).map(|index| thread.is_reply(index)).collect();
    assert_eq!(replies, [false, false, true, true, false]);
    let delays: Vec<_> = (0..5).map(|index| thread.delay(index)).collect();
    assert_eq!(delays, [None, None, Some(MINUTE), Some(2 * MINUTE), None]);
    assert!(thread.goes_on(1) && thread.goes_on(2) && !thread.goes_on(3));
}

#[test]
fn matches_are_marked_in_the_cleaned_text() {
    let store = store(&[("user", "a\u{200b}bc and ABC".to_owned())]);
    let query = crate::query::parse("abc").unwrap().unwrap();
    let matcher = Arc::new(search::compile(&query, Zone::UTC, 0).unwrap());
    let mut transcript = reading(COLUMNS);
    transcript.layout().set_matcher(Some(&matcher));
    transcript.prepare(thread(&store), 9);
    assert_eq!(transcript.frame[0].block.text.as_str(), "abc and ABC");
    assert_eq!(transcript.frame[0].block.hits, [0..3, 8..11]);
}
