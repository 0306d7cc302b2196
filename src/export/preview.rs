//! The beginning of an export, made of its first messages.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

use super::{ExportContext, ExportJob, Format, Pseudonyms, Wire};

/// The lines of a preview.
const LINES: usize = 12;
/// The most bytes that are made for it.
const BYTES: usize = 64 << 10;

/// The first lines of the document. A preview of HTML begins with the messages, since what precedes
/// them is the same in every page.
pub fn preview(job: &ExportJob, wire: &dyn Wire) -> Vec<String> {
    let mut out = Limited(Vec::new());
    let keyed = RandomState::new();
    let pseudonyms =
        job.pseudonymize.then(|| Pseudonyms::new(&job.pages, &|id| keyed.hash_one(id)));
    let context = ExportContext { wire, pseudonyms: pseudonyms.as_ref() };
    // Ends with an error once the limit is reached.
    let _ = super::write(job, &context, &mut out, &mut |_| Ok(()));
    let text = String::from_utf8_lossy(&out.0);
    // The end of the document counts these few messages, not all.
    let (from, to) = match job.format {
        Format::Json => (0, text.rfind("\n],").unwrap_or(text.len())),
        Format::Html => {
            (text.find("<main>").unwrap_or(0), text.rfind("</main>").unwrap_or(text.len()))
        }
        _ => (0, text.len()),
    };
    let text = text.get(from..to).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).take(LINES).map(str::to_owned).collect()
}

/// Takes so many bytes and no more.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = BYTES.saturating_sub(self.0.len()).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            return Err(io::Error::other("the preview is full"));
        }
        self.0.extend(bytes.iter().take(room));
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
