//! The table of the layers: one entry a word, one line an argument.

use super::Default::{
    Int, Nothing, Real as RealDefault, Required, SameAs, Switch as SwitchDefault, Word as WordDefault,
};
use super::Kind::{Activation, AutoSwitch, Choice, Count, Padding, Pair, Real, Switch};
use super::{Argument, Default, INITS, Kind, Layer, Word};

/// More channels, outputs or groups than any network has.
const MOST: u64 = 1 << 20;
/// Larger windows than any image is.
const MOST_SIDE: u64 = 1 << 10;

const FILTERS: Argument = argument("filters", Count { min: 1, max: MOST }, Required, "number of output channels");
const STRIDE: Argument = argument("stride", Pair { min: 1, max: MOST_SIDE }, Int(1), "step between windows");
const KERNEL: Argument = argument("kernel", Pair { min: 1, max: MOST_SIDE }, Required, "height x width of the window");
const POOL_STRIDE: Argument =
    argument("stride", Pair { min: 1, max: MOST_SIDE }, SameAs("kernel"), "step between windows");
const POOL_PADDING: Argument = argument("padding", Padding, WordDefault("valid"), "border on each side");
const ACTIVATION: Argument = argument("activation", Activation, Nothing, "short for the activation as the next step");

const fn argument(name: &'static str, kind: Kind, default: Default, doc: &'static str) -> Argument {
    Argument { name, kind, default, doc }
}

const fn pointwise(name: &'static str, layer: Layer, doc: &'static str) -> Word {
    Word { name, layer, args: &[], example: name, doc }
}

/// Every layer word.
pub static WORDS: &[Word] = &[
    Word {
        name: "conv",
        layer: Layer::Conv,
        args: &[
            FILTERS,
            KERNEL,
            STRIDE,
            argument(
                "padding",
                Padding,
                WordDefault("same"),
                "zeros on each side; `same` is dilation * (kernel - 1) / 2",
            ),
            argument("groups", Count { min: 1, max: MOST }, Int(1), "independent groups of channels"),
            argument("dilation", Pair { min: 1, max: MOST_SIDE }, Int(1), "distance between the kernel's taps"),
            argument("bias", AutoSwitch, WordDefault("auto"), "`auto`: none where only batch norms follow"),
            argument("init", Choice(INITS), WordDefault("he_normal"), "how the weights start (He et al. 2015)"),
            ACTIVATION,
        ],
        example: "conv(16, 3x3)",
        doc: "Convolution. Parameters `weight` [filters, channels / groups, kernel height, kernel width] and `bias` [filters].",
    },
    Word {
        name: "batch_norm",
        layer: Layer::BatchNorm,
        args: &[
            argument(
                "momentum",
                Real { min: 0.0, max: 1.0, open: (false, false) },
                RealDefault(0.1),
                "weight of the newest batch in the running statistics",
            ),
            argument(
                "eps",
                Real { min: 0.0, max: 1.0, open: (true, false) },
                RealDefault(1e-5),
                "added to the variance",
            ),
            argument("affine", Switch, SwitchDefault(true), "whether scale and shift are learned"),
            ACTIVATION,
        ],
        example: "batch_norm",
        doc: "Batch normalisation (Ioffe and Szegedy 2015) with PyTorch's formulas and defaults.",
    },
    pointwise("relu", Layer::Relu, "max(x, 0)."),
    pointwise("relu6", Layer::Relu6, "min(max(x, 0), 6)."),
    Word {
        name: "leaky_relu",
        layer: Layer::LeakyRelu,
        args: &[argument(
            "slope",
            Real { min: 0.0, max: 1.0, open: (false, false) },
            RealDefault(0.01),
            "slope below zero",
        )],
        example: "leaky_relu",
        doc: "x where positive, else slope * x.",
    },
    pointwise("sigmoid", Layer::Sigmoid, "1 / (1 + exp(-x))."),
    pointwise("tanh", Layer::Tanh, "Hyperbolic tangent."),
    pointwise("silu", Layer::Silu, "x * sigmoid(x), also known as swish."),
    pointwise("gelu", Layer::Gelu, "x * Phi(x), the exact form."),
    pointwise("selu", Layer::Selu, "Self-normalising unit (Klambauer et al. 2017)."),
    pointwise("softplus", Layer::Softplus, "ln(1 + exp(x))."),
    pointwise("hard_swish", Layer::HardSwish, "x * relu6(x + 3) / 6."),
    pointwise("softmax", Layer::Softmax, "Softmax over a vector, or over a map's channels at each pixel."),
    Word {
        name: "max_pool",
        layer: Layer::MaxPool,
        args: &[KERNEL, POOL_STRIDE, POOL_PADDING],
        example: "max_pool(2)",
        doc: "Largest value of each window; padding is never picked.",
    },
    Word {
        name: "avg_pool",
        layer: Layer::AvgPool,
        args: &[KERNEL, POOL_STRIDE, POOL_PADDING],
        example: "avg_pool(2)",
        doc: "Mean of each window; padding counts as zeros.",
    },
    pointwise("global_avg_pool", Layer::GlobalAvgPool, "Mean of each channel: a map of C x 1 x 1."),
    pointwise("flatten", Layer::Flatten, "A map as a vector of C * H * W numbers, in that order."),
    Word {
        name: "linear",
        layer: Layer::Linear,
        args: &[
            argument("outputs", Count { min: 1, max: MOST }, Required, "length of the resulting vector"),
            argument("bias", Switch, SwitchDefault(true), "whether a bias is added"),
            argument(
                "init",
                Choice(INITS),
                WordDefault("lecun_uniform"),
                "how the weights start (PyTorch's default for linear layers)",
            ),
            ACTIVATION,
        ],
        example: "linear(10)",
        doc: "Fully connected layer. Parameters `weight` [outputs, inputs] and `bias` [outputs].",
    },
    Word {
        name: "dropout",
        layer: Layer::Dropout,
        args: &[argument("p", Real { min: 0.0, max: 1.0, open: (false, true) }, Required, "probability of a zero")],
        example: "dropout(0.5)",
        doc: "In training, zeroes values with probability p and scales the rest by 1 / (1 - p).",
    },
    Word {
        name: "pad",
        layer: Layer::Pad,
        args: &[
            argument("amount", Pair { min: 0, max: MOST_SIDE }, Required, "rows x columns on each side"),
            argument("mode", Choice(&["zeros", "reflect", "replicate"]), WordDefault("zeros"), "what the border holds"),
        ],
        example: "pad(1)",
        doc: "A border on each side.",
    },
    Word {
        name: "shortcut",
        layer: Layer::Shortcut,
        args: &[
            FILTERS,
            STRIDE,
            argument(
                "option",
                Choice(&["a", "b", "c"]),
                WordDefault("b"),
                "He et al.'s A: subsample, zero channels; B: 1x1 conv and batch_norm where the shape changes; C: always",
            ),
        ],
        example: "shortcut(16)",
        doc: "The shortcuts of He et al. (2016), section 4.1. Its convolution owns `.0`, its batch norm `.1`.",
    },
];

#[cfg(test)]
mod tests {
    use super::super::ACTIVATIONS;
    use super::*;

    #[test]
    fn activations_are_words() {
        for name in ACTIVATIONS {
            assert!(super::super::find(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_are_unique_and_defaults_name_earlier_arguments() {
        for (index, word) in WORDS.iter().enumerate() {
            assert!(!WORDS[..index].iter().any(|other| other.name == word.name), "{}", word.name);
            for (index, argument) in word.args.iter().enumerate() {
                let earlier = &word.args[..index];
                assert!(!earlier.iter().any(|other| other.name == argument.name));
                if let SameAs(name) = argument.default {
                    assert!(earlier.iter().any(|other| other.name == name));
                }
            }
        }
    }

    #[test]
    fn signatures_read_as_written() {
        let signature = |name: &str| super::super::find(name).map(Word::signature).unwrap_or_default();
        assert_eq!(signature("max_pool"), "max_pool(kernel, stride = kernel, padding = valid)");
        assert_eq!(signature("batch_norm"), "batch_norm(momentum = 0.1, eps = 1e-5, affine = true)");
        assert_eq!(signature("relu"), "relu");
    }
}
