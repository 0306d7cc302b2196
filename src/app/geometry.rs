//! Where the panes stand: one pure function that both the state and the painter use.
//!
//! ```text
//!  ┌ top ───────────────────────────────┐
//!  │ sessions │ transcript │ metadata   │      wide: three beside each other
//!  │          ├────────────┤            │      80 columns: metadata below the transcript
//!  ├ notice ──┴────────────┴────────────┤      under 80: the focused pane alone
//!  ├ bottom ────────────────────────────┤
//! ```

/// The smallest window that is drawn.
pub const SMALLEST: Size = Size { columns: 20, rows: 5 };
/// Below this width one pane shows at a time.
const NARROW: u16 = 80;
/// From this width on the metadata stands beside the transcript.
const WIDE: u16 = 130;
/// The list of sessions is never narrower.
const NARROWEST: u16 = 28;
/// The lines of one session in the list.
pub const SESSION_ROWS: u16 = 2;

/// The size of the window in cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Columns.
    pub columns: u16,
    /// Rows.
    pub rows: u16,
}

/// A rectangle of cells.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Area {
    /// The leftmost column.
    pub x: u16,
    /// The topmost row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// Whether a cell is in it.
    pub fn holds(self, x: u16, y: u16) -> bool {
        x >= self.x && x - self.x < self.width && y >= self.y && y - self.y < self.height
    }

    /// What is left inside a border of one cell.
    pub fn inside(self) -> Self {
        Self {
            x: self.x.saturating_add(1),
            y: self.y.saturating_add(1),
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }
}

/// A pane that can have the focus.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pane {
    /// The list of sessions.
    Sessions,
    /// The transcript.
    Transcript,
    /// The metadata of the selected message.
    Metadata,
}

/// What decides where panes stand.
#[derive(Clone, Copy, Debug)]
pub struct GeometryInput {
    /// The window.
    pub size: Size,
    /// The share of the list of sessions, in per cent.
    pub split: u16,
    /// The pane with the focus.
    pub focus: Pane,
    /// Which panes are to be seen.
    pub panes: VisiblePanes,
    /// Rows for a notice that stays.
    pub notice_rows: u16,
    /// Rows at the bottom: one, or two while something is typed.
    pub bottom_rows: u16,
}

/// Which panes are to be seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VisiblePanes {
    /// Sessions and transcript.
    Two,
    /// And the metadata.
    Three,
    /// The focused one alone.
    One,
}

/// Where everything stands. A pane that is not shown has no width.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Areas {
    /// The top line.
    pub top: Area,
    /// The list of sessions, with its border.
    pub sessions: Area,
    /// The transcript, with its border.
    pub transcript: Area,
    /// The metadata, with its border.
    pub metadata: Area,
    /// The notice that stays.
    pub notice: Area,
    /// The line or lines at the bottom.
    pub bottom: Area,
}

impl Areas {
    /// The area of a pane, with its border.
    pub fn of(&self, pane: Pane) -> Area {
        match pane {
            Pane::Sessions => self.sessions,
            Pane::Transcript => self.transcript,
            Pane::Metadata => self.metadata,
        }
    }

    /// The pane at a cell.
    pub fn pane_at(&self, x: u16, y: u16) -> Option<Pane> {
        [Pane::Sessions, Pane::Transcript, Pane::Metadata]
            .into_iter()
            .find(|&pane| self.of(pane).holds(x, y))
    }
}

/// Lays out the window; `None` when it is too small to draw.
pub fn areas(wanted: GeometryInput) -> Option<Areas> {
    let Size { columns, rows } = wanted.size;
    if columns < SMALLEST.columns || rows < SMALLEST.rows {
        return None;
    }
    let line = |y: u16, height: u16| Area { x: 0, y, width: columns, height };
    let bottom_rows = wanted.bottom_rows.min(rows - 4);
    let notice_rows = wanted.notice_rows.min(rows - 4 - bottom_rows);
    let body = line(1, rows - 1 - notice_rows - bottom_rows);
    let mut areas = Areas {
        top: line(0, 1),
        notice: line(1 + body.height, notice_rows),
        bottom: line(rows - bottom_rows, bottom_rows),
        ..Areas::default()
    };
    if columns < NARROW || wanted.panes == VisiblePanes::One {
        match wanted.focus {
            Pane::Sessions => areas.sessions = body,
            Pane::Transcript => areas.transcript = body,
            Pane::Metadata => areas.metadata = body,
        }
        return Some(areas);
    }
    let left = percent(columns, wanted.split).clamp(NARROWEST, columns - 40);
    areas.sessions = Area { width: left, ..body };
    // VisiblePanes share their border: the next one begins on the last column of the one before.
    let rest = Area { x: left - 1, width: columns - left + 1, ..body };
    if wanted.panes == VisiblePanes::Two {
        areas.transcript = rest;
    } else if columns >= WIDE {
        let width = rest.width / 2;
        areas.transcript = Area { width: rest.width - width + 1, ..rest };
        areas.metadata = Area { x: rest.x + rest.width - width, width, ..rest };
    } else {
        let height = rest.height / 2;
        areas.transcript = Area { height: rest.height - height + 1, ..rest };
        areas.metadata = Area { y: rest.y + rest.height - height, height, ..rest };
    }
    Some(areas)
}

/// A box in the middle of the window, between the top line and the bottom one.
pub fn middle(size: Size, columns: u16, rows: u16) -> Area {
    let width = columns.min(size.columns);
    let height = rows.min(size.rows.saturating_sub(2));
    Area {
        x: (size.columns - width) / 2,
        y: 1 + (size.rows.saturating_sub(2) - height) / 3,
        width,
        height,
    }
}

fn percent(whole: u16, share: u16) -> u16 {
    u16::try_from(u32::from(whole) * u32::from(share.min(100)) / 100).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(columns: u16, rows: u16, panes: VisiblePanes) -> GeometryInput {
        let size = Size { columns, rows };
        GeometryInput {
            size,
            split: 30,
            focus: Pane::Transcript,
            panes,
            notice_rows: 0,
            bottom_rows: 1,
        }
    }

    #[test]
    fn panes_share_a_border_and_fill_the_window() {
        let areas = areas(wanted(120, 40, VisiblePanes::Two)).unwrap();
        assert_eq!(areas.sessions, Area { x: 0, y: 1, width: 36, height: 38 });
        assert_eq!(areas.transcript, Area { x: 35, y: 1, width: 85, height: 38 });
        assert_eq!(areas.bottom, Area { x: 0, y: 39, width: 120, height: 1 });
    }

    #[test]
    fn under_80_columns_the_focused_pane_stands_alone() {
        let areas = areas(wanted(79, 20, VisiblePanes::Three)).unwrap();
        assert_eq!(areas.transcript.width, 79);
        assert_eq!(areas.sessions.width, 0);
        assert_eq!(areas.metadata.width, 0);
    }

    #[test]
    fn too_small_is_said() {
        assert_eq!(areas(wanted(19, 5, VisiblePanes::Two)), None);
        assert_eq!(areas(wanted(20, 4, VisiblePanes::Two)), None);
        assert!(areas(wanted(20, 5, VisiblePanes::Two)).is_some());
    }

    proptest! {
        #[test]
        fn nothing_ever_stands_outside_the_window(
            columns in 0u16..400, rows in 0u16..200, split in 0u16..200, notice_rows in 0u16..5,
            bottom_rows in 1u16..3, focus in 0usize..3, panes in 0usize..3,
        ) {
            let wanted = GeometryInput {
                size: Size { columns, rows },
                split,
                focus: [Pane::Sessions, Pane::Transcript, Pane::Metadata][focus],
                panes: [VisiblePanes::One, VisiblePanes::Two, VisiblePanes::Three][panes],
                notice_rows,
                bottom_rows,
            };
            if let Some(areas) = areas(wanted) {
                for area in [areas.top, areas.sessions, areas.transcript, areas.metadata, areas.notice, areas.bottom] {
                    prop_assert!(area.x + area.width <= columns && area.y + area.height <= rows);
                }
                prop_assert!(areas.of(wanted.focus).width > 0 || wanted.focus == Pane::Metadata);
            }
        }
    }
}
