//! The built-in endpoint alone, until it is stopped.

use std::io::{self, Write};

use tokio::net::TcpListener;

use crate::cli::DemoServer;
use crate::demo::{self, DEMO_KEY, DEMO_PATH};

use super::browse::now;

/// Serves on loopback; says where, and with which key.
pub fn run(asked: DemoServer, out: &mut impl Write) -> io::Result<()> {
    let usual = demo::DemoSettings::at(now());
    let settings = demo::DemoSettings {
        messages: asked.messages.unwrap_or(usual.messages),
        seed: asked.seed.unwrap_or(usual.seed),
        ..usual
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", asked.port)).await?;
        let address = listener.local_addr()?;
        writeln!(out, "listening on http://{address}{DEMO_PATH}")?;
        writeln!(out, "key          {DEMO_KEY}")?;
        writeln!(
            out,
            "try          SFCHAT_API_KEY={DEMO_KEY} sfchat-tui --base-url http://{address} -g class-101"
        )?;
        out.flush()?;
        demo::serve(listener, settings, now).await
    })
}
