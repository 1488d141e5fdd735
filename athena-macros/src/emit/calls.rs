//! One call for each step of a schedule.

use proc_macro2::TokenStream;
use quote::quote;

use super::layers::Handles;
use super::slots::Slots;
use super::{number, pair, real, words};
use crate::ir::{Activation, Network, NodeId, Op};
use crate::plan::{BatchStep, BufferId, Step, Term, Write};

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
    /// __pass.mix(&[BATCH_NORM1.of(X_CONV1)], &[athena::__private::Activation::Relu], X_RELU1);
    /// __pass.conv_sums(&CONV2, X_RELU1, X_CONV2, SUMS_CONV2);
    /// ```
    pub fn step(&self, step: &Step) -> TokenStream {
        let map = |buffer: &BufferId| self.slots.map(*buffer);
        let layer = |node: &NodeId| self.handles.of(*node);
        match step {
            Step::Load { y } => {
                let y = map(y);
                quote!(__pass.load(#y);)
            }
            Step::Conv { conv, x, y, sums } => {
                let (conv, x, y) = (layer(conv), map(x), map(y));
                match sums.map(|sums| self.slots.sums(sums)) {
                    Some(sums) => quote!(__pass.conv_sums(&#conv, #x, #y, #sums);),
                    None => quote!(__pass.conv(&#conv, #x, #y);),
                }
            }
            Step::Sums { x, sums } => {
                let (x, sums) = (map(x), self.slots.sums(*sums));
                quote!(__pass.sums(#x, #sums);)
            }
            Step::ConvFused { conv, x, norm, adds, activations, y } => {
                let (conv, x, y, adds) = (layer(conv), map(x), map(y), adds.iter().map(map));
                let norm = match norm.as_ref().map(layer) {
                    Some(norm) => quote!(::core::option::Option::Some(&#norm)),
                    None => quote!(::core::option::Option::None),
                };
                let activations = self.activations(activations);
                quote!(__pass.conv_fused(&#conv, #x, #norm, &[#(#adds),*], #activations, #y);)
            }
            Step::Mix { terms, activations, y } => {
                let (terms, activations, y) = (self.terms(terms), self.activations(activations), map(y));
                quote!(__pass.mix(#terms, #activations, #y);)
            }
            Step::Layer { node, inputs, y } => self.layer(*node, inputs, *y),
            Step::ConvBackwardWeights { conv, x, dy } => {
                let (conv, x, dy) = (layer(conv), map(x), map(dy));
                quote!(__pass.conv_backward_weights(&#conv, #x, #dy);)
            }
            Step::ConvBackwardData { conv, dy, dx, write } => {
                let (conv, dy, dx, write) = (layer(conv), map(dy), map(dx), self.write(*write));
                quote!(__pass.conv_backward_data(&#conv, #dy, #dx, #write);)
            }
            Step::MixBackward { terms, activations, dy, g, sums } => {
                let (terms, activations) = (self.terms(terms), self.activations(activations));
                let (dy, g) = (map(dy), map(g));
                let sums = sums.iter().map(|sums| match sums.map(|sums| self.slots.sums(sums)) {
                    Some(sums) => quote!(::core::option::Option::Some(#sums)),
                    None => quote!(::core::option::Option::None),
                });
                quote!(__pass.mix_backward(#terms, #activations, #dy, #g, &[#(#sums),*]);)
            }
            Step::NormBackward { norm, x, g, dx, write } => {
                let (norm, x, g, dx, write) = (layer(norm), map(x), map(g), map(dx), self.write(*write));
                quote!(__pass.norm_backward(&#norm, #x, #g, #dx, #write);)
            }
            Step::FixedNormBackward { norm, g, dx, write } => {
                let (norm, g, dx, write) = (layer(norm), map(g), map(dx), self.write(*write));
                quote!(__pass.fixed_norm_backward(&#norm, #g, #dx, #write);)
            }
            Step::Add { g, dx, write } => {
                let (g, dx, write) = (map(g), map(dx), self.write(*write));
                quote!(__pass.add(#g, #dx, #write);)
            }
            Step::LayerBackward { node, operand, value, dy, dx, write } => {
                let ends = (map(dy), map(dx), self.write(*write));
                self.layer_backward(*node, *operand, value.as_ref().map(map), ends)
            }
        }
    }

    /// ```text
    /// __pass.max_pool(&athena::__private::Window { ... }, X_RELU1, X_MAX_POOL1);
    /// __pass.concat(&[X_RELU1.part(), X_RELU2.part()], X_CONCAT1);
    /// ```
    fn layer(&self, node: NodeId, inputs: &[BufferId], y: BufferId) -> TokenStream {
        let (x, y) = (self.slots.map(inputs[0]), self.slots.map(y));
        let call = self.configured(node);
        match &self.network.nodes[node.0].op {
            Op::MaxPool(_) => quote!(__pass.max_pool(#call #x, #y);),
            Op::AvgPool(_) => quote!(__pass.avg_pool(#call #x, #y);),
            Op::GlobalAvgPool => quote!(__pass.global_avg_pool(#x, #y);),
            Op::Flatten => quote!(__pass.flatten(#x, #y);),
            Op::Dropout { .. } => quote!(__pass.dropout(#call #x, #y);),
            Op::Pad { .. } => quote!(__pass.pad(#call #x, #y);),
            Op::Concat => {
                let parts = inputs.iter().map(|input| self.slots.map(*input));
                quote!(__pass.concat(&[#(#parts.part()),*], #y);)
            }
            Op::Multiply => {
                let gate = self.slots.map(inputs[1]);
                quote!(__pass.multiply(#x, #gate, #y);)
            }
            Op::Subsample { .. } => quote!(__pass.subsample(#call #x, #y);),
            Op::Softmax => quote!(__pass.softmax(#x, #y);),
            Op::Pointwise(_) => quote!(__pass.pointwise(#call #x, #y);),
            Op::User { input, .. } => {
                let sizes = input.map(number);
                quote!(__pass.user_layer::<_, #(#sizes,)* _, _>(#call #x, #y);)
            }
            Op::Unflatten => quote!(__pass.unflatten(#x, #y);),
            _ => unreachable!("has a step of its own"),
        }
    }

    /// ```text
    /// __pass.max_pool_backward(&athena::__private::Window { ... }, X_RELU1, D_MAX_POOL1, D_RELU1, athena::__private::Write::Set);
    /// __pass.concat_backward(D_CONCAT1, 16, D_RELU2, athena::__private::Write::Set);
    /// ```
    fn layer_backward(
        &self,
        node: NodeId,
        operand: usize,
        value: Option<&proc_macro2::Ident>,
        (dy, dx, write): (&proc_macro2::Ident, &proc_macro2::Ident, TokenStream),
    ) -> TokenStream {
        let call = self.configured(node);
        let of = &self.network.nodes[node.0];
        match &of.op {
            Op::MaxPool(_) => quote!(__pass.max_pool_backward(#call #value, #dy, #dx, #write);),
            Op::AvgPool(_) => quote!(__pass.avg_pool_backward(#call #dy, #dx, #write);),
            Op::GlobalAvgPool => quote!(__pass.global_avg_pool_backward(#dy, #dx, #write);),
            Op::Flatten => quote!(__pass.flatten_backward(#dy, #dx, #write);),
            Op::Dropout { .. } => quote!(__pass.dropout_backward(#call #dy, #dx, #write);),
            Op::Pad { .. } => quote!(__pass.pad_backward(#call #dy, #dx, #write);),
            Op::Concat => {
                let before = of.inputs[..operand].iter().map(|input| self.network.nodes[input.0].shape.channels);
                let first = number(before.sum());
                quote!(__pass.concat_backward(#dy, #first, #dx, #write);)
            }
            Op::Multiply => quote!(__pass.multiply_backward(#value, #dy, #dx, #write);),
            Op::Subsample { .. } => quote!(__pass.subsample_backward(#call #dy, #dx, #write);),
            Op::Softmax => quote!(__pass.softmax_backward(#value, #dy, #dx, #write);),
            Op::Pointwise(_) => quote!(__pass.pointwise_backward(#call #value, #dy, #dx, #write);),
            Op::User { input, .. } => {
                let sizes = input.map(number);
                quote!(__pass.user_layer_backward::<_, #(#sizes,)* _, _>(#call #value, #dy, #dx, #write);)
            }
            Op::Unflatten => quote!(__pass.unflatten_backward(#dy, #dx, #write);),
            _ => unreachable!("has a step of its own"),
        }
    }

    /// The arguments that configure a layer without parameters, each with its comma.
    fn configured(&self, node: NodeId) -> TokenStream {
        let private = self.private;
        match &self.network.nodes[node.0].op {
            Op::MaxPool(of) | Op::AvgPool(of) => {
                let window = words::window(private, of);
                quote!(&#window,)
            }
            Op::Dropout { p } => {
                // Each dropout draws from a stream of its own.
                let before = &self.network.nodes[..node.0];
                let stream = number(before.iter().filter(|node| matches!(node.op, Op::Dropout { .. })).count());
                let p = real(*p);
                quote!(#p, #stream,)
            }
            Op::Pad { amount, mode } => {
                let (amount, mode) = (pair(*amount), words::pad_mode(private, *mode));
                quote!(#amount, #mode,)
            }
            Op::Subsample { stride } => {
                let stride = pair(*stride);
                quote!(#stride,)
            }
            Op::Pointwise(_) | Op::User { .. } => {
                let layer = self.handles.of(node);
                quote!(#layer(),)
            }
            _ => TokenStream::new(),
        }
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
                let dx = match dx {
                    Some((dx, write)) => {
                        let (dx, write) = (map(dx), self.write(*write));
                        quote!(::core::option::Option::Some((#dx, #write)))
                    }
                    None => quote!(::core::option::Option::None),
                };
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
        let activations = activations.iter().map(|activation| words::activation(private, activation));
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
