//! Makes the graph of a whole network.

use super::graph::{Fold, Form, Graph, Layer};
use super::{Options, Source, proto};
use crate::layers::Operation;
use crate::layers::batch_norm::onnx::fold;
use crate::model::LayerInfo;

/// The graph of a network, whose layers can all be exported.
pub(super) fn graph(source: &Source<'_>, options: &Options) -> proto::Graph {
    let Source { layers, .. } = *source;
    let folded = if options.fold_batch_norm { folded(layers) } else { vec![None; layers.len() + 1] };
    let is_left_out = |layer: &LayerInfo| match layer.operation.layer().onnx() {
        Form::Identity => true,
        Form::Nodes(_) | Form::Foldable(_) | Form::Missing => {
            matches!(layer.operation, Operation::BatchNorm(_)) && folded[layer.inputs[0]].is_some()
        }
    };
    // The network's output, skipping layers that are left out.
    let mut last = layers.len();
    while last > 0 && is_left_out(&layers[last - 1]) {
        last = layers[last - 1].inputs[0];
    }

    let keys = source.table.iter().map(|parameter| parameter.name);
    let ends = [&source.input[..], layers.last().map_or(&[], |layer| layer.shape)];
    let (mut graph, [input, output]) = Graph::new(source.name, source, keys, ends);
    // 0 is the image, `i` the output of layer `i - 1`. The output of a layer that is left out has the name of its input.
    let mut values = vec![input];
    for (index, layer) in layers.iter().enumerate() {
        let (Form::Nodes(nodes) | Form::Foldable(nodes)) = layer.operation.layer().onnx() else {
            values.push(values[layer.inputs[0]].clone());
            continue;
        };
        if is_left_out(layer) {
            values.push(values[layer.inputs[0]].clone());
            continue;
        }
        let y = if index + 1 == last { output.clone() } else { graph.value(layer.name, layer.shape) };
        let norm = folded[index + 1];
        let folding = |weight: &mut [f32], bias: Option<&[f32]>| match norm {
            Some((path, info)) => fold(source, path, info, weight, bias),
            None => Vec::new(),
        };
        let shape = |value: &usize| value.checked_sub(1).map_or(&source.input[..], |index| layers[index].shape);
        nodes.add_to(&mut Layer {
            graph: &mut graph,
            name: layer.name,
            inputs: layer.inputs.iter().map(|input| values[*input].clone()).collect(),
            input_shapes: layer.inputs.iter().map(shape).collect(),
            shape: layer.shape,
            output: &y,
            fold: norm.is_some().then_some(&folding as &Fold<'_>),
        });
        values.push(y);
    }
    graph.finish()
}

/// A batch norm and its path.
type Norm = (&'static str, crate::layers::NormInfo);

/// For each value (0 is the image, `i` the output of layer `i - 1`), the batch norm that is folded into the layer that makes it:
/// the only reader of a convolution or linear layer.
fn folded(layers: &'static [LayerInfo]) -> Vec<Option<Norm>> {
    let mut readers = vec![0; layers.len() + 1];
    layers.iter().flat_map(|layer| layer.inputs).for_each(|input| readers[*input] += 1);
    let mut norms = vec![None; layers.len() + 1];
    for layer in layers {
        let Operation::BatchNorm(info) = layer.operation else { continue };
        let input = layer.inputs[0];
        let from = input.checked_sub(1).map(|index| layers[index].operation.layer().onnx());
        if readers[input] == 1 && matches!(from, Some(Form::Foldable(_))) {
            norms[input] = Some((layer.name, info));
        }
    }
    norms
}
