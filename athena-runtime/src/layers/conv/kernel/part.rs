//! Divides the forward pass of a group of images among threads: by blocks of output channels, and a single block by rows.
//!
//! Only outputs are divided, never the sum that makes one output. So the parts compute the same bits as the undivided pass.

use super::epilogue::Epilogue;
use super::forward::forward;
use super::shape::ConvShape;
use super::winograd::{self, Algorithm, Image};
use crate::isa::Isa;
use crate::kernels::rows;
use crate::layout::{Extent, LANES};
use crate::ops::Write;
use std::array::from_fn;
use std::ops::Range;

/// A place where a [`Part`] can be cut.
pub enum Cut {
    /// Before this unit of output channels. `ConvShape::units` says what a unit is.
    Units(usize),
    /// Before this row of the output.
    Rows(usize),
}

/// A part of the outputs of a convolution, of up to `N` images: some output channels, or some rows.
pub struct Part<'a, const N: usize> {
    isa: Isa,
    algorithm: Algorithm,
    /// The convolution that computes only the part's channels.
    shape: ConvShape,
    /// The part's rows of the output.
    rows: Range<usize>,
    weights: &'a [f32],
    images: [Image<'a>; N],
    count: usize,
    x_extent: Extent,
    /// The size of the part's output.
    y_extent: Extent,
}

impl<'a, const N: usize> Part<'a, N> {
    /// The undivided convolution of the first `count` images.
    ///
    /// # Panics
    /// Where extents do not fit the shape.
    pub fn whole(
        isa: Isa,
        algorithm: Algorithm,
        shape: &ConvShape,
        weights: &'a [f32],
        (images, count): ([Image<'a>; N], usize),
        [x_extent, y_extent]: [Extent; 2],
    ) -> Self {
        shape.check_maps(&x_extent, &y_extent);
        Self { isa, algorithm, shape: *shape, rows: 0..shape.output[1], weights, images, count, x_extent, y_extent }
    }

    /// Computes the part. `scratch` has at least [`winograd::scratch_len`] floats.
    ///
    /// # Panics
    /// Where halos or lengths do not fit the shape.
    pub fn compute(mut self, scratch: &mut [f32]) {
        let images = &mut self.images[..self.count];
        let (shape, x_extent, y_extent) = (&self.shape, &self.x_extent, &self.y_extent);
        match self.algorithm {
            Algorithm::WinogradF4 => {
                winograd::forward(self.isa, shape, self.weights, images, x_extent, y_extent, self.rows.start, scratch);
            }
            Algorithm::Direct => {
                for Image { source, dest, epilogue } in images {
                    let first = self.rows.start;
                    forward(
                        self.isa,
                        shape,
                        self.weights,
                        source,
                        x_extent,
                        dest,
                        y_extent,
                        first,
                        epilogue,
                        Write::Set,
                    );
                }
            }
        }
    }

    /// The cut before which lie about `share / shares` of the work; `None` if the part cannot be divided.
    pub fn cut(&self, share: usize, shares: usize) -> Option<Cut> {
        let near = |count: usize| ((count * share + shares / 2) / shares).clamp(1, count - 1);
        let units = self.shape.units();
        if units > 1 {
            return Some(Cut::Units(near(units)));
        }
        let row = match self.algorithm {
            Algorithm::Direct => 1,
            Algorithm::WinogradF4 => winograd::TILE,
        };
        let rows = self.rows.len().div_ceil(row);
        (self.y_extent.blocks() == 1 && rows > 1).then(|| Cut::Rows(near(rows) * row))
    }

    /// The part before the cut and the one behind it.
    pub fn split(self, cut: Cut) -> (Self, Self) {
        match cut {
            Cut::Units(at) => self.split_units(at),
            Cut::Rows(at) => self.split_rows(at),
        }
    }

    /// Cuts before unit `at` of output channels.
    fn split_units(self, at: usize) -> (Self, Self) {
        let [first, second] = self.shape.split(at);
        let blocks = first.output[0] / LANES;
        let skipped_inputs = if self.shape.groups == 1 { 0 } else { first.input[0] / LANES };
        let (left_weights, right_weights) = self.weights.split_at(first.weight_len());
        let floats = blocks * self.y_extent.block();
        let (left, right) = split_images(self.images, floats, |image| Image {
            source: &image.source[(skipped_inputs * self.x_extent.block()).min(image.source.len())..],
            epilogue: image.epilogue.from([blocks, 0]),
            dest: image.dest,
        });
        let part = |shape: ConvShape, weights, images| Self {
            shape,
            rows: self.rows.clone(),
            weights,
            images,
            x_extent: Extent { channels: shape.input[0], ..self.x_extent },
            y_extent: Extent { channels: shape.output[0], ..self.y_extent },
            ..self
        };
        (part(first, left_weights, left), part(second, right_weights, right))
    }

    /// Cuts before row `at` of the part, which has a single output block.
    fn split_rows(mut self, at: usize) -> (Self, Self) {
        let inside = self.y_extent.halo[0] * self.y_extent.row()..;
        for image in &mut self.images[..self.count] {
            // The halo's rows belong to none of the parts, so they are cleared here.
            rows::clear_halo(image.dest, &self.y_extent);
            image.dest = &mut std::mem::take(&mut image.dest)[inside.clone()];
        }
        let (left, right) = split_images(self.images, at * self.y_extent.row(), |image| Image {
            epilogue: image.epilogue.from([0, at]),
            ..image
        });
        let part = |rows: Range<usize>, images| Self {
            y_extent: Extent { height: rows.len(), halo: [0, self.y_extent.halo[1]], ..self.y_extent },
            rows,
            images,
            ..self
        };
        let middle = self.rows.start + at;
        (part(self.rows.start..middle, left), part(middle..self.rows.end, right))
    }
}

/// Splits the output of each image after `floats` floats. `behind` adjusts the images of the second half.
fn split_images<'a, const N: usize>(
    images: [Image<'a>; N],
    floats: usize,
    behind: impl Fn(Image<'a>) -> Image<'a>,
) -> ([Image<'a>; N], [Image<'a>; N]) {
    let mut right: [Option<Image<'a>>; N] = from_fn(|_| None);
    let mut others = right.iter_mut();
    let left = images.map(|image| {
        let Image { source, dest, epilogue } = image;
        let (dest, rest) = dest.split_at_mut(floats.min(dest.len()));
        if let Some(other) = others.next() {
            *other = Some(behind(Image { source, dest: rest, epilogue }));
        }
        Image { source, dest, epilogue }
    });
    (left, right.map(|image| image.unwrap_or(Image { source: &[], dest: &mut [], epilogue: Epilogue::default() })))
}

impl ConvShape {
    /// The number of groups in a unit: the smallest number that fills whole blocks of inputs and of outputs.
    fn groups_of_unit(&self) -> usize {
        let whole = |groups: &usize| {
            [self.group_inputs(), self.group_outputs()].iter().all(|n| (groups * n).is_multiple_of(LANES))
        };
        (1..=LANES).find(whole).unwrap_or(LANES)
    }

    /// The number of convolutions that this one can be cut into. Groups that fill no whole unit belong to the last one, so that
    /// no part of a convolution with narrow groups has only one group.
    fn units(&self) -> usize {
        match self.groups {
            1 => self.output[0].div_ceil(LANES),
            groups => groups / self.groups_of_unit(),
        }
    }

    /// The convolution of the first `at` units, and that of the others.
    fn split(&self, at: usize) -> [Self; 2] {
        let [inputs, outputs] = [self.group_inputs(), self.group_outputs()];
        let of_outputs = |channels| Self { output: [channels, self.output[1], self.output[2]], ..*self };
        let of_groups = |groups| {
            let (input, output) =
                ([groups * inputs, self.input[1], self.input[2]], [groups * outputs, self.output[1], self.output[2]]);
            Self { input, output, groups, ..*self }
        };
        match self.groups {
            1 => [of_outputs(at * LANES), of_outputs(outputs - at * LANES)],
            groups => {
                let first = at * self.groups_of_unit();
                [of_groups(first), of_groups(groups - first)]
            }
        }
    }
}
