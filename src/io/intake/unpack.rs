//! Decompresses a body, redacts the key and enforces the limits, for any consumer.
//!
//! Must not know the origin or the contents of the body.

use super::Packing;
use super::gzip::{GunzipError, Gzip};
use crate::io::key_redactor::KeyRedactor;

/// The decompressed size below which the ratio is not checked.
const RATIO_FROM: u64 = 64 << 20;
/// Honest JSON never compresses better than this.
const RATIO: u64 = 200;

/// Why decompression stopped.
#[derive(Debug)]
pub(in crate::io) enum UnpackError<E> {
    /// The body is larger than allowed.
    TooLarge,
    /// The body is a decompression bomb.
    Bomb,
    /// The body is not gzip, or damaged.
    NotGzip,
    /// The consumer of the bytes failed.
    Taker(E),
}

/// Decompresses one body.
pub(in crate::io) struct Unpacker {
    gzip: Option<Gzip>,
    redactor: Option<KeyRedactor>,
    most: u64,
    transferred: u64,
    unpacked: u64,
}

impl Unpacker {
    /// Creates an unpacker for a body of at most `most` bytes after decompression.
    pub(in crate::io) fn new(packing: Packing, most: u64, redactor: Option<KeyRedactor>) -> Self {
        let gzip = (packing == Packing::Gzip).then(Gzip::new);
        Self { gzip, redactor, most, transferred: 0, unpacked: 0 }
    }

    /// Decompresses the next bytes and passes on the output. `transferred` is their size at the
    /// source, which differs if the source decompresses by itself.
    pub(in crate::io) fn push<E>(
        &mut self,
        bytes: &[u8],
        transferred: u64,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), UnpackError<E>> {
        self.transferred += transferred;
        let Self { gzip, redactor, most, transferred, unpacked } = self;
        let is_packed = gzip.is_some();
        let mut pass_on = |bytes: &[u8]| {
            *unpacked += bytes.len() as u64;
            if *unpacked > *most {
                return Err(UnpackError::TooLarge);
            }
            let is_swollen = *unpacked > transferred.saturating_mul(RATIO);
            if is_packed && *unpacked > RATIO_FROM && is_swollen {
                return Err(UnpackError::Bomb);
            }
            match redactor {
                Some(redactor) => take(&redactor.redact(bytes)),
                None => take(bytes),
            }
            .map_err(UnpackError::Taker)
        };
        match gzip {
            None => pass_on(bytes),
            Some(gzip) => gzip.push(bytes, pass_on).map_err(|error| match error {
                GunzipError::Damaged => UnpackError::NotGzip,
                GunzipError::Taker(error) => error,
            }),
        }
    }

    /// The number of bytes read from the source.
    pub(in crate::io) fn transferred(&self) -> u64 {
        self.transferred
    }

    /// Whether the body may end here. Only gzip reveals that it was cut off.
    pub(in crate::io) fn is_whole(&self) -> bool {
        self.gzip.as_ref().is_none_or(Gzip::is_whole)
    }

    /// The last bytes, held back because the key could have started in them.
    pub(in crate::io) fn rest(&mut self) -> Vec<u8> {
        self.redactor.as_mut().map(KeyRedactor::rest).unwrap_or_default()
    }
}
