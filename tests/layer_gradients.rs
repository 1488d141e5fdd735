//! Every layer's gradient agrees with central differences of the training loss.
//!
//! Each case is a small network around one layer. The gradients of parameters before it depend on its
//! backward pass, and those of parameters after it on its forward pass. Differences use the five-point stencil `f'(0) = (8
//! (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h + O(h^4)` with `h = 1/64`: truncation is about `h^4 = 6e-8` of the fifth
//! derivative, and the loss, summed in f64 from f32 logits, is rounded by some 1e-7, which the stencil turns into about
//! `1.5 * 1e-7 / h = 1e-5`. The tolerance is 5e-5, and 1e-3 of the gradient's size since the logits' rounding grows
//! with them.
//!
//! Layers with kinks (`relu`, `max_pool`, ...) stand behind a 1x1 convolution of a single channel whose pixels all
//! differ, and are 0.5 or more from zero: small steps of its weights change neither signs nor the order of pixels.

mod common;

use athena::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
use athena::{Model, TrainingWorkspace};
use common::generate::{Kind, hashes, labels, tensor, uniform};

const BATCH: usize = 3;
const H: f32 = 1.0 / 64.0;
const RELATIVE: f64 = 1e-3;
const ABSOLUTE: f64 = 5e-5;
/// The number of directions through all elements of a tensor, and of single elements, that are tested for each parameter.
const DIRECTIONS: usize = 4;
const ELEMENTS: usize = 12;
/// If all gradients of a case were this small, the test would prove nothing.
const TOO_SMALL: f64 = 2e-3;

macro_rules! gradients {
    ($($name:ident($input:tt) $(with $loss:expr)? => { $($body:tt)* })*) => {$(
        #[test]
        fn $name() {
            athena::resnet! {
                struct Net($input) -> 3 { $($body)* }
            }
            Case::<Net>::new(&loss!($($loss)?)).check();
        }
    )*};
}

/// Cross-entropy unless the case says otherwise.
macro_rules! loss {
    () => {
        CrossEntropy::new()
    };
    ($loss:expr) => {
        $loss
    };
}

gradients! {
    conv_3x3(3x6x5) => { input -> conv(4, 3x3) -> conv(5, 3x3) -> flatten -> linear(3) }
    conv_1x1(3x6x5) => { input -> conv(4, 3x3) -> conv(5, 1x1) -> flatten -> linear(3) }
    conv_7x7(2x9x8) => { input -> conv(3, 3x3) -> conv(2, 7x7, stride = 2) -> flatten -> linear(3) }
    conv_by_rows_and_columns(3x9x8) => {
        input -> conv(4, 1x7) -> conv(3, 7x1) -> conv(2, 3x5) -> flatten -> linear(3)
    }
    conv_stride(3x7x8) => { input -> conv(4, 3x3) -> conv(5, 3x3, stride = 2) -> flatten -> linear(3) }
    conv_1x1_stride(3x7x8) => { input -> conv(4, 3x3) -> conv(5, 1x1, stride = 2) -> flatten -> linear(3) }
    conv_stride_by_axis(3x7x9) => {
        input -> conv(4, 3x3) -> conv(5, 3x3, stride = 1x3) -> conv(3, 5x3, stride = 2x1) -> flatten -> linear(3)
    }
    conv_stride_above_kernel(3x8x9) => {
        input -> conv(4, 3x3) -> conv(5, 2x2, stride = 3, padding = 0) -> flatten -> linear(3)
    }
    conv_valid(3x6x5) => { input -> conv(4, 3x3) -> conv(5, 3x3, padding = valid) -> flatten -> linear(3) }
    conv_wide_padding(3x5x4) => {
        input -> conv(4, 3x3) -> conv(3, 3x3, padding = 2) -> conv(2, 1x1, padding = 1x2) -> flatten -> linear(3)
    }
    conv_even_kernel(3x6x7) => {
        input -> conv(4, 3x3) -> conv(5, 4x2, padding = 1x0) -> conv(3, 2x2, stride = 2, padding = 1) -> flatten
            -> linear(3)
    }
    conv_groups(6x5x4) => { input -> conv(6, 3x3, groups = 2) -> conv(9, 3x3, groups = 3) -> flatten -> linear(3) }
    conv_depthwise(3x6x5) => { input -> conv(4, 3x3) -> conv(4, 3x3, groups = 4) -> flatten -> linear(3) }
    conv_depthwise_multiplied(3x6x5) => {
        input -> conv(4, 1x1) -> conv(8, 3x3, stride = 2, groups = 4) -> flatten -> linear(3)
    }
    conv_groups_across_blocks(3x4x4) => {
        input -> conv(36, 1x1) -> conv(24, 3x3, groups = 12) -> flatten -> linear(3)
    }
    conv_dilated(2x9x8) => { input -> conv(4, 3x3) -> conv(5, 3x3, dilation = 2) -> flatten -> linear(3) }
    conv_dilated_by_axis(2x9x8) => {
        input -> conv(4, 3x3) -> conv(3, 3x3, stride = 2, dilation = 3x1) -> flatten -> linear(3)
    }
    conv_many_channels(3x4x3) => { input -> conv(17, 3x3) -> conv(33, 3x3) -> flatten -> linear(3) }
    // Enough tiles for Winograd's algorithm in all directions.
    conv_wide(3x24x20) => {
        input -> conv(16, 3x3) -> conv(16, 3x3) -> conv(4, 5x5, stride = 5) -> flatten -> linear(3)
    }
    conv_without_bias(3x6x5) => {
        input -> conv(4, 3x3, bias = false) -> conv(5, 3x3, bias = false) -> flatten -> linear(3)
    }

    linear(3x3x2) => { input -> flatten -> linear(17) -> tanh -> linear(3) }
    linear_without_bias(3x3x2) => { input -> flatten -> linear(7, bias = false) -> linear(3, bias = false) }

    batch_norm(3x6x5) => { input -> conv(4, 3x3) -> batch_norm -> flatten -> linear(3) }
    batch_norm_between(3x6x5) => {
        input -> conv(17, 3x3) -> batch_norm -> tanh -> conv(4, 3x3) -> batch_norm -> tanh -> flatten -> linear(3)
    }
    batch_norm_without_scale(3x6x5) => {
        input -> conv(4, 3x3) -> batch_norm(affine = false) -> flatten -> linear(3)
    }
    batch_norm_with_a_shift_alone(3x6x5) => {
        input -> conv(18, 3x3) -> batch_norm(scale = false) -> tanh -> conv(4, 3x3) -> batch_norm(scale = false)
            -> flatten -> linear(3)
    }
    group_norm(3x6x5) => { input -> conv(4, 3x3) -> group_norm(2) -> conv(3, 3x3) -> flatten -> linear(3) }
    group_norm_of_the_image(4x6x5) => { input -> group_norm(2) -> conv(4, 3x3) -> flatten -> linear(3) }
    group_norm_without_scale(3x6x5) => {
        input -> conv(40, 3x3) -> group_norm(5, affine = false) -> conv(2, 1x1) -> flatten -> linear(3)
    }
    conv_transpose(3x6x5) => { input -> conv(4, 3x3) -> conv_transpose(5, 3x3) -> conv(3, 3x3) -> flatten -> linear(3) }
    conv_transpose_stride(2x4x5) => {
        input -> conv(4, 3x3) -> conv_transpose(18, 2, stride = 2) -> conv(3, 3x3) -> flatten -> linear(3)
    }
    conv_transpose_by_axis(2x4x5) => {
        input -> conv(6, 3x3)
            -> conv_transpose(4, 3x2, stride = 2x3, padding = 1x0, output_padding = 1x2, dilation = 1x2) -> flatten -> linear(3)
    }
    conv_transpose_padded_beyond_its_stride(2x4x5) => {
        input -> conv(4, 3x3) -> conv_transpose(6, 2x3, padding = 0x1, output_padding = 1x2, groups = 2, dilation = 2x3)
            -> conv(3, 3x3) -> flatten -> linear(3)
    }
    conv_transpose_groups(2x4x5) => {
        input -> conv(6, 3x3) -> conv_transpose(9, 3, stride = 2, padding = 1, groups = 3) -> flatten -> linear(3)
    }
    conv_transpose_depthwise(2x4x5) => {
        input -> conv(6, 3x3) -> conv_transpose(6, 3, stride = 2, groups = 6) -> flatten -> linear(3)
    }
    conv_transpose_of_the_image(2x4x5) => { input -> conv_transpose(3, 2, stride = 3) -> conv(4, 3x3) -> flatten -> linear(3) }
    conv_transpose_before_a_norm(2x4x5) => {
        input -> conv(6, 3x3) -> conv_transpose(4, 4, stride = 2, padding = 1) -> batch_norm -> conv(3, 3x3) -> flatten -> linear(3)
    }
    upsample_nearest(3x6x5) => { input -> conv(4, 3x3) -> upsample(2) -> conv(3, 3x3) -> flatten -> linear(3) }
    upsample_bilinear(3x6x5) => {
        input -> conv(20, 3x3) -> upsample(3x2, mode = bilinear) -> conv(3, 3x3) -> flatten -> linear(3)
    }
    upsample_of_the_image(2x3x4) => { input -> upsample(1x3, mode = bilinear) -> conv(4, 3x3) -> flatten -> linear(3) }
    layer_norm(3x6x5) => { input -> conv(20, 3x3) -> layer_norm -> conv(3, 3x3) -> flatten -> linear(3) }
    layer_norm_of_a_vector(3x6x5) => { input -> flatten -> linear(18) -> layer_norm(eps = 1e-3) -> tanh -> linear(3) }
    layer_norm_without_scale(3x6x5) => {
        input -> conv(4, 3x3) -> layer_norm(affine = false) -> conv(3, 3x3) -> flatten -> linear(3)
    }
    layer_norm_of_the_image(3x6x5) => { input -> layer_norm -> conv(3, 3x3) -> flatten -> linear(3) }
    instance_norm(3x6x5) => { input -> conv(4, 3x3, bias = false) -> instance_norm -> conv(3, 3x3) -> flatten -> linear(3) }
    instance_norm_with_scale(3x6x5) => {
        input -> conv(18, 3x3, bias = false) -> instance_norm(affine = true) -> conv(3, 3x3) -> flatten -> linear(3)
    }
    scale(3x6x5) => { input -> conv(20, 3x3) -> scale(0.5) -> conv(3, 3x3) -> flatten -> linear(3) }
    scale_below_zero(3x6x5) => { input -> conv(4, 3x3) -> scale(-2) -> tanh -> flatten -> linear(3) }
    scale_of_a_vector(3x6x5) => { input -> flatten -> linear(6) -> scale(2) -> tanh -> linear(3) }
    scale_of_the_image(3x6x5) => { input -> scale(0.5) -> conv(3, 3x3) -> flatten -> linear(3) }
    elu(3x6x5) => { input -> conv(4, 3x3) -> elu -> conv(3, 3x3) -> flatten -> linear(3) }
    mish(3x6x5) => { input -> conv(4, 3x3) -> mish -> conv(3, 3x3) -> flatten -> linear(3) }
    channel_shuffle(3x6x5) => { input -> conv(20, 3x3) -> channel_shuffle(4) -> conv(3, 3x3, groups = 1) -> flatten -> linear(3) }
    channel_shuffle_of_the_image(6x4x5) => { input -> channel_shuffle(2) -> conv(4, 3x3, groups = 2) -> flatten -> linear(3) }
    slices(3x6x5) => {
        let map = input -> conv(20, 3x3);
        let left = map -> slice(0, 7) -> conv(3, 3x3);
        let right = map -> slice(7, 20) -> conv(3, 3x3) -> tanh;
        left + right -> flatten -> linear(3)
    }
    slice_of_a_vector(3x6x5) => { input -> flatten -> linear(20) -> tanh -> slice(3, 18) -> linear(3) }
    adaptive_avg_pool(3x7x5) => { input -> conv(18, 3x3) -> adaptive_avg_pool(3x4) -> conv(3, 3x3) -> flatten -> linear(3) }
    adaptive_avg_pool_of_even_windows(3x6x4) => {
        input -> conv(4, 3x3) -> adaptive_avg_pool(3x2) -> conv(3, 3x3) -> flatten -> linear(3)
    }
    adaptive_avg_pool_of_a_small_map(3x2x3) => {
        input -> conv(4, 3x3) -> adaptive_avg_pool(5x7) -> conv(3, 3x3) -> flatten -> linear(3)
    }
    batch_norm_large_eps(3x6x5) => { input -> conv(4, 3x3) -> batch_norm(eps = 0.5) -> flatten -> linear(3) }
    batch_norm_first(3x6x5) => { input -> batch_norm -> conv(4, 3x3) -> flatten -> linear(3) }
    batch_norm_of_a_sum(3x6x5) => {
        let x = input -> conv(4, 3x3);
        x -> tanh -> + x -> batch_norm -> conv(2, 3x3) -> flatten -> linear(3)
    }
    batch_norms_added(3x6x5) => {
        let a = input -> conv(4, 3x3) -> batch_norm;
        let b = input -> conv(4, 1x1) -> batch_norm;
        a + b -> tanh -> flatten -> linear(3)
    }
    batch_norm_twice_of_one_map(3x6x5) => {
        let x = input -> conv(4, 3x3);
        let a = x -> batch_norm;
        let b = x -> tanh -> batch_norm;
        a + b + x -> sigmoid -> flatten -> linear(3)
    }

    product(3x6x5) => {
        let a = input -> conv(4, 3x3);
        let b = input -> conv(4, 1x1) -> sigmoid;
        a * b -> conv(3, 3x3) -> flatten -> linear(3)
    }
    product_of_three(3x6x5) => {
        let a = input -> conv(17, 3x3) -> tanh;
        let b = input -> conv(17, 1x1);
        let c = b -> global_avg_pool;
        c * a * b -> conv(3, 3x3) -> flatten -> linear(3)
    }
    square(3x6x5) => { input -> conv(4, 3x3) -> x: tanh -> * x -> flatten -> linear(3) }
    square_of_a_norm(3x6x5) => { input -> conv(4, 3x3) -> x: batch_norm -> * x -> flatten -> linear(3) }
    gate(3x6x5) => {
        input
            -> conv(18, 3x3) -> x: batch_norm
            -> global_avg_pool -> conv(3, 1x1) -> tanh -> conv(18, 1x1) -> gate: sigmoid
            -> + (x * gate -> tanh -> global_avg_pool) -> flatten -> linear(3)
    }
    gate_before_the_map(3x6x5) => {
        let x = input -> conv(4, 3x3);
        x -> global_avg_pool -> sigmoid -> * x -> conv(3, 3x3) -> flatten -> linear(3)
    }
    gate_of_a_vector(3x6x5) => {
        let x = input -> conv(4, 3x3) -> batch_norm -> tanh;
        let gate = x -> global_avg_pool -> flatten -> linear(3) -> tanh -> linear(4) -> sigmoid;
        x * gate -> + x -> conv(3, 3x3) -> flatten -> linear(3)
    }
    gate_without_parameters_before_it(3x6x5) => {
        let gate = input -> global_avg_pool -> sigmoid;
        input -> conv(3, 3x3) -> * gate -> * input -> flatten -> linear(3)
    }
    product_of_vectors(3x3x2) => {
        let a = input -> flatten -> linear(5);
        let b = input -> flatten -> linear(5) -> tanh;
        a * b -> linear(3)
    }
    product_normalised(3x6x5) => {
        let x = input -> conv(4, 3x3) -> batch_norm -> tanh;
        x -> global_avg_pool -> sigmoid -> * x -> batch_norm -> + x -> tanh -> flatten -> linear(3)
    }

    relu(1x6x5) => { input -> conv(4, 1x1) -> relu -> flatten -> linear(3) }
    leaky_relu(1x6x5) => { input -> conv(4, 1x1) -> leaky_relu(0.2) -> flatten -> linear(3) }
    selu(1x6x5) => { input -> conv(4, 1x1) -> selu -> flatten -> linear(3) }
    global_max_pool(1x6x5) => { input -> conv(4, 1x1) -> global_max_pool -> flatten -> linear(3) }
    prelu(1x6x5) => { input -> conv(4, 1x1) -> prelu -> flatten -> linear(3) }
    prelu_of_a_vector(1x6x5) => { input -> conv(4, 1x1) -> flatten -> prelu -> linear(3) }
    hard_sigmoid(1x6x5) => { input -> conv(4, 1x1) -> hard_sigmoid -> flatten -> linear(3) }
    elu_with_a_kink(1x6x5) => { input -> conv(4, 1x1) -> elu(alpha = 0.3) -> flatten -> linear(3) }
    hard_swish(1x6x5) => { input -> conv(4, 1x1) -> hard_swish -> flatten -> linear(3) }
    relu6(1x6x5) => { input -> conv(4, 1x1) -> relu6 -> flatten -> linear(3) }
    sigmoid(3x6x5) => { input -> conv(4, 3x3) -> sigmoid -> flatten -> linear(3) }
    tanh(3x6x5) => { input -> conv(4, 3x3) -> tanh -> flatten -> linear(3) }
    silu(3x6x5) => { input -> conv(4, 3x3) -> silu -> flatten -> linear(3) }
    gelu(3x6x5) => { input -> conv(4, 3x3) -> gelu -> flatten -> linear(3) }
    softplus(3x6x5) => { input -> conv(4, 3x3) -> softplus -> flatten -> linear(3) }
    activations_in_a_row(3x6x5) => {
        input -> conv(4, 3x3) -> tanh -> silu -> sigmoid -> conv(3, 3x3) -> flatten -> linear(3)
    }
    softmax_of_a_map(3x6x5) => { input -> conv(5, 3x3) -> softmax -> flatten -> linear(3) }
    softmax_of_a_vector(3x3x2) => { input -> flatten -> linear(6) -> softmax -> linear(3) }
    softmax_at_the_end(3x3x2) => { input -> conv(4, 3x3) -> flatten -> linear(3) -> softmax }
    softmax_at_the_end_squared(3x3x2) with MeanSquaredError::new() => {
        input -> conv(4, 3x3) -> flatten -> linear(3) -> softmax
    }
    mean_squared(3x3x2) with MeanSquaredError::new() => { input -> conv(4, 3x3) -> flatten -> linear(3) }
    label_smoothing(3x3x2) with CrossEntropy::new().label_smoothing(0.3) => {
        input -> conv(4, 3x3) -> flatten -> linear(3)
    }

    max_pool(1x6x6) => { input -> conv(4, 1x1) -> max_pool(2) -> flatten -> linear(3) }
    max_pool_padded(1x7x6) => {
        input -> conv(17, 1x1) -> max_pool(3, stride = 2, padding = 1) -> flatten -> linear(3)
    }
    max_pool_overlapping(1x6x5) => {
        input -> conv(4, 1x1) -> max_pool(3x2, stride = 1, padding = 1x0) -> flatten -> linear(3)
    }
    max_pool_gaps(1x8x7) => { input -> conv(4, 1x1) -> max_pool(2, stride = 3) -> flatten -> linear(3) }
    max_pool_rounded_up(1x7x6) => {
        input -> conv(17, 1x1) -> max_pool(2x3, stride = 2, ceil = true) -> flatten -> linear(3)
    }
    max_pool_padded_and_rounded_up(1x6x8) => {
        input -> conv(4, 1x1) -> max_pool(3, stride = 3x2, padding = 1, ceil = true) -> flatten -> linear(3)
    }
    avg_pool_rounded_up(3x7x5) => { input -> conv(17, 3x3) -> avg_pool(2, ceil = true) -> flatten -> linear(3) }
    avg_pool_padded_and_rounded_up(3x6x8) => {
        input -> conv(4, 3x3) -> avg_pool(3, stride = 3x2, padding = 1, ceil = true) -> flatten -> linear(3)
    }
    avg_pool_of_real_pixels(3x7x6) => {
        input -> conv(4, 3x3) -> avg_pool(3, stride = 2x1, padding = 1, count_padding = false) -> flatten -> linear(3)
    }
    avg_pool_of_real_pixels_rounded_up(3x6x8) => {
        input
            -> conv(4, 3x3) -> avg_pool(3, stride = 3x2, padding = 1, ceil = true, count_padding = false) -> flatten
            -> linear(3)
    }
    avg_pool(3x7x6) => { input -> conv(4, 3x3) -> avg_pool(2) -> flatten -> linear(3) }
    avg_pool_padded(3x7x6) => {
        input -> conv(17, 3x3) -> avg_pool(3, stride = 2, padding = 1) -> flatten -> linear(3)
    }
    avg_pool_by_axis(3x7x6) => {
        input -> conv(4, 3x3) -> avg_pool(2x3, stride = 1x2, padding = 1x0) -> flatten -> linear(3)
    }
    global_avg_pool(3x7x6) => { input -> conv(17, 3x3) -> tanh -> global_avg_pool -> flatten -> linear(3) }
    global_avg_pool_then_conv(3x5x6) => {
        input -> conv(5, 3x3) -> tanh -> global_avg_pool -> conv(4, 1x1) -> tanh -> flatten -> linear(3)
    }
    flatten_blocks(3x3x2) => { input -> conv(19, 3x3) -> flatten -> linear(3) }
    drop_path(3x6x5) => {
        input -> stem: conv(4, 3x3) -> tanh -> conv(4, 3x3) -> drop_path(0.4) -> + stem -> flatten -> linear(3)
    }
    dropout(3x6x5) => {
        input -> conv(4, 3x3) -> dropout(0.4) -> conv(4, 3x3) -> flatten -> dropout(0.3) -> linear(3)
    }
    pad_zeros(3x4x5) => {
        input -> conv(4, 3x3) -> pad(2x1) -> conv(3, 3x3, padding = valid) -> flatten -> linear(3)
    }
    pad_reflect(3x4x5) => {
        input -> conv(4, 3x3) -> pad(2, mode = reflect) -> conv(3, 3x3, padding = valid) -> flatten -> linear(3)
    }
    pad_replicate(3x4x5) => {
        input -> conv(4, 3x3) -> pad(1x3, mode = replicate) -> conv(3, 3x3, padding = valid) -> flatten -> linear(3)
    }

    add(3x6x5) => {
        let a = input -> conv(4, 3x3);
        let b = input -> conv(4, 1x1) -> tanh;
        a + b -> conv(3, 3x3) -> flatten -> linear(3)
    }
    add_one_name_often(3x6x5) => {
        let a = input -> conv(4, 3x3) -> tanh;
        a + a -> conv(4, 3x3) -> tanh -> + a -> conv(4, 3x3) -> + a -> + (a -> sigmoid) -> flatten -> linear(3)
    }
    add_the_input(3x6x5) => {
        input -> conv(3, 3x3) -> + input -> tanh -> conv(3, 3x3) -> + input -> flatten -> linear(3)
    }
    add_vectors(3x3x2) => { let v = input -> flatten -> linear(5); v -> tanh -> linear(5) -> + v -> linear(3) }
    concat(3x6x5) => {
        let a = input -> conv(5, 3x3);
        let b = input -> conv(11, 1x1) -> tanh;
        let c = input -> conv(3, 3x3) -> sigmoid;
        a || b || c -> conv(3, 3x3) -> flatten -> linear(3)
    }
    concat_one_name_often(3x4x5) => {
        let a = input -> conv(5, 3x3) -> tanh;
        a || a -> conv(4, 3x3) -> || a -> || input -> conv(3, 1x1) -> flatten -> linear(3)
    }
    concat_vectors(3x3x2) => { let v = input -> flatten -> linear(5); v -> tanh -> || v -> linear(3) }
    concat_of_norms(3x4x5) => {
        let a = input -> conv(18, 3x3) -> batch_norm -> tanh;
        let b = input -> conv(7, 1x1) -> batch_norm -> sigmoid;
        b || a -> batch_norm -> conv(3, 1x1) -> flatten -> linear(3)
    }
    shortcut_a(3x7x6) => {
        input -> conv(4, 3x3) -> tanh -> shortcut(9, 2, option = a) -> conv(3, 1x1) -> flatten -> linear(3)
    }
    shortcut_a_across_blocks(3x5x4) => {
        input -> conv(15, 3x3) -> tanh -> shortcut(20, 2x1, option = a) -> flatten -> linear(3)
    }
    shortcut_b(3x7x6) => {
        input -> conv(4, 3x3) -> tanh -> shortcut(4) -> shortcut(5, 2) -> tanh -> flatten -> linear(3)
    }
    shortcut_c(3x7x6) => {
        input -> conv(4, 3x3) -> tanh -> shortcut(4, option = c) -> tanh -> flatten -> linear(3)
    }
}

/// A network with parameters and the gradients that are tested.
struct Case<'a, M> {
    model: M,
    workspace: TrainingWorkspace<M>,
    images: Vec<f32>,
    labels: Vec<u32>,
    loss: &'a dyn Loss,
}

impl<'a, M: Model> Case<'a, M> {
    fn new(loss: &'a dyn Loss) -> Self {
        let mut model = M::new(0);
        for &(name, shape) in M::parameter_names() {
            if !name.contains("num_batches") {
                model.set_parameter(name, &start(name, shape)).expect("its own name");
            }
        }
        let workspace = TrainingWorkspace::new(BATCH).expect("memory");
        Self { model, workspace, images: pixels(M::INPUT), labels: labels("gradients", BATCH, M::CLASSES), loss }
    }

    /// The training loss, always with the masks of the first step.
    fn loss(&mut self) -> f64 {
        self.workspace.set_masks(1, 0);
        let targets = Targets::Classes(&self.labels);
        self.workspace.forward_backward(&mut self.model, &self.images, targets, self.loss).expect("a batch")
    }

    fn check(&mut self) {
        self.loss();
        let gradients: Vec<(&str, Vec<f32>)> =
            M::parameter_names().iter().filter_map(|&(name, _)| Some((name, self.workspace.gradient(name)?))).collect();
        for (name, gradient) in &gradients {
            let largest = gradient.iter().fold(0.0f64, |m, &g| m.max(f64::from(g).abs()));
            let norm = gradient.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>().sqrt();
            assert!(largest > TOO_SMALL, "{name}: the gradient is at most {largest:.1e}, too small to be tested");
            for (direction, scale) in directions(name, gradient.len(), largest, norm) {
                let computed: f64 = gradient.iter().zip(&direction).map(|(&g, &d)| f64::from(g) * f64::from(d)).sum();
                let measured = self.derivative(name, &direction);
                let error = (computed - measured).abs();
                assert!(
                    error <= RELATIVE * scale + ABSOLUTE,
                    "{name}: the gradient along a direction is {computed:.6}, by differences {measured:.6}; the largest is \
                     {largest:.6}",
                );
            }
        }
    }

    /// By the five-point stencil.
    fn derivative(&mut self, name: &str, direction: &[f32]) -> f64 {
        let origin = self.model.parameter(name).expect("its own name");
        let mut at = |steps: f32| {
            let moved: Vec<f32> = origin.iter().zip(direction).map(|(&p, &d)| p + steps * H * d).collect();
            self.model.set_parameter(name, &moved).expect("its own length");
            self.loss()
        };
        let derivative = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * f64::from(H));
        self.model.set_parameter(name, &origin).expect("its own length");
        derivative
    }
}

/// Unit vectors with hashed signs through all elements, then single elements; each with the size of the gradient that
/// its derivative is to be seen against.
fn directions(name: &str, len: usize, largest: f64, norm: f64) -> Vec<(Vec<f32>, f64)> {
    let unit = 1.0 / (len as f32).sqrt();
    let through_all = (0..DIRECTIONS).map(|k| {
        let signs = hashes(&format!("{name}/{k}")).take(len);
        (signs.map(|h| if h & 1 == 0 { unit } else { -unit }).collect(), norm * f64::from(unit))
    });
    let elements = hashes(name).take(ELEMENTS.min(len)).map(|h| {
        let mut direction = vec![0.0; len];
        direction[(h % len as u64) as usize] = 1.0;
        (direction, largest)
    });
    through_all.chain(elements).collect()
}

/// Weights with a single input have magnitudes from 0.5 to 1, so that their outputs are not near zero.
fn start(name: &str, shape: &[usize]) -> Vec<f32> {
    let len = shape.iter().product();
    match Kind::of(name, shape, false) {
        Kind::Weight(1) => uniform(name).take(len).map(|u| 0.5f32.copysign(u) + 0.5 * u).collect(),
        kind => tensor("gradients", name, kind, len, 0.0)
            .into_iter()
            .map(|b| if kind == Kind::Bias { 0.5 * b } else { b })
            .collect(),
    }
}

/// Pixels that all differ, by at least 1/(their number), with magnitudes from 0.5 to 1.5.
fn pixels(shape: [usize; 3]) -> Vec<f32> {
    let len = BATCH * shape.iter().product::<usize>();
    let keys: Vec<u64> = hashes("pixels").take(len).collect();
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_unstable_by_key(|&place| keys[place]);
    let mut pixels = vec![0.0; len];
    for (level, &place) in order.iter().enumerate() {
        let size = 0.5 + level as f32 / len as f32;
        pixels[place] = if keys[place] & 1 == 0 { size } else { -size };
    }
    pixels
}
