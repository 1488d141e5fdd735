//! What planning and emitting ask of a layer. The files of `layers` answer.

use super::settings::{Init, Shape};
use proc_macro2::{Ident, Span, TokenStream};
use std::fmt::Debug;

/// What is written down of a layer: its tensors, its costs, and how generated code names it. `from` is the shape of its first input,
/// `to` that of its output.
pub trait Layer: Debug {
    /// Its tensors in the state dict, in PyTorch's order.
    fn tensors(&self, _from: Shape, _to: Shape) -> Vec<Tensor> {
        Vec::new()
    }

    /// Multiply-adds of one image, padding counted, biases and everything else but products of weights not.
    fn macs(&self, _from: Shape, _to: Shape) -> u64 {
        0
    }

    /// Whether only its Rust type says which tensors it has: a layer of the user's own.
    fn has_tensors_of_its_type(&self) -> bool {
        false
    }

    /// Whether [`handle`](Layer::handle) returns one, answered without writing it.
    fn has_handle(&self) -> bool {
        false
    }

    /// The constant that holds its settings and where its tensors lie. Layers with tensors have one.
    fn handle(&self, _at: &Offsets, _from: Shape, _to: Shape) -> Option<Handle> {
        None
    }

    /// The variant of the runtime's `Operation`, such as `MaxPool(athena::__private::Pool { ... })`. `handle` names the layer's handle.
    fn operation(&self, private: &TokenStream, handle: Option<&Ident>) -> TokenStream;
}

/// A layer that is computed image by image.
pub trait PerImage: Layer {
    /// Its name in plans, such as `max_pool`.
    fn name(&self) -> &'static str;

    /// What its backward pass reads again beside the gradient of its output.
    fn backward_reads(&self) -> Reads;

    /// The call that computes it.
    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream;

    /// The call that computes the gradient of its input number `operand` into `dx`, and, of a layer with parameters, adds to their gradients.
    fn backward(&self, call: &CallSettings, operand: usize, maps: &BackwardMaps) -> TokenStream;

    /// Whether its calls need working memory beside maps; then its handle says how much (the runtime's `Working`).
    fn needs_work(&self) -> bool {
        false
    }

    /// The zeros, as [rows, columns], that its calls expect around its inputs, and around the gradient of its output.
    fn halos(&self, _from: Shape, _to: Shape) -> [[usize; 2]; 2] {
        [[0, 0]; 2]
    }

    /// Whether it leaves values as they are outside training.
    fn is_identity_in_inference(&self) -> bool {
        false
    }

    /// Whether it is a softmax, which the loss and `predict` apply where it ends a network.
    fn is_softmax(&self) -> bool {
        false
    }

    /// The Rust type that the user wrote it as, if it is a layer of the user's own.
    fn own(&self) -> Option<Own<'_>> {
        None
    }
}

/// Layers are the same where they are written the same.
impl PartialEq for dyn PerImage {
    fn eq(&self, other: &dyn PerImage) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// What a backward pass reads again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Nothing.
    Nothing,
    /// The layer's input.
    Input,
    /// The layer's output.
    Output,
    /// The other one of two inputs.
    OtherInput,
}

/// One tensor of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its name, such as `weight`; empty if its key is the path of the step.
    pub name: &'static str,
    /// The method of the layer's handle that gives its entry in the parameter table.
    pub method: &'static str,
    /// Its shape; empty for a scalar.
    pub shape: Vec<usize>,
    /// What it is.
    pub kind: TensorKind,
}

/// What a tensor is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TensorKind {
    /// It learns, and starts so.
    Parameter(Init),
    /// It learns, and the runtime knows how it starts.
    FixedStart,
    /// It follows the batches: statistics, a counter.
    Buffer,
}

impl Tensor {
    /// A tensor whose entry the method of its own name gives.
    pub fn new(name: &'static str, shape: Vec<usize>, kind: TensorKind) -> Tensor {
        Tensor { name, method: name, shape, kind }
    }

    /// Its key in the state dict, below the path of its step.
    pub fn key(&self, path: &str) -> String {
        if self.name.is_empty() { path.to_string() } else { format!("{path}.{}", self.name) }
    }

    /// Its scalars that learn.
    pub fn parameters(&self) -> usize {
        match self.kind {
            TensorKind::Parameter(_) | TensorKind::FixedStart => self.shape.iter().product(),
            TensorKind::Buffer => 0,
        }
    }
}

/// Where the tensors of the layers before a layer end, each as an expression.
pub struct Offsets<'a> {
    /// The path of the runtime's internals.
    pub private: &'a TokenStream,
    /// In the buffer of parameters.
    pub parameters: &'a TokenStream,
    /// In the buffer of running statistics.
    pub running: &'a TokenStream,
    /// In the buffer of transposed weights.
    pub transposed: &'a TokenStream,
    /// Batch norms so far.
    pub norms: usize,
    /// The function that gives the layer, if it is the user's own.
    pub own: Option<&'a Ident>,
}

/// A layer's handle.
pub struct Handle {
    /// Its type, such as `BatchNorm<16>`.
    pub kind: TokenStream,
    /// The call that makes it, such as `BatchNorm::at(CONV1.end(), 0, 0, 0.1, 0.00001, [true, true])`.
    pub call: TokenStream,
    /// Whether it has running statistics.
    pub running: bool,
    /// Whether it has transposed weights.
    pub transposed: bool,
}

/// What a call of a layer needs beside maps.
pub struct CallSettings<'a> {
    /// The path of the runtime's internals.
    pub private: &'a TokenStream,
    /// The layer's handle.
    pub handle: Option<&'a Ident>,
    /// The function that gives the layer, if it is the user's own.
    pub own: Option<&'a Ident>,
    /// The handle of the buffers of a layer of the user's own.
    pub buffers: Option<&'a Ident>,
    /// How many layers of this name stand before it in the network.
    pub index: usize,
    /// The shapes of its inputs.
    pub inputs: &'a [Shape],
}

impl<'a> BackwardMaps<'a> {
    /// The gradient of the input of a layer without parameters, and how it is written.
    pub fn input(&self) -> (&'a Ident, &'a TokenStream) {
        debug_assert!(!self.learns, "a layer without parameters has nothing to learn");
        self.dx.expect("a layer without parameters has a backward call for its input alone")
    }
}

/// The maps of a backward call.
pub struct BackwardMaps<'a> {
    /// What [`PerImage::backward_reads`] asks for.
    pub value: Option<&'a Ident>,
    /// The gradient of the output.
    pub dy: &'a Ident,
    /// The gradient of the input, and whether it is set or added to, as an expression. `None` where only the parameters need gradients: of
    /// layers with parameters.
    pub dx: Option<(&'a Ident, &'a TokenStream)>,
    /// Whether the layer's parameters need gradients.
    pub learns: bool,
}

/// A layer of the user's own in a network.
pub struct Own<'a> {
    /// The layer.
    pub layer: &'a UserLayer,
    /// Channels, height and width of what comes in and of what was declared to come out; `None` where the layer is pointwise.
    pub sizes: Option<[[usize; 3]; 2]>,
}

/// A layer that the user wrote as a Rust type.
#[derive(Clone, Debug)]
pub struct UserLayer {
    /// The expression for it, as written.
    pub expression: TokenStream,
    /// The last token of its path.
    pub end: Span,
    /// Where its shape was declared; the expression's own place where it keeps the shape.
    pub declared: Span,
}
