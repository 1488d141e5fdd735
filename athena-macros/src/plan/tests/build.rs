//! Networks made by hand: the part of the language's front that the planner's tests need.

use proc_macro2::{Ident, Span, TokenStream};

use crate::ir::{
    Activation, BackwardMaps, BatchNorm, CallSettings, Conv, Init, Layer, Linear, Network, Node, NodeId, Op, PerImage,
    Pool, Reads, Shape, Tensor, TensorKind, UserLayer, Window,
};
use crate::layers::checked::{
    AvgPool, Concat, Flatten, GlobalAvgPool, MaxPool, Multiply, Pad, PadMode, Subsample, Unflatten, User,
};

pub const RELU: Op = Op::Activation(Activation::Relu);
pub const BATCH_NORM: Op = Op::BatchNorm(BatchNorm { momentum: 0.1, eps: 1e-5, scale: true, shift: true });

/// A network that grows node by node; shapes are inferred.
pub struct Build {
    nodes: Vec<Node>,
}

impl Build {
    pub fn new(channels: usize, height: usize, width: usize) -> Self {
        let shape = Shape { channels, height, width, flat: false };
        let mut build = Self { nodes: Vec::new() };
        build.push(Op::Input, &[], shape, "");
        build
    }

    fn push(&mut self, op: Op, inputs: &[NodeId], shape: Shape, path: &str) -> NodeId {
        let word = word(&op).to_owned();
        let path = if path.is_empty() {
            let count = 1 + self.nodes.iter().filter(|node| node.word == word).count();
            format!("{word}{count}")
        } else {
            path.to_owned()
        };
        self.nodes.push(Node {
            op,
            inputs: inputs.to_vec(),
            shape,
            path,
            word,
            span: Span::call_site(),
            frozen: false,
        });
        NodeId(self.nodes.len() - 1)
    }

    /// Another value that the network takes.
    pub fn take(&mut self, shape: Shape) -> NodeId {
        self.push(Op::Input, &[], shape, "")
    }

    pub fn input(&self) -> NodeId {
        NodeId(0)
    }

    pub fn shape(&self, node: NodeId) -> Shape {
        self.nodes[node.0].shape
    }

    /// A layer that its operands' shapes determine.
    pub fn add(&mut self, op: Op, inputs: &[NodeId]) -> NodeId {
        self.named("", op, inputs)
    }

    pub fn named(&mut self, path: &str, op: Op, inputs: &[NodeId]) -> NodeId {
        let mut shape = self.shape(inputs[0]);
        match &op {
            Op::Linear(linear) => shape.channels = linear.outputs,
            Op::Add => assert!(inputs.iter().all(|input| self.shape(*input) == shape)),
            Op::Input | Op::Conv(_) => unreachable!("built by functions of their own"),
            // Those of them that keep the shape; the others are built by functions of their own.
            Op::BatchNorm(_) | Op::Activation(_) | Op::PerImage(_) => {}
        }
        self.push(op, inputs, shape, path)
    }

    /// A layer that is computed image by image, and the shape that it makes.
    fn per_image(&mut self, layer: impl PerImage + 'static, inputs: &[NodeId], shape: Shape) -> NodeId {
        self.push(Op::per_image(layer), inputs, shape, "")
    }

    pub fn max_pool(&mut self, x: NodeId, pool: Pool) -> NodeId {
        let shape = pooled(&pool, self.shape(x));
        self.per_image(MaxPool(pool), &[x], shape)
    }

    pub fn avg_pool(&mut self, x: NodeId, pool: Pool, count_padding: bool) -> NodeId {
        let shape = pooled(&pool, self.shape(x));
        self.per_image(AvgPool { pool, count_padding }, &[x], shape)
    }

    pub fn global_avg_pool(&mut self, x: NodeId) -> NodeId {
        let shape = Shape { height: 1, width: 1, ..self.shape(x) };
        self.per_image(GlobalAvgPool, &[x], shape)
    }

    pub fn flatten(&mut self, x: NodeId) -> NodeId {
        let shape = self.shape(x).flattened();
        self.per_image(Flatten, &[x], shape)
    }

    pub fn pad(&mut self, x: NodeId, amount: [usize; 2], mode: PadMode) -> NodeId {
        let mut shape = self.shape(x);
        shape.height += 2 * amount[0];
        shape.width += 2 * amount[1];
        self.per_image(Pad { amount, mode }, &[x], shape)
    }

    pub fn concat(&mut self, inputs: &[NodeId]) -> NodeId {
        let channels = inputs.iter().map(|input| self.shape(*input).channels).sum();
        let shape = Shape { channels, ..self.shape(inputs[0]) };
        self.per_image(Concat, inputs, shape)
    }

    pub fn multiply(&mut self, x: NodeId, gate: NodeId) -> NodeId {
        let shape = self.shape(x);
        let one_a_channel = Shape { height: 1, width: 1, ..shape };
        assert!(self.shape(gate) == shape || self.shape(gate) == one_a_channel);
        self.per_image(Multiply, &[x, gate], shape)
    }

    /// A convolution without bias.
    pub fn conv(&mut self, x: NodeId, filters: usize, kernel: usize, stride: usize) -> NodeId {
        self.conv_with(x, filters, square(kernel, stride, kernel / 2), 1)
    }

    pub fn conv_with(&mut self, x: NodeId, filters: usize, window: Window, groups: usize) -> NodeId {
        let shape = Shape { channels: filters, ..output(&window, self.shape(x)) };
        self.push(Op::Conv(Conv { window, groups, bias: false, init: Init::HeNormal, flat: false }), &[x], shape, "")
    }

    /// A user's layer that makes a map of this shape.
    pub fn user(&mut self, x: NodeId, output: [usize; 3]) -> NodeId {
        let from = self.shape(x);
        let x = if from.flat { x } else { self.flatten(x) };
        let [channels, height, width] = output;
        let shape = Shape { channels, height, width, flat: false };
        let user = User { layer: user_layer(), input: from.sizes(), output };
        let y = self.per_image(user, &[x], shape.flattened());
        self.per_image(Unflatten, &[y], shape)
    }

    /// Shortcut A.
    pub fn subsample(&mut self, x: NodeId, stride: usize, channels: usize) -> NodeId {
        let mut shape = self.shape(x);
        (shape.height, shape.width) = (shape.height.div_ceil(stride), shape.width.div_ceil(stride));
        shape.channels = channels;
        self.per_image(Subsample { stride: [stride; 2] }, &[x], shape)
    }

    pub fn linear(&mut self, x: NodeId, outputs: usize) -> NodeId {
        self.add(Op::Linear(Linear { outputs, bias: true, init: Init::LecunUniform }), &[x])
    }

    /// `conv -> batch_norm`.
    pub fn conv_norm(&mut self, x: NodeId, filters: usize, kernel: usize, stride: usize) -> NodeId {
        let conv = self.conv(x, filters, kernel, stride);
        self.add(BATCH_NORM, &[conv])
    }

    /// `conv -> batch_norm -> relu`.
    pub fn conv_norm_relu(&mut self, x: NodeId, filters: usize, kernel: usize, stride: usize) -> NodeId {
        let norm = self.conv_norm(x, filters, kernel, stride);
        self.add(RELU, &[norm])
    }

    /// He et al.'s basic block; a 1x1 convolution projects the shortcut where the shape changes.
    pub fn basic(&mut self, x: NodeId, filters: usize, stride: usize) -> NodeId {
        let shortcut = if stride == 1 { x } else { self.conv_norm(x, filters, 1, stride) };
        let main = self.conv_norm_relu(x, filters, 3, stride);
        let main = self.conv_norm(main, filters, 3, 1);
        let sum = self.add(Op::Add, &[main, shortcut]);
        self.add(RELU, &[sum])
    }

    /// `global_avg_pool -> flatten -> linear`, and the finished network.
    pub fn classify(mut self, x: NodeId, classes: usize) -> Network {
        let pooled = self.global_avg_pool(x);
        let flat = self.flatten(pooled);
        let output = self.linear(flat, classes);
        self.finish(output)
    }

    pub fn finish(self, output: NodeId) -> Network {
        self.promise(&[output])
    }

    /// The finished network with these outputs.
    pub fn promise(self, outputs: &[NodeId]) -> Network {
        let is_input = |id: &NodeId| self.nodes[id.0].op == Op::Input;
        let inputs = (0..self.nodes.len()).map(NodeId).filter(is_input).collect();
        Network { nodes: self.nodes, inputs, outputs: outputs.to_vec() }
    }
}

/// A layer with parameters that is computed image by image.
#[derive(Debug)]
pub struct Learned;

impl Layer for Learned {
    fn tensors(&self, _: Shape, to: Shape) -> Vec<Tensor> {
        vec![Tensor::new("weight", vec![to.channels], TensorKind::FixedStart)]
    }

    fn operation(&self, _: &TokenStream, _: Option<&Ident>) -> TokenStream {
        TokenStream::new()
    }
}

impl PerImage for Learned {
    fn name(&self) -> &'static str {
        "learned"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Input
    }

    fn forward(&self, _: &CallSettings, _: &[&Ident], _: &Ident) -> TokenStream {
        TokenStream::new()
    }

    fn backward(&self, _: &CallSettings, _: usize, _: &BackwardMaps) -> TokenStream {
        TokenStream::new()
    }
}

pub fn user_layer() -> UserLayer {
    UserLayer { expression: quote::quote!(crate::Own), end: Span::call_site(), declared: Span::call_site() }
}

pub fn square(kernel: usize, stride: usize, padding: usize) -> Window {
    Window { kernel: [kernel; 2], stride: [stride; 2], padding: [padding; 2], dilation: [1; 2] }
}

pub fn pool(kernel: usize, stride: usize, padding: usize, ceil: bool) -> Pool {
    Pool { kernel: [kernel; 2], stride: [stride; 2], padding: [padding; 2], ceil }
}

/// PyTorch's sizes, where a window fits. Rounded up, a last window that begins behind the map is left out.
fn pooled(pool: &Pool, shape: Shape) -> Shape {
    let axis = |axis: usize, length: usize| {
        let (stride, padding) = (pool.stride[axis], pool.padding[axis]);
        let room = length + 2 * padding - pool.kernel[axis];
        let steps = if pool.ceil { room.div_ceil(stride) } else { room / stride };
        if pool.ceil && steps * stride >= length + padding { steps } else { steps + 1 }
    };
    Shape { height: axis(0, shape.height), width: axis(1, shape.width), ..shape }
}

fn output(window: &Window, shape: Shape) -> Shape {
    let axis = |axis: usize, length: usize| {
        let reach = (window.kernel[axis] - 1) * window.dilation[axis] + 1;
        (length + 2 * window.padding[axis] - reach) / window.stride[axis] + 1
    };
    Shape { height: axis(0, shape.height), width: axis(1, shape.width), ..shape }
}

fn word(op: &Op) -> &'static str {
    match op {
        Op::Input => "input",
        Op::Conv(_) => "conv",
        Op::BatchNorm(_) => "batch_norm",
        Op::Activation(Activation::Relu) => "relu",
        Op::Activation(_) => "activation",
        Op::Linear(_) => "linear",
        Op::Add => "sum",
        Op::PerImage(layer) if layer.name() == "multiply" => "product",
        Op::PerImage(layer) => layer.name(),
    }
}

/// ResNet-20's shape with one block a stage and narrower maps.
pub fn small_resnet() -> Network {
    let mut b = Build::new(3, 16, 16);
    let mut x = b.conv_norm_relu(b.input(), 16, 3, 1);
    x = b.basic(x, 16, 1);
    x = b.basic(x, 32, 2);
    x = b.basic(x, 32, 1);
    b.classify(x, 10)
}

/// He et al. (2016), section 4.2, with projections.
pub fn resnet20() -> Network {
    let mut b = Build::new(3, 32, 32);
    let mut x = b.conv_norm_relu(b.input(), 16, 3, 1);
    for (filters, stride) in [(16, 1), (32, 2), (64, 2)] {
        x = b.basic(x, filters, stride);
        x = b.basic(x, filters, 1);
        x = b.basic(x, filters, 1);
    }
    b.classify(x, 10)
}
