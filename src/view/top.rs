//! The top line: the scopes, how much there is, how old it is, what is in flight.

use crate::app::App;
use crate::app::geometry::Area;
use crate::app::scope_view::{Completeness, LoadProgress, ScopeView};
use crate::text::{Clean, clean_line_within, clean_owned, width};
use crate::time;

use super::painter::{LineCursor, Painter};
use super::theme::Theme;
use super::{bytes, count, grouped};

/// Columns of the progress bar.
const BAR: u16 = 12;

/// Paints the line.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, area: Area) {
    let mut pen = LineCursor::new(area, 0);
    pen.x += 1;
    if app.display().size().columns >= 60 {
        painter.say(&mut pen, "sfchat-tui", theme.strong);
    }
    let mut end_of_scopes = pen.x;
    let places = app.workspace().places(app.display().size().columns);
    let mut more = |x: u16| {
        let mut pen = LineCursor { x, y: area.y, end: (x + 1).min(area.x + area.width) };
        painter.say(&mut pen, "…", theme.quiet);
    };
    if let Some(&(number, from, _)) = places.first()
        && number > 0
    {
        more(from.saturating_sub(2));
    }
    if let Some(&(number, _, to)) = places.last()
        && number + 1 < app.workspace().tabs().len()
    {
        more(to + 1);
    }
    for (number, from, to) in places {
        let Some(tab) = app.workspace().tabs().get(number) else { continue };
        let style = if number == app.current() { theme.selected } else { theme.text };
        let mut pen = LineCursor { x: from, y: area.y, end: to.min(area.x + area.width) };
        if number < 9 {
            let digit = clean_owned(format!("{} ", number + 1));
            painter.write(
                &mut pen,
                &digit,
                if number == app.current() { style } else { theme.key },
            );
        }
        painter.write_fitting(&mut pen, &clean_line_within(&tab.name, 40), style);
        end_of_scopes = to;
    }
    let room = area.width.saturating_sub(end_of_scopes + 2);
    let bar = progress_of(app.tab()).filter(|_| room > BAR + 20);
    let bar_width = if bar.is_some() { BAR + 1 } else { 0 };
    let state = state(app, usize::from(room.saturating_sub(bar_width + 1)));
    let columns = u16::try_from(width(state.as_str())).unwrap_or(room) + bar_width + 1;
    let mut pen = LineCursor::new(area, 0).last(columns);
    if let Some(done) = bar {
        let mut cells = Area { x: pen.x, y: area.y, width: BAR, height: 1 };
        painter.shade(cells, theme.quiet);
        let mut bar = LineCursor::new(cells, 0);
        painter.rule(&mut bar, "─", cells.x + BAR, theme.quiet);
        cells.width = u16::try_from(u64::from(BAR) * done / 100).unwrap_or(BAR).min(BAR);
        painter.shade(cells, theme.progress);
        pen.x += bar_width;
    }
    let alarming = matches!(app.tab().completeness, Completeness::Cut | Completeness::Cancelled);
    painter.write(&mut pen, &state, if alarming { theme.warning } else { theme.quiet });
}

/// Per cent of the load that is done, where the length is known.
fn progress_of(tab: &ScopeView) -> Option<u64> {
    let LoadProgress { bytes, length, .. } = tab.progress.as_ref()?;
    let length = (*length)?.max(1);
    Some((bytes.saturating_mul(100) / length).min(100))
}

/// What is known about the data, in the longest form that fits.
fn state(app: &App, columns: usize) -> Clean<'static> {
    let tab = app.tab();
    let mut counts = Vec::new();
    if !tab.store.is_empty() || tab.fetched_at.is_some() {
        counts.push(count(tab.store.count_once(), "message", "messages"));
        counts.push(count(tab.store.sessions().len(), "session", "sessions"));
    }
    let mut rest = Vec::new();
    if tab.store.repeated() > 0 {
        rest.push(count(tab.store.repeated(), "repeat", "repeats"));
    }
    if let Some(repaired) = tab.tally.as_ref().map(|tally| tally.repaired).filter(|&n| n > 0) {
        rest.push(clean_owned(format!("{repaired} repaired")));
    }
    match tab.completeness {
        Completeness::Cut => rest.push(Clean::fixed("incomplete")),
        Completeness::Cancelled => rest.push(Clean::fixed("incomplete: cancelled")),
        Completeness::Whole | Completeness::Nothing => {}
    }
    match (&tab.progress, tab.fetched_at) {
        (Some(progress), _) => rest.push(clean_owned(in_flight(progress))),
        (None, Some(at)) => rest.push(clean_owned(time::ago(at, app.now(), app.settings().zone))),
        (None, None) => {}
    }
    if app.workspace().refresh_every().is_some() && tab.progress.is_none() {
        rest.push(Clean::fixed("timer on"));
    }
    let short = clean_owned(format!("{} msgs", grouped(tab.store.count_once())));
    let with = |front: &[Clean<'static>]| {
        let words: Vec<_> = front.iter().chain(&rest).map(Clean::as_str).collect();
        clean_owned(words.join(" · "))
    };
    let mut forms = vec![with(&counts)];
    if !counts.is_empty() {
        forms.push(with(&[short]));
    }
    // Then the last parts alone: what is in flight, or how old it is.
    forms.extend((0..rest.len()).map(|from| {
        let words: Vec<_> = rest.iter().skip(from).map(Clean::as_str).collect();
        clean_owned(words.join(" · "))
    }));
    forms.into_iter().find(|form| width(form.as_str()) <= columns).unwrap_or_default()
}

fn in_flight(progress: &LoadProgress) -> String {
    let retry = match &progress.retry {
        Some((_, attempt)) => format!("attempt {attempt}, "),
        None => String::new(),
    };
    match progress.length {
        Some(length) => {
            format!("{retry}loading {} of {}", bytes(progress.bytes), bytes(length))
        }
        None => format!("{retry}loading {}", bytes(progress.bytes)),
    }
}
