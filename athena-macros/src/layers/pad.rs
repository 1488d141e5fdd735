//! `pad`: a border on each side.

use super::misfit::{fine, of_map};
use super::tokens::pair;
use super::window::Axis;
use super::word::{Args, Argument, Default, Kind, MOST_SIDE, Word};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Misfit, SPACE, Written, WrittenNode};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "pad",
    args: &[
        Argument::new(
            "amount",
            Kind::Pair { min: 0, max: MOST_SIDE },
            Default::Required,
            "rows x columns on each side",
        ),
        Argument::new(
            "mode",
            Kind::Choice(&["zeros", "reflect", "replicate"]),
            Default::Word("zeros"),
            "values of the border",
        ),
    ],
    example: "pad(1)",
    doc: "A border on each side.",
    lower: |args: &Args| graph::WrittenOp::layer(PadStep { amount: args.pair("amount"), mode: mode(args) }),
    learns: false,
};

/// The layer as written in the program.
#[derive(Debug)]
struct PadStep {
    amount: Option<[usize; 2]>,
    mode: PadMode,
}

#[derive(Debug)]
pub struct Pad {
    /// Rows and columns.
    pub amount: [usize; 2],
    pub mode: PadMode,
}

/// What fills the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    Zeros,
    /// The map mirrored at its edge, without repeating the edge (PyTorch's `reflect`).
    Reflect,
    /// The edge repeated (PyTorch's `replicate`).
    Replicate,
}

fn mode(args: &Args) -> PadMode {
    match args.word("mode") {
        Some("reflect") => PadMode::Reflect,
        Some("replicate") => PadMode::Replicate,
        _ => PadMode::Zeros,
    }
}

impl Written for PadStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let Some(amount) = self.amount else { return fine(Partial { height: None, width: None, ..input }) };
            let wider = |size: Option<usize>, amount: usize| size.map(|size| size + 2 * amount);
            let shape = Partial {
                height: wider(input.height, amount[0]),
                width: wider(input.width, amount[1]),
                flat: Some(false),
                ..input
            };
            let sides = [(Axis::Height, input.height, amount[0]), (Axis::Width, input.width, amount[1])];
            let problem = sides.into_iter().find_map(|(axis, size, amount)| {
                let size = size.filter(|size| self.mode == PadMode::Reflect && amount >= *size)?;
                Some(ReflectTooLarge { axis, size }.into())
            });
            (shape, problem.into_iter().collect())
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(Pad { amount: self.amount?, mode: self.mode }))
    }
}

/// The border is too wide for a map of this size to be mirrored.
#[derive(Debug)]
struct ReflectTooLarge {
    axis: Axis,
    size: usize,
}

impl Misfit for ReflectTooLarge {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let (axis, size) = (self.axis.name(), self.size);
        let fact = format!("a mirrored border must be smaller than the map, whose {axis} is {size}");
        let error = Error::new(node.step.origin("amount"), fact).note(checked.became(node.inputs[0], SPACE));
        error.help(match node.step.writes("amount") {
            true => format!("write `{}`", node.step.with("mode", "replicate")),
            false => format!("write `{}`, or another mode", size.saturating_sub(1)),
        })
    }
}

impl Pad {
    fn settings(&self, private: &TokenStream) -> (TokenStream, TokenStream) {
        let mode = match self.mode {
            PadMode::Zeros => quote!(Zeros),
            PadMode::Reflect => quote!(Reflect),
            PadMode::Replicate => quote!(Replicate),
        };
        (pair(self.amount), quote!(#private::PadMode::#mode))
    }
}

impl Layer for Pad {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let (amount, mode) = self.settings(private);
        quote!(Pad(#private::Pad { amount: #amount, mode: #mode }))
    }
}

impl PerImage for Pad {
    fn name(&self) -> &'static str {
        "pad"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, (amount, mode)) = (inputs[0], self.settings(call.private));
        quote!(__pass.pad(#amount, #mode, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (amount, mode) = self.settings(call.private);
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.pad_backward(#amount, #mode, #dy, #dx, #write);)
    }
}
