//! Saved responses in every compression format, and broken ones.

use std::io::Write;
use std::time::Duration;

use super::*;

const MOST: u64 = 2 << 30;

fn body(count: usize) -> String {
    let messages: Vec<_> =
        (0..count).map(|n| serde_json::json!({ "content": format!("message {n}") })).collect();
    serde_json::json!({ "messages": messages }).to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Reads a source. Returns the rows, the bytes of progress, and the final event.
async fn read_all(source: FileSource, most: u64) -> (usize, u64, FetchEvent) {
    let (sender, mut events) = mpsc::channel(2);
    let _guard = start_file(&source, most, FetchTicket(3), sender);
    let (mut rows, mut progress) = (0, 0);
    let end = async {
        loop {
            match events.recv().await.expect("there is an end").1 {
                FetchEvent::PageArrived(page) => rows += page.rows.len(),
                FetchEvent::Progressed { bytes } => progress = bytes,
                FetchEvent::Answered { .. } => {}
                end => break end,
            }
        }
    };
    let end = tokio::time::timeout(Duration::from_mins(1), end).await.unwrap();
    (rows, progress, end)
}

async fn read_bytes(bytes: &[u8], most: u64) -> (usize, u64, FetchEvent) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    read_all(FileSource::Path(file.path().to_owned()), most).await
}

async fn failure(bytes: &[u8], most: u64) -> Failure {
    match read_bytes(bytes, most).await.2 {
        FetchEvent::Failed(failure) => failure,
        other => panic!("it should fail: {other:?}"),
    }
}

#[tokio::test]
async fn every_packing_of_every_form_is_read() {
    let whole = body(5000);
    let lines: Vec<String> =
        (0..5000).map(|n| format!("{{\"content\":\"message {n}\"}}")).collect();
    let lines = lines.join("\n");
    let array = serde_json::from_str::<serde_json::Value>(&whole).unwrap()["messages"].to_string();
    for text in [whole, lines, array] {
        let bytes = text.as_bytes();
        let (first, second) = bytes.split_at(999);
        let skipped = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc".to_vec();
        for packed in [
            bytes.to_vec(),
            gzip(bytes),
            [gzip(first), gzip(second)].concat(),
            zstd(bytes),
            [zstd(first), skipped, zstd(second)].concat(),
        ] {
            let (rows, progress, end) = read_bytes(&packed, MOST).await;
            let FetchEvent::Finished(tally) = end else { panic!("{end:?}") };
            assert_eq!((rows, tally.messages), (5000, 5000));
            assert_eq!(progress, packed.len() as u64);
        }
    }
}

#[tokio::test]
async fn an_empty_file_is_no_response() {
    let (rows, _, end) = read_bytes(b"", MOST).await;
    let FetchEvent::Failed(failure) = end else { panic!("{end:?}") };
    assert!(
        rows == 0 && failure.what.ends_with("is empty; nothing was saved in it"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_cut_file_shows_what_it_holds() {
    let text = body(5000);
    for packed in [text.as_bytes().to_vec(), gzip(text.as_bytes()), zstd(text.as_bytes())] {
        let (rows, _, end) = read_bytes(&packed[..packed.len() - 9], MOST).await;
        let FetchEvent::Failed(failure) = end else { panic!("{end:?}") };
        assert_eq!(failure.kind, FailureKind::Cut, "{failure:?}");
        assert!(rows < 5001, "{rows}");
    }
    let (rows, ..) = read_bytes(&text.as_bytes()[..text.len() / 2], MOST).await;
    assert!(rows > 2000, "{rows}");
}

#[tokio::test]
async fn a_zstd_file_whose_checksum_is_wrong_is_damaged() {
    let text = body(5000);
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    let flipped = |mut packed: Vec<u8>| {
        *packed.last_mut().unwrap() ^= 1;
        packed
    };
    for packed in [
        flipped(zstd(text.as_bytes())),
        [flipped(zstd(first)), zstd(second)].concat(),
        [zstd(first), flipped(zstd(second))].concat(),
    ] {
        let (rows, _, end) = read_bytes(&packed, MOST).await;
        let FetchEvent::Failed(failure) = end else { panic!("{end:?}") };
        assert_eq!(failure.kind, FailureKind::Cut, "{failure:?}");
        assert!(failure.what.contains("is damaged"), "{failure:?}");
        assert!(rows > 2000, "what was read is shown: {rows}");
    }
}

#[tokio::test]
async fn what_is_no_saved_response_is_told_so() {
    let mut broken = zstd(body(100).as_bytes());
    let middle = broken.len() / 2;
    broken.truncate(middle);
    broken.extend_from_slice(&[0xff; 4000]);
    for (bytes, phrase) in [
        (b"<!doctype html><html>".to_vec(), "web page"),
        (b"{\"messages\":[}".to_vec(), "no valid JSON at byte"),
        (b"\x1f\x8bgarbage that is no gzip".to_vec(), "broken gzip"),
        (broken, "broken zstd"),
    ] {
        let failure = failure(&bytes, MOST).await;
        assert_eq!(failure.kind, FailureKind::Document);
        assert!(failure.what.contains(phrase), "{failure:?}");
    }
    assert!(failure(&gzip(body(5000).as_bytes()), 1000).await.what.contains("max_response_bytes"));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_told_before_and_while_reading() {
    let source = FileSource::Path("/no/such/\u{1b}[2Jfile".into());
    let text = source.check().unwrap_err();
    assert!(text.contains("could not be opened") && !text.contains('\u{1b}'), "{text}");
    let (_, _, end) = read_all(source, MOST).await;
    let FetchEvent::Failed(failure) = end else { panic!("{end:?}") };
    assert!(
        failure.what.contains("no such file") && !failure.what.contains('\u{1b}'),
        "{failure:?}"
    );
    assert!(FileSource::Path("/".into()).check().unwrap_err().contains("folder"));
    assert_eq!(FileSource::Stdin.check(), Ok(()));
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_shown_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let (sender, mut events) = mpsc::channel(16);
    let _guard = start_file(&FileSource::Path(path.clone()), MOST, FetchTicket(1), sender);
    let (release, held) = std::sync::mpsc::channel::<()>();
    let writer = thread::spawn(move || {
        let mut pipe = fs::OpenOptions::new().write(true).open(path).unwrap();
        pipe.write_all(b"{\"messages\":[{\"content\":\"first\"},").unwrap();
        // The writer sends the rest only after the first message has arrived.
        held.recv().unwrap();
        pipe.write_all(b"{\"content\":\"second\"}]}").unwrap();
    });
    let mut release = Some(release);
    let mut rows = 0;
    loop {
        match events.recv().await.unwrap().1 {
            FetchEvent::PageArrived(page) => {
                rows += page.rows.len();
                if let Some(release) = release.take() {
                    assert_eq!(rows, 1);
                    release.send(()).unwrap();
                }
            }
            FetchEvent::Finished(tally) => break assert_eq!(tally.messages, 2),
            FetchEvent::Failed(failure) => panic!("{failure:?}"),
            _ => {}
        }
    }
    writer.join().unwrap();
    assert_eq!(rows, 2);
}
