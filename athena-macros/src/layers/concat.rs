//! `||`: maps joined along channels.

use super::join;
use super::tokens::number;
use crate::ast::Join;
use crate::graph::partial::Partial;
use crate::graph::{Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Two or more maps joined along channels.
#[derive(Debug)]
pub struct Concat;

impl Written for Concat {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        join::concat(inputs)
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(Concat))
    }

    fn join(&self) -> Option<Join> {
        Some(Join::Concat)
    }

    fn decides_rank(&self) -> bool {
        true
    }
}

impl Layer for Concat {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Concat(#private::Concat))
    }
}

impl PerImage for Concat {
    fn name(&self) -> &'static str {
        "concat"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        quote!(__pass.concat(&[#(#inputs.part()),*], #y);)
    }

    fn backward(&self, call: &CallSettings, operand: usize, maps: &BackwardMaps) -> TokenStream {
        let first = number(call.inputs[..operand].iter().map(|input| input.channels).sum());
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.concat_backward(#dy, #first, #dx, #write);)
    }
}
