//! Decompresses zstd frames, including skippable ones, and verifies their checksums.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::SyncSender;

use bytes::Bytes;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{CHUNK, SourceError};
use crate::io::intake::{BodyInput, Chunk};

/// Counts the bytes read.
struct CountingReader<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// The frames of a source.
pub(super) struct Frames<R> {
    source: BufReader<CountingReader<R>>,
    decoder: FrameDecoder,
}

impl<R: Read> Frames<R> {
    /// Creates a reader for a source that starts with a frame.
    pub(super) fn new(source: R) -> Self {
        let source = BufReader::with_capacity(CHUNK, CountingReader { inner: source, count: 0 });
        Self { source, decoder: FrameDecoder::new() }
    }

    /// Decompresses everything and sends it.
    pub(super) fn copy_to(mut self, sender: &SyncSender<BodyInput>) -> Result<(), SourceError> {
        let mut reported = 0;
        loop {
            let mut chunk = vec![0; CHUNK];
            let read = self.next(&mut chunk)?;
            if read == 0 {
                // Fails if the decoder has ended; its report says why.
                let _ = sender.send(BodyInput::End);
                return Ok(());
            }
            chunk.truncate(read);
            let count = self.source.get_ref().count;
            let transferred = count - std::mem::replace(&mut reported, count);
            let bytes = Bytes::from(chunk);
            if sender.send(BodyInput::Chunk(Chunk { bytes, transferred, _permit: None })).is_err() {
                return Ok(());
            }
        }
    }

    /// Reads the next decompressed bytes; none at the end.
    fn next(&mut self, buffer: &mut [u8]) -> Result<usize, SourceError> {
        loop {
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer).map_err(SourceError::Read);
            }
            if !self.decoder.is_finished() {
                let some = BlockDecodingStrategy::UptoBytes(buffer.len());
                if self.decoder.decode_blocks(&mut self.source, some).is_err() {
                    return Err(self.broken());
                }
                continue;
            }
            if !self.is_as_sent() {
                return Err(SourceError::Damaged);
            }
            if self.source.fill_buf().map_err(SourceError::Read)?.is_empty() {
                return Ok(0);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {}
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(u64::from(length))?,
                Err(_) => return Err(self.broken()),
            }
        }
    }

    /// Whether the last frame matches its checksum.
    fn is_as_sent(&self) -> bool {
        let sent = self.decoder.get_checksum_from_data();
        sent.is_none() || sent == self.decoder.get_calculated_checksum()
    }

    fn skip(&mut self, length: u64) -> Result<(), SourceError> {
        let skipped = io::copy(&mut self.source.by_ref().take(length), &mut io::sink())
            .map_err(SourceError::Read)?;
        if skipped == length { Ok(()) } else { Err(SourceError::Short) }
    }

    /// The error for a bad frame: cut off if the source has ended, else invalid.
    fn broken(&mut self) -> SourceError {
        match self.source.fill_buf() {
            Ok([]) => SourceError::Short,
            Ok(_) => SourceError::NotZstd,
            Err(error) => SourceError::Read(error),
        }
    }
}
