//! `shortcut`: the shortcuts of He et al. (2016), section 4.1.

use super::misfit::{fewer_filters, of_map};
use super::tokens::pair;
use super::window::{self, STRIDE};
use super::word::{Args, Argument, Default, FILTERS, Kind, Word};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, CHANNELS, Checked, Expansion, Inferred, Misfit, Written, WrittenNode};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "shortcut",
    args: &[
        FILTERS,
        STRIDE,
        Argument::new(
            "option",
            Kind::Choice(&["a", "b", "c"]),
            Default::Word("b"),
            "He et al.'s A: subsample, zero channels; B: 1x1 conv and batch_norm where the shape changes; C: always",
        ),
    ],
    example: "shortcut(16)",
    doc: "The shortcuts of He et al. (2016), section 4.1. The convolution has the path `.0`, the batch norm `.1`.",
    lower: |args: &Args| {
        graph::WrittenOp::layer(ShortcutStep {
            filters: args.count("filters"),
            stride: args.pair("stride"),
            option: option(args),
        })
    },
    // Its convolution and its batch norm have parameters, not the shortcut itself.
    learns: false,
};

/// The layer as written in the program.
#[derive(Debug)]
struct ShortcutStep {
    filters: Option<usize>,
    stride: Option<[usize; 2]>,
    option: ShortcutOption,
}

/// The options of He et al. for shortcuts whose shape changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShortcutOption {
    /// Subsample and add zero channels.
    A,
    /// Project if the shape changes.
    B,
    /// Project always.
    C,
}

fn option(args: &Args) -> ShortcutOption {
    match args.word("option") {
        Some("a") => ShortcutOption::A,
        Some("c") => ShortcutOption::C,
        _ => ShortcutOption::B,
    }
}

impl Written for ShortcutStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let shape = Partial { channels: self.filters, ..window::subsample(input, self.stride) };
            let narrows = match (self.option, input.channels, self.filters) {
                (ShortcutOption::A, Some(channels), Some(filters)) if filters < channels => {
                    Some(Narrows { channels }.into())
                }
                _ => None,
            };
            (shape, narrows.into_iter().collect())
        })
    }

    /// Options B and C project with a convolution (`.0`) and a batch norm (`.1`), as torchvision's `downsample` does.
    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (input, shape, stride) = (*expansion.inputs.first()?, expansion.shape, self.stride?);
        if self.option != ShortcutOption::C && expansion.shape_of(input) == shape {
            return Some(input);
        }
        if self.option == ShortcutOption::A {
            return expansion.op(ir::Op::per_image(Subsample { stride }));
        }
        let path = expansion.node.path.clone();
        let window = ir::Window { kernel: [1, 1], stride, padding: [0, 0], dilation: [1, 1] };
        let init = ir::Init::HeNormal;
        let conv = ir::Op::Conv(ir::Conv { window, groups: 1, bias: false, init, flat: false });
        let conv = expansion.push(conv, vec![input], shape, format!("{path}.0"), "conv");
        let norm = ir::Op::BatchNorm(ir::BatchNorm { momentum: 0.1, eps: 1e-5, scale: true, shift: true });
        Some(expansion.push(norm, vec![conv], shape, format!("{path}.1"), "batch_norm"))
    }

    fn learning_parts(&self, input: Partial, output: Partial) -> &'static [&'static str] {
        let projects = match self.option {
            ShortcutOption::A => false,
            ShortcutOption::B => output.known().is_none() || input != output,
            ShortcutOption::C => true,
        };
        if projects { &[".0", ".1"] } else { &[] }
    }

    fn stride(&self) -> Option<[usize; 2]> {
        self.stride
    }

    fn decides_channels(&self) -> bool {
        true
    }

    fn is_projection(&self) -> bool {
        self.stride == Some([1; 2])
    }

    fn shrunk(
        &self,
        _: &Checked,
        node: &WrittenNode,
        fits: &dyn Fn(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        Some(fewer_filters(node, fits(self.filters)))
    }
}

/// Option A can add channels, but not remove them.
#[derive(Debug)]
struct Narrows {
    channels: usize,
}

impl Misfit for Narrows {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let channels = self.channels;
        let filters = node.step.arg("filters").map_or("fewer", |given| given.text.as_str());
        let fact = format!("shortcut `a` adds channels and cannot make {channels} into `{filters}`");
        let error = Error::new(node.step.origin("filters"), fact).note(checked.became(node.inputs[0], CHANNELS));
        error.help(match node.step.writes("filters") {
            true => format!("write `{}`", node.step.with("option", "b")),
            false => format!("write `{channels}`, or another option"),
        })
    }
}

/// He et al.'s option A: every `stride`-th pixel, with zero channels added, half of them before and half after the others (an odd
/// one after them).
#[derive(Debug)]
pub struct Subsample {
    pub stride: [usize; 2],
}

impl Layer for Subsample {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let stride = pair(self.stride);
        quote!(Subsample(#private::Subsample { stride: #stride }))
    }
}

impl PerImage for Subsample {
    fn name(&self) -> &'static str {
        "subsample"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, stride) = (inputs[0], pair(self.stride));
        quote!(__pass.subsample(#stride, #x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let stride = pair(self.stride);
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.subsample_backward(#stride, #dy, #dx, #write);)
    }
}
