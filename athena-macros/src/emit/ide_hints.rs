//! Code for editors: it does nothing, and every token of the user's that means something stands in it once more, where
//! rust-analyzer finds what it means. rustc finds unused names in it, and warns in its own words at the user's tokens.
//!
//! It stands in a module of its own, where the user's constants are not in scope: they would turn a `let` into a pattern.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::ide_hints::{BlockHints, Completion, IdeHints, Mention};
use crate::words::{self, reference};

/// ```text
/// const _: () = {
///     mod names {
///         /// `basic(filters)`
///         const fn basic() {
///             let filters = athena::__words::Value;
///             _ = athena::__words::conv { stride: athena::__words::Value, ..athena::__words::conv };
///             let shortcut = athena::__words::Value;
///             _ = shortcut;
///         }
///         const _: () = {
///             _ = basic;
///         };
///     }
/// };
/// ```
pub fn hints(krate: &TokenStream, hints: &IdeHints) -> TokenStream {
    let words = quote!(#krate::__words);
    let blocks = hints.blocks.iter().map(|of| block(&words, of));
    let networks = hints.networks.iter().map(|mentions| {
        let statements = mentions.iter().map(|mention| statement(&words, mention));
        quote!(const _: () = { #(#statements)* };)
    });
    quote! {
        const _: () = {
            mod names {
                #(#blocks)*
                #(#networks)*
            }
        };
    }
}

fn block(words: &TokenStream, block: &BlockHints) -> TokenStream {
    let BlockHints { name, params, signature, docs, body } = block;
    let statements = body.iter().map(|mention| statement(words, mention));
    let signature = format!("`{signature}`");
    quote! {
        #[doc = #signature]
        #[doc = ""]
        #docs
        const fn #name() { #(let #params = #words::Value;)* #(#statements)* }
    }
}

fn statement(words: &TokenStream, mention: &Mention) -> TokenStream {
    match mention {
        Mention::Input(input) => quote!(_ = #words::#input;),
        Mention::Word(word, names) => {
            let again = Ident::new(&word.to_string(), Span::mixed_site());
            quote!(_ = #words::#word { #(#names: #words::Value,)* ..#words::#again };)
        }
        Mention::Make(name) => quote!(let #name = #words::Value;),
        Mention::Use(name, definition) => {
            // In a `macro_rules!` the two may come from different places; the language knows names by their letters.
            let mut name = name.clone();
            name.set_span(name.span().resolved_at(definition.span()));
            quote!(_ = #name;)
        }
    }
}

/// For completion: each word that means nothing, as one of the names that could stand there. To rustc all of it is an error, so
/// that only rust-analyzer may see it.
///
/// rust-analyzer puts letters of its own at the cursor, expands that, too, and looks in both expansions at the same place: so these
/// stand before everything, errors included, and hold nothing that depends on the typed word but that word.
///
/// ```text
/// #[allow(unexpected_cfgs)]
/// const _: () = {
///     #[cfg(rust_analyzer)]
///     const _: () = {
///         _ = completed::con;
///         mod completed { pub use athena::__words::steps::*; /** `basic(filters)` */ pub const basic: () = (); }
///     };
/// };
/// ```
pub fn completions(krate: &TokenStream, completions: &[Completion]) -> TokenStream {
    let completions = completions.iter().map(|Completion { typed, words, names }| {
        let words = words.then(|| quote!(pub use #krate::__words::steps::*;));
        let docs = names.iter().map(|(_, doc)| doc);
        let names = names.iter().map(|(name, _)| format_ident!("{name}"));
        quote! {
            #[allow(unexpected_cfgs)]
            const _: () = {
                #[cfg(rust_analyzer)]
                const _: () = {
                    _ = completed::#typed;
                    mod completed { #words #(#[doc = #docs] pub const #names: () = ();)* }
                };
            };
        }
    });
    completions.collect()
}

/// What the facade's `__words` holds: a documented struct for each layer word, with a field for each argument, and `input`.
pub fn words() -> TokenStream {
    let layers = words::all().map(|word| {
        let name = format_ident!("{}", word.name);
        let doc = format!("`{}`\n\n{}", word.signature(), reference::section(word));
        let arguments: Vec<Ident> = word.args.iter().map(|argument| format_ident!("{}", argument.name)).collect();
        let docs = word.args.iter().map(|argument| reference::argument(word, argument));
        quote! {
            #[doc = #doc]
            #[allow(non_camel_case_types)]
            pub struct #name {
                #(#[doc = #docs] pub #arguments: Value,)*
                /// So that a call which names every argument leaves something out.
                pub more: Value,
            }

            #[doc = #doc]
            #[allow(non_upper_case_globals)]
            pub const #name: #name = #name { #(#arguments: Value,)* more: Value };
        }
    });
    let steps = words::all().map(|word| {
        let name = format_ident!("{}", word.name);
        let doc = format!("`{}`\n\n{}", word.signature(), reference::section(word));
        quote!(#[doc = #doc] pub const #name: () = ();)
    });
    quote! {
        /// A value, which stands for any.
        #[derive(Clone, Copy)]
        pub struct Value;

        /// What a body gets: the network's image in a `struct`, the block's argument in a `block`.
        #[allow(non_upper_case_globals)]
        pub const input: Value = Value;

        #(#layers)*

        /// What an editor completes where a step is written: each word once.
        #[allow(non_upper_case_globals)]
        pub mod steps { #(#steps)* }
    }
}
