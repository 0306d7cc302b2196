//! The way back: a message of the store as the JSON that the endpoint would send, for the
//! inspector and for exports.

use std::io::{self, Write};
use std::sync::Arc;

use crate::app::effect::Ids;
use crate::app::inspector::Sheet;
use crate::message::{Flags, RoleId};
use crate::metadata::{self, Fields, Tree};
use crate::store::{Page, Row};
use crate::time::{self, Zone};

/// The longest text that is repeated in the inspector, in bytes.
const REPEATED: usize = 64 << 10;

/// The ids of a store in words.
pub struct Names {
    sessions: Vec<Option<Arc<str>>>,
    names: Vec<Arc<str>>,
    roles: Vec<Arc<str>>,
}

impl Names {
    /// The ids of the store that these pages are, from the first on.
    pub fn of(pages: &[Arc<Page>]) -> Self {
        let fixed = RoleId::FIXED.iter().map(|&name| Arc::from(name));
        Self {
            sessions: pages.iter().flat_map(|page| page.new_sessions.iter().cloned()).collect(),
            names: pages.iter().flat_map(|page| page.new_names.iter().cloned()).collect(),
            roles: fixed
                .chain(pages.iter().flat_map(|page| page.new_roles.iter().cloned()))
                .collect(),
        }
    }

    /// The role of a message; empty for none.
    pub fn role(&self, row: &Row) -> &str {
        self.roles.get(row.role.index()).map_or("", |name| name)
    }

    /// Who spoke: the user of a question, the component of anything else; empty for none.
    pub fn speaker(&self, row: &Row) -> &str {
        let who = if row.role == RoleId::USER { row.user } else { row.component };
        self.names.get(who.index()).map_or("", |name| name)
    }

    /// Writes a message as one line of JSON, without a line feed.
    pub fn write_json(&self, page: &Page, row: &Row, out: &mut impl Write) -> io::Result<()> {
        // Line feeds between values are blanks, and within strings JSON has none: one message, one
        // line.
        let extra = page.extra_of(row).replace(['\n', '\r'], " ");
        if row.flags.has(Flags::WHOLE) {
            // All fields as they were sent; the text stands beside them where it was one.
            let rest = extra.trim_start().strip_prefix('{').unwrap_or("}").trim_start();
            let is_text = !row.flags.has(Flags::NO_TEXT) && !row.flags.has(Flags::TEXT_IS_JSON);
            if is_text {
                write!(out, "{{{}:", quoted("content")?)?;
                serde_json::to_writer(&mut *out, page.text_of(row))?;
                let comma = if rest.starts_with('}') { "" } else { "," };
                return write!(out, "{comma}{rest}");
            }
            return write!(out, "{{{rest}");
        }
        let session = self.sessions.get(row.session.index()).and_then(Option::as_deref);
        let component = self.names.get(row.component.index()).map(AsRef::as_ref);
        let user = self.names.get(row.user.index()).map(AsRef::as_ref);
        let role = self.roles.get(row.role.index()).map(AsRef::as_ref);
        let text = (!row.flags.has(Flags::NO_TEXT)).then(|| page.text_of(row));
        let time = (!row.flags.has(Flags::NO_TIME)).then(|| time::iso(row.time));
        let fields = [
            ("sessionId", session),
            ("userId", user),
            ("componentId", component),
            ("role", role),
            ("content", text),
            ("createdAt", time.as_deref()),
        ];
        let mut separator = "{";
        for (name, value) in fields {
            if let Some(value) = value {
                write!(out, "{separator}\"{name}\":")?;
                serde_json::to_writer(&mut *out, value)?;
                separator = ",";
            }
        }
        if !extra.is_empty() {
            write!(out, "{separator}\"metadata\":{extra}")?;
            separator = ",";
        }
        out.write_all(if separator == "{" { b"{}" } else { b"}" })
    }
}

fn quoted(text: &str) -> io::Result<String> {
    Ok(serde_json::to_string(text)?)
}

/// Everything about one message for the inspector.
pub fn sheet(ids: &Ids, page: &Page, row: &Row, zone: Zone) -> Sheet {
    let text = page.text_of(row);
    let time = (!row.flags.has(Flags::NO_TIME)).then(|| time::iso(row.time));
    let repeated = text.len() <= REPEATED && !row.flags.has(Flags::NO_TEXT);
    let strings = [
        ("sessionId", ids.session.as_deref()),
        ("userId", ids.user.as_deref()),
        ("componentId", ids.component.as_deref()),
        ("role", ids.role.as_deref()),
        ("createdAt", time.as_deref()),
        ("content", repeated.then_some(text)),
    ];
    let fields =
        |extra| Fields { strings: &strings, metadata_name: "metadata", extra, flags: row.flags };
    let extra = page.extra_of(row);
    let json = metadata::whole_json(&fields(extra));
    let (tree, trouble) = match Tree::parse(&json) {
        Ok(tree) => (tree, None),
        Err(error) => {
            // What can be read is shown; what cannot is there as JSON.
            let without = metadata::whole_json(&Fields { flags: Flags::default(), ..fields("") });
            let tree = Tree::parse(&without).unwrap_or_default();
            (tree, Some(format!("the metadata cannot be shown as a tree: {error}")))
        }
    };
    Sheet { facts: facts(text, row, zone), tree, json, trouble }
}

fn facts(text: &str, row: &Row, zone: Zone) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let time = if row.flags.has(Flags::NO_TIME) {
        "missing or unreadable; it stands where it arrived".to_owned()
    } else {
        time::date_and_clock(row.time, zone)
    };
    facts.push(("time  ", time));
    let lines = if text.is_empty() { 0 } else { text.lines().count() };
    let lines = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
    facts.push(("length", format!("{} characters, {lines}", text.chars().count())));
    let mut odd = Vec::new();
    for (flag, words) in [
        (Flags::NO_TEXT, "the text is missing"),
        (Flags::TEXT_IS_JSON, "the text was no string: shown as JSON"),
        (Flags::REPAIRED, "a field was missing, null, of another type or not valid text"),
        (Flags::HIDDEN, "the text has invisible characters"),
    ] {
        if row.flags.has(flag) {
            odd.push(words);
        }
    }
    if !odd.is_empty() {
        facts.push(("odd   ", odd.join("; ")));
    }
    facts
}
