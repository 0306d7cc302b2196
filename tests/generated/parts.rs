//! Generated parts of files that are otherwise written by hand.

use crate::tables;

/// A generated part of a file.
pub(crate) struct Part {
    /// The file, from the root of the repository.
    pub(crate) file: &'static str,
    /// The line before the part.
    pub(crate) begin: &'static str,
    /// The line after it.
    pub(crate) end: &'static str,
    /// Makes the lines between.
    pub(crate) make: fn() -> String,
}

/// Every generated part.
pub(crate) const PARTS: [Part; 2] = [
    Part {
        file: "docs/keys.md",
        begin: "<!-- keys (generated) -->",
        end: "<!-- end of keys -->",
        make: tables::keys,
    },
    Part {
        file: "docs/queries.md",
        begin: "<!-- queries (generated) -->",
        end: "<!-- end of queries -->",
        make: tables::queries,
    },
];

impl Part {
    /// The text of the file with this part replaced; `None` unless both of its lines are there
    /// once each, in this order.
    pub(crate) fn renew(&self, text: &str) -> Option<String> {
        let (begin, end) = (line(text, self.begin)?, line(text, self.end)?);
        let before = &text[..begin + self.begin.len()];
        (begin < end).then(|| format!("{before}\n{}{}", (self.make)(), &text[end..]))
    }
}

/// Where the only line with this text begins.
fn line(text: &str, wanted: &str) -> Option<usize> {
    let mut found = text.match_indices(wanted).map(|(at, _)| at).filter(|&at| {
        let starts = at == 0 || text.as_bytes()[at - 1] == b'\n';
        let ends = text.as_bytes().get(at + wanted.len()).is_none_or(|&byte| byte == b'\n');
        starts && ends
    });
    found.next().filter(|_| found.next().is_none())
}

#[test]
fn a_part_is_renewed_between_its_lines() {
    let part = Part { file: "x", begin: "<", end: ">", make: || "new\n".to_owned() };
    assert_eq!(part.renew("a\n<\nold\n>\nb\n").unwrap(), "a\n<\nnew\n>\nb\n");
    assert_eq!(part.renew("<\n>").unwrap(), "<\nnew\n>");
    assert_eq!(part.renew("a < b > c\n<\n>\n").unwrap(), "a < b > c\n<\nnew\n>\n");
    for text in ["", "<\n", ">\n<\n", "<\n<\n>\n", "< \n>\n"] {
        assert_eq!(part.renew(text), None, "{text:?}");
    }
}
