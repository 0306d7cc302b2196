//! The picture of the screen: the demo's conversations through the real decoder, state and view.

use std::sync::Arc;

use sfchat_tui::app::AppSettings;
use sfchat_tui::app::geometry::Size;
use sfchat_tui::app::look::Background;
use sfchat_tui::demo::{Archive, DemoSettings, GROUPS};
use sfchat_tui::scope::Scope;
use sfchat_tui::time::Zone;
use sfchat_tui::view::{Depth, Theme};

use crate::desk::Desk;
use crate::{data, frame, svg};

const SIZE: Size = Size { columns: 120, rows: 36 };
/// Switches to the second scope and searches there.
const KEYS: &str = "2 / w a t e r enter";

/// The picture as SVG; the same each time.
pub(crate) fn screenshot() -> String {
    let groups = GROUPS.iter().map(|group| Scope::group(group.id));
    let scopes = groups.chain([Scope::user("alice"), Scope::all()]);
    let settings = AppSettings {
        scopes: scopes.map(|scope| (scope.to_string(), scope)).collect(),
        zone: Zone::UTC,
        ..AppSettings::default()
    };
    let demo = Archive::new(&DemoSettings::at(data::NOW));
    let group = Scope::group(GROUPS[1].id);
    let body = Arc::new(demo).chunks(&group, data::NOW).collect::<Vec<_>>().concat();
    let (switch, search) = KEYS.split_once(' ').unwrap();
    let mut desk = Desk::new(settings, SIZE);
    desk.keys(switch);
    desk.answer_with(&body);
    desk.keys(search);
    let theme = Theme::built_in("dark", Background::Dark, Depth::True);
    svg::to_svg(&frame::drawn(&desk.app, &theme), "sfchat-tui browsing its demo")
}
