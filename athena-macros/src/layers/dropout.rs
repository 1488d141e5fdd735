//! `dropout`: zeroes values at random in training. The checked layer is that of `drop_path`, too.

use super::misfit::{fine, single};
use super::tokens::{number, real};
use super::word::{Args, Argument, Default, Kind, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

pub static WORD: Word = Word {
    name: "dropout",
    args: &[Argument::new(
        "p",
        Kind::Real { min: 0.0, max: 1.0, open: (false, true) },
        Default::Required,
        "probability of a zero",
    )],
    example: "dropout(0.5)",
    doc: "In training, zeroes values with probability p and scales the rest by 1 / (1 - p).",
    lower: |args: &Args| graph::WrittenOp::layer(Dropout::of(Unit::Number, args.real("p").unwrap_or_default())),
    learns: false,
};

/// What is dropped as one.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    /// `dropout`.
    Number,
    /// `drop_path`.
    Image,
}

#[derive(Clone, Debug)]
pub struct Dropout {
    unit: Unit,
    p: f32,
}

impl Dropout {
    pub fn of(unit: Unit, p: f64) -> Dropout {
        Dropout { unit, p: p as f32 }
    }
}

impl Written for Dropout {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(self.clone()))
    }
}

impl Layer for Dropout {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Dropout(#private::Dropout))
    }
}

impl PerImage for Dropout {
    fn name(&self) -> &'static str {
        match self.unit {
            Unit::Number => "dropout",
            Unit::Image => "drop_path",
        }
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn is_identity_in_inference(&self) -> bool {
        true
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        // Each layer draws from its own random stream.
        let (x, p, stream) = (inputs[0], real(self.p), number(call.index));
        let method = format_ident!("{}", self.name());
        quote!(__pass.#method(#p, #stream, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (p, stream) = (real(self.p), number(call.index));
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        let method = format_ident!("{}_backward", self.name());
        quote!(__pass.#method(#p, #stream, #dy, #dx, #write);)
    }
}
