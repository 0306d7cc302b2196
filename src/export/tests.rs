//! Every form of a corpus of nasty texts; what each promises, as properties.

use std::io;

use proptest::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::*;
use crate::message::Flags;
use crate::store::{Limits, Packer, RowDraft};

/// A wire of few words: the true one is tested where it stands.
struct Telegram;

impl Wire for Telegram {
    fn open(&self, note: Option<&str>, out: &mut Vec<u8>) {
        writeln!(out, "open {note:?}").unwrap();
    }

    fn message(&self, message: &ExportMessage<'_>, out: &mut Vec<u8>) {
        write!(out, "{:?} {:?} {:?}", message.session, message.user, message.text).unwrap();
    }

    fn close(&self, counts: ExportCounts, out: &mut Vec<u8>) {
        writeln!(out, "\nclose {counts:?}").unwrap();
    }

    fn metadata<'p>(&self, page: &'p Page, row: &Row) -> Option<Cow<'p, str>> {
        let extra = page.extra_of(row);
        (!extra.is_empty()).then_some(Cow::Borrowed(extra))
    }

    fn details(&self, _: &MessageIds, _: &Page, _: &Row, _: Zone) -> Details {
        unreachable!("no export shows the details of a message")
    }

    fn unknown_fields(&self, _: &[Arc<Page>]) -> Vec<(String, u64)> {
        Vec::new()
    }
}

struct Said<'a>(&'a str, &'a str, &'a str, i64, &'a str);

fn pages(messages: &[Said<'_>]) -> Vec<Arc<Page>> {
    let mut packer = Packer::new(Limits { first_rows: 2, rows: 2, ..Limits::default() });
    let mut pages = Vec::new();
    for &Said(session, user, role, second, text) in messages {
        packer.text().push_str(text);
        packer.extra().push_str(r#"{"n":1,"by":"alice","at":"é"}"#);
        let component = if role == "user" { "chat" } else { "tutor" };
        let time = (second >= 0).then_some(second * 1000);
        // As if each text had something in it that has to be looked for.
        let draft = RowDraft { session, user, component, role, time, flags: Flags::UNCLEAN };
        pages.extend(packer.commit(&draft).map(Arc::new));
    }
    pages.extend(packer.finish().map(Arc::new));
    pages
}

const NASTY: [&str; 16] = [
    "plain words\nand a second line",
    "# a heading\n\nSetext\n===\n\n- list\n  ## deep\n\n> # quoted\n> two\n> ---",
    "<script>alert(1)</script> and <img src=x onerror=alert(1)> <b>bold</b>",
    "<div onclick='x'>\nblock\n</div>\n\n<!-- open",
    "[x](javascript:alert(1)) [y](data:text/html,z) [z](https://example.org/?a=1&b=%22) <http://a.b>",
    "![pixel](http://evil.example/p.png) [![in](https://x.example/i.png)](https://x.example)",
    "```rust\nfn main() { println!(\"<b>\"); }\n",
    "````\n```\n`````\n~~~",
    "$$\\frac{a}{b}$$ and $x^2$ but `$y$`",
    "=1+1",
    "\u{1b}[31mred\u{1b}]0;owned\u{7} \u{9b}2J \u{202e}gnp.exe\u{2069} a\u{200b}b\r\nc\td\u{2028}e\0",
    "[ref]: http://evil.example \"title\"\n\n[ref]",
    "| a | b |\n|:--|--:|\n| 1 | <i>2</i> |",
    "call +43 660 1234567 or mail Alice@Example.org, says ALICE; session s-1",
    "",
    "1. one\n2. two\n   - [x] done\n   - [ ] *not*",
];

fn nasty() -> Vec<Said<'static>> {
    let roles = ["user", "assistant", "system", "tool"];
    let all = NASTY.iter().zip(roles.iter().cycle()).zip(0..);
    let mut all: Vec<_> =
        all.map(|((text, role), at)| Said("s-1", "alice", role, at, text)).collect();
    all.push(Said("s-2 <b>\"'&", "</bdi>@bob", "user", 100, "late"));
    all.push(Said("s-1", "alice", "user", -1, "no time"));
    all.push(Said("s-2 <b>\"'&", "</bdi>@bob", "user", 50, "early"));
    all.push(Said("", "", "", 1, "nobody's"));
    all
}

fn job(messages: &[Said<'_>], form: Format) -> ExportJob {
    ExportJob::new(pages(messages), Chosen::Everything, form)
}

fn context(pseudonyms: Option<&Pseudonyms>) -> ExportContext<'_> {
    ExportContext { wire: &Telegram, pseudonyms }
}

fn written(job: &ExportJob) -> String {
    let pseudonyms = job.pseudonymize.then(|| Pseudonyms::new(&job.pages, &|id| id.len() as u64));
    let mut out = Vec::new();
    write(job, &context(pseudonyms.as_ref()), &mut out, &mut |_| Ok(())).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_form_of_the_corpus() {
    for &form in Format::ALL {
        let written = written(&job(&nasty(), form));
        // The style is long, and looked at in its own file.
        let written = match written.split_once("<style>\n") {
            Some((head, rest)) => format!("{head}…{}", rest.split_once("</style>").unwrap().1),
            None => written,
        };
        insta::assert_snapshot!(form.ending(), written);
    }
}

#[test]
fn in_a_page_too_what_ends_a_sentence_stands_on_the_line_of_its_formula() {
    let text = "$$x = \\frac{a}{b}$$. So $y$, and *$$z$$*.";
    let page = written(&job(&[Said("s-1", "alice", "user", 1, text)], Format::Html));
    assert!(page.contains("x = ───.\n"), "{page}");
    assert!(page.contains(">y</code>, and"), "{page}");
    // The mark stands behind the emphasis, not within it.
    assert!(page.contains("z</code></em>.</p>"), "{page}");
}

#[test]
fn every_form_with_pseudonyms() {
    for &form in Format::ALL {
        let job = ExportJob { pseudonymize: true, ..job(&nasty(), form) };
        let written = written(&job).to_lowercase();
        for gone in ["alice", "bob", "1234567", "s-1\"", "example.org,"] {
            assert!(!written.contains(gone), "{gone} in {form:?}: {written}");
        }
        assert!(written.contains("student-00"), "{form:?}: {written}");
        let can_say = !matches!(form, Format::Ndjson | Format::Csv | Format::Tsv);
        assert_eq!(written.contains("best effort"), can_say, "{form:?}");
    }
}

#[test]
fn sessions_stand_one_after_the_other_and_their_messages_by_time() {
    let order = |chosen| {
        let job = ExportJob { chosen, ..job(&nasty(), Format::Ndjson) };
        let texts = written(&job);
        let lines = texts.lines().filter(|line| line.contains("s-2"));
        lines.map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order(Chosen::Everything), ["Some(\"early\")", "Some(\"late\")"]);
    assert_eq!(order(Chosen::Sessions(vec![SessionId(1)])).len(), 2);
    assert_eq!(order(Chosen::Sessions(vec![SessionId(0)])).len(), 0);
    let second = vec![MsgRef { page: 8, row: 0 }];
    assert_eq!(order(Chosen::Messages(second)), ["Some(\"late\")"]);
}

#[test]
fn counts_are_those_of_what_is_written() {
    let counts = |chosen| {
        let job = ExportJob { chosen, ..job(&nasty(), Format::Json) };
        let text = written(&job);
        text.lines().last().unwrap().to_owned()
    };
    assert_eq!(counts(Chosen::Everything), "close ExportCounts { messages: 20, sessions: 3 }");
    let twice = [(0, 0), (8, 0), (0, 1)].map(|(page, row)| MsgRef { page, row });
    let counted = counts(Chosen::Messages(twice.into()));
    assert_eq!(counted, "close ExportCounts { messages: 3, sessions: 2 }");
}

#[test]
fn it_stops_when_it_is_told_to() {
    for &form in Format::ALL {
        let (job, mut out) = (job(&nasty(), form), Vec::new());
        let mut progress = |_| Err(io::Error::other("it was stopped"));
        let error = write(&job, &context(None), &mut out, &mut progress).unwrap_err();
        assert_eq!(error.to_string(), "it was stopped");
    }
}

#[test]
fn progress_ends_with_the_count() {
    let many: Vec<_> = (0..2_000).map(|at| Said("s", "u", "user", at, "words")).collect();
    let mut told = Vec::new();
    let mut progress = |done| {
        told.push(done);
        Ok(())
    };
    write(&job(&many, Format::Csv), &context(None), &mut io::sink(), &mut progress).unwrap();
    assert!(told.is_sorted() && told.len() > 5, "{told:?}");
    assert_eq!(told.last(), Some(&2_000));
}

/// The headings of a Markdown document outside of quotes and code, by level, and whether it has any
/// other heading or HTML.
fn skeleton(document: &str) -> (Vec<(HeadingLevel, String)>, Vec<String>) {
    let (mut headings, mut foreign) = (Vec::new(), Vec::new());
    let (mut depth, mut open) = (0, None);
    for event in Parser::new_ext(document, pulldown_cmark::Options::all()) {
        match event {
            Event::Start(Tag::BlockQuote(_)) => depth += 1,
            Event::End(TagEnd::BlockQuote(_)) => depth -= 1,
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                open = Some((level, String::new()));
            }
            Event::Start(Tag::Heading { level, .. }) => foreign.push(format!("{level:?}")),
            Event::End(TagEnd::Heading(_)) => headings.extend(open.take()),
            Event::Html(html) | Event::InlineHtml(html) => foreign.push(html.into_string()),
            Event::Start(Tag::Image { dest_url, .. }) => foreign.push(dest_url.into_string()),
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with("javascript") => {
                foreign.push(dest_url.into_string());
            }
            Event::Text(text) => {
                if let Some((_, heading)) = &mut open {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    (headings, foreign)
}

/// Pieces of which texts are made that mean something to a reader of Markdown or HTML.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,4}",
        prop::sample::select(vec![
            "\n",
            "\n\n",
            "#",
            "# ",
            "=",
            "===",
            "---",
            "> ",
            ">",
            "- ",
            "1. ",
            "    ",
            "\t",
            "`",
            "```",
            "~~~",
            "<",
            "</",
            "<b>",
            "<!--",
            "-->",
            "<script>",
            "</bdi>",
            "</div>",
            "<?",
            "&lt;",
            "&",
            "\"",
            "'",
            "\\",
            "[",
            "](",
            ")",
            "]: ",
            "!",
            "*",
            "_",
            "$",
            "$$",
            "|",
            "|-|-|",
            "javascript:",
            "https://a.b",
            "\u{1}",
            "\u{1b}",
            "\u{202e}",
            "\r",
            "[^1]: ",
            "+++",
            "- [ ] ",
            "{#id}",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_message_never_makes_a_heading_or_html_of_markdown(one in pieces(), two in pieces()) {
        let messages =
            [Said("s", "al*ice", "user", 0, &one), Said("s", "u", "assistant", 1, &two)];
        let document = written(&job(&messages, Format::Markdown));
        let (headings, foreign) = skeleton(&document);
        prop_assert_eq!(&foreign, &[""; 0], "{}", document);
        let levels: Vec<_> = headings.iter().map(|(level, _)| *level).collect();
        prop_assert_eq!(levels, [HeadingLevel::H3; 2], "{}", document);
        prop_assert!(headings[0].1.starts_with("user · al*ice · 1970"), "{:?}", headings);
        prop_assert!(headings[1].1.starts_with("assistant · tutor · 1970"), "{:?}", headings);
    }

    #[test]
    fn a_page_has_no_tag_but_ours(one in pieces(), two in pieces()) {
        let messages = [Said(&two, &one, "user", 0, &one), Said(&two, &one, "tool", 1, &two)];
        let page = written(&job(&messages, Format::Html));
        let main = page.split_once("<main>").unwrap().1;
        assert_tags_are_ours(main)?;
    }

    #[test]
    fn a_table_is_read_back_as_rows_of_seven_cells(one in pieces(), two in pieces()) {
        for form in [Format::Csv, Format::Tsv] {
            let messages = [Said(&two, &one, "user", 0, &one), Said(&two, &one, "user", 1, &two)];
            let mut job = job(&messages, form);
            let delimiter = if form == Format::Csv { b',' } else { b'\t' };
            let rows = |text: String| {
                let mut reader = csv::ReaderBuilder::new();
                let mut reader = reader.delimiter(delimiter).from_reader(io::Cursor::new(text));
                reader.records().map(Result::unwrap).collect::<Vec<_>>()
            };
            for row in rows(written(&job)) {
                prop_assert_eq!(row.len(), 7);
                for cell in &row {
                    let first = cell.trim_start().chars().next().unwrap_or(' ');
                    prop_assert!(!"=+-@\t\r".contains(first), "{:?}", cell);
                    prop_assert!(cell.chars().all(|c| c == '\n' || !c.is_control()), "{:?}", cell);
                }
            }
            job.raw = true;
            let raw = rows(written(&job));
            prop_assert_eq!(raw[0].get(5), Some(one.as_str()));
            prop_assert_eq!(raw[1].get(5), Some(two.as_str()));
        }
    }

    #[test]
    fn ids_are_found_wherever_they_stand_as_words(before in "[ .,!(]{0,3}", after in "[ .,!)]{0,3}") {
        let messages = [Said("chat-9", "Maria-Luise_7", "user", 0, "x"), Said("t", "a", "user", 1, "y")];
        let pages = pages(&messages);
        let pseudonyms = Pseudonyms::new(&pages, &|id| id.len() as u64);
        let text = format!("{before}maria-luise_7{after} a CHAT-9");
        // The id of one letter is a word of the language.
        let hidden = format!("{before}student-002{after} a session-0002");
        prop_assert_eq!(pseudonyms.text(&text), hidden);
    }
}

#[test]
fn a_time_in_a_far_year_is_no_formula() {
    let job = job(&[Said("s", "a", "user", 400_000_000_000, "x")], Format::Csv);
    let table = written(&job);
    assert!(table.contains(",'+14645-06-30T15:06:40.000Z,"), "{table}");
}

/// Every tag is one of the list, with attributes of the list, and all are closed in turn.
fn assert_tags_are_ours(html: &str) -> Result<(), TestCaseError> {
    const VOID: [&str; 2] = ["br", "hr"];
    const OURS: [&str; 31] = [
        "main",
        "section",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "bdi",
        "p",
        "article",
        "time",
        "div",
        "br",
        "hr",
        "code",
        "pre",
        "small",
        "blockquote",
        "ol",
        "ul",
        "li",
        "sup",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "em",
        "strong",
        "del",
    ];
    let mut open = vec!["html", "body", "main"];
    let mut rest = html;
    while let Some((_, from)) = rest.split_once('<') {
        let (tag, after) = from.split_once('>').unwrap();
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            prop_assert_eq!(open.pop(), Some(name), "{}", html);
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        prop_assert!(OURS.contains(&name) || name == "a", "{name} in {html}");
        for (attribute, value) in attributes.split("\" ").filter_map(|one| one.split_once("=\"")) {
            let is_ours = ["id", "class", "dir", "title", "start", "rel"].contains(&attribute);
            let leads = attribute == "href" && name == "a" && value.starts_with("http");
            prop_assert!(is_ours || leads, "{attribute} in {html}");
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    prop_assert_eq!(open, [""; 0], "{}", html);
    Ok(())
}

#[test]
fn metadata_keeps_all_but_the_ids() {
    let pages = pages(&[Said("s-1", "12345", "user", 0, "x"), Said("s-1", "7", "user", 1, "y")]);
    let pseudonyms = Pseudonyms::new(&pages, &|id| id.len() as u64);
    let json = r#"{"id":"12345","n":12345,"seven":7,"7":"7","deep":[{"12345":1.50e3,"é":"\u00e9\ud800 7"}],"t":"mail a.b@c.de"}"#;
    let hidden = r#"{"id":"student-002","n":"student-002","seven":7,"student-001":"student-001","deep":[{"student-002":1.50e3,"é":"\u00e9\ud800 7"}],"t":"mail [e-mail]"}"#;
    assert_eq!(pseudonyms.json(json), hidden);
}

#[test]
fn an_id_goes_whatever_its_case_also_a_greek_one_with_a_sigma_at_its_end() {
    let pages =
        pages(&[Said("s-1", "Νίκος.Α", "user", 0, "x"), Said("s-1", "ΜΑΡΙΟΣ", "user", 1, "y")]);
    let pseudonyms = Pseudonyms::new(&pages, &|id| id.len() as u64);
    for (text, hidden) in [
        ("ΝΊΚΟΣ.Α, νίκοσ.α; νίκος.α", "student-002, student-002; student-002"),
        ("μάριος μαριος ΜΑΡΙΟΣ μαριοσ", "μάριος student-001 student-001 student-001"),
    ] {
        assert_eq!(pseudonyms.text(text), hidden);
    }
    assert_eq!(pseudonyms.json(r#"["μαριος","ΜΑΡΙΟΣ"]"#), r#"["student-001","student-001"]"#);
}

#[test]
fn an_id_within_the_name_of_a_component_or_a_role_goes_too() {
    let mut packer = Packer::new(Limits::default());
    for (component, role) in
        [("tutor-of-alice@1", "user"), ("alice", "friend of ALICE"), ("malice", "user")]
    {
        packer.text().push('x');
        let draft =
            RowDraft { session: "s-1", user: "alice", component, role, ..RowDraft::default() };
        assert!(packer.commit(&draft).is_none());
    }
    let pages = vec![Arc::new(packer.finish().unwrap())];
    let job =
        ExportJob { pseudonymize: true, ..ExportJob::new(pages, Chosen::Everything, Format::Csv) };
    let written = written(&job);
    let columns: Vec<_> =
        written.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>()).collect();
    let known = |number: usize| (columns[number][2], columns[number][3]);
    assert_eq!(known(0), ("tutor-of-student-001@1", "user"));
    assert_eq!(known(1), ("student-001", "friend of student-001"));
    assert_eq!(known(2), ("malice", "user"));
}

#[test]
fn what_looks_like_an_address_or_a_number_to_call_goes() {
    let pages = pages(&[Said("s-1", "alice", "user", 0, "x")]);
    let pseudonyms = Pseudonyms::new(&pages, &|_| 0);
    for (text, hidden) in [
        ("a.b+c@d.example", "[e-mail]"),
        ("(555) 123-4567!", "[phone]!"),
        ("+43 660 12 34 567", "[phone]"),
        ("0660/1234567", "[phone]"),
        ("2026-10-01 10:02:11", "2026-10-01 10:02:11"),
        ("0.333333333 and 3.14159265358", "0.333333333 and 3.14159265358"),
        ("01101001 in binary", "01101001 in binary"),
        ("x@y", "x@y"),
        ("malice is no alice", "malice is no student-001"),
    ] {
        assert_eq!(pseudonyms.text(text), hidden, "{text}");
    }
}
