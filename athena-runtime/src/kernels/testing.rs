//! What the layers' tests share: they hold kernels, on every instruction set, to plain loops in f64 over `C x H x W` arrays, and gradients to
//! central differences of those loops. Sizes are odd, halos differ, and outputs start as NaN.

use crate::isa::Isa;
use crate::layout::{Extent, MapMut, MapRef};
use crate::ops::Write;

/// Numbers in [-1, 1), the same ones for the same seed.
pub(crate) fn random(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = || {
        // Marsaglia's (2003) xorshift64.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / 8_388_608.0 - 1.0
    };
    (0..20).for_each(|_| _ = next());
    (0..count).map(|_| next()).collect()
}

pub(crate) fn extent(channels: usize, height: usize, width: usize, halo: [usize; 2]) -> Extent {
    Extent { channels, height, width, halo }
}

/// The same map with another halo.
pub(crate) fn with_halo(extent: Extent, halo: [usize; 2]) -> Extent {
    Extent { halo, ..extent }
}

/// Maps of odd sizes.
pub(crate) fn sizes() -> Vec<Extent> {
    vec![
        extent(1, 1, 1, [0, 0]),
        extent(3, 5, 7, [1, 2]),
        extent(16, 4, 9, [0, 1]),
        extent(17, 9, 3, [2, 0]),
        extent(40, 3, 18, [0, 0]),
    ]
}

pub(crate) fn numel(extent: &Extent) -> usize {
    extent.channels * extent.height * extent.width
}

/// Offset of a number of the map in its stored form, computed from the definition of the layout.
fn place(e: &Extent, c: usize, y: usize, x: usize) -> usize {
    let (rows, columns) = (e.height + 2 * e.halo[0], e.width + 2 * e.halo[1]);
    (((c / 16) * rows + y + e.halo[0]) * columns + x + e.halo[1]) * 16 + c % 16
}

fn each(e: &Extent) -> impl Iterator<Item = (usize, usize)> + '_ {
    (0..numel(e)).map(|i| (i, place(e, i / (e.height * e.width), i / e.width % e.height, i % e.width)))
}

/// A `C x H x W` array as it is stored.
pub(crate) fn pack(plain: &[f32], extent: &Extent) -> Vec<f32> {
    assert_eq!(plain.len(), numel(extent));
    let mut stored = vec![0.0; extent.len()];
    for (i, at) in each(extent) {
        stored[at] = plain[i];
    }
    stored
}

/// The `C x H x W` array; everything else must be zero.
#[track_caller]
pub(crate) fn unpack(stored: &[f32], extent: &Extent) -> Vec<f64> {
    let mut rest = stored[..extent.len()].to_vec();
    let plain = each(extent).map(|(_, at)| f64::from(std::mem::take(&mut rest[at]))).collect();
    assert!(rest.iter().all(|&x| x == 0.0), "halo and lanes beyond the last channel are zero");
    plain
}

/// The stored map for reading.
pub(crate) fn map<'a>(stored: &'a [f32], extent: &Extent) -> MapRef<'a> {
    MapRef::new(stored, *extent)
}

/// The stored map for writing.
pub(crate) fn map_mut<'a>(stored: &'a mut [f32], extent: &Extent) -> MapMut<'a> {
    MapMut::new(stored, *extent)
}

/// What a slot may hold before it is written.
pub(crate) fn garbage(extent: &Extent) -> Vec<f32> {
    vec![f32::NAN; extent.len()]
}

pub(crate) fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().copied().map(f64::from).collect()
}

/// Compares to `tolerance`, relative to the larger of 1 and the number expected.
#[track_caller]
pub(crate) fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * e.abs().max(1.0), "{what}: number {i} is {f}, expected {e}");
    }
}

/// The gradient of `sum of dy * f(x)` with respect to `x`, by central differences.
pub(crate) fn gradient(x: &[f64], dy: &[f64], f: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    const STEP: f64 = 1e-5;
    let mut x = x.to_vec();
    (0..x.len())
        .map(|i| {
            let at = x[i];
            let mut loss = |shifted: f64| -> f64 {
                x[i] = shifted;
                f(&x).iter().zip(dy).map(|(y, dy)| y * dy).sum()
            };
            let slope = (loss(at + STEP) - loss(at - STEP)) / (2.0 * STEP);
            x[i] = at;
            slope
        })
        .collect()
}

/// Runs a backward kernel with `Set` on garbage and with `Add` on a map, and compares with `expected`.
#[track_caller]
pub(crate) fn check_gradient(
    dx: &Extent,
    expected: &[f64],
    tolerance: f64,
    what: &str,
    backward: impl Fn(MapMut<'_>, Write),
) {
    let mut set = garbage(dx);
    backward(MapMut::new(&mut set, *dx), Write::Set);
    assert_close(&unpack(&set, dx), expected, tolerance, what);
    let before = random(99, numel(dx));
    let mut added = pack(&before, dx);
    backward(MapMut::new(&mut added, *dx), Write::Add);
    let expected: Vec<f64> = expected.iter().zip(&before).map(|(e, &b)| e + f64::from(b)).collect();
    assert_close(&unpack(&added, dx), &expected, tolerance, what);
}

/// Runs `test` on each instruction set of this CPU.
pub(crate) fn on_each_isa(test: impl Fn(Isa)) {
    Isa::available().into_iter().for_each(test);
}
