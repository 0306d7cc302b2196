//! From keys to actions, and from text to what is being typed into.
//!
//! Must not know what an action does.

use super::App;
use super::action::{Action, Place};
use super::chord::{Chord, Key};
use super::effect::Effect;
use super::geometry::Pane;
use super::keymap::Found;
use super::overlay::Overlay;
use crate::port::Severity;

impl App {
    /// The places whose keys work now, the most special one first.
    pub fn places(&self) -> &'static [Place] {
        match (&self.overlay, self.focus) {
            (overlay, _) if overlay.takes_text() => &[Place::Input],
            (Overlay::Help(_) | Overlay::Facets(_) | Overlay::Report(_), _) => &[Place::Everywhere],
            (_, Pane::Sessions) => &[Place::Sessions, Place::Everywhere],
            (_, Pane::Transcript) => &[Place::Transcript, Place::Everywhere],
            (_, Pane::Metadata) => &[Place::Metadata, Place::Everywhere],
        }
    }

    pub(super) fn pressed(&mut self, chord: Chord) -> Vec<Effect> {
        if self.notice.as_ref().is_some_and(|notice| notice.weight == Severity::Info) {
            self.notice = None;
        }
        self.awaits_match = false;
        self.awaits_place = None;
        self.typed.push(chord);
        let mut found = self.settings.keymap.find(self.places(), &self.typed);
        if found == Found::Nothing && self.typed.len() > 1 {
            // The sequence leads nowhere: the last key stands for itself.
            self.typed = vec![chord];
            found = self.settings.keymap.find(self.places(), &self.typed);
        }
        match found {
            Found::Pending => Vec::new(),
            Found::Action(action) => {
                self.typed.clear();
                self.act(action)
            }
            Found::Nothing => {
                self.typed.clear();
                if matches!(self.overlay, Overlay::Export(_))
                    && let Found::Action(action) =
                        self.settings.keymap.find(&[Place::Everywhere], &[chord])
                    && let Some(effects) = self.move_in_export(action)
                {
                    return effects;
                }
                match chord {
                    Chord { ctrl: false, alt: false, key: Key::Char(letter) } => {
                        self.pasted(letter.encode_utf8(&mut [0; 4]))
                    }
                    _ if self.may_be_two(chord) => {
                        let mut effects = self.pressed(Chord::plain(Key::Esc));
                        effects.extend(self.pressed(Chord { alt: false, ..chord }));
                        effects
                    }
                    _ => Vec::new(),
                }
            }
        }
    }

    /// Whether it may be Esc and a key. Terminals of Unix send the same bytes for both, where it is the key
    /// of a character, and two keys that arrive together, as over a slow line, are taken for one. What
    /// somebody bound is meant, wherever that is; while text is typed, Alt is a part of keys that edit.
    fn may_be_two(&self, chord: Chord) -> bool {
        let is_one_byte = match chord.key {
            Key::Char(_) => true,
            Key::Enter | Key::Tab | Key::Backspace => !chord.ctrl,
            _ => false,
        };
        cfg!(unix)
            && chord.alt
            && is_one_byte
            && !self.overlay.takes_text()
            && !self.settings.keymap.knows(chord)
    }

    /// Keys that move elsewhere, or ask for help, do so in the dialog of an export; [`None`] for all
    /// others.
    fn move_in_export(&mut self, action: Action) -> Option<Vec<Effect>> {
        let moved = match action {
            Action::MoveUp => Action::InputUp,
            Action::MoveDown => Action::InputDown,
            Action::GoOut => Action::InputLeft,
            Action::GoIn => Action::InputRight,
            Action::Help => {
                self.open_help();
                return Some(Vec::new());
            }
            _ => return None,
        };
        Some(self.act_on_export(moved))
    }

    /// Text goes to what is being typed into, and nowhere else.
    pub(super) fn pasted(&mut self, text: &str) -> Vec<Effect> {
        if self.is_there_already(text) {
            return self.prompt_changed();
        }
        if text == " "
            && let Some(effects) = self.remove_chosen_term()
        {
            return effects;
        }
        match &mut self.overlay {
            Overlay::Prompt(prompt) => {
                prompt.field.insert(text);
                self.prompt_changed()
            }
            Overlay::NameView(naming) => {
                naming.field.insert(text);
                self.name_changed();
                Vec::new()
            }
            Overlay::MetadataPrompt(field) => {
                field.insert(text);
                self.metadata_prompt_changed();
                Vec::new()
            }
            Overlay::TimePrompt(prompt) => {
                prompt.field.insert(text);
                self.time_prompt_changed();
                Vec::new()
            }
            Overlay::Menu(menu) => {
                menu.field.insert(text);
                menu.selected = 0;
                self.fill_menu();
                Vec::new()
            }
            Overlay::Export(_) => self.type_into_export(text),
            Overlay::None | Overlay::Help(_) | Overlay::Facets(_) | Overlay::Report(_) => {
                Vec::new()
            }
        }
    }

    /// The key of an action as the person has bound it, for a sentence.
    pub fn key(&self, action: Action) -> String {
        self.settings.keymap.key_of(action).unwrap_or_else(|| "(no key)".to_owned())
    }
}
