//! Dense convolutions, forward and backward-data: the loops around the register tiles. See [`super`] for the algorithm.
#![allow(unsafe_code)]

use super::epilogue::Epilogue;
use super::loop_nest::{LoopNest, pieces};
use super::pack::BLOCK;
use super::tile::{self, Start, Tile};
use crate::isa::{Kernel, Simd};
use crate::layout::{LANES, MapMut, MapRef};
use crate::ops::Window;

/// The weights of one run of input blocks take at most this many floats (32 KiB), so that they stay in the first-level cache
/// while all rows of the map are computed.
const WEIGHTS_FLOATS: usize = 8192;

/// A dense convolution of one image over the pixels and taps of a loop nest.
pub(super) struct Dense<'a> {
    pub nest: LoopNest,
    pub window: &'a Window,
    pub groups: usize,
    /// Channels of one group in the source and in the destination.
    pub inputs: usize,
    pub outputs: usize,
    /// `[group][output block][input block][kh][kw][16 inputs][16 outputs]`
    pub weights: &'a [f32],
    pub source: MapRef<'a>,
    pub dest: MapMut<'a>,
    /// Adds to the destination instead of overwriting it.
    pub add: bool,
    pub epilogue: &'a Epilogue<'a>,
}

/// The part of a group that one pass over the map computes: some output blocks, from a run of input blocks.
struct Panel {
    group: usize,
    /// First output block within the group, and number of output blocks.
    output: usize,
    outputs: usize,
    /// First input block within the group, and number of input channels from there on.
    input: usize,
    channels: usize,
}

impl Kernel for Dense<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        self.check();
        let blocks = self.outputs.div_ceil(LANES);
        for group in 0..self.groups {
            for output in (0..blocks).step_by(tile::most_blocks::<S>()) {
                let outputs = tile::most_blocks::<S>().min(blocks - output);
                self.panels(s, group, output, outputs);
            }
        }
    }
}

impl Dense<'_> {
    /// Asserts the conditions under which the tiles' unchecked reads and writes are sound.
    fn check(&self) {
        let (source, dest) = (self.source.extent(), self.dest.extent());
        assert!(self.nest.fits(&source, &dest), "a tap outside of the map and its halo");
        assert_eq!(source.channels, self.groups * self.inputs);
        assert_eq!(dest.channels, self.groups * self.outputs);
        assert!(self.groups == 1 || (self.inputs.is_multiple_of(LANES) && self.outputs.is_multiple_of(LANES)));
        let blocks = self.groups * self.outputs.div_ceil(LANES) * self.inputs.div_ceil(LANES);
        assert_eq!(self.weights.len(), blocks * self.taps() * BLOCK);
        self.epilogue.check(&dest);
    }

    fn taps(&self) -> usize {
        self.window.kernel[0] * self.window.kernel[1]
    }

    /// Computes `outputs` output blocks from all inputs of the group, one run of input blocks after the other.
    #[inline(always)]
    fn panels<S: Simd>(&mut self, s: S, group: usize, output: usize, outputs: usize) {
        let resident = (WEIGHTS_FLOATS / (outputs * self.nest.taps() * BLOCK)).max(1);
        for input in (0..self.inputs.div_ceil(LANES)).step_by(resident) {
            let left = self.inputs - input * LANES;
            let panel = Panel { group, output, outputs, input, channels: left.min(resident * LANES) };
            for row in 0..self.nest.rows.pixels {
                self.row(s, &panel, row);
                if panel.channels == left {
                    self.finish(s, &panel, row);
                }
            }
        }
    }

    #[inline(always)]
    fn finish<S: Simd>(&mut self, s: S, panel: &Panel, row: usize) {
        let first = panel.group * self.outputs.div_ceil(LANES) + panel.output;
        for block in first..first + panel.outputs {
            self.epilogue.row(s, &mut self.dest, block, row);
        }
    }

    /// Computes one row of a panel.
    #[inline(always)]
    fn row<S: Simd>(&mut self, s: S, panel: &Panel, row: usize) {
        let longest = tile::most_pixels::<S>(panel.outputs, self.nest.columns.stride);
        let sizes = tile::sizes::<S>(self.nest.columns.stride * LANES, panel.outputs);
        for (column, pixels) in pieces(self.nest.columns.pixels, longest) {
            let tile = self.tile(panel, row, column);
            // SAFETY: `check` holds: all taps of all pixels of the loop nest lie in the source, whose view holds
            // its whole extent; likewise the destination; the weights are as long as groups, blocks and taps say.
            unsafe { sizes[pixels - 1](s, &tile) };
        }
    }

    fn tile(&mut self, panel: &Panel, row: usize, column: usize) -> Tile {
        let (rows, columns) = (&self.nest.rows, &self.nest.columns);
        let (source_extent, dest_extent) = (self.source.extent(), self.dest.extent());
        let input_blocks = self.inputs.div_ceil(LANES);
        let output_blocks = self.outputs.div_ceil(LANES);
        let weight_input_block = self.taps() * BLOCK;
        let weight_output_block = input_blocks * weight_input_block;
        let (first_tap, weight_taps) = self.nest.weight_taps(self.window);
        let output = panel.group * output_blocks + panel.output;
        let weights = output * weight_output_block + panel.input * weight_input_block + first_tap * BLOCK;
        let source = source_extent.at(panel.group * input_blocks + panel.input, 0, 0) as isize
            + self.nest.source_at(&source_extent, row, column);
        let dest = dest_extent.at(output, rows.first + row * rows.step, columns.first + column * columns.step);
        Tile {
            source: self.source.data().as_ptr().wrapping_offset(source),
            source_block: source_extent.block(),
            source_taps: self.nest.source_taps(&source_extent),
            source_pixel: columns.stride * LANES,
            weights: self.weights.as_ptr().wrapping_add(weights),
            weight_input_block,
            weight_output_block,
            weight_taps: weight_taps.map(|taps| taps * BLOCK),
            taps: [rows.taps, columns.taps],
            channels: panel.channels,
            dest: self.dest.data_mut().as_mut_ptr().wrapping_add(dest),
            dest_block: dest_extent.block(),
            dest_pixel: columns.step * LANES,
            start: self.start(panel, output),
        }
    }

    fn start(&self, panel: &Panel, output: usize) -> Start {
        match self.epilogue.bias {
            _ if self.add || panel.input > 0 => Start::Dest,
            Some(bias) => Start::Bias(bias[output * LANES..].as_ptr()),
            None => Start::Zero,
        }
    }
}
