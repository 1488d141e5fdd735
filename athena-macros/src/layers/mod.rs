//! The layers. The file of a layer has everything that the macro knows about it:
//!
//! * `WORD`: its word, with arguments and documentation, and the function that makes a layer of a step,
//! * the layer as written in the program, with its shape rule and its errors: [`Written`](crate::graph::Written),
//! * the checked layer, with its tensors and costs ([`Layer`](crate::ir::Layer)), what its backward pass reads, and the calls
//!   that are generated for it ([`PerImage`](crate::ir::PerImage)).
//!
//! [`WORDS`] lists them all. Other files have code that several layers share: `word` (words and their arguments), `window`, `join`,
//! `image_norm`, `init`, `misfit` and `tokens`.

pub mod activation;
mod adaptive_avg_pool;
mod add;
mod avg_pool;
mod batch_norm;
mod channel_shuffle;
mod channel_slope;
mod concat;
mod conv;
mod conv_transpose;
mod drop_path;
mod dropout;
mod flatten;
mod global_avg_pool;
mod global_max_pool;
mod group_norm;
mod image_norm;
pub mod init;
mod instance_norm;
pub mod join;
mod layer_norm;
mod linear;
mod max_pool;
pub mod misfit;
mod multiply;
pub mod own;
mod pad;
mod shortcut;
mod slice;
mod softmax;
pub mod tokens;
mod upsample;
pub mod window;
pub mod word;

use crate::ast::Join;
use crate::graph::WrittenOp;
use word::Word;

/// Every word, in the order of the documentation.
static WORDS: &[&Word] = &[
    &conv::WORD,
    &conv_transpose::WORD,
    &batch_norm::WORD,
    &group_norm::WORD,
    &layer_norm::WORD,
    &instance_norm::WORD,
    &channel_slope::SCALE,
    &activation::RELU,
    &activation::RELU6,
    &activation::LEAKY_RELU,
    &activation::SIGMOID,
    &activation::TANH,
    &activation::SILU,
    &activation::GELU,
    &activation::SELU,
    &activation::SOFTPLUS,
    &activation::HARD_SWISH,
    &activation::ELU,
    &activation::MISH,
    &activation::HARD_SIGMOID,
    &channel_slope::PRELU,
    &softmax::WORD,
    &max_pool::WORD,
    &avg_pool::WORD,
    &global_avg_pool::WORD,
    &global_max_pool::WORD,
    &adaptive_avg_pool::WORD,
    &flatten::WORD,
    &linear::WORD,
    &dropout::WORD,
    &drop_path::WORD,
    &pad::WORD,
    &upsample::WORD,
    &channel_shuffle::WORD,
    &slice::WORD,
    &shortcut::WORD,
];

/// Every word, in the order of the documentation.
pub fn words() -> impl Iterator<Item = &'static Word> {
    WORDS.iter().copied()
}

/// A word by its name.
pub fn find(name: &str) -> Option<&'static Word> {
    words().find(|word| word.name == name)
}

/// The operation of a join.
pub fn of_join(join: Join) -> WrittenOp {
    match join {
        Join::Add => WrittenOp::layer(crate::ir::Add),
        Join::Multiply => WrittenOp::layer(multiply::Multiply),
        Join::Concat => WrittenOp::layer(concat::Concat),
    }
}

/// The layers, for tests that build networks.
#[cfg(test)]
pub mod checked {
    pub use super::avg_pool::AvgPool;
    pub use super::concat::Concat;
    pub use super::dropout::{Dropout, Unit as DropoutUnit};
    pub use super::flatten::{Flatten, Unflatten};
    pub use super::global_avg_pool::GlobalAvgPool;
    pub use super::max_pool::MaxPool;
    pub use super::multiply::Multiply;
    pub use super::own::{Pointwise, User};
    pub use super::pad::{Pad, PadMode};
    pub use super::shortcut::Subsample;
    pub use super::softmax::Softmax;
}

#[cfg(test)]
mod tests {
    use super::word::Default;
    use super::*;

    #[test]
    fn activations_are_words() {
        for name in activation::NAMES {
            assert!(find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_are_unique_and_defaults_name_earlier_arguments() {
        for (index, word) in WORDS.iter().enumerate() {
            assert!(!WORDS[..index].iter().any(|other| other.name == word.name), "{}", word.name);
            for (index, argument) in word.args.iter().enumerate() {
                let earlier = &word.args[..index];
                assert!(!earlier.iter().any(|other| other.name == argument.name));
                if let Default::SameAs(name) = argument.default {
                    assert!(earlier.iter().any(|other| other.name == name));
                }
            }
        }
    }

    #[test]
    fn signatures_read_as_written() {
        let signature = |name: &str| find(name).map(Word::signature).unwrap_or_default();
        assert_eq!(signature("max_pool"), "max_pool(kernel, stride = kernel, padding = valid, ceil = false)");
        assert_eq!(signature("batch_norm"), "batch_norm(momentum = 0.1, eps = 1e-5, affine = true, scale = true)");
        assert_eq!(signature("relu"), "relu");
    }
}
