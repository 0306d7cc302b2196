//! The table of actions: the one place that declares what a person can do.
//!
//! The key map, the checks of a config, help, the palette, the hints on the bottom line, the key
//! table of the README and the keys in `config.example.toml` are all made from [`TABLE`].

/// Where a key works. A more special place wins over [`KeyContext::Everywhere`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum KeyContext {
    /// Wherever no text is being typed.
    Everywhere,
    /// The list of sessions.
    Sessions,
    /// The transcript.
    Transcript,
    /// The metadata of one message.
    Metadata,
    /// A field that takes text: search, filter, the pickers.
    Input,
}

impl KeyContext {
    /// All places, in the order of help.
    pub const ALL: [Self; 5] =
        [Self::Everywhere, Self::Sessions, Self::Transcript, Self::Metadata, Self::Input];

    /// The name in a config: `[keys.NAME]`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Sessions => "sessions",
            Self::Transcript => "transcript",
            Self::Metadata => "metadata",
            Self::Input => "input",
        }
    }
}

/// Under which heading an action stands in help.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ActionGroup {
    /// Moving about.
    Move,
    /// Search and filter.
    Find,
    /// What is shown and how.
    Show,
    /// Scopes and refreshing.
    Load,
    /// Taking something along.
    Take,
    /// The program itself.
    Program,
    /// Typing.
    Edit,
}

impl ActionGroup {
    /// All headings, in the order of help.
    pub const ALL: [Self; 7] =
        [Self::Move, Self::Find, Self::Show, Self::Load, Self::Take, Self::Program, Self::Edit];

    /// The heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Find => "Find",
            Self::Show => "Show",
            Self::Load => "Scopes",
            Self::Take => "Copy and export",
            Self::Program => "Program",
            Self::Edit => "Typing",
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct ActionRow {
    /// The action.
    pub action: Action,
    /// The stable name, for configs and the palette.
    pub name: &'static str,
    /// Where its keys work.
    pub place: KeyContext,
    /// The default keys, in the form of a config.
    pub keys: &'static [&'static str],
    /// The heading it stands under.
    pub group: ActionGroup,
    /// What it does, in one line, beginning with a verb.
    pub help: &'static str,
    /// One or two words for the hints on the bottom line; empty for none.
    pub hint: &'static str,
}

macro_rules! actions {
    ($($variant:ident $name:literal $place:ident [$($key:literal),*] $group:ident $hint:literal $help:literal;)*) => {
        /// What a person wants, imperative.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Action {
            $(#[doc = $help] $variant,)*
        }

        /// Every action, in the order of help.
        pub const TABLE: &[ActionRow] = &[
            $(ActionRow {
                action: Action::$variant,
                name: $name,
                place: KeyContext::$place,
                keys: &[$($key),*],
                group: ActionGroup::$group,
                help: $help,
                hint: $hint,
            },)*
        ];
    };
}

actions! {
    MoveDown "move-down" Everywhere ["j", "down"] Move "" "Move down a line";
    MoveUp "move-up" Everywhere ["k", "up"] Move "" "Move up a line";
    HalfPageDown "half-page-down" Everywhere ["ctrl-d"] Move "" "Move down half a page";
    HalfPageUp "half-page-up" Everywhere ["ctrl-u"] Move "" "Move up half a page";
    PageDown "page-down" Everywhere ["pgdn", "ctrl-f"] Move "page" "Move down a page";
    PageUp "page-up" Everywhere ["pgup", "ctrl-b"] Move "" "Move up a page";
    GoFirst "go-first" Everywhere ["g", "home"] Move "" "Go to the first";
    GoLast "go-last" Everywhere ["G", "end"] Move "" "Go to the last";
    NextMessage "next-message" Transcript ["J"] Move "message" "Go to the next message";
    PreviousMessage "previous-message" Transcript ["K"] Move "" "Go to the previous message";
    NextTurn "next-turn" Transcript ["}"] Move "question" "Go to the student's next message";
    PreviousTurn "previous-turn" Transcript ["{"] Move "" "Go to the student's previous message";
    NextSession "next-session" Everywhere ["]"] Move "" "Go to the next session";
    PreviousSession "previous-session" Everywhere ["["] Move "" "Go to the previous session";
    NextPane "next-pane" Everywhere ["tab"] Move "" "Go to the next pane";
    PreviousPane "previous-pane" Everywhere ["s-tab"] Move "" "Go to the previous pane";
    GoIn "go-in" Everywhere ["l", "right"] Move "" "Open";
    GoOut "go-out" Everywhere ["h", "left"] Move "" "Back";
    Open "open" Everywhere ["enter"] Move "open" "Open what is selected";
    GoToTime "go-to-time" Everywhere ["@"] Move "" "Go to a time in the session";
    Back "back" Everywhere ["esc"] Move "back" "Go one step back; cancel a load";

    Search "search" Everywhere ["/"] Find "search" "Search as you type, and highlight";
    NextMatch "next-match" Everywhere ["n"] Find "" "Go to the next match, across all sessions";
    PreviousMatch "previous-match" Everywhere ["N"] Find "" "Go to the previous match";
    Filter "filter" Everywhere ["f"] Find "filter" "Filter as you type: hide what does not match";
    ClearFilter "clear-filter" Everywhere ["F"] Find "" "Clear the filter";
    FilterByValue "filter-by-value" Metadata ["."] Find "filter by it" "Make a filter of the selected value";
    FilterByThis "filter-by-this" Everywhere ["."] Find "" "Filter by the session, user, component or role of what is selected";
    FilterTerms "filter-terms" Everywhere ["x"] Find "" "Change the filter term by term";
    Facets "facets" Everywhere ["a"] Find "facets" "Facets: count by field or metadata key";
    Statistics "statistics" Everywhere ["S"] Find "" "Statistics (filtered)";
    Check "check" Everywhere ["C"] Find "" "Check completeness";
    PickView "pick-view" Everywhere ["V"] Find "" "Filter by a view, a query with a name";
    SaveView "save-view" Everywhere ["W"] Find "" "Save the filter as a view in the config";

    Inspect "inspect" Everywhere ["i"] Show "metadata" "Show or hide the metadata of the selected message";
    ToggleFold "toggle-fold" Metadata ["space"] Show "fold" "Fold or unfold";
    FoldAll "fold-all" Metadata ["c"] Show "" "Fold or unfold everything";
    Fold "fold" Transcript ["space"] Show "fold" "Open a long message or a folded turn, or fold it";
    FoldTurn "fold-turn" Transcript [","] Show "" "Fold the turn to one line, or unfold it";
    FoldTurns "fold-turns" Transcript ["_"] Show "" "Fold every turn of the session to one line";
    UnfoldAll "unfold-all" Transcript ["+"] Show "" "Unfold every turn; once more opens every long message";
    ToggleSource "toggle-source" Everywhere ["m"] Show "" "Show text or its exact source; metadata as tree or JSON";
    ToggleTimes "toggle-times" Everywhere ["t"] Show "" "Show times as times, or as ages";
    ToggleWrap "toggle-wrap" Everywhere ["w"] Show "" "Wrap long lines of text, of code too, or none";
    LookRight "look-right" Transcript ["L"] Show "" "Look further right along lines that do not wrap";
    LookLeft "look-left" Transcript ["H"] Show "" "Look back to the left";
    Zoom "zoom" Everywhere ["z"] Show "" "Show the focused pane alone, or all";
    Hide "hide" Everywhere ["P"] Show "" "Hide everything that was said, or show it again";
    NextTheme "next-theme" Everywhere [] Show "" "Show everything in the colours of the next theme";
    GrowSessions "grow-sessions" Everywhere [">"] Show "" "Make the list of sessions wider";
    ShrinkSessions "shrink-sessions" Everywhere ["<"] Show "" "Make the list of sessions narrower";
    SortBy "sort-by" Sessions ["o"] Show "sort" "Sort by last active, started, messages, user or matches";
    ReverseSort "reverse-sort" Sessions ["O"] Show "" "Reverse the order";

    Refresh "refresh" Everywhere ["r"] Load "refresh" "Fetch this scope again";
    ToggleRefreshTimer "toggle-refresh-timer" Everywhere ["R"] Load "" "Refresh on a timer, on and off";
    PickScope "pick-scope" Everywhere ["s"] Load "scope" "Pick a scope, or type group:ID or user:ID";
    NextScope "next-scope" Everywhere [")"] Load "" "Switch to the next scope";
    PreviousScope "previous-scope" Everywhere ["("] Load "" "Switch to the previous scope";
    LastScope "last-scope" Everywhere ["-"] Load "" "Switch to the scope that was shown before";
    Scope1 "scope-1" Everywhere ["1"] Load "" "Switch to scope 1";
    Scope2 "scope-2" Everywhere ["2"] Load "" "Switch to scope 2";
    Scope3 "scope-3" Everywhere ["3"] Load "" "Switch to scope 3";
    Scope4 "scope-4" Everywhere ["4"] Load "" "Switch to scope 4";
    Scope5 "scope-5" Everywhere ["5"] Load "" "Switch to scope 5";
    Scope6 "scope-6" Everywhere ["6"] Load "" "Switch to scope 6";
    Scope7 "scope-7" Everywhere ["7"] Load "" "Switch to scope 7";
    Scope8 "scope-8" Everywhere ["8"] Load "" "Switch to scope 8";
    Scope9 "scope-9" Everywhere ["9"] Load "" "Switch to scope 9";

    CopyMessage "copy-message" Everywhere ["y"] Take "" "Copy the text of the selected message";
    CopySession "copy-session" Everywhere ["Y"] Take "" "Copy the session as Markdown";
    CopyCode "copy-code" Transcript ["c"] Take "" "Copy the code block of the cursor";
    CopyValue "copy-value" Metadata ["y"] Take "copy" "Copy the selected value";
    CopyPath "copy-path" Metadata ["p"] Take "path" "Copy the path of the selected value";
    OpenInPager "open-in-pager" Everywhere ["|"] Take "" "Open the session in $PAGER, by a pipe";
    OpenInEditor "open-in-editor" Everywhere ["v"] Take "" "Open a copy of the message in $VISUAL or $EDITOR, in a private file until it closes";
    Export "export" Everywhere ["e"] Take "" "Export the session, the result or everything to a file";

    Palette "palette" Everywhere [":", "ctrl-p"] Program "" "Find any action by its name";
    Help "help" Everywhere ["?", "f1"] Program "help" "Show every key for where you are";
    ToggleMouse "toggle-mouse" Everywhere ["f2"] Program "" "Mouse on/off";
    Redraw "redraw" Everywhere ["ctrl-l"] Program "" "Draw the whole screen again";
    Suspend "suspend" Everywhere ["ctrl-z"] Program "" "Suspend; fg comes back";
    Quit "quit" Everywhere ["q"] Program "quit" "Go back, or quit at the top";
    QuitNow "quit-now" Everywhere ["ctrl-c"] Program "" "Quit at once";

    Accept "accept" Input ["enter"] Edit "accept" "Accept what is typed";
    Cancel "cancel" Input ["esc"] Edit "cancel" "Cancel";
    Complete "complete" Input ["tab"] Edit "complete" "Complete a field or a value, or take the next one";
    CompleteBack "complete-back" Input ["s-tab"] Edit "" "Take the completion before";
    InputUp "input-up" Input ["up", "ctrl-p"] Edit "" "Previous suggestion or history entry";
    InputDown "input-down" Input ["down", "ctrl-n"] Edit "" "Next suggestion or history entry";
    InputLeft "input-left" Input ["left", "ctrl-b"] Edit "" "Move left a character";
    InputRight "input-right" Input ["right", "ctrl-f"] Edit "" "Move right a character";
    InputWordLeft "input-word-left" Input ["alt-b"] Edit "" "Move left a word";
    InputWordRight "input-word-right" Input ["alt-f"] Edit "" "Move right a word";
    InputStart "input-start" Input ["home", "ctrl-a"] Edit "" "Move to the start";
    InputEnd "input-end" Input ["end", "ctrl-e"] Edit "" "Move to the end";
    DeleteBack "delete-back" Input ["backspace", "ctrl-h"] Edit "" "Delete the character before";
    DeleteForward "delete-forward" Input ["delete", "ctrl-d"] Edit "" "Delete the character after";
    DeleteWord "delete-word" Input ["ctrl-w"] Edit "" "Delete the word before";
    DeleteToStart "delete-to-start" Input ["ctrl-u"] Edit "" "Delete to the start";
    DeleteToEnd "delete-to-end" Input ["ctrl-k"] Edit "" "Delete to the end";
    InputQuit "input-quit" Input ["ctrl-c"] Edit "" "Quit at once";
    InputSuspend "input-suspend" Input ["ctrl-z"] Edit "" "Suspend; fg comes back";
}

impl Action {
    /// The row of this action.
    pub fn row(self) -> &'static ActionRow {
        // The table is written by the same macro as the enum, row by row.
        TABLE.get(self as usize).unwrap_or(&TABLE[0])
    }

    /// The scope that a number key asks for, counted from 0.
    pub fn scope_number(self) -> Option<usize> {
        let first = Self::Scope1 as usize;
        (first..=Self::Scope9 as usize).contains(&(self as usize)).then(|| self as usize - first)
    }

    /// The action of a name at a place.
    pub fn find(place: KeyContext, name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.place == place && row.name == name).map(|row| row.action)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::chord::Chord;
    use super::*;

    #[test]
    fn every_action_has_its_own_row_and_name() {
        let mut names = HashSet::new();
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.action as usize, at);
            assert_eq!(row.action.row().name, row.name);
            assert!(names.insert(row.name), "two actions are named {}", row.name);
            assert!(row.help.chars().next().is_some_and(char::is_uppercase), "{}", row.name);
            assert!(!row.help.ends_with('.'), "{}", row.name);
        }
    }

    #[test]
    fn every_default_key_parses_and_prints_back() {
        for row in TABLE {
            let has_none = row.action == Action::NextTheme;
            assert_eq!(row.keys.is_empty(), has_none, "{}", row.name);
            for key in row.keys {
                let chords = Chord::parse_sequence(key).unwrap();
                let printed: Vec<_> = chords.iter().map(|chord| chord.config_form()).collect();
                assert_eq!(printed.join(" "), *key);
            }
        }
    }

    #[test]
    fn number_keys_name_scopes() {
        assert_eq!(Action::Scope1.scope_number(), Some(0));
        assert_eq!(Action::Scope9.scope_number(), Some(8));
        assert_eq!(Action::Quit.scope_number(), None);
    }
}
