//! `emit`: the plan as Rust.
//!
//! The only pass that writes tokens. For each struct it writes the struct itself, and beside it one `const _` block with the layers
//! and slots as constants, a function for each phase, and the implementations of `Network` and `Model`. Every path is absolute,
//! below the `$crate` that the front door handed in, so that it works wherever the user writes it. Parameters start with two
//! underscores: Rust reads one that has the name of a constant in scope as that constant.
//!
//! * `names`: the identifiers of the constants,
//! * `layers`: layer handles, the parameter table, counts,
//! * `graph`: the layers as a table,
//! * `slots`: where values lie,
//! * `user`: layers of the user's own,
//! * `calls`: one call for each step,
//! * `words`: the settings of layers,
//! * `body`: phases as functions, cut to a readable length,
//! * `network`: the implementations of the traits,
//! * `guide`: what an editor shows.

mod body;
mod calls;
mod graph;
pub mod guide;
mod layers;
mod names;
mod network;
mod slots;
#[cfg(test)]
mod tests;
mod user;
mod words;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::ir::CheckedStruct;
use crate::plan::plan;

/// The Rust of one struct. `krate` is the path of the facade crate.
///
/// ```text
/// /// The user's documentation and derives.
/// pub struct Tiny {
///     state: athena::__private::State,
/// }
///
/// const _: () = {
///     const CONV1: athena::__private::Conv<3, 8, 8, 16, 8, 8> = ...;
///     fn forward_1(__pass: &mut athena::__private::Pass<'_>) { ... }
///     ...
///     impl athena::__private::Network for Tiny { ... }
///     impl athena::__private::Model for Tiny { ... }
/// };
/// ```
pub fn emit(krate: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let CheckedStruct { attrs, cfgs, vis, ident, network, .. } = checked;
    let private = quote!(#krate::__private);
    let implementation = match network {
        Some(network) => network::implementation(&private, checked, network, &plan(network)),
        None => network::stub(&private, checked),
    };
    quote! {
        #attrs
        #vis struct #ident {
            state: #private::State,
        }

        #cfgs
        const _: () = {
            #implementation
        };
    }
}

/// A number without a suffix.
fn number(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// A count, without a suffix.
fn count(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}

/// `[1, 2]`.
fn pair(values: [usize; 2]) -> TokenStream {
    let [first, second] = values.map(number);
    quote!([#first, #second])
}

/// A real number; what has no literal is spelt by its bits.
fn real(value: f32) -> TokenStream {
    if value.is_finite() {
        return Literal::f32_unsuffixed(value).to_token_stream();
    }
    let bits = Literal::u32_unsuffixed(value.to_bits());
    quote!(::core::primitive::f32::from_bits(#bits))
}
