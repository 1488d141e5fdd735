//! Steps that move numbers without changing them, and their backward passes: load, add, flatten, concat, pad, subsample.
//!
//! Gradients run the same way back; with [`Write::Set`] the whole map is written, what receives nothing with zeros.

use super::rows::{Lanes, assert_same_shape, clear_halo, live, row, row_mut};
use crate::layout::{Extent, LANES};
use crate::ops::{PadMode, Write};

/// One image of a caller's `N x C x H x W` batch as a map: `image` holds its `C * H * W` numbers.
///
/// # Panics
/// A slice is too short.
pub fn load(image: &[f32], y: &mut [f32], extent: &Extent) {
    let plane = extent.height * extent.width;
    assert_eq!(image.len(), extent.channels * plane, "one image");
    clear_halo(y, extent);
    for b in 0..extent.blocks() {
        let planes = &image[b * LANES * plane..][..live(extent, b) * plane];
        match live(extent, b) {
            1 => load_block::<1>(planes, y, extent, b),
            3 => load_block::<3>(planes, y, extent, b),
            _ => load_block::<LANES>(planes, y, extent, b),
        }
    }
}

/// One block, of at most `C` channels: with the few that images have known, a pixel is put together in registers.
fn load_block<const C: usize>(planes: &[f32], y: &mut [f32], extent: &Extent, b: usize) {
    let plane = extent.height * extent.width;
    for line in 0..extent.height {
        let from = line * extent.width..(line + 1) * extent.width;
        let mut rows: [&[f32]; C] = [&[]; C];
        for (row, plane) in rows.iter_mut().zip(planes.chunks_exact(plane)) {
            *row = &plane[from.clone()];
        }
        for (column, y) in row_mut(y, extent, b, line).iter_mut().enumerate() {
            let mut pixel = [0.0; LANES];
            for (value, row) in pixel.iter_mut().zip(&rows[..C.min(live(extent, b))]) {
                *value = row[column];
            }
            *y = pixel;
        }
    }
}

/// `y = x`, or `y += x`; the halos may differ.
///
/// # Panics
/// Shapes differ, or a slice is too short.
pub fn add(x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent, write: Write) {
    assert_same_shape(x_extent, y_extent);
    if write == Write::Set {
        clear_halo(y, y_extent);
    }
    for b in 0..x_extent.blocks() {
        for line in 0..x_extent.height {
            put_row(row(x, x_extent, b, line), row_mut(y, y_extent, b, line), write);
        }
    }
}

/// `C x H x W` as the vector of its numbers in that order.
///
/// # Panics
/// `y` is not a vector of as many numbers, or a slice is too short.
pub fn flatten(x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    check_vector(x_extent, y_extent);
    y[..y_extent.len()].fill(0.0);
    for_each_number(x_extent, y_extent, |from, to| y[to] = x[from]);
}

/// The gradient of [`flatten`]'s argument.
///
/// # Panics
/// `dy` is not a vector of as many numbers as `dx` has, or a slice is too short.
pub fn flatten_backward(dy: &[f32], dy_extent: &Extent, dx: &mut [f32], dx_extent: &Extent, write: Write) {
    check_vector(dx_extent, dy_extent);
    prepare(dx, dx_extent, write);
    for_each_number(dx_extent, dy_extent, |to, from| dx[to] += dy[from]);
}

/// A vector as the map that [`flatten`] makes it from.
///
/// # Panics
/// `x` is not a vector of as many numbers as `y` has, or a slice is too short.
pub fn unflatten(x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    flatten_backward(x, x_extent, y, y_extent, Write::Set);
}

/// The gradient of [`unflatten`]'s argument.
///
/// # Panics
/// `dx` is not a vector of as many numbers as `dy` has, or a slice is too short.
pub fn unflatten_backward(dy: &[f32], dy_extent: &Extent, dx: &mut [f32], dx_extent: &Extent, write: Write) {
    check_vector(dy_extent, dx_extent);
    prepare(dx, dx_extent, write);
    for_each_number(dy_extent, dx_extent, |from, to| dx[to] += dy[from]);
}

#[track_caller]
fn check_vector(map: &Extent, vector: &Extent) {
    let numbers = map.channels * map.height * map.width;
    assert_eq!([vector.channels, vector.height, vector.width], [numbers, 1, 1], "a vector of the map's numbers");
}

/// Calls `visit` with the offsets of each number of a map and of its place in the flattened vector.
fn for_each_number(map: &Extent, vector: &Extent, mut visit: impl FnMut(usize, usize)) {
    let plane = map.height * map.width;
    for b in 0..map.blocks() {
        for y in 0..map.height {
            for x in 0..map.width {
                let (at, pixel) = (map.at(b, y, x), y * map.width + x);
                for lane in 0..live(map, b) {
                    let number = (b * LANES + lane) * plane + pixel;
                    visit(at + lane, vector.at(number / LANES, 0, 0) + number % LANES);
                }
            }
        }
    }
}

/// Writes `x` as the channels of `y` from `first_channel` on. The part at channel 0 also writes the halo and the lanes beyond
/// the last channel, so every concatenation has one.
///
/// # Panics
/// The part does not fit, or a slice is too short.
pub fn concat_part(x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent, first_channel: usize) {
    check_part(y_extent, x_extent, first_channel);
    if first_channel == 0 {
        clear_halo(y, y_extent);
        clear_padding_lanes(y, y_extent);
    }
    for run in Runs::new(x_extent.channels, first_channel) {
        for line in 0..x_extent.height {
            let part = row(x, x_extent, run.part[0], line);
            run.copy(run.part[1], part, run.whole[1], row_mut(y, y_extent, run.whole[0], line));
        }
    }
}

/// The gradient of the part of a concatenation that starts at `first_channel`.
///
/// # Panics
/// The part does not fit, or a slice is too short.
pub fn concat_backward(
    dy: &[f32],
    dy_extent: &Extent,
    first_channel: usize,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    check_part(dy_extent, dx_extent, first_channel);
    if write == Write::Set {
        clear_halo(dx, dx_extent);
        clear_padding_lanes(dx, dx_extent);
    }
    for run in Runs::new(dx_extent.channels, first_channel) {
        for line in 0..dx_extent.height {
            let whole = row(dy, dy_extent, run.whole[0], line);
            let part = row_mut(dx, dx_extent, run.part[0], line);
            match write {
                Write::Set => run.copy(run.whole[1], whole, run.part[1], part),
                Write::Add => run.add(run.whole[1], whole, run.part[1], part),
            }
        }
    }
}

#[track_caller]
fn check_part(whole: &Extent, part: &Extent, first_channel: usize) {
    assert_eq!([whole.height, whole.width], [part.height, part.width], "maps joined along channels have one size");
    assert!(first_channel + part.channels <= whole.channels, "the part lies within the whole");
}

fn clear_padding_lanes(map: &mut [f32], extent: &Extent) {
    let last = extent.blocks() - 1;
    let lanes = live(extent, last);
    if lanes < LANES {
        for y in 0..extent.height {
            for pixel in row_mut(map, extent, last, y) {
                pixel[lanes..].fill(0.0);
            }
        }
    }
}

/// Neighbouring channels that lie in one block of the part and in one block of the whole.
struct Run {
    /// Block and lane in the part.
    part: [usize; 2],
    /// Block and lane in the whole.
    whole: [usize; 2],
    /// How many channels.
    len: usize,
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

/// The runs of a part of `channels` channels that starts at channel `first` of the whole.
struct Runs {
    next: usize,
    channels: usize,
    first: usize,
}

impl Runs {
    fn new(channels: usize, first: usize) -> Self {
        Self { next: 0, channels, first }
    }
}

impl Iterator for Runs {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        if self.next == self.channels {
            return None;
        }
        let place = |channel: usize| [channel / LANES, channel % LANES];
        let (part, whole) = (place(self.next), place(self.first + self.next));
        let len = (LANES - part[1]).min(LANES - whole[1]).min(self.channels - self.next);
        self.next += len;
        Some(Run { part, whole, len })
    }
}

/// `x` with a border of `amount` rows and columns on each side.
///
/// # Panics
/// `y` is not larger than `x` by twice the amount, `Reflect` is asked for more than the map has, or a slice is too short.
pub fn pad(amount: [usize; 2], mode: PadMode, x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    check_pad(amount, mode, x_extent, y_extent);
    clear_halo(y, y_extent);
    for b in 0..x_extent.blocks() {
        for line in 0..y_extent.height {
            let out = row_mut(y, y_extent, b, line);
            let Some(from) = source(mode, line, amount[0], x_extent.height) else {
                out.fill([0.0; LANES]);
                continue;
            };
            let x = row(x, x_extent, b, from);
            for (column, y) in out.iter_mut().enumerate() {
                *y = source(mode, column, amount[1], x_extent.width).map_or([0.0; LANES], |from| x[from]);
            }
        }
    }
}

/// The gradient of [`pad`]'s argument: pixels that were repeated receive the sum.
///
/// # Panics
/// As [`pad`].
pub fn pad_backward(
    amount: [usize; 2],
    mode: PadMode,
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    check_pad(amount, mode, dx_extent, dy_extent);
    prepare(dx, dx_extent, write);
    for b in 0..dx_extent.blocks() {
        for line in 0..dy_extent.height {
            let Some(to) = source(mode, line, amount[0], dx_extent.height) else { continue };
            let dx = row_mut(dx, dx_extent, b, to);
            for (column, dy) in row(dy, dy_extent, b, line).iter().enumerate() {
                if let Some(to) = source(mode, column, amount[1], dx_extent.width) {
                    add_lanes(dy, &mut dx[to]);
                }
            }
        }
    }
}

#[track_caller]
fn check_pad(amount: [usize; 2], mode: PadMode, inner: &Extent, outer: &Extent) {
    let larger = [inner.channels, inner.height + 2 * amount[0], inner.width + 2 * amount[1]];
    assert_eq!([outer.channels, outer.height, outer.width], larger, "larger by the border");
    let reflects = amount[0] < inner.height && amount[1] < inner.width;
    assert!(mode != PadMode::Reflect || reflects, "a reflected border is smaller than the map");
}

/// The row or column of a map of `length` that position `at` of the padded map shows; `None` for a zero.
#[inline]
fn source(mode: PadMode, at: usize, amount: usize, length: usize) -> Option<usize> {
    if (amount..amount + length).contains(&at) {
        return Some(at - amount);
    }
    let before = at < amount;
    match mode {
        PadMode::Zeros => None,
        PadMode::Replicate => Some(if before { 0 } else { length - 1 }),
        PadMode::Reflect => Some(if before { amount - at } else { 2 * (length - 1) + amount - at }),
    }
}

/// He et al.'s (2016) shortcut A: every `stride`-th pixel, and channels of zeros to make up for the difference, half of them
/// (rounded down) before, the rest behind.
///
/// # Panics
/// Shapes do not fit, or a slice is too short.
pub fn subsample(stride: [usize; 2], x: &[f32], x_extent: &Extent, y: &mut [f32], y_extent: &Extent) {
    let before = check_subsample(stride, x_extent, y_extent);
    y[..y_extent.len()].fill(0.0);
    for run in Runs::new(x_extent.channels, before) {
        for line in 0..y_extent.height {
            let x = row(x, x_extent, run.part[0], line * stride[0]);
            let y = row_mut(y, y_extent, run.whole[0], line);
            for (x, y) in x.iter().step_by(stride[1]).zip(y) {
                y[run.whole[1]..][..run.len].copy_from_slice(&x[run.part[1]..][..run.len]);
            }
        }
    }
}

/// The gradient of [`subsample`]'s argument.
///
/// # Panics
/// As [`subsample`].
pub fn subsample_backward(
    stride: [usize; 2],
    dy: &[f32],
    dy_extent: &Extent,
    dx: &mut [f32],
    dx_extent: &Extent,
    write: Write,
) {
    let before = check_subsample(stride, dx_extent, dy_extent);
    prepare(dx, dx_extent, write);
    for run in Runs::new(dx_extent.channels, before) {
        for line in 0..dy_extent.height {
            let dy = row(dy, dy_extent, run.whole[0], line);
            let dx = row_mut(dx, dx_extent, run.part[0], line * stride[0]);
            for (dy, dx) in dy.iter().zip(dx.iter_mut().step_by(stride[1])) {
                for (dy, dx) in dy[run.whole[1]..][..run.len].iter().zip(&mut dx[run.part[1]..]) {
                    *dx += dy;
                }
            }
        }
    }
}

/// Returns how many channels of zeros come first.
#[track_caller]
fn check_subsample(stride: [usize; 2], x: &Extent, y: &Extent) -> usize {
    let kept = [x.height.div_ceil(stride[0]), x.width.div_ceil(stride[1])];
    assert_eq!([y.height, y.width], kept, "one pixel for each stride");
    assert!(x.channels <= y.channels, "a shortcut adds channels");
    (y.channels - x.channels) / 2
}

/// Zeros to add to, where this gradient is the first.
fn prepare(dx: &mut [f32], extent: &Extent, write: Write) {
    if write == Write::Set {
        dx[..extent.len()].fill(0.0);
    }
}

#[inline]
fn put_row(x: &[Lanes], y: &mut [Lanes], write: Write) {
    match write {
        Write::Set => y.copy_from_slice(x),
        Write::Add => {
            for (x, y) in x.iter().zip(y) {
                add_lanes(x, y);
            }
        }
    }
}

#[inline]
fn add_lanes(x: &Lanes, y: &mut Lanes) {
    for (x, y) in x.iter().zip(y) {
        *y += x;
    }
}
