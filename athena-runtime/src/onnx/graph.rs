//! The graph of a file while it grows: values, nodes and constants, each with a name of its own.

use super::proto::{self, AttributeKind, ElementType, Size};
use std::collections::HashSet;

/// The name of the free axis.
const BATCH: &str = "N";

/// Names that are taken.
#[derive(Debug, Default)]
struct Names(HashSet<String>);

impl Names {
    /// `name`, with a number behind it if it is taken.
    fn unique(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut count = 1;
        while !self.0.insert(unique.clone()) {
            count += 1;
            unique = format!("{name}_{count}");
        }
        unique
    }
}

/// Where the tensors of the state dict come from.
pub(crate) trait Tensors {
    /// The shape of the tensor under `key`, and its values in PyTorch's layout.
    fn of(&self, key: &str) -> (&'static [usize], Vec<f32>);
}

/// How ONNX has a layer.
pub(crate) enum Form<'a> {
    /// As nodes.
    Nodes(&'a dyn ToNodes),
    /// As nodes with a weight and a bias, which a batch norm behind it can go into: see [`Layer::weight_and_bias`].
    Foldable(&'a dyn ToNodes),
    /// Not at all: the layer is the identity in inference.
    Identity,
    /// Not at all: a network with it has no ONNX form.
    Missing,
}

/// A layer that ONNX has as nodes.
pub(crate) trait ToNodes {
    /// Adds them; the last one by [`Layer::node`].
    fn add_to(&self, layer: &mut Layer<'_, '_>);
}

/// Puts a batch norm into a layer's weight and bias, and returns the bias.
pub(crate) type Fold<'f> = dyn Fn(&mut [f32], Option<&[f32]>) -> Vec<f32> + 'f;

/// A graph in the making.
pub(crate) struct Graph<'a> {
    tensors: &'a dyn Tensors,
    /// Values and constants share their names.
    names: Names,
    node_names: Names,
    made: proto::Graph,
}

/// A layer on its way into a graph.
pub(crate) struct Layer<'g, 'a> {
    pub graph: &'g mut Graph<'a>,
    /// Its path.
    pub name: &'static str,
    /// The names of what it reads.
    pub inputs: Vec<String>,
    /// Their shapes, without the batch.
    pub input_shapes: Vec<&'g [usize]>,
    /// The shape of its output, without the batch.
    pub shape: &'static [usize],
    /// The name of its output.
    pub output: &'g str,
    /// The batch norm that goes into it.
    pub fold: Option<&'g Fold<'g>>,
}

impl Layer<'_, '_> {
    fn suffixed(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.name)
    }

    /// The node that makes the layer's output.
    pub fn node(&mut self, operator: &str, inputs: Vec<String>, attributes: Vec<proto::Attribute>) {
        self.graph.node(self.name, operator, inputs, self.output, attributes);
    }

    /// A node before the last one; returns the name of its output, which is of this shape.
    pub fn step(
        &mut self,
        suffix: &str,
        operator: &str,
        inputs: Vec<String>,
        shape: &[usize],
        attributes: Vec<proto::Attribute>,
    ) -> String {
        let name = self.suffixed(suffix);
        let output = self.graph.value(&name, shape);
        self.graph.node(&name, operator, inputs, &output, attributes);
        output
    }

    /// A constant of whole numbers.
    pub fn whole_numbers(&mut self, suffix: &str, values: &[usize]) -> String {
        self.graph.whole_numbers(&self.suffixed(suffix), values)
    }

    /// A constant of one number.
    pub fn scalar(&mut self, suffix: &str, value: f32) -> String {
        self.graph.scalar(&self.suffixed(suffix), value)
    }

    /// A constant of one number a channel.
    pub fn vector(&mut self, suffix: &str, values: &[f32]) -> String {
        self.graph.vector(&self.suffixed(suffix), values)
    }

    /// A tensor of the layer's in the state dict.
    pub fn tensor(&mut self, suffix: &str) -> String {
        let key = self.suffixed(suffix);
        let (_, values) = self.graph.tensors.of(&key);
        self.graph.state(&key, &values)
    }

    /// The layer's weight and bias, with the batch norm that goes into it.
    pub fn weight_and_bias(&mut self, has_bias: bool) -> Vec<String> {
        let (weight_key, bias_key) = (self.suffixed("weight"), self.suffixed("bias"));
        let (_, mut weight) = self.graph.tensors.of(&weight_key);
        let mut bias = has_bias.then(|| self.graph.tensors.of(&bias_key).1);
        if let Some(fold) = self.fold {
            bias = Some(fold(&mut weight, bias.as_deref()));
        }
        let mut names = vec![self.graph.state(&weight_key, &weight)];
        match bias {
            Some(bias) if has_bias => names.push(self.graph.state(&bias_key, &bias)),
            Some(bias) => names.push(self.graph.vector(&bias_key, &bias)),
            None => {}
        }
        names
    }
}

impl<'a> Graph<'a> {
    /// An empty graph from the value `input` to the value `output`, each with its shape; `keys` are names that are taken. Returns the
    /// names of the two as well.
    pub fn new<'k>(
        name: &str,
        tensors: &'a dyn Tensors,
        keys: impl Iterator<Item = &'k str>,
        [from, to]: [&[usize]; 2],
    ) -> (Self, [String; 2]) {
        let mut names = Names::default();
        names.0.extend(keys.map(str::to_owned));
        let [input, output] = ["input", "output"].map(|name| names.unique(name));
        let made = proto::Graph {
            name: Some(name.to_owned()),
            input: vec![value(&input, from)],
            output: vec![value(&output, to)],
            ..Default::default()
        };
        (Self { tensors, names, node_names: Names::default(), made }, [input, output])
    }

    /// The message.
    pub fn finish(self) -> proto::Graph {
        self.made
    }

    /// A new value between nodes, called `name` or nearly so.
    pub fn value(&mut self, name: &str, shape: &[usize]) -> String {
        let name = self.names.unique(name);
        self.made.value_info.push(value(&name, shape));
        name
    }

    /// A constant of the state dict, under its key.
    fn state(&mut self, key: &str, values: &[f32]) -> String {
        let (shape, _) = self.tensors.of(key);
        self.floats(key.to_owned(), shape, values)
    }

    /// A constant beside the state dict: one number a channel, called `name` or nearly so.
    pub fn vector(&mut self, name: &str, values: &[f32]) -> String {
        let name = self.names.unique(name);
        self.floats(name, &[values.len()], values)
    }

    /// A constant beside the state dict: one number, called `name` or nearly so.
    pub fn scalar(&mut self, name: &str, value: f32) -> String {
        let name = self.names.unique(name);
        self.floats(name, &[], &[value])
    }

    fn floats(&mut self, name: String, shape: &[usize], values: &[f32]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, shape, ElementType::Float, bytes)
    }

    /// A constant of whole numbers, called `name` or nearly so.
    pub fn whole_numbers(&mut self, name: &str, values: &[usize]) -> String {
        let name = self.names.unique(name);
        let bytes = values.iter().flat_map(|value| (*value as i64).to_le_bytes()).collect();
        self.constant(name, &[values.len()], ElementType::Int64, bytes)
    }

    fn constant(&mut self, name: String, shape: &[usize], kind: ElementType, bytes: Vec<u8>) -> String {
        self.made.initializer.push(proto::Tensor {
            dims: shape.iter().map(|size| *size as i64).collect(),
            data_type: Some(kind.into()),
            name: Some(name.clone()),
            raw_data: Some(bytes),
        });
        name
    }

    /// An operation with one output, called `name` or nearly so.
    pub fn node(
        &mut self,
        name: &str,
        operator: &str,
        inputs: Vec<String>,
        output: &str,
        attributes: Vec<proto::Attribute>,
    ) {
        let name = self.node_names.unique(name);
        self.made.node.push(proto::Node {
            input: inputs,
            output: vec![output.to_owned()],
            name: Some(name),
            op_type: Some(operator.to_owned()),
            attribute: attributes,
        });
    }
}

/// A value of N times this shape.
fn value(name: &str, shape: &[usize]) -> proto::Value {
    let axes = shape.iter().map(|size| Size::Known(*size as i64));
    let dim = std::iter::once(Size::Free(BATCH.to_owned())).chain(axes);
    let dim = dim.map(|size| proto::Dimension { value: Some(size) }).collect();
    let tensor = proto::TensorType { elem_type: Some(ElementType::Float.into()), shape: Some(proto::Shape { dim }) };
    proto::Value { name: Some(name.to_owned()), r#type: Some(proto::Type { tensor_type: Some(tensor) }) }
}

fn attribute(name: &str, kind: AttributeKind) -> proto::Attribute {
    proto::Attribute { name: Some(name.to_owned()), kind: Some(kind.into()), ..Default::default() }
}

/// A setting that is a number.
pub(crate) fn float(name: &str, value: f32) -> proto::Attribute {
    proto::Attribute { f: Some(value), ..attribute(name, AttributeKind::Float) }
}

/// A setting that is a whole number.
pub(crate) fn int(name: &str, value: usize) -> proto::Attribute {
    proto::Attribute { i: Some(value as i64), ..attribute(name, AttributeKind::Int) }
}

/// A setting that is several whole numbers.
pub(crate) fn ints(name: &str, values: &[usize]) -> proto::Attribute {
    proto::Attribute {
        ints: values.iter().map(|value| *value as i64).collect(),
        ..attribute(name, AttributeKind::Ints)
    }
}

/// A setting that is a word.
pub(crate) fn text(name: &str, value: &str) -> proto::Attribute {
    proto::Attribute { s: Some(value.as_bytes().to_vec()), ..attribute(name, AttributeKind::Text) }
}

/// What convolutions and pools share; `before` and `behind` are the padding on either side.
pub(crate) fn window(
    kernel: [usize; 2],
    stride: [usize; 2],
    before: [usize; 2],
    behind: [usize; 2],
) -> Vec<proto::Attribute> {
    let pads = [before[0], before[1], behind[0], behind[1]];
    vec![ints("kernel_shape", &kernel), ints("strides", &stride), ints("pads", &pads)]
}
