//! Forward and backward-data by Winograd's algorithm. [`super`] explains the loops.

use super::grid::{Grid, Run};
use super::input_transform::{Inputs, Maps};
use super::operands::Operands;
use super::output_transform::OutputTransform;
use super::product::Products;
use super::transform::{EDGE, PRODUCTS};
use super::weight_transform::{self, row_product};
use super::{assert_supported, reversed, start};
use crate::isa::{Isa, Kernel, Simd};
use crate::kernels::rows::assert_same_shape;
use crate::layers::conv::kernel::epilogue::Epilogue;
use crate::layers::conv::kernel::loop_nest::pieces;
use crate::layers::conv::kernel::pack::BLOCK;
use crate::layers::conv::kernel::shape::ConvShape;
use crate::layout::{LANES, MapMut, MapRef};
use crate::ops::Write;

/// Number of output blocks whose products are computed together.
const PANEL: usize = 2;

/// The tiles of a run are so many that the transformed inputs and the products take at most this many floats (640 KiB), but
/// at least [`LEAST_TILES`]: those are more for all convolutions but the ones from 16 to 16 channels.
const RUN_FLOATS: usize = 160 * 1024;

/// A run has at least this many tiles, if there are so many. Each run transforms the weights anew, which costs as much as the products of
/// three tiles. With many channels the operands of 128 tiles lie in the third-level cache; measured, that costs less than shorter
/// runs.
const LEAST_TILES: usize = 128;

/// Up to this many tiles, the weights are most of the memory that is read and written. The input blocks are then taken one by
/// one: their weights are prefetched, and stay in the first-level cache from transform to product. For 512 x 7 x 7 this takes
/// 0.88 ms instead of 1.27 ms.
const FEW_TILES: usize = 32;

/// One image of a group.
#[derive(Debug, Default)]
pub struct Image<'a> {
    /// The input; for backward-data the output's gradient.
    pub source: MapRef<'a>,
    /// The output; for backward-data the input's gradient.
    pub dest: MapMut<'a>,
    /// The elementwise operations that are applied to the output.
    pub epilogue: Epilogue<'a>,
}

impl Maps for [Image<'_>] {
    #[inline(always)]
    fn map(&self, image: usize) -> &MapRef<'_> {
        &self[image].source
    }
}

/// Floats of scratch that [`forward`] needs for up to `images` images at a time.
///
/// # Panics
/// If the shape is not [supported](super::supported).
#[must_use]
pub const fn forward_scratch_len(shape: &ConvShape, images: usize) -> usize {
    assert_supported(shape);
    Sizes::new(shape.input[0], shape.output, images).len()
}

/// Floats of scratch that [`backward_data`] needs for up to `images` images at a time.
///
/// # Panics
/// If the shape is not [supported](super::supported).
#[must_use]
pub const fn backward_data_scratch_len(shape: &ConvShape, images: usize) -> usize {
    assert_supported(shape);
    Sizes::new(shape.output[0], shape.input, images).len()
}

/// Computes `y = epilogue(conv(x))` for each image. Zeros are written to the halo and the padding lanes of `y`. The result of an
/// image does not depend on the other images. The outputs may be a range of rows that starts at the output's row `first_row`, a
/// multiple of 4.
///
/// # Panics
/// If the shape is not [supported](super::supported), or extents, halos or lengths do not fit it.
pub fn forward(
    isa: Isa,
    shape: &ConvShape,
    weights: &[f32],
    images: &mut [Image],
    first_row: usize,
    scratch: &mut [f32],
) {
    assert_supported(shape);
    for image in &*images {
        shape.check_rows(&image.source.extent(), &image.dest.extent(), first_row);
    }
    let [row, column] = start(shape.window.padding);
    assert_eq!(weights.len(), shape.weight_len(), "stored weights");
    isa.call(Winograd {
        start: [row + first_row as isize, column],
        weights,
        flipped: false,
        images,
        write: Write::Set,
        scratch,
    });
}

/// Computes the input's gradient of each image, and writes it to `dx` ([`Write::Set`]) or adds it to `dx` ([`Write::Add`]). `Set`
/// also writes zeros to halo and padding lanes. `transposed` holds the weights as
/// [`transpose_weights`](crate::layers::conv::kernel::transpose_weights) makes them.
///
/// # Panics
/// If the shape is not [supported](super::supported), extents, halos or lengths do not fit it, or an image has an epilogue.
pub fn backward_data(
    isa: Isa,
    shape: &ConvShape,
    transposed: &[f32],
    images: &mut [Image],
    write: Write,
    scratch: &mut [f32],
) {
    assert_supported(shape);
    assert_eq!(transposed.len(), shape.transposed_len(), "transposed weights");
    for image in &*images {
        shape.check_maps(&image.dest.extent(), &image.source.extent());
        assert!(image.epilogue.is_empty(), "gradients have no epilogue");
    }
    isa.call(Winograd {
        start: start(reversed(shape.window.padding)),
        weights: transposed,
        flipped: true,
        images,
        write,
        scratch,
    });
}

/// How the tiles of a group of images are cut into runs, and the scratch that this needs.
struct Sizes {
    grid: Grid,
    /// Tiles of all images.
    tiles: usize,
    /// Tiles of the longest run.
    longest: usize,
    /// Input blocks, and output blocks of a panel.
    inputs: usize,
    outputs: usize,
}

impl Sizes {
    const fn new(inputs: usize, [outputs, height, width]: [usize; 3], images: usize) -> Self {
        let grid = Grid::new(height, width);
        let (inputs, outputs) = (inputs.div_ceil(LANES), outputs.div_ceil(LANES));
        let panel = if outputs < PANEL { outputs } else { PANEL };
        let fitting = RUN_FLOATS / (PRODUCTS * LANES * (inputs + panel));
        let longest = if fitting < LEAST_TILES { LEAST_TILES } else { fitting };
        let tiles = grid.len() * images;
        Self { grid, tiles, longest: if longest < tiles { longest } else { tiles }, inputs, outputs: panel }
    }

    /// Layouts of the transformed inputs and of the products of `tiles` tiles.
    const fn operands(&self, tiles: usize) -> [Operands; 2] {
        [Operands { blocks: self.inputs, tiles }, Operands { blocks: self.outputs, tiles }]
    }

    /// Number of input blocks whose weights are transformed at a time.
    const fn inputs_at_once(&self, tiles: usize) -> usize {
        if tiles > FEW_TILES { self.inputs } else { 1 }
    }

    /// Floats of a panel's transformed weights.
    const fn weights(&self) -> usize {
        EDGE * row_product(self.inputs * self.outputs)
    }

    const fn len(&self) -> usize {
        let [inputs, outputs] = self.operands(self.longest);
        inputs.len() + outputs.len() + self.weights()
    }
}

/// A convolution of some images.
struct Winograd<'a, 'b> {
    /// Row and column of the source at which the inputs of the first tile start.
    start: [isize; 2],
    weights: &'a [f32],
    flipped: bool,
    images: &'a mut [Image<'b>],
    write: Write,
    scratch: &'a mut [f32],
}

/// The parts of the scratch.
struct Scratch<'a> {
    inputs: &'a mut [f32],
    outputs: &'a mut [f32],
    weights: &'a mut [f32],
}

impl Kernel for Winograd<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let Some(first) = self.images.first() else { return };
        let (channels, dest) = (first.source.extent().channels, first.dest.extent());
        let sizes = Sizes::new(channels, [dest.channels, dest.height, dest.width], self.images.len());
        self.check(&sizes);
        let buffer = std::mem::take(&mut self.scratch);
        for (first, count) in pieces(sizes.tiles, sizes.longest.max(1)) {
            let [inputs, outputs] = sizes.operands(count);
            let (left, rest) = buffer.split_at_mut(inputs.len());
            let (right, rest) = rest.split_at_mut(outputs.len());
            let scratch = Scratch { inputs: left, outputs: right, weights: rest };
            self.run_of_tiles(s, &sizes, Run { first, count }, scratch);
        }
        if self.write == Write::Set {
            for image in self.images {
                image.dest.clear_halo();
            }
        }
    }
}

impl Winograd<'_, '_> {
    fn check(&self, sizes: &Sizes) {
        assert!(self.scratch.len() >= sizes.len(), "scratch for a group of {} images", self.images.len());
        for image in self.images.iter() {
            assert_same_shape(&image.source.extent(), &self.images[0].source.extent());
            assert_same_shape(&image.dest.extent(), &self.images[0].dest.extent());
            image.epilogue.check(&image.dest.extent());
        }
    }

    #[inline(always)]
    fn run_of_tiles<S: Simd>(&mut self, s: S, sizes: &Sizes, run: Run, mut scratch: Scratch) {
        let (blocks, grid) = (sizes.inputs, sizes.grid);
        s.call(Inputs { maps: &*self.images, blocks, grid, run, start: self.start, to: &mut *scratch.inputs });
        let blocks = self.images[0].dest.extent().blocks();
        for block in (0..blocks).step_by(PANEL) {
            let [inputs_at, mut outputs_at] = sizes.operands(run.count);
            outputs_at.blocks = PANEL.min(blocks - block);
            let panel = inputs_at.blocks * EDGE / 2 * EDGE / 2 * BLOCK;
            let weights = &self.weights[block * panel..][..outputs_at.blocks * panel];
            self.products(s, weights, sizes.inputs_at_once(run.count), [inputs_at, outputs_at], &mut scratch);
            for within in 0..outputs_at.blocks {
                self.transform_outputs(s, sizes, run, &*scratch.outputs, outputs_at, [within, block + within]);
            }
        }
    }

    /// Computes the products of a run for a panel of output blocks, from `at_once` input blocks at a time.
    #[inline(always)]
    fn products<S: Simd>(
        &self,
        s: S,
        weights: &[f32],
        at_once: usize,
        [inputs_at, outputs_at]: [Operands; 2],
        scratch: &mut Scratch,
    ) {
        let blocks = inputs_at.blocks;
        for (first, count) in pieces(blocks, at_once) {
            let chosen = first..first + count;
            let next = if chosen.end < blocks { count } else { outputs_at.blocks * blocks - first };
            let ahead = (inputs_at.tiles <= FEW_TILES).then_some(next);
            for row in 0..EDGE {
                let (inputs, to) = (chosen.clone(), &mut *scratch.weights);
                s.call(weight_transform::Row { row, weights, blocks, inputs, ahead, flipped: self.flipped, to });
                s.call(Products {
                    row,
                    channels: self.images[0].source.extent().channels,
                    inputs: &*scratch.inputs,
                    inputs_at,
                    blocks: chosen.clone(),
                    weights: &*scratch.weights,
                    outputs: &mut *scratch.outputs,
                    outputs_at,
                });
            }
        }
    }

    /// Writes one output block of a run and applies the epilogue to the rows that are complete. `within` is the block's number
    /// among the products, `block` its number in the map.
    #[inline(always)]
    fn transform_outputs<S: Simd>(
        &mut self,
        s: S,
        sizes: &Sizes,
        run: Run,
        products: &[f32],
        operands: Operands,
        [within, block]: [usize; 2],
    ) {
        let grid = sizes.grid;
        let mut skip = 0;
        while skip < run.count {
            let part = grid.on_one_image(run, skip);
            let image = &mut self.images[part.first / grid.len()];
            s.call(OutputTransform {
                products,
                operands,
                from: [within, skip],
                grid,
                run: part,
                dest: image.dest.reborrow(),
                block,
                bias: image.epilogue.bias.map(|bias| &bias.as_chunks().0[block]),
                add: self.write == Write::Add,
            });
            for y in grid.completed(part, image.dest.extent().height) {
                image.epilogue.row(s, &mut image.dest, block, y);
            }
            skip += part.count;
        }
    }
}
