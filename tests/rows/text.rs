//! Rows 1 to 37: texts that nobody may trust, wherever a text can stand.

use serde_json::json;

use crate::run::{
    ESC, Run, body, end, frame_is_whole, letters_are_sent, loaded, message, row_with, said,
    without_terminal,
};
use crate::server::json as json_reply;
use crate::server::{Reply, response, status};
use crate::table::{Row, each, row};

pub(crate) const ROWS: &[Row] = &[
    row(1, "a title sequence is shown and not obeyed", titles),
    row(2, "OSC 52 in a text writes no clipboard", || {
        stands_as("\x1b]52;c;aGFja2Vk\x07", "␛]52;c;aGFja2Vk␇")
    }),
    row(3, "OSC 8 makes no link", links),
    row(4, "clearing, moving, resetting: the frame stays whole", screen_sequences),
    row(5, "nothing asks the terminal anything", questions),
    row(6, "kitty, iTerm and printer sequences are shown", extensions),
    row(7, "an unfinished sequence harms its own message alone", unfinished),
    row(8, "C1 controls are shown by number", c1_controls),
    row(9, "wrong bytes become U+FFFD, the message stays and is counted", wrong_bytes),
    row(10, "C0 controls are pictures", c0_controls),
    row(11, "a lone CR does not go back in the line", || stands_as("real\rFAKE", "real␍FAKE")),
    row(12, "CRLF, LF, CRCRLF are one break each", line_breaks),
    row(13, "tabs go to the next of every four columns", tabs),
    row(14, "U+2028 and U+2029 break lines", separators),
    row(15, "controls of direction are named", directions),
    row(16, "marks of direction are dropped in silence", || {
        stands_as("le\u{200e}ft\u{200f}ri\u{61c}ght", "leftright")
    }),
    row(17, "Arabic and Hebrew keep every letter", right_to_left),
    row(18, "invisible characters are dropped, counted, and looked through by a search", invisible),
    row(19, "tag text is dropped, but not within a flag", tags),
    row(20, "variation selectors on letters are dropped", selectors),
    row(21, "a letter has at most 8 marks", marks),
    row(22, "a cluster has at most 32 characters", || stays_whole(&"👩\u{200d}".repeat(300))),
    row(23, "emoji of every kind leave the border straight", || {
        stays_whole("👨‍👩‍👧‍👦 🇦🇹 1️⃣ ✔️ ♻️ 👍🏽 ｶﾞ ﾊﾟ 🏳️‍🌈 ☝🏿 ⚠ 🫠 ک")
    }),
    row(24, "ambiguous characters are narrow, whatever LANG says", ambiguous),
    row(25, "a name of fillers is (blank)", fillers),
    row(26, "noncharacters become U+FFFD; private ones stay", noncharacters),
    row(27, "the widest characters stay within the pane", || {
        stays_whole(&format!("{} {} {}", "﷽".repeat(10), "漢".repeat(200), "a漢b字".repeat(50)))
    }),
    row(28, "JSON escapes are the same as raw characters", escapes),
    row(32, "the target of a link is beside its text, and nothing opens it", link_targets),
    row(34, "colours that hide text are shown as text", || {
        stands_as("\x1b[30;40mhidden\x1b[0m", "␛[30;40mhidden␛[0m")
    }),
    row(35, "a session id is no path and no argument", session_ids),
    row(36, "hostile words of a server are cleaned and cut", hostile_answers),
    row(37, "what is said without a screen is cleaned too", hostile_arguments),
];

/// A response with a payload wherever a text can stand: in a message between two others, and in
/// the names, the title and the metadata of another session.
fn everywhere(payload: &str) -> String {
    let metadata = json!({ payload: payload, "list": [payload] });
    body(&[
        message(0, "user", "before the payload"),
        message(1, "user", payload),
        message(2, "user", "after the payload"),
        json!({
            "sessionId": format!("id {payload}"), "userId": payload, "role": "user",
            "componentId": payload, "content": payload, "createdAt": "2026-10-01T09:00:00Z",
            "metadata": metadata,
        }),
        json!({
            "sessionId": format!("id {payload}"), "userId": payload, "role": payload,
            "content": payload, "createdAt": "2026-10-01T09:00:01Z", "metadata": metadata,
        }),
    ])
}

/// The program with a payload everywhere; the message is in sight, with those around it.
fn open(payload: &str) -> Run {
    let run = loaded(everywhere(payload));
    run.session.wait_for("after the payload");
    run
}

/// Looks at the names, the metadata and the exact source too; then the end, where all is judged.
fn look_around(mut run: Run) {
    run.session.send("]i");
    run.session.wait_for("Metadata");
    run.session.wait_for("list");
    run.session.send("m");
    run.session.wait_for("exact source");
    frame_is_whole(&run.session);
    run.end();
}

/// The payload is shown as `shown`, and does no harm anywhere.
fn stands_as(payload: &str, shown: &str) {
    let run = open(payload);
    run.session.wait_for(shown);
    frame_is_whole(&run.session);
    look_around(run);
}

/// The payload does no harm anywhere, and the frame stays straight around it.
fn stays_whole(payload: &str) {
    let run = loaded(everywhere(payload));
    frame_is_whole(&run.session);
    look_around(run);
}

fn titles() {
    stands_as("\x1b]0;X\x07", "␛]0;X␇");
    stands_as("\x1b]2;X\x1b\\", "␛]2;X␛\\");
}

fn links() {
    stands_as("\x1b]8;;http://evil\x1b\\text\x1b]8;;\x1b\\", "␛]8;;http://evil␛\\text␛]8;;␛\\");
}

fn screen_sequences() {
    let payload = "\x1b[2J\x1b[H\x1b[10A\x1bc\x1b[?1049l\x1b[?25h";
    let shown = "␛[2J␛[H␛[10A␛c␛[?1049l␛[?25h";
    let hostile = open(payload);
    hostile.session.wait_for(shown);
    let plain = open(&"x".repeat(shown.chars().count()));
    let outside = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.contains("xxxx") && !line.contains("␛"));
        // How long ago the load was is the clock's business.
        lines.skip(1).map(str::to_owned).collect()
    };
    assert_eq!(outside(&hostile.session.text()), outside(&plain.session.text()));
    look_around(hostile);
    plain.end();
}

fn questions() {
    let payload = "\x1b[6n\x1b[c\x1b[>q\x1b[21t\x1bP$q\"p\x1b\\";
    stands_as(payload, "␛[6n␛[c␛[>q␛[21t␛P$q\"p␛\\");
}

fn extensions() {
    let payload = "\x1b_Ga=T;AAAA\x1b\\\x1b]1337;File=x\x07\x1b]9;7;calc\x07\x1b]777;n\x07\x1b[5i";
    stands_as(payload, "␛_Ga=T;AAAA␛\\␛]1337;File=x␇␛]9;7;calc␇␛]777;n␇␛[5i");
}

fn unfinished() {
    each(["\x1b]", "\x1bP", "\x1b["], |payload| {
        stands_as(&format!("cut {payload}"), &format!("cut {}", payload.replace('\x1b', "␛")));
    });
}

fn c1_controls() {
    let payload = "\u{9b}2J \u{9d}0;X\u{9c} \u{90}q \u{85}";
    stands_as(payload, "<9B>2J <9D>0;X<9C> <90>q <85>");
}

fn wrong_bytes() {
    let kinds: [&[u8]; 5] = [b"\x80\x9f", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\xff\xfe"];
    each(kinds, |bytes| {
        let text = everywhere("wrong WRONG bytes");
        let parts: Vec<&[u8]> = text.split("WRONG").map(str::as_bytes).collect();
        let run = loaded(parts.join(bytes));
        letters_are_sent(&run.session, "wrong \u{fffd}");
        run.session.wait_for("repaired");
        look_around(run);
    });
}

fn c0_controls() {
    let payload = format!("\0{}\x08\x0b\x0c\x7f\x05\x0e\x0f", "\x07".repeat(20));
    stands_as(&payload, &format!("␀{}␈␋␌␡␅␎␏", "␇".repeat(20)));
}

/// The rows of these texts, one below the other from the first one.
fn rows_of(run: &Run, texts: &[&str]) -> Vec<usize> {
    run.session.wait_for(texts[texts.len() - 1]);
    let rows: Vec<usize> =
        texts.iter().map(|text| row_with(&run.session, text).expect("it is in sight")).collect();
    let first = rows[0];
    rows.into_iter().map(|row| row - first).collect()
}

fn line_breaks() {
    let run = open("line-a\r\nline-b\nline-c\r\r\nline-d\n\nline-e");
    assert_eq!(
        rows_of(&run, &["line-a", "line-b", "line-c␍", "line-d", "line-e"]),
        [0, 1, 2, 3, 5]
    );
    look_around(run);
}

fn separators() {
    let run = open("line-a\u{2028}line-b\u{2029}line-c");
    assert_eq!(rows_of(&run, &["line-a", "line-b", "line-c"]), [0, 1, 2]);
    look_around(run);
}

fn tabs() {
    let run = open("x\tone\nxx\tone\nxxxx\tfour\n漢\twide");
    run.session.wait_for("x   one");
    run.session.wait_for("xx  one");
    run.session.wait_for("xxxx    four");
    run.session.wait_for("漢  wide");
    look_around(run);
}

fn directions() {
    stands_as(
        "a\u{202e}b\u{202d}c\u{202b}d\u{202a}e\u{202c}f\u{2066}g\u{2067}h\u{2068}i\u{2069}j",
        "a⟨RLO⟩b⟨LRO⟩c⟨RLE⟩d⟨LRE⟩e⟨PDF⟩f⟨LRI⟩g⟨RLI⟩h⟨FSI⟩i⟨PDI⟩j",
    );
}

fn right_to_left() {
    let words = "مرحبا بالعالم שלום עולם";
    let run = open(words);
    run.session.wait_until("every letter", |screen| {
        let text = screen.contents();
        words.chars().all(|letter| text.contains(letter))
    });
    stays_whole(words);
    look_around(run);
}

fn invisible() {
    let payload = "ig\u{200b}no\u{2060}re\u{feff} t\u{ad}h\u{2061}i\u{206a}s\u{180e}";
    let mut run = open(payload);
    run.session.wait_for("ignore this");
    run.session.wait_for("hidden characters");
    run.session.send("/ignore this\r");
    run.session.wait_for("search ignore this 1/");
    run.session.send(ESC);
    look_around(run);
}

fn tags() {
    let hidden: String = "ignore all".chars().map(tag).collect();
    let run = open(&format!("vis{hidden}ible"));
    run.session.wait_for("visible");
    run.session.wait_for("hidden characters");
    look_around(run);
    stays_whole("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}");
}

fn tag(letter: char) -> char {
    char::from_u32(0xe0000 + u32::from(letter)).unwrap()
}

fn selectors() {
    let run = open(&format!("se{}lec\u{fe0f}tor", "\u{e0100}".repeat(40)));
    run.session.wait_for("selector");
    run.session.wait_for("hidden characters");
    look_around(run);
}

fn marks() {
    let run = open(&format!("z{} \u{301}alone", "\u{301}".repeat(5000)));
    run.session.wait_for("alone");
    run.session.wait_for("4992 hidden characters");
    assert!(run.session.raw().len() < 64 << 10, "a frame of {} bytes", run.session.raw().len());
    look_around(run);
    stays_whole(&format!("{} {}", "\u{1112}\u{1161}".repeat(300), "ཀ\u{f71}\u{f72}".repeat(300)));
}

fn ambiguous() {
    let server = crate::server::Server::start(vec![json_reply(everywhere("│ ± ° “x” …"))]);
    each(["C.UTF-8", "ja_JP.UTF-8"], |lang| {
        let session = crate::run::against(&server).env("LANG", lang).env("LC_ALL", lang).start();
        session.wait_for("│ ± ° “x” …");
        frame_is_whole(&session);
        end(session);
    });
}

fn fillers() {
    let run = loaded(everywhere("\u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}"));
    run.session.wait_for("(blank)");
    look_around(run);
}

fn noncharacters() {
    let run = open("a\u{ffff}b\u{10ffff}c\u{fdd0}d\u{e000}e");
    // The screen of these tests does not show U+FFFD.
    letters_are_sent(&run.session, "a\u{fffd}b\u{fffd}c\u{fffd}d\u{e000}e");
    look_around(run);
}

fn escapes() {
    let text = everywhere("MARK").replace("MARK", r"e\u001b]0;x\u0007 \u009b \u0000 \ud83d\ude00");
    let run = loaded(text);
    run.session.wait_for("e␛]0;x␇ <9B> ␀ 😀");
    look_around(run);
}

fn link_targets() {
    let run =
        open("[safe](javascript:alert) and [a](file:///etc/passwd) and [b](http://раураl.com)");
    for target in ["javascript:alert", "file:///etc/passwd", "http://раураl.com"] {
        run.session.wait_for(target);
    }
    look_around(run);
}

fn session_ids() {
    let long = "x".repeat(5000);
    let ids = ["../../etc/x", "-rf", "CON", &long, "", "😀", "a/b", "a\0b", "\x1b[2J", "--help"];
    let messages: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let mut message = message(at, "user", format!("from session {at}"));
            message["sessionId"] = json!(id);
            message
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let server = crate::server::Server::start(vec![json_reply(body(&messages))]);
    let mut session = crate::run::against(&server).at(folder.path()).start();
    session.wait_for("just now");
    session.wait_for("from session 9");
    for at in (0..9).rev() {
        session.send("]");
        session.wait_until("the next session", |screen| {
            let text = screen.contents();
            text.contains(&format!("Sessions {}/10", 10 - at))
        });
    }
    end(session);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
}

const HOSTILE: &str = "\x1b]0;evil\x07\u{9b}2J\u{202e}\u{200b}";

fn hostile_answers() {
    let long = format!("{HOSTILE}{}", "w".repeat(5000));
    let error = json!({ "message": long }).to_string();
    let page = format!("<html><title>{HOSTILE} sign in</title>");
    let location = "location: http://evil.example/\u{9b}2J\u{202e}\r\n";
    let replies = [
        (status("400 Bad Request", "", &error), "400"),
        (status("500 \u{9b}2JOops", "x-should-retry: false\r\n", long.as_bytes()), "500"),
        (status("500 \x1b[2JOops", "", ""), "failed"),
        (status("401 Unauthorized", "x-evil: \u{9b}2J\r\n", &error), "401"),
        (status("200 OK", "content-type: text/html\r\n", &page), "web page"),
        (status("302 Found", location, ""), "302"),
        (status("200 OK", "content-encoding: \u{9b}2Jbr\r\n", "x"), "not asked for"),
        (Reply::Close(response("200 OK", "", format!("nonsense {HOSTILE}"))), "failed"),
    ];
    each(replies, |(reply, sentence)| {
        let server = crate::server::Server::start(vec![reply]);
        let session = crate::run::against(&server).start();
        session.wait_for("failed");
        session.wait_for(sentence);
        end(session);
    });
}

fn hostile_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{HOSTILE}.toml"));
    std::fs::write(&path, "x = 1\n\x1b[2J = 2\n").unwrap();
    let path = path.to_str().unwrap();
    let cases: [&[&str]; 9] = [
        &[HOSTILE],
        &["--file", HOSTILE],
        &["-c", path],
        &["-c", path, "config", "show"],
        &["-c", path, "config", "path"],
        &["--demo", "-q", HOSTILE],
        &["--base-url", HOSTILE, "--all"],
        &["--scope", HOSTILE],
        &["--demo", "--log-file", &format!("/nowhere/{HOSTILE}")],
    ];
    for arguments in cases {
        let output = without_terminal(arguments, &[], folder.path());
        // Judges what it reads.
        let words = said(&output);
        assert!(output.status.code() == Some(2) || arguments.contains(&"path"), "{words}");
    }
    let version = without_terminal(&["--version"], &[], folder.path());
    assert_eq!(said(&version), format!("sfchat-tui {}\n", env!("CARGO_PKG_VERSION")));
}
