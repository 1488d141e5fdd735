//! Pools of odd windows.

use super::*;
use crate::kernels::pool::{
    avg_pool, avg_pool_backward, global_avg_pool, global_avg_pool_backward, max_pool, max_pool_backward,
};
use crate::ops::Window;

fn window(kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2]) -> Window {
    Window { kernel, stride, padding, dilation: [1, 1] }
}

fn windows() -> [Window; 5] {
    [
        window([2, 2], [2, 2], [0, 0]),
        window([3, 3], [2, 2], [1, 1]),
        window([3, 1], [1, 2], [1, 0]),
        window([1, 4], [3, 1], [0, 2]),
        window([5, 5], [1, 1], [2, 2]),
    ]
}

/// Calls `pixel` for the output's every number with the numbers of its window.
fn pool(w: &Window, e: &Extent, x: &[f64], pixel: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let (height, width) = (w.output(0, e.height).unwrap(), w.output(1, e.width).unwrap());
    let mut out = Vec::new();
    for c in 0..e.channels {
        for oy in 0..height {
            for ox in 0..width {
                let mut inside = Vec::new();
                for ky in 0..w.kernel[0] {
                    for kx in 0..w.kernel[1] {
                        let iy = (oy * w.stride[0] + ky).wrapping_sub(w.padding[0]);
                        let ix = (ox * w.stride[1] + kx).wrapping_sub(w.padding[1]);
                        if iy < e.height && ix < e.width {
                            inside.push(x[(c * e.height + iy) * e.width + ix]);
                        }
                    }
                }
                out.push(pixel(&inside));
            }
        }
    }
    out
}

fn largest(inside: &[f64]) -> f64 {
    inside.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

fn each_case(test: impl Fn(&Window, Extent, Extent, &str)) {
    // Differences of the largest map would take long; the others have two blocks as well.
    for x in sizes().into_iter().filter(|x| x.channels <= 17) {
        for w in windows() {
            if let (Some(height), Some(width)) = (w.output(0, x.height), w.output(1, x.width)) {
                test(&w, x, extent(x.channels, height, width, [1, 0]), &format!("{x:?} {w:?}"));
            }
        }
    }
}

#[test]
fn pools_agree_with_plain_loops() {
    each_case(|w, xe, ye, what| {
        let plain = random(1, numbers(&xe));
        let x = pack(&plain, &xe);
        let size = (w.kernel[0] * w.kernel[1]) as f64;
        on_each_isa(|isa| {
            let mut y = garbage(&ye);
            max_pool(isa, w, &x, &xe, &mut y, &ye);
            assert_close(&unpack(&y, &ye), &pool(w, &xe, &wide(&plain), largest), 0.0, what);
            let mut y = garbage(&ye);
            avg_pool(isa, w, &x, &xe, &mut y, &ye);
            let mean = |inside: &[f64]| inside.iter().sum::<f64>() / size;
            assert_close(&unpack(&y, &ye), &pool(w, &xe, &wide(&plain), mean), 1e-6, what);
        });
    });
}

#[test]
fn gradients_of_pools_agree_with_central_differences() {
    each_case(|w, xe, ye, what| {
        let (plain, dy) = (random(2, numbers(&xe)), random(3, numbers(&ye)));
        let (x, dy_stored) = (pack(&plain, &xe), pack(&dy, &ye));
        let size = (w.kernel[0] * w.kernel[1]) as f64;
        let mean = |inside: &[f64]| inside.iter().sum::<f64>() / size;
        let of_max = gradient(&wide(&plain), &wide(&dy), |x| pool(w, &xe, x, largest));
        let of_mean = gradient(&wide(&plain), &wide(&dy), |x| pool(w, &xe, x, mean));
        let dxe = with_halo(xe, [0, 2]);
        on_each_isa(|isa| {
            check_gradient(&dxe, &of_max, 2e-6, what, |dx, write| {
                max_pool_backward(isa, w, &x, &xe, &dy_stored, &ye, dx, &dxe, write);
            });
            check_gradient(&dxe, &of_mean, 2e-6, what, |dx, write| {
                avg_pool_backward(isa, w, &dy_stored, &ye, dx, &dxe, write);
            });
        });
    });
}

/// PyTorch 2.15: of equal values the first, row by row, receives the gradient; a NaN is picked wherever it stands.
#[test]
fn ties_go_to_the_first_and_nan_is_picked() {
    let (w, xe, ye) = (window([2, 2], [2, 2], [0, 0]), extent(2, 2, 4, [1, 1]), extent(2, 1, 2, [0, 0]));
    let nan = f32::NAN;
    let x = [1.0, 5.0, 7.0, 7.0, 5.0, 2.0, 7.0, 7.0, nan, 1.0, 1.0, 2.0, 9.0, 0.0, 3.0, nan];
    let x = pack(&x, &xe);
    on_each_isa(|isa| {
        let mut y = garbage(&ye);
        max_pool(isa, &w, &x, &xe, &mut y, &ye);
        let y = unpack(&y, &ye);
        assert_eq!(&y[..2], &[5.0, 7.0]);
        assert!(y[2].is_nan() && y[3].is_nan());
        let dy = pack(&[1.0, 2.0, 3.0, 4.0], &ye);
        let mut dx = garbage(&xe);
        max_pool_backward(isa, &w, &x, &xe, &dy, &ye, &mut dx, &xe, Write::Set);
        let expected = [0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0];
        assert_eq!(unpack(&dx, &xe), expected);
    });
}

#[test]
fn the_mean_of_a_map_and_its_gradient() {
    on_each_isa(|isa| {
        for xe in sizes() {
            let plane = xe.height * xe.width;
            let plain = random(4, numbers(&xe));
            let ye = extent(xe.channels, 1, 1, [1, 1]);
            let mean = |x: &[f64]| x.chunks(plane).map(|c| c.iter().sum::<f64>() / plane as f64).collect::<Vec<_>>();
            let mut y = garbage(&ye);
            global_avg_pool(isa, &pack(&plain, &xe), &xe, &mut y, &ye);
            assert_close(&unpack(&y, &ye), &mean(&wide(&plain)), 1e-6, isa.name());
            let dy = random(5, xe.channels);
            let expected = gradient(&wide(&plain), &wide(&dy), mean);
            check_gradient(&xe, &expected, 1e-6, isa.name(), |dx, write| {
                global_avg_pool_backward(isa, &pack(&dy, &ye), &ye, dx, &xe, write);
            });
        }
    });
}
