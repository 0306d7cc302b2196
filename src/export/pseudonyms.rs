//! Ids replaced by numbers: `student-001`, `session-0001`.
//!
//! What is replaced: the ids of users and sessions in their fields; the same ids as words of a text,
//! of the name of a component or of a string in the metadata, whatever their case; what looks like an e-mail address or a
//! telephone number. Names that are no ids cannot be known, which every document says.
//!
//! The numbers go by a hash of the ids whose key is made for one document and kept nowhere: neither
//! the order of the ids nor another document tells who is who.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use foldhash::fast::RandomState;
use regex::Regex;

use super::ExportMessage;
use crate::message::{Flags, NameId};
use crate::store::Page;

/// Shorter ids are words of any language; they are replaced only where they are the whole value.
const SHORTEST: usize = 3;
/// The same for ids of digits alone, which else would be any number.
const SHORTEST_NUMBER: usize = 5;
/// How many words an id may have to be found within a text.
const MOST_WORDS: usize = 16;

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{N}._%+'-]*[\p{L}\p{N}_%+-]@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+").ok()
});
/// International, national with a leading zero, and three groups of 3, 3 and 4 digits.
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let international = r"\+\d(?:[ ./()-]{0,2}\d){7,14}\b";
    let national = r"\(?\b0\d(?:[ ./()-]{0,2}\d){6,13}\b";
    let groups = r"\(?\b\d{3}\)?[ .-]?\d{3}[ .-]\d{4}\b";
    Regex::new(&format!("{international}|{national}|{groups}")).ok()
});

/// What stands for an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pseudonym {
    Student(u32),
    Session(u32),
}

/// Where an id is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Within {
    /// It is the whole value.
    Values,
    /// The same, and as a word of a text.
    Texts,
}

/// The ids of a store, and what stands for them in one document.
pub struct Pseudonyms {
    /// By the number of the user; 0 for a name that is no user.
    students: Vec<u32>,
    sessions: Vec<u32>,
    /// By the id in lower case; those that are words of a text, too, are marked.
    ids: HashMap<String, (Pseudonym, Within), RandomState>,
    /// How many words the ids have that are found within a text, the most first.
    lengths: Vec<usize>,
    /// The digits of the largest numbers.
    digits: (usize, usize),
}

impl Pseudonyms {
    /// For the ids of the store that these pages are. `hash` must be keyed with something that is
    /// random for each document.
    pub fn new(pages: &[Arc<Page>], hash: &dyn Fn(&str) -> u64) -> Self {
        let names: Vec<&str> =
            pages.iter().flat_map(|page| page.new_names.iter().map(|name| &**name)).collect();
        let sessions: Vec<&str> = pages
            .iter()
            .flat_map(|page| page.new_sessions.iter().map(|name| name.as_deref().unwrap_or("")))
            .collect();
        let mut is_user = vec![false; names.len()];
        for row in pages.iter().flat_map(|page| &page.rows).filter(|row| row.user != NameId::NONE) {
            if let Some(is_user) = is_user.get_mut(row.user.index()) {
                *is_user = true;
            }
        }
        let users = names.iter().zip(&is_user).map(|(name, &is_user)| is_user.then_some(*name));
        let users: Vec<Option<&str>> = users.collect();
        let students = numbers(&users, hash);
        let session_numbers =
            numbers(&sessions.iter().copied().map(Some).collect::<Vec<_>>(), hash);
        let digits = |numbers: &[u32], least| {
            numbers.iter().max().map_or(1, |most| most.to_string().len()).max(least)
        };
        let mut all = Self {
            digits: (digits(&students, 3), digits(&session_numbers, 4)),
            students: Vec::new(),
            sessions: Vec::new(),
            ids: HashMap::default(),
            lengths: Vec::new(),
        };
        for (name, &number) in sessions.iter().zip(&session_numbers) {
            all.learn(name, Pseudonym::Session(number));
        }
        // Behind the sessions: an id that is both is a student's.
        for (name, &number) in users.iter().zip(&students) {
            if let Some(name) = name {
                all.learn(name, Pseudonym::Student(number));
            }
        }
        all.lengths.sort_unstable_by(|a, b| b.cmp(a));
        all.lengths.dedup();
        Self { students, sessions: session_numbers, ..all }
    }

    fn learn(&mut self, name: &str, pseudonym: Pseudonym) {
        let id = folded(name.trim());
        if id.is_empty() {
            return;
        }
        let core = id.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let is_number = core.bytes().all(|byte| byte.is_ascii_digit());
        let shortest = if is_number { SHORTEST_NUMBER } else { SHORTEST };
        let length = words(&core).count();
        self.ids.insert(id, (pseudonym, Within::Values));
        if core.chars().count() >= shortest && length <= MOST_WORDS {
            if !self.lengths.contains(&length) {
                self.lengths.push(length);
            }
            self.ids.insert(core, (pseudonym, Within::Texts));
        }
    }

    fn name(&self, pseudonym: Pseudonym) -> String {
        let (student, session) = self.digits;
        match pseudonym {
            Pseudonym::Student(number) => format!("student-{number:0student$}"),
            Pseudonym::Session(number) => format!("session-{number:0session$}"),
        }
    }

    /// Replaces the ids of a message, and what it says of them.
    pub fn hide(&self, message: &mut ExportMessage<'_>) {
        let number = |numbers: &[u32], at: usize| numbers.get(at).copied().unwrap_or(0);
        if message.session.is_some() {
            let session = number(&self.sessions, message.row.session.index());
            message.session = Some(self.name(Pseudonym::Session(session)).into());
        }
        if message.user.is_some() {
            let student = number(&self.students, message.row.user.index());
            message.user = Some(self.name(Pseudonym::Student(student)).into());
        }
        // A user may have been named as a component, too.
        for name in [&mut message.component, &mut message.role] {
            let Some(known) = name.as_deref() else { continue };
            let hidden = match self.whole(known) {
                Some(pseudonym) => Cow::Owned(self.name(pseudonym)),
                None => self.text(known),
            };
            if let Cow::Owned(hidden) = hidden {
                *name = Some(hidden.into());
            }
        }
        if let Some(text) = message.text.take() {
            let is_json = message.row.flags.has(Flags::TEXT_IS_JSON);
            let hidden = if is_json { self.json(&text) } else { self.text(&text).into_owned() };
            message.text = Some(hidden.into());
        }
        if let Some(metadata) = message.metadata.take() {
            message.metadata = Some(self.json(&metadata).into());
        }
        message.is_changed = true;
    }

    /// The pseudonym of a value that is an id and nothing else.
    fn whole(&self, value: &str) -> Option<Pseudonym> {
        let value = value.trim();
        let found = self.ids.get(value).or_else(|| self.ids.get(&folded(value)));
        found.map(|(pseudonym, _)| *pseudonym)
    }

    /// A text without ids, e-mail addresses and telephone numbers.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hidden = self.without_ids(text);
        if let (true, Some(email)) = (hidden.contains('@'), EMAIL.as_ref())
            && let Cow::Owned(without) = email.replace_all(&hidden, "[e-mail]")
        {
            hidden = Cow::Owned(without);
        }
        let digits = hidden.bytes().filter(u8::is_ascii_digit).take(8).count();
        if let (8, Some(phone)) = (digits, PHONE.as_ref()) {
            let replace = |found: &regex::Captures<'_>| {
                let found = found.get(0).map_or("", |found| found.as_str());
                // Binary numbers are what a student of computers writes.
                let is_binary =
                    found.bytes().all(|byte| !byte.is_ascii_digit() || matches!(byte, b'0' | b'1'));
                if is_binary { found.to_owned() } else { "[phone]".to_owned() }
            };
            if let Cow::Owned(without) = phone.replace_all(&hidden, replace) {
                hidden = Cow::Owned(without);
            }
        }
        hidden
    }

    /// A text without ids: at each word, the longest run of words that is one.
    fn without_ids<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.lengths.is_empty() {
            return Cow::Borrowed(text);
        }
        let places: Vec<_> = words(text).collect();
        let mut out = String::new();
        let (mut at, mut copied) = (0, 0);
        let mut lower = String::new();
        while let Some(first) = places.get(at) {
            let found = self.lengths.iter().find_map(|&length| {
                let last = places.get(at + length - 1)?;
                let run = text.get(first.start..last.end)?;
                lower.clear();
                lower.extend(without_case(run));
                let &(pseudonym, within) = self.ids.get(&lower)?;
                (within == Within::Texts).then_some((length, last.end, pseudonym))
            });
            match found {
                Some((length, end, pseudonym)) => {
                    out.push_str(text.get(copied..first.start).unwrap_or_default());
                    out.push_str(&self.name(pseudonym));
                    copied = end;
                    at += length;
                }
                None => at += 1,
            }
        }
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// JSON whose strings, keys included, have no ids; numbers that are ids become strings. All
    /// else is as it was.
    pub fn json(&self, json: &str) -> String {
        let mut out = String::with_capacity(json.len());
        let mut rest = json;
        while let Some(first) = rest.bytes().next() {
            let end = match first {
                b'"' => string_end(rest),
                b'-' | b'0'..=b'9' => {
                    let is_part =
                        |byte: u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                    rest.bytes().position(|byte| !is_part(byte)).unwrap_or(rest.len())
                }
                _ => rest
                    .bytes()
                    .position(|byte| matches!(byte, b'"' | b'-' | b'0'..=b'9'))
                    .unwrap_or(rest.len()),
            };
            let (token, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            match first {
                b'"' => self.push_string(token, &mut out),
                b'-' | b'0'..=b'9' if token.len() >= SHORTEST_NUMBER => match self.whole(token) {
                    Some(pseudonym) => out.push_str(&quoted(&self.name(pseudonym))),
                    None => out.push_str(token),
                },
                _ => out.push_str(token),
            }
            rest = behind;
        }
        out
    }

    fn push_string(&self, token: &str, out: &mut String) {
        // What is no text, a half of a pair of surrogates say, is looked at as it is written.
        let decoded = serde_json::from_str::<String>(token);
        let text = decoded.as_deref().unwrap_or(token);
        if let Some(pseudonym) = self.whole(text) {
            out.push_str(&quoted(&self.name(pseudonym)));
            return;
        }
        match (self.text(text), &decoded) {
            (Cow::Owned(hidden), Ok(_)) => out.push_str(&quoted(&hidden)),
            (hidden, Err(_)) => out.push_str(&hidden),
            (Cow::Borrowed(_), Ok(_)) => out.push_str(token),
        }
    }
}

/// The characters of a text in one case. Letter by letter, so that a text has the same ones wherever
/// it stands: the sigma at the end of a word is the one within.
fn without_case(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c })
}

fn folded(text: &str) -> String {
    without_case(text).collect()
}

/// A number for each name, from 1, by the order of their hashes; 0 for none.
fn numbers(names: &[Option<&str>], hash: &dyn Fn(&str) -> u64) -> Vec<u32> {
    let named = names.iter().enumerate();
    let named = named.filter_map(|(at, name)| name.map(|name| (hash(name), at)));
    let mut order: Vec<(u64, usize)> = named.collect();
    order.sort_unstable();
    let mut numbers = vec![0; names.len()];
    for (number, (_, at)) in (1..).zip(order) {
        if let Some(place) = numbers.get_mut(at) {
            *place = number;
        }
    }
    numbers
}

/// The words of a text: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = chars.find(|(_, c)| c.is_alphanumeric())?;
        let mut end = text.len();
        while let Some((at, c)) = chars.peek() {
            if !c.is_alphanumeric() {
                end = *at;
                break;
            }
            chars.next();
        }
        Some(start..end)
    })
}

/// The end of the JSON string at the start of `json`, behind its closing quote.
fn string_end(json: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
