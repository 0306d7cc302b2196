//! The bottom: the line that is typed into, or what is in force, notices and hints.

use crate::app::App;
use crate::app::action::{Action, KeyContext, TABLE};
use crate::app::field::TextField;
use crate::app::geometry::{Area, Pane};
use crate::app::layer::Layer;
use crate::app::layer::prompt::Prompt;
use crate::app::layer::time_prompt::TimePrompt;
use crate::app::query_bar::{BESIDE_NOTICE, CROSS, LABEL};
use crate::port::QueryKind;
use crate::port::Severity;
use crate::search::CompiledQuery;
use crate::text::{Clean, clean_line_within, clean_owned, width};
use crate::time;

use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{Cursor, exports, grouped};

/// Characters of a query that are shown.
const QUERY: usize = 400;
/// The sign of a question in which case counts, which the help explains.
const CASE: &str = "Aa";
/// The word before the words that are searched for.
const SEARCH: &str = "search ";
/// The columns that the words of a search need beside a filter.
const WORDS: u16 = 10;

/// Paints the notice of a failed load, which stays until the next one.
pub(super) fn draw_failure(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let Some(failure) = app.tab().failure.as_ref().filter(|_| area.height > 0) else { return };
    let mut pen = LineCursor::new(area, 0);
    pen.x += 1;
    painter.say(&mut pen, "failed", theme.warning);
    painter.say(&mut pen, "  ", theme.text);
    let advice = clean_line_within(&failure.advice, QUERY);
    let columns = u16::try_from(width(advice.as_str())).unwrap_or(0) + 2;
    let whole = pen;
    if pen.left() > columns + 30 {
        pen.end -= columns;
    }
    painter.write_fitting(&mut pen, &clean_line_within(&failure.what, QUERY), theme.text);
    pen.end = whole.end;
    if pen.left() >= columns {
        painter.say(&mut pen, "  ", theme.text);
        painter.write_fitting(&mut pen, &advice, theme.strong);
    }
}

/// Paints the last line, or the last two while something is typed.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) -> Cursor {
    match app.layer() {
        Some(Layer::Prompt(prompt)) => Some(draw_prompt(app, theme, painter, area, prompt)),
        Some(Layer::MetadataPrompt(prompt)) => {
            let mut pen = LineCursor::new(area, 0);
            painter.say(&mut pen, " search metadata ", theme.key);
            let cursor = draw_field(theme, painter, &mut pen, &prompt.field);
            hints(app, theme, painter, LineCursor::new(area, 1));
            Some(cursor)
        }
        Some(Layer::TimePrompt(prompt)) => Some(draw_time(app, theme, painter, area, prompt)),
        Some(Layer::NameView(naming)) => {
            let mut pen = LineCursor::new(area, 0);
            painter.say(&mut pen, " save view as ", theme.key);
            let cursor = draw_field(theme, painter, &mut pen, &naming.field);
            let mut below = LineCursor::new(area, 1);
            match naming.says {
                Some(words) => {
                    below.x += 1;
                    painter.say(&mut below, words, theme.warning);
                }
                None => hints(app, theme, painter, below),
            }
            Some(cursor)
        }
        _ => {
            let mut pen = LineCursor::new(area, 0);
            pen.x += 1;
            in_force(app, theme, painter, &mut pen);
            hints(app, theme, painter, pen);
            None
        }
    }
}

/// The line that is typed into, its count, and under it what is wrong with it, where it is.
fn draw_prompt(
    app: &App,
    theme: &Theme,
    painter: &mut Painter<'_>,
    area: Area,
    prompt: &Prompt,
) -> (u16, u16) {
    let mut pen = LineCursor::new(area, 0);
    painter.say(
        &mut pen,
        if prompt.kind == QueryKind::Search { " search " } else { " filter " },
        theme.key,
    );
    let start = pen.x;
    let count = match prompt.kind {
        QueryKind::Search => search_count(app),
        QueryKind::Filter => filter_count(app),
    };
    let columns_of = |text: &Clean<'_>| u16::try_from(width(text.as_str())).unwrap_or(0) + 1;
    // What is typed matters more.
    if let Some(count) = count.filter(|count| pen.left() > columns_of(count) + 12) {
        let columns = columns_of(&count);
        let mut right = pen.last(columns);
        painter.write(&mut right, &count, theme.quiet);
        pen.end = pen.end.saturating_sub(columns + 1);
    }
    let asked = match prompt.kind {
        QueryKind::Search => app.search(),
        QueryKind::Filter => app.filter(),
    };
    if asked.is_some_and(CompiledQuery::minds_case) {
        say_case(theme, painter, &mut pen);
    }
    let scroll = prompt.field.scroll(usize::from(pen.left()));
    let cursor = draw_field(theme, painter, &mut pen, &prompt.field);
    let mut below = LineCursor::new(area, 1);
    match &prompt.error {
        Some(error) => {
            let before: String = prompt.field.text().chars().take(error.column).collect();
            let column = u16::try_from(width(&before).saturating_sub(scroll)).unwrap_or(0);
            let message = clean_line_within(&error.message, QUERY);
            let needed = u16::try_from(width(message.as_str())).unwrap_or(0) + 2;
            // The message stands behind the caret, or before it where there is no room.
            let caret = start.saturating_add(column).min(area.width.saturating_sub(1));
            let room = area.width.saturating_sub(caret);
            if room > needed || caret < needed {
                below.x = caret;
                painter.say(&mut below, "^ ", theme.warning);
                painter.write_fitting(&mut below, &message, theme.warning);
            } else {
                below.x = caret - needed;
                painter.write(&mut below, &message, theme.warning);
                painter.say(&mut below, " ^", theme.warning);
            }
        }
        None => hints(app, theme, painter, below),
    }
    cursor
}

/// Says at the end of a line that is typed into that case counts, in full where there is room.
fn say_case(theme: &Theme, painter: &mut Painter<'_>, pen: &mut LineCursor) {
    // What is typed matters more.
    for (words, columns, typed) in [("case-sensitive", 15, 24), (CASE, 3, 12)] {
        if pen.left() > columns + typed {
            painter.say(&mut pen.last(columns), words, theme.key);
            pen.end = pen.end.saturating_sub(columns + 1);
            return;
        }
    }
}

/// The line for a time, where it leads, and under it what is wrong with it.
fn draw_time(
    app: &App,
    theme: &Theme,
    painter: &mut Painter<'_>,
    area: Area,
    prompt: &TimePrompt,
) -> (u16, u16) {
    let mut pen = LineCursor::new(area, 0);
    painter.say(&mut pen, " go to time ", theme.key);
    let thread = app.tab().thread();
    let row = prompt
        .found
        .and_then(|index| Some((index, app.tab().store.row(*thread.messages.get(index)?)?.time)));
    if let Some((index, time)) = row {
        let (number, count) = (grouped(index + 1), grouped(thread.messages.len()));
        let when = time::date_and_clock(time, app.settings().zone);
        let words = clean_owned(format!("message {number} of {count}, {when} "));
        let columns = u16::try_from(width(words.as_str())).unwrap_or(0);
        if pen.left() > columns + 18 {
            painter.write(&mut pen.last(columns), &words, theme.quiet);
            pen.end = pen.end.saturating_sub(columns + 1);
        }
    }
    let start = pen.x;
    let cursor = draw_field(theme, painter, &mut pen, &prompt.field);
    let mut below = LineCursor::new(area, 1);
    match &prompt.error {
        Some(error) => {
            below.x = start;
            painter.say(&mut below, "^ ", theme.warning);
            painter.write_fitting(&mut below, &clean_line_within(error, QUERY), theme.warning);
        }
        None if prompt.field.text().is_empty() => {
            below.x = start;
            let forms = "14:05, 2026-10-01, 2026-10-01 14:05, yesterday or 3h";
            painter.say(&mut below, forms, theme.quiet);
        }
        None => hints(app, theme, painter, below),
    }
    cursor
}

/// Paints what is typed; gives back where the cursor is.
pub(super) fn draw_field(
    theme: &Theme,
    painter: &mut Painter<'_>,
    pen: &mut LineCursor,
    field: &TextField,
) -> (u16, u16) {
    let columns = usize::from(pen.left());
    let scroll = field.scroll(columns);
    let text = crate::text::clean_text(field.text());
    let (hidden, _) = crate::text::cut(text.as_str(), scroll);
    let rest = text.part(hidden.len()..text.len());
    let x = pen.x.saturating_add(u16::try_from(field.cursor().saturating_sub(scroll)).unwrap_or(0));
    let cursor = (x.min(pen.end.saturating_sub(1)), pen.y);
    painter.write(pen, &rest, theme.text);
    cursor
}

/// The filter and the search in force; an export and a notice go over them.
fn in_force(app: &App, theme: &Theme, painter: &mut Painter<'_>, pen: &mut LineCursor) {
    if let Some(exporting) = app.exporting() {
        exports::progress(theme, painter, pen, (exporting, &app.key(Action::Back)));
    }
    if let Some(notice) = app.notice() {
        let style = if notice.weight == Severity::Warning { theme.warning } else { theme.strong };
        painter.write_fitting(pen, &notice.text, style);
        painter.say(pen, "  ", theme.text);
        // What is in force stays in sight where there is room.
        if pen.left() < BESIDE_NOTICE {
            return;
        }
    }
    let most = pen.left() / 3;
    let limited =
        |pen: &LineCursor| LineCursor { end: pen.end.min(pen.x.saturating_add(most)), ..*pen };
    let behind = beside_search(app);
    if app.filter().is_some() {
        query_bar(app, theme, painter, pen);
        if let Some(filter) = app.filter() {
            mark_case(theme, painter, pen, filter);
        }
        if let Some(count) = filter_count(app) {
            painter.say(pen, " ", theme.text);
            // The number alone, where the search would get no room beside the noun.
            let count = count.as_str();
            let noun = count.find(' ').filter(|_| {
                let beside = columns(count).saturating_add(2);
                behind > 0 && pen.left() < beside.saturating_add(behind).saturating_add(WORDS)
            });
            let count = count.get(..noun.unwrap_or(count.len())).unwrap_or(count);
            painter.write(pen, &clean_owned(count.to_owned()), theme.quiet);
        }
        painter.say(pen, "  ", theme.text);
    }
    if let Some(search) = app.search() {
        painter.say(pen, SEARCH, theme.key);
        let mut words = limited(pen);
        // What stands behind the words matters more than their end.
        let behind = behind.saturating_sub(columns(SEARCH));
        words.end = words.end.min(pen.end.saturating_sub(behind)).max(pen.x);
        painter.write_fitting(&mut words, &clean_line_within(&search.text, QUERY), theme.text);
        pen.x = words.x;
        mark_case(theme, painter, pen, search);
        if let Some(count) = search_count(app) {
            painter.say(pen, " ", theme.text);
            painter.write(pen, &count, theme.quiet);
        }
        painter.say(pen, "  ", theme.text);
    }
    if !app.typed().is_empty() {
        let typed: Vec<_> = app.typed().iter().map(ToString::to_string).collect();
        painter.write(pen, &clean_owned(format!("{} …  ", typed.join(" "))), theme.key);
    }
}

/// The columns that what belongs to a search takes without its words, and help behind it.
fn beside_search(app: &App) -> u16 {
    let Some(search) = app.search() else { return 0 };
    let case = if search.minds_case() { columns(CASE).saturating_add(1) } else { 0 };
    let count = search_count(app).map_or(0, |count| columns(count.as_str()).saturating_add(1));
    let help = columns(&app.key(Action::Help)).saturating_add(columns(" help  "));
    [columns(SEARCH), case, count, 2, help].iter().sum()
}

fn columns(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(0)
}

/// The sign that case counts in a question, behind it.
fn mark_case(
    theme: &Theme,
    painter: &mut Painter<'_>,
    pen: &mut LineCursor,
    question: &CompiledQuery,
) {
    if question.minds_case() {
        painter.say(pen, " ", theme.text);
        painter.say(pen, CASE, theme.key);
    }
}

/// The terms of the filter, each of which a click takes away.
fn query_bar(app: &App, theme: &Theme, painter: &mut Painter<'_>, pen: &mut LineCursor) {
    painter.say(pen, LABEL, theme.key);
    let bar = app.query_bar();
    for (place, chip) in bar.shown.iter().enumerate() {
        if place > 0 {
            painter.say(pen, "  ", theme.text);
        }
        painter.write(pen, &chip.text, theme.text);
        if chip.has_cross {
            painter.say(pen, CROSS, theme.quiet);
        }
    }
    if bar.more > 0 {
        painter.write(pen, &clean_owned(format!("  +{} more ", bar.more)), theme.quiet);
    }
}

/// `3/17`, or what stands in its place.
fn search_count(app: &App) -> Option<Clean<'static>> {
    let search = &app.tab().search;
    app.search()?;
    let more = if search.is_running() || !search.is_complete() { "…" } else { "" };
    let text = match app.match_count() {
        Some((_, 0)) if more.is_empty() => "no match".to_owned(),
        Some((0, 1)) => format!("1{more} match"),
        Some((0, all)) => format!("{}{more} matches", grouped(all)),
        Some((number, all)) => format!("{}/{}{more}", grouped(number), grouped(all)),
        None => "…".to_owned(),
    };
    Some(clean_owned(text))
}

/// How many messages the filter leaves.
fn filter_count(app: &App) -> Option<Clean<'static>> {
    app.filter()?;
    let finder = &app.tab().filter;
    let more = if finder.is_complete() { "" } else { "…" };
    let text = match finder.hits() {
        Some(hits) if hits.len() == 1 => format!("1{more} message"),
        Some(hits) => format!("{}{more} messages", grouped(hits.len())),
        None => "…".to_owned(),
    };
    Some(clean_owned(text))
}

/// Key hints for where the person is, from the right, as many as fit.
fn hints(app: &App, theme: &Theme, painter: &mut Painter<'_>, pen: LineCursor) {
    let wanted = if matches!(app.layer(), Some(Layer::Help(_))) {
        &[Action::PageDown, Action::Back]
    } else if matches!(app.layer(), Some(Layer::Facets(_) | Layer::Report(_))) {
        &[Action::Back, Action::Help]
    } else {
        hinted(app)
    };
    let places = app.places();
    let known = TABLE.iter().filter(|row| places.contains(&row.place) && !row.hint.is_empty());
    let mut hints: Vec<(String, &'static str)> = Vec::new();
    for action in wanted {
        let row = known.clone().find(|row| row.action == *action);
        if let Some(row) = row
            && let Some(key) = app.settings().keymap.key_of(row.action)
        {
            hints.push((key, row.hint));
        }
    }
    if matches!(app.layer(), Some(Layer::Export(_))) {
        hints = hints_of_export(app);
    }
    let columns = |hints: &[(String, &str)]| -> usize {
        hints.iter().map(|(key, words)| width(key) + 1 + width(words) + 2).sum()
    };
    // The last one is help: it stays when others have to go.
    while !hints.is_empty() && columns(&hints) > usize::from(pen.left()) {
        let at = hints.len().saturating_sub(2);
        hints.remove(at);
    }
    let needed = u16::try_from(columns(&hints)).unwrap_or(0).saturating_sub(1);
    let mut pen = pen.last(needed);
    for (key, words) in hints {
        painter.write(&mut pen, &clean_owned(key), theme.key);
        painter.say(&mut pen, " ", theme.quiet);
        painter.say(&mut pen, words, theme.quiet);
        painter.say(&mut pen, "  ", theme.quiet);
    }
}

/// The keys of the dialog of an export: those that move are the ones that move elsewhere.
fn hints_of_export(app: &App) -> Vec<(String, &'static str)> {
    let pair = |first, second| format!("{} {}", app.key(first), app.key(second));
    vec![
        (pair(Action::MoveDown, Action::MoveUp), "row"),
        (pair(Action::GoOut, Action::GoIn), "change"),
        (app.key(Action::Accept), "write"),
        (app.key(Action::Cancel), "cancel"),
        (app.key(Action::Help), "help"),
    ]
}

/// Which actions are hinted at, the most useful first, help last.
fn hinted(app: &App) -> &'static [Action] {
    match (app.places().first(), app.display().focus()) {
        (Some(KeyContext::Input), _) if matches!(app.layer(), Some(Layer::Prompt(_))) => {
            &[Action::Accept, Action::Complete, Action::Cancel]
        }
        (Some(KeyContext::Input), _) => &[Action::Accept, Action::Cancel],
        (_, Pane::Sessions) => &[
            Action::Search,
            Action::Filter,
            Action::Open,
            Action::Inspect,
            Action::PickScope,
            Action::Refresh,
            Action::SortBy,
            Action::Quit,
            Action::Help,
        ],
        (_, Pane::Transcript) => &[
            Action::Search,
            Action::Filter,
            Action::Inspect,
            Action::NextMessage,
            Action::NextTurn,
            Action::Fold,
            Action::Refresh,
            Action::Help,
        ],
        (_, Pane::Metadata) => &[
            Action::Search,
            Action::ToggleFold,
            Action::CopyValue,
            Action::CopyPath,
            Action::FilterByValue,
            Action::Inspect,
            Action::Help,
        ],
    }
}
