//! Convolution by its definition, in f64, with plain maps and PyTorch's weights. Every result has the sum of its
//! terms' magnitudes, to which rounding errors are relative.

use crate::layers::conv::kernel::ConvShape;

/// Calls `each(output index, input index, weight index)` for every product of the convolution.
fn for_each_product(shape: &ConvShape, mut each: impl FnMut(usize, usize, usize)) {
    let ([ci, hi, wi], [co, ho, wo]) = (shape.input, shape.output);
    let [kh, kw] = shape.window.kernel;
    let (gi, go) = (ci / shape.groups, co / shape.groups);
    let place = |out: usize, tap: usize, axis: usize| {
        let w = &shape.window;
        (out * w.stride[axis] + tap * w.dilation[axis]).checked_sub(w.padding[axis])
    };
    for o in 0..co {
        for i in 0..gi {
            let c = o / go * gi + i;
            for (ky, kx) in (0..kh).flat_map(|ky| (0..kw).map(move |kx| (ky, kx))) {
                for (oy, ox) in (0..ho).flat_map(|oy| (0..wo).map(move |ox| (oy, ox))) {
                    let (Some(iy), Some(ix)) = (place(oy, ky, 0), place(ox, kx, 1)) else { continue };
                    if iy < hi && ix < wi {
                        each((o * ho + oy) * wo + ox, (c * hi + iy) * wi + ix, ((o * gi + i) * kh + ky) * kw + kx);
                    }
                }
            }
        }
    }
}

fn add(sum: &mut (f64, f64), a: f32, b: f32) {
    let product = f64::from(a) * f64::from(b);
    sum.0 += product;
    sum.1 += product.abs();
}

pub fn forward(shape: &ConvShape, x: &[f32], w: &[f32]) -> Vec<(f64, f64)> {
    let mut y = vec![(0.0, 0.0); shape.output.iter().product()];
    for_each_product(shape, |o, i, k| add(&mut y[o], x[i], w[k]));
    y
}

pub fn backward_data(shape: &ConvShape, dy: &[f32], w: &[f32]) -> Vec<(f64, f64)> {
    let mut dx = vec![(0.0, 0.0); shape.input.iter().product()];
    for_each_product(shape, |o, i, k| add(&mut dx[i], dy[o], w[k]));
    dx
}

pub fn backward_weights(shape: &ConvShape, x: &[f32], dy: &[f32]) -> Vec<(f64, f64)> {
    let taps = shape.window.kernel[0] * shape.window.kernel[1];
    let mut dw = vec![(0.0, 0.0); shape.output[0] * (shape.input[0] / shape.groups) * taps];
    for_each_product(shape, |o, i, k| add(&mut dw[k], x[i], dy[o]));
    dw
}
