//! Documents with the expected screen at 72 and at 30 columns.
//!
//! At 72 columns, runs other than plain text stand in brackets after their role: `!` is strong,
//! `/` emphasis, `-` struck through.

use std::fmt::Write as _;

use super::{look, show_inks, show_plain};
use crate::markdown::{Breaks, render};
use crate::text::clean_text;

/// A name, and the source.
type Case = (&'static str, &'static str);

fn screens(cases: &[Case], breaks: Breaks) -> String {
    let mut screens = String::new();
    for (name, source) in cases {
        let source = clean_text(source);
        let wide = render(&source, look(72, breaks));
        let narrow = render(&source, look(30, breaks));
        let _ = write!(
            screens,
            "=== {name}\n{source}\n--- 72\n{}--- 30\n{}\n",
            show_inks(&wide),
            show_plain(&narrow, 30)
        );
    }
    screens
}

/// Compares the screens of some cases with the reviewed snapshots.
fn check(name: &str, cases: &[Case]) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, screens(cases, Breaks::Joined));
    });
}

#[test]
fn headings_and_rules() {
    check(
        "headings",
        &[
            ("every level", "# One\n## Two\n### Three\n#### Four\n##### Five\n###### Six"),
            ("underlined headings", "Big\n===\nSmaller\n---\ntext"),
            ("a heading between paragraphs", "Before.\n## The *second* `law`\nAfter.\n\nMore."),
            (
                "a long heading",
                "# Why the sky is blue and the evening red, explained for beginners",
            ),
            ("closing signs and none", "## Closed ##\n\n#hashtag and # no heading"),
            ("rules", "Above\n\n---\n\nbelow\n\n* * *"),
            ("an empty heading", "#\n\ntext"),
        ],
    );
}

#[test]
fn emphasis() {
    check(
        "emphasis",
        &[
            ("all kinds", "Some *emphasis*, **strong**, ***both***, ~~struck~~ and `code`."),
            ("inside words", "不是*那个*而是, snake_case_name and __init__"),
            ("nested", "**strong with *emphasis* and `code` inside**"),
            ("over line ends", "**strong that goes on\nin the next line** and ends"),
            ("half", "**unclosed strong and *unclosed emphasis and `code"),
            ("escaped", r"\*no emphasis\*, 2 \* 3, a\_b and C:\dir"),
            ("stars of a product", "2 * 3 * 4 = 24, 5*6*7 = 210 and 2**3**2, but a *product*"),
            (
                "long text",
                "It is **very** important that *every* line wraps where the words end, and that `inline code` keeps its ink on both lines.",
            ),
            ("code with ticks", "Use ``a ` tick`` and `` `x` ``."),
            ("tildes of about", "From ~5 to ~10 metres"),
        ],
    );
}

#[test]
fn paragraphs_and_breaks() {
    check(
        "breaks",
        &[
            ("soft and hard breaks", "one\ntwo  \nthree\\\nfour"),
            ("many blank lines", "one\n\n\n\ntwo"),
            ("entities", "Fish &amp; chips &lt; 5 &euro; &copy; &nosuch; &#65;"),
            ("controls as entities", "a&#27;b &#x202e; &#8203;x &#x301;"),
            ("a long word", "See Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen now"),
        ],
    );
    let student = [
        ("a student's lines", "hi\ni dont get it\n   3x + 2\nhelp pls"),
        ("a student's list", "my answers:\n1. 42\n2. seven\nright?"),
    ];
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("breaks_kept", screens(&student, Breaks::Kept));
    });
}

#[test]
fn lists() {
    check(
        "lists",
        &[
            ("bullets", "- one\n- two\n- three"),
            (
                "nested bullets",
                "- fruit\n  - apple\n    - Boskoop\n      - small\n  - pear\n- bread",
            ),
            ("numbers", "1. first\n2. second\n3. third"),
            ("numbers of two digits", "9. nine\n10. ten\n11. eleven"),
            ("counted numbers", "1. a\n1. b\n1. c"),
            ("numbers as written", "3) three\n5) five"),
            (
                "wrapped items hang",
                "- A bullet whose text is long enough to need a second line, and on a narrow screen a third\n1. A number whose text is long enough to need a second line as well, of course\n   - and something nested in it that is long enough to wrap, too",
            ),
            ("a loose list", "- one\n\n- two\n\n  more of two\n\n- three"),
            ("a tight list behind its sentence", "Steps:\n- a\n- b\n\nDone."),
            ("blank line before the list", "Steps:\n\n- a\n- b"),
            (
                "code in a list",
                "1. Run this:\n\n   ```sh\n   cargo test\n   ```\n\n2. Look at the output.",
            ),
            ("code right behind a bullet", "- ```\n  x = 1\n  ```\n- b"),
            ("a quote in a list", "- said:\n  > well\n  > done\n- b"),
            ("bullets and numbers mixed", "1. a\n   - b\n     1. c\n        - d"),
            ("empty items", "-\n- x\n-"),
            ("a list that begins with 0", "0. zero\n1. one"),
            ("two lists", "- a\n- b\n\n* c\n* d"),
            ("tasks", "- [ ] open\n- [x] done\n  - [X] nested\n- no task"),
            ("numbered tasks", "1. [x] first\n2. [ ] second"),
            ("loose tasks", "- [ ] a\n\n- [x] b\n\n1) [x] c\n\n2) d"),
            (
                "a paragraph in an item",
                "* head\n\n  A second paragraph that is long enough to wrap under the first one.",
            ),
        ],
    );
}

#[test]
fn quotes() {
    check(
        "quotes",
        &[
            (
                "a quote",
                "> To be, or not to be: that is the question, whether it is nobler in the mind\n> to suffer\n\nHamlet",
            ),
            ("nested quotes", "> a\n> > b\n> > > c\n>\n> d"),
            ("a lazy quote", "> begun\nand continued\n\nnot any more"),
            (
                "blocks in a quote",
                "> # Title\n>\n> - one\n> - two\n>\n> ```js\n> let x;\n> ```\n>\n> end",
            ),
            ("an empty quote", ">\n\nx"),
        ],
    );
}

#[test]
fn code() {
    check(
        "code",
        &[
            (
                "with a language",
                "Try:\n\n```python\ndef f(x):\n    return x ** 2\n\nprint(f(3))\n```\n\nIt prints 9.",
            ),
            ("without a language", "```\nplain\n```"),
            (
                "long lines keep their shape",
                "```\nlet answer = compute_the_answer(\"of everything\", 42) // and a comment\n  short\n```",
            ),
            ("unclosed", "```rust\nfn main() {\n    println!(\"**hi**\");"),
            ("empty", "```\n```"),
            ("indented", "text\n\n    indented code\n      more\n\ntext"),
            ("tildes and more words", "~~~ruby startline=3 $%@\nputs 1\n~~~"),
            ("fences in fences", "````md\n```js\nx\n```\n````"),
            ("markdown in code", "```\n# no heading\n- no *list*\n```"),
        ],
    );
}

#[test]
fn links_and_images() {
    check(
        "links",
        &[
            ("a link", "See [the manual](https://example.org/manual) for more."),
            ("a link with a title", "[here](/a \"The title\")"),
            (
                "a link that is its text",
                "[https://example.org](https://example.org), <https://example.org> and <me@example.org>",
            ),
            (
                "references",
                "See [the law][newton] and [newton].\n\n[newton]: https://example.org/n \"Newton\"",
            ),
            ("a reference that is nowhere", "See [this][nowhere] and [that]."),
            (
                "a definition in between",
                "a\n\n[x]: http://x.example\n[y]: http://y.example\n\nb [x]",
            ),
            ("an image", "![A cat on a mat](https://example.org/cat.png)"),
            ("an image without words", "![](cat.png) and [![logo](l.png)](https://example.org)"),
            ("emphasis in a link", "[**bold** link](x) and **[link](y)**"),
            ("half links", "[text](http://unclosed and [text] (x) and [a]("),
            (
                "a long target",
                "[paper](https://example.org/a/very/long/path/to/some/paper/in/the/archive.pdf)",
            ),
            (
                "footnotes",
                "Water boils[^1] at 100 °C.\n\n[^1]: At sea level, that is, and with a text that wraps in narrow panes.",
            ),
        ],
    );
}

#[test]
fn tables() {
    check(
        "tables",
        &[
            ("a table", "| Name | Value |\n|------|-------|\n| pi | 3.14159 |\n| e | 2.71828 |"),
            (
                "aligned columns",
                "| left | centre | right |\n|:--|:-:|--:|\n| a | b | c |\n| longer | longer text | 12345 |",
            ),
            (
                "cells that wrap",
                "| Term | Meaning |\n|---|---|\n| Photosynthesis | How plants make sugar out of light, water and carbon dioxide |\n| Osmosis | Water through a membrane |",
            ),
            (
                "Chinese and Japanese",
                "| 水果 | 价格 |\n|---|--:|\n| 苹果和香蕉 | 12 元 |\n| りんご、みかん、ぶどうなどの果物がたくさんあります | 3 |",
            ),
            ("emoji and marks", "| a | b |\n|---|---|\n| 👩‍👩‍👧 | e\u{301}te\u{301} |\n| 🇫🇷 | नमस्ते |"),
            ("inks in cells", "| **x** | `y` |\n|---|---|\n| *a* | [l](u) |"),
            ("pipes in cells", "| a | b |\n|---|---|\n| `x\\|y` | p \\| q |"),
            ("short and long rows", "| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | three | 4 |"),
            (
                "many columns",
                "| one | two | three | four | five | six | seven | eight |\n|-|-|-|-|-|-|-|-|\n| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |\n| ace | deuce | trey | cater | cinque | sice | x | y |",
            ),
            ("no head", "| | |\n|---|---|\n| a | b |"),
            ("only a head", "| a | b |\n|---|---|"),
            ("half a table", "| a | b |\n|---"),
            ("no pipes outside", "a | b\n--|--\n1 | 2\nafter"),
            (
                "in a list and a quote",
                "- x\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n\n> | c |\n> |---|\n> | 3 |",
            ),
        ],
    );
}

#[test]
fn html() {
    check(
        "html",
        &[
            ("a block", "<div class=\"x\">\n  <p>Hello</p>\n</div>\n\ntext"),
            ("in the line", "H<sub>2</sub>O and <b>bold</b><br>next &nbsp; x"),
            ("a comment", "a <!-- hidden? --> b\n\n<!-- a whole\nblock -->"),
            ("script", "<script>\nalert(1)\n</script>"),
            ("less than", "if a < b and b > c then 1<2"),
            ("a half tag", "<div\n\nx"),
        ],
    );
}

#[test]
fn scripts_of_the_world() {
    check(
        "scripts",
        &[
            (
                "Chinese",
                "**光合作用**是植物利用光能，将二氧化碳和水转化为有机物并释放氧气的过程。\n\n- 第一步：吸收光能，然后继续进行其他的很多步骤\n- 第二步",
            ),
            ("emoji", "Great job! 🎉 **Well done** 👍🏽\n\n1️⃣ first\n2️⃣ second ❤️"),
            ("Arabic", "**مرحبا** بالعالم\n\n- واحد\n- اثنان"),
            ("Hindi", "**नमस्ते** दुनिया, `क्षत्रिय`"),
            ("replaced characters", "**a\u{1b}[31mb** and `c\u{7}`\n\n- x\u{202e}y"),
        ],
    );
}

#[test]
fn answers_as_tutors_give_them() {
    check(
        "answers",
        &[
            (
                "steps",
                "Great question! Let's solve it step by step.\n\n### Step 1: Isolate the variable\nSubtract 5 from **both** sides:\n\n1. Write down the equation\n2. Subtract:\n   - left: `3x + 5 - 5`\n   - right: `20 - 5`\n3. Simplify\n\n> **Tip:** whatever you do to one side, do to the other.\n\n---\n\nDoes that make sense? 😊",
            ),
            (
                "definitions",
                "**Mitosis** – division into two *identical* cells.\n**Meiosis** – division into four *different* cells.\n\n| | Mitosis | Meiosis |\n|---|---|---|\n| Divisions | 1 | 2 |\n| Daughter cells | 2, diploid | 4, haploid |",
            ),
            ("cut off in a table", "Here is the table:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3"),
            ("cut off in a list", "1. **First** thing\n2. **Second"),
        ],
    );
}
