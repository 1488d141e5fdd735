//! What plans take for granted of the runtime, as checks for the facade: macro and runtime are crates that cannot read each other's
//! constants, so some facts stand in both. Where they differ, athena itself does not compile.

use crate::graph::partial::Partial;
use crate::graph::{Padding, WrittenWindow};
use crate::ir::{MOST_TERMS, Window};
use crate::layers::tokens::number;
use crate::layers::window::{pool, slide};
use crate::plan::LANES;
use crate::plan::micro_batch::{MOST_MICRO_BATCH, WINOGRAD_TILE};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// The checks. `planning` is the path of the runtime's module of that name.
///
/// ```text
/// assert!(athena_runtime::planning::LANES == 16, "...");
/// const CONVOLUTIONS: [[usize; 7]; 270] = [[1, 1, 0, 1, 1, 1, 0], ...];
/// ...
/// ```
pub fn checks(planning: &TokenStream) -> TokenStream {
    let constants = constants(planning);
    let convolutions = convolutions(planning);
    let pools = pools(planning);
    quote!(#constants #convolutions #pools)
}

fn constants(planning: &TokenStream) -> TokenStream {
    let constants = [
        ("LANES", LANES, "plan/mod.rs", "layout.rs"),
        ("MOST_TERMS", MOST_TERMS, "ir/mod.rs", "layers/elementwise/term.rs"),
        ("MOST_MICRO_BATCH", MOST_MICRO_BATCH, "plan/micro_batch.rs", "exec/phase.rs"),
        ("WINOGRAD_TILE", WINOGRAD_TILE, "plan/micro_batch.rs", "layers/conv/kernel/winograd/transform.rs"),
    ];
    let checks = constants.map(|(name, value, here, there)| {
        let (constant, number) = (Ident::new(name, Span::call_site()), number(value));
        let message = format!(
            "{name} is {value} in athena-macros/src/{here} and another number in athena-runtime/src/{there}: give both the same"
        );
        quote!(::core::assert!(#planning::#constant == #number, #message);)
    });
    quote!(#(#checks)*)
}

/// Sizes of inputs that windows are tried on.
const INPUTS: [usize; 5] = [1, 2, 5, 8, 9];

/// The outputs' sizes of convolutions, and the halos of their gradients.
fn convolutions(planning: &TokenStream) -> TokenStream {
    let mut rows = Vec::new();
    for (kernel, stride) in [1, 2, 3, 7].into_iter().flat_map(|kernel| [1, 2, 3].map(|stride| (kernel, stride))) {
        for (padding, dilation) in [0, 1, 3].into_iter().flat_map(|padding| [1, 2].map(|dilation| (padding, dilation)))
        {
            let window = written([kernel, stride, padding, dilation], false);
            for input in INPUTS {
                let Some(output) = slide(Partial::map([1, input, input]), &window).0.height else { continue };
                let known =
                    Window { kernel: [kernel; 2], stride: [stride; 2], padding: [padding; 2], dilation: [dilation; 2] };
                let halo = known.gradient_halo(0, input, output);
                rows.push([kernel, stride, padding, dilation, input, output, halo]);
            }
        }
    }
    let (count, rows) = table(&rows);
    quote! {
        const CONVOLUTIONS: [[::core::primitive::usize; 7]; #count] = #rows;
        let mut row = 0;
        while row < CONVOLUTIONS.len() {
            let [kernel, stride, padding, dilation, input, output, halo] = CONVOLUTIONS[row];
            let window = #planning::Window {
                kernel: [kernel, kernel],
                stride: [stride, stride],
                padding: [padding, padding],
                dilation: [dilation, dilation],
            };
            ::core::assert!(
                ::core::matches!(window.output(0, input), ::core::option::Option::Some(length) if length == output),
                "the output's size of a convolution is one in athena-macros/src/layers/window.rs and another in athena-runtime/src/ops.rs: \
                 compute both by the same rule"
            );
            let shape = #planning::ConvShape::new([1, input, input], [1, output, output], window, 1);
            ::core::assert!(
                shape.gradient_halo()[0] == halo,
                "the halo of a convolution's gradient is one in athena-macros/src/ir/settings.rs and another in \
                 athena-runtime/src/layers/conv/kernel/shape.rs: compute both by the same rule"
            );
            row += 1;
        }
    }
}

/// The outputs' sizes of pools, rounded down and up.
fn pools(planning: &TokenStream) -> TokenStream {
    let mut rows = Vec::new();
    for (kernel, stride) in [1, 2, 3].into_iter().flat_map(|kernel| [1, 2, 3, 4].map(|stride| (kernel, stride))) {
        for (padding, ceil) in [0, 1].into_iter().flat_map(|padding| [false, true].map(|ceil| (padding, ceil))) {
            let window = written([kernel, stride, padding, 1], ceil);
            for input in INPUTS {
                let Some(output) = pool(Partial::map([1, input, input]), &window).0.height else { continue };
                rows.push([kernel, stride, padding, usize::from(ceil), input, output]);
            }
        }
    }
    let (count, rows) = table(&rows);
    quote! {
        const POOLS: [[::core::primitive::usize; 6]; #count] = #rows;
        let mut row = 0;
        while row < POOLS.len() {
            let [kernel, stride, padding, ceil, input, output] = POOLS[row];
            let pool = #planning::Pool {
                kernel: [kernel, kernel],
                stride: [stride, stride],
                padding: [padding, padding],
                ceil: ceil == 1,
            };
            ::core::assert!(
                ::core::matches!(pool.output(0, input), ::core::option::Option::Some(length) if length == output),
                "the output's size of a pool is one in athena-macros/src/layers/window.rs and another in athena-runtime/src/ops.rs: compute \
                 both by the same rule"
            );
            row += 1;
        }
    }
}

fn written([kernel, stride, padding, dilation]: [usize; 4], ceil: bool) -> WrittenWindow {
    WrittenWindow {
        kernel: Some([kernel; 2]),
        stride: Some([stride; 2]),
        padding: Some(Padding::Sizes([padding; 2])),
        dilation: Some([dilation; 2]),
        ceil: Some(ceil),
    }
}

/// How many rows there are, and an array of them.
fn table<const N: usize>(rows: &[[usize; N]]) -> (Literal, TokenStream) {
    let count = number(rows.len());
    let rows = rows.iter().map(|row| {
        let cells = row.map(number);
        quote!([#(#cells),*])
    });
    (count, quote!([#(#rows),*]))
}
