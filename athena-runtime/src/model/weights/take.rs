//! Reads tensors from a file into the network's memory.

use super::dtype::Dtype;
use super::file::WeightFile;
use super::fit::Pair;
use super::numbers::{Bf16, Decode, F8E4M3, F8E4M3Fnuz, F8E5M2, F8E5M2Fnuz, F8E8M0, F16, F32, F64};
use crate::error::Error;
use crate::model::pieces::{Piece, fill};
use crate::model::state::State;
use std::ops::Range;

/// The number of bytes that this thread reads before all threads convert them: enough to keep the threads busy, and few enough to
/// stay in a cache.
const AT_ONCE: u64 = 4 << 20;

/// Loads these tensors, except for counters. In addition to the file's buffer of [`AT_ONCE`] bytes, there is a copy of at most one of them.
pub fn take(state: &mut State, file: &mut WeightFile, pairs: &[Pair<'_>]) -> Result<(), Error> {
    let mut stored = Vec::new();
    for pair in pairs.iter().filter(|pair| !pair.parameter.is_counter()) {
        if pair.tensor.is_contiguous() {
            stored.extend(Stored::pieces(pair));
        } else {
            let numbers = file.floats(pair.tensor)?;
            let pieces = Piece::all_of(pair.parameter).map(|piece| (piece, ()));
            fill(state.floats(), pieces.collect(), &|piece, (), to| {
                to.copy_from_slice(&numbers[piece.numbers.clone()]);
            });
        }
    }
    stored.sort_by_key(|stored| stored.bytes.start);
    let mut rest = &stored[..];
    while let [first, ..] = rest {
        let start = first.bytes.start;
        let together = rest.iter().take_while(|stored| stored.bytes.end - start <= AT_ONCE).count().max(1);
        let pieces;
        (pieces, rest) = rest.split_at(together);
        let end = pieces.iter().map(|stored| stored.bytes.end).max().unwrap_or(start);
        let bytes = file.bytes(start, (end - start) as usize)?;
        let own = |of: &Stored| &bytes[(of.bytes.start - start) as usize..(of.bytes.end - start) as usize];
        let pieces = pieces.iter().map(|stored| (stored.piece.clone(), (stored.dtype, own(stored))));
        fill(state.floats(), pieces.collect(), &|_, (dtype, bytes), to| convert(dtype, bytes, to));
    }
    Ok(())
}

/// A piece of a parameter, and the place of its bytes in the file.
struct Stored {
    piece: Piece,
    dtype: Dtype,
    bytes: Range<u64>,
}

impl Stored {
    /// The pieces of a tensor that is contiguous in the file, in PyTorch's layout.
    fn pieces(pair: &Pair<'_>) -> impl Iterator<Item = Self> {
        let (dtype, width, start) = (pair.tensor.dtype, pair.tensor.width(), pair.tensor.start);
        let at = move |number: usize| start + (number * width) as u64;
        Piece::all_of(pair.parameter).map(move |piece| {
            let bytes = at(piece.numbers.start)..at(piece.numbers.end);
            Self { piece, dtype, bytes }
        })
    }
}

/// Converts bytes of this type to floats.
fn convert(dtype: Dtype, bytes: &[u8], to: &mut [f32]) {
    match dtype {
        Dtype::F64 => decode::<8, F64>(bytes, to),
        Dtype::F16 => decode::<2, F16>(bytes, to),
        Dtype::BF16 => decode::<2, Bf16>(bytes, to),
        Dtype::F8_E4M3 => decode::<1, F8E4M3>(bytes, to),
        Dtype::F8_E5M2 => decode::<1, F8E5M2>(bytes, to),
        Dtype::F8_E4M3FNUZ => decode::<1, F8E4M3Fnuz>(bytes, to),
        Dtype::F8_E5M2FNUZ => decode::<1, F8E5M2Fnuz>(bytes, to),
        Dtype::F8_E8M0 => decode::<1, F8E8M0>(bytes, to),
        _ => decode::<4, F32>(bytes, to),
    }
}

fn decode<const BYTES: usize, D: Decode<BYTES>>(bytes: &[u8], to: &mut [f32]) {
    to.iter_mut().zip(bytes.as_chunks().0).for_each(|(to, &number)| *to = D::decode(number));
}
