//! `search QUERY`: the messages that match, as rows or, for people, as the lines that match.

mod head;

use std::cmp::Reverse;
use std::io::Write;
use std::ops::Range;

use super::browse::now;
use super::command_error::CommandError;
use super::load::{self, Loaded};
use super::messages::{ALL, Messages, columns};
use super::output::{Output, OutputStyle};
use super::paint::paint;
use super::progress::ProgressLine;
use super::rows::{Rows, no_room_for};
use crate::cli::{MessageKey, Read, RowFormat, Search, Sort};
use crate::io::key::Environment;
use crate::message::{Flags, MsgRef};
use crate::search::CompiledQuery;
use crate::search::Hits;
use crate::text::{
    Clean, clean_line, clean_line_within, clean_text, cut, ellipsis, ellipsis_within, width,
};
use crate::time::{Zone, date_and_clock};
use crate::view::StyleClass;
use head::{Head, ROLE, TIME};

/// The exit status when nothing matches, as that of grep.
const NOTHING: u8 = 1;
/// Characters of a line around its first match that a terminal shows at most; the same of a name.
const LINE: usize = 2000;
/// Columns before the first match that stay in sight where a line is cut.
const BEFORE: usize = 20;
/// What is said where a capital letter may be the reason that nothing matches.
const NONE_IN_THIS_CASE: &str = "no message matches; a capital letter makes a word case-sensitive";

/// Prints them; the exit status.
pub(super) fn run(
    read: &Read,
    asked: &Search,
    environment: Environment<'_>,
) -> Result<u8, CommandError> {
    let setup = &read.setup;
    let mut queries = vec![asked.wanted.as_str()];
    queries.extend(setup.query.as_deref());
    let Some(matcher) = load::question(setup, &queries)? else {
        return Err(CommandError::usage("the query is empty; `export` prints every message"));
    };
    let mut out = Output::open(read.output.as_ref())?;
    let look = OutputStyle::of(read, environment);
    let form = asked.format.unwrap_or(look.row_format());
    let loaded = load::load(setup, environment)?;
    let hits = loaded.find(Some(&matcher)).unwrap_or_default();
    let messages = Messages::new(&loaded.store, Some(&matcher));
    let order = ordered(&loaded, &hits, &messages, asked.sort);
    let limit = if asked.limit == 0 { usize::MAX } else { asked.limit };
    let order = order.iter().take(limit);
    let zone = setup.config.time_zone;
    let left_out = if form == RowFormat::Table && asked.fields.is_empty() {
        let head = Head::of(&messages, order.clone(), look.columns);
        let mut lines = Lines { messages: &messages, zone, look: &look, head, asked, begun: false };
        for &at in order {
            lines.message(at, &mut out)?;
        }
        lines.head.left_out()
    } else {
        let fields = if asked.fields.is_empty() { &ALL[..] } else { &asked.fields };
        let style = (look.columns, look.theme, zone);
        let mut rows = Rows::begin(form, columns(fields), style, &mut out)?;
        for &at in order {
            rows.row(&messages.cells(at, fields), &mut out)?;
        }
        rows.finish(&mut out)?
    };
    let failed = loaded.status();
    out.finish_as(failed)?;
    let mut progress = ProgressLine::new();
    if look.is_terminal && hits.is_empty() {
        // A person who sees nothing has to know that this is the answer.
        let zone = setup.config.time_zone;
        let read = |query: &&str| CompiledQuery::new(query, zone, now()).ok().flatten();
        let minds_case = queries.iter().filter_map(read).any(|one| one.minds_case());
        progress.note(if minds_case { NONE_IN_THIS_CASE } else { "no message matches" });
    }
    // Of nothing nothing is left out.
    if !left_out.is_empty() && !hits.is_empty() {
        progress.note(&no_room_for(&left_out));
    }
    if let Some(hint) = like_an_option(&asked.wanted) {
        progress.aside(&hint);
    }
    let status = if failed == 0 && hits.is_empty() { NOTHING } else { failed };
    // The end of the process gives back a million messages at once.
    std::mem::forget(loaded);
    Ok(status)
}

/// What to say of a query that looks like an option, as grep has them: it leaves nearly everything.
fn like_an_option(wanted: &str) -> Option<String> {
    let word = wanted.trim().strip_prefix('-')?;
    let is_short = matches!(word.chars().count(), 1 | 2) && word.chars().all(char::is_alphanumeric);
    is_short
        .then(|| format!("-{word} means: without the word {word}; see `sfchat-tui search --help`"))
}

/// The hits in the order that was asked for; equal ones as the transcript has them.
fn ordered(
    loaded: &Loaded,
    hits: &Hits,
    messages: &Messages<'_>,
    sort: Sort<MessageKey>,
) -> Vec<MsgRef> {
    let mut order = hits.refs().to_vec();
    let row = |at: &MsgRef| messages.at(*at).map(|(_, row)| row);
    match sort.key {
        MessageKey::Session => {}
        MessageKey::Time => order.sort_by_key(|at| {
            let row = row(at);
            (row.is_none_or(|row| row.flags.has(Flags::NO_TIME)), row.map(|row| row.time))
        }),
        MessageKey::User => order.sort_by_cached_key(|at| {
            let user = row(at).and_then(|row| messages.names().user(row));
            (user.is_none(), user.map(str::to_owned))
        }),
        MessageKey::Role => {
            order.sort_by_cached_key(|at| row(at).map(|row| messages.names().role(row).to_owned()));
        }
        MessageKey::Length => {
            order.sort_by_cached_key(|at| Reverse(loaded.store.text(*at).chars().count()));
        }
    }
    if sort.reversed {
        order.reverse();
    }
    order
}

/// The lines that match, as grep prints them.
struct Lines<'a> {
    messages: &'a Messages<'a>,
    zone: Zone,
    look: &'a OutputStyle,
    head: Head,
    asked: &'a Search,
    begun: bool,
}

impl Lines<'_> {
    fn message(&mut self, at: MsgRef, out: &mut impl Write) -> std::io::Result<()> {
        let Some((page, row)) = self.messages.at(at) else { return Ok(()) };
        let text = page.text_of(row);
        let places = self.messages.places(text);
        let head = self.head(row);
        let context = self.asked.context;
        let mut last: Option<usize> = None;
        let lines = lines_of(text);
        for (number, line, is_match) in chosen(&lines, &places, context) {
            let is_next = last.is_some_and(|last| last + 1 == number);
            if context > 0 && !is_next && std::mem::replace(&mut self.begun, true) {
                writeln!(out, "--")?;
            }
            last = Some(number);
            self.line(&head, text, line, (is_match, &places), out)?;
        }
        Ok(())
    }

    /// Session, time and role; the same on each line, so that another program can split it.
    fn head(&self, row: &crate::store::Row) -> Vec<(String, StyleClass)> {
        let names = self.messages.names();
        let padded = |clean: Clean<'_>, columns: usize| {
            let blanks = columns.saturating_sub(width(clean.as_str()));
            clean.as_str().to_owned() + &" ".repeat(blanks)
        };
        // What goes elsewhere than to a terminal is not cut.
        let room = self.look.columns;
        let session = session_of(self.messages, row, room);
        let id = match self.head.most_id {
            Some(most) => ellipsis_within(&session, most),
            None => session,
        };
        let mut head = vec![(padded(id, self.head.id), StyleClass::Quiet)];
        if self.head.has_time {
            let time = if row.flags.has(Flags::NO_TIME) {
                "time?".to_owned()
            } else {
                date_and_clock(row.time, self.zone)
            };
            head.push((padded(clean_line(&time), TIME), StyleClass::Quiet));
        }
        if self.head.has_role {
            let role = on_a_line(names.role(row), room);
            let role = if role.is_empty() { Clean::fixed("role?") } else { role };
            let role = if room.is_some() { ellipsis(&role, ROLE) } else { role };
            head.push((padded(role, ROLE), StyleClass::role(row.role)));
        }
        head
    }

    fn line(
        &self,
        head: &[(String, StyleClass)],
        text: &str,
        line: Range<usize>,
        (is_match, places): (bool, &[Range<usize>]),
        out: &mut impl Write,
    ) -> std::io::Result<()> {
        let theme = self.look.theme.as_ref();
        let style = |ink| theme.map(|theme| theme.ink(ink));
        let mut painted = String::new();
        let mut used = 0;
        for (words, ink) in head {
            paint(words, style(*ink), &mut painted);
            painted.push_str("  ");
            used += width(words) + 2;
        }
        let room = self.look.columns.map(|columns| columns.saturating_sub(used));
        let first = places.iter().find(|place| place.start < line.end && place.end > line.start);
        let from = first.map_or(line.start, |place| place.start.max(line.start));
        let window = window(text, &line, from, room);
        let cut_before = window.start > line.start;
        if cut_before {
            paint("…", style(StyleClass::Quiet), &mut painted);
        }
        let mut parts = Vec::new();
        let ink = if is_match { StyleClass::Text } else { StyleClass::Quiet };
        let mut at = window.start;
        for place in places.iter().filter(|_| is_match) {
            let (from, to) = (place.start.max(at), place.end.min(window.end));
            if from < to {
                parts.push((shown(text.get(at..from)), ink));
                parts.push((shown(text.get(from..to)), StyleClass::Matched));
                at = to;
            }
        }
        parts.push((shown(text.get(at..window.end)), ink));
        let room = room.map(|room| room.saturating_sub(usize::from(cut_before)));
        let is_cut = fit(&mut parts, room, window.end < line.end);
        for (words, ink) in &parts {
            paint(words, style(*ink), &mut painted);
        }
        if is_cut {
            paint("…", style(StyleClass::Quiet), &mut painted);
        }
        writeln!(out, "{}", painted.trim_end())
    }
}

/// The session's id as it is shown.
fn session_of<'m>(
    messages: &'m Messages<'_>,
    row: &crate::store::Row,
    room: Option<usize>,
) -> Clean<'m> {
    on_a_line(messages.names().session(row).unwrap_or("(no session)"), room)
}

/// A name on one line; for a terminal no more of it than one could have room for.
fn on_a_line(name: &str, room: Option<usize>) -> Clean<'_> {
    if room.is_some() { clean_line_within(name, LINE) } else { clean_line(name) }
}

/// A part of a line as it is shown. The blanks at its ends stand between two words of the line.
fn shown(text: Option<&str>) -> String {
    clean_text(text.unwrap_or_default()).as_str().replace('\n', " ")
}

/// Cuts the parts of a line to so many columns, with one for an ellipsis where something is left out
/// (`has_more`: behind them, too). Whether one is wanted. There are no other dots before it.
fn fit(parts: &mut Vec<(String, StyleClass)>, room: Option<usize>, has_more: bool) -> bool {
    let columns: usize = parts.iter().map(|(words, _)| width(words)).sum();
    if room.is_none_or(|room| columns + usize::from(has_more) <= room) {
        return has_more;
    }
    let mut left = room.unwrap_or(0).saturating_sub(1);
    for (words, _) in parts.iter_mut() {
        let (kept, columns) = cut(words, left);
        let kept = kept.len();
        // Nothing stands behind a part that was cut.
        left = if kept == words.len() { left.saturating_sub(columns) } else { 0 };
        words.truncate(kept);
    }
    while let Some((words, _)) = parts.last_mut() {
        words.truncate(words.trim_end_matches([' ', '.', '…']).len());
        if !words.is_empty() {
            break;
        }
        parts.pop();
    }
    true
}

/// Where the lines of a text are, without their ends.
fn lines_of(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let end = from + line.trim_end_matches(['\n', '\r']).len();
        lines.push(from..end);
        from += line.len();
    }
    if lines.is_empty() {
        lines.push(0..0);
    }
    lines
}

/// The lines to print: those with a match and so many around each; of a message whose text is not
/// what matched, its first line with words. Each with its number and whether it matches.
fn chosen(
    lines: &[Range<usize>],
    places: &[Range<usize>],
    context: usize,
) -> Vec<(usize, Range<usize>, bool)> {
    let mut matching = vec![false; lines.len()];
    for place in places {
        let first = lines.partition_point(|line| line.end < place.start);
        for (line, is_match) in lines.iter().zip(&mut matching).skip(first) {
            if line.start >= place.end.max(place.start + 1) {
                break;
            }
            *is_match = true;
        }
    }
    if places.is_empty()
        && let Some(first) = lines.iter().position(|line| !line.is_empty()).or(Some(0))
        && let Some(is_match) = matching.get_mut(first)
    {
        *is_match = true;
    }
    let mut near = matching.clone();
    let mut until = 0;
    for number in (0..matching.len()).filter(|&number| matching.get(number) == Some(&true)) {
        let from = number.saturating_sub(context).max(until);
        until = number.saturating_add(context).saturating_add(1).min(matching.len());
        near.get_mut(from..until).unwrap_or_default().fill(true);
    }
    let all = lines.iter().zip(matching.iter().zip(near)).enumerate();
    all.filter(|(_, (_, (_, near)))| *near)
        .map(|(number, (line, (is_match, _)))| (number, line.clone(), *is_match))
        .collect()
}

/// The part of a line that is shown: its first match is in sight, and no more of a giant line than
/// a screen could have. What goes elsewhere is whole.
fn window(text: &str, line: &Range<usize>, first: usize, room: Option<usize>) -> Range<usize> {
    let Some(room) = room else { return line.clone() };
    let before = text.get(line.start..first).unwrap_or_default();
    let in_sight = BEFORE.min(room / 3);
    let start = if before.len() <= LINE && width(clean_line(before).as_str()) + in_sight <= room {
        line.start
    } else {
        let mut cells = 0;
        let characters = before.char_indices().rev().take_while(|(at, c)| {
            cells += width(before.get(*at..at + c.len_utf8()).unwrap_or_default());
            cells <= in_sight
        });
        let (at, _) = characters.last().unwrap_or((before.len(), ' '));
        line.start + at + word_begins(before.get(at..).unwrap_or_default())
    };
    let rest = text.get(start..line.end).unwrap_or_default();
    let end = rest.char_indices().nth(LINE).map_or(line.end, |(at, _)| start + at);
    start..end
}

/// Where the first whole word of the rest of a line begins; at its start where it has but one.
fn word_begins(rest: &str) -> usize {
    let Some(blank) = rest.find(char::is_whitespace) else { return 0 };
    let words = rest.get(blank..).unwrap_or_default();
    let between = |c: char| c.is_whitespace() || matches!(c, '.' | '…');
    rest.len() - words.trim_start_matches(between).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_of_a_line_is_one_ellipsis_whatever_stands_before_it() {
        let fitted = |parts: &[&str], room, has_more| {
            let mut parts: Vec<_> =
                parts.iter().map(|&part| (part.to_owned(), StyleClass::Text)).collect();
            let is_cut = fit(&mut parts, room, has_more);
            let words: String = parts.iter().map(|(words, _)| words.as_str()).collect();
            words + if is_cut { "…" } else { "" }
        };
        assert_eq!(fitted(&["one ", "two"], Some(7), false), "one two");
        assert_eq!(fitted(&["one ", "two"], Some(7), true), "one tw…");
        assert_eq!(fitted(&["one ", "two", " three"], Some(7), false), "one tw…");
        assert_eq!(fitted(&["one.. ", "two"], Some(7), false), "one…");
        assert_eq!(fitted(&["one…", " two"], Some(5), false), "one…");
        assert_eq!(fitted(&["漢字", "x"], Some(4), false), "漢…");
        assert_eq!(fitted(&["any length", "."], None, true), "any length.…");
        assert_eq!(fitted(&["x"], Some(0), false), "…");
    }

    #[test]
    fn a_short_word_that_is_not_wanted_looks_like_an_option() {
        for wanted in ["-n", " -i ", "-rn", "-n1"] {
            assert!(like_an_option(wanted).is_some(), "{wanted}");
        }
        for wanted in ["n", "-the", "-n x", "--", "-", "-\u{1b}", "-*"] {
            assert_eq!(like_an_option(wanted), None, "{wanted}");
        }
    }

    #[test]
    fn a_line_that_is_cut_before_its_match_begins_with_a_whole_word() {
        assert_eq!(word_begins("bers p, q and the "), 5);
        assert_eq!(word_begins("end. ... Then "), 9);
        assert_eq!(word_begins("xxxxxxx"), 0);
        assert_eq!(word_begins("xxx "), 4);
    }

    #[test]
    fn the_lines_around_a_match_are_chosen_once() {
        let text = "a\nb\nmatch\nd\ne\nmatch\n";
        let lines = lines_of(text);
        let places: Vec<_> =
            text.match_indices("match").map(|(at, word)| at..at + word.len()).collect();
        let numbers = |context| -> Vec<(usize, bool)> {
            chosen(&lines, &places, context).into_iter().map(|(n, _, is)| (n, is)).collect()
        };
        assert_eq!(numbers(0), [(2, true), (5, true)]);
        let around = [(1, false), (2, true), (3, false), (4, false), (5, true)];
        assert_eq!(numbers(1), around);
        assert_eq!(numbers(9).len(), 6);
    }

    #[test]
    fn a_message_that_matches_otherwise_shows_its_first_words() {
        let lines = lines_of("\n\nhello\nyou");
        assert_eq!(chosen(&lines, &[], 0), [(2, 2..7, true)]);
        assert_eq!(chosen(&lines_of(""), &[], 0), [(0, 0..0, true)]);
    }

    #[test]
    fn a_match_over_two_lines_shows_both() {
        let lines = lines_of("one\ntwo\nthree");
        let numbers: Vec<usize> = chosen(&lines, std::slice::from_ref(&(2..5)), 0)
            .into_iter()
            .map(|(number, ..)| number)
            .collect();
        assert_eq!(numbers, [0, 1]);
    }

    #[test]
    fn the_first_match_of_a_long_line_is_in_sight_and_a_pipe_has_all_of_it() {
        let text = format!("{}match{}", "x".repeat(9000), "y".repeat(9000));
        let line = 0..text.len();
        let window = window(&text, &line, 9000, Some(80));
        assert_eq!(window.start, 9000 - BEFORE);
        assert!(window.end <= window.start + LINE);
        assert_eq!(super::window(&text, &line, 9000, None), line);
    }
}
