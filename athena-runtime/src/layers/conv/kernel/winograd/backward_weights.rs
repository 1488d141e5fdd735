//! The gradient of the weights by Winograd's algorithm. [`super`] explains the loops.
#![allow(unsafe_code)]

use super::grid::{Grid, Run};
use super::input_transform::{Gradients, Inputs, Maps};
use super::operands::Operands;
use super::transform::{PRODUCTS, TAPS};
use super::weight_transform::WeightGradientTransform;
use super::{assert_supported, start};
use crate::isa::{Isa, Kernel, Simd};
use crate::layers::conv::kernel::dense_weights::{self, Tile};
use crate::layers::conv::kernel::loop_nest::pieces;
use crate::layers::conv::kernel::pack::BLOCK;
use crate::layers::conv::kernel::shape::ConvShape;
use crate::layout::{LANES, MapRef};

/// Number of input blocks and of output blocks whose gradients are computed together.
const PANEL: [usize; 2] = [4, 4];

/// The tiles of a run are so many that the transformed inputs and gradients take at most this many floats (768 KiB), but at
/// least [`LEAST_TILES`]: those are more for all convolutions but the ones from 16 to 16 channels.
const RUN_FLOATS: usize = 192 * 1024;

/// A run has at least this many tiles, if there are so many. The sums are transformed back after each run, which costs as much as the products
/// of three tiles. With many channels the operands of 128 tiles lie in the third-level cache; measured, that costs less than
/// shorter runs.
const LEAST_TILES: usize = 128;

/// The input and the output's gradient of one image of a group.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair<'a> {
    /// The input.
    pub x: MapRef<'a>,
    /// The output's gradient.
    pub dy: MapRef<'a>,
}

/// The inputs of several images.
struct Xs<'a>(&'a [Pair<'a>]);

impl Maps for Xs<'_> {
    #[inline(always)]
    fn map(&self, image: usize) -> &MapRef<'_> {
        &self.0[image].x
    }
}

/// The output's gradients of several images.
struct Dys<'a>(&'a [Pair<'a>]);

impl Maps for Dys<'_> {
    #[inline(always)]
    fn map(&self, image: usize) -> &MapRef<'_> {
        &self.0[image].dy
    }
}

/// Floats of scratch that [`backward_weights`] needs for up to `images` images at a time.
///
/// # Panics
/// If the shape is not [supported](super::supported).
#[must_use]
pub const fn backward_weights_scratch_len(shape: &ConvShape, images: usize) -> usize {
    assert_supported(shape);
    Sizes::new(shape, images).len()
}

/// Adds the weights' gradients of some images to `dw`, which has the layout of the weights. The gradients of padding weights do not change.
/// The last bits of the result depend on which images are in a group.
///
/// # Panics
/// If the shape is not [supported](super::supported), or extents, halos or lengths do not fit it.
pub fn backward_weights(isa: Isa, shape: &ConvShape, images: &[Pair], dw: &mut [f32], scratch: &mut [f32]) {
    assert_supported(shape);
    assert_eq!(dw.len(), shape.weight_len(), "gradient of the stored weights");
    for image in images {
        shape.check_maps(&image.x.extent(), &image.dy.extent());
    }
    let sizes = Sizes::new(shape, images.len());
    assert!(scratch.len() >= sizes.len(), "scratch for a group of {} images", images.len());
    isa.call(WinogradWeights { shape, sizes, images, dw, scratch });
}

/// How the tiles of a group of images are cut into runs, and the scratch that this needs.
#[derive(Clone, Copy)]
struct Sizes {
    grid: Grid,
    /// Tiles of all images.
    tiles: usize,
    /// Tiles of the longest run.
    longest: usize,
    /// Input blocks and output blocks.
    inputs: usize,
    outputs: usize,
}

impl Sizes {
    const fn new(shape: &ConvShape, images: usize) -> Self {
        let grid = Grid::new(shape.output[1], shape.output[2]);
        let (inputs, outputs) = (shape.input[0].div_ceil(LANES), shape.output[0].div_ceil(LANES));
        let fitting = RUN_FLOATS / (PRODUCTS * LANES * (inputs + outputs));
        let longest = if fitting < LEAST_TILES { LEAST_TILES } else { fitting };
        let tiles = grid.len() * images;
        Self { grid, tiles, longest: if longest < tiles { longest } else { tiles }, inputs, outputs }
    }

    /// Layouts of the transformed inputs and gradients of `tiles` tiles.
    const fn operands(&self, tiles: usize) -> [Operands; 2] {
        [Operands { blocks: self.inputs, tiles }, Operands { blocks: self.outputs, tiles }]
    }

    const fn len(&self) -> usize {
        let [inputs, outputs] = self.operands(self.longest);
        inputs.len() + outputs.len() + PRODUCTS * panel_product(PANEL[0] * PANEL[1])
    }
}

/// Floats from one of a panel's 36 places to the next. It is an odd number of cache lines.
const fn panel_product(blocks: usize) -> usize {
    blocks * BLOCK + LANES
}

struct WinogradWeights<'a> {
    shape: &'a ConvShape,
    sizes: Sizes,
    images: &'a [Pair<'a>],
    dw: &'a mut [f32],
    scratch: &'a mut [f32],
}

/// Some input blocks by some output blocks, each as `[first, number]`.
#[derive(Clone, Copy)]
struct Panel {
    inputs: [usize; 2],
    outputs: [usize; 2],
}

impl Kernel for WinogradWeights<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let buffer = std::mem::take(&mut self.scratch);
        let (grid, start) = (self.sizes.grid, start(self.shape.window.padding));
        for (first, count) in pieces(self.sizes.tiles, self.sizes.longest.max(1)) {
            let (at, run) = (self.sizes.operands(count), Run { first, count });
            let (inputs, rest) = buffer.split_at_mut(at[0].len());
            let (outputs, sums) = rest.split_at_mut(at[1].len());
            s.call(Inputs { maps: &Xs(self.images), blocks: self.sizes.inputs, grid, run, start, to: &mut *inputs });
            s.call(Gradients { maps: &Dys(self.images), blocks: self.sizes.outputs, grid, run, to: &mut *outputs });
            for output in (0..at[1].blocks).step_by(PANEL[1]) {
                for input in (0..at[0].blocks).step_by(PANEL[0]) {
                    let panel = Panel {
                        inputs: [input, PANEL[0].min(at[0].blocks - input)],
                        outputs: [output, PANEL[1].min(at[1].blocks - output)],
                    };
                    let channels = self.shape.input[0];
                    s.call(Sums { panel, channels, inputs: &*inputs, outputs: &*outputs, at, sums: &mut *sums });
                    self.transform_gradients(s, panel, sums);
                }
            }
        }
    }
}

impl WinogradWeights<'_> {
    /// Transforms a panel's sums and adds them to the gradients.
    #[inline(always)]
    fn transform_gradients<S: Simd>(&mut self, s: S, panel: Panel, sums: &[f32]) {
        let ([input, inputs], [output, outputs]) = (panel.inputs, panel.outputs);
        for i in 0..outputs {
            for j in 0..inputs {
                let block = (output + i) * self.sizes.inputs + input + j;
                s.call(WeightGradientTransform {
                    from: &sums[(i * inputs + j) * BLOCK..],
                    distance: panel_product(inputs * outputs),
                    channels: LANES.min(self.shape.input[0] - (input + j) * LANES),
                    dw: &mut self.dw[block * TAPS * TAPS * BLOCK..][..TAPS * TAPS * BLOCK],
                });
            }
        }
    }
}

/// The 36 sums of products over the tiles of a run, for one panel: `[36][output block][input block][16 inputs][16 outputs]`.
struct Sums<'a> {
    panel: Panel,
    /// Input channels of the whole map.
    channels: usize,
    inputs: &'a [f32],
    outputs: &'a [f32],
    at: [Operands; 2],
    sums: &'a mut [f32],
}

impl Kernel for Sums<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let ([input, inputs], [output, outputs]) = (self.panel.inputs, self.panel.outputs);
        let [x, dy] = self.at;
        let distance = panel_product(inputs * outputs);
        assert!(self.inputs.len() >= x.len() && self.outputs.len() >= dy.len() && x.tiles == dy.tiles);
        assert!(input + inputs <= x.blocks && output + outputs <= dy.blocks && self.channels <= x.blocks * LANES);
        assert!(self.sums.len() >= PRODUCTS * distance);
        for product in 0..PRODUCTS {
            for i in (0..outputs).step_by(dense_weights::most_blocks::<S>()) {
                let blocks = dense_weights::most_blocks::<S>().min(outputs - i);
                for j in 0..inputs {
                    let channels = LANES.min(self.channels - (input + j) * LANES);
                    for (first, count) in pieces(channels, dense_weights::most_channels::<S>()) {
                        let x_at = product * x.product() + (input + j) * x.block() + first;
                        let dy_at = product * dy.product() + (output + i) * dy.block();
                        let sums = product * distance + (i * inputs + j) * BLOCK + first * LANES;
                        let tile = Tile {
                            x: self.inputs[x_at..].as_ptr(),
                            x_row: 0,
                            x_pixel: LANES,
                            dy: self.outputs[dy_at..].as_ptr(),
                            dy_row: 0,
                            dy_block: dy.block(),
                            rows: 1,
                            columns: x.tiles,
                            dw: self.sums[sums..].as_mut_ptr(),
                            dw_block: inputs * BLOCK,
                            add: false,
                        };
                        // SAFETY: by the assertions above, both buffers hold all tiles of these blocks, and `sums` holds the panel.
                        unsafe { dense_weights::compute(s, &tile, count, blocks) };
                    }
                }
            }
        }
    }
}
