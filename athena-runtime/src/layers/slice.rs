//! Some neighbouring channels of a map.

use super::Describe;
use super::concat::{add_part, take_part};
use crate::exec::Pass;
use crate::layout::Map;
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// Some neighbouring channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// The first of them.
    pub first: usize,
}

impl Describe for Slice {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Slice {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        let mut inputs = layer.inputs.clone();
        for (suffix, number) in [("starts", self.first), ("ends", self.first + layer.shape[0]), ("axes", 1)] {
            inputs.push(layer.whole_numbers(suffix, &[number]));
        }
        layer.node("Slice", inputs, Vec::new());
    }
}

impl Pass<'_> {
    /// The channels from `first` on.
    pub fn slice<const C: usize, const P: usize, const H: usize, const W: usize>(
        &mut self,
        first: usize,
        x: Map<C, H, W>,
        y: Map<P, H, W>,
    ) {
        self.each_map([x.slot()], y.slot(), &|_, [x], y| take_part(x, first, y, Write::Set));
    }

    /// The gradient of a map of which some channels were taken.
    pub fn slice_backward<const C: usize, const P: usize, const H: usize, const W: usize>(
        &mut self,
        first: usize,
        dy: Map<P, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], mut dx| {
            dx.begin_sum(write);
            add_part(dy, &mut dx, first);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    #[test]
    fn channels_are_taken_and_their_gradients_put_back() {
        for (channels, first, count) in [(6, 0, 3), (6, 3, 3), (40, 7, 20), (48, 16, 32), (17, 16, 1), (33, 0, 33)] {
            let (whole, part) = (extent(channels, 3, 2, [1, 0]), extent(count, 3, 2, [0, 1]));
            let plain = random(1, numel(&whole));
            let mut y = garbage(&part);
            take_part(map(&pack(&plain, &whole), &whole), first, map_mut(&mut y, &part), Write::Set);
            assert_eq!(unpack(&y, &part), wide(&plain[first * 6..][..count * 6]));
            let dy = random(2, numel(&part));
            let expected = gradient(&wide(&plain), &wide(&dy), |x| x[first * 6..][..count * 6].to_vec());
            check_gradient(&whole, &expected, 2e-6, "slice", |mut dx, write| {
                dx.begin_sum(write);
                add_part(map(&pack(&dy, &part), &part), &mut dx, first);
            });
        }
    }
}
