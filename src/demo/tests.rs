//! Tests of the demo: its bytes, its times, its endpoint.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::scope::Scope;

const SMALL: DemoSettings = DemoSettings { messages: 3_000, seed: 7, now: 1_790_856_000_000 };

fn archive(settings: &DemoSettings) -> Arc<Archive> {
    Arc::new(Archive::new(settings))
}

fn bytes(archive: &Arc<Archive>, scope: &Scope, until: Millis) -> Vec<u8> {
    Arc::clone(archive).chunks(scope, until).collect::<Vec<_>>().concat()
}

fn body(settings: &DemoSettings, scope: &Scope, until: Millis) -> Value {
    serde_json::from_slice(&bytes(&archive(settings), scope, until)).unwrap()
}

fn messages(body: &Value) -> &[Value] {
    body["messages"].as_array().unwrap()
}

fn field<'a>(message: &'a Value, name: &str) -> &'a str {
    message[name].as_str().unwrap()
}

fn at(message: &Value) -> Millis {
    crate::time::parse_instant(field(message, "createdAt")).unwrap()
}

mod the_texts {
    use super::script::{Script, ScriptSpeaker, built_in};
    use super::*;

    fn texts(variants: u32) -> impl Iterator<Item = String> {
        built_in().into_iter().flat_map(move |script| {
            let lines = 0..script.lines.len();
            let all = lines.flat_map(move |line| (0..variants).map(move |variant| (line, variant)));
            all.map(move |(line, variant)| script.text(line, variant)).collect::<Vec<_>>()
        })
    }

    /// Whether a rule holds for the named columns of every row of the table of a script.
    fn holds<const N: usize>(name: &str, columns: [&str; N], rule: fn([i64; N]) -> bool) {
        let scripts = built_in();
        let tables = scripts.iter().filter_map(|script| script.table.as_ref());
        let table = tables.into_iter().find(|table| table.name == name).unwrap();
        let at = columns.map(|name| table.columns.iter().position(|c| *c == name).unwrap());
        for row in &table.rows {
            assert!(rule(at.map(|at| row[at].parse().unwrap())), "{name} {columns:?} {row:?}");
        }
    }

    #[test]
    fn every_script_is_well_formed() {
        let scripts = built_in();
        let headings: usize = ["system", "maths", "sciences", "humanities", "programming"]
            .into_iter()
            .chain(["languages", "world"])
            .map(|file| std::fs::read_to_string(format!("assets/demo/{file}.txt")).unwrap())
            .map(|file| file.lines().filter(|line| line.starts_with("=== ")).count())
            .sum();
        assert_eq!(scripts.len(), headings);
        let ids: HashSet<_> = scripts.iter().map(|script| script.id).collect();
        assert_eq!(ids.len(), scripts.len(), "an id is there twice");
        let spoken: Vec<&Script> = scripts.iter().filter(|s| s.language != "system").collect();
        assert!(spoken.len() >= 100);
        for script in spoken {
            let speakers: Vec<_> = script.lines.iter().map(|line| line.speaker).collect();
            assert_eq!(speakers[0], ScriptSpeaker::Student, "{} opens with a question", script.id);
            assert!(speakers.contains(&ScriptSpeaker::Tutor), "{}", script.id);
            assert_eq!(script.language.len(), 2, "{}", script.id);
        }
    }

    #[test]
    fn every_row_of_a_table_has_all_columns() {
        for table in built_in().iter().filter_map(|script| script.table.as_ref()) {
            assert!(table.rows.len() >= 12, "{}", table.name);
            for row in &table.rows {
                assert_eq!(row.len(), table.columns.len(), "{}: {row:?}", table.name);
                assert!(row.iter().all(|field| !field.is_empty()), "{}: {row:?}", table.name);
            }
        }
    }

    #[test]
    fn no_slot_and_no_marker_is_left_in_a_text() {
        for text in texts(40) {
            assert!(!text.trim().is_empty());
            assert!(!text.contains(['⟦', '⟧']), "{text}");
            let markers = [">>>", "<<<", "!!!", ">>|"];
            assert_eq!(text.lines().find(|line| markers.contains(line)), None, "{text}");
            assert!(!text.contains("\n=== "), "{text}");
            assert_eq!(text.matches("```").count() % 2, 0, "an open fence: {text}");
            assert_eq!(text.matches("$$").count() % 2, 0, "an open formula: {text}");
        }
    }

    #[test]
    fn the_conversations_cover_many_scripts_and_forms() {
        let all: String = texts(8).collect();
        for sample in [
            "```python",
            "```rust",
            "```js",
            "```sql",
            "```java",
            r"\begin{aligned}",
            r"\begin{cases}",
            r"\begin{pmatrix}",
            r"\int",
            r"\frac",
            r"\(",
            r"\[",
            "$5.00",
            "| ---",
            "\n   - ",
            "\n> ",
            "\n## ",
            "光合成",
            "확률",
            "गुरुत्वाकर्षण",
            "ขอบคุณ",
            "المثلث",
            "רשימה",
            "кислота",
            "τρίγωνο",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦",
            "🇹🇷",
            "👍🏽",
            "🏳\u{fe0f}\u{200d}🌈",
        ] {
            assert!(all.contains(sample), "{sample}");
        }
        assert!(texts(1).map(|text| text.lines().count()).max() > Some(150));
    }

    #[test]
    fn all_messages_of_a_script_agree_on_their_values() {
        let scripts = built_in();
        let german = scripts.iter().find(|script| script.id == "vocab-de").unwrap();
        let table = german.table.as_ref().unwrap();
        for variant in 0..30 {
            let row = &table.rows[variant as usize % table.rows.len()];
            let said: String = (0..german.lines.len()).map(|l| german.text(l, variant)).collect();
            assert!(said.contains(row[0]) && said.contains(row[1]), "{row:?} {said}");
        }
    }

    #[test]
    fn the_answers_of_algebra_are_right() {
        holds("factor", ["p", "q", "s", "m"], |[p, q, s, m]| {
            [p, q].iter().all(|x| x * x - s * x + m == 0) && p < q
        });
        holds("factor", ["p", "s", "m", "pp", "sp"], |[p, s, m, pp, sp]| {
            pp == p * p && sp == s * p && pp - sp + m == 0
        });
        holds("leading", ["a", "b", "c", "mid", "end"], |[a, b, c, mid, end]| {
            (-5..5).all(|x| (a * x + b) * (x + c) == a * x * x + mid * x + end) && b % a != 0
        });
        holds("leading", ["k", "b", "mid", "ac"], |[k, b, mid, ac]| k + b == mid && k * b == ac);
        holds("linear", ["a", "b", "c", "d", "x"], |[a, b, c, d, x]| a * x + b == c && c - b == d);
        holds("bothsides", ["a", "b", "d", "e", "x"], |[a, b, d, e, x]| {
            a * x + b == d * x + e && a > d
        });
        holds(
            "system",
            ["a", "b", "c", "d", "e", "f", "x", "y", "det", "dx", "dy"],
            |[a, b, c, d, e, f, x, y, det, dx, dy]| {
                let lines = a * x + b * y == e && c * x + d * y == f;
                lines && det != 0 && dx == det * x && dy == det * y && det == a * d - b * c
            },
        );
        holds("vertex", ["b", "c", "h", "k"], |[b, c, h, k]| h * h - b * h + c == k && b == 2 * h);
        holds("sequence", ["a", "d", "n", "last", "sum"], |[a, d, n, last, sum]| {
            let terms: Vec<i64> = (0..n).map(|i| a + i * d).collect();
            terms.last() == Some(&last) && terms.iter().sum::<i64>() == sum
        });
        holds("log", ["b", "n", "v"], |[b, n, v]| u32::try_from(n).is_ok_and(|n| b.pow(n) == v));
        holds("gcd", ["a", "b", "r", "g", "k"], |[a, b, r, g, k]| {
            a == b + r && b == k * r + g && r % g == 0
        });
        holds("matrix", ["a", "b", "e", "g", "p"], |[a, b, e, g, p]| p == a * e + b * g);
    }

    #[test]
    fn the_answers_of_the_other_subjects_are_right() {
        holds("percent", ["price", "off", "save", "final_"], |[price, off, save, rest]| {
            save * 100 == price * off && rest == price - save
        });
        holds("interest", ["p", "r", "t", "i"], |[p, r, t, i]| i * 100 == p * r * t);
        holds("power", ["a", "n", "b", "one"], |[a, n, b, one]| a * n + b == one);
        holds("integral", ["a", "b", "r"], |[a, b, r]| 3 * r == a * b * b * b);
        holds("triple", ["a", "b", "c"], |[a, b, c]| a * a + b * b == c * c);
        holds("mean", ["a", "b", "c", "d", "e", "mean"], |[a, b, c, d, e, mean]| {
            a + b + c + d + e == 5 * mean
        });
        holds("mean", ["s1", "s2", "s3", "s4", "s5"], |sorted| sorted.is_sorted());
        holds("binary", ["n", "bits"], |[n, bits]| {
            i64::from_str_radix(&bits.to_string(), 2) == Ok(n)
        });
        holds("suvat", ["u", "v", "t", "s"], |[u, v, t, s]| 2 * s == (u + v) * t);
        holds("ohm", ["v", "r", "i", "p"], |[v, r, i, p]| v == r * i && p == v * i);
        holds("temperature", ["c", "f"], |[c, f]| 5 * (f - 32) == 9 * c);
        holds("loop", ["a", "b", "sum", "short"], |[a, b, sum, short]| {
            (a..=b).sum::<i64>() == sum && (a..b).sum::<i64>() == short
        });
        holds("line", ["m", "b", "x", "y", "x2", "y2"], |[m, b, x, y, x2, y2]| {
            y == m * x + b && y2 == m * x2 + b && x2 > x
        });
    }

    #[test]
    fn every_student_and_every_component_takes_part() {
        let scripts = built_in();
        let ids: HashSet<_> = people::STUDENTS.iter().map(|student| student.id).collect();
        assert_eq!(ids.len(), people::STUDENTS.len());
        assert!(people::STUDENTS.iter().all(|student| !student.groups.is_empty()));
        assert!(people::STUDENTS.iter().any(|student| student.groups.len() == 2));
        assert!((0..GROUPS.len()).all(|group| people::students_of(group).count() >= 12));
        for script in scripts.iter().filter(|script| script.language != "system") {
            assert!(people::component_for(script.subject).is_some(), "{}", script.id);
        }
        for component in &people::COMPONENTS {
            let english = scripts.iter().filter(|script| {
                script.language == "en" && component.subjects.contains(&script.subject)
            });
            assert!(english.count() >= 4, "{}", component.id);
            let system = scripts.iter().filter(|script| script.subject == component.id);
            assert_eq!(system.count(), 1, "{}", component.id);
        }
    }

    #[test]
    fn every_featured_session_has_a_student_of_the_group_of_its_script() {
        let scripts = built_in();
        let featured: Vec<_> =
            scripts.iter().filter_map(|script| Some((script, script.featured?))).collect();
        assert_eq!(featured.len(), 32);
        for (script, featured) in featured {
            let group = people::component_for(script.subject).unwrap().group;
            let mut students = people::STUDENTS.iter();
            let student = students.find(|who| who.id == featured.student).unwrap();
            assert!(student.groups.contains(&group), "{} and {}", script.id, student.id);
        }
    }
}

mod the_archive {
    use super::*;

    #[test]
    fn the_same_settings_give_the_same_bytes() {
        let scope = Scope::all();
        let one = bytes(&archive(&SMALL), &scope, SMALL.now);
        assert!(one == bytes(&archive(&SMALL), &scope, SMALL.now));
        let other = archive(&DemoSettings { seed: 8, ..SMALL });
        assert!(one != bytes(&other, &scope, SMALL.now));
    }

    #[test]
    fn every_message_has_every_field() {
        let body = body(&SMALL, &Scope::all(), SMALL.now);
        let students: HashSet<_> = people::STUDENTS.iter().map(|student| student.id).collect();
        for message in messages(&body) {
            let names: Vec<&str> =
                message.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(names.len(), 7, "{names:?}");
            assert!(field(message, "sessionId").starts_with("chat-"));
            assert!(students.contains(field(message, "userId")));
            assert!(!field(message, "componentId").is_empty());
            assert!(crate::message::RoleId::FIXED.contains(&field(message, "role")));
            assert!(!field(message, "content").is_empty());
            assert!(message["metadata"].is_object() || message["metadata"].is_null());
            let age = SMALL.now - at(message);
            assert!((0..=121 * 86_400_000).contains(&age), "{age}");
        }
    }

    #[test]
    fn the_counts_are_right_for_any_number_of_messages() {
        for messages in [0, 1, 2, 13, 300, 3_000, 6_412] {
            let archive = archive(&DemoSettings { messages, ..SMALL });
            for scope in [Scope::all(), Scope::group("class-102"), Scope::user("alice")] {
                let bytes = bytes(&archive, &scope, SMALL.now);
                let body: Value = serde_json::from_slice(&bytes).unwrap();
                let list = super::messages(&body);
                let sessions: HashSet<_> = list.iter().map(|m| field(m, "sessionId")).collect();
                assert_eq!(body["total"], list.len());
                assert_eq!(body["sessionCount"], sessions.len());
                assert!(!scope.is_all() || list.len() == messages);
            }
        }
    }

    #[test]
    fn groups_and_students_part_the_messages() {
        let archive = archive(&SMALL);
        let count = |scope: Scope| {
            let body: Value = serde_json::from_slice(&bytes(&archive, &scope, SMALL.now)).unwrap();
            body["total"].as_u64().unwrap()
        };
        let both = |groups: &[&str], user: &str| Scope {
            groups: groups.iter().map(|&id| id.to_owned()).collect(),
            user: (!user.is_empty()).then(|| user.to_owned()),
        };
        let all = count(Scope::all());
        let groups: u64 = GROUPS.iter().map(|group| count(Scope::group(group.id))).sum();
        let students: u64 = people::STUDENTS.iter().map(|who| count(Scope::user(who.id))).sum();
        assert_eq!((groups, students), (all, all));
        assert_eq!(
            count(both(&["class-101", "class-102"], "alice")),
            count(Scope::user("alice")),
            "alice is in these two"
        );
        let within = count(both(&["class-101"], "alice"));
        assert!(0 < within && within < count(Scope::user("alice")));
        assert_eq!(
            count(both(&["class-101", "nobody-knows"], "")),
            count(Scope::group("class-101"))
        );
        assert_eq!(count(Scope::group("nobody-knows")), 0);
        assert_eq!(count(Scope::user("nobody")), 0);
    }

    #[test]
    fn the_log_is_nearly_in_order() {
        let body = body(&SMALL, &Scope::all(), SMALL.now);
        let times: Vec<Millis> = messages(&body).iter().map(at).collect();
        let back: Vec<Millis> =
            times.windows(2).map(|pair| pair[0] - pair[1]).filter(|back| *back > 0).collect();
        assert!(!back.is_empty(), "a real log has some disorder");
        assert!(back.len() < times.len() / 10);
        assert!(back.iter().all(|back| *back <= 5_000), "{back:?}");
    }

    #[test]
    fn sessions_have_all_sizes_and_replies_come_soon() {
        let body = body(&DemoSettings { messages: 6_412, ..SMALL }, &Scope::all(), SMALL.now);
        let mut sessions: HashMap<&str, Vec<&Value>> = HashMap::new();
        for message in messages(&body) {
            sessions.entry(field(message, "sessionId")).or_default().push(message);
        }
        let sizes: Vec<usize> = sessions.values().map(Vec::len).collect();
        assert!(sizes.contains(&1) && sizes.iter().any(|size| *size > 200), "{sizes:?}");
        assert!(sizes.iter().filter(|size| **size <= 40).count() > sizes.len() * 9 / 10);
        for session in sessions.values_mut() {
            session.sort_by_key(|message| at(message));
            let owner = |m: &Value| (m["userId"].clone(), m["componentId"].clone());
            assert!(session.iter().all(|message| owner(message) == owner(session[0])));
            for pair in session.windows(2).filter(|pair| pair[1]["role"] == "assistant") {
                let wait = at(pair[1]) - at(pair[0]);
                assert!((1_000..=20_000).contains(&wait), "{wait}");
            }
        }
        let has_system = |m: &&Vec<&Value>| m[0]["role"] == "system";
        assert!(sessions.values().filter(has_system).count() > 20);
    }

    #[test]
    fn titles_are_varied() {
        let body = body(&DemoSettings { messages: 6_412, ..SMALL }, &Scope::all(), SMALL.now);
        let mut titles: HashMap<&str, &str> = HashMap::new();
        for message in messages(&body).iter().filter(|message| message["role"] == "user") {
            titles.entry(field(message, "sessionId")).or_insert(field(message, "content"));
        }
        let different: HashSet<_> = titles.values().collect();
        let share = different.len() * 100 / titles.len();
        assert!(share >= 60, "{share} % of {} titles are different", titles.len());
    }

    #[test]
    fn the_newest_conversation_of_the_first_group_factors_a_polynomial() {
        for seed in 0..5 {
            let settings = DemoSettings { seed, ..DemoSettings::default() };
            let body = body(&settings, &Scope::group("class-101"), settings.now);
            let newest = messages(&body).iter().max_by_key(|message| at(message)).unwrap();
            let session = field(newest, "sessionId");
            let inside: Vec<_> =
                messages(&body).iter().filter(|m| m["sessionId"] == session).collect();
            let question = inside.iter().find(|m| m["role"] == "user").unwrap();
            assert_eq!(question["content"], "how do I factor $x^2 - 5x + 6$");
            assert_eq!(question["userId"], "alice");
            assert!((10..=14).contains(&inside.len()));
        }
    }

    #[test]
    fn metadata_is_empty_null_nested_and_once_large() {
        let body = body(&DemoSettings { messages: 6_412, ..SMALL }, &Scope::all(), SMALL.now);
        let all: Vec<&Value> = messages(&body).iter().map(|message| &message["metadata"]).collect();
        let count = |fits: &dyn Fn(&Value) -> bool| all.iter().filter(|m| fits(m)).count();
        assert!(count(&Value::is_null) > 20);
        assert!(count(&|m| m.as_object().is_some_and(serde_json::Map::is_empty)) > 100);
        assert!(count(&|m| m["client"].is_string() && m["locale"].is_string()) > 1_000);
        assert!(
            count(&|m| m["sources"][0]["score"].as_f64() < Some(1.0)
                && m["sources"][0]["title"].is_string())
                > 500
        );
        assert!(count(&|m| m["feedback"]["rating"].is_string()) > 50);
        assert!(count(&|m| m["safety"]["scores"]["bullying"].is_f64()) > 20);
        assert_eq!(count(&|m| m.to_string().len() > 30_000), 1);
        for metadata in all.iter().filter(|m| m["model"].is_string()) {
            let tokens = &metadata["tokens"];
            let part = |name: &str| tokens[name].as_i64().unwrap();
            assert_eq!(part("prompt") + part("completion"), part("total"));
            assert_eq!(metadata["usage"]["tokens"], tokens["total"]);
            assert!((1..=20_000).contains(&metadata["latencyMs"].as_i64().unwrap()));
        }
    }

    #[test]
    fn chunks_are_the_body_in_pieces_of_bounded_size() {
        let archive = archive(&SMALL);
        let whole = bytes(&archive, &Scope::all(), SMALL.now);
        let chunks: Vec<_> = Arc::clone(&archive).chunks(&Scope::all(), SMALL.now).collect();
        assert!(chunks.len() > 10);
        assert!(chunks.iter().all(|chunk| chunk.len() < 256 * 1024));
        assert!(chunks.concat() == whole);
    }

    #[test]
    fn new_messages_arrive_in_every_group_and_stay() {
        let archive = archive(&SMALL);
        let list = |scope: &Scope, seconds: i64| {
            let bytes = bytes(&archive, scope, SMALL.now + 1_000 * seconds);
            let body: Value = serde_json::from_slice(&bytes).unwrap();
            messages(&body).to_vec()
        };
        let all = Scope::all();
        assert_eq!(list(&all, 0).len(), list(&all, 19).len());
        let (early, late) = (list(&all, 330), list(&all, 1_000));
        assert_eq!(early[..], late[..early.len()], "what is there once stays");
        let begun: HashSet<_> =
            late.iter().skip(SMALL.messages).map(|m| m["sessionId"].clone()).collect();
        assert_eq!(begun.len(), 50, "one every 20 s");
        for group in &GROUPS {
            let scope = Scope::group(group.id);
            assert!(list(&scope, 70).len() > list(&scope, 0).len(), "{}", group.id);
        }
        let old: HashSet<_> =
            late.iter().take(SMALL.messages).map(|m| m["sessionId"].clone()).collect();
        assert!(late.iter().skip(SMALL.messages).all(|m| !old.contains(&m["sessionId"])));
    }

    #[test]
    fn odd_times_do_no_harm() {
        for now in [i64::MIN, -1, 0, i64::MAX] {
            let archive = archive(&DemoSettings { messages: 50, seed: 1, now });
            for until in [i64::MIN, 0, now] {
                let body = bytes(&archive, &Scope::all(), until);
                assert!(serde_json::from_slice::<Value>(&body).is_ok());
            }
        }
        let endless = body(&SMALL, &Scope::user("alice"), i64::MAX);
        assert!(endless["total"].as_u64() < Some(100_000));
    }
}

mod the_server {
    use super::*;

    /// A parsed response.
    struct Answer {
        status: u16,
        head: String,
        body: Vec<u8>,
    }

    impl Answer {
        fn json(&self) -> Value {
            serde_json::from_slice(&self.body).unwrap()
        }
    }

    /// A server on a free port, and its clock.
    async fn start() -> (std::net::SocketAddr, Arc<AtomicI64>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clock = Arc::new(AtomicI64::new(SMALL.now));
        let hands = Arc::clone(&clock);
        tokio::spawn(serve(listener, SMALL, move || hands.load(Ordering::Relaxed)));
        (address, clock)
    }

    async fn ask(address: std::net::SocketAddr, line: &str, key: Option<&str>) -> Answer {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let key = key.map(|key| format!("x-api-key: {key}\r\n")).unwrap_or_default();
        let request = format!("{line} HTTP/1.1\r\nhost: demo\r\nconnection: close\r\n{key}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut raw = Vec::new();
        stream.read_to_end(&mut raw).await.unwrap();
        let end = raw.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(raw[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let rest = &raw[end + 4..];
        let body =
            if head.contains("transfer-encoding: chunked") { joined(rest) } else { rest.to_vec() };
        Answer { status, head, body }
    }

    /// Undoes the chunked transfer coding.
    fn joined(mut rest: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = rest.windows(2).position(|two| two == b"\r\n").unwrap();
            let size = std::str::from_utf8(&rest[..line]).unwrap();
            let size = usize::from_str_radix(size, 16).unwrap();
            if size == 0 {
                return body;
            }
            body.extend_from_slice(&rest[line + 2..line + 2 + size]);
            rest = &rest[line + 4 + size..];
        }
    }

    async fn get(address: std::net::SocketAddr, query: &str) -> Answer {
        ask(address, &format!("GET {DEMO_PATH}{query}"), Some(DEMO_KEY)).await
    }

    #[tokio::test]
    async fn without_the_key_nothing_is_told() {
        let (address, _) = start().await;
        for key in [None, Some(""), Some("wrong"), Some("demo-key")] {
            let answer = ask(address, &format!("GET {DEMO_PATH}"), key).await;
            assert_eq!(answer.status, 401);
            assert_eq!(answer.json()["statusCode"], 401);
            assert_eq!(answer.json()["message"], "Unauthorized");
        }
    }

    #[tokio::test]
    async fn other_paths_and_methods_are_refused_in_json() {
        let (address, _) = start().await;
        for path in ["/", "/api/v1/usage-analyst", "/a%22b"] {
            let answer = ask(address, &format!("GET {path}"), Some(DEMO_KEY)).await;
            assert_eq!((answer.status, &answer.json()["statusCode"]), (404, &Value::from(404)));
        }
        let answer = ask(address, &format!("DELETE {DEMO_PATH}"), Some(DEMO_KEY)).await;
        assert_eq!((answer.status, &answer.json()["statusCode"]), (405, &Value::from(405)));
    }

    #[tokio::test]
    async fn a_response_is_what_the_archive_writes() {
        let (address, _) = start().await;
        let answer = get(address, "").await;
        assert_eq!(answer.status, 200);
        assert!(answer.head.contains("content-type: application/json; charset=utf-8"));
        assert!(answer.head.contains("transfer-encoding: chunked"));
        let body = bytes(&archive(&SMALL), &Scope::all(), SMALL.now);
        assert!(answer.body == body);
    }

    #[tokio::test]
    async fn all_styles_of_an_array_get_the_same_answer() {
        let (address, _) = start().await;
        let repeated = get(address, "?groupIds=class-101&groupIds=class-103").await;
        assert!(messages(&repeated.json()).len() > 100);
        for query in [
            "?groupIds=class-101%2Cclass-103",
            "?groupIds=class-101,class-103",
            "?groupIds%5B%5D=class-103&groupIds[]=class-101",
        ] {
            assert!(get(address, query).await.body == repeated.body, "{query}");
        }
        let one = get(address, "?groupIds=class-101").await;
        assert!(one.body.len() < repeated.body.len());
    }

    #[tokio::test]
    async fn a_student_is_asked_for() {
        let (address, _) = start().await;
        let alice = get(address, "?userId=alice").await.json();
        assert!(messages(&alice).len() > 20);
        assert!(messages(&alice).iter().all(|message| message["userId"] == "alice"));
        let dotted = get(address, "?userId=daniel%2Eo-connor").await.json();
        assert!(!messages(&dotted).is_empty());
        let nobody = get(address, "?userId=nobody").await;
        assert_eq!(nobody.status, 200);
        assert_eq!(nobody.body, br#"{"messages":[],"total":0,"sessionCount":0}"#);
    }

    #[tokio::test]
    async fn a_refresh_has_something_new_to_show() {
        let (address, clock) = start().await;
        let before = get(address, "?groupIds=class-101").await.json();
        clock.fetch_add(90_000, Ordering::Relaxed);
        let after = get(address, "?groupIds=class-101").await.json();
        assert!(after["total"].as_i64() > before["total"].as_i64());
        assert_eq!(messages(&after)[..messages(&before).len()], messages(&before)[..]);
    }

    #[tokio::test]
    async fn anything_but_http_is_refused_and_harms_nothing() {
        let (address, _) = start().await;
        let long = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000));
        for bytes in
            [b"\r\n\r\n".as_slice(), b"GET\r\n\r\n", b"GET / HTTP/2\r\n\r\n", long.as_bytes()]
        {
            let mut stream = TcpStream::connect(address).await.unwrap();
            // The server may close the connection before it has read everything.
            let _ = stream.write_all(bytes).await;
            let mut raw = Vec::new();
            let _ = stream.read_to_end(&mut raw).await;
            assert!(raw.is_empty() || raw.starts_with(b"HTTP/1.1 400 "), "{raw:?}");
        }
        assert_eq!(get(address, "?userId=nobody").await.status, 200);
    }
}
