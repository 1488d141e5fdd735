//! ONNX Runtime computes athena's outputs for exported networks, with batch norms as nodes and folded, for three images and for one.
//! `tests/python/onnx_runtime.py` compares them. If `ATHENA_PYTHON` does not name a Python with its packages, the tests print that
//! and pass.
//!
//!     pip install onnx onnxruntime safetensors
//!     ATHENA_PYTHON=python3 cargo test --release --test onnx_runtime -- --include-ignored --nocapture --test-threads 1

mod common;

use athena::onnx::{self, Options};
use athena::{AnyModel, Port, Signature};
use common::generate::{self, Kind};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::path::Path;
use std::process::Command;

const IMAGES: usize = 3;

/// The scale of batch norms, which keeps the sums of residual networks small.
const SCALE: f32 = 0.7;

athena::resnet! {
    /// Every layer of the language, at sizes that leave remainders.
    struct Layers(5x21x17) -> 7 {
        let stem = input
            -> batch_norm(eps = 1e-3) -> silu -> conv(12, 5x3, stride = 2x1, padding = 1x2, dilation = 1x2)
            -> batch_norm(affine = false) -> leaky_relu(slope = 0.2);
        let left = stem -> shortcut(19, stride = 2, option = a) -> gelu;
        let right = stem -> conv(19, 1x1, stride = 2) -> selu;
        left + right + left
            -> pad(2x1, mode = reflect) -> avg_pool(3x2, stride = 2x1, padding = 1)
            -> || (stem -> pad(1x0, mode = replicate) -> max_pool(5x10, stride = 2x1, padding = 1) -> pad(0x1) -> tanh)
            -> conv(8, 3x3, padding = valid) -> softplus
            -> dropout(0.3) -> conv(8, 1x1, groups = 4) -> batch_norm -> hard_swish -> softmax
            -> relu -> global_avg_pool -> sigmoid -> flatten
            -> linear(9) -> batch_norm -> relu6 -> batch_norm(scale = false) -> linear(7, bias = false) -> dropout(0.5) -> softmax
    }
}

#[test]
fn every_layer() {
    check::<Layers>("every layer");
}

athena::resnet! {
    /// Products: element by element, and by a gate with one scale per channel.
    struct Products(5x21x17) -> 7 {
        let stem = input -> conv(12, 3x3) -> batch_norm -> silu;
        let gate = stem -> global_avg_pool -> conv(4, 1x1) -> relu -> conv(12, 1x1) -> sigmoid;
        stem -> conv(12, 3x3) -> batch_norm -> * gate -> + stem -> * stem -> conv(8, 3x3, stride = 2) -> batch_norm -> relu
            -> global_avg_pool -> flatten -> linear(7)
    }
}

#[test]
fn products() {
    check::<Products>("products");
}

athena::resnet! {
    /// Pools whose last windows are partly, or would be completely, outside the map.
    struct Pools(5x22x18) -> 7 {
        let a = input -> conv(6, 3x3) -> max_pool(3, stride = 2, ceil = true);
        let b = input -> conv(5, 3x3) -> avg_pool(3, stride = 2, ceil = true);
        let c = input -> avg_pool(3, stride = 2, padding = 1, ceil = true) -> conv(4, 2x2, padding = valid);
        let d = input
            -> avg_pool(3, stride = 2, padding = 1, ceil = true, count_padding = false) -> conv(4, 2x2, padding = valid);
        let e = input -> avg_pool(3, stride = 2, padding = 1, count_padding = false);
        let f = input -> max_pool(2x3, stride = 2, padding = 1, ceil = true) -> conv(3, 2x2, padding = valid);
        a || b || e
            -> avg_pool(3, stride = 3, padding = 1x0, ceil = true)
            -> || (c || d || f -> max_pool(3x2, stride = 3, padding = 1x0, ceil = true))
            -> flatten -> linear(7)
    }
}

#[test]
fn pools() {
    check::<Pools>("pools");
}

athena::resnet! {
    /// Maps made larger, and joined with those that they were made of.
    struct Enlarged(5x9x7) -> 7 {
        let stem = input -> conv(12, 3x3) -> batch_norm -> silu;
        let wide = stem -> upsample(3x2, mode = bilinear) -> conv(6, 3x3) -> batch_norm -> silu;
        let repeated = stem -> upsample(3x2);
        repeated || wide -> avg_pool(3) -> upsample(1x2, mode = bilinear) -> flatten -> linear(7)
    }
}

#[test]
fn enlarged() {
    check::<Enlarged>("enlarged");
}

athena::resnet! {
    /// Transposed convolutions with each of their settings, before batch norms and not.
    struct Transposed(5x9x7) -> 7 {
        input
            -> conv_transpose(12, 3x2, stride = 2x3, padding = 1x0, output_padding = 1x2) -> batch_norm -> silu
            -> conv(8, 3x3, stride = 2) -> batch_norm -> silu
            -> conv_transpose(12, 3, groups = 4, dilation = 2x1, padding = 2) -> batch_norm -> tanh
            -> conv_transpose(10, 2x3, output_padding = 1x2, dilation = 2x3) -> batch_norm(scale = false) -> tanh
            -> conv_transpose(10, 2x3, stride = 1x2, padding = 1, output_padding = 2x1, dilation = 3x2) -> tanh
            -> conv_transpose(10, 1x2, stride = 1x4, groups = 10) -> avg_pool(3) -> flatten -> linear(7)
    }
}

#[test]
fn transposed() {
    check::<Transposed>("transposed");
}

athena::resnet! {
    /// Norms of one image, with parameters and without; factors that learn; and functions of each number.
    struct Normalised(5x17x14) -> 7 {
        let stem = input -> instance_norm -> conv(12, 3x3) -> layer_norm(eps = 1e-6) -> elu;
        stem
            -> conv(12, 7x7, groups = 12) -> layer_norm(affine = false) -> conv(20, 1x1) -> mish -> conv(12, 1x1) -> scale(0.5)
            -> + stem -> conv(8, 3x3, stride = 2) -> instance_norm(affine = true) -> prelu
            -> conv(8, 3x3) -> group_norm(2) -> * (stem -> global_avg_pool -> conv(8, 1x1) -> hard_sigmoid)
            -> global_avg_pool -> flatten -> layer_norm -> linear(9) -> prelu -> elu(alpha = 0.3) -> linear(7) -> scale(2)
    }
}

#[test]
fn normalised() {
    check::<Normalised>("normalised");
}

athena::resnet! {
    /// Channels that are split, shuffled and joined again, and pools of windows that differ.
    struct Shuffled(5x17x14) -> 7 {
        let stem = input -> conv(12, 3x3, stride = 2) -> batch_norm -> relu;
        let left = stem -> slice(0, 5);
        let right = stem -> slice(5, 12) -> conv(7, 3x3) -> batch_norm -> relu -> drop_path(0.2);
        left || right -> channel_shuffle(3) -> shuffled: conv(12, 1x1, groups = 3)
            -> adaptive_avg_pool(4x5) -> flatten -> slice(3, 200) -> linear(20) -> pooled: tanh
            -> || (shuffled -> global_max_pool -> flatten) -> || (shuffled -> adaptive_avg_pool(3x1) -> flatten) -> linear(7)
    }
}

#[test]
fn shuffled() {
    check::<Shuffled>("shuffled");
}

athena::resnet! {
    /// Two inputs, of which one is read in two places; outputs before and behind the functions that read them, of which a norm cannot be folded
    /// into its convolution; a softmax of one output that is another; one value by two names.
    struct Ports(scan: 5x12x10, table: 6)
        -> (raw: 12x12x10, norm: 12x12x10, left: 5x12x10, probabilities: 7, scores: 7, again: 7, dropped: 9)
    {
        let stem = scan -> raw: conv(12, 3x3) -> norm: batch_norm -> silu -> conv(12, 3x3) -> batch_norm -> tanh;
        let left = stem -> slice(2, 7);
        let gate = table -> linear(17) -> batch_norm -> sigmoid;
        let joined = left || stem -> * gate -> channel_shuffle(17);
        let dropped = joined -> global_avg_pool -> flatten -> || table -> linear(9) -> dropout(0.2);
        let scores = dropped || table -> linear(7);
        let again = scores -> dropout(0.5);
        let probabilities = scores -> softmax;
    }

    /// A map of classes at each pixel, and one of another size beside it.
    struct Maps(image: 3x12x20, level: 4) -> (mask: 4x12x20, coarse: 4x6x10) {
        let wide = image -> conv(8, 3x3) -> batch_norm -> relu;
        let gate = level -> linear(12) -> sigmoid;
        let small = wide -> conv(12, 3x3, stride = 2) -> batch_norm -> relu -> * gate;
        let coarse = small -> conv(4, 1x1);
        let mask = small -> upsample(2, mode = bilinear) -> || wide -> conv(4, 3x3) -> softmax;
    }

    /// Vectors alone, and one output without a name.
    struct Vectors(first: 6, second: 9) -> 5 {
        (first -> linear(9) -> batch_norm) + second -> tanh -> || first -> linear(5) -> softmax
    }

    /// A map without a name.
    struct Pixels(3x12x20) -> 4x24x20 {
        input -> conv(8, 3x3) -> batch_norm -> relu -> conv_transpose(4, 2x1, stride = 2x1) -> softmax
    }
}

#[test]
fn ports() {
    check::<Ports>("several inputs and outputs");
}

#[test]
fn maps() {
    check::<Maps>("maps");
}

#[test]
fn vectors() {
    check::<Vectors>("vectors");
}

#[test]
fn pixels() {
    check::<Pixels>("pixels");
}

/// Declares networks of the zoo and their tests.
macro_rules! zoo {
    ($($name:ident)*) => {
        $(mod $name {
            athena::models::$name! { pub struct Net }

            #[test]
            #[ignore = "large: see the top of the file"]
            fn agrees() {
                super::check::<Net>(stringify!($name));
            }
        })*
    };
}

zoo! {
    resnet18 resnet34 resnet50 resnet101 resnet152 resnet50_v1 resnet50d wide_resnet50_2 wide_resnet101_2 resnext50_32x4d
    resnext101_32x8d resnet20 resnet110 resnet20_b resnet56_b preact_resnet110 preact_resnet164 preact_resnet1001 wide_resnet16_4
    wide_resnet28_10 se_resnet50 mobilenet_v2 densenet121
    alexnet vgg11_bn squeezenet1_1 googlenet mobilenet_v3_small mnasnet0_5 shufflenet_v2_x0_5 regnet_x_400mf regnet_y_400mf
    efficientnet_b0 convnext_tiny
}

/// Weights and running statistics as `tests/zoo.rs` makes them.
fn network<M: AnyModel>() -> M {
    let mut network = M::new(0);
    for &(key, shape) in M::parameter_names().iter().filter(|(key, _)| !key.ends_with("num_batches_tracked")) {
        let kind = Kind::of(key, shape, false);
        let mut values = generate::tensor("onnx", key, kind, shape.iter().product(), 0.0);
        if kind == Kind::Scale {
            values.iter_mut().for_each(|value| *value *= SCALE);
        }
        network.set_parameter(key, &values).expect("its own name and shape");
    }
    network
}

fn check<M: AnyModel>(name: &str) {
    let Some(python) = std::env::var_os("ATHENA_PYTHON") else {
        println!("{name}: skipped, since ATHENA_PYTHON names no Python with onnx, onnxruntime and safetensors");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    write::<M>(folder.path());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/onnx_runtime.py");
    let result = Command::new(&python).arg(script).arg(folder.path()).output();
    let result = result.unwrap_or_else(|error| panic!("cannot run {}: {error}", python.display()));
    let (said, complained) = (String::from_utf8_lossy(&result.stdout), String::from_utf8_lossy(&result.stderr));
    println!("{name}\n{}", said.trim_end());
    assert!(result.status.success(), "{name}: {complained}");
}

/// Writes the files that the script reads.
fn write<M: AnyModel>(folder: &Path) {
    let network = network::<M>();
    for (file, fold) in [("kept.onnx", false), ("folded.onnx", true)] {
        let options = Options::new().fold_batch_norm(fold);
        onnx::export(&network, folder.join(file), &options).expect("the folder is writable");
    }
    network.save(folder.join("state.safetensors")).expect("the folder is writable");
    let input = |port: &Port| generate::numbers(&format!("onnx/{}", port.name), IMAGES * port.len());
    let inputs: Vec<Vec<f32>> = M::INPUTS.iter().map(input).collect();
    let outputs = network.predict(M::Own::lend(|input| &inputs[input])).expect("whole images");
    let outputs = M::Own::list(&outputs);
    let tensor = |group: &str, port: &Port, values: &[f32]| {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        (format!("{group}/{}", port.name), [&[IMAGES], port.shape].concat(), bytes)
    };
    let inputs = inputs.iter().zip(M::INPUTS).map(|(values, port)| tensor("inputs", port, values));
    let outputs = outputs.as_ref().iter().zip(M::OUTPUTS).map(|(values, port)| tensor("outputs", port, values));
    let tensors: Vec<_> = inputs.chain(outputs).collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        (name, TensorView::new(Dtype::F32, shape.clone(), bytes).expect("as many bytes as the shape says"))
    });
    let file = safetensors::serialize(views, None).expect("few tensors");
    std::fs::write(folder.join("case.safetensors"), file).expect("the folder is writable");
}
