//! Antialiased bilinear scaling, with the same bits as Pillow's `Image.resize(size, BILINEAR)` on 8-bit images (`Resample.c`).
//! The weights are those of a triangle as wide as the reduction, in fixed point. Rows are scaled first, then columns, and the
//! values in between are rounded to bytes.

use std::ops::Range;

/// Bits of a weight's fraction: 32 minus 8 for the byte and 2 for sums that overshoot.
const PRECISION: u32 = 32 - 8 - 2;

/// Channels of a pixel.
const RGB: usize = 3;

/// An image with `width` pixels per row: red, green and blue bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub pixels: &'a [u8],
    pub width: usize,
    pub height: usize,
}

/// The part `columns` x `rows` of `source` scaled to `width` x `height`. Only this part is computed, so a long and
/// narrow image costs no more than others.
pub(super) fn scaled_part(source: Source<'_>, size: [usize; 2], columns: Range<usize>, rows: Range<usize>) -> Vec<u8> {
    let [width, height] = size;
    let across = taps(source.width, width, columns);
    let down = taps(source.height, height, rows);
    let first = down.iter().map(|tap| tap.from).min().unwrap_or(0);
    let end = down.iter().map(|tap| tap.from + tap.weights.len()).max().unwrap_or(0);
    let mut lines = Vec::with_capacity((end - first) * across.len() * RGB);
    for line in source.pixels.chunks_exact(source.width * RGB).take(end).skip(first) {
        scale_row(line, &across, &mut lines);
    }
    let mut part = Vec::with_capacity(down.len() * across.len() * RGB);
    for tap in &down {
        scale_column(&lines, across.len() * RGB, tap.from - first, &tap.weights, &mut part);
    }
    part
}

/// The inputs of one output: the first one, and a weight for each.
#[derive(Debug)]
struct Tap {
    from: usize,
    weights: Vec<i32>,
}

/// The taps of the outputs `wanted`, when `input` pixels are scaled to `output` pixels.
fn taps(input: usize, output: usize, wanted: Range<usize>) -> Vec<Tap> {
    // Pillow does not resample an axis whose size does not change.
    if input == output {
        return wanted.map(|at| Tap { from: at, weights: vec![1 << PRECISION] }).collect();
    }
    let scale = input as f64 / output as f64;
    let support = scale.max(1.0);
    let narrowing = 1.0 / support;
    let tap = |at: usize| {
        let centre = (at as f64 + 0.5) * scale;
        // The cast rounds towards zero, and negative values become 0.
        let from = (centre - support + 0.5) as usize;
        let end = ((centre + support + 0.5) as usize).min(input);
        let triangle = |x: usize| (1.0 - ((x as f64 - centre + 0.5) * narrowing).abs()).max(0.0);
        let weights: Vec<f64> = (from..end).map(triangle).collect();
        let sum: f64 = weights.iter().sum();
        Tap {
            from,
            weights: weights.into_iter().map(|weight| fixed(if sum == 0.0 { weight } else { weight / sum })).collect(),
        }
    };
    wanted.map(tap).collect()
}

/// Converts a weight of 0 to 1 to fixed point.
fn fixed(weight: f64) -> i32 {
    (weight * f64::from(1 << PRECISION) + 0.5) as i32
}

/// Converts a weighted sum, which started at one half, to a byte.
fn byte(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

const HALF: i32 = 1 << (PRECISION - 1);

fn scale_row(line: &[u8], across: &[Tap], out: &mut Vec<u8>) {
    for tap in across {
        let mut sums = [HALF; RGB];
        for (pixel, weight) in line[tap.from * RGB..].chunks_exact(RGB).zip(&tap.weights) {
            for (sum, &value) in sums.iter_mut().zip(pixel) {
                *sum += i32::from(value) * weight;
            }
        }
        out.extend(sums.map(byte));
    }
}

fn scale_column(lines: &[u8], stride: usize, from: usize, weights: &[i32], out: &mut Vec<u8>) {
    let mut sums = vec![HALF; stride];
    for (line, weight) in lines[from * stride..].chunks_exact(stride).zip(weights) {
        for (sum, &value) in sums.iter_mut().zip(line) {
            *sum += i32::from(value) * weight;
        }
    }
    out.extend(sums.into_iter().map(byte));
}
