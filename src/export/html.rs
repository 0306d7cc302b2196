//! HTML: one file that needs no other, without scripts, to be read on a screen and printed.
//!
//! Three walls stand between a message and a browser. Nothing of it is written but through
//! [`HtmlEscaped`]; the tags around it are our own, from a short list (`body`); and the page forbids
//! itself scripts, pictures, frames, forms and requests (`Content-Security-Policy`), should the
//! other two fall. Text of any direction stays within its place (`bdi`, `dir`).

mod body;

use std::fmt;
use std::io::{self, Write};

use super::message::{Speaker, id, line};
use super::{Entry, ExportCounts, FormatWriter, Header, PERSONAL, Section, counted};
use crate::maths::shown;
use crate::message::RoleId;
use crate::text::document_text;
use crate::time::{Zone, date_and_minute};

/// The most sessions that an index lists; beyond them it would be longer than anybody reads.
const MOST_LISTED: u64 = 2_000;
/// What a browser may do with the page: apply the style in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("html/style.css");

/// A text with everything escaped that means something in HTML, within tags or between them.
pub(super) struct HtmlEscaped<'t>(pub(super) &'t str);

impl fmt::Display for HtmlEscaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut copied = 0;
        for (at, sign) in self.0.match_indices(['&', '<', '>', '"', '\'']) {
            f.write_str(self.0.get(copied..at).unwrap_or_default())?;
            f.write_str(match sign {
                "&" => "&amp;",
                "<" => "&lt;",
                ">" => "&gt;",
                "\"" => "&quot;",
                _ => "&#39;",
            })?;
            copied = at + sign.len();
        }
        f.write_str(self.0.get(copied..).unwrap_or_default())
    }
}

#[derive(Default)]
pub(super) struct Html {
    zone: Zone,
}

impl FormatWriter for Html {
    fn open(&mut self, header: Header<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        self.zone = header.zone;
        let ExportCounts { messages, sessions } = header.counts;
        let (messages, sessions) = (counted(messages, "message"), counted(sessions, "session"));
        let counts = format!("{messages} in {sessions}");
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Conversations: {counts}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <header>\n<h1>Conversations</h1>\n<p>{counts}. {PERSONAL}</p>\n",
            HtmlEscaped(POLICY),
        )?;
        if let Some(note) = header.note {
            writeln!(out, "<p class=\"note\">{}</p>", HtmlEscaped(note))?;
        }
        writeln!(out, "</header>")?;
        if (2..=MOST_LISTED).contains(&header.section_count) {
            writeln!(out, "<nav>\n<h2>Sessions</h2>\n<ol>")?;
            for section in header.sections {
                writeln!(
                    out,
                    "<li><a href=\"#s{}\"><bdi>{}</bdi></a> <small>{}</small></li>",
                    section.number,
                    HtmlEscaped(&title_of(&section)),
                    section.messages,
                )?;
            }
            writeln!(out, "</ol>\n</nav>")?;
        }
        writeln!(out, "<main>")
    }

    fn has_heads(&self) -> bool {
        true
    }

    fn section(&self, section: &Section, out: &mut Vec<u8>) -> io::Result<()> {
        write!(
            out,
            "<section id=\"s{}\">\n<h2><bdi>{}</bdi></h2>\n<p class=\"about\"><bdi>{}</bdi> · \
             <bdi>{}</bdi> · {}",
            section.number,
            HtmlEscaped(&title_of(section)),
            HtmlEscaped(&id(&section.session)),
            HtmlEscaped(&line(&section.user)),
            counted(section.messages, "message"),
        )?;
        if let Some((from, to)) = section.times {
            let (from, to) = (date_and_minute(from, self.zone), date_and_minute(to, self.zone));
            write!(out, " · {from} – {to}")?;
        }
        writeln!(out, "</p>")
    }

    fn entry(&self, entry: &Entry<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        let (message, speaker) = (entry.message, entry.speaker());
        let class = match speaker.id {
            RoleId::USER => "user",
            RoleId::ASSISTANT => "assistant",
            RoleId::SYSTEM => "system",
            _ => "other",
        };
        let Speaker { role, name, time, .. } = &speaker;
        writeln!(
            out,
            "<article class=\"{class}\">\n<h3>{} · <bdi>{}</bdi> <time>{}</time></h3>\n\
             <div dir=\"auto\">",
            HtmlEscaped(role),
            HtmlEscaped(name),
            HtmlEscaped(time),
        )?;
        let text = document_text(message.text());
        body::write(&text, speaker.id == RoleId::USER, out)?;
        writeln!(out, "</div>\n</article>")
    }

    fn end_section(&self, out: &mut Vec<u8>) -> io::Result<()> {
        writeln!(out, "</section>")
    }

    fn close(&self, _: ExportCounts, out: &mut Vec<u8>) -> io::Result<()> {
        writeln!(out, "</main>\n</body>\n</html>")
    }
}

/// The first words of the student, or the id where there are none.
fn title_of(section: &Section) -> String {
    let title = shown(&line(&section.title));
    if title.is_empty() { id(&section.session) } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_is_escaped() {
        let text = HtmlEscaped("a<b> & \"c\" 'd' é").to_string();
        assert_eq!(text, "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; é");
    }
}
