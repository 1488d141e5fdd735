//! Products over a batch.

// One image part is an array of one range, and no range of numbers is meant.
#![allow(clippy::single_range_in_vec_init)]

mod products;

use super::kernel::{backward_data, backward_weights, forward, rows};
use crate::isa::Isa;
use crate::kernels::testing::*;
use crate::layout::padded;
use crate::ops::Write;
use crate::threads::with_threads;

const SIZES: [[usize; 2]; 6] = [[1, 1], [3, 17], [64, 10], [33, 40], [130, 100], [16, 16]];
const BATCHES: [usize; 5] = [1, 2, 3, 19, 37];

/// A layer and its vectors, plain and as stored. An image's part of the buffer is `garbage | x | y or dy | dx | garbage`.
struct Case {
    size: [usize; 2],
    batch: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
    x: Vec<f32>,
    dy: Vec<f32>,
}

impl Case {
    fn new([inputs, outputs]: [usize; 2], batch: usize) -> Self {
        Self {
            size: [inputs, outputs],
            batch,
            weight: random(1, inputs * outputs),
            bias: random(2, outputs),
            x: random(3, batch * inputs),
            dy: random(4, batch * outputs),
        }
    }

    fn stored_weight(&self) -> Vec<f32> {
        self.weight.chunks(self.size[0]).flat_map(|row| fill_up(row, 0.0)).collect()
    }

    fn starts(&self) -> [usize; 4] {
        let [inputs, outputs] = self.size.map(padded);
        [16, 16 + inputs, 16 + inputs + outputs, 32 + 2 * inputs + outputs]
    }

    /// The images with `x`, and `dy` or garbage.
    fn images(&self, with_dy: bool) -> Vec<f32> {
        let [x, y, _, stride] = self.starts();
        let mut images = vec![f32::NAN; self.batch * stride];
        for (n, image) in images.chunks_mut(stride).enumerate() {
            let [inputs, outputs] = self.size;
            image[x..y].copy_from_slice(&fill_up(&self.x[n * inputs..][..inputs], 0.0));
            if with_dy {
                image[y..][..padded(outputs)].copy_from_slice(&fill_up(&self.dy[n * outputs..][..outputs], 0.0));
            }
        }
        images
    }

    fn run_forward(&self, isa: Isa) -> Vec<f32> {
        let [x, y, dx, stride] = self.starts();
        let mut images = self.images(false);
        let ([xs], [mut ys]) = rows(&mut images, stride, [x..y], [y..dx]);
        forward(isa, self.size, &self.stored_weight(), &fill_up(&self.bias, 0.0), xs, &mut ys);
        images
    }

    fn run_backward(&self, isa: Isa, write: Write) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
        let [x, y, dx, stride] = self.starts();
        let mut images = self.images(true);
        if write == Write::Add {
            images.chunks_mut(stride).for_each(|image| image[dx..stride - 16].fill(0.5));
        }
        let [inputs, outputs] = self.size.map(padded);
        let (mut dweight, mut dbias) = (vec![0.25; self.size[1] * inputs], vec![0.25; outputs]);
        let ([xs, dys], [mut dxs]) = rows(&mut images, stride, [x..y, y..dx], [dx..stride - 16]);
        backward_data(isa, self.size, &self.stored_weight(), dys, &mut dxs, write);
        backward_weights(isa, self.size, xs, dys, &mut dweight, &mut dbias);
        (images, dweight, dbias)
    }

    fn vectors(&self, images: &[f32], start: usize, len: usize, beyond: f32) -> Vec<f64> {
        let stride = self.starts()[3];
        let vector = |image: &[f32]| {
            assert!(image[start + len..start + padded(len)].iter().all(|&x| x == beyond), "padding lanes stay");
            assert!(image[..16].iter().chain(&image[stride - 16..]).all(|x| x.is_nan()), "neighbours stay");
            wide(&image[start..start + len])
        };
        images.chunks(stride).flat_map(vector).collect()
    }
}

fn fill_up(row: &[f32], with: f32) -> Vec<f32> {
    let mut row = row.to_vec();
    row.resize(padded(row.len()), with);
    row
}

fn linear([inputs, outputs]: [usize; 2], weight: &[f64], bias: &[f64], x: &[f64]) -> Vec<f64> {
    x.chunks(inputs)
        .flat_map(|x| {
            (0..outputs)
                .map(move |o| bias[o] + weight[o * inputs..][..inputs].iter().zip(x).map(|(w, x)| w * x).sum::<f64>())
        })
        .collect()
}

fn each_case(test: impl Fn(Isa, &Case, &str)) {
    each_case_of(SIZES.into_iter().flat_map(|size| BATCHES.map(|batch| (size, batch))), test);
}

/// Layers by their sizes and batches, on each instruction set.
fn each_case_of(layers: impl IntoIterator<Item = ([usize; 2], usize)>, test: impl Fn(Isa, &Case, &str)) {
    for (size, batch) in layers {
        let case = Case::new(size, batch);
        on_each_isa(|isa| test(isa, &case, &format!("{} {size:?} {batch}", isa.name())));
    }
}

#[test]
fn forward_is_a_product_with_the_weights() {
    each_case(|isa, case, what| {
        let expected = linear(case.size, &wide(&case.weight), &wide(&case.bias), &wide(&case.x));
        let images = case.run_forward(isa);
        assert_close(&case.vectors(&images, case.starts()[1], case.size[1], 0.0), &expected, 2e-6, what);
    });
}

#[test]
fn gradients_are_sums_over_the_batch() {
    each_case(|isa, case, what| {
        let [inputs, outputs] = case.size;
        let (weight, x, dy) = (wide(&case.weight), wide(&case.x), wide(&case.dy));
        let dx = |n: usize, i: usize| (0..outputs).map(|o| dy[n * outputs + o] * weight[o * inputs + i]).sum::<f64>();
        let dw = |o: usize, i: usize| (0..case.batch).map(|n| dy[n * outputs + o] * x[n * inputs + i]).sum::<f64>();
        let dx: Vec<f64> = (0..x.len()).map(|at| dx(at / inputs, at % inputs)).collect();
        let dw: Vec<f64> = (0..weight.len()).map(|at| 0.25 + dw(at / inputs, at % inputs)).collect();
        let db: Vec<f64> = (0..outputs).map(|o| 0.25 + dy.iter().skip(o).step_by(outputs).sum::<f64>()).collect();
        for (write, before) in [(Write::Set, 0.0f32), (Write::Add, 0.5)] {
            let (images, dweight, dbias) = case.run_backward(isa, write);
            let dx: Vec<f64> = dx.iter().map(|dx| dx + f64::from(before)).collect();
            assert_close(&case.vectors(&images, case.starts()[2], inputs, before), &dx, 4e-6, what);
            let found: Vec<f64> = dweight.chunks(padded(inputs)).flat_map(|row| wide(&row[..inputs])).collect();
            assert_close(&found, &dw, 4e-6, what);
            assert!(dweight.chunks(padded(inputs)).all(|row| row[inputs..].iter().all(|&w| w == 0.25)));
            assert_close(&wide(&dbias[..outputs]), &db, 4e-6, what);
        }
    });
}

#[test]
fn central_differences_agree() {
    let case = Case::new([5, 18], 3);
    let (weight, bias, x, dy) = (wide(&case.weight), wide(&case.bias), wide(&case.x), wide(&case.dy));
    let dx = gradient(&x, &dy, |x| linear(case.size, &weight, &bias, x));
    let dw = gradient(&weight, &dy, |weight| linear(case.size, weight, &bias, &x));
    on_each_isa(|isa| {
        let (images, dweight, _) = case.run_backward(isa, Write::Set);
        assert_close(&case.vectors(&images, case.starts()[2], 5, 0.0), &dx, 2e-6, isa.name());
        let found: Vec<f64> = dweight.chunks(16).flat_map(|row| wide(&row[..5])).map(|w| w - 0.25).collect();
        assert_close(&found, &dw, 2e-6, isa.name());
    });
}

fn bits(floats: &[f32]) -> Vec<u32> {
    floats.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn bits_depend_neither_on_threads_nor_on_the_batch() {
    on_each_isa(|isa| {
        let case = Case::new([130, 100], 37);
        let run = |threads| {
            let work = || (case.run_forward(isa), case.run_backward(isa, Write::Set));
            let (y, (dx, dw, db)) = with_threads(threads, work).unwrap();
            [y, dx, dw, db].map(|floats| bits(&floats))
        };
        let (one, two, four) = (run(1), run(2), run(4));
        assert!(one == two && one == four, "{}", isa.name());
        let stride = case.starts()[3];
        for image in [0, 5, 36] {
            let alone = Case {
                x: case.x[image * 130..][..130].to_vec(),
                dy: case.dy[image * 100..][..100].to_vec(),
                weight: case.weight.clone(),
                bias: case.bias.clone(),
                ..Case::new(case.size, 1)
            };
            assert_eq!(bits(&alone.run_forward(isa)), one[0][image * stride..][..stride]);
            assert_eq!(bits(&alone.run_backward(isa, Write::Set).0), one[1][image * stride..][..stride]);
        }
    });
}

#[test]
#[should_panic(expected = "is written while")]
fn rows_that_are_written_overlap_nothing() {
    let _ = rows(&mut [0.0; 64], 64, [0..32], [16..48]);
}

#[test]
fn an_empty_batch_is_nothing() {
    on_each_isa(|isa| {
        let ([x], [mut y]) = rows(&mut [], 64, [0..16], [16..32]);
        forward(isa, [16, 16], &[1.0; 256], &[], x, &mut y);
    });
}

/// Sizes whose products wrap, with no weight at all.
#[test]
fn sizes_whose_products_wrap_are_refused() {
    let half = 1 << (usize::BITS / 2);
    for size in [[usize::MAX; 2], [half; 2], [usize::MAX - 15, 16], [16, usize::MAX / 16 + 1]] {
        for isa in Isa::available() {
            let mut images = vec![0.0; 64];
            let ([x], [mut y]) = rows(&mut images, 64, [0..16], [16..32]);
            let forward = std::panic::AssertUnwindSafe(|| forward(isa, size, &[], &[], x, &mut y));
            let panic = std::panic::catch_unwind(forward).unwrap_err();
            let message = panic.downcast_ref::<&str>().copied().unwrap_or_default();
            let refusals = ["a weight for each input and output", "more channels than any map has"];
            assert!(refusals.contains(&message), "{size:?}: {message}");
        }
    }
}

#[test]
#[should_panic(expected = "more channels than any map has")]
fn layers_that_do_not_fit_into_memory_are_refused() {
    let _ = super::Linear::<{ usize::MAX }, { usize::MAX }>::at(0, true);
}
