//! How an export begins, made of its first messages.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

use super::{Form, Job, Means, Pseudonyms, Watch, Wire};

/// The lines of a preview.
const LINES: usize = 12;
/// The bytes that are made for it.
const BYTES: usize = 64 << 10;

/// The first lines of what would be written, as they would be. A page of HTML begins with its
/// messages: what stands before them is the same in all.
pub fn preview(job: &Job, wire: &dyn Wire) -> Vec<String> {
    let mut out = Few(Vec::new());
    // It ends with an error when there is enough; several threads would have written on by then.
    let keyed = RandomState::new();
    let pseudonyms =
        job.pseudonymize.then(|| Pseudonyms::new(&job.pages, &|id| keyed.hash_one(id)));
    let means = Means { wire, pseudonyms: pseudonyms.as_ref(), threads: (1, || ()) };
    let mut watch = Watch { progress: &mut |_| {}, stopped: &|| false };
    let _ = super::write(job, &means, &mut out, &mut watch);
    let text = String::from_utf8_lossy(&out.0);
    let from = match job.form {
        Form::Html => text.find("<main>").unwrap_or(0),
        _ => 0,
    };
    // How it ends is of those few messages, not of all.
    let to = match job.form {
        Form::Json => text.rfind("\n],").unwrap_or(text.len()),
        Form::Html => text.rfind("</main>").unwrap_or(text.len()),
        _ => text.len(),
    };
    let text = text.get(from..to).unwrap_or_default();
    text.lines().filter(|line| !line.is_empty()).take(LINES).map(str::to_owned).collect()
}

/// Takes so much and no more.
struct Few(Vec<u8>);

impl Write for Few {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = BYTES.saturating_sub(self.0.len()).min(bytes.len());
        if room == 0 && !bytes.is_empty() {
            return Err(io::Error::other("it is enough"));
        }
        self.0.extend(bytes.iter().take(room));
        Ok(room)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
