//! `emit`: the plan as Rust.
//!
//! The only pass that writes tokens. For each struct it writes the struct itself, and beside it one `const _` block with the layers
//! and slots as constants, a function for each phase, and the implementations of `Network` and `Model`. Every path is absolute,
//! below the `$crate` that the front door handed in, so that it works wherever the user writes it. Parameters start with two
//! underscores: Rust reads one that has the name of a constant in scope as that constant.
//!
//! * `names`: the identifiers of the constants,
//! * `handles`: what layers are called,
//! * `layers`: layers as constants, counts,
//! * `state_dict`: keys and shapes, the parameter table,
//! * `graph`: the layers as a table,
//! * `slots`: where values lie,
//! * `user`: layers of the user's own,
//! * `calls`: one call for each step,
//! * `body`: phases as functions, cut to a readable length,
//! * `network`: the implementations of the traits,
//! * `budget`: the check of a budget that only rustc can make,
//! * `ports`: the types of inputs and outputs,
//! * `ide_hints`: what an editor shows,
//! * `checks`: that the runtime has the constants and rules that plans are made with; for the facade.

mod body;
mod budget;
mod calls;
pub mod checks;
mod graph;
mod handles;
pub mod ide_hints;
mod layers;
mod names;
mod network;
mod ports;
mod slots;
mod state_dict;
#[cfg(test)]
mod tests;
mod user;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ir::CheckedStruct;
use crate::plan::Plan;

/// The Rust of one struct. `krate` is the path of the facade crate; the plan is that of the struct's network, if it has one.
///
/// ```text
/// /// The user's documentation and derives.
/// pub struct Tiny {
///     state: athena::__private::State,
/// }
///
/// const _: () = {
///     const CONV1: athena::__private::Conv<athena::__private::Map<3, 8, 8>, athena::__private::Map<16, 8, 8>> = ...;
///     fn forward_1(__pass: &mut athena::__private::Pass<'_>) { ... }
///     ...
///     impl athena::__private::Network for Tiny { ... }
///     impl athena::__private::Model<athena::__private::Plain> for Tiny { ... }
/// };
/// ```
pub fn emit(krate: &TokenStream, checked: &CheckedStruct, plan: Option<&Plan>) -> TokenStream {
    let CheckedStruct { attrs, cfgs, vis, ident, network, .. } = checked;
    let private = quote!(#krate::__private);
    let implementation = match (network, plan) {
        (Some(network), Some(plan)) => network::implementation(&private, checked, network, plan),
        (None, _) | (_, None) => network::stub(&private, checked),
    };
    let limits = budget::limits(&private, checked);
    let structs = ports::structs(krate, checked);
    quote! {
        #attrs
        #vis struct #ident {
            state: #private::State,
        }

        #structs

        #cfgs
        const _: () = {
            #implementation
            #limits
        };
    }
}

/// A count, without a suffix.
fn count(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}
