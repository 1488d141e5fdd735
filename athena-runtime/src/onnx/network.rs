//! Makes the graph of a whole network.

use super::graph::{Fold, Form, Graph, Layer};
use super::{Options, Source, proto};
use crate::layers::Operation;
use crate::layers::batch_norm::onnx::fold;
use crate::model::LayerInfo;

/// The graph of a network, whose layers can all be exported.
pub(super) fn graph(source: &Source<'_>, options: &Options) -> proto::Graph {
    let Source { layers, inputs, .. } = *source;
    let values = Values { source, folded: folded(source, options.fold_batch_norm) };
    let made_by: Vec<usize> = source.output_values.iter().map(|value| values.made_by(*value)).collect();
    let keys = source.table.iter().map(|parameter| parameter.name);
    let (mut graph, [mut names, outputs]) = Graph::new(source.name, source, keys, [inputs, source.outputs]);
    for (index, layer) in layers.iter().enumerate() {
        let value = inputs.len() + index;
        let (Form::Nodes(nodes) | Form::Foldable(nodes), false) =
            (layer.operation.layer().onnx(), values.is_left_out(layer))
        else {
            names.push(names[layer.inputs[0]].clone());
            continue;
        };
        // A value that is an output has the output's name. If it is several, the others are copies.
        let output = made_by.iter().position(|made_by| *made_by == value);
        let y = output.map_or_else(|| graph.value(layer.name, layer.shape), |output| outputs[output].clone());
        let norm = values.folded[value];
        let folding = |weight: &mut [f32], bias: Option<&[f32]>| match norm {
            Some((path, info)) => fold(source, path, info, weight, bias),
            None => Vec::new(),
        };
        nodes.add_to(&mut Layer {
            graph: &mut graph,
            name: layer.name,
            inputs: layer.inputs.iter().map(|input| names[*input].clone()).collect(),
            input_shapes: layer.inputs.iter().map(|input| values.shape(*input)).collect(),
            shape: layer.shape,
            output: &y,
            fold: norm.is_some().then_some(&folding as &Fold<'_>),
        });
        names.push(y);
    }
    for (output, value) in outputs.iter().zip(&made_by).filter(|(output, value)| names[**value] != **output) {
        graph.copy(&names[*value], output);
    }
    graph.finish()
}

/// A batch norm and its path.
type Norm = (&'static str, crate::layers::NormInfo);

/// The values of a network: its inputs, then the outputs of its layers.
struct Values<'a> {
    source: &'a Source<'a>,
    /// The batch norm that is folded into the layer that makes the value.
    folded: Vec<Option<Norm>>,
}

impl Values<'_> {
    /// The layer that makes a value; `None` for an input.
    fn layer(&self, value: usize) -> Option<&'static LayerInfo> {
        value.checked_sub(self.source.inputs.len()).map(|index| &self.source.layers[index])
    }

    /// The shape of a value.
    fn shape(&self, value: usize) -> &'static [usize] {
        self.layer(value).map_or_else(|| self.source.inputs[value].shape, |layer| layer.shape)
    }

    /// Whether a layer has no nodes: its output is its input, or is made by the layer into which it is folded.
    fn is_left_out(&self, layer: &LayerInfo) -> bool {
        match layer.operation.layer().onnx() {
            Form::Identity => true,
            Form::Nodes(_) | Form::Foldable(_) | Form::Missing => {
                matches!(layer.operation, Operation::BatchNorm(_)) && self.folded[layer.inputs[0]].is_some()
            }
        }
    }

    /// The value with whose name `value` is made: layers that are left out are skipped.
    fn made_by(&self, mut value: usize) -> usize {
        while let Some(layer) = self.layer(value).filter(|layer| self.is_left_out(layer)) {
            value = layer.inputs[0];
        }
        value
    }
}

/// For each value, the batch norm that is folded into the layer that makes it: the only reader of a convolution or linear layer that is no
/// output.
fn folded(source: &Source<'_>, fold: bool) -> Vec<Option<Norm>> {
    let Source { layers, inputs, .. } = *source;
    let count = inputs.len() + layers.len();
    let mut norms = vec![None; count];
    if !fold {
        return norms;
    }
    let mut readers = vec![0; count];
    let read = layers.iter().flat_map(|layer| layer.inputs).chain(source.output_values);
    read.for_each(|value| readers[*value] += 1);
    for layer in layers {
        let Operation::BatchNorm(info) = layer.operation else { continue };
        let input = layer.inputs[0];
        let from = input.checked_sub(inputs.len()).map(|index| layers[index].operation.layer().onnx());
        if readers[input] == 1 && matches!(from, Some(Form::Foldable(_))) {
            norms[input] = Some((layer.name, info));
        }
    }
    norms
}
