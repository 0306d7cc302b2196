//! The body that everything is measured with, and the store that it becomes.

use std::sync::{Arc, OnceLock};

use sfchat_tui::demo::{Archive, DemoSettings};
use sfchat_tui::io::stream::Decoder;
use sfchat_tui::scope::Scope;
use sfchat_tui::store::{Limits, Page};

/// Bytes of a chunk, as the network brings them.
pub const CHUNK: usize = 256 << 10;

/// What is measured.
enum Measured {
    /// So many messages of the demo.
    Demo(usize),
    /// A saved response.
    File(String),
}

impl Measured {
    fn asked() -> Self {
        let Ok(asked) = std::env::var("SFCHAT_BENCH") else { return Self::Demo(100_000) };
        asked.replace('_', "").parse().map_or(Self::File(asked), Self::Demo)
    }
}

/// The body of a response.
pub fn body() -> &'static [u8] {
    static BODY: OnceLock<Vec<u8>> = OnceLock::new();
    BODY.get_or_init(|| {
        let messages = match Measured::asked() {
            Measured::Demo(messages) => messages,
            Measured::File(path) => return std::fs::read(path).expect("the file of SFCHAT_BENCH"),
        };
        let settings = DemoSettings { messages, ..DemoSettings::default() };
        let archive = Arc::new(Archive::new(&settings));
        archive.chunks(&Scope::all(), settings.now).collect::<Vec<_>>().concat()
    })
}

/// The body with another ending for every word before a comma: about one in a hundred bytes of the
/// demo's text.
pub fn body_with(end: &str) -> Vec<u8> {
    let body = String::from_utf8_lossy(body());
    // Between the members of an object and of a list no blank follows a comma.
    body.replace(", ", &format!("{end} ")).into_bytes()
}

/// Decodes a body as the program does.
pub fn decode(body: &[u8], pages: &mut dyn FnMut(Page)) {
    let mut decoder = Decoder::new(Limits::default());
    for chunk in body.chunks(CHUNK) {
        decoder.push(chunk, pages).expect("the demo sends what it should");
    }
    decoder.finish(pages).expect("the demo sends what it should");
}

/// The pages of the body.
pub fn pages() -> &'static [Arc<Page>] {
    static PAGES: OnceLock<Vec<Arc<Page>>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut pages = Vec::new();
        decode(body(), &mut |page| pages.push(Arc::new(page)));
        pages
    })
}
