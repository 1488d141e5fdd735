//! The kernels against the reference.

use super::parts::assert_parts;
use super::{Random, assert_close, block, cases, pack, reference, unblock, unpack};
use crate::isa::Isa;
use crate::layers::conv::kernel::winograd::Algorithm;
use crate::layers::conv::kernel::{
    ConvShape, Epilogue, backward_data, backward_weights, forward, forward_add, transpose_weights,
};
use crate::layers::conv::kernel::{Weights, pack_blocks, unpack_blocks};
use crate::layout::{Extent, LANES, MapMut, MapRef, padded};
use crate::ops::{Activation, Write};

/// One convolution with random data, in plain and in stored form.
pub struct Case {
    pub shape: ConvShape,
    pub x: Vec<f32>,
    pub w: Vec<f32>,
    pub dy: Vec<f32>,
    pub weights: Vec<f32>,
    pub transposed: Vec<f32>,
    pub x_extent: Extent,
    pub y_extent: Extent,
}

pub fn extent(shape: [usize; 3], halo: [usize; 2], more: usize) -> Extent {
    let [channels, height, width] = shape;
    Extent { channels, height, width, halo: [halo[0] + more, halo[1] + more / 2] }
}

impl Case {
    pub fn new(shape: ConvShape, seed: usize) -> Self {
        let mut random = Random::new(seed as u64 + 1);
        let x = random.floats(shape.input.iter().product());
        let dy = random.floats(shape.output.iter().product());
        let taps = shape.window.kernel[0] * shape.window.kernel[1];
        let w = random.floats(shape.output[0] * shape.group_inputs() * taps);
        let mut weights = vec![f32::NAN; shape.weight_len()];
        pack(&shape, &w, &mut weights);
        let mut transposed = vec![f32::NAN; shape.transposed_len()];
        transpose_weights(&shape, &weights, &mut transposed);
        // Halos as wide as needed, or wider.
        let x_extent = extent(shape.input, shape.input_halo(), seed % 3);
        let y_extent = extent(shape.output, shape.gradient_halo(), (seed + 1) % 3);
        Self { shape, x, w, dy, weights, transposed, x_extent, y_extent }
    }

    fn forward(&self, isa: Isa, epilogue: &Epilogue) -> Vec<f32> {
        let (e, x) = (&self.y_extent, vec![block(&self.x, &self.x_extent)]);
        let mut y = vec![f32::NAN; e.len()];
        let from = MapRef::new(&x[0], self.x_extent);
        forward(isa, &self.shape, &self.weights, from, MapMut::new(&mut y, *e), 0, epilogue);
        let (weights, extents) = ((&self.shape, &self.weights[..]), [self.x_extent, *e]);
        assert_parts(isa, Algorithm::Direct, weights, &x, &[*epilogue], extents, std::slice::from_ref(&y));
        unblock(&y, e, &self.name(isa))
    }

    fn backward_data_weights(&self) -> Weights<'_> {
        Weights { stored: &self.weights, transposed: &self.transposed }
    }

    pub fn name(&self, isa: Isa) -> String {
        format!("{} on {}", self.shape_name(), isa.name())
    }

    fn shape_name(&self) -> String {
        format!("{:?}", self.shape)
    }
}

fn cases() -> impl Iterator<Item = Case> {
    cases::all().into_iter().enumerate().map(|(seed, shape)| Case::new(shape, seed))
}

#[test]
fn forward_agrees() {
    for case in cases() {
        let expected = reference::forward(&case.shape, &case.x, &case.w);
        for isa in Isa::available() {
            assert_close(&case.forward(isa, &Epilogue::default()), &expected, &case.name(isa));
        }
    }
}

#[test]
fn backward_data_agrees() {
    for case in cases() {
        let expected = reference::backward_data(&case.shape, &case.dy, &case.w);
        let dy = block(&case.dy, &case.y_extent);
        for isa in Isa::available() {
            let e = &case.x_extent;
            let mut dx = vec![f32::NAN; e.len()];
            let run = |dx: &mut [f32], write| {
                let (dy, dx) = (MapRef::new(&dy, case.y_extent), MapMut::new(dx, *e));
                backward_data(isa, &case.shape, case.backward_data_weights(), dy, dx, write, None);
            };
            run(&mut dx, Write::Set);
            assert_close(&unblock(&dx, e, &case.name(isa)), &expected, &case.name(isa));

            let before = block(&case.x, e);
            dx.clone_from(&before);
            run(&mut dx, Write::Add);
            let added = expected.iter().zip(&case.x).map(|(&(v, m), &x)| (v + f64::from(x), m + f64::from(x).abs()));
            let added: Vec<_> = added.collect();
            assert_close(&unblock(&dx, e, &case.name(isa)), &added, &format!("adding, {}", case.name(isa)));
        }
    }
}

/// What transposed convolutions ask of the two: a bias behind backward-data, and the forward pass added to a map.
#[test]
fn backward_data_adds_a_bias_and_forward_adds_to_a_map() {
    for case in cases() {
        let channels = case.shape.input[0];
        let mut bias = Random::new(7).floats(channels);
        bias.resize(padded(channels), 0.0);
        let plane = case.shape.input[1] * case.shape.input[2];
        let mut expected = reference::backward_data(&case.shape, &case.dy, &case.w);
        for (i, (value, magnitude)) in expected.iter_mut().enumerate() {
            *value += f64::from(bias[i / plane]);
            *magnitude += f64::from(bias[i / plane]).abs();
        }
        let summed = reference::forward(&case.shape, &case.x, &case.w);
        let summed = summed.iter().zip(&case.dy).map(|(&(v, m), &y)| (v + f64::from(y), m + f64::from(y).abs()));
        let summed: Vec<_> = summed.collect();
        let (x, dy) = (block(&case.x, &case.x_extent), block(&case.dy, &case.y_extent));
        for isa in Isa::available() {
            let (xe, ye) = (case.x_extent, case.y_extent);
            let mut y = vec![f32::NAN; xe.len()];
            let (from, to) = (MapRef::new(&dy, ye), MapMut::new(&mut y, xe));
            backward_data(isa, &case.shape, case.backward_data_weights(), from, to, Write::Set, Some(&bias));
            assert_close(&unblock(&y, &xe, &case.name(isa)), &expected, &case.name(isa));
            let mut sum = dy.clone();
            forward_add(isa, &case.shape, &case.weights, MapRef::new(&x, xe), MapMut::new(&mut sum, ye));
            assert_close(&unblock(&sum, &ye, &case.name(isa)), &summed, &format!("adding, {}", case.name(isa)));
        }
    }
}

#[test]
fn backward_weights_agrees() {
    for case in cases() {
        let expected = reference::backward_weights(&case.shape, &case.x, &case.dy);
        let (x, dy) = (block(&case.x, &case.x_extent), block(&case.dy, &case.y_extent));
        for isa in Isa::available() {
            let name = case.name(isa);
            // The accumulators start from the weights, whose padding is zero: it must stay exactly so.
            let mut dw = case.weights.clone();
            let mut db = vec![0.5; padded(case.shape.output[0])];
            db[case.shape.output[0]..].fill(0.0);
            let (x, dy) = (MapRef::new(&x, case.x_extent), MapRef::new(&dy, case.y_extent));
            backward_weights(isa, &case.shape, x, dy, &mut dw, Some(&mut db));

            let mut plain = vec![f32::NAN; expected.len()];
            unpack(&case.shape, &dw, &mut plain);
            let with_start: Vec<_> =
                expected.iter().zip(&case.w).map(|(&(v, m), &w)| (v + f64::from(w), m + f64::from(w).abs())).collect();
            assert_close(&plain, &with_start, &name);
            let mut again = vec![f32::NAN; dw.len()];
            pack(&case.shape, &plain, &mut again);
            assert_eq!(dw, again, "{name}: gradients of padding weights");

            let pixels = case.shape.output[1] * case.shape.output[2];
            let sums: Vec<_> = case.dy.chunks_exact(pixels).map(sum_with_start).collect();
            assert_close(&db[..sums.len()], &sums, &format!("bias, {name}"));
            assert!(db[sums.len()..].iter().all(|&v| v == 0.0), "{name}: gradients of padding biases");

            let mut without_bias = case.weights.clone();
            backward_weights(isa, &case.shape, x, dy, &mut without_bias, None);
            assert_eq!(without_bias, dw, "{name}");
        }
    }
}

fn sum_with_start(values: &[f32]) -> (f64, f64) {
    let values = values.iter().map(|&v| f64::from(v));
    (0.5 + values.clone().sum::<f64>(), 0.5 + values.map(f64::abs).sum::<f64>())
}

#[test]
fn epilogue_agrees() {
    let activations: &[&[Activation]] =
        &[&[], &[Activation::Relu], &[Activation::Sigmoid], &[Activation::Softplus, Activation::Tanh]];
    for (i, case) in cases().enumerate() {
        let channels = case.shape.output[0];
        let mut random = Random::new(i as u64);
        let mut per_channel = || {
            let mut values = random.floats(channels);
            values.resize(padded(channels), 0.0);
            values
        };
        let (bias, scale, shift) = (per_channel(), per_channel(), per_channel());
        let plain = [random.floats(case.dy.len()), random.floats(case.dy.len())];
        let extents = [extent(case.shape.output, [0, 0], 0), extent(case.shape.output, [1, 2], 1)];
        let maps = [block(&plain[0], &extents[0]), block(&plain[1], &extents[1])];
        let adds = [MapRef::new(&maps[0], extents[0]), MapRef::new(&maps[1], extents[1])];
        let epilogue = Epilogue {
            bias: (i % 2 == 0).then_some(&bias[..]),
            affine: (i % 3 != 0).then_some((&scale[..], &shift[..])),
            adds: &adds[..i % 3],
            activations: activations[i / 2 % activations.len()],
            ..Epilogue::default()
        };
        let expected = finish(&case, &epilogue, &plain[..i % 3]);
        for isa in Isa::available() {
            assert_close(&case.forward(isa, &epilogue), &expected, &case.name(isa));
        }
    }
}

/// The reference's output with the epilogue as its definition reads.
pub fn finish(case: &Case, epilogue: &Epilogue, adds: &[Vec<f32>]) -> Vec<(f64, f64)> {
    let pixels = case.shape.output[1] * case.shape.output[2];
    let conv = reference::forward(&case.shape, &case.x, &case.w);
    let finish = |(i, (mut value, mut magnitude)): (usize, (f64, f64))| {
        let at = |values: &[f32]| f64::from(values[i / pixels]);
        if let Some(bias) = epilogue.bias {
            value += at(bias);
            magnitude += at(bias).abs();
        }
        if let Some((scale, shift)) = epilogue.affine {
            value = value * at(scale) + at(shift);
            magnitude = magnitude * at(scale).abs() + at(shift).abs();
        }
        for add in adds {
            value += f64::from(add[i]);
            magnitude += f64::from(add[i]).abs();
        }
        for activation in epilogue.activations {
            value = match activation {
                Activation::Relu => value.max(0.0),
                Activation::Sigmoid => 1.0 / (1.0 + (-value).exp()),
                Activation::Softplus => value.exp().ln_1p(),
                Activation::Tanh => value.tanh(),
                other => panic!("{other:?} has no reference here"),
            };
        }
        (value, magnitude + 1.0)
    };
    conv.into_iter().enumerate().map(finish).collect()
}

#[test]
fn packing_is_undone_by_unpacking() {
    for case in cases() {
        let mut plain = vec![f32::NAN; case.w.len()];
        unpack(&case.shape, &case.weights, &mut plain);
        assert_eq!(plain, case.w, "{}", case.shape_name());
        let real = case.weights.iter().filter(|&&w| w != 0.0).count();
        assert_eq!(real, case.w.iter().filter(|&&w| w != 0.0).count(), "{}", case.shape_name());
        assert_eq!(case.weights.len() % LANES, 0);
    }
}

#[test]
fn any_run_of_blocks_is_packed_and_unpacked_as_the_whole() {
    for case in cases() {
        let (shape, blocks) = (&case.shape, case.shape.output_blocks());
        for (start, end) in (0..blocks).flat_map(|start| (start + 1..=blocks).map(move |end| (start, end))).take(20) {
            let (plain, stored) =
                (shape.blocks_pytorch(start..end), start * shape.block_len()..end * shape.block_len());
            let mut packed = vec![f32::NAN; stored.len()];
            pack_blocks(shape, start..end, &case.w[plain.clone()], &mut packed);
            assert_eq!(packed, case.weights[stored], "{start}..{end} of {}", case.shape_name());
            let mut again = vec![f32::NAN; plain.len()];
            unpack_blocks(shape, start..end, &packed, &mut again);
            assert_eq!(again, case.w[plain], "{start}..{end} of {}", case.shape_name());
        }
        let at = |output, input, row, column| shape.weight_at(output, input, [row, column]);
        let [rows, columns] = shape.window.kernel;
        for (index, weight) in case.w.iter().enumerate() {
            let (tap, index) = (index % (rows * columns), index / (rows * columns));
            let (input, output) = (index % shape.group_inputs(), index / shape.group_inputs());
            assert_eq!(case.weights[at(output, input, tap / columns, tap % columns)], *weight, "{}", case.shape_name());
        }
    }
}
