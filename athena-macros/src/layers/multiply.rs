//! `*`: the product of values.

use super::join;
use crate::ast::Join;
use crate::graph::partial::Partial;
use crate::graph::{Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The product of two values. The second has the shape of the first, or one scale per channel: C x 1 x 1.
#[derive(Debug)]
pub struct Multiply;

impl Written for Multiply {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        join::multiply(inputs)
    }

    /// Multiplies any number of values, two at a time. The value with the full shape comes first, then the factors.
    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (mut factors, shape) = (expansion.inputs.clone(), expansion.shape);
        let whole = factors.iter().position(|factor| expansion.shape_of(*factor) == shape)?;
        let mut product = factors.remove(whole);
        for factor in factors {
            let (op, path, word) = (ir::Op::per_image(Multiply), expansion.node.path.clone(), expansion.node.word);
            product = expansion.push(op, vec![product, factor], shape, path, word);
        }
        Some(product)
    }

    fn join(&self) -> Option<Join> {
        Some(Join::Multiply)
    }

    fn decides_rank(&self) -> bool {
        true
    }
}

impl Layer for Multiply {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Multiply(#private::Multiply))
    }
}

impl PerImage for Multiply {
    fn name(&self) -> &'static str {
        "multiply"
    }

    fn backward_reads(&self) -> Reads {
        Reads::OtherInput
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, gate) = (inputs[0], inputs[1]);
        quote!(__pass.multiply(#x, #gate, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (BackwardMaps { value, dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.multiply_backward(#value, #dy, #dx, #write);)
    }
}
