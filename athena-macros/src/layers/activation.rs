//! The pointwise functions: `relu`, `sigmoid`, `gelu`, ...

use super::tokens::real;
use super::word::{Args, Argument, Default, Kind, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, Activation, Layer};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The values of `activation = `.
pub const NAMES: &[&str] = &[
    "relu",
    "relu6",
    "leaky_relu",
    "sigmoid",
    "tanh",
    "silu",
    "gelu",
    "selu",
    "softplus",
    "hard_swish",
    "elu",
    "mish",
    "hard_sigmoid",
    "softmax",
];

/// The argument `activation = relu`, for layers that are often followed by an activation.
pub const ARGUMENT: Argument = Argument::new(
    "activation",
    Kind::Activation(NAMES),
    Default::Nothing,
    "an activation that is applied to the output",
);

pub static RELU: Word = Word::plain("relu", |_| op(Activation::Relu), "max(x, 0).");
pub static RELU6: Word = Word::plain("relu6", |_| op(Activation::Relu6), "min(max(x, 0), 6).");
pub static LEAKY_RELU: Word = Word {
    name: "leaky_relu",
    args: &[Argument::new(
        "slope",
        Kind::Real { min: 0.0, max: 1.0, open: (false, false) },
        Default::Real(0.01),
        "slope below zero",
    )],
    example: "leaky_relu",
    doc: "x for positive x, otherwise slope * x.",
    lower: |args: &Args| op(Activation::LeakyRelu(args.real("slope").unwrap_or_default() as f32)),
    learns: false,
};
pub static SIGMOID: Word = Word::plain("sigmoid", |_| op(Activation::Sigmoid), "1 / (1 + exp(-x)).");
pub static TANH: Word = Word::plain("tanh", |_| op(Activation::Tanh), "Hyperbolic tangent.");
pub static SILU: Word = Word::plain("silu", |_| op(Activation::Silu), "x * sigmoid(x), also known as swish.");
pub static GELU: Word = Word::plain("gelu", |_| op(Activation::Gelu), "x * Phi(x), the exact form.");
pub static SELU: Word = Word::plain("selu", |_| op(Activation::Selu), "Self-normalising unit (Klambauer et al. 2017).");
pub static SOFTPLUS: Word = Word::plain("softplus", |_| op(Activation::Softplus), "ln(1 + exp(x)).");
pub static HARD_SWISH: Word = Word::plain("hard_swish", |_| op(Activation::HardSwish), "x * relu6(x + 3) / 6.");
pub static ELU: Word = Word {
    name: "elu",
    args: &[Argument::new(
        "alpha",
        Kind::Real { min: 0.0, max: 100.0, open: (false, false) },
        Default::Real(1.0),
        "how far below zero it goes",
    )],
    example: "elu",
    doc: "x where positive, else alpha * (exp(x) - 1) (Clevert et al. 2016).",
    lower: |args: &Args| op(Activation::Elu(args.real("alpha").unwrap_or_default() as f32)),
    learns: false,
};
pub static MISH: Word = Word::plain("mish", |_| op(Activation::Mish), "x * tanh(ln(1 + exp(x))) (Misra 2020).");
pub static HARD_SIGMOID: Word = Word::plain("hard_sigmoid", |_| op(Activation::HardSigmoid), "relu6(x + 3) / 6.");

fn op(activation: Activation) -> graph::WrittenOp {
    graph::WrittenOp::layer(activation)
}

impl Written for Activation {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        (inputs[0], Vec::new())
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::Activation(*self))
    }

    fn is_bounded(&self) -> bool {
        matches!(self, Activation::Sigmoid | Activation::Tanh | Activation::HardSigmoid)
    }
}

/// `athena::__private::Activation::LeakyRelu(0.01)`.
pub fn tokens(private: &TokenStream, activation: &Activation) -> TokenStream {
    let word = match activation {
        Activation::Relu => quote!(Relu),
        Activation::Relu6 => quote!(Relu6),
        Activation::LeakyRelu(slope) => {
            let slope = real(*slope);
            quote!(LeakyRelu(#slope))
        }
        Activation::Sigmoid => quote!(Sigmoid),
        Activation::Tanh => quote!(Tanh),
        Activation::Silu => quote!(Silu),
        Activation::Gelu => quote!(Gelu),
        Activation::Selu => quote!(Selu),
        Activation::Softplus => quote!(Softplus),
        Activation::HardSwish => quote!(HardSwish),
        Activation::Elu(alpha) => {
            let alpha = real(*alpha);
            quote!(Elu(#alpha))
        }
        Activation::Mish => quote!(Mish),
        Activation::HardSigmoid => quote!(HardSigmoid),
    };
    quote!(#private::Activation::#word)
}

impl Layer for Activation {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let activation = tokens(private, self);
        quote!(Activation(#activation))
    }
}
