//! The graph of a file while it grows: values, nodes and constants, each with a name of its own.

use super::proto::{self, AttributeKind, ElementType, Size};
use super::{Options, Source, fold, layers};
use crate::model::{LayerInfo, Operation};
use std::collections::HashSet;

/// The name of the free axis.
const BATCH: &str = "N";

/// Names that are taken.
#[derive(Default)]
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

/// A graph in the making.
pub(super) struct Graph<'a> {
    source: &'a Source<'a>,
    /// The batch norm that goes into the layer behind each value, if any.
    folded: Vec<Option<&'static LayerInfo>>,
    /// The name of each value: 0 the image, `i` the output of layer `i - 1`. A layer that is left out has that of its input.
    values: Vec<String>,
    /// Values and constants share their names.
    names: Names,
    node_names: Names,
    made: proto::Graph,
}

impl<'a> Graph<'a> {
    /// The graph of a whole network.
    pub fn of(source: &'a Source<'a>, options: &Options) -> Self {
        let folded =
            if options.fold_batch_norm { fold::norms(source.layers) } else { vec![None; source.layers.len() + 1] };
        let mut names = Names::default();
        names.0.extend(source.table.iter().map(|parameter| parameter.name.to_owned()));
        let values = vec![names.unique("input")];
        let output = names.unique("output");
        let made = proto::Graph {
            name: Some(source.name.to_owned()),
            input: vec![value(&values[0], &source.input)],
            output: vec![value(&output, source.layers.last().map_or(&[], |layer| layer.shape))],
            ..Default::default()
        };
        let mut graph = Self { source, folded, values, names, node_names: Names::default(), made };
        let last = graph.last_computed();
        for (index, layer) in source.layers.iter().enumerate() {
            if graph.is_left_out(layer) {
                graph.values.push(graph.values[layer.inputs[0]].clone());
                continue;
            }
            let y = if index + 1 == last { output.clone() } else { graph.value(layer.name, layer.shape) };
            layers::add(&mut graph, index, &y);
            graph.values.push(y);
        }
        graph
    }

    /// The value that is the network's output once the layers that are left out are looked through.
    fn last_computed(&self) -> usize {
        let mut value = self.source.layers.len();
        while value > 0 && self.is_left_out(&self.source.layers[value - 1]) {
            value = self.source.layers[value - 1].inputs[0];
        }
        value
    }

    /// Dropout, and batch norms that are folded.
    fn is_left_out(&self, layer: &LayerInfo) -> bool {
        match layer.operation {
            Operation::Dropout => true,
            Operation::BatchNorm(_) => self.folded[layer.inputs[0]].is_some(),
            _ => false,
        }
    }

    /// The message.
    pub fn finish(self) -> proto::Graph {
        self.made
    }

    /// The network that is written.
    pub fn source(&self) -> &'a Source<'a> {
        self.source
    }

    /// The batch norm that goes into layer `index`.
    pub fn folded(&self, index: usize) -> Option<&'static LayerInfo> {
        self.folded[index + 1]
    }

    /// The names of what a layer reads.
    pub fn inputs(&self, layer: &LayerInfo) -> Vec<String> {
        layer.inputs.iter().map(|input| self.values[*input].clone()).collect()
    }

    /// The shape of a value, without the batch.
    pub fn shape(&self, value: usize) -> &'a [usize] {
        match value.checked_sub(1) {
            Some(index) => self.source.layers[index].shape,
            None => &self.source.input,
        }
    }

    /// A new value between nodes, called `name` or nearly so.
    pub fn value(&mut self, name: &str, shape: &[usize]) -> String {
        let name = self.names.unique(name);
        self.made.value_info.push(value(&name, shape));
        name
    }

    /// A constant of the state dict, under its key.
    pub fn state(&mut self, key: &str, values: &[f32]) -> String {
        let shape = self.source.parameter(key).shape;
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
pub(super) fn float(name: &str, value: f32) -> proto::Attribute {
    proto::Attribute { f: Some(value), ..attribute(name, AttributeKind::Float) }
}

/// A setting that is a whole number.
pub(super) fn int(name: &str, value: usize) -> proto::Attribute {
    proto::Attribute { i: Some(value as i64), ..attribute(name, AttributeKind::Int) }
}

/// A setting that is several whole numbers.
pub(super) fn ints(name: &str, values: &[usize]) -> proto::Attribute {
    proto::Attribute {
        ints: values.iter().map(|value| *value as i64).collect(),
        ..attribute(name, AttributeKind::Ints)
    }
}

/// A setting that is a word.
pub(super) fn text(name: &str, value: &str) -> proto::Attribute {
    proto::Attribute { s: Some(value.as_bytes().to_vec()), ..attribute(name, AttributeKind::Text) }
}
