//! Facets: what the present result is made of, and what its metadata holds.
//!
//! ```text
//!  ┌ Facets of 1,234 messages ────────────────────────────────┐
//!  │ role            ▌ user        ████████████   812   66 %  │
//!  │ ▌user             assistant   █████          422   34 %  │
//!  │ …                                                        │
//!  │ all metadata                                             │
//!  │ usage.tokens                                             │
//! ```
//!
//! `Enter` on a value adds its term to the filter, and the counts are made anew. Must not know how
//! anything is counted or painted.

use std::sync::Arc;

use crate::stats::{Answer, CountRequest, Facet, MetadataMap};

use super::act::{Reach, lines_of, movement, stays_over_a_panel};
use super::action::Action;
use super::counts::Ask;
use super::effect::Effect;
use super::geometry::{Area, Size, middle};
use super::overlay::Overlay;
use super::transcript::Way;
use super::{App, Privacy};
use crate::port::QueryKind;
use crate::port::Severity;

/// A row on the left: what is counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FacetRow {
    /// The values of a facet.
    Values(Facet),
    /// The map of the metadata.
    Map,
}

impl FacetRow {
    fn ask(&self) -> Ask {
        Ask::whole(match self {
            Self::Values(facet) => CountRequest::Facet(facet.clone()),
            Self::Map => CountRequest::MetadataMap,
        })
    }
}

/// The side that keys go to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// What is counted.
    Facets,
    /// Its values.
    Values,
}

/// The panel.
#[derive(Debug)]
pub struct FacetPanel {
    /// The rows on the left.
    pub rows: Vec<FacetRow>,
    /// The chosen one.
    pub row: usize,
    /// The chosen row on the right.
    pub value: usize,
    /// The side that keys go to.
    pub side: Side,
}

/// Where the parts of the panel lie.
#[derive(Clone, Copy, Debug)]
pub struct FacetAreas {
    /// The whole, with its border.
    pub whole: Area,
    /// The rows on the left.
    pub facets: Area,
    /// The heading on the right.
    pub heading: Area,
    /// The rows on the right.
    pub values: Area,
    /// The line with the keys.
    pub keys: Area,
}

impl FacetPanel {
    fn new() -> Self {
        let mut rows: Vec<FacetRow> = Facet::FIXED.into_iter().map(FacetRow::Values).collect();
        rows.push(FacetRow::Map);
        Self { rows, row: 0, value: 0, side: Side::Facets }
    }

    /// The chosen row on the left.
    pub fn chosen(&self) -> &FacetRow {
        self.rows.get(self.row).unwrap_or(&FacetRow::Map)
    }

    /// What has to be counted: what is chosen, then the rows of the metadata.
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![self.chosen().ask(), FacetRow::Map.ask()]
    }

    /// Where its parts lie.
    pub fn areas(size: Size) -> FacetAreas {
        let whole = middle(size, 120, size.rows.saturating_sub(2));
        let inside = whole.inside();
        let body = Area { height: inside.height.saturating_sub(1), ..inside };
        let left = (body.width / 3).clamp(8, 34).min(body.width);
        let right = Area { x: body.x + left, width: body.width - left, ..body };
        let heading = Area { height: 2.min(right.height), ..right };
        FacetAreas {
            whole,
            facets: Area { width: left.saturating_sub(1), ..body },
            heading,
            values: Area {
                y: right.y + heading.height,
                height: right.height - heading.height,
                ..right
            },
            keys: Area { y: body.y + body.height, height: inside.height - body.height, ..inside },
        }
    }

    /// The first row shown of a side in so many lines.
    pub fn top(selected: usize, height: usize) -> usize {
        (selected + 1).saturating_sub(height)
    }

    fn choose_row(&mut self, row: usize) {
        let row = row.min(self.rows.len().saturating_sub(1));
        if row != self.row {
            (self.row, self.value) = (row, 0);
        }
    }
}

impl App {
    /// Opens the facets of the present result.
    pub(super) fn open_facets(&mut self) {
        if self.tab().store.is_empty() {
            self.tell(Severity::Info, "there are no messages to count");
            return;
        }
        self.overlay = Overlay::Facets(Box::new(FacetPanel::new()));
        self.fill_facets();
    }

    /// What is known of the chosen facet, and whether that is all there is to know.
    pub fn facet_answer(&self) -> Option<(&Arc<Answer>, bool)> {
        let Overlay::Facets(panel) = &self.overlay else { return None };
        self.result_answer(&panel.chosen().ask())
    }

    /// What is known of the metadata of the present result.
    pub fn metadata_map(&self) -> Option<&MetadataMap> {
        match self.result_answer(&FacetRow::Map.ask()).map(|(answer, _)| &**answer) {
            Some(Answer::MetadataMap(paths)) => Some(paths),
            _ => None,
        }
    }

    /// Makes the rows of the metadata from its map; what was chosen stays chosen.
    pub(super) fn fill_facets(&mut self) {
        let map = self.result_answer(&FacetRow::Map.ask()).map(|(answer, _)| Arc::clone(answer));
        let Overlay::Facets(panel) = &mut self.overlay else { return };
        if let Some(Answer::MetadataMap(paths)) = map.as_deref() {
            let chosen = panel.chosen().clone();
            panel.rows.truncate(Facet::FIXED.len() + 1);
            let paths = paths.listed.iter().filter(|seen| seen.has_values());
            let paths = paths.filter_map(|seen| seen.path.clone());
            panel.rows.extend(paths.map(|path| FacetRow::Values(Facet::Path(path))));
            panel.row = panel.rows.iter().position(|row| *row == chosen).unwrap_or_else(|| {
                panel.rows.push(chosen);
                panel.rows.len() - 1
            });
        }
        let last = self.value_count().saturating_sub(1);
        if let Overlay::Facets(panel) = &mut self.overlay {
            panel.value = panel.value.min(last);
        }
    }

    /// How many rows there are on the right.
    fn value_count(&self) -> usize {
        match self.facet_answer().map(|(answer, _)| &**answer) {
            Some(Answer::Facet(values)) => values.listed.len() + usize::from(values.without > 0),
            Some(Answer::MetadataMap(paths)) => paths.listed.len(),
            _ => 0,
        }
    }

    /// Does an action in the panel; [`None`] for one that is no matter of the panel.
    pub(super) fn act_on_facets(&mut self, action: Action) -> Option<Vec<Effect>> {
        let Overlay::Facets(panel) = &mut self.overlay else { return None };
        if let Some((reach, way)) = movement(action) {
            self.step_facets(reach, way);
            return Some(Vec::new());
        }
        match action {
            Action::Back | Action::Quit | Action::Facets => match (panel.side, action) {
                (Side::Values, Action::Back | Action::Quit) => panel.side = Side::Facets,
                _ => self.overlay = Overlay::None,
            },
            Action::NextPane | Action::PreviousPane => {
                panel.side = match panel.side {
                    Side::Facets => Side::Values,
                    Side::Values => Side::Facets,
                };
            }
            Action::GoOut => panel.side = Side::Facets,
            Action::GoIn if panel.side == Side::Values => self.open_path(),
            Action::GoIn => panel.side = Side::Values,
            Action::Open if panel.side == Side::Facets => panel.side = Side::Values,
            Action::Open => return Some(self.add_value()),
            Action::ClearFilter => return Some(self.ask(QueryKind::Filter, None)),
            _ if stays_over_a_panel(action) => return None,
            _ => {
                self.overlay = Overlay::None;
                return None;
            }
        }
        Some(Vec::new())
    }

    fn step_facets(&mut self, reach: Reach, way: Way) {
        let height = FacetPanel::areas(self.size).values.height;
        let lines = lines_of(reach, usize::from(height));
        let last = self.value_count().saturating_sub(1);
        let Overlay::Facets(panel) = &mut self.overlay else { return };
        let step = |from: usize| match way {
            Way::Down => from.saturating_add(lines),
            Way::Up => from.saturating_sub(lines),
        };
        match panel.side {
            Side::Facets => panel.choose_row(step(panel.row)),
            Side::Values => panel.value = step(panel.value).min(last),
        }
    }

    /// From a path on the map to its values.
    fn open_path(&mut self) {
        let Some((answer, _)) = self.facet_answer() else { return };
        let answer = Arc::clone(answer);
        let Overlay::Facets(panel) = &mut self.overlay else { return };
        let Answer::MetadataMap(paths) = &*answer else { return };
        let path = paths.listed.get(panel.value).and_then(|seen| seen.path.clone());
        let wanted = path.map(|path| FacetRow::Values(Facet::Path(path)));
        match wanted.and_then(|wanted| panel.rows.iter().position(|row| *row == wanted)) {
            Some(row) => panel.choose_row(row),
            None => self.tell(Severity::Info, "no value stands right there; look further down"),
        }
    }

    /// Adds the term of the chosen value to the filter.
    fn add_value(&mut self) -> Vec<Effect> {
        if self.privacy == Privacy::Hidden {
            return Vec::new();
        }
        match self.chosen_term() {
            Ok(term) => self.add_filter_term(term),
            Err(words) => {
                self.tell(Severity::Info, words);
                Vec::new()
            }
        }
    }

    /// The term of the chosen row on the right, or why there is none.
    fn chosen_term(&self) -> Result<String, &'static str> {
        let nothing = "there is no value to filter by";
        let Overlay::Facets(panel) = &self.overlay else { return Err(nothing) };
        let (answer, _) = self.facet_answer().ok_or("it is still being counted")?;
        match (&**answer, panel.chosen()) {
            (Answer::MetadataMap(paths), _) => {
                let seen = paths.listed.get(panel.value).ok_or(nothing)?;
                let path = seen.path.as_ref().map(|path| format!("has:{path}"));
                Ok(path.unwrap_or_else(|| "has:metadata".to_owned()))
            }
            (Answer::Facet(values), FacetRow::Values(facet)) => {
                match values.listed.get(panel.value) {
                    Some(value) => {
                        facet.term(&value.text).ok_or("a filter cannot ask for this value")
                    }
                    None if values.without > 0 => Ok(facet.term_without()),
                    None => Err(nothing),
                }
            }
            _ => Err(nothing),
        }
    }

    /// A click in the panel: selects, and a second one on a value adds it; outside it closes.
    pub(super) fn click_facets(&mut self, x: u16, y: u16) -> Vec<Effect> {
        let areas = FacetPanel::areas(self.size);
        let last = self.value_count();
        let Overlay::Facets(panel) = &mut self.overlay else { return Vec::new() };
        let place = |area: Area, selected: usize| {
            FacetPanel::top(selected, usize::from(area.height)) + usize::from(y - area.y)
        };
        if areas.facets.holds(x, y) {
            let row = place(areas.facets, panel.row);
            panel.side = Side::Facets;
            if row < panel.rows.len() {
                panel.choose_row(row);
            }
        } else if areas.values.holds(x, y) {
            let value = place(areas.values, panel.value);
            let again = panel.side == Side::Values && panel.value == value;
            panel.side = Side::Values;
            if value < last {
                panel.value = value;
                return if again { self.add_value() } else { Vec::new() };
            }
        } else if !areas.whole.holds(x, y) {
            self.overlay = Overlay::None;
        }
        Vec::new()
    }

    /// The wheel moves on the side that it is over.
    pub(super) fn wheel_facets(&mut self, x: u16, way: Way) {
        let areas = FacetPanel::areas(self.size);
        if let Overlay::Facets(panel) = &mut self.overlay {
            panel.side = if x < areas.values.x { Side::Facets } else { Side::Values };
        }
        self.step_facets(Reach::Line, way);
    }
}
