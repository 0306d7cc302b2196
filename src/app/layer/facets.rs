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

use crate::stats::{CountAnswer, CountRequest, Facet, MetadataMap};

use super::super::Privacy;
use super::super::action::Action;
use super::super::counts::{Ask, Base};
use super::super::event::MouseEvent;
use super::super::geometry::{Area, Size, middle};
use super::super::motion::{Motion, lines_of, movement};
use super::super::transcript::Direction;
use super::context::LayerContext;
use super::{LayerRequest, LayerState, Reply, Typing};
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
    /// The panel, with the fixed facets.
    pub(in crate::app) fn new() -> Self {
        let mut rows: Vec<FacetRow> = Facet::FIXED.into_iter().map(FacetRow::Values).collect();
        rows.push(FacetRow::Map);
        Self { rows, row: 0, value: 0, side: Side::Facets }
    }

    /// The chosen row on the left.
    pub fn chosen(&self) -> &FacetRow {
        self.rows.get(self.row).unwrap_or(&FacetRow::Map)
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

impl FacetPanel {
    /// What is known of the chosen facet, and whether that is all there is to know.
    pub fn answer<'a>(&self, context: &LayerContext<'a>) -> Option<(&'a Arc<CountAnswer>, bool)> {
        context.result_answer(&self.chosen().ask())
    }

    /// What is known of the metadata of the present result.
    pub fn metadata_map<'a>(context: &LayerContext<'a>) -> Option<&'a MetadataMap> {
        match context.result_answer(&FacetRow::Map.ask()).map(|(answer, _)| &**answer) {
            Some(CountAnswer::MetadataMap(paths)) => Some(paths),
            _ => None,
        }
    }

    /// Makes the rows of the metadata from its map; what was chosen stays chosen.
    fn fill(&mut self, context: &LayerContext<'_>) {
        let map = context.result_answer(&FacetRow::Map.ask()).map(|(answer, _)| Arc::clone(answer));
        if let Some(CountAnswer::MetadataMap(paths)) = map.as_deref() {
            let chosen = self.chosen().clone();
            self.rows.truncate(Facet::FIXED.len() + 1);
            let paths = paths.listed.iter().filter(|seen| seen.has_values());
            let paths = paths.filter_map(|seen| seen.path.clone());
            self.rows.extend(paths.map(|path| FacetRow::Values(Facet::Path(path))));
            self.row = self.rows.iter().position(|row| *row == chosen).unwrap_or_else(|| {
                self.rows.push(chosen);
                self.rows.len() - 1
            });
        }
        let last = self.value_count(context).saturating_sub(1);
        self.value = self.value.min(last);
    }

    /// How many rows there are on the right.
    fn value_count(&self, context: &LayerContext<'_>) -> usize {
        match self.answer(context).map(|(answer, _)| &**answer) {
            Some(CountAnswer::Facet(values)) => {
                values.listed.len() + usize::from(values.without > 0)
            }
            Some(CountAnswer::MetadataMap(paths)) => paths.listed.len(),
            _ => 0,
        }
    }

    fn step(&mut self, motion: Motion, way: Direction, context: &LayerContext<'_>) {
        let height = Self::areas(context.size).values.height;
        let lines = lines_of(motion, usize::from(height));
        let last = self.value_count(context).saturating_sub(1);
        let step = |from: usize| match way {
            Direction::Down => from.saturating_add(lines),
            Direction::Up => from.saturating_sub(lines),
        };
        match self.side {
            Side::Facets => self.choose_row(step(self.row)),
            Side::Values => self.value = step(self.value).min(last),
        }
    }

    /// From a path on the map to its values.
    fn open_path(&mut self, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        let Some((answer, _)) = self.answer(context) else { return Vec::new() };
        let CountAnswer::MetadataMap(paths) = &**answer else { return Vec::new() };
        let path = paths.listed.get(self.value).and_then(|seen| seen.path.clone());
        let wanted = path.map(|path| FacetRow::Values(Facet::Path(path)));
        match wanted.and_then(|wanted| self.rows.iter().position(|row| *row == wanted)) {
            Some(row) => self.choose_row(row),
            None => {
                let words = "no value stands right there; look further down";
                return vec![LayerRequest::Notify(Severity::Info, words.to_owned())];
            }
        }
        Vec::new()
    }

    /// Adds the term of the chosen value to the filter.
    fn add_value(&self, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        if context.privacy == Privacy::Hidden {
            return Vec::new();
        }
        vec![match self.chosen_term(context) {
            Ok(term) => LayerRequest::AddTerm(term),
            Err(words) => LayerRequest::Notify(Severity::Info, words.to_owned()),
        }]
    }

    /// The term of the chosen row on the right, or why there is none.
    fn chosen_term(&self, context: &LayerContext<'_>) -> Result<String, &'static str> {
        let nothing = "there is no value to filter by";
        let (answer, _) = self.answer(context).ok_or("it is still being counted")?;
        match (&**answer, self.chosen()) {
            (CountAnswer::MetadataMap(paths), _) => {
                let seen = paths.listed.get(self.value).ok_or(nothing)?;
                let path = seen.path.as_ref().map(|path| format!("has:{path}"));
                Ok(path.unwrap_or_else(|| "has:metadata".to_owned()))
            }
            (CountAnswer::Facet(values), FacetRow::Values(facet)) => {
                match values.listed.get(self.value) {
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

    /// A click selects, and a second one on a value adds it; outside the panel it closes.
    fn click(&mut self, x: u16, y: u16, context: &LayerContext<'_>) -> Vec<LayerRequest> {
        let areas = Self::areas(context.size);
        let last = self.value_count(context);
        let place = |area: Area, selected: usize| {
            Self::top(selected, usize::from(area.height)) + usize::from(y - area.y)
        };
        if areas.facets.holds(x, y) {
            let row = place(areas.facets, self.row);
            self.side = Side::Facets;
            if row < self.rows.len() {
                self.choose_row(row);
            }
        } else if areas.values.holds(x, y) {
            let value = place(areas.values, self.value);
            let again = self.side == Side::Values && self.value == value;
            self.side = Side::Values;
            if value < last {
                self.value = value;
                return if again { self.add_value(context) } else { Vec::new() };
            }
        } else if !areas.whole.holds(x, y) {
            return vec![LayerRequest::Close];
        }
        Vec::new()
    }

    /// The wheel moves on the side that it is over.
    fn wheel(&mut self, x: u16, way: Direction, context: &LayerContext<'_>) {
        let areas = Self::areas(context.size);
        self.side = if x < areas.values.x { Side::Facets } else { Side::Values };
        self.step(Motion::Line, way, context);
    }
}

impl LayerState for FacetPanel {
    fn typing(&self) -> Typing {
        Typing::No
    }

    fn on_action(&mut self, action: Action, context: &LayerContext<'_>) -> Reply {
        if let Some((motion, way)) = movement(action) {
            self.step(motion, way, context);
            return Reply::done();
        }
        match action {
            Action::Back | Action::Quit if self.side == Side::Values => self.side = Side::Facets,
            Action::Back | Action::Quit | Action::Facets => return Reply::close(),
            Action::NextPane | Action::PreviousPane => {
                self.side = match self.side {
                    Side::Facets => Side::Values,
                    Side::Values => Side::Facets,
                };
            }
            Action::GoOut => self.side = Side::Facets,
            Action::GoIn if self.side == Side::Values => {
                return Reply::Done(self.open_path(context));
            }
            Action::Open | Action::GoIn if self.side == Side::Facets => self.side = Side::Values,
            Action::Open => return Reply::Done(self.add_value(context)),
            Action::ClearFilter => return LayerRequest::ClearFilter.into(),
            _ => return Reply::of_panel(action),
        }
        Reply::done()
    }

    fn on_mouse(&mut self, event: MouseEvent, context: &LayerContext<'_>) -> Reply {
        match event {
            MouseEvent::Pressed(x, y) => return Reply::Done(self.click(x, y, context)),
            MouseEvent::WheelDown(x, _) => self.wheel(x, Direction::Down, context),
            MouseEvent::WheelUp(x, _) => self.wheel(x, Direction::Up, context),
            MouseEvent::Dragged(..) | MouseEvent::Released => {}
        }
        Reply::done()
    }

    /// What is chosen, then the rows of the metadata.
    fn asks(&self, context: &LayerContext<'_>) -> Option<(Option<Base>, Vec<Ask>)> {
        Some((context.result_base(), vec![self.chosen().ask(), FacetRow::Map.ask()]))
    }

    fn refresh(&mut self, context: &LayerContext<'_>) {
        self.fill(context);
    }
}
