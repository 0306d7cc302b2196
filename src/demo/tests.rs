//! Tests of the demo: its bytes, its times, its endpoint.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::scope::Scope;

const SMALL: Settings = Settings { messages: 3_000, seed: 7, now: 1_790_856_000_000 };

fn bytes(archive: &Archive, scope: &Scope, until: Millis) -> (Vec<u8>, Counts) {
    let mut body = Vec::new();
    let counts = archive.write_json(scope, until, &mut body).unwrap();
    (body, counts)
}

fn body(settings: &Settings, scope: &Scope, until: Millis) -> Value {
    serde_json::from_slice(&bytes(&Archive::new(settings), scope, until).0).unwrap()
}

fn messages(body: &Value) -> &[Value] {
    body["messages"].as_array().unwrap()
}

fn field<'a>(message: &'a Value, name: &str) -> &'a str {
    message[name].as_str().unwrap()
}

fn at(message: &Value) -> Millis {
    DateTime::parse_from_rfc3339(field(message, "createdAt")).unwrap().timestamp_millis()
}

mod the_archive {
    use super::*;

    #[test]
    fn the_same_settings_give_the_same_bytes() {
        let scope = Scope::all();
        let one = bytes(&Archive::new(&SMALL), &scope, SMALL.now);
        assert_eq!(one, bytes(&Archive::new(&SMALL), &scope, SMALL.now));
        let other = Archive::new(&Settings { seed: 8, ..SMALL });
        assert_ne!(one, bytes(&other, &scope, SMALL.now));
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
            let archive = Archive::new(&Settings { messages, ..SMALL });
            for scope in [Scope::all(), Scope::group("class-102"), Scope::user("alice")] {
                let (bytes, counts) = bytes(&archive, &scope, SMALL.now);
                let body: Value = serde_json::from_slice(&bytes).unwrap();
                let list = super::messages(&body);
                let sessions: HashSet<_> = list.iter().map(|m| field(m, "sessionId")).collect();
                assert_eq!(body["total"], list.len());
                assert_eq!(body["sessionCount"], sessions.len());
                assert_eq!(counts.messages, u64::try_from(list.len()).unwrap());
                assert_eq!(counts.sessions, u64::try_from(sessions.len()).unwrap());
                assert!(!scope.is_all() || list.len() == messages);
            }
        }
    }

    #[test]
    fn groups_and_students_part_the_messages() {
        let archive = Archive::new(&SMALL);
        let count = |scope: Scope| bytes(&archive, &scope, SMALL.now).1.messages;
        let both = |groups: &[&str], user: &str| Scope {
            groups: groups.iter().map(|&id| id.to_owned()).collect(),
            user: (!user.is_empty()).then(|| user.to_owned()),
        };
        let all = count(Scope::all());
        let groups: u64 = archive.groups().iter().map(|group| count(Scope::group(group.id))).sum();
        let students: u64 = archive.students().iter().map(|who| count(Scope::user(who.id))).sum();
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
        let body = body(&Settings { messages: 6_412, ..SMALL }, &Scope::all(), SMALL.now);
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
        let body = body(&Settings { messages: 6_412, ..SMALL }, &Scope::all(), SMALL.now);
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
            let settings = Settings { seed, ..Settings::default() };
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
        let body = body(&Settings { messages: 6_412, ..SMALL }, &Scope::all(), SMALL.now);
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
        let archive = Arc::new(Archive::new(&SMALL));
        let (whole, _) = bytes(&archive, &Scope::all(), SMALL.now);
        let chunks: Vec<_> = Arc::clone(&archive).chunks(&Scope::all(), SMALL.now).collect();
        assert!(chunks.len() > 10);
        assert!(chunks.iter().all(|chunk| chunk.len() < 256 * 1024));
        assert_eq!(chunks.concat(), whole);
    }

    #[test]
    fn new_messages_arrive_in_every_group_and_stay() {
        let archive = Archive::new(&SMALL);
        let list = |scope: &Scope, seconds: i64| {
            let (bytes, _) = bytes(&archive, scope, SMALL.now + 1_000 * seconds);
            let body: Value = serde_json::from_slice(&bytes).unwrap();
            messages(&body).to_vec()
        };
        let all = Scope::all();
        assert_eq!(list(&all, 0).len(), list(&all, 19).len());
        let (early, late) = (list(&all, 330), list(&all, 1_000));
        assert_eq!(early[..], late[..early.len()], "what is there once stays");
        let questions =
            late.iter().skip(SMALL.messages).filter(|message| message["role"] == "user").count();
        assert_eq!(questions, 50, "one every 20 s");
        for group in archive.groups() {
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
            let archive = Archive::new(&Settings { messages: 50, seed: 1, now });
            for until in [i64::MIN, 0, now] {
                let (body, _) = bytes(&archive, &Scope::all(), until);
                assert!(serde_json::from_slice::<Value>(&body).is_ok());
            }
        }
        let endless = bytes(&Archive::new(&SMALL), &Scope::user("alice"), i64::MAX).1;
        assert!(endless.messages < 100_000);
    }
}

mod the_server {
    use super::*;

    /// An answer, taken apart.
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
        let (body, _) = bytes(&Archive::new(&SMALL), &Scope::all(), SMALL.now);
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
}
