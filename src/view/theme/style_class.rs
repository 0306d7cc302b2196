//! What is painted, by its meaning: the names that a theme's file may use.

use crate::highlight::CodeToken;
use crate::message::RoleId;

macro_rules! inks {
    ($($(#[$doc:meta])* $ink:ident $name:literal;)*) => {
        /// What is painted, by its meaning.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum StyleClass {
            $($(#[$doc])* $ink,)*
        }

        impl StyleClass {
            /// Every meaning, in the order of the enum.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$ink),*];

            /// The name in a theme's file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$ink => $name,)*
                }
            }
        }
    };
}

inks! {
    /// Text.
    Text "text";
    /// What is said in passing: times, counts.
    Quiet "quiet";
    /// The borders of panes.
    Border "border";
    /// What stands for a character that is not shown.
    Mark "mark";
    /// What carries weight: titles, the strong words of a message.
    Strong "strong";
    /// The border and title of the pane with the focus.
    Focus "focus";
    /// The selected row of the pane with the focus.
    Selected "selected";
    /// The selected row of another pane.
    SelectedElsewhere "selected_elsewhere";
    /// A match of the search.
    Matched "matched";
    /// The keys in hints and help.
    Key "key";
    /// Something is not as it should be.
    Warning "warning";
    /// The part of a progress bar that is done.
    Progress "progress";
    /// The student.
    User "user";
    /// The tutor.
    Assistant "assistant";
    /// The instructions.
    System "system";
    /// Any other role.
    Other "other";
    /// A heading of the first level.
    Heading1 "heading_1";
    /// A heading of the second level.
    Heading2 "heading_2";
    /// A heading of a deeper level.
    Heading3 "heading_3";
    /// Words that are stressed.
    Emphasis "emphasis";
    /// Words that are struck out.
    Struck "struck";
    /// Code within a line.
    Code "code";
    /// The text of a code block, where the words of its language say nothing else.
    CodeBlock "code_block";
    /// What stands beside a code block: its bar, its language.
    CodeGutter "code_gutter";
    /// The words of a link.
    Link "link";
    /// Where a link leads.
    LinkTarget "link_target";
    /// What is quoted.
    Quote "quote";
    /// A rule between parts.
    Rule "rule";
    /// The bullet or number of a list's item.
    ListMarker "list_marker";
    /// The lines of a table.
    TableBorder "table_border";
    /// A formula.
    Maths "maths";
    /// HTML, which is shown as it was written.
    Html "html";
    /// In code: a word of the language.
    Keyword "keyword";
    /// In code: a string.
    String "string";
    /// In code: a number.
    Number "number";
    /// In code: a comment.
    Comment "comment";
    /// In code: the name of a function.
    Function "function";
    /// In code: the name of a type.
    TypeName "type_name";
    /// In code: an operator.
    Operator "operator";
    /// In code: a constant, an escape.
    Constant "constant";
    /// In code: a variable, a parameter.
    Variable "variable";
    /// In a patch: a line that comes.
    Inserted "inserted";
    /// In a patch: a line that goes.
    Deleted "deleted";
    /// The scrollbar.
    ScrollbarTrack "scrollbar_track";
    /// On the scrollbar: what is in the window.
    ScrollbarThumb "scrollbar_thumb";
    /// On the scrollbar: a match.
    ScrollbarMatch "scrollbar_match";
    /// On the scrollbar: a message of the student.
    ScrollbarTurn "scrollbar_turn";
    /// On the scrollbar: the selected message.
    ScrollbarSelected "scrollbar_selected";
}

impl StyleClass {
    /// The meaning of a name in a theme's file.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ink| ink.name() == name)
    }

    /// A heading of a level, counted from 1.
    pub fn heading(level: u8) -> Self {
        match level {
            0 | 1 => Self::Heading1,
            2 => Self::Heading2,
            _ => Self::Heading3,
        }
    }

    /// A role's words and bars.
    pub fn role(role: RoleId) -> Self {
        match role {
            RoleId::USER => Self::User,
            RoleId::ASSISTANT => Self::Assistant,
            RoleId::SYSTEM => Self::System,
            _ => Self::Other,
        }
    }
}

impl From<CodeToken> for StyleClass {
    fn from(token: CodeToken) -> Self {
        match token {
            CodeToken::Keyword => Self::Keyword,
            CodeToken::String => Self::String,
            CodeToken::Number => Self::Number,
            CodeToken::Comment => Self::Comment,
            CodeToken::Function => Self::Function,
            CodeToken::TypeName => Self::TypeName,
            CodeToken::Operator => Self::Operator,
            CodeToken::Constant => Self::Constant,
            CodeToken::Variable => Self::Variable,
            CodeToken::Inserted => Self::Inserted,
            CodeToken::Deleted => Self::Deleted,
        }
    }
}
