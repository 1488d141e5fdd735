//! One layer as nodes.

use super::fold::fold;
use super::graph::{Graph, float, int, ints, text};
use super::proto::Attribute;
use crate::layers::NormInfo;
use crate::model::{LayerInfo, Operation};
use crate::ops::{Activation, PadMode, Pool};

/// Adds layer `index`, whose output is the value `y`.
pub(super) fn add(graph: &mut Graph<'_>, index: usize, y: &str) {
    let layer = &graph.source().layers[index];
    let mut inputs = graph.inputs(layer);
    let (operator, attributes) = match layer.operation {
        Operation::Conv(conv) => {
            inputs.extend(weights(graph, index, conv.has_bias));
            let of = conv.shape.window;
            let mut attributes = window(of.kernel, of.stride, of.padding, of.padding);
            attributes.push(ints("dilations", &of.dilation));
            attributes.push(int("group", conv.shape.groups));
            ("Conv", attributes)
        }
        Operation::Linear(linear) => {
            inputs.extend(weights(graph, index, linear.bias));
            ("Gemm", vec![int("transB", 1)])
        }
        Operation::BatchNorm(norm) => {
            inputs.extend(statistics(graph, layer.name, &norm));
            ("BatchNormalization", vec![float("epsilon", norm.eps)])
        }
        Operation::Activation(function) => return activation(graph, layer, function, y),
        Operation::MaxPool(of) => ("MaxPool", window(of.kernel, of.stride, of.padding, behind(graph, layer, &of))),
        Operation::AvgPool { pool, count_padding } => return avg_pool(graph, layer, &pool, count_padding, y),
        Operation::GlobalAvgPool => ("GlobalAveragePool", Vec::new()),
        Operation::Flatten => ("Flatten", vec![int("axis", 1)]),
        Operation::Pad { amount: [rows, columns], mode } => {
            let borders = [0, 0, rows, columns, 0, 0, rows, columns];
            inputs.push(graph.whole_numbers(&format!("{}.pads", layer.name), &borders));
            let mode = match mode {
                PadMode::Zeros => "constant",
                PadMode::Reflect => "reflect",
                PadMode::Replicate => "edge",
            };
            ("Pad", vec![text("mode", mode)])
        }
        Operation::Add => (if inputs.len() == 2 { "Add" } else { "Sum" }, Vec::new()),
        Operation::Multiply => return multiply(graph, layer, y),
        Operation::Concat => ("Concat", vec![int("axis", 1)]),
        Operation::Subsample { stride } => return subsample(graph, layer, stride, y),
        Operation::Softmax => ("Softmax", vec![int("axis", 1)]),
        Operation::Dropout => unreachable!("is left out"),
        Operation::User | Operation::Unflatten => unreachable!("a network with layers of the user's is refused"),
    };
    graph.node(layer.name, operator, inputs, y, attributes);
}

/// What convolutions and pools share; `before` and `behind` are the padding on either side.
fn window(kernel: [usize; 2], stride: [usize; 2], before: [usize; 2], behind: [usize; 2]) -> Vec<Attribute> {
    let pads = [before[0], before[1], behind[0], behind[1]];
    vec![ints("kernel_shape", &kernel), ints("strides", &stride), ints("pads", &pads)]
}

/// The padding behind a pool's map, with what its last windows reach beyond it where sizes are rounded up. ONNX's own `ceil_mode`
/// is not used: its shape inference keeps windows that begin behind the map, and runtimes disagree about the pixels that count.
fn behind(graph: &Graph<'_>, layer: &LayerInfo, pool: &Pool) -> [usize; 2] {
    let (from, to) = (graph.shape(layer.inputs[0]), layer.shape);
    [0, 1].map(|axis| {
        let end = (to[axis + 1] - 1) * pool.stride[axis] + pool.kernel[axis];
        pool.padding[axis].max(end.saturating_sub(from[axis + 1] + pool.padding[axis]))
    })
}

/// An average pool. What lies beyond the padding is never counted, so where a window reaches there and padding counts, the padding
/// becomes a step of its own, and then what is left of the window's pads counts for nothing.
fn avg_pool(graph: &mut Graph<'_>, layer: &LayerInfo, pool: &Pool, count_padding: bool, y: &str) {
    let mut inputs = graph.inputs(layer);
    let (mut before, mut behind) = (pool.padding, behind(graph, layer, pool));
    let mut counts = count_padding;
    if count_padding && behind != pool.padding {
        counts = false;
        if let [rows, columns] = pool.padding
            && rows + columns > 0
        {
            let from = graph.shape(layer.inputs[0]);
            let name = format!("{}.pad", layer.name);
            let padded = graph.value(&name, &[from[0], from[1] + 2 * rows, from[2] + 2 * columns]);
            inputs.push(graph.whole_numbers(&format!("{name}s"), &[0, 0, rows, columns, 0, 0, rows, columns]));
            graph.node(&name, "Pad", inputs, &padded, vec![text("mode", "constant")]);
            inputs = vec![padded];
            before = [0, 0];
            behind = [behind[0] - rows, behind[1] - columns];
        }
    }
    let mut attributes = window(pool.kernel, pool.stride, before, behind);
    attributes.push(int("count_include_pad", usize::from(counts)));
    graph.node(layer.name, "AveragePool", inputs, y, attributes);
}

/// Weight and bias of a layer, with the batch norm that goes into it.
fn weights(graph: &mut Graph<'_>, index: usize, has_bias: bool) -> Vec<String> {
    let source = graph.source();
    let path = source.layers[index].name;
    let (weight_key, bias_key) = (format!("{path}.weight"), format!("{path}.bias"));
    let mut weight = source.read(&weight_key);
    let mut bias = has_bias.then(|| source.read(&bias_key));
    if let Some(LayerInfo { name, operation: Operation::BatchNorm(norm), .. }) = graph.folded(index) {
        bias = Some(fold(source, (name, *norm), &mut weight, bias.as_deref()));
    }
    let mut names = vec![graph.state(&weight_key, &weight)];
    match bias {
        Some(bias) if has_bias => names.push(graph.state(&bias_key, &bias)),
        Some(bias) => names.push(graph.vector(&bias_key, &bias)),
        None => {}
    }
    names
}

/// Scale, shift, mean and variance of a batch norm; ones and zeros where it has no scale and shift of its own.
fn statistics(graph: &mut Graph<'_>, path: &str, norm: &NormInfo) -> [String; 4] {
    let source = graph.source();
    let mut tensor = |name: &str, stands_in: Option<f32>| {
        let key = format!("{path}.{name}");
        match stands_in {
            Some(value) => graph.vector(&key, &vec![value; norm.channels]),
            None => graph.state(&key, &source.read(&key)),
        }
    };
    let unless_affine = |value: f32| (!norm.affine).then_some(value);
    [
        tensor("weight", unless_affine(1.0)),
        tensor("bias", unless_affine(0.0)),
        tensor("running_mean", None),
        tensor("running_var", None),
    ]
}

fn activation(graph: &mut Graph<'_>, layer: &LayerInfo, function: Activation, y: &str) {
    let mut inputs = graph.inputs(layer);
    let (operator, attributes) = match function {
        Activation::Relu => ("Relu", Vec::new()),
        Activation::LeakyRelu(slope) => ("LeakyRelu", vec![float("alpha", slope)]),
        Activation::Sigmoid => ("Sigmoid", Vec::new()),
        Activation::Tanh => ("Tanh", Vec::new()),
        Activation::Silu => {
            let name = format!("{}.sigmoid", layer.name);
            let gate = graph.value(&name, layer.shape);
            graph.node(&name, "Sigmoid", inputs.clone(), &gate, Vec::new());
            inputs.push(gate);
            ("Mul", Vec::new())
        }
        Activation::Gelu => ("Gelu", vec![text("approximate", "none")]),
        Activation::Selu => ("Selu", Vec::new()),
        Activation::Softplus => ("Softplus", Vec::new()),
        Activation::Relu6 => {
            inputs.extend(
                [("min", 0.0), ("max", 6.0)].map(|(end, value)| graph.scalar(&format!("{}.{end}", layer.name), value)),
            );
            ("Clip", Vec::new())
        }
        Activation::HardSwish => ("HardSwish", Vec::new()),
    };
    graph.node(layer.name, operator, inputs, y, attributes);
}

/// A product; a vector that multiplies a map's channels becomes a map of C x 1 x 1 first.
fn multiply(graph: &mut Graph<'_>, layer: &LayerInfo, y: &str) {
    let mut inputs = graph.inputs(layer);
    if let (3, &[channels]) = (layer.shape.len(), graph.shape(layer.inputs[1])) {
        let name = format!("{}.gate", layer.name);
        let axes = graph.whole_numbers(&format!("{name}.axes"), &[2, 3]);
        let gate = graph.value(&name, &[channels, 1, 1]);
        let vector = std::mem::replace(&mut inputs[1], gate.clone());
        graph.node(&name, "Unsqueeze", vec![vector, axes], &gate, Vec::new());
    }
    graph.node(layer.name, "Mul", inputs, y, Vec::new());
}

/// Every `stride`-th pixel, then zero channels, half before and half behind.
fn subsample(graph: &mut Graph<'_>, layer: &LayerInfo, stride: [usize; 2], y: &str) {
    let [channels, rows, columns] = *graph.shape(layer.inputs[0]) else { unreachable!("takes a map") };
    let name = |suffix: &str| format!("{}.{suffix}", layer.name);
    let mut inputs = graph.inputs(layer);
    for (suffix, numbers) in [("starts", [0, 0]), ("ends", [rows, columns]), ("axes", [2, 3]), ("steps", stride)] {
        inputs.push(graph.whole_numbers(&name(suffix), &numbers));
    }
    let picked = graph.value(&name("slice"), &[channels, layer.shape[1], layer.shape[2]]);
    graph.node(&name("slice"), "Slice", inputs, &picked, Vec::new());

    let added = layer.shape[0] - channels;
    let borders = [0, added / 2, 0, 0, 0, added - added / 2, 0, 0];
    let borders = graph.whole_numbers(&name("pads"), &borders);
    graph.node(layer.name, "Pad", vec![picked, borders], y, vec![text("mode", "constant")]);
}
