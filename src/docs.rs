//! Generated text: what the README, `config.example.toml` and the picture say is made here from
//! the tables and the screen that the program itself uses.
//!
//! `tests/generated.rs` holds the files equal to it, and rewrites them when it is asked to.

mod screenshot;
mod tables;

pub use screenshot::screenshot;
pub use tables::{key_settings, key_table, query_table};

/// The file with the picture of the screen, from the root of the repository.
pub const SCREENSHOT: &str = "assets/screenshot.svg";

/// A generated part of a file that is written by hand otherwise.
#[derive(Debug)]
pub struct Part {
    /// The file, from the root of the repository.
    pub file: &'static str,
    /// The line before the part.
    pub begin: &'static str,
    /// The line after it.
    pub end: &'static str,
    /// What makes the lines between.
    pub make: fn() -> String,
}

/// Every generated part.
pub const PARTS: [Part; 3] = [
    Part {
        file: "README.md",
        begin: "<!-- keys (generated) -->",
        end: "<!-- end of keys -->",
        make: key_table,
    },
    Part {
        file: "README.md",
        begin: "<!-- queries (generated) -->",
        end: "<!-- end of queries -->",
        make: query_table,
    },
    Part {
        file: "config.example.toml",
        begin: "# --- keys (generated) ---",
        end: "# --- end of keys ---",
        make: key_settings,
    },
];

impl Part {
    /// The text of the file with this part made anew; `None` where its two lines are not there
    /// once each, in this order.
    pub fn renew(&self, text: &str) -> Option<String> {
        let (begin, end) = (line(text, self.begin)?, line(text, self.end)?);
        let before = text.get(..begin + self.begin.len())?;
        let after = text.get(end..)?;
        (begin < end).then(|| format!("{before}\n{}{after}", (self.make)()))
    }
}

/// Where the only line of these words begins.
fn line(text: &str, words: &str) -> Option<usize> {
    let mut found = text.match_indices(words).map(|(at, _)| at).filter(|&at| {
        let starts = at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        let ends = text.as_bytes().get(at + words.len()).is_none_or(|&byte| byte == b'\n');
        starts && ends
    });
    found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Part = Part { file: "x", begin: "<", end: ">", make: || "new\n".to_owned() };

    #[test]
    fn a_part_is_renewed_between_its_lines() {
        assert_eq!(PART.renew("a\n<\nold\n>\nb\n").unwrap(), "a\n<\nnew\n>\nb\n");
        assert_eq!(PART.renew("<\n>").unwrap(), "<\nnew\n>");
        assert_eq!(PART.renew("a < b > c\n<\n>\n").unwrap(), "a < b > c\n<\nnew\n>\n");
    }

    #[test]
    fn a_file_without_the_lines_is_left_alone() {
        for text in ["", "<\n", ">\n<\n", "<\n<\n>\n", "< \n>\n"] {
            assert_eq!(PART.renew(text), None, "{text:?}");
        }
    }
}
