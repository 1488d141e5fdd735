//! Tests each word of `layers::WORDS`: its example is a valid step, and the generated code calls the layer in both directions.

use super::front;
use crate::emit::emit;
use crate::ir::{CheckedStruct, Layer, Offsets};
use crate::plan::plan;
use crate::words;
use proc_macro2::TokenStream;
use quote::quote;

/// A network with a word's example after a convolution, on a map or on a vector.
fn network(example: &str) -> CheckedStruct {
    let behind = ["", " -> flatten"];
    let ends = [" -> global_avg_pool -> flatten -> linear(10)", " -> linear(10)"];
    let programs = behind.iter().flat_map(|before| {
        let body = format!("input -> conv(16, 3x3){before} -> {example}");
        ends.map(|end| format!("struct Net(3x12x12) -> 10 {{ {body}{end} }}"))
    });
    let mut read = programs.map(|program| front(&program)).filter(|front| front.errors.is_empty());
    let front = read.next().unwrap_or_else(|| panic!("the example `{example}` is in no program"));
    front.structs.into_iter().next().expect("a struct")
}

/// How a layer's calls begin, forward and backward. The methods of convolutions compute the transposed ones, too.
fn calls(layer: &str) -> [String; 2] {
    match layer {
        "conv_transpose" => ["conv", "conv_backward_data"].map(|call| format!("{call} (& CONV_TRANSPOSE1 ,")),
        name => [format!("{name} ("), format!("{name}_backward (")],
    }
}

#[test]
fn each_becomes_rust() {
    for word in words::all() {
        let checked = network(word.example);
        let plan = checked.network.as_ref().map(plan);
        let text = emit(&quote!(::athena), &checked, plan.as_ref()).to_string();
        let file = syn::parse_str::<syn::File>(&text);
        file.unwrap_or_else(|error| panic!("the expansion of `{}` is not Rust: {error}", word.example));
        let nodes = checked.network.expect("it is sound").nodes;
        let layers = nodes.iter().filter(|node| node.word == word.name).filter_map(|node| node.op.as_per_image());
        for layer in layers {
            for call in calls(layer.name()).map(|call| format!("__pass . {call}")) {
                assert!(text.contains(&call), "`{call}` is not called for `{}`", word.example);
            }
        }
    }
}

#[test]
fn each_says_whether_it_has_a_handle() {
    let none = &TokenStream::new();
    let at = Offsets { private: none, parameters: none, running: none, transposed: none, norms: 0, own: None };
    for word in words::all() {
        let network = network(word.example).network.expect("it is sound");
        for node in &network.nodes {
            let says = node.op.layer().is_some_and(Layer::has_handle);
            assert_eq!(says, network.handle(node, &at).is_some(), "`has_handle` of `{}`", node.word);
            assert!(says || network.tensors(node).is_empty(), "`{}` has tensors, so it needs a handle", node.word);
        }
    }
}
