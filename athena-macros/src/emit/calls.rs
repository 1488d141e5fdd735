//! One call for each step of a schedule.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::handles::Handles;
use super::slots::Slots;
use crate::ir::{Activation, BackwardMaps, CallSettings, Network, Node, NodeId, PerImage, Shape};
use crate::layers::activation;
use crate::layers::tokens::{number, option};
use crate::plan::{BatchStep, BufferId, ImageStep, Term, Write};

/// What the calls of one program name.
pub struct Calls<'a> {
    pub private: &'a TokenStream,
    pub network: &'a Network,
    pub handles: &'a Handles,
    pub slots: &'a Slots,
}

impl Calls<'_> {
    /// What is done to one image.
    ///
    /// ```text
    /// __pass.fused(&[BATCH_NORM1.of(X_CONV1)], &[athena::__private::Activation::Relu], X_RELU1);
    /// __pass.conv_sums(&CONV2, X_RELU1, X_CONV2, SUMS_CONV2);
    /// ```
    pub fn step(&self, step: &ImageStep) -> TokenStream {
        let map = |buffer: &BufferId| self.slots.map(*buffer);
        let layer = |node: &NodeId| self.handles.of(*node);
        match step {
            ImageStep::Load { input, y } => {
                let (input, y) = (number(*input), map(y));
                quote!(__pass.load(#input, #y);)
            }
            ImageStep::Conv { conv, x, y, sums } => {
                let (conv, x, y) = (layer(conv), map(x), map(y));
                match sums.map(|sums| self.slots.sums(sums)) {
                    Some(sums) => quote!(__pass.conv_sums(&#conv, #x, #y, #sums);),
                    None => quote!(__pass.conv(&#conv, #x, #y);),
                }
            }
            ImageStep::Sums { x, sums } => {
                let (x, sums) = (map(x), self.slots.sums(*sums));
                quote!(__pass.sums(#x, #sums);)
            }
            ImageStep::ConvFused { conv, x, norm, adds, activations, y } => {
                let (conv, x, y, adds) = (layer(conv), map(x), map(y), adds.iter().map(map));
                let norm = option(norm.as_ref().map(layer).map(|norm| quote!(&#norm)));
                let activations = self.activations(activations);
                quote!(__pass.conv_fused(&#conv, #x, #norm, &[#(#adds),*], #activations, #y);)
            }
            ImageStep::Elementwise { terms, activations, y } => {
                let (terms, activations, y) = (self.terms(terms), self.activations(activations), map(y));
                quote!(__pass.fused(#terms, #activations, #y);)
            }
            ImageStep::Layer { node, inputs, y } => self.layer(*node, inputs, *y),
            ImageStep::ConvBackwardWeights { conv, x, dy } => {
                let (conv, x, dy) = (layer(conv), map(x), map(dy));
                quote!(__pass.conv_backward_weights(&#conv, #x, #dy);)
            }
            ImageStep::ConvBackwardData { conv, dy, dx, write } => {
                let (conv, dy, dx, write) = (layer(conv), map(dy), map(dx), self.write(*write));
                quote!(__pass.conv_backward_data(&#conv, #dy, #dx, #write);)
            }
            ImageStep::ElementwiseBackward { terms, activations, dy, g, sums } => {
                let (terms, activations, dy, g) = (self.terms(terms), self.activations(activations), map(dy), map(g));
                let sums = sums.iter().map(|sums| option(sums.map(|sums| self.slots.sums(sums))));
                quote!(__pass.fused_backward(#terms, #activations, #dy, #g, &[#(#sums),*]);)
            }
            ImageStep::NormBackward { norm, x, g, dx, write } => {
                let (norm, x, g, dx, write) = (layer(norm), map(x), map(g), map(dx), self.write(*write));
                quote!(__pass.norm_backward(&#norm, #x, #g, #dx, #write);)
            }
            ImageStep::FixedNormBackward { norm, g, dx, write } => {
                let (norm, g, dx, write) = (layer(norm), map(g), map(dx), self.write(*write));
                quote!(__pass.fixed_norm_backward(&#norm, #g, #dx, #write);)
            }
            ImageStep::Add { g, dx, write } => {
                let (g, dx, write) = (map(g), map(dx), self.write(*write));
                quote!(__pass.add(#g, #dx, #write);)
            }
            ImageStep::LayerBackward { node, operand, value, dy, dx, learns } => {
                self.layer_backward(*node, *operand, (value.as_ref().map(map), map(dy)), *dx, *learns)
            }
        }
    }

    /// A layer that is computed image by image, and the settings of its calls.
    fn per_image<T>(&self, node: NodeId, call: impl FnOnce(&dyn PerImage, &CallSettings) -> T) -> T {
        let layers = |node: &'_ Node| node.op.as_per_image().map(PerImage::name);
        let of = &self.network.nodes[node.0];
        let layer = of.op.as_per_image().expect("other layers have steps of their own");
        let before = self.network.nodes[..node.0].iter().filter(|before| layers(before) == Some(layer.name()));
        let inputs: Vec<Shape> = of.inputs.iter().map(|input| self.network.nodes[input.0].shape).collect();
        let settings = CallSettings {
            private: self.private,
            handle: self.handles.find(node),
            own: self.handles.function(node),
            buffers: self.handles.buffers(node),
            index: before.count(),
            inputs: &inputs,
        };
        call(layer, &settings)
    }

    /// ```text
    /// __pass.max_pool(&athena::__private::Pool { ... }, X_RELU1, X_MAX_POOL1);
    /// __pass.concat(&[X_RELU1.part(), X_RELU2.part()], X_CONCAT1);
    /// ```
    fn layer(&self, node: NodeId, inputs: &[BufferId], y: BufferId) -> TokenStream {
        let inputs: Vec<&Ident> = inputs.iter().map(|input| self.slots.map(*input)).collect();
        self.per_image(node, |layer, call| layer.forward(call, &inputs, self.slots.map(y)))
    }

    /// ```text
    /// __pass.max_pool_backward(&athena::__private::Pool { ... }, X_RELU1, D_MAX_POOL1, D_RELU1, athena::__private::Write::Set);
    /// __pass.concat_backward(D_CONCAT1, 16, D_RELU2, athena::__private::Write::Set);
    /// ```
    fn layer_backward(
        &self,
        node: NodeId,
        operand: usize,
        (value, dy): (Option<&Ident>, &Ident),
        dx: Option<(BufferId, Write)>,
        learns: bool,
    ) -> TokenStream {
        let target = dx.map(|(dx, write)| (self.slots.map(dx), self.write(write)));
        let dx = target.as_ref().map(|(dx, write)| (*dx, write));
        let maps = BackwardMaps { value, dy, dx, learns };
        self.per_image(node, |layer, call| layer.backward(call, operand, &maps))
    }

    /// What is done to the whole batch.
    ///
    /// ```text
    /// __run.normalise(&BATCH_NORM1, SUMS_CONV1);
    /// __run.linear(&LINEAR1, X_FLATTEN1, X_LINEAR1);
    /// ```
    pub fn batch(&self, step: &BatchStep) -> TokenStream {
        let map = |buffer: &BufferId| self.slots.map(*buffer);
        match step {
            BatchStep::Normalise { norm, sums } => {
                let (norm, sums) = (self.handles.of(*norm), self.slots.sums(*sums));
                quote!(__run.normalise(&#norm, #sums);)
            }
            BatchStep::Linear { linear, x, y } => {
                let (linear, x, y) = (self.handles.of(*linear), map(x), map(y));
                quote!(__run.linear(&#linear, #x, #y);)
            }
            BatchStep::NormaliseBackward { norm, sums } => {
                let (norm, sums) = (self.handles.of(*norm), self.slots.sums(*sums));
                quote!(__run.normalise_backward(&#norm, #sums);)
            }
            BatchStep::LinearBackward { linear, x, dy, dx } => {
                let (linear, x, dy) = (self.handles.of(*linear), map(x), map(dy));
                let dx = option(dx.as_ref().map(|(dx, write)| {
                    let (dx, write) = (map(dx), self.write(*write));
                    quote!((#dx, #write))
                }));
                quote!(__run.linear_backward(&#linear, #x, #dy, #dx);)
            }
            BatchStep::LinearBackwardData { linear, dy, dx, write } => {
                let (linear, dy, dx, write) = (self.handles.of(*linear), map(dy), map(dx), self.write(*write));
                quote!(__run.linear_backward_data(&#linear, #dy, #dx, #write);)
            }
        }
    }

    fn terms(&self, terms: &[Term]) -> TokenStream {
        let terms = terms.iter().map(|term| {
            let map = self.slots.map(term.map);
            match term.norm.map(|norm| self.handles.of(norm)) {
                Some(norm) => quote!(#norm.of(#map)),
                None => quote!(#map.term()),
            }
        });
        quote!(&[#(#terms),*])
    }

    fn activations(&self, activations: &[Activation]) -> TokenStream {
        let private = self.private;
        let activations = activations.iter().map(|activation| activation::tokens(private, activation));
        quote!(&[#(#activations),*])
    }

    fn write(&self, write: Write) -> TokenStream {
        let private = self.private;
        match write {
            Write::Set => quote!(#private::Write::Set),
            Write::Add => quote!(#private::Write::Add),
        }
    }
}
