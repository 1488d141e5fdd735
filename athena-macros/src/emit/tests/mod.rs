//! The generated Rust: one expansion word by word, and what must hold for every one.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

use super::emit;
use crate::ir::{BatchNorm, CheckedStruct, Network, Op, Port, Shape};
use crate::layers::checked::{Dropout, DropoutUnit, PadMode, Softmax};
use crate::plan::plan;
use crate::plan::tests::build::{BATCH_NORM, Build, RELU, pool, small_resnet, square};
use crate::snapshot;

fn checked(name: &str, network: Option<Network>) -> CheckedStruct {
    let input = network.as_ref().map_or(Shape::map([3, 8, 8]), |network| network.nodes[0].shape);
    CheckedStruct {
        attrs: quote!(#[doc = " A network."] #[derive(Clone, Debug)]),
        cfgs: TokenStream::new(),
        vis: quote!(pub),
        ident: format_ident!("{name}", span = Span::call_site()),
        inputs: Port::unnamed(input),
        outputs: Port::unnamed(Shape::vector(10)),
        limits: Vec::new(),
        network,
    }
}

/// The expansion as rustfmt-like text; fails if it is not Rust.
fn expansion(checked: &CheckedStruct) -> String {
    let tokens = emit(&quote!(::athena), checked, checked.network.as_ref().map(plan).as_ref());
    let file =
        syn::parse2(tokens).unwrap_or_else(|error| panic!("the expansion of {} is not Rust: {error}", checked.ident));
    prettyplease::unparse(&file)
}

/// Two convolutions and a linear layer.
fn tiny() -> Network {
    let mut b = Build::new(3, 8, 8);
    let x = b.conv_norm_relu(b.input(), 16, 3, 1);
    let x = b.conv_norm_relu(x, 16, 3, 1);
    b.classify(x, 10)
}

/// Every layer once.
fn everything() -> Network {
    let mut b = Build::new(3, 12, 12);
    let x = b.conv_norm_relu(b.input(), 8, 3, 1);
    let x = b.max_pool(x, pool(3, 2, 1, true));
    let x = b.pad(x, [1, 2], PadMode::Reflect);
    let x = b.avg_pool(x, pool(2, 1, 0, false), true);
    let left = b.conv_with(x, 16, square(3, 1, 1), 4);
    let right = b.subsample(x, 1, 16);
    let x = b.concat(&[left, right, left]);
    let x = b.add(Op::BatchNorm(BatchNorm { momentum: 0.1, eps: 1e-3, scale: false, shift: false }), &[x]);
    let x = b.add(RELU, &[x]);
    let x = b.add(Op::per_image(Dropout::of(DropoutUnit::Number, 0.25)), &[x]);
    let x = b.global_avg_pool(x);
    let x = b.flatten(x);
    let x = b.linear(x, 20);
    let x = b.add(BATCH_NORM, &[x]);
    let x = b.add(Op::per_image(Softmax), &[x]);
    let x = b.linear(x, 10);
    b.finish(x)
}

#[test]
fn a_whole_expansion() {
    snapshot::compare("src/emit/tests/tiny.rs.txt", &expansion(&checked("Tiny", Some(tiny()))));
}

#[test]
fn the_expansion_of_a_mistake() {
    snapshot::compare("src/emit/tests/stub.rs.txt", &expansion(&checked("Stub", None)));
}

#[test]
fn every_layer_has_its_call() {
    let text = expansion(&checked("Everything", Some(everything())));
    // A long call may begin a line of its own behind its value.
    let text: String = text.split_whitespace().collect();
    for call in [
        "__pass.load(",
        "__pass.conv_sums(",
        "__pass.fused(",
        "__pass.max_pool(",
        "__pass.pad(",
        "__pass.avg_pool(",
        "__pass.conv(",
        "__pass.subsample(",
        "__pass.concat(",
        "__pass.sums(",
        "__pass.dropout(",
        "__pass.global_avg_pool(",
        "__pass.flatten(",
        "__pass.softmax(",
        "__run.linear(",
        "__run.normalise(",
        "__run.linear_backward(",
        "__run.normalise_backward(",
        "__pass.softmax_backward(",
        "__pass.flatten_backward(",
        "__pass.global_avg_pool_backward(",
        "__pass.dropout_backward(",
        "__pass.fused_backward(",
        "__pass.norm_backward(",
        "__pass.concat_backward(",
        "__pass.subsample_backward(",
        "__pass.conv_backward_weights(",
        "__pass.conv_backward_data(",
        "__pass.avg_pool_backward(",
        "__pass.pad_backward(",
        "__pass.max_pool_backward(",
        "__pass.conv_fused(",
    ] {
        assert!(text.contains(call), "{call}");
    }
}

#[test]
fn every_layer_has_its_row() {
    let network = everything();
    let text = expansion(&checked("Everything", Some(network.clone())));
    let rows: Vec<&str> = text.split("LayerInfo {").skip(1).collect();
    assert_eq!(rows.len(), network.nodes.len() - 1);
    for (row, node) in rows.iter().zip(&network.nodes[1..]) {
        let word = node.op.as_per_image().map_or_else(|| format!("{:?}", node.op), |layer| format!("{layer:?}"));
        let word = word.split([' ', '(']).next().unwrap_or_default();
        assert!(row.contains(&format!("Operation::{word}")), "{word} is not in {row}");
        let inputs: Vec<String> = node.inputs.iter().map(|id| id.0.to_string()).collect();
        assert!(row.contains(&format!("inputs: &[{}]", inputs.join(", "))), "{row}");
    }
}

#[test]
fn functions_fit_a_page() {
    let mut b = Build::new(3, 16, 16);
    let mut x = b.conv_norm_relu(b.input(), 16, 3, 1);
    for _ in 0..40 {
        x = b.basic(x, 16, 1);
    }
    let deep = checked("Deep", Some(b.classify(x, 10)));
    let text = emit(&quote!(::athena), &deep, deep.network.as_ref().map(plan).as_ref());
    let file: syn::File = syn::parse2(text).expect("the expansion is Rust");
    let mut functions = 0;
    let mut visit = |block: &syn::Block| {
        functions += 1;
        assert!(block.stmts.len() <= 24);
    };
    let Some(syn::Item::Const(block)) = file.items.last() else { panic!("a const block follows the struct") };
    let syn::Expr::Block(block) = &*block.expr else { panic!("a const block is a block") };
    for statement in &block.block.stmts {
        match statement {
            syn::Stmt::Item(syn::Item::Fn(function)) => visit(&function.block),
            syn::Stmt::Item(syn::Item::Impl(block)) => block.items.iter().for_each(|item| {
                if let syn::ImplItem::Fn(function) = item {
                    visit(&function.block);
                }
            }),
            _ => {}
        }
    }
    // A phase for each of the 81 batch norms and one more, in both directions.
    assert!(functions > 2 * 82);
}

#[test]
fn the_counts_are_known() {
    // By hand: each convolution, two numbers a channel of each norm, the classifier with its bias.
    let network = small_resnet();
    let conv = |inputs: usize, outputs: usize, kernel: usize| inputs * outputs * kernel * kernel;
    let weights = conv(3, 16, 3) + 2 * conv(16, 16, 3) + conv(16, 32, 3) + conv(16, 32, 1) + 3 * conv(32, 32, 3);
    let norms = 2 * (3 * 16 + 5 * 32);
    let handles = super::handles::Handles::new(&network, &mut super::names::Namer::new(&[]));
    let parameters = super::layers::all_parameters(&network, &handles).to_string();
    assert_eq!(parameters, (weights + norms + 32 * 10 + 10).to_string());
    let (large, small) = (16 * 16, 8 * 8);
    let macs = large * (conv(3, 16, 3) + 2 * conv(16, 16, 3))
        + small * (conv(16, 32, 3) + conv(16, 32, 1) + 3 * conv(32, 32, 3))
        + 320;
    let live = vec![true; network.nodes.len()];
    assert_eq!(crate::plan::costs::all_macs(&network, &live), macs as u64);
}
