//! Concatenation of maps along channels.

use super::Describe;
use crate::exec::Pass;
use crate::kernels::channels::{Run, Runs};
use crate::kernels::rows::{Lanes, live};
use crate::layout::{Extent, LANES, Map, MapMut, MapRef, Slot};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// One operand of a concatenation along channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<const H: usize, const W: usize> {
    slot: Slot,
}

impl<const C: usize, const H: usize, const W: usize> Map<C, H, W> {
    /// This map as an operand of a concatenation.
    #[must_use]
    pub const fn part(self) -> Part<H, W> {
        Part { slot: self.slot() }
    }
}

/// A concatenation of maps along channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concat;

impl Describe for Concat {
    fn is_join(&self) -> bool {
        true
    }

    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Concat {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        layer.node("Concat", layer.inputs.clone(), vec![graph::int("axis", 1)]);
    }
}

impl Pass<'_> {
    /// Concatenates the parts along channels.
    pub fn concat<const C: usize, const H: usize, const W: usize>(&mut self, parts: &[Part<H, W>], y: Map<C, H, W>) {
        self.put_parts(parts.len(), &|i| parts[i].slot, y.slot());
    }

    /// Computes the gradient of one operand of a concatenation: the channels from `first_channel` on.
    pub fn concat_backward<const C: usize, const P: usize, const H: usize, const W: usize>(
        &mut self,
        dy: Map<C, H, W>,
        first_channel: usize,
        dx: Map<P, H, W>,
        write: Write,
    ) {
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], dx| take_part(dy, first_channel, dx, write));
    }

    fn put_parts(&mut self, count: usize, part: &dyn Fn(usize) -> Slot, y: Slot) {
        self.each(&mut |image| {
            let mut first_channel = 0;
            for part in (0..count).map(part) {
                let ([x], [mut y]) = image.arena.maps([part], [y]);
                put_part(x, &mut y, first_channel);
                first_channel += part.extent.channels;
            }
            assert_eq!(first_channel, y.extent.channels, "the parts fill the map");
        });
    }
}

/// Writes `x` as the channels of `y` from `first_channel` on. The part at channel 0 also writes the halo and the lanes beyond
/// the last channel; every concatenation has such a part.
///
/// # Panics
/// If the part does not fit, or a slice is too short.
fn put_part(x: MapRef<'_>, y: &mut MapMut<'_>, first_channel: usize) {
    check_part(&y.extent(), &x.extent(), first_channel);
    if first_channel == 0 {
        y.clear_halo();
        clear_padding_lanes(y);
    }
    for run in Runs::new(x.extent().channels, first_channel) {
        for line in 0..x.extent().height {
            run.copy(run.part[1], x.row(run.part[0], line), run.whole[1], y.row_mut(run.whole[0], line));
        }
    }
}

/// The gradient of the part of a concatenation that starts at `first_channel`; or that part of a map.
///
/// # Panics
/// If the part does not fit, or a slice is too short.
pub(super) fn take_part(dy: MapRef<'_>, first_channel: usize, mut dx: MapMut<'_>, write: Write) {
    check_part(&dy.extent(), &dx.extent(), first_channel);
    if write == Write::Set {
        dx.clear_halo();
        clear_padding_lanes(&mut dx);
    }
    for run in Runs::new(dx.extent().channels, first_channel) {
        for line in 0..dx.extent().height {
            let (whole, part) = (dy.row(run.whole[0], line), dx.row_mut(run.part[0], line));
            match write {
                Write::Set => run.copy(run.whole[1], whole, run.part[1], part),
                Write::Add => run.add(run.whole[1], whole, run.part[1], part),
            }
        }
    }
}

/// Adds `x` to the channels of `y` from `first_channel` on.
///
/// # Panics
/// The part does not fit, or a slice is too short.
pub(super) fn add_part(x: MapRef<'_>, y: &mut MapMut<'_>, first_channel: usize) {
    check_part(&y.extent(), &x.extent(), first_channel);
    for run in Runs::new(x.extent().channels, first_channel) {
        for line in 0..x.extent().height {
            run.add(run.part[1], x.row(run.part[0], line), run.whole[1], y.row_mut(run.whole[0], line));
        }
    }
}

#[track_caller]
fn check_part(whole: &Extent, part: &Extent, first_channel: usize) {
    assert_eq!([whole.height, whole.width], [part.height, part.width], "maps joined along channels have one size");
    assert!(first_channel + part.channels <= whole.channels, "the part lies within the whole");
}

fn clear_padding_lanes(map: &mut MapMut<'_>) {
    let extent = map.extent();
    let last = extent.blocks() - 1;
    let lanes = live(&extent, last);
    if lanes < LANES {
        for y in 0..extent.height {
            for pixel in map.row_mut(last, y) {
                pixel[lanes..].fill(0.0);
            }
        }
    }
}

impl Run {
    fn copy(&self, from: usize, x: &[Lanes], to: usize, y: &mut [Lanes]) {
        if self.len == LANES {
            y.copy_from_slice(x);
            return;
        }
        for (x, y) in x.iter().zip(y) {
            y[to..to + self.len].copy_from_slice(&x[from..from + self.len]);
        }
    }

    fn add(&self, from: usize, x: &[Lanes], to: usize, y: &mut [Lanes]) {
        for (x, y) in x.iter().zip(y) {
            for (x, y) in x[from..from + self.len].iter().zip(&mut y[to..to + self.len]) {
                *y += x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    #[test]
    fn parts_are_joined_along_channels() {
        for channels in [vec![16, 32], vec![3, 5], vec![17, 1, 30], vec![16, 7], vec![1], vec![40, 40]] {
            let whole = extent(channels.iter().sum(), 3, 5, [1, 1]);
            let (mut y, mut expected, mut first) = (garbage(&whole), Vec::new(), 0);
            for (i, &c) in channels.iter().enumerate() {
                let part = extent(c, 3, 5, [i, 2]);
                let plain = random(i as u64, numel(&part));
                put_part(map(&pack(&plain, &part), &part), &mut map_mut(&mut y, &whole), first);
                expected.extend(wide(&plain));
                first += c;
            }
            assert_eq!(unpack(&y, &whole), expected, "{channels:?}");
            let mut first = 0;
            for (i, &c) in channels.iter().enumerate() {
                let part = extent(c, 3, 5, [i, 1]);
                check_gradient(&part, &expected[first * 15..][..c * 15], 1e-6, "concat", |dx, write| {
                    take_part(map(&y, &whole), first, dx, write);
                });
                first += c;
            }
        }
    }
}
