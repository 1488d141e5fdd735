//! Cuts parameters into pieces that threads can write in parallel.

use crate::layers::conv::kernel as conv;
use crate::layers::{Parameter, Storage};
use crate::layout::padded;
use crate::threads;
use std::ops::Range;

/// The length of a piece, where its parameter can be cut: short enough to stay in a core's cache while it is packed.
const NUMBERS: usize = 1 << 15;

/// The floats of a network's state, for code that writes named tensors.
pub(crate) struct Floats<'a> {
    pub parameters: &'a mut [f32],
    pub running: &'a mut [f32],
}

/// A range of a parameter that is contiguous both in PyTorch's layout and in the network's memory.
#[derive(Clone, Debug)]
pub struct Piece {
    pub parameter: &'static Parameter,
    /// The range in PyTorch's layout.
    pub numbers: Range<usize>,
    /// The range in the network's memory, padding included.
    floats: Range<usize>,
    /// The rows of a linear layer, or the blocks of a convolution, in this range.
    units: Range<usize>,
}

/// The units that a parameter can be cut into: rows of a linear layer, output blocks of a convolution, or single elements of a vector.
struct Units {
    offset: usize,
    count: usize,
    /// Floats of one unit in the network's memory.
    floats: usize,
    /// The largest number of elements of one unit.
    numbers: usize,
}

impl Units {
    /// The units of a parameter; `None` for a counter, which is not a float.
    fn of(parameter: &Parameter) -> Option<Self> {
        Some(match parameter.storage {
            Storage::ConvWeight { offset, shape, .. } => Self {
                offset,
                count: shape.output_blocks(),
                floats: shape.block_len(),
                numbers: shape.blocks_pytorch(0..1).len(),
            },
            Storage::LinearWeight { offset, inputs, outputs, .. } => {
                Self { offset, count: outputs, floats: padded(inputs), numbers: inputs }
            }
            Storage::Vector { offset, len, .. } | Storage::Running { offset, len, .. } => {
                Self { offset, count: len, floats: 1, numbers: 1 }
            }
            Storage::Batches { .. } => return None,
        })
    }
}

impl Piece {
    /// The pieces of a parameter. A counter has none.
    pub fn all_of(parameter: &'static Parameter) -> impl Iterator<Item = Self> {
        Units::of(parameter).into_iter().flat_map(move |units| {
            let together = (NUMBERS / units.numbers).max(1);
            let starts = (0..units.count).step_by(together);
            starts.map(move |start| Self::new(parameter, &units, start..units.count.min(start + together)))
        })
    }

    /// The whole parameter as one piece; `None` for a counter.
    pub fn whole(parameter: &'static Parameter) -> Option<Self> {
        Units::of(parameter).map(|units| Self::new(parameter, &units, 0..units.count))
    }

    fn new(parameter: &'static Parameter, of: &Units, units: Range<usize>) -> Self {
        let numbers = match parameter.storage {
            Storage::ConvWeight { shape, .. } => shape.blocks_pytorch(units.clone()),
            Storage::LinearWeight { .. }
            | Storage::Vector { .. }
            | Storage::Running { .. }
            | Storage::Batches { .. } => units.start * of.numbers..units.end * of.numbers,
        };
        let floats = of.offset + units.start * of.floats..of.offset + units.end * of.floats;
        Self { parameter, numbers, floats, units }
    }

    fn is_running(&self) -> bool {
        matches!(self.parameter.storage, Storage::Running { .. })
    }

    /// Whether both layouts are the same.
    fn is_plain(&self) -> bool {
        match self.parameter.storage {
            Storage::ConvWeight { .. } => false,
            Storage::LinearWeight { inputs, .. } => padded(inputs) == inputs,
            Storage::Vector { .. } | Storage::Running { .. } | Storage::Batches { .. } => true,
        }
    }

    /// Converts from PyTorch's layout to the network's memory.
    fn pack(&self, plain: &[f32], floats: &mut [f32]) {
        match self.parameter.storage {
            Storage::ConvWeight { shape, .. } => conv::pack_blocks(&shape, self.units.clone(), plain, floats),
            Storage::LinearWeight { inputs, .. } => {
                let rows = floats.chunks_exact_mut(padded(inputs));
                rows.zip(plain.chunks_exact(inputs)).for_each(|(row, from)| row[..inputs].copy_from_slice(from));
            }
            Storage::Vector { .. } | Storage::Running { .. } | Storage::Batches { .. } => floats.copy_from_slice(plain),
        }
    }

    /// The inverse of [`pack`](Self::pack).
    fn unpack(&self, floats: &[f32], plain: &mut [f32]) {
        match self.parameter.storage {
            Storage::ConvWeight { shape, .. } => conv::unpack_blocks(&shape, self.units.clone(), floats, plain),
            Storage::LinearWeight { inputs, .. } => {
                let rows = floats.chunks_exact(padded(inputs));
                rows.zip(plain.chunks_exact_mut(inputs)).for_each(|(row, to)| to.copy_from_slice(&row[..inputs]));
            }
            Storage::Vector { .. } | Storage::Running { .. } | Storage::Batches { .. } => plain.copy_from_slice(floats),
        }
    }

    /// Reads the piece from a network's memory, or from memory of the same layout, into PyTorch's layout.
    pub fn read(&self, parameters: &[f32], running: &[f32], plain: &mut [f32]) {
        let from = if self.is_running() { running } else { parameters };
        self.unpack(&from[self.floats.clone()], plain);
    }

    /// The inverse of [`read`](Self::read).
    pub fn write(&self, to: Floats<'_>, plain: &[f32]) {
        let to = if self.is_running() { to.running } else { to.parameters };
        self.pack(plain, &mut to[self.floats.clone()]);
    }
}

/// The pieces that one thread writes, each with its data and its memory.
type Part<'f, P> = Vec<(Piece, P, &'f mut [f32])>;

/// Writes these pieces on all threads. `numbers` gets a piece and its data, and fills in the values of the piece in PyTorch's
/// layout. No two pieces overlap.
pub fn fill<P: Send>(to: Floats<'_>, pieces: Vec<(Piece, P)>, numbers: &(impl Fn(&Piece, P, &mut [f32]) + Sync)) {
    let parts = parts(to, pieces);
    threads::for_each_of::<{ threads::PIECES }, _>(parts.into_iter(), &|part: Part<'_, P>| {
        let mut scratch = Vec::new();
        for (piece, with, floats) in part {
            if piece.is_plain() {
                numbers(&piece, with, floats);
                continue;
            }
            scratch.resize(piece.numbers.len(), 0.0);
            numbers(&piece, with, &mut scratch);
            piece.pack(&scratch, floats);
        }
    });
}

/// Gives each piece its memory, and divides the pieces into lists of about equal work.
fn parts<P>(to: Floats<'_>, mut pieces: Vec<(Piece, P)>) -> Vec<Part<'_, P>> {
    pieces.sort_by_key(|(piece, _)| (piece.is_running(), piece.floats.start));
    let all: usize = pieces.iter().map(|(piece, _)| piece.floats.len()).sum();
    let most = all.div_ceil(threads::PIECES).max(NUMBERS);
    let [mut parameters, mut running] = [to.parameters, to.running].map(|floats| (floats, 0));
    let (mut parts, mut filled) = (Vec::new(), most);
    for (piece, with) in pieces {
        let (rest, at) = if piece.is_running() { &mut running } else { &mut parameters };
        threads::split_off(rest, piece.floats.start - *at);
        *at = piece.floats.end;
        let floats = threads::split_off(rest, piece.floats.len());
        if filled >= most {
            parts.push(Vec::new());
            filled = 0;
        }
        filled += floats.len();
        if let Some(part) = parts.last_mut() {
            part.push((piece, with, floats));
        }
    }
    parts
}
