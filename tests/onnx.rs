//! The contents of ONNX files, read without ONNX. `tests/onnx_runtime.rs` runs such files in ONNX Runtime.

use std::collections::{HashMap, HashSet};

use athena::onnx::proto::{Attribute, ElementType, Graph, Node, Size, Tensor, Value};
use athena::onnx::{self, Options, proto};
use athena::{Error, Model};
use prost::Message;

athena::resnet! {
    struct Small(3x8x8) -> 10 {
        input
            -> conv1: conv(8, 3x3, stride = 2) -> bn1: batch_norm -> relu
            -> layer1: 2 * basic(8)
            -> global_avg_pool -> flatten -> dropout(0.5) -> fc: linear(10)
    }

    block basic(filters) {
        input
            -> conv1: conv(filters, 3x3, bias = true) -> bn1: batch_norm(affine = false) -> relu
            -> conv2: conv(filters, 1x1) -> + input -> relu
    }
}

athena::resnet! {
    /// A network with names that clash with those of ONNX, a norm before its convolution, and every layer with settings.
    struct Odd(4x9x9) -> 6 {
        input
            -> first: batch_norm -> output: silu
            -> conv(4, 3x3, groups = 2, dilation = 2)
            -> [pad(1x2, mode = reflect), max_pool(3x2, stride = 2, padding = 1x0), avg_pool(2, stride = 1, padding = 1)]
            -> picked: shortcut(9, stride = 2, option = a) -> curved: gelu -> || picked -> wide: tanh
            -> silu -> + wide + wide
            -> global_avg_pool -> flatten -> linear(6) -> batch_norm -> softmax
    }
}

athena::resnet! {
    /// Pools whose last windows end after the map, after its padding, and inside it.
    struct Rounded(2x7x6) -> 2 {
        input
            -> largest: max_pool(2, ceil = true)
            -> mean: avg_pool(3, padding = 1, ceil = true)
            -> real: avg_pool(2, stride = 1, padding = 1, count_padding = false)
            -> global_avg_pool -> flatten
    }
}

athena::resnet! {
    /// The last layers are left out of the file.
    struct Ending(1x2x2) -> 3 {
        input -> flatten -> head: linear(3, bias = false) -> norm: batch_norm -> dropout(0.1)
    }
}

fn read(network: &impl Model, fold: bool) -> proto::Model {
    let bytes = onnx::to_bytes(network, &Options::new().fold_batch_norm(fold)).expect("the network is small");
    proto::Model::decode(&*bytes).expect("the bytes are a message")
}

fn graph(network: &impl Model, fold: bool) -> Graph {
    read(network, fold).graph.expect("a model has a graph")
}

fn nodes(graph: &Graph) -> Vec<(&str, &str)> {
    graph.node.iter().map(|node| (node.name(), node.op_type())).collect()
}

fn node<'a>(graph: &'a Graph, name: &str) -> &'a Node {
    graph.node.iter().find(|node| node.name() == name).unwrap_or_else(|| panic!("no node is called {name}"))
}

fn ints<'a>(node: &'a Node, name: &str) -> &'a [i64] {
    &attribute(node, name).ints
}

fn attribute<'a>(node: &'a Node, name: &str) -> &'a Attribute {
    node.attribute.iter().find(|attribute| attribute.name() == name).unwrap_or_else(|| panic!("no attribute {name}"))
}

fn tensor<'a>(graph: &'a Graph, name: &str) -> &'a Tensor {
    graph.initializer.iter().find(|tensor| tensor.name() == name).unwrap_or_else(|| panic!("no constant is {name}"))
}

fn floats(tensor: &Tensor) -> Vec<f32> {
    assert_eq!(tensor.data_type(), ElementType::Float);
    tensor.raw_data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn whole_numbers(tensor: &Tensor) -> Vec<i64> {
    assert_eq!(tensor.data_type(), ElementType::Int64);
    tensor.raw_data().as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect()
}

/// `N` and the sizes behind it.
fn shape(value: &Value) -> Vec<String> {
    let tensor = value.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref()).expect("values are tensors");
    let axes = &tensor.shape.as_ref().expect("tensors have shapes").dim;
    let size = |size: &Option<Size>| match size {
        Some(Size::Known(size)) => size.to_string(),
        Some(Size::Free(name)) => name.clone(),
        None => String::new(),
    };
    axes.iter().map(|axis| size(&axis.value)).collect()
}

/// A network whose running statistics are not the initial ones.
fn trained<M: Model>() -> M {
    let mut network = M::new(3);
    for (index, (key, sizes)) in M::parameter_names().iter().enumerate() {
        let len: usize = sizes.iter().product();
        let values: Vec<f32> = (0..len).map(|i| 0.5 + ((7 * i + 3 * index) % 11) as f32 / 8.0).collect();
        let is_vector = sizes.len() == 1;
        if is_vector {
            network.set_parameter(key, &values).expect("the values fit");
        }
    }
    network
}

#[test]
fn the_layers_are_there_under_their_paths() {
    let graph = graph(&Small::new(1), false);
    let expected = [
        ("conv1", "Conv"),
        ("bn1", "BatchNormalization"),
        ("relu1", "Relu"),
        ("layer1.0.conv1", "Conv"),
        ("layer1.0.bn1", "BatchNormalization"),
        ("layer1.0.relu1", "Relu"),
        ("layer1.0.conv2", "Conv"),
        ("layer1.0.add1", "Add"),
        ("layer1.0.relu2", "Relu"),
        ("layer1.1.conv1", "Conv"),
        ("layer1.1.bn1", "BatchNormalization"),
        ("layer1.1.relu1", "Relu"),
        ("layer1.1.conv2", "Conv"),
        ("layer1.1.add1", "Add"),
        ("layer1.1.relu2", "Relu"),
        ("global_avg_pool1", "GlobalAveragePool"),
        ("flatten1", "Flatten"),
        ("fc", "Gemm"),
    ];
    assert_eq!(nodes(&graph), expected);
    assert_eq!(node(&graph, "layer1.0.add1").input, ["layer1.0.conv2", "relu1"]);
    assert_eq!(node(&graph, "fc").input, ["flatten1", "fc.weight", "fc.bias"]);
}

#[test]
fn the_header_tells_version_shapes_and_writer() {
    let model = read(&Small::new(1), false);
    assert_eq!((model.ir_version(), model.producer_name()), (9, "athena"));
    assert_eq!(model.producer_version(), env!("CARGO_PKG_VERSION"));
    assert_eq!(model.doc_string(), "Small, images of 3x8x8, batch norm kept");
    let opsets: Vec<_> = model.opset_import.iter().map(|set| (set.domain(), set.version())).collect();
    assert_eq!(opsets, [("", onnx::OPSET)]);
    let graph = model.graph.expect("a model has a graph");
    assert_eq!(graph.name(), "Small");
    let [input] = &*graph.input else { panic!("one input") };
    let [output] = &*graph.output else { panic!("one output") };
    assert_eq!((input.name(), shape(input)), ("input", ["N", "3", "8", "8"].map(String::from).to_vec()));
    assert_eq!((output.name(), shape(output)), ("output", ["N", "10"].map(String::from).to_vec()));
    let stem = graph.value_info.iter().find(|value| value.name() == "conv1").expect("every value has a shape");
    assert_eq!(shape(stem), ["N", "8", "4", "4"]);
}

#[test]
fn the_state_dict_survives() {
    let network = trained::<Small>();
    let graph = graph(&network, false);
    let mut keys = HashSet::new();
    for (key, sizes) in Small::parameter_names().iter().filter(|(key, _)| !key.ends_with("num_batches_tracked")) {
        let tensor = tensor(&graph, key);
        assert!(tensor.dims.iter().map(|size| *size as usize).eq(sizes.iter().copied()), "{key}");
        assert_eq!(Some(floats(tensor)), network.parameter(key), "{key}");
        keys.insert(*key);
    }
    // A norm without scale and shift still needs them in ONNX.
    let others = graph.initializer.iter().filter(|tensor| !keys.contains(tensor.name()));
    let others: Vec<_> = others.map(|tensor| (tensor.name(), floats(tensor))).collect();
    let expected = ["layer1.0.bn1.weight", "layer1.0.bn1.bias", "layer1.1.bn1.weight", "layer1.1.bn1.bias"];
    let values = [1.0, 0.0, 1.0, 0.0].map(|value| vec![value; 8]);
    assert_eq!(others, expected.into_iter().zip(values).collect::<Vec<_>>());
}

#[test]
fn folding_leaves_no_norm_behind_a_convolution() {
    let graph = graph(&Small::new(1), true);
    assert!(graph.node.iter().all(|node| node.op_type() != "BatchNormalization"));
    assert!(graph.initializer.iter().all(|tensor| !tensor.name().contains("bn")));
    assert_eq!(node(&graph, "conv1").input, ["input", "conv1.weight", "conv1.bias"]);
    assert_eq!(node(&graph, "relu1").input, ["conv1"]);
    assert_eq!(node(&graph, "layer1.0.conv2").input[0], "layer1.0.relu1");
}

#[test]
fn folding_is_the_norm_of_the_convolution() {
    let network = trained::<Small>();
    let graph = graph(&network, true);
    let of = |key: &str| network.parameter(key).unwrap_or_else(|| panic!("{key}"));
    for (conv, norm, inputs) in [("conv1", "bn1", 27), ("layer1.1.conv1", "layer1.1.bn1", 72)] {
        let has = |key: &str| network.parameter(key);
        let (means, variances) = (of(&format!("{norm}.running_mean")), of(&format!("{norm}.running_var")));
        let gammas = has(&format!("{norm}.weight")).unwrap_or_else(|| vec![1.0; 8]);
        let betas = has(&format!("{norm}.bias")).unwrap_or_else(|| vec![0.0; 8]);
        let weights = of(&format!("{conv}.weight"));
        let biases = has(&format!("{conv}.bias")).unwrap_or_else(|| vec![0.0; 8]);
        let found = floats(tensor(&graph, &format!("{conv}.weight")));
        let found_biases = floats(tensor(&graph, &format!("{conv}.bias")));
        for channel in 0..8 {
            let deviation = (f64::from(variances[channel]) + 1e-5).sqrt();
            let normalised = |x: f64| {
                (x - f64::from(means[channel])) / deviation * f64::from(gammas[channel]) + f64::from(betas[channel])
            };
            let close = |found: f32, expected: f64| {
                assert!((f64::from(found) - expected).abs() <= 1e-6 * expected.abs().max(0.1), "{found} {expected}");
            };
            close(found_biases[channel], normalised(biases[channel].into()));
            for i in channel * inputs..(channel + 1) * inputs {
                close(found[i], normalised(weights[i].into()) - normalised(0.0));
            }
        }
    }
}

#[test]
fn settings_are_written_down() {
    let graph = graph(&Odd::new(1), false);
    let conv = node(&graph, "conv1");
    assert_eq!((attribute(conv, "group").i, ints(conv, "dilations")), (Some(2), &[2, 2][..]));
    assert_eq!((ints(conv, "pads"), ints(conv, "strides")), (&[2, 2, 2, 2][..], &[1, 1][..]));
    let pad = node(&graph, "list1.0");
    assert_eq!(attribute(pad, "mode").s(), b"reflect");
    assert_eq!(whole_numbers(tensor(&graph, &pad.input[1])), [0, 0, 1, 2, 0, 0, 1, 2]);
    let pool = node(&graph, "list1.1");
    assert_eq!((ints(pool, "kernel_shape"), ints(pool, "strides")), (&[3, 2][..], &[2, 2][..]));
    assert_eq!(ints(pool, "pads"), [1, 0, 1, 0]);
    assert_eq!(attribute(node(&graph, "list1.2"), "count_include_pad").i, Some(1));
    assert_eq!(attribute(node(&graph, "curved"), "approximate").s(), b"none");
    let (slice, channels) = (node(&graph, "picked.slice"), node(&graph, "picked"));
    assert_eq!(whole_numbers(tensor(&graph, &slice.input[4])), [2, 2]);
    // Five more channels, the odd one at the end.
    assert_eq!(whole_numbers(tensor(&graph, &channels.input[1])), [0, 2, 0, 0, 0, 3, 0, 0]);
}

/// The part of a window after the padding does not count. If the padding counts, it is a node of its own then.
#[test]
fn pools_that_are_rounded_up_have_pads_behind() {
    let graph = graph(&Rounded::new(1), false);
    let found: Vec<_> = nodes(&graph).into_iter().take(4).collect();
    let expected = [("largest", "MaxPool"), ("mean.pad", "Pad"), ("mean", "AveragePool"), ("real", "AveragePool")];
    assert_eq!(found, expected);
    assert_eq!(ints(node(&graph, "largest"), "pads"), [0, 0, 1, 0]);
    assert_eq!(whole_numbers(tensor(&graph, &node(&graph, "mean.pad").input[1])), [0, 0, 1, 1, 0, 0, 1, 1]);
    let padded = graph.value_info.iter().find(|value| value.name() == "mean.pad").expect("every value has a shape");
    assert_eq!(shape(padded), ["N", "2", "6", "5"]);
    assert_eq!(ints(node(&graph, "mean"), "pads"), [0, 0, 0, 1]);
    assert_eq!(ints(node(&graph, "real"), "pads"), [1, 1, 1, 1]);
    for pool in ["mean", "real"] {
        assert_eq!(attribute(node(&graph, pool), "count_include_pad").i, Some(0));
    }
}

#[test]
fn every_name_is_made_once_and_before_it_is_read() {
    for fold in [false, true] {
        for graph in [
            graph(&Small::new(1), fold),
            graph(&Odd::new(1), fold),
            graph(&Rounded::new(1), fold),
            graph(&Ending::new(1), fold),
        ] {
            let mut names = HashSet::from(["input"]);
            assert!(graph.initializer.iter().all(|tensor| names.insert(tensor.name())));
            for node in &graph.node {
                let unknown = node.input.iter().find(|input| !names.contains(input.as_str()));
                assert_eq!(unknown, None, "{}", node.name());
                assert!(node.output.iter().all(|output| names.insert(output)), "{}", node.name());
            }
            assert!(names.contains("output"));
            let nodes: HashSet<_> = graph.node.iter().map(Node::name).collect();
            assert_eq!(nodes.len(), graph.node.len());
            let read: HashSet<&String> = graph.node.iter().flat_map(|node| &node.input).collect();
            let constants: HashMap<_, _> = graph.initializer.iter().map(|t| (t.name(), t.dims.len())).collect();
            assert!(constants.keys().all(|name| read.contains(&name.to_string())), "nothing is there for nobody");
        }
    }
}

#[test]
fn a_norm_of_its_own_is_never_folded() {
    let graph = graph(&Odd::new(1), true);
    let first = &graph.node[0];
    assert_eq!((first.name(), first.op_type()), ("first", "BatchNormalization"));
    // The linear layer's norm is gone.
    let last: Vec<_> = nodes(&graph).into_iter().skip(graph.node.len() - 2).collect();
    assert_eq!(last, [("linear1", "Gemm"), ("softmax1", "Softmax")]);
}

#[test]
fn the_output_is_that_of_the_last_layer_left() {
    for (fold, last) in [(false, ("norm", "BatchNormalization")), (true, ("head", "Gemm"))] {
        let graph = graph(&Ending::new(1), fold);
        assert_eq!(nodes(&graph).last(), Some(&last));
        assert_eq!(graph.node.last().map(|node| &*node.output), Some(&["output".to_owned()][..]));
    }
}

#[test]
fn a_file_has_these_bytes_or_is_not_there() {
    let network = trained::<Small>();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("small.onnx");
    onnx::export(&network, &path, &Options::new()).expect("the folder is writable");
    let written = std::fs::read(&path).expect("the file is there");
    assert!(Some(written) == onnx::to_bytes(&network, &Options::new()).ok());

    let nowhere = folder.path().join("nowhere").join("small.onnx");
    let error = onnx::export(&network, &nowhere, &Options::new()).expect_err("there is no such folder");
    assert!(matches!(&error, Error::Io { action: "write", path, .. } if *path == nowhere), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).map(Iterator::count).ok(), Some(1));
}
