//! Layers of the user's own, written as Rust types: `self::HardTanh`, `self::Upsample as 16x32x32`.

use super::flatten::{Flatten, Unflatten};
use super::misfit::{fine, single};
use super::tokens::{number, option};
use crate::graph::partial::Partial;
use crate::graph::{Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Handle, Layer, Offsets, Own, PerImage, Reads, Shape, UserLayer};
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

    /// Its type may name parameters.
    fn learning_parts(&self, _: Partial, _: Partial) -> &'static [&'static str] {
        &[""]
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
        let (x, layer) = (inputs[0], call.own);
        quote!(__pass.pointwise(#layer(), #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let layer = call.own;
        let (BackwardMaps { value, dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.pointwise_backward(#layer(), #value, #dy, #dx, #write);)
    }
}

impl Layer for User {
    fn has_tensors_of_its_type(&self) -> bool {
        true
    }

    fn has_handle(&self) -> bool {
        true
    }

    /// `UserLayer::at(CONV1.end(), 1024, athena::__private::parameters_of::<_, 16, 8, 8>(__layer_gate1()))`
    fn handle(&self, at: &Offsets, _: Shape, _: Shape) -> Option<Handle> {
        let Offsets { private, parameters, own, .. } = at;
        let (inputs, sizes) = (number(self.input.iter().product()), self.input.map(number));
        Some(Handle {
            kind: quote!(UserLayer),
            call: quote!(UserLayer::at(#parameters, #inputs, #private::parameters_of::<_, #(#sizes),*>(#own()))),
            running: false,
            transposed: false,
        })
    }

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

    /// Where gradients go that nobody asks for.
    fn needs_work(&self) -> bool {
        true
    }

    fn own(&self) -> Option<Own<'_>> {
        Some(Own { layer: &self.layer, sizes: Some([self.input, self.output]) })
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, sizes, CallSettings { own, handle, buffers, .. }) = (inputs[0], self.input.map(number), call);
        quote!(__pass.user_layer::<_, #(#sizes,)* _, _>(#own(), [&#handle, &#buffers], #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (sizes, CallSettings { own, handle, buffers, .. }) = (self.input.map(number), call);
        let BackwardMaps { value, dy, learns, .. } = maps;
        let dx = option(maps.dx.map(|(dx, write)| quote!((#dx, #write))));
        let tensors = quote!([&#handle, &#buffers]);
        quote! {
            __pass.user_layer_backward::<_, #(#sizes,)* _, _>(#own(), #tensors, (#value, #dy), #dx, #learns);
        }
    }
}
