//! Pools of odd windows, rounded down and up.

use super::kernel::{
    avg_pool, avg_pool_backward, global_avg_pool, global_avg_pool_backward, max_pool, max_pool_backward,
};
use crate::kernels::testing::*;
use crate::layout::Extent;
use crate::ops::{Pool, Write};
use common::Reference;

#[path = "../../../tests/common/mod.rs"]
mod common;

fn geometry(kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2], ceil: bool) -> Pool {
    Pool { kernel, stride, padding, ceil }
}

/// Each rounded down and up.
fn pools() -> impl Iterator<Item = Pool> {
    let windows = [
        ([2, 2], [2, 2], [0, 0]),
        ([3, 3], [2, 2], [1, 1]),
        ([3, 1], [1, 2], [1, 0]),
        ([1, 4], [3, 1], [0, 2]),
        ([5, 5], [1, 1], [2, 2]),
        // The last window lies in the border behind the map or beyond it, and is left out; or nearly.
        ([2, 2], [3, 3], [1, 1]),
        ([5, 4], [4, 5], [2, 1]),
    ];
    windows
        .into_iter()
        .flat_map(|(kernel, stride, padding)| [false, true].map(|ceil| geometry(kernel, stride, padding, ceil)))
}

/// The numbers of a window that lie in the map, and how many of its taps lie in the map or its padding.
struct Seen {
    inside: Vec<f64>,
    padded: usize,
}

/// Calls `pixel` for the output's every number with what its window sees.
fn pool(w: &Pool, e: &Extent, x: &[f64], pixel: impl Fn(&Seen) -> f64) -> Vec<f64> {
    let (height, width) = (w.output(0, e.height).unwrap(), w.output(1, e.width).unwrap());
    let mut out = Vec::new();
    for c in 0..e.channels {
        for oy in 0..height {
            for ox in 0..width {
                let mut seen = Seen { inside: Vec::new(), padded: 0 };
                for ky in 0..w.kernel[0] {
                    for kx in 0..w.kernel[1] {
                        // Within the map and its padding.
                        let (py, px) = (oy * w.stride[0] + ky, ox * w.stride[1] + kx);
                        let is_padded = py < e.height + 2 * w.padding[0] && px < e.width + 2 * w.padding[1];
                        seen.padded += usize::from(is_padded);
                        let (iy, ix) = (py.wrapping_sub(w.padding[0]), px.wrapping_sub(w.padding[1]));
                        if iy < e.height && ix < e.width {
                            seen.inside.push(x[(c * e.height + iy) * e.width + ix]);
                        }
                    }
                }
                out.push(pixel(&seen));
            }
        }
    }
    out
}

fn largest(seen: &Seen) -> f64 {
    seen.inside.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn mean(count_padding: bool) -> impl Fn(&Seen) -> f64 {
    move |seen| {
        let count = if count_padding { seen.padded } else { seen.inside.len() };
        seen.inside.iter().sum::<f64>() / count as f64
    }
}

fn each_case(test: impl Fn(&Pool, Extent, Extent, &str)) {
    // Differences of the largest map would take long; the others have two blocks as well.
    for x in sizes().into_iter().filter(|x| x.channels <= 17) {
        for w in pools() {
            if let (Some(height), Some(width)) = (w.output(0, x.height), w.output(1, x.width)) {
                test(&w, x, extent(x.channels, height, width, [1, 0]), &format!("{x:?} {w:?}"));
            }
        }
    }
}

#[test]
fn pools_agree_with_plain_loops() {
    each_case(|w, xe, ye, what| {
        let plain = random(1, numel(&xe));
        let x = pack(&plain, &xe);
        on_each_isa(|isa| {
            let mut y = garbage(&ye);
            max_pool(isa, w, map(&x, &xe), map_mut(&mut y, &ye));
            assert_close(&unpack(&y, &ye), &pool(w, &xe, &wide(&plain), largest), 0.0, what);
            for count_padding in [true, false] {
                let mut y = garbage(&ye);
                avg_pool(isa, w, count_padding, map(&x, &xe), map_mut(&mut y, &ye));
                assert_close(&unpack(&y, &ye), &pool(w, &xe, &wide(&plain), mean(count_padding)), 1e-6, what);
            }
        });
    });
}

#[test]
fn gradients_of_pools_agree_with_central_differences() {
    each_case(|w, xe, ye, what| {
        let (plain, dy) = (random(2, numel(&xe)), random(3, numel(&ye)));
        let (x, dy_stored) = (pack(&plain, &xe), pack(&dy, &ye));
        let of_max = gradient(&wide(&plain), &wide(&dy), |x| pool(w, &xe, x, largest));
        let of_mean = |count_padding| gradient(&wide(&plain), &wide(&dy), |x| pool(w, &xe, x, mean(count_padding)));
        let of_means = [true, false].map(|count_padding| (count_padding, of_mean(count_padding)));
        let dxe = with_halo(xe, [0, 2]);
        on_each_isa(|isa| {
            check_gradient(&dxe, &of_max, 2e-6, what, |dx, write| {
                max_pool_backward(isa, w, map(&x, &xe), map(&dy_stored, &ye), dx, write);
            });
            for (count_padding, of_mean) in &of_means {
                check_gradient(&dxe, of_mean, 2e-6, what, |dx, write| {
                    avg_pool_backward(isa, w, *count_padding, map(&dy_stored, &ye), dx, write);
                });
            }
        });
    });
}

/// Every case of `tests/python/pools.py`.
#[test]
fn pools_and_gradients_are_pytorchs() {
    let reference = Reference::open("pools");
    let all_dy = reference.f32("dy");
    let mut cases = 0;
    for [height, width] in [[5, 6], [8, 7], [3, 4], [2, 1]] {
        let xe = extent(2, height, width, [1, 0]);
        let image = reference.f32(&format!("{height}x{width}"));
        for case in 0..2 * 3 * 2 * 2 {
            let (kernel, stride, padding, ceil) = (2 + case % 2, 1 + case / 2 % 3, case / 6 % 2, case / 12 == 1);
            let of = geometry([kernel; 2], [stride; 2], [padding; 2], ceil);
            let up = if ceil { " ceil" } else { "" };
            let settings = format!("{height}x{width} k{kernel} s{stride} p{padding}{up}");
            for (name, count_padding) in [
                (format!("max {settings}"), None),
                (format!("avg {settings}"), Some(true)),
                (format!("avg {settings} real"), Some(false)),
            ] {
                cases += 1;
                let y = reference.f32(&format!("{name}.y"));
                let (Some(rows), Some(columns)) = (of.output(0, height), of.output(1, width)) else {
                    assert!(y.is_empty(), "{name} is refused");
                    continue;
                };
                let ye = extent(2, rows, columns, [0, 1]);
                assert_eq!(y.len(), numel(&ye), "{name}: the output is {rows}x{columns}");
                let dx = wide(&reference.f32(&format!("{name}.dx")));
                check_case(&name, &of, count_padding, (&pack(&image, &xe), xe), (&y, ye), (&all_dy[..y.len()], &dx));
            }
        }
    }
    assert_eq!(cases, 288);
}

/// A pool forward and backward, with or without counting its padding; `None` for the largest value.
fn check_case(
    name: &str,
    of: &Pool,
    count_padding: Option<bool>,
    (x, xe): (&[f32], Extent),
    (y, ye): (&[f32], Extent),
    (dy, dx): (&[f32], &[f64]),
) {
    let (dy, expected) = (pack(dy, &ye), wide(y));
    on_each_isa(|isa| {
        let mut y = garbage(&ye);
        match count_padding {
            None => max_pool(isa, of, map(x, &xe), map_mut(&mut y, &ye)),
            Some(counts) => avg_pool(isa, of, counts, map(x, &xe), map_mut(&mut y, &ye)),
        }
        assert_close(&unpack(&y, &ye), &expected, 1e-6, name);
        check_gradient(&xe, dx, 1e-6, name, |dx, write| match count_padding {
            None => max_pool_backward(isa, of, map(x, &xe), map(&dy, &ye), dx, write),
            Some(counts) => avg_pool_backward(isa, of, counts, map(&dy, &ye), dx, write),
        });
    });
}

/// PyTorch 2.15: of equal values the first, row by row, receives the gradient; a NaN is picked wherever it stands.
#[test]
fn ties_go_to_the_first_and_nan_is_picked() {
    let (w, xe, ye) = (geometry([2, 2], [2, 2], [0, 0], false), extent(2, 2, 4, [1, 1]), extent(2, 1, 2, [0, 0]));
    let nan = f32::NAN;
    let x = [1.0, 5.0, 7.0, 7.0, 5.0, 2.0, 7.0, 7.0, nan, 1.0, 1.0, 2.0, 9.0, 0.0, 3.0, nan];
    let x = pack(&x, &xe);
    on_each_isa(|isa| {
        let mut y = garbage(&ye);
        max_pool(isa, &w, map(&x, &xe), map_mut(&mut y, &ye));
        let y = unpack(&y, &ye);
        assert_eq!(&y[..2], &[5.0, 7.0]);
        assert!(y[2].is_nan() && y[3].is_nan());
        let dy = pack(&[1.0, 2.0, 3.0, 4.0], &ye);
        let mut dx = garbage(&xe);
        max_pool_backward(isa, &w, map(&x, &xe), map(&dy, &ye), map_mut(&mut dx, &xe), Write::Set);
        let expected = [0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0];
        assert_eq!(unpack(&dx, &xe), expected);
    });
}

#[test]
fn the_mean_of_a_map_and_its_gradient() {
    on_each_isa(|isa| {
        for xe in sizes() {
            let plane = xe.height * xe.width;
            let plain = random(4, numel(&xe));
            let ye = extent(xe.channels, 1, 1, [1, 1]);
            let mean = |x: &[f64]| x.chunks(plane).map(|c| c.iter().sum::<f64>() / plane as f64).collect::<Vec<_>>();
            let mut y = garbage(&ye);
            global_avg_pool(isa, map(&pack(&plain, &xe), &xe), map_mut(&mut y, &ye));
            assert_close(&unpack(&y, &ye), &mean(&wide(&plain)), 1e-6, isa.name());
            let dy = random(5, xe.channels);
            let expected = gradient(&wide(&plain), &wide(&dy), mean);
            check_gradient(&xe, &expected, 1e-6, isa.name(), |dx, write| {
                global_avg_pool_backward(isa, map(&pack(&dy, &ye), &ye), dx, write);
            });
        }
    });
}
