//! The limit of a network's parameters, where only rustc knows how many a layer of the user's own has.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::count;
use super::ports::Types;
use crate::ir::{CheckedStruct, Node, Quantity};

/// The check at the limit's place; nothing where the macro knows all parameters and has checked it.
///
/// ```text
/// const _: () = assert!(<Net as athena::__private::Model<athena::__private::Plain>>::PARAMETERS <= 300000, "...");
/// ```
pub fn limits(private: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let nodes = checked.network.iter().flat_map(|network| &network.nodes);
    if !nodes.into_iter().any(Node::has_tensors_of_its_type) {
        return TokenStream::new();
    }
    let limits = checked.limits.iter().filter(|limit| limit.quantity == Quantity::Parameters);
    let checks = limits.map(|limit| {
        let (ident, most, Types { signature, .. }) = (&checked.ident, count(limit.most), Types::of(private, checked));
        let message = "the network has more parameters than its budget allows, with those of layers of your own\n\
            help: write a larger number, or make the network smaller; `summary()` lists the parameters of each layer";
        quote_spanned! {limit.loc.start=>
            const _: () = ::core::assert!(
                <#ident as #private::Model<#signature>>::PARAMETERS as ::core::primitive::u64 <= #most, #message
            );
        }
    });
    checks.collect()
}
