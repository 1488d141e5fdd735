//! The channels of groups, one of each group after the other (Zhang et al. 2018): as a matrix of groups x channels of a group, transposed.

use super::Describe;
use crate::exec::Pass;
use crate::kernels::rows::assert_same_shape;
use crate::layout::{LANES, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// The channels of so many groups, one of each after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelShuffle {
    /// Groups of channels.
    pub groups: usize,
}

impl Describe for ChannelShuffle {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for ChannelShuffle {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        let [channels, height, width] = *layer.shape else { unreachable!("takes a map") };
        let (groups, each) = (self.groups, channels / self.groups);
        let grouped = layer.whole_numbers("groups.shape", &[0, groups, each, height, width]);
        let whole = layer.whole_numbers("shape", &[0, channels, height, width]);
        let x = layer.inputs[0].clone();
        let x = layer.step("groups", "Reshape", vec![x, grouped], &[groups, each, height, width], Vec::new());
        let perm = vec![graph::ints("perm", &[0, 2, 1, 3, 4])];
        let x = layer.step("shuffled", "Transpose", vec![x], &[each, groups, height, width], perm);
        layer.node("Reshape", vec![x, whole], Vec::new());
    }
}

impl Pass<'_> {
    /// The channels of `groups` groups, one of each after the other.
    pub fn channel_shuffle<const C: usize, const H: usize, const W: usize>(
        &mut self,
        groups: usize,
        x: Map<C, H, W>,
        y: Map<C, H, W>,
    ) {
        self.each_map([x.slot()], y.slot(), &|_, [x], y| shuffle(groups, x, y, Write::Set));
    }

    /// The gradient of shuffled channels: they go back.
    pub fn channel_shuffle_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        groups: usize,
        dy: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], dx| shuffle(C / groups, dy, dx, write));
    }
}

/// Channel `i` of group `g` becomes, or is added to, channel `i * groups + g`. The way back is a shuffle of as many groups as a group has
/// channels.
///
/// # Panics
/// Shapes differ, groups do not divide the channels, or a slice is too short.
fn shuffle(groups: usize, x: MapRef<'_>, mut y: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &y.extent());
    let extent = x.extent();
    assert!(groups > 0 && extent.channels.is_multiple_of(groups), "groups of equally many channels");
    let each = extent.channels / groups;
    y.begin_sum(write);
    for (b, line) in (0..extent.blocks()).flat_map(|b| (0..extent.height).map(move |line| (b, line))) {
        let row = y.row_mut(b, line);
        for lane in 0..LANES.min(extent.channels - b * LANES) {
            let channel = b * LANES + lane;
            let from = channel % groups * each + channel / groups;
            for (x, y) in x.row(from / LANES, line).iter().zip(&mut *row) {
                y[lane] += x[from % LANES];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    #[test]
    fn channels_are_shuffled_and_go_back() {
        for (channels, groups) in [(6, 2), (6, 3), (24, 4), (40, 5), (32, 16), (17, 17), (17, 1), (1, 1)] {
            let (e, each) = (extent(channels, 3, 2, [1, 0]), channels / groups);
            let shuffled = |x: &[f64]| -> Vec<f64> {
                // `x.view(groups, each, pixels).transpose(0, 1).reshape(channels, pixels)`
                let channel = |i: usize, g: usize| &x[(g * each + i) * 6..][..6];
                (0..each).flat_map(|i| (0..groups).flat_map(move |g| channel(i, g))).copied().collect()
            };
            let (plain, dy) = (random(1, numel(&e)), random(2, numel(&e)));
            let (xe, mut y) = (with_halo(e, [0, 2]), garbage(&e));
            shuffle(groups, map(&pack(&plain, &xe), &xe), map_mut(&mut y, &e), Write::Set);
            assert_eq!(unpack(&y, &e), shuffled(&wide(&plain)), "{channels} channels, {groups} groups");
            let expected = gradient(&wide(&plain), &wide(&dy), shuffled);
            check_gradient(&e, &expected, 2e-6, "channel_shuffle", |dx, write| {
                shuffle(each, map(&pack(&dy, &xe), &xe), dx, write);
            });
        }
    }
}
