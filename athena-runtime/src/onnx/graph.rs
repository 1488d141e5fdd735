//! Builds the graph of an ONNX file: values, nodes and constants, each with a unique name.

use super::proto::{self, AttributeKind, ElementType, Size};
use crate::layout::Port;
use std::collections::HashSet;

/// The name of the batch axis, whose size is free.
const BATCH: &str = "N";

/// The names that are in use.
#[derive(Debug, Default)]
struct Names(HashSet<String>);

impl Names {
    /// `name`, with a number appended if it is in use.
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

/// The source of the tensors of the state dict.
pub(crate) trait Tensors {
    /// The shape of the tensor under `key`, and its values in PyTorch's layout.
    fn of(&self, key: &str) -> (&'static [usize], Vec<f32>);

    /// Whether there is a tensor under `key`.
    fn has(&self, key: &str) -> bool;
}

/// The ONNX form of a layer.
pub(crate) enum Form<'a> {
    /// Nodes.
    Nodes(&'a dyn ToNodes),
    /// Nodes with a weight and a bias, into which the following batch norm can be folded. See [`Layer::weight_and_bias`].
    Foldable(&'a dyn ToNodes),
    /// No nodes: the layer is the identity in inference.
    Identity,
    /// None: a network with this layer cannot be exported.
    Missing,
}

/// A layer that is exported as nodes.
pub(crate) trait ToNodes {
    /// Adds the nodes, the last one by [`Layer::node`].
    fn add_to(&self, layer: &mut Layer<'_, '_>);
}

/// Folds a batch norm into a layer's weight and bias, and returns the bias.
pub(crate) type Fold<'f> = dyn Fn(&mut [f32], Option<&[f32]>) -> Vec<f32> + 'f;

/// A graph that is being built.
pub(crate) struct Graph<'a> {
    tensors: &'a dyn Tensors,
    /// The names of values and constants, which must differ from each other.
    names: Names,
    node_names: Names,
    made: proto::Graph,
}

/// A layer that is being added to a graph.
pub(crate) struct Layer<'g, 'a> {
    pub graph: &'g mut Graph<'a>,
    /// Its path.
    pub name: &'static str,
    /// The names of its inputs.
    pub inputs: Vec<String>,
    /// The shapes of its inputs, without the batch axis.
    pub input_shapes: Vec<&'g [usize]>,
    /// The shape of its output, without the batch axis.
    pub shape: &'static [usize],
    /// The name of its output.
    pub output: &'g str,
    /// The batch norm that is folded into it.
    pub fold: Option<&'g Fold<'g>>,
}

impl Layer<'_, '_> {
    fn suffixed(&self, suffix: &str) -> String {
        format!("{}.{suffix}", self.name)
    }

    /// Adds the node that makes the layer's output.
    pub fn node(&mut self, operator: &str, inputs: Vec<String>, attributes: Vec<proto::Attribute>) {
        self.graph.node(self.name, operator, inputs, self.output, attributes);
    }

    /// Adds a node before the last one, whose output has this shape. Returns the name of the output.
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

    /// Adds a constant of whole numbers.
    pub fn whole_numbers(&mut self, suffix: &str, values: &[usize]) -> String {
        self.graph.whole_numbers(&self.suffixed(suffix), values)
    }

    /// Adds a constant of one number.
    pub fn scalar(&mut self, suffix: &str, value: f32) -> String {
        self.graph.scalar(&self.suffixed(suffix), value)
    }

    /// Adds a constant with one number per channel.
    pub fn vector(&mut self, suffix: &str, values: &[f32]) -> String {
        self.graph.vector(&self.suffixed(suffix), values)
    }

    /// A constant of rows and columns.
    pub fn matrix(&mut self, suffix: &str, sizes: [usize; 2], values: &[f32]) -> String {
        let name = self.graph.names.unique(&self.suffixed(suffix));
        self.graph.floats(name, &sizes, values)
    }

    /// Adds a tensor of the layer from the state dict.
    pub fn tensor(&mut self, suffix: &str) -> String {
        let key = self.suffixed(suffix);
        let (_, values) = self.graph.tensors.of(&key);
        self.graph.state(&key, &values)
    }

    /// A tensor of the layer's with one number a channel, in the shape in which it multiplies a map, or the vector that the layer takes.
    pub fn tensor_beside_maps(&mut self, suffix: &str) -> String {
        let tensor = self.tensor(suffix);
        let [channels, _, _] = *self.shape else { return tensor };
        let axes = self.whole_numbers("axes", &[1, 2]);
        let name = self.suffixed("beside_maps");
        let output = self.graph.constant_value(&name, &[channels, 1, 1]);
        self.graph.node(&name, "Unsqueeze", vec![tensor, axes], &output, Vec::new());
        output
    }

    /// The tensor whose key is the path of the layer, or its `weight` in the shape in which it multiplies a map.
    pub fn factors(&mut self) -> String {
        if !self.graph.tensors.has(self.name) {
            return self.tensor_beside_maps("weight");
        }
        let (_, values) = self.graph.tensors.of(self.name);
        match self.shape.len() {
            3 => self.graph.state(self.name, &values),
            _ => self.graph.vector(self.name, &values),
        }
    }

    /// Gives the weight of a linear layer over the channels of each pixel, the first of these tensors, the sizes of a 1x1 kernel.
    pub fn with_kernel(&mut self, mut tensors: Vec<String>) -> Vec<String> {
        let (shape, _) = self.graph.tensors.of(&self.suffixed("weight"));
        if let ([outputs, inputs], Some(weight)) = (shape, tensors.first_mut()) {
            let axes = self.whole_numbers("axes", &[2, 3]);
            let name = self.suffixed("kernel");
            let output = self.graph.constant_value(&name, &[*outputs, *inputs, 1, 1]);
            self.graph.node(
                &name,
                "Unsqueeze",
                vec![std::mem::replace(weight, output.clone()), axes],
                &output,
                Vec::new(),
            );
        }
        tensors
    }

    /// Adds the layer's weight and bias, with the batch norm that is folded into them.
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
    /// An empty graph from inputs to outputs. `keys` are names that are in use. Also returns the names of the inputs and of the outputs.
    pub fn new<'k>(
        name: &str,
        tensors: &'a dyn Tensors,
        keys: impl Iterator<Item = &'k str>,
        [inputs, outputs]: [&[Port]; 2],
    ) -> (Self, [Vec<String>; 2]) {
        let mut names = Names::default();
        names.0.extend(keys.map(str::to_owned));
        let mut named = |ports: &[Port]| ports.iter().map(|port| names.unique(port.name)).collect::<Vec<_>>();
        let [from, to] = [named(inputs), named(outputs)];
        let values = |names: &[String], ports: &[Port]| {
            names.iter().zip(ports).map(|(name, port)| value(name, port.shape)).collect()
        };
        let made = proto::Graph {
            name: Some(name.to_owned()),
            input: values(&from, inputs),
            output: values(&to, outputs),
            ..Default::default()
        };
        (Self { tensors, names, node_names: Names::default(), made }, [from, to])
    }

    /// The protobuf message.
    pub fn finish(self) -> proto::Graph {
        self.made
    }

    /// Adds a value between nodes, with the name `name` or a similar one.
    pub fn value(&mut self, name: &str, shape: &[usize]) -> String {
        let name = self.names.unique(name);
        self.made.value_info.push(value(&name, shape));
        name
    }

    /// A new value that is computed from constants alone, called `name` or nearly so.
    fn constant_value(&mut self, name: &str, shape: &[usize]) -> String {
        let name = self.names.unique(name);
        self.made.value_info.push(value_of(&name, known(shape)));
        name
    }

    /// Adds a constant of the state dict, with its key as its name.
    fn state(&mut self, key: &str, values: &[f32]) -> String {
        let (shape, _) = self.tensors.of(key);
        self.floats(key.to_owned(), shape, values)
    }

    /// Adds a constant that is not in the state dict, with one number per channel and the name `name` or a similar one.
    pub fn vector(&mut self, name: &str, values: &[f32]) -> String {
        let name = self.names.unique(name);
        self.floats(name, &[values.len()], values)
    }

    /// Adds a constant that is not in the state dict, of one number, with the name `name` or a similar one.
    pub fn scalar(&mut self, name: &str, value: f32) -> String {
        let name = self.names.unique(name);
        self.floats(name, &[], &[value])
    }

    fn floats(&mut self, name: String, shape: &[usize], values: &[f32]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(name, shape, ElementType::Float, bytes)
    }

    /// Adds a constant of whole numbers, with the name `name` or a similar one.
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

    /// Adds a copy of a value, for a value that is several outputs.
    pub fn copy(&mut self, from: &str, to: &str) {
        self.node(to, "Identity", vec![from.to_owned()], to, Vec::new());
    }

    /// Adds an operation with one output, with the name `name` or a similar one.
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

/// A value whose shape is N and then this shape.
fn value(name: &str, shape: &[usize]) -> proto::Value {
    value_of(name, std::iter::once(Size::Free(BATCH.to_owned())).chain(known(shape)))
}

fn known(shape: &[usize]) -> impl Iterator<Item = Size> {
    shape.iter().map(|size| Size::Known(*size as i64))
}

fn value_of(name: &str, axes: impl Iterator<Item = Size>) -> proto::Value {
    let dim = axes.map(|size| proto::Dimension { value: Some(size) }).collect();
    let tensor = proto::TensorType { elem_type: Some(ElementType::Float.into()), shape: Some(proto::Shape { dim }) };
    proto::Value { name: Some(name.to_owned()), r#type: Some(proto::Type { tensor_type: Some(tensor) }) }
}

fn attribute(name: &str, kind: AttributeKind) -> proto::Attribute {
    proto::Attribute { name: Some(name.to_owned()), kind: Some(kind.into()), ..Default::default() }
}

/// A float attribute.
pub(crate) fn float(name: &str, value: f32) -> proto::Attribute {
    proto::Attribute { f: Some(value), ..attribute(name, AttributeKind::Float) }
}

/// An integer attribute.
pub(crate) fn int(name: &str, value: usize) -> proto::Attribute {
    proto::Attribute { i: Some(value as i64), ..attribute(name, AttributeKind::Int) }
}

/// An attribute of several integers.
pub(crate) fn ints(name: &str, values: &[usize]) -> proto::Attribute {
    proto::Attribute {
        ints: values.iter().map(|value| *value as i64).collect(),
        ..attribute(name, AttributeKind::Ints)
    }
}

/// A string attribute.
pub(crate) fn text(name: &str, value: &str) -> proto::Attribute {
    proto::Attribute { s: Some(value.as_bytes().to_vec()), ..attribute(name, AttributeKind::Text) }
}

/// The attributes that convolutions and pools share. `before` and `behind` are the padding on the two sides.
pub(crate) fn window(
    kernel: [usize; 2],
    stride: [usize; 2],
    before: [usize; 2],
    behind: [usize; 2],
) -> Vec<proto::Attribute> {
    let pads = [before[0], before[1], behind[0], behind[1]];
    vec![ints("kernel_shape", &kernel), ints("strides", &stride), ints("pads", &pads)]
}
