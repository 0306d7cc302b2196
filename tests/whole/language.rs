//! The whole query language over the demo's data: each result is that of a naive evaluator, which
//! reads the JSON of the response and shares no code with the search.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeZone, Timelike};
use chrono_tz::Tz;
use serde_json::Value as Json;
use sfchat_tui::demo::{Archive, DemoSettings};
use sfchat_tui::io::stream::Decoder;
use sfchat_tui::query::{
    self, Bounds, Column, Expr, Measure, Number, Part, Path, PathStep, Query, State, Term, Test,
    Value,
};
use sfchat_tui::scope::Scope;
use sfchat_tui::search::{self, Job, Known, Memory};
use sfchat_tui::store::{Limits, Page, Repeats};
use sfchat_tui::time::Zone;

const ZONE: Tz = chrono_tz::Europe::Vienna;
const MESSAGES: usize = 1500;
const QUERIES: usize = 200;

/// A message and what it is among its neighbours.
struct Message {
    json: Json,
    /// The text, and the text without what nobody sees; each as it is and in lower case.
    forms: [[String; 2]; 3],
    time: Option<i64>,
    /// The place in the order of its session.
    place: usize,
    turns: usize,
    wait: Option<i64>,
    unanswered: bool,
}

impl Message {
    fn field(&self, name: &str) -> Option<&str> {
        self.json[name].as_str().filter(|text| !text.is_empty())
    }

    fn text(&self) -> &str {
        self.json["content"].as_str().unwrap_or_default()
    }
}

fn read(body: &[u8]) -> Vec<Message> {
    let body: Json = serde_json::from_slice(body).unwrap();
    let mut last: HashMap<String, i64> = HashMap::new();
    let mut sessions: HashMap<String, Vec<(i64, usize)>> = HashMap::new();
    let mut all = Vec::new();
    for json in body["messages"].as_array().unwrap() {
        let time =
            json["createdAt"].as_str().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        let time = time.map(|time| time.timestamp_millis());
        let session = json["sessionId"].as_str().unwrap_or_default().to_owned();
        let key = time.or(last.get(&session).copied()).unwrap_or(i64::MIN);
        last.insert(session.clone(), key);
        sessions.entry(session).or_default().push((key, all.len()));
        let text = json["content"].as_str().unwrap_or_default().to_owned();
        let seen = search::visible(&text).into_owned();
        let shown = sfchat_tui::maths::shown(&seen);
        let forms = [text, seen, shown].map(|text| [text.clone(), fold(&text)]);
        let json = json.clone();
        all.push(Message { json, forms, time, place: 0, turns: 0, wait: None, unanswered: false });
    }
    for session in sessions.values_mut() {
        session.sort_unstable();
        let order: Vec<usize> = session.iter().map(|&(_, number)| number).collect();
        let asks = |place: usize| all[order[place]].field("role") == Some("user");
        let turns = (0..order.len()).filter(|&place| place == 0 || asks(place)).count();
        let around: Vec<_> = (0..order.len())
            .map(|place| {
                let question =
                    (0..place).rev().find(|&before| asks(before)).filter(|_| !asks(place));
                let wait = question.and_then(|question| {
                    Some(all[order[place]].time? - all[order[question]].time?)
                });
                (wait, asks(place) && (place + 1 == order.len() || asks(place + 1)))
            })
            .collect();
        for (place, (wait, unanswered)) in around.into_iter().enumerate() {
            let message = &mut all[order[place]];
            (message.place, message.turns) = (place, turns);
            (message.wait, message.unanswered) = (wait, unanswered);
        }
    }
    all
}

/// The values at a path: arrays are looked through, also the last one.
fn at_path<'a>(json: &'a Json, steps: &[PathStep]) -> Vec<&'a Json> {
    match (steps.split_first(), json) {
        (None, json) => vec![json],
        (Some((PathStep::Key(key), rest)), Json::Object(object)) => {
            object.get(key).map_or(Vec::new(), |value| at_path(value, rest))
        }
        (Some((PathStep::Key(_), _)), Json::Array(array)) => {
            array.iter().flat_map(|value| at_path(value, steps)).collect()
        }
        (Some((PathStep::Index(number), rest)), Json::Array(array)) => {
            array.get(*number as usize).map_or(Vec::new(), |value| at_path(value, rest))
        }
        _ => Vec::new(),
    }
}

fn is_empty(json: &Json) -> bool {
    matches!(json, Json::Null)
        || json.as_str() == Some("")
        || json.as_array().is_some_and(Vec::is_empty)
        || json.as_object().is_some_and(serde_json::Map::is_empty)
}

fn is_value(json: &Json, value: &Value) -> bool {
    let number = |bounds: &Bounds<Number>, text: &str| {
        let Ok(value) = text.parse::<f64>() else { return false };
        bounds.map(|bound| bound.to_string().parse::<f64>().unwrap()).contains(&value)
    };
    match (json, value) {
        (Json::Array(array), _) => array.iter().any(|element| is_value(element, value)),
        (Json::Object(_), _) => false,
        (Json::Null, Value::Text(pattern)) => pattern.as_exact() == Some("null"),
        (Json::String(text), Value::Text(pattern)) => pattern.matches(text),
        (Json::String(text), Value::Number(bounds)) => number(bounds, text),
        (Json::Number(text), Value::Number(bounds)) => number(bounds, &text.to_string()),
        (scalar, Value::Text(pattern)) => pattern.matches(&scalar.to_string()),
        _ => false,
    }
}

fn fold(text: &str) -> String {
    let fold = |c: char| {
        let mut lower = c.to_lowercase();
        if lower.len() == 1 { lower.next().unwrap() } else { c }
    };
    text.chars().map(fold).collect()
}

/// The regular expressions of a query, so that each is compiled once.
fn regexes(expr: &Expr, all: &mut HashMap<String, regex::Regex>) {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| regexes(part, all)),
        Expr::Not(part) => regexes(part, all),
        Expr::Term(Term { test: Test::Regex(pattern), .. }) => {
            let regex = regex::Regex::new(&format!("(?i){pattern}")).unwrap();
            all.insert(pattern.clone(), regex);
        }
        Expr::Term(_) => {}
    }
}

/// What a query is understood with.
struct Context {
    now: i64,
    regexes: HashMap<String, regex::Regex>,
}

fn matches(expr: &Expr, message: &Message, context: &Context) -> bool {
    let test = match expr {
        Expr::All(parts) => return parts.iter().all(|part| matches(part, message, context)),
        Expr::Any(parts) => return parts.iter().any(|part| matches(part, message, context)),
        Expr::Not(part) => return !matches(part, message, context),
        Expr::Term(Term { test, .. }) => test,
    };
    let wall = message.time.map(|time| ZONE.timestamp_millis_opt(time).unwrap());
    match test {
        Test::Words(words) => {
            let form = usize::from(!words.chars().any(char::is_uppercase));
            message.forms.iter().any(|forms| forms[form].contains(words.as_str()))
        }
        Test::Regex(pattern) => {
            let regex = &context.regexes[pattern];
            message.forms.iter().any(|forms| regex.is_match(&forms[0]))
        }
        Test::Id { column, pattern, .. } => {
            let name = match column {
                Column::Role => "role",
                Column::User => "userId",
                Column::Session => "sessionId",
                Column::Component => "componentId",
            };
            message.field(name).is_some_and(|id| pattern.matches(id))
        }
        Test::Time { field, when, .. } => {
            let text = when.to_string();
            let start = match text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok()) {
                Some(days) => context.now - days * 86_400_000,
                None => {
                    let day: NaiveDate = text.parse().unwrap();
                    ZONE.from_local_datetime(&day.into()).unwrap().timestamp_millis()
                }
            };
            message.time.is_some_and(|time| match field.name {
                "before" => time < start,
                "on" => wall.unwrap().date_naive().to_string() == text,
                _ => time >= start,
            })
        }
        Test::Hours { hours, .. } => {
            wall.is_some_and(|wall| hours.contains(wall.time().num_seconds_from_midnight()))
        }
        Test::Value { path, value } => at_path(&message.json["metadata"], path.steps())
            .iter()
            .any(|json| is_value(json, value)),
        Test::Part { part, .. } => match part {
            Part::Text => !message.text().is_empty(),
            Part::Time => message.time.is_some(),
            Part::User => message.field("userId").is_some(),
            Part::Session => message.field("sessionId").is_some(),
            Part::Component => message.field("componentId").is_some(),
            Part::Role => message.field("role").is_some(),
            Part::Metadata => !is_empty(&message.json["metadata"]),
            Part::Path(path) => at_path(&message.json["metadata"], path.steps())
                .into_iter()
                .any(|json| !is_empty(json)),
        },
        Test::State { state, .. } => match state {
            State::Unanswered => message.unanswered,
            State::First => message.place == 0,
            State::Repaired => unreachable!("what is odd is the decoder's to say"),
        },
        Test::Count { count, bounds, .. } => bounds.contains(&match count {
            Measure::Characters => message.text().chars().count() as u64,
            Measure::Turns => message.turns as u64,
        }),
        Test::Wait { bounds, .. } => message
            .wait
            .is_some_and(|wait| bounds.map(|span| span.0).contains(&u64::try_from(wait).unwrap())),
    }
}

/// Makes terms that fit messages which are there.
struct Maker<'a> {
    dice: fastrand::Rng,
    messages: &'a [Message],
}

impl Maker<'_> {
    fn query(&mut self, depth: usize) -> String {
        let parts = |maker: &mut Self| -> Vec<String> {
            (0..maker.dice.usize(2..4)).map(|_| maker.query(depth - 1)).collect()
        };
        match if depth == 0 { 0 } else { self.dice.usize(0..10) } {
            6 | 7 => parts(self).join(" "),
            8 => format!("({})", parts(self).join(" OR ")),
            9 => format!("-({})", self.query(depth - 1)),
            _ => self.term(),
        }
    }

    fn term(&mut self) -> String {
        let messages = self.messages;
        let message = &messages[self.dice.usize(..messages.len())];
        let number = self.dice.usize(..18);
        let words: Vec<&str> = message.text().split(|c: char| !c.is_ascii_alphabetic()).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| word.len() > 2).collect();
        let word = if words.is_empty() { "the" } else { words[self.dice.usize(..words.len())] };
        let id = |field: &str, name: &str| query::term(field, message.field(name).unwrap_or("x"));
        let signs = [">", ">=", "<", "<="];
        let sign = signs[self.dice.usize(..signs.len())];
        match number {
            0 => query::literal(word),
            1 => query::literal(&word.to_lowercase()),
            2 => format!("/{}\\w+/", word[..3].to_lowercase()),
            3 => id("role", "role"),
            4 => id("user", "userId"),
            5 => id("component", "componentId"),
            6 => {
                let session = message.field("sessionId").unwrap_or("none");
                format!("session:{}*", &session[..session.len().min(self.dice.usize(1..6))])
            }
            7 => {
                let day = message.time.map_or_else(
                    || "2026-01-01".to_owned(),
                    |time| ZONE.timestamp_millis_opt(time).unwrap().date_naive().to_string(),
                );
                format!("{}:{day}", ["after", "before", "on", "since"][self.dice.usize(..4)])
            }
            8 => format!("since:{}d", self.dice.usize(1..60)),
            9 => {
                let from = self.dice.usize(..24);
                let to = (from + self.dice.usize(1..23)) % 24;
                format!("at:{from:02}:00..{to:02}:30")
            }
            10 => format!("len:{sign}{}", message.text().chars().count()),
            11 => format!("turns:{sign}{}", message.turns),
            12 => format!("wait:{sign}{}ms", message.wait.unwrap_or(4000)),
            13 => ["is:unanswered", "is:first"][self.dice.usize(..2)].to_owned(),
            14 => format!(
                "has:{}",
                ["metadata", "text", "time", "user", "session"][self.dice.usize(..5)]
            ),
            15 => self
                .path(message)
                .map_or("has:meta.x".to_owned(), |(path, _)| format!("has:{path}")),
            _ => match self.path(message) {
                Some((path, Json::Number(value))) => format!("{path}:{sign}{value}"),
                Some((path, Json::String(value))) if number == 16 && value.len() > 2 => {
                    let head: String =
                        value.chars().take_while(char::is_ascii_alphanumeric).collect();
                    format!("{path}:{head}*")
                }
                Some((path, value)) => {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    query::value_term(&path, &text).unwrap_or_else(|| format!("has:{path}"))
                }
                None => "has:metadata".to_owned(),
            },
        }
    }

    /// A way down the metadata of this message, or of one near it that has some.
    fn path(&mut self, message: &Message) -> Option<(Path, Json)> {
        let mut json = &message.json["metadata"];
        if is_empty(json) {
            let from = self.dice.usize(..self.messages.len());
            let with = self
                .messages
                .iter()
                .skip(from)
                .find(|message| !is_empty(&message.json["metadata"]));
            json = &with?.json["metadata"];
        }
        let mut steps = Vec::new();
        loop {
            match json {
                Json::Object(object) if !object.is_empty() => {
                    let (key, value) = object.iter().nth(self.dice.usize(..object.len()))?;
                    steps.push(PathStep::Key(key.clone()));
                    json = value;
                }
                Json::Array(array) if !array.is_empty() => {
                    let number = self.dice.usize(..array.len());
                    if self.dice.bool() {
                        steps.push(PathStep::Index(u32::try_from(number).ok()?));
                    }
                    json = &array[number];
                }
                _ => break,
            }
        }
        Some((Path::new(steps)?, json.clone()))
    }
}

fn pages(body: &[u8]) -> Vec<Arc<Page>> {
    let mut pages = Vec::new();
    let mut decoder = Decoder::new(Limits { first_rows: 8, rows: 512, ..Limits::default() });
    decoder.push(body, &mut |page| pages.push(Arc::new(page))).unwrap();
    decoder.finish(&mut |page| pages.push(Arc::new(page))).unwrap();
    pages
}

#[test]
fn two_hundred_queries_find_what_a_naive_evaluator_finds() {
    let settings = DemoSettings { messages: MESSAGES, ..DemoSettings::default() };
    let archive = Arc::new(Archive::new(&settings));
    let body = archive.chunks(&Scope::all(), settings.now).collect::<Vec<_>>().concat();
    let (messages, pages) = (read(&body), pages(&body));
    let now = settings.now;
    let starts: Vec<usize> = pages
        .iter()
        .scan(0, |at, page| Some(std::mem::replace(at, *at + page.rows.len())))
        .collect();
    let mut maker = Maker { dice: fastrand::Rng::with_seed(5), messages: &messages };
    let memory = Memory::default();
    let mut telling = 0;
    for number in 0..QUERIES {
        let source = maker.query(number % 3);
        let query: Query =
            query::parse(&source).unwrap_or_else(|error| panic!("{source}: {error}")).unwrap();
        let matcher = Arc::new(search::compile(&query, Zone::Named(ZONE), now).unwrap());
        let job = Job {
            pages: pages.clone(),
            repeats: Repeats::default(),
            matcher,
            known: Known::Nothing,
            threads: 1 + number % 2,
        };
        let hits = search::run_with(&memory, &job, &|| false, &mut |_| {}).unwrap();
        let mut found: Vec<usize> =
            hits.refs().iter().map(|at| starts[at.page as usize] + at.row as usize).collect();
        found.sort_unstable();
        let mut context = Context { now, regexes: HashMap::new() };
        regexes(query.root(), &mut context.regexes);
        let expected: Vec<usize> = (0..messages.len())
            .filter(|&at| matches(query.root(), &messages[at], &context))
            .collect();
        if found != expected {
            let only = |these: &[usize], those: &[usize]| -> Vec<String> {
                let only = these.iter().filter(|at| !those.contains(at)).take(2);
                only.map(|&at| messages[at].json.to_string()).collect()
            };
            let (wrong, missing) = (only(&found, &expected), only(&expected, &found));
            panic!("{source}\nfound wrongly: {wrong:#?}\nmissing: {missing:#?}");
        }
        telling += usize::from(!found.is_empty() && found.len() < messages.len());
    }
    assert!(telling > QUERIES * 3 / 5, "only {telling} queries part the messages");
}
