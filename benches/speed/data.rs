//! The body that everything is measured with, and the store that it becomes.

use std::sync::{Arc, OnceLock};

use sfchat_tui::demo::{Archive, Settings};
use sfchat_tui::io::stream::Decoder;
use sfchat_tui::scope::Scope;
use sfchat_tui::store::{Limits, Page};

/// Bytes of a chunk, as the network brings them.
pub const CHUNK: usize = 256 << 10;

/// How many messages are measured, or the file of a saved response that is.
fn asked() -> Result<usize, String> {
    match std::env::var("SFCHAT_BENCH") {
        Ok(asked) => asked.parse().map_err(|_| asked),
        Err(_) => Ok(100_000),
    }
}

/// The body of a response.
pub fn body() -> &'static [u8] {
    static BODY: OnceLock<Vec<u8>> = OnceLock::new();
    BODY.get_or_init(|| {
        // As the program does: how memory is given back decides what new memory costs.
        sfchat_tui::io::memory::set_up();
        let messages = match asked() {
            Ok(messages) => messages,
            Err(path) => return std::fs::read(path).expect("the file of SFCHAT_BENCH"),
        };
        let settings = Settings { messages, ..Settings::default() };
        let mut body = Vec::new();
        Archive::new(&settings)
            .write_json(&Scope::all(), settings.now, &mut body)
            .expect("a vector takes everything");
        body
    })
}

/// Decodes the body as the program does.
pub fn decode(pages: &mut dyn FnMut(Page)) {
    let mut decoder = Decoder::new(Limits::default());
    for chunk in body().chunks(CHUNK) {
        decoder.push(chunk, pages).expect("the demo sends what it should");
    }
    decoder.finish(pages).expect("the demo sends what it should");
}

/// The pages of the body.
pub fn pages() -> &'static [Arc<Page>] {
    static PAGES: OnceLock<Vec<Arc<Page>>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mut pages = Vec::new();
        decode(&mut |page| pages.push(Arc::new(page)));
        pages
    })
}
