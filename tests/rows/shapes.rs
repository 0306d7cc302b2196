//! Rows 29 to 33: texts that are hard by their size or their shape.

use crate::run::{Run, body, frame_is_whole, loaded, message};
use crate::table::{Row, each, row, slow};

/// Bytes that the program may use beside four times the body: threads, certificates, the tables of
/// its languages; it is built for tests.
const MEMORY: u64 = 120 << 20;

pub(crate) const ROWS: &[Row] = &[
    row(29, "3,000 breaks, 9,000 blanks, nothing, only invisible characters", bounds),
    row(30, "a line of 1 MB and a word of 70,000 letters open and scroll", || {
        opens_and_scrolls(1 << 20);
    }),
    slow(30, "a line of 50 MB opens and scrolls", || opens_and_scrolls(50 << 20)),
    row(31, "the shapes that make Markdown parsers slow", pathological),
    row(33, "code of one long line, and a language of 1 MB", code),
];

/// The program with these messages between two others; `after` is in sight.
fn open(messages: Vec<String>) -> Run {
    let mut all = vec![message(0, "user", "before all")];
    let count = messages.len();
    all.extend((1..).zip(messages).map(|(at, text)| message(at, "assistant", text)));
    all.push(message(count + 1, "user", "after all"));
    let run = loaded(body(&all));
    run.session.wait_for("before all");
    run
}

fn bounds() {
    let invisible = "\u{200b}\u{2060}".to_owned();
    let mut run = open(vec!["\n".repeat(3000), " ".repeat(9000), String::new(), invisible]);
    run.session.wait_for("(empty message)");
    run.session.send("lg");
    run.session.wait_for("before all");
    run.session.send("G");
    run.session.wait_for("after all");
    frame_is_whole(&run.session);
    run.end();
}

fn opens_and_scrolls(bytes: usize) {
    let mut run = open(vec!["word ".repeat(bytes / 5), "x".repeat(70_000), "\t".repeat(5000)]);
    run.session.send("lg");
    run.session.wait_for("before all");
    run.session.send("J");
    run.session.wait_for("word word word");
    for _ in 0..20 {
        run.session.send("\x06");
    }
    run.session.send("ww");
    run.session.wait_for("long lines are cut");
    run.session.send("w");
    run.session.wait_for("long lines wrap");
    run.session.send("G");
    run.session.wait_for("after all");
    frame_is_whole(&run.session);
    let peak = crate::lifecycle::memory(run.session.id(), "VmHWM");
    assert!(peak <= MEMORY + 4 * bytes as u64, "{} MB", peak >> 20);
    run.end();
}

/// The generators of cmark's pathological tests.
fn shapes() -> Vec<String> {
    let many = 5_000;
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(many), close.repeat(many))
    };
    vec![
        nested("*a **a ", "b", " a** a*"),
        "a_ ".repeat(many),
        "a**b".repeat(many),
        "_a ".repeat(many),
        "*_ ".repeat(many),
        "a]".repeat(many),
        "[a".repeat(many),
        format!("{}a{}", "[".repeat(many), "]".repeat(many)),
        "![[]()".repeat(many),
        nested("> ", "a", ""),
        (1..1000).map(|n| format!("e{}", "`".repeat(n))).collect(),
        (0..many).map(|n| format!("[{n}]: u\n")).collect::<String>() + &"[0] ".repeat(many),
        "&".repeat(many),
        "</".repeat(many),
        "<!-- ".repeat(many),
        (0..300).map(|n| format!("{}* a\n", "  ".repeat(n))).collect(),
        "| a ".repeat(many) + "\n" + &"|---".repeat(many) + "\n" + &"| b ".repeat(many),
        "$".repeat(many) + &"\\frac{".repeat(many) + &"\\(".repeat(many),
        "https://a.b/".repeat(many),
    ]
}

fn pathological() {
    let mut run = open(shapes());
    run.session.send("lg");
    run.session.wait_for("before all");
    for at in 2..=shapes().len() + 1 {
        run.session.send("J");
        run.session.wait_for(&format!(" {at}/{} ", shapes().len() + 2));
    }
    run.session.send("G");
    run.session.wait_for("after all");
    frame_is_whole(&run.session);
    run.end();
}

fn code() {
    let line = "QUJD".repeat(700);
    let texts = [
        format!("```rust\n{line}\n```\nbehind it"),
        format!("```{}\nlet x = 1;\n```\nbehind it", "l".repeat(1 << 20)),
        format!("```json\n{}\n```\nbehind it", "[".repeat(2600)),
        format!("```html\n{}\n```\nbehind it", "<a ".repeat(900)),
    ];
    each(texts, |text| {
        let mut run = open(vec![text]);
        run.session.send("lg");
        run.session.wait_for("before all");
        // Those that are long are opened.
        run.session.send("++");
        run.session.send("G");
        run.session.wait_for("behind it");
        frame_is_whole(&run.session);
        run.end();
    });
}
