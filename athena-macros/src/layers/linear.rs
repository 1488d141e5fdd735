//! `linear`: the fully connected layer.

use super::misfit::{NeedsVector, fine, of_map, single};
use super::tokens::number;
use super::word::{Args, Argument, Default, Kind, MOST, Word};
use super::{activation, init};
use crate::graph::partial::Partial;
use crate::graph::{self, ALL, Checked, Expansion, Inferred, Problem, Written, WrittenNode};
use crate::ir::{self, Conv, Handle, Init, Layer, Linear, Offsets, Shape, Tensor, TensorKind, Window};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "linear",
    args: &[
        Argument::new(
            "outputs",
            Kind::Count { min: 1, max: MOST },
            Default::Required,
            "length of the resulting vector",
        ),
        Argument::new("bias", Kind::Switch, Default::Switch(true), "whether a bias is added"),
        Argument::new(
            "init",
            Kind::Choice(init::NAMES),
            Default::Word("lecun_uniform"),
            "initial values of the weights (PyTorch's default for linear layers)",
        ),
        Argument::new(
            "over",
            Kind::Choice(&["all", "pixel"]),
            Default::Word("all"),
            "`pixel`: over the channels of each pixel of a map",
        ),
        activation::ARGUMENT,
    ],
    example: "linear(10)",
    doc: "Fully connected layer. Parameters `weight` [outputs, inputs] and `bias` [outputs].",
    lower: |args: &Args| {
        graph::WrittenOp::layer(LinearStep {
            outputs: args.count("outputs"),
            bias: args.switch("bias").unwrap_or(true),
            init: init::of(args),
            over_pixel: args.word("over") == Some("pixel"),
        })
    },
    learns: true,
};

/// The layer as written in the program.
#[derive(Debug)]
struct LinearStep {
    outputs: Option<usize>,
    bias: bool,
    init: Init,
    over_pixel: bool,
}

impl Written for LinearStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        if self.over_pixel {
            return of_map(inputs, |input| fine(Partial { channels: self.outputs, ..input }));
        }
        let problem: Option<Problem> = (single(inputs).flat == Some(false)).then(|| NeedsVector.into());
        (Partial::vector(self.outputs), problem.into_iter().collect())
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (bias, init) = (self.bias, self.init);
        expansion.op(match self.over_pixel {
            true => {
                let window = Window { kernel: [1; 2], stride: [1; 2], padding: [0; 2], dilation: [1; 2] };
                ir::Op::Conv(Conv { window, groups: 1, bias, init, flat: true })
            }
            false => ir::Op::Linear(Linear { outputs: self.outputs?, bias, init }),
        })
    }

    fn weights(&self, input: Partial) -> Option<u128> {
        let inputs = if self.over_pixel { input.channels? as u128 } else { input.numel()? as u128 };
        Some(self.outputs? as u128 * inputs)
    }

    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
    }

    fn decides_rank(&self) -> bool {
        !self.over_pixel
    }

    fn decides_channels(&self) -> bool {
        true
    }

    fn shrunk(
        &self,
        checked: &Checked,
        node: &WrittenNode,
        fits: &dyn Fn(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        let input = node.inputs[0];
        let flatten = &checked.graph.nodes[checked.origin(input, ALL)].step;
        Some(match flatten.name == "flatten" {
            true => "write `global_avg_pool -> flatten` instead of `flatten`".to_string(),
            false => format!("write `{}`", fits(checked.shapes[input].channels).unwrap_or_default()),
        })
    }
}

impl Layer for Linear {
    fn tensors(&self, from: Shape, _: Shape) -> Vec<Tensor> {
        let weight = vec![self.outputs, from.channels];
        let mut tensors = vec![Tensor::new("weight", weight, TensorKind::Parameter(self.init))];
        if self.bias {
            tensors.push(Tensor::new("bias", vec![self.outputs], TensorKind::Parameter(Init::LecunUniform)));
        }
        tensors
    }

    fn macs(&self, from: Shape, _: Shape) -> u64 {
        self.outputs as u64 * from.channels as u64
    }

    fn has_handle(&self) -> bool {
        true
    }

    fn handle(&self, at: &Offsets, from: Shape, _: Shape) -> Option<Handle> {
        let (inputs, outputs) = (number(from.channels), number(self.outputs));
        let (offset, bias) = (at.parameters, self.bias);
        Some(Handle {
            kind: quote!(Linear<#inputs, #outputs>),
            call: quote!(Linear::at(#offset, #bias)),
            running: false,
            transposed: false,
        })
    }

    fn operation(&self, _: &TokenStream, handle: Option<&Ident>) -> TokenStream {
        quote!(Linear(#handle.info()))
    }
}
