//! The state dict: its keys and shapes, and the parameter table that says where each tensor lies.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::handles::Handles;
use crate::ir::{Network, NodeId, Tensor, TensorKind};
use crate::layers::init;
use crate::layers::tokens::number;

/// An entry of the state dict, or several.
pub enum StateEntry {
    /// A tensor that the macro knows.
    Known {
        /// Its key.
        key: String,
        /// Its shape.
        shape: Vec<usize>,
        /// The call on the layer's handle that gives its entry.
        call: TokenStream,
    },
    /// The tensors of one handle of a layer of the user's own, which only rustc knows.
    OfUser {
        /// The handle.
        handle: Ident,
        /// The step's path.
        path: String,
    },
}

impl StateEntry {
    /// The call that gives a known tensor's entry.
    fn call(&self) -> Option<&TokenStream> {
        match self {
            StateEntry::Known { call, .. } => Some(call),
            StateEntry::OfUser { .. } => None,
        }
    }
}

/// The state dict: layers in the order of the network, the tensors of each in PyTorch's.
pub fn tensors(private: &TokenStream, network: &Network, handles: &Handles) -> Vec<StateEntry> {
    let mut tensors: Vec<StateEntry> = Vec::new();
    for (index, node) in network.nodes.iter().enumerate() {
        for tensor in network.tensors(node) {
            let key = tensor.key(&node.path);
            let (handle, method) = (handles.of(NodeId(index)), format_ident!("{}", tensor.method));
            let mut arguments = quote!(#key);
            if !tensor.shape.is_empty() {
                let sizes = tensor.shape.iter().copied().map(number);
                arguments.extend(quote!(, &[#(#sizes),*]));
            }
            if let TensorKind::Parameter(init) = tensor.kind {
                let init = init::tokens(private, init);
                arguments.extend(quote!(, #init));
            }
            let at = place(&tensors, &tensor, &node.path);
            tensors
                .insert(at, StateEntry::Known { key, shape: tensor.shape, call: quote!(#handle.#method(#arguments)) });
        }
        if node.has_tensors_of_its_type() {
            let user = [handles.find(NodeId(index)), handles.buffers(NodeId(index))].into_iter().flatten();
            tensors.extend(user.map(|handle| StateEntry::OfUser { handle: handle.clone(), path: node.path.clone() }));
        }
    }
    tensors
}

/// Where the next tensor stands. One with the path of its step comes before the tensors of the steps beside it, as PyTorch puts the
/// parameters of a module before those of its parts.
fn place(before: &[StateEntry], tensor: &Tensor, path: &str) -> usize {
    let Some((block, _)) = path.rsplit_once('.').filter(|_| tensor.name.is_empty()) else { return before.len() };
    let is_inside = |entry: &StateEntry| match entry {
        StateEntry::Known { key: path, .. } | StateEntry::OfUser { path, .. } => {
            path.strip_prefix(block).is_some_and(|rest| rest.starts_with('.'))
        }
    };
    before.len() - before.iter().rev().take_while(|entry| is_inside(entry)).count()
}

/// The state dict's entries.
///
/// ```text
/// const TABLE: &[athena::__private::Parameter] = &[
///     CONV1.weight("conv1.weight", &[16, 3, 3, 3], athena::__private::Init::HeNormal),
///     BATCH_NORM1.weight("batch_norm1.weight", &[16]),
///     ...
/// ];
/// ```
pub fn table(private: &TokenStream, tensors: &[StateEntry]) -> TokenStream {
    if tensors.iter().any(|entry| matches!(entry, StateEntry::OfUser { .. })) {
        return with_tensors_of_users(private, tensors);
    }
    let entries = tensors.iter().map(StateEntry::call);
    quote!(const TABLE: &[#private::Parameter] = &[#(#entries),*];)
}

/// The state dict's keys and shapes: `&[("conv1.weight", &[16, 3, 3, 3]), ...]`.
pub fn names(private: &TokenStream, tensors: &[StateEntry]) -> TokenStream {
    let mut names = Vec::new();
    for tensor in tensors {
        match tensor {
            StateEntry::Known { key, shape, .. } => {
                let sizes = shape.iter().copied().map(number);
                names.push(quote!((#key, &[#(#sizes),*])));
            }
            StateEntry::OfUser { .. } => return names_of_table(private),
        }
    }
    quote!(&[#(#names),*])
}

/// The state dict's entries where some are those of the user's own layers.
///
/// ```text
/// const TABLE: &[athena::__private::Parameter] = &athena::__private::joined::<{ 2 + GATE1.count() + GATE1_BUFFERS.count() }>(&[
///     &[CONV1.weight("conv1.weight", &[16, 3, 3, 3], athena::__private::Init::HeNormal)],
///     &{
///         const KEYS: &[athena::u8] = &GATE1.keys::<{ GATE1.keys_len("gate1") }>("gate1");
///         GATE1.table::<{ GATE1.count() }>("gate1", KEYS)
///     },
///     ...
/// ]);
/// ```
fn with_tensors_of_users(private: &TokenStream, entries: &[StateEntry]) -> TokenStream {
    let known = number(entries.iter().filter_map(StateEntry::call).count());
    let (mut counts, mut tables) = (TokenStream::new(), Vec::new());
    for entry in entries {
        tables.push(match entry {
            StateEntry::Known { call, .. } => quote!(&[#call]),
            StateEntry::OfUser { handle, path } => {
                counts.extend(quote!(+ #handle.count()));
                quote! {
                    &{
                        const KEYS: &[::core::primitive::u8] = &#handle.keys::<{ #handle.keys_len(#path) }>(#path);
                        #handle.table::<{ #handle.count() }>(#path, KEYS)
                    }
                }
            }
        });
    }
    quote!(const TABLE: &[#private::Parameter] = &#private::joined::<{ #known #counts }>(&[#(#tables),*]);)
}

/// The keys and shapes of the state dict where some are those of the user's own layers.
fn names_of_table(private: &TokenStream) -> TokenStream {
    quote! {
        {
            const NAMES: &[(&::core::primitive::str, &[::core::primitive::usize])] =
                &#private::names::<{ TABLE.len() }>(TABLE);
            NAMES
        }
    }
}
