//! What the line that is typed into can go on with: a list above it.

use crate::app::App;
use crate::app::geometry::Area;
use crate::app::layer::prompt::Prompt;
use crate::app::layer::prompt::completion::SHOWN;
use crate::text::{clean_line_within, clean_owned, width};

use super::grouped;
use super::painter::{LineCursor, Painter};
use super::theme::Theme;

/// Paints the list, where there is one.
pub(super) fn draw(app: &App, theme: &Theme, painter: &mut Painter<'_>, prompt: &Prompt) {
    let Some(area) = prompt.completion_area(&app.context()) else { return };
    let completion = &prompt.completion;
    painter.clear(area);
    painter.frame(area, theme.border);
    if let Some((looked, all)) = completion.looked.filter(|(looked, all)| looked < all) {
        let text = format!(" counted in a sample of {} of {} ", grouped(looked), grouped(all));
        let mut pen = LineCursor::new(area, 0);
        pen.x += 1;
        pen.end -= 1;
        painter.write_fitting(&mut pen, &clean_owned(text), theme.quiet);
    }
    let list = area.inside();
    let height = usize::from(list.height);
    let rows = completion.suggestions().iter().enumerate();
    for (place, (number, one)) in (0..).zip(rows.skip(completion.top(height)).take(height)) {
        let is_chosen = completion.selected() == Some(number);
        let style = if is_chosen { theme.selected } else { theme.text };
        painter.shade(Area { y: list.y + place, height: 1, ..list }, style);
        let mut pen = LineCursor::new(list, place);
        painter.say(&mut pen, if is_chosen { "▌" } else { " " }, style);
        if let Some(count) = one.count {
            let count = clean_owned(grouped(count));
            let columns = u16::try_from(width(count.as_str())).unwrap_or(0);
            let mut right = LineCursor { end: pen.end.saturating_sub(1), ..pen }.last(columns);
            painter.write(&mut right, &count, if is_chosen { style } else { theme.quiet });
            pen.end = pen.end.saturating_sub(columns + 2);
        }
        painter.write_fitting(&mut pen, &clean_line_within(&one.text, SHOWN), style);
        if !one.help.is_empty() {
            painter.say(&mut pen, "  ", style);
            let help = clean_owned(one.help.to_owned());
            painter.write_fitting(&mut pen, &help, if is_chosen { style } else { theme.quiet });
        }
    }
}
