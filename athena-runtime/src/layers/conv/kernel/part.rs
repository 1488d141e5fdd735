//! Divides the forward pass of a group of images among threads: by blocks of output channels, and a single block by rows.
//!
//! Only outputs are divided, never the sum that makes one output. So the parts compute the same bits as the undivided pass.

use super::forward::forward;
use super::shape::ConvShape;
use super::winograd::{self, Algorithm, Image};
use crate::isa::Isa;
use crate::layout::{Extent, LANES};
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
}

impl<'a, const N: usize> Part<'a, N> {
    /// The undivided convolution of the first `count` images.
    ///
    /// # Panics
    /// If extents do not fit the shape.
    pub fn whole(
        isa: Isa,
        algorithm: Algorithm,
        shape: &ConvShape,
        weights: &'a [f32],
        (images, count): ([Image<'a>; N], usize),
    ) -> Self {
        assert!(count > 0, "a group has an image");
        for image in &images[..count] {
            shape.check_maps(&image.source.extent(), &image.dest.extent());
        }
        Self { isa, algorithm, shape: *shape, rows: 0..shape.output[1], weights, images, count }
    }

    /// The part's own output.
    fn extent(&self) -> Extent {
        self.images[0].dest.extent()
    }

    /// Computes the part. `scratch` has at least [`winograd::scratch_len`] floats.
    ///
    /// # Panics
    /// If halos or lengths do not fit the shape.
    pub fn compute(mut self, scratch: &mut [f32]) {
        let images = &mut self.images[..self.count];
        let (shape, first) = (&self.shape, self.rows.start);
        match self.algorithm {
            Algorithm::WinogradF4 => winograd::forward(self.isa, shape, self.weights, images, first, scratch),
            Algorithm::Direct => {
                for Image { source, dest, epilogue } in images {
                    forward(self.isa, shape, self.weights, *source, dest.reborrow(), first, epilogue);
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
        (self.extent().blocks() == 1 && rows > 1).then(|| Cut::Rows(near(rows) * row))
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
        let (left_weights, right_weights) = self.weights.split_at(first.weight_len());
        // With one group every output reads all inputs.
        let skipped = if self.shape.groups == 1 { 0 } else { first.input[0] / LANES };
        let (left, right) = split_images(self.images, self.count, |image| {
            let (left, right) = image.dest.split_channels(blocks);
            let sources = [(0, first.input[0]), (skipped, second.input[0])];
            let [before, behind] = sources.map(|(block, channels)| image.source.channels(block, channels));
            let epilogue = image.epilogue.from([blocks, 0]);
            (Image { source: before, dest: left, ..image }, Image { source: behind, dest: right, epilogue })
        });
        let part = |shape, weights, images| Self { shape, rows: self.rows.clone(), weights, images, ..self };
        (part(first, left_weights, left), part(second, right_weights, right))
    }

    /// Cuts before row `at` of the part, which has a single output block.
    fn split_rows(self, at: usize) -> (Self, Self) {
        let (left, right) = split_images(self.images, self.count, |mut image| {
            // The halo's rows belong to none of the parts, so they are cleared here.
            image.dest.clear_halo();
            let (left, right) = image.dest.split_rows(at);
            let epilogue = image.epilogue.from([0, at]);
            (Image { dest: left, ..image }, Image { source: image.source, dest: right, epilogue })
        });
        let part = |rows, images| Self { rows, images, ..self };
        let middle = self.rows.start + at;
        (part(self.rows.start..middle, left), part(middle..self.rows.end, right))
    }
}

/// Splits each of the first `count` images in two by `split`.
fn split_images<'a, const N: usize>(
    images: [Image<'a>; N],
    count: usize,
    split: impl Fn(Image<'a>) -> (Image<'a>, Image<'a>),
) -> ([Image<'a>; N], [Image<'a>; N]) {
    let mut right: [Image<'a>; N] = from_fn(|_| Image::default());
    let mut others = right.iter_mut().take(count);
    let left = images.map(|image| match others.next() {
        Some(other) => {
            let before;
            (before, *other) = split(image);
            before
        }
        None => image,
    });
    (left, right)
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
