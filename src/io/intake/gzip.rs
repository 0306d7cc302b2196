//! Decompresses a gzip stream, piece by piece and member by member.
//!
//! Must not know the origin or the contents of the stream.

use flate2::{Decompress, FlushDecompress, Status};

/// The size of decompressed pieces, which suits the decoder.
const PIECE: usize = 256 << 10;
/// The binary logarithm of deflate's window size.
const WINDOW_BITS: u8 = 15;

/// Why decompression stopped.
#[derive(Debug)]
pub(in crate::io) enum GunzipError<E> {
    /// The data is not gzip, or is damaged.
    Damaged,
    /// The consumer of the decompressed bytes failed.
    Taker(E),
}

/// A stream of gzip members.
pub(in crate::io) struct Gzip {
    inflate: Decompress,
    unpacked: Vec<u8>,
    /// Whether a member is unfinished.
    within: bool,
}

impl Gzip {
    pub(in crate::io) fn new() -> Self {
        Self { inflate: Decompress::new_gzip(WINDOW_BITS), unpacked: vec![0; PIECE], within: false }
    }

    /// Decompresses the next bytes and passes the output to `take`.
    pub(in crate::io) fn push<E>(
        &mut self,
        mut packed: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), GunzipError<E>> {
        let mut filled = 0;
        loop {
            let Some(room) = self.unpacked.get_mut(filled..) else {
                return Err(GunzipError::Damaged);
            };
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self
                .inflate
                .decompress(packed, room, FlushDecompress::None)
                .map_err(|_| GunzipError::Damaged)?;
            let read = count(self.inflate.total_in() - read);
            let written = count(self.inflate.total_out() - written);
            self.within |= read > 0;
            packed = packed.get(read..).unwrap_or_default();
            filled += written;
            if status == Status::StreamEnd {
                // The checksum matched; another member may follow.
                self.inflate = Decompress::new_gzip(WINDOW_BITS);
                self.within = false;
            }
            let is_full = filled == self.unpacked.len();
            let is_all = packed.is_empty() && !is_full;
            let stands_still = read == 0 && written == 0 && status != Status::StreamEnd;
            if is_full || is_all || stands_still {
                take(self.unpacked.get(..filled).unwrap_or_default())
                    .map_err(GunzipError::Taker)?;
                filled = 0;
            }
            if is_all || (stands_still && !is_full) {
                return if packed.is_empty() { Ok(()) } else { Err(GunzipError::Damaged) };
            }
        }
    }

    /// Whether every member is finished.
    pub(in crate::io) fn is_whole(&self) -> bool {
        !self.within
    }
}

/// Converts a count that cannot exceed the length of a slice.
fn count(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    /// Decompresses in pieces of this size. Returns the output, and whether it ended at a member
    /// boundary.
    fn unpack(packed: &[u8], piece: usize) -> Result<(Vec<u8>, bool), ()> {
        let mut gzip = Gzip::new();
        let mut out = Vec::new();
        for piece in packed.chunks(piece) {
            let pushed = gzip.push(piece, |bytes| {
                out.extend_from_slice(bytes);
                Ok::<(), ()>(())
            });
            pushed.map_err(|_| ())?;
        }
        Ok((out, gzip.is_whole()))
    }

    #[test]
    fn members_follow_each_other() {
        let both = [packed(b"one "), packed(b""), packed(b"two")].concat();
        for piece in 1..=both.len() {
            assert_eq!(unpack(&both, piece), Ok((b"one two".to_vec(), true)));
        }
    }

    #[test]
    fn a_cut_is_seen_and_what_came_before_it_is_there() {
        let text = b"a text that is long enough to have a few bytes of its own".repeat(50);
        let packed = packed(&text);
        for end in 1..packed.len() {
            let (out, whole) = unpack(&packed[..end], 7).unwrap();
            assert!(text.starts_with(&out) && !whole, "{end}");
        }
    }

    #[test]
    fn damage_is_an_error() {
        let mut wrong = packed(b"some text");
        let at = wrong.len() - 6;
        wrong[at] ^= 1;
        assert_eq!(unpack(&wrong, 1024), Err(()), "a checksum");
        assert_eq!(unpack(b"no gzip at all", 4), Err(()));
        assert_eq!(unpack(&[packed(b"x"), b"junk".to_vec()].concat(), 3), Err(()));
    }

    #[test]
    fn the_taker_can_stop_it() {
        let stop = Gzip::new().push(&packed(b"text"), |_| Err("enough"));
        assert!(matches!(stop, Err(GunzipError::Taker("enough"))));
    }

    #[test]
    fn what_is_larger_than_the_piece_comes_in_several() {
        let text = vec![b'x'; 3 * PIECE + 1];
        assert_eq!(unpack(&packed(&text), 100), Ok((text.clone(), true)));
        let mut pieces = 0;
        let pushed = Gzip::new().push(&packed(&text), |_| {
            pieces += 1;
            Ok::<(), ()>(())
        });
        assert!(pushed.is_ok() && pieces == 4, "{pieces}");
    }

    proptest! {
        #[test]
        fn anything_comes_back(text in prop::collection::vec(any::<u8>(), 0..2_000), piece in 1usize..300) {
            prop_assert_eq!(unpack(&packed(&text), piece), Ok((text, true)));
        }
    }
}
