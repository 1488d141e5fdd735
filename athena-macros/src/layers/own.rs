//! Layers of the user's own, written as Rust types: `self::Mish`, `self::Upsample as 16x32x32`.

use super::flatten::{Flatten, Unflatten};
use super::misfit::{fine, single};
use super::tokens::number;
use crate::graph::partial::Partial;
use crate::graph::{Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, Own, PerImage, Reads, Shape, UserLayer};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// A pointwise function of the user's. It keeps the shape.
#[derive(Clone, Debug)]
pub struct Pointwise(pub UserLayer);

/// A layer of the user's, whose output has the declared shape.
#[derive(Debug)]
pub struct Declared {
    pub layer: UserLayer,
    pub output: Shape,
}

/// A layer of the user's between vectors. Each vector holds a map as a plain slice.
#[derive(Debug)]
pub struct User {
    pub layer: UserLayer,
    pub input: [usize; 3],
    pub output: [usize; 3],
}

impl Written for Pointwise {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        fine(single(inputs))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (inputs, shape, node) = (expansion.inputs.clone(), expansion.shape, expansion.node);
        let op = ir::Op::per_image(self.clone());
        Some(expansion.push(op, inputs, shape, node.path.clone(), &node.step.name))
    }
}

impl Written for Declared {
    fn infer(&self, _: &[Partial]) -> Inferred {
        fine(Partial::of(self.output))
    }

    /// Adds the layer between two conversions, because the user's code works on plain slices.
    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let (node, shape, input) = (expansion.node, expansion.shape, *expansion.inputs.first()?);
        let from = expansion.shape_of(input);
        let x = match from.flat {
            true => input,
            false => {
                let (op, path) = (ir::Op::per_image(Flatten), format!("{}.in", node.path));
                expansion.push(op, vec![input], from.flattened(), path, "flatten")
            }
        };
        let op = User { layer: self.layer.clone(), input: from.sizes(), output: shape.sizes() };
        let y = expansion.push(ir::Op::per_image(op), vec![x], shape.flattened(), node.path.clone(), &node.step.name);
        Some(match shape.flat {
            true => y,
            false => {
                let (op, path) = (ir::Op::per_image(Unflatten), format!("{}.out", node.path));
                expansion.push(op, vec![y], shape, path, "unflatten")
            }
        })
    }

    fn decides_channels(&self) -> bool {
        true
    }
}

impl Layer for Pointwise {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(User(#private::User))
    }
}

impl PerImage for Pointwise {
    fn name(&self) -> &'static str {
        "pointwise"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn own(&self) -> Option<Own<'_>> {
        Some(Own { layer: &self.0, sizes: None })
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, layer) = (inputs[0], call.handle);
        quote!(__pass.pointwise(#layer(), #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let layer = call.handle;
        let (BackwardMaps { value, dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.pointwise_backward(#layer(), #value, #dy, #dx, #write);)
    }
}

impl Layer for User {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(User(#private::User))
    }
}

impl PerImage for User {
    fn name(&self) -> &'static str {
        "user_layer"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn own(&self) -> Option<Own<'_>> {
        Some(Own { layer: &self.layer, sizes: Some([self.input, self.output]) })
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, layer, sizes) = (inputs[0], call.handle, self.input.map(number));
        quote!(__pass.user_layer::<_, #(#sizes,)* _, _>(#layer(), #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (layer, sizes) = (call.handle, self.input.map(number));
        let (BackwardMaps { value, dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.user_layer_backward::<_, #(#sizes,)* _, _>(#layer(), #value, #dy, #dx, #write);)
    }
}
