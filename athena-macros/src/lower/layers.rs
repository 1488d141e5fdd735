//! From a layer's arguments to its operation.

use super::args::Args;
use crate::graph::{Op, ShortcutOption, Window};
use crate::ir::{Activation, Init, PadMode};
use crate::words::Layer;

/// The operation of a layer word.
pub fn operation(layer: Layer, args: &Args) -> Op {
    match layer {
        Layer::Conv => Op::Conv {
            filters: args.count("filters"),
            window: Window { dilation: args.pair("dilation"), ..window(args) },
            groups: args.count("groups"),
            bias: args.switch("bias"),
            init: init(args),
        },
        Layer::BatchNorm => Op::BatchNorm {
            momentum: args.real("momentum").unwrap_or_default() as f32,
            eps: args.real("eps").unwrap_or_default() as f32,
            affine: args.switch("affine").unwrap_or(true),
        },
        Layer::MaxPool => Op::MaxPool(window(args)),
        Layer::AvgPool => Op::AvgPool(window(args)),
        Layer::GlobalAvgPool => Op::GlobalAvgPool,
        Layer::Flatten => Op::Flatten,
        Layer::Linear => {
            Op::Linear { outputs: args.count("outputs"), bias: args.switch("bias").unwrap_or(true), init: init(args) }
        }
        Layer::Dropout => Op::Dropout { p: args.real("p").unwrap_or_default() as f32 },
        Layer::Pad => Op::Pad { amount: args.pair("amount"), mode: pad_mode(args) },
        Layer::Shortcut => {
            Op::Shortcut { filters: args.count("filters"), stride: args.pair("stride"), option: option(args) }
        }
        Layer::Softmax => Op::Softmax,
        Layer::Relu => Op::Activation(Activation::Relu),
        Layer::LeakyRelu => Op::Activation(Activation::LeakyRelu(args.real("slope").unwrap_or_default() as f32)),
        Layer::Sigmoid => Op::Activation(Activation::Sigmoid),
        Layer::Tanh => Op::Activation(Activation::Tanh),
        Layer::Silu => Op::Activation(Activation::Silu),
        Layer::Gelu => Op::Activation(Activation::Gelu),
        Layer::Selu => Op::Activation(Activation::Selu),
        Layer::Softplus => Op::Activation(Activation::Softplus),
        Layer::Relu6 => Op::Activation(Activation::Relu6),
        Layer::HardSwish => Op::Activation(Activation::HardSwish),
    }
}

fn window(args: &Args) -> Window {
    Window {
        kernel: args.pair("kernel"),
        stride: args.pair("stride"),
        padding: args.padding("padding"),
        dilation: Some([1, 1]),
    }
}

fn init(args: &Args) -> Init {
    match args.word("init") {
        Some("he_uniform") => Init::HeUniform,
        Some("xavier_normal") => Init::XavierNormal,
        Some("xavier_uniform") => Init::XavierUniform,
        Some("lecun_uniform") => Init::LecunUniform,
        Some("zeros") => Init::Zeros,
        _ => Init::HeNormal,
    }
}

fn pad_mode(args: &Args) -> PadMode {
    match args.word("mode") {
        Some("reflect") => PadMode::Reflect,
        Some("replicate") => PadMode::Replicate,
        _ => PadMode::Zeros,
    }
}

fn option(args: &Args) -> ShortcutOption {
    match args.word("option") {
        Some("a") => ShortcutOption::A,
        Some("c") => ShortcutOption::C,
        _ => ShortcutOption::B,
    }
}
