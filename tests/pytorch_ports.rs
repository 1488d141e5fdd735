//! Whole networks of several inputs and outputs, and of maps, agree with PyTorch: each output and its loss, every gradient, and all weights
//! and running statistics after five steps of SGD and of Adam.
//!
//! The reference is PyTorch in float64, by `tests/python/ports.py`, whose modules have the names used here. The bar is that of
//! `tests/pytorch.rs`.

mod common;

use athena::layer::{Init, ParametricLayer, Tensor, Tensors};
use common::trial::check;

athena::resnet! {
    #[derive(Clone)]
    struct Ward(scan: 1x18x14, history: 12) -> (class: 5, corners: 4) {
        let image = scan
            -> conv1: conv(20, 3x3) -> bn1: batch_norm -> silu -> max_pool(2)
            -> conv2: conv(18, 3x3) -> bn2: batch_norm -> silu -> global_avg_pool -> flatten;
        let table = history -> fc1: linear(10) -> tanh;
        let both = image || table || history;
        let class = both -> fc2: linear(5) -> softmax;
        let corners = both -> fc3: linear(7) -> tanh -> fc4: linear(4);
    }

    #[derive(Clone)]
    struct Twin(left: 3x16x12, right: 2x8x6) -> (class: 6, kept: 2x8x6) {
        let kept = right -> tanh;
        let small = left -> conv1: conv(12, 3x3, stride = 2) -> bn1: batch_norm;
        let other = right -> conv2: conv(12, 3x3) -> bn2: batch_norm;
        let total = small + other -> silu;
        let class = total || (left -> avg_pool(2)) || right
            -> conv3: conv(10, 3x3) -> bn3: batch_norm -> silu -> global_avg_pool -> flatten -> fc: linear(6);
    }

    #[derive(Clone)]
    struct Gated(map: 3x11x9, gate: 5) -> 6 {
        let each = gate -> fc1: linear(16) -> sigmoid;
        let means = map -> conv1: conv(16, 3x3) -> bn1: batch_norm -> silu -> * each -> global_avg_pool -> flatten;
        means || gate -> fc2: linear(16) -> tanh -> + each -> fc3: linear(6) -> softmax
    }

    #[derive(Clone)]
    struct Table(12) -> (mean: 3, spread: 3, hidden: 20) {
        let hidden = input -> fc1: linear(20, bias = false) -> bn1: batch_norm;
        let a = hidden -> tanh;
        let gate = hidden -> sigmoid;
        let y = a -> fc2: linear(20) -> act: prelu -> + a -> * gate;
        let mean = y -> fc3: linear(3);
        let spread = y || input -> fc4: linear(3) -> softplus;
    }
}

#[test]
fn a_map_and_a_vector() {
    check::<Ward>("ward");
}

#[test]
fn maps_of_two_sizes() {
    check::<Twin>("twin");
}

#[test]
fn a_gate_of_another_input() {
    check::<Gated>("gated_map");
}

#[test]
fn vectors_alone() {
    check::<Table>("table");
}

athena::resnet! {
    #[derive(Clone)]
    struct Features(3x24x20) -> (fc: 7, layer1: 16x24x20, layer2: 24x12x10) {
        input
            -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
            -> layer1: 2 * basic(16) -> layer2: [down(24), basic(24)]
            -> global_avg_pool -> flatten -> fc: linear(7)
    }

    #[derive(Clone)]
    #[freeze(conv1, bn1, layer1, fc1)]
    struct FrozenHeads(3x16x14) -> (stem: 16x16x14, side: 3, stage: 16x16x14, class: 6) {
        let trunk = input -> conv1: conv(16, 3x3) -> bn1: batch_norm -> stem: relu -> layer1: basic(16);
        let side = trunk -> global_avg_pool -> flatten -> fc2: linear(3);
        let class = trunk -> stage: basic(16) -> global_avg_pool -> flatten -> fc1: linear(6);
    }

    block basic(filters) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + input -> relu
    }

    block down(filters) {
        input
            -> conv1: conv(filters, 3x3, stride = 2) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + (input -> downsample: [conv(filters, 1x1, stride = 2), batch_norm]) -> relu
    }
}

#[test]
fn features_of_stages() {
    check::<Features>("features");
}

#[test]
fn frozen_heads() {
    check::<FrozenHeads>("frozen_heads");
}

athena::resnet! {
    #[derive(Clone)]
    struct Middle(3x14x18)
        -> (after: 20x14x18, raw: 20x14x18, before: 20x14x18, total: 20x14x18, skip: 20x14x18, score: 5)
    {
        let skip = input -> conv1: conv(20, 3x3) -> bn1: batch_norm -> relu;
        let total = skip
            -> conv2: conv(20, 3x3) -> before: batch_norm -> relu -> raw: conv(20, 3x3) -> bn3: batch_norm -> + skip;
        let score = total -> after: relu -> global_avg_pool -> flatten -> fc: linear(5);
    }

    #[derive(Clone)]
    struct Twice(3x12x12) -> (probabilities: 6, scores: 6, again: 6, squared: 6, vector: 18) {
        let vector = input -> conv1: conv(18, 3x3) -> bn1: batch_norm -> silu -> global_avg_pool -> flatten;
        let scores = vector -> fc: linear(6);
        let again = scores;
        let probabilities = scores -> softmax;
        let squared = again -> softmax;
    }
}

#[test]
fn every_value_of_a_residual_block() {
    check::<Middle>("middle");
}

#[test]
fn one_value_by_several_names() {
    check::<Twice>("twice");
}

athena::resnet! {
    #[derive(Clone)]
    struct UNetNearest(3x16x24) -> 5x16x24 {
        let wide = input -> down1: double(12);
        let middle = wide -> max_pool(2) -> down2: double(20);
        middle
            -> max_pool(2) -> down3: double(24)
            -> upsample(2) -> || middle -> up2: double(20)
            -> upsample(2) -> || wide -> up1: double(12) -> head: conv(5, 1x1)
    }

    block double(filters) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm -> relu
    }

    #[derive(Clone)]
    struct UNetBilinear(image: 3x18x20, level: 4) -> (mask: 4x18x20, edges: 1x18x20) {
        let wide = image -> down1: normed(12, 3);
        let middle = wide -> avg_pool(3x2) -> down2: normed(20, 5);
        let gate = level -> fc: linear(24) -> sigmoid;
        let y = middle
            -> avg_pool(2) -> down3: normed(24, 2) -> * gate
            -> upsample(2, mode = bilinear) -> || middle -> up2: normed(18, 9)
            -> upsample(3x2, mode = bilinear) -> || wide -> up1: normed(10, 1);
        let mask = y -> head1: conv(4, 1x1) -> softmax;
        let edges = y || wide -> head2: conv(1, 3x3);
    }

    block normed(filters, groups) {
        input -> conv: conv(filters, 3x3) -> gn: group_norm(groups) -> silu
    }

    #[derive(Clone)]
    struct UNetTransposed(3x16x20) -> (mask: 3x16x20, depth: 1x16x20, coarse: 3x8x10) {
        let wide = input -> conv1: conv(20, 3x3) -> bn1: batch_norm -> silu;
        let middle = wide -> conv2: conv(24, 3x3, stride = 2) -> bn2: batch_norm -> silu;
        let up = middle
            -> conv3: conv(32, 3x3, stride = 2) -> bn3: batch_norm -> silu
            -> up2: conv_transpose(24, 2, stride = 2) -> bn4: batch_norm -> silu -> || middle
            -> conv4: conv(24, 3x3) -> bn5: batch_norm -> silu;
        let coarse = up -> head3: conv(3, 1x1);
        let y = up
            -> up1: conv_transpose(20, 3, stride = 2, padding = 1, output_padding = 1) -> || wide
            -> conv5: conv(18, 3x3) -> bn6: batch_norm -> silu;
        let mask = y -> head1: conv(3, 1x1);
        let depth = y -> head2: conv(1, 1x1);
    }
}

#[test]
fn u_net_of_nearest_pixels() {
    check::<UNetNearest>("unet_nearest");
}

#[test]
fn u_net_of_interpolated_pixels() {
    check::<UNetBilinear>("unet_bilinear");
}

#[test]
fn u_net_of_transposed_convolutions() {
    check::<UNetTransposed>("unet_transposed");
}

athena::resnet! {
    #[derive(Clone)]
    struct Norms(near: 3x15x13, far: 3x15x13) -> (class: 6, grouped: 24x15x13, layered: 18x15x13, each: 24x15x13) {
        let other = far -> conv2: conv(24, 3x3, bias = false) -> each: instance_norm(affine = true);
        let class = near
            -> in1: instance_norm -> conv1: conv(24, 3x3) -> grouped: group_norm(4) -> silu -> + other
            -> conv3: conv(18, 3x3) -> layered: layer_norm -> gelu
            -> global_avg_pool -> flatten -> ln: layer_norm -> fc: linear(6);
    }

    #[derive(Clone)]
    struct Next(3x16x24) -> (stage1: 24x4x6, stage2: 20x2x3, fc: 5) {
        input
            -> conv1: conv(24, 4x4, stride = 4, padding = valid) -> ln1: layer_norm(eps = 1e-6)
            -> stage1: 2 * next(24, 40)
            -> ln2: layer_norm(eps = 1e-6) -> conv2: conv(20, 2x2, stride = 2, padding = valid)
            -> stage2: [next(20, 33)]
            -> global_avg_pool -> flatten -> ln3: layer_norm(eps = 1e-6) -> fc: linear(5)
    }

    block next(channels, wide) {
        input
            -> dwconv: conv(channels, 7x7, groups = channels) -> norm: layer_norm(eps = 1e-6)
            -> pwconv1: conv(wide, 1x1) -> gelu -> pwconv2: conv(channels, 1x1) -> gamma: scale -> drop_path(0) -> + input
    }

    #[derive(Clone)]
    struct Shuffle(3x19x17) -> (left: 18x10x9, joined: 36x10x9, unit1: 36x10x9, class: 6) {
        let stem = input -> conv1: conv(36, 3x3, stride = 2) -> bn1: batch_norm -> silu;
        let left = stem -> slice(0, 18);
        let right = stem
            -> slice(18, 36) -> conv2: conv(18, 1x1) -> bn2: batch_norm -> silu
            -> conv3: conv(18, 3x3, groups = 18) -> bn3: batch_norm -> tanh;
        let joined = left || right;
        let class = joined
            -> unit1: channel_shuffle(2) -> unit2: unit(36) -> global_avg_pool -> flatten -> fc: linear(6);
    }

    block unit(channels) {
        let left = input -> slice(0, channels / 2);
        let right = input
            -> slice(channels / 2, channels)
            -> conv1: conv(channels / 2, 1x1) -> bn1: batch_norm -> silu
            -> conv2: conv(channels / 2, 3x3, groups = channels / 2) -> bn2: batch_norm -> tanh
            -> conv3: conv(channels / 2, 1x1) -> bn3: batch_norm -> silu;
        left || right -> channel_shuffle(2)
    }

    #[derive(Clone)]
    struct Auxiliary(3x20x28) -> (fc: 7, aux1: 7, aux2: 7) {
        let a = input -> conv1: conv(12, 3x3, stride = 2) -> bn1: batch_norm -> relu -> inception1: inception(7);
        let aux1 = a -> head1: head(7);
        let b = a -> inception2: inception(5) -> max_pool(2);
        let aux2 = b -> head2: head(7);
        b -> inception3: inception(8) -> global_avg_pool -> flatten -> fc: linear(7)
    }

    block inception(filters) {
        let a = input -> conv(filters, 1x1) -> batch_norm -> relu;
        let b = input -> conv(filters, 1x7) -> batch_norm -> relu -> conv(filters, 7x1) -> batch_norm -> relu;
        let c = input -> avg_pool(3, stride = 1, padding = 1) -> conv(filters, 1x1) -> batch_norm -> relu;
        let d = input -> max_pool(3x5, stride = 1, padding = 1x2) -> conv(filters, 3x3) -> batch_norm -> relu;
        a || b || c || d
    }

    block head(classes) {
        input
            -> avg_pool(3, stride = 2) -> conv: conv(9, 1x1) -> bn: batch_norm -> silu
            -> flatten -> fc1: linear(14) -> tanh -> dropout(0) -> fc2: linear(classes)
    }
}

#[test]
fn norms_of_one_image() {
    check::<Norms>("norms");
}

#[test]
fn stages_of_conv_next() {
    check::<Next>("next");
}

#[test]
fn halves_of_shuffle_net() {
    check::<Shuffle>("shuffle");
}

#[test]
fn auxiliary_heads() {
    check::<Auxiliary>("auxiliary");
}

/// Multiplies each channel by a linear function of all channels' means.
///
/// ```text
/// mean[c] = mean of x[c]      gate[c] = offset[c] + sum of mix[c][k] * mean[k]      y[c] = gate[c] * x[c]
/// ```
struct Gate;

impl Gate {
    fn means_and_gates<const C: usize>(tensors: Tensors<'_>, x: &[f32]) -> ([f32; C], [f32; C]) {
        let (&[mix, offset], pixels) = (tensors.parameters, x.len() / C) else { panic!("two parameters") };
        let mean = |c: usize| x[c * pixels..][..pixels].iter().sum::<f32>() / pixels as f32;
        let means: [f32; C] = std::array::from_fn(mean);
        let gate =
            |c: usize| offset[c] + mix[c * C..][..C].iter().zip(means).map(|(mix, mean)| mix * mean).sum::<f32>();
        (means, std::array::from_fn(gate))
    }
}

impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Gate {
    const OUTPUT: [usize; 3] = [C, H, W];
    const PARAMETERS: &'static [Tensor] =
        &[Tensor::new("mix", &[C, C], Init::XavierUniform), Tensor::new("offset", &[C], Init::Ones)];

    fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]) {
        let (_, gates) = Self::means_and_gates::<C>(tensors, x);
        y.iter_mut().zip(x).enumerate().for_each(|(i, (y, x))| *y = gates[i / (H * W)] * x);
    }

    fn backward(&self, tensors: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], gradients: &mut [&mut [f32]]) {
        let (means, gates) = Self::means_and_gates::<C>(tensors, x);
        let (mix, [d_mix, d_offset]) = (tensors.parameters[0], gradients) else { panic!("two parameters") };
        let mut d_means = [0.0; C];
        for c in 0..C {
            let map = c * H * W..(c + 1) * H * W;
            let d_gate: f32 = x[map.clone()].iter().zip(&dy[map]).map(|(x, dy)| x * dy).sum();
            d_offset[c] += d_gate;
            for k in 0..C {
                d_mix[c * C + k] += d_gate * means[k];
                d_means[k] += d_gate * mix[c * C + k];
            }
        }
        for (i, (dx, dy)) in dx.iter_mut().zip(dy).enumerate() {
            *dx += gates[i / (H * W)] * dy + d_means[i / (H * W)] / (H * W) as f32;
        }
    }
}

athena::resnet! {
    #[derive(Clone)]
    struct Own(image: 3x12x10, table: 6) -> (gated: 16x12x10, stem: 16x12x10, class: 4) {
        let stem = image -> conv1: conv(16, 3x3) -> bn1: batch_norm -> silu;
        let weights = table -> fc1: linear(18) -> sigmoid;
        let class = stem
            -> gated: crate::Gate as 16x12x10
            -> conv2: conv(18, 3x3) -> bn2: batch_norm -> gate2: crate::Gate as 18x12x10 -> * weights
            -> global_avg_pool -> flatten -> fc2: linear(4);
    }
}

#[test]
fn a_layer_of_ones_own() {
    check::<Own>("own");
}

athena::resnet! {
    #[derive(Clone)]
    struct Raw(first: 6x8x10, second: 6x8x10, table: 10, other: 10)
        -> (total: 6x8x10, normed: 6x8x10, joined: 12x8x10, class: 4, table_normed: 10)
    {
        let total = first + second;
        let normed = first -> bn1: batch_norm;
        let shuffled = first || second -> channel_shuffle(4) -> slice(3, 9);
        let window = second -> pad(1, mode = reflect) -> max_pool(3, stride = 1);
        let block = second -> max_pool(2) -> upsample(2);
        let product = first * second;
        let twice = first + first;
        let square = second * second;
        let joined = normed || (first -> act1: prelu) || (first -> ln1: layer_norm) || (first -> gn1: group_norm(3)) || total || product
            || shuffled || (second -> softmax) || (second -> slice(1, 5)) || window || block || twice || square
            -> conv1: conv(12, 3x3) -> silu;
        let table_normed = table -> bn2: batch_norm;
        let sums = table + other;
        let products = table * other;
        let class = (joined -> global_avg_pool -> flatten) || table_normed || (table -> act2: prelu) || (table -> ln2: layer_norm)
            || sums || products || (table -> softmax) || (other -> slice(2, 7)) || (other -> tanh)
            -> fc1: linear(4);
    }

    #[derive(Clone)]
    struct Attention(3x9x11) -> (attention: 17x9x11, pooled: 17x1x1, flat: 17, crop: 17x3x4, long: 204, number: 1) {
        let x = input -> conv1: conv(17, 3x3) -> bn1: batch_norm -> silu;
        let attention = x -> conv2: conv(17, 1x1) -> softmax;
        let y = attention * x;
        let pooled = y -> global_avg_pool;
        let flat = pooled -> flatten;
        let crop = y -> adaptive_avg_pool(3x4);
        let long = crop -> flatten;
        let number = long || flat -> fc: linear(1);
    }

    #[derive(Clone)]
    struct Pointwise(3x7x6)
        -> (
            x_elu: 12x7x6, y_elu: 12x7x6,
            x_mish: 12x7x6, y_mish: 12x7x6,
            x_hard_sigmoid: 12x7x6, y_hard_sigmoid: 12x7x6,
            x_softplus: 12x7x6, y_softplus: 12x7x6,
            x_selu: 12x7x6, y_selu: 12x7x6,
            x_gelu: 12x7x6, y_gelu: 12x7x6,
            x_silu: 12x7x6, y_silu: 12x7x6,
            x_tanh: 12x7x6, y_tanh: 12x7x6,
            x_sigmoid: 12x7x6, y_sigmoid: 12x7x6,
            x_leaky_relu: 12x7x6, y_leaky_relu: 12x7x6,
            x_relu6: 12x7x6, y_relu6: 12x7x6,
            x_hard_swish: 12x7x6, y_hard_swish: 12x7x6
        )
    {
        input
            -> x_elu: conv(12, 3x3) -> y_elu: elu
            -> x_mish: conv(12, 3x3) -> y_mish: mish
            -> x_hard_sigmoid: conv(12, 3x3) -> y_hard_sigmoid: hard_sigmoid
            -> x_softplus: conv(12, 3x3) -> y_softplus: softplus
            -> x_selu: conv(12, 3x3) -> y_selu: selu
            -> x_gelu: conv(12, 3x3) -> y_gelu: gelu
            -> x_silu: conv(12, 3x3) -> y_silu: silu
            -> x_tanh: conv(12, 3x3) -> y_tanh: tanh
            -> x_sigmoid: conv(12, 3x3) -> y_sigmoid: sigmoid
            -> x_leaky_relu: conv(12, 3x3) -> y_leaky_relu: leaky_relu
            -> x_relu6: conv(12, 3x3) -> y_relu6: relu6
            -> x_hard_swish: conv(12, 3x3) -> y_hard_swish: hard_swish
    }

    #[derive(Clone)]
    #[freeze(frozen_conv, bn2)]
    struct Listed(3x12x14)
        -> (
            rounds: 8x12x14, second: 12x12x14, listed: 12x12x14, active: 10x12x14, twice: 10x12x14, squared: 10x12x14, doubled: 20x12x14,
            small: 24x6x7, class: 5
        )
    {
        let start = input
            -> rounds: 2 * conv(8, 3x3, activation = silu)
            -> listed: [conv(12, 3x3), second: conv(12, 3x3), batch_norm, tanh]
            -> active: conv(10, 1x1, activation = gelu);
        let twice = active + active;
        let squared = start * active;
        let doubled = active || active;
        let both = twice || squared;
        let class = doubled + both
            -> frozen_conv: conv(20, 3x3) -> bn2: batch_norm -> tanh -> small: shortcut(24, stride = 2, option = a)
            -> global_avg_pool -> flatten -> fc: linear(5);
    }
}

#[test]
fn inputs_as_they_are() {
    check::<Raw>("raw");
}

#[test]
fn a_softmax_that_is_read() {
    check::<Attention>("attention");
}

#[test]
fn functions_between_outputs() {
    check::<Pointwise>("pointwise");
}

#[test]
fn repeats_lists_and_one_value_with_itself() {
    check::<Listed>("listed");
}
