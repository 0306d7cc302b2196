//! The list of sessions: two lines each, from the rows in the window alone.

use crate::app::geometry::{Area, Pane, SESSION_ROWS};
use crate::app::{App, Times};
use crate::markdown;
use crate::message::{NameId, SessionId};
use crate::search::{SortDirection, SortKey};
use crate::store::Session;
use crate::text::{Clean, clean_line, clean_line_within, clean_owned, ellipsis, width};
use crate::time;

use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{grouped, scrollbar, situation, title_style};

/// Characters of a name that are looked at.
const NAME: usize = 100;
/// Columns of a user, of a number of messages, and of a number of matches behind them that there
/// has to be room for, at least.
const USER: usize = 5;
const COUNT: usize = 2;
const MATCHES: usize = 2;
/// Columns of a user that stay beside longer ones, or beside matches.
const LEAST_USER: usize = 3;
/// Columns around a number of matches.
const BESIDE_MATCHES: usize = 2;

/// Paints the pane, without its border.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    head(app, theme, painter, area);
    let inside = area.inside();
    let sessions = &app.tab().sessions;
    if sessions.rows().is_empty() {
        situation::draw(app, theme, painter, inside);
        return;
    }
    let window = usize::from(inside.height.div_ceil(SESSION_ROWS));
    let rows = sessions.rows().iter().enumerate().skip(sessions.top()).take(window);
    let form = Form::of(app, rows.clone().map(|(_, &id)| id), inside.width.saturating_sub(1));
    for (place, (row, &id)) in (0..).zip(rows) {
        let Some(session) = app.tab().store.session(id) else { continue };
        let is_selected = row == sessions.selected_row();
        let y = place * SESSION_ROWS;
        let height = SESSION_ROWS.min(inside.height - y);
        let cells = Area { y: inside.y + y, height, ..inside };
        session_rows(app, theme, painter, cells, form, (id, session), is_selected);
    }
    scrollbar::draw_of_list(app, theme, painter, area);
}

fn head(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let sessions = &app.tab().sessions;
    let mut pen = LineCursor::new(area, 0);
    pen.x += 1;
    pen.end = pen.end.saturating_sub(1);
    let style = title_style(app, theme, Pane::Sessions);
    let count = sessions.rows().len();
    let number = if count == 0 { 0 } else { sessions.selected_row() + 1 };
    let text = format!(" Sessions {}/{} ", grouped(number), grouped(count));
    painter.write(&mut pen, &clean_line_kept(&text), style);
    let sorting = app.tab().sorting;
    if sorting != crate::search::Sorting::default() {
        let arrow = if sorting.direction == SortDirection::Reversed { "↑" } else { "↓" };
        let text = format!(" {} {arrow} ", sorting.key.name());
        let text = clean_line_kept(&text);
        let columns = u16::try_from(width(text.as_str())).unwrap_or(0);
        if pen.left() > columns + 1 {
            let mut pen = LineCursor { end: pen.end - 1, ..pen }.last(columns);
            painter.write(&mut pen, &text, theme.quiet);
        }
    }
}

/// Our own words with the blanks around them.
fn clean_line_kept(text: &str) -> Clean<'static> {
    crate::text::clean_text(text).into_owned()
}

fn session_rows(
    app: &App,
    theme: &Theme,
    painter: &mut Painter<'_>,
    cells: Area,
    form: Form,
    (id, session): (SessionId, &Session),
    is_selected: bool,
) {
    let style = match (is_selected, app.display().focus() == Pane::Sessions) {
        (true, true) => theme.selected,
        (true, false) => theme.selected_elsewhere,
        (false, _) => theme.text,
    };
    let quiet = if is_selected && app.display().focus() == Pane::Sessions {
        theme.selected
    } else {
        theme.quiet
    };
    if is_selected {
        painter.shade(cells, style);
    }
    let mut pen = LineCursor::new(cells, 0);
    painter.say(&mut pen, if is_selected { "▌" } else { " " }, style);
    painter.write_fitting(&mut pen, &title_of(app, session), style);

    let mut pen = LineCursor::new(cells, 1);
    if cells.height < 2 {
        return;
    }
    painter.say(&mut pen, if is_selected { "▌" } else { " " }, style);
    let badge = badge_of(app, id);
    let badge_width = badge.as_ref().map_or(0, |badge| width(badge.as_str()) + 1);
    let badge_width = u16::try_from(badge_width).unwrap_or(0);
    let gap = u16::from(badge_width > 0);
    let mut words = LineCursor { end: pen.end.saturating_sub(badge_width + gap), ..pen };
    let facts = facts_of(app, session, form, words.left());
    painter.write_fitting(&mut words, &facts, quiet);
    if let Some(badge) = badge {
        let mut pen = pen.last(badge_width);
        painter.write(&mut pen, &badge, if is_selected { style } else { theme.key });
    }
}

/// How many messages match, where some do.
fn badge_of(app: &App, id: SessionId) -> Option<Clean<'static>> {
    let matches = app.tab().search.hits().map_or(0, |hits| hits.in_session(id).len());
    (matches > 0).then(|| clean_line(&format!("●{}", grouped(matches))).into_owned())
}

/// The first question; else what else there is to know a session by.
pub(super) fn title_of(app: &App, session: &Session) -> Clean<'static> {
    let store = &app.tab().store;
    let first = session.title.or_else(|| session.messages.first().copied());
    match first {
        Some(message) => markdown::title(store.text(message)),
        None => Clean::fixed("(no messages)"),
    }
}

/// What is said of each session: the same of all in the window, by the width of the pane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// `alice · 14 msgs · 2 h ago`
    Whole,
    /// `alice · 14 · 2 h ago`
    Short,
    /// `alice · 2 h ago`
    Time,
}

impl Form {
    /// What has room in so many columns beside a user, of each of these sessions.
    fn of(app: &App, ids: impl Iterator<Item = SessionId>, columns: u16) -> Self {
        let mut when = match app.display().times() {
            Times::Absolute => "10 min ago".len(),
            Times::Relative => "2026-10-01 10:02".len(),
        };
        let (mut count, mut badge) = (COUNT, MATCHES);
        for id in ids {
            let Some(session) = app.tab().store.session(id) else { continue };
            when = when.max(width(&when_of(app, session)));
            count = count.max(grouped(session.messages.len()).len());
            badge = badge.max(badge_of(app, id).map_or(0, |badge| width(badge.as_str())));
        }
        let beside = match app.search() {
            Some(_) => LEAST_USER + badge + BESIDE_MATCHES,
            None => USER,
        };
        let time = beside + " · ".chars().count() + when;
        let short = time + " · ".chars().count() + count;
        match usize::from(columns) {
            columns if columns >= short + " msgs".len() => Self::Whole,
            columns if columns >= short => Self::Short,
            _ => Self::Time,
        }
    }
}

/// When a session was, as the list says it.
fn when_of(app: &App, session: &Session) -> String {
    let when = match (app.tab().sorting.key, session.started) {
        (SortKey::Started, Some(started)) => Some(started),
        _ => session.last_active,
    };
    // A list is read for "when roughly", a transcript for "when": the one key turns both round.
    match (when, app.display().times()) {
        (None, _) => "time?".to_owned(),
        (Some(at), Times::Absolute) => time::ago(at, app.now(), app.settings().zone),
        (Some(at), Times::Relative) => time::date_and_minute(at, app.settings().zone),
    }
}

/// User, number of messages and time.
fn facts_of(app: &App, session: &Session, form: Form, columns: u16) -> Clean<'static> {
    let user = match session.user {
        NameId::NONE => "(no user)".to_owned(),
        user => clean_line_within(app.tab().store.name(user), NAME).to_string(),
    };
    let user = if session.name.is_none() { format!("(no session) · {user}") } else { user };
    let count = grouped(session.messages.len());
    let messages = if count == "1" { "msg" } else { "msgs" };
    let when = when_of(app, session);
    let facts = match form {
        Form::Whole => format!(" · {count} {messages} · {when}"),
        Form::Short => format!(" · {count} · {when}"),
        Form::Time => format!(" · {when}"),
    };
    // Ids are long, and their beginnings tell them apart.
    let least = width(&user).min(LEAST_USER);
    let room = usize::from(columns).saturating_sub(width(&facts)).max(least);
    let user = clean_owned(user);
    let user = ellipsis(&user, room);
    clean_owned(format!("{}{facts}", user.as_str()))
}
