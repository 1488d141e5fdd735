//! What a network takes and promises, as Rust types.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::ir::{CheckedStruct, Port, Shape};
use crate::layers::tokens::{number, sizes};

/// The structs of a network whose inputs or outputs have names, which stand beside the network's own.
///
/// ```text
/// /// The inputs of `Ward`, each for all images of a batch, one after the other.
/// pub struct WardInputs<'a> {
///     /// 1x224x224 numbers for each image.
///     pub scan: &'a [f32],
///     /// 12 numbers for each image.
///     pub history: &'a [f32],
/// }
///
/// /// Something for each output of `Ward`.
/// pub struct WardOutputs<T = Vec<f32>> { pub class: T, pub corners: T }
/// pub type WardTargets<'a> = WardOutputs<athena::__private::Targets<'a>>;
/// pub type WardLosses = WardOutputs<Box<dyn athena::__private::Loss>>;
/// ```
pub fn structs(private: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let CheckedStruct { cfgs, vis, ident, .. } = checked;
    let mut structs = TokenStream::new();
    if has_names(&checked.inputs) {
        let (name, fields, f32_type) = (inputs_of(checked), fields(&checked.inputs), quote!(::core::primitive::f32));
        let docs = fields.iter().map(|(_, shape)| format!("{shape} numbers for each image."));
        let names = fields.iter().map(|(name, _)| name);
        let doc = format!("The inputs of [`{ident}`], each for all images of a batch, one after the other.");
        structs.extend(quote! {
            #[doc = #doc]
            #cfgs
            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
            #[allow(dead_code)]
            #vis struct #name<'a> {
                #(#[doc = #docs] pub #names: &'a [#f32_type],)*
            }
        });
    }
    if has_names(&checked.outputs) {
        let (name, fields) = (outputs_of(checked), fields(&checked.outputs));
        let [targets, losses] = ["Targets", "Losses"].map(|what| beside(checked, what));
        let docs = fields.iter().map(|(_, shape)| format!("Of {shape} numbers for each image."));
        let names = fields.iter().map(|(name, _)| name);
        let doc = format!(
            "Something for each output of [`{ident}`]: by default its numbers for all images of a batch, one after the other."
        );
        let doc_of_targets = format!("The targets of each output of [`{ident}`].");
        let doc_of_losses = format!("The loss of each output of [`{ident}`]. A training lowers their sum.");
        structs.extend(quote! {
            #[doc = #doc]
            #cfgs
            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #[allow(dead_code)]
            #vis struct #name<T = #private::Vec<::core::primitive::f32>> {
                #(#[doc = #docs] pub #names: T,)*
            }

            #[doc = #doc_of_targets]
            #cfgs
            #[allow(dead_code)]
            #vis type #targets<'a> = #name<#private::Targets<'a>>;

            #[doc = #doc_of_losses]
            #cfgs
            #[allow(dead_code)]
            #vis type #losses = #name<#private::Box<dyn #private::Loss>>;
        });
    }
    structs
}

/// The implementations for a network whose inputs or outputs have names: it is its own signature, and the type of its data.
///
/// ```text
/// impl athena::__private::Signature for Ward {
///     type Inputs<'a> = WardInputs<'a>;
///     type Each<T> = WardOutputs<T>;
///     fn inputs<'a>(__inputs: Self::Inputs<'a>) -> impl AsRef<[&'a [f32]]> { [__inputs.scan, __inputs.history] }
///     fn each<T>(mut __make: impl FnMut(usize) -> T) -> Self::Each<T> { WardOutputs { class: __make(0), corners: __make(1) } }
///     fn list<'a, T: 'a>(__each: &'a Self::Each<T>) -> impl AsRef<[&'a T]> { [&__each.class, &__each.corners] }
/// }
/// impl athena::__private::ImageShape for Ward { const SHAPE: [usize; 3] = panic!("..."); const PORTS: ... = ...; }
/// impl athena::__private::ClassCount for Ward { const COUNT: usize = panic!("..."); const PORTS: ... = ...; }
/// ```
pub fn signature(private: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    if !has_names(&checked.inputs) && !has_names(&checked.outputs) {
        return TokenStream::new();
    }
    let CheckedStruct { ident, .. } = checked;
    let (slice, usize_type) = (quote!([::core::primitive::f32]), quote!(::core::primitive::usize));
    let (inputs_type, inputs_list) = match has_names(&checked.inputs) {
        true => {
            let (name, names) = (inputs_of(checked), names(&checked.inputs));
            (quote!(#name<'a>), quote!([#(__inputs.#names),*]))
        }
        false => (quote!(&'a #slice), quote!([__inputs])),
    };
    let (each_type, each_made, each_list) = match has_names(&checked.outputs) {
        true => {
            let (name, names) = (outputs_of(checked), names(&checked.outputs));
            let numbers = (0..names.len()).map(number);
            let made = quote!(#name { #(#names: __make(#numbers)),* });
            (quote!(#name<T>), made, quote!([#(&__each.#names),*]))
        }
        false => (quote!(T), quote!(__make(0)), quote!([__each])),
    };
    let data_types = data_types(private, checked);
    quote! {
        #[automatically_derived]
        impl #private::Signature for #ident {
            type Inputs<'a> = #inputs_type;
            type Each<T> = #each_type;

            fn inputs<'a>(__inputs: Self::Inputs<'a>) -> impl ::core::convert::AsRef<[&'a #slice]> {
                #inputs_list
            }

            fn each<T>(mut __make: impl ::core::ops::FnMut(#usize_type) -> T) -> Self::Each<T> {
                #each_made
            }

            fn list<'a, T: 'a>(__each: &'a Self::Each<T>) -> impl ::core::convert::AsRef<[&'a T]> {
                #each_list
            }
        }

        #data_types
    }
}

/// The implementations with which the network is the type of its images, its classes, or both.
fn data_types(private: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let ident = &checked.ident;
    let usize_type = quote!(::core::primitive::usize);
    let why = |what: &str, list: &str| format!("`{ident}` has named {what}, which `{ident}::{list}` lists");
    let image_shape = has_names(&checked.inputs).then(|| {
        let (why, ports) = (why("inputs", "INPUTS"), ports(private, &checked.inputs, "input"));
        quote! {
            #[automatically_derived]
            impl #private::ImageShape for #ident {
                const SHAPE: [#usize_type; 3] = ::core::panic!(#why);
                const PORTS: &'static [#private::Port] = &#ports;
            }
        }
    });
    let class_count = has_names(&checked.outputs).then(|| {
        let (why, ports) = (why("outputs", "OUTPUTS"), ports(private, &checked.outputs, "output"));
        quote! {
            #[automatically_derived]
            impl #private::ClassCount for #ident {
                const COUNT: #usize_type = ::core::panic!(#why);
                const PORTS: &'static [#private::Port] = &#ports;
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #private::Sealed for #ident {}
        #image_shape
        #class_count
    }
}

/// The types that `Network` and `Model` state: the signature, and those of images and classes.
pub struct Types {
    pub signature: TokenStream,
    pub image: TokenStream,
    pub classes: TokenStream,
}

impl Types {
    pub fn of(private: &TokenStream, checked: &CheckedStruct) -> Types {
        let ident = &checked.ident;
        let own = quote!(#ident);
        let named = [&checked.inputs, &checked.outputs].map(|ports| has_names(ports));
        let (input, output) = (checked.inputs[0].shape, checked.outputs[0].shape);
        let image = sizes(input);
        let classes = if output.flat {
            let count = number(output.len());
            quote!(#private::Classes<#count>)
        } else {
            let map = sizes(output);
            quote!(#private::ClassMap<#map>)
        };
        Types {
            signature: if named == [false, false] { quote!(#private::Plain) } else { own.clone() },
            image: if named[0] { own.clone() } else { quote!(#private::Image<#image>) },
            classes: if named[1] { own } else { classes },
        }
    }
}

/// The values of `INPUT` and `CLASSES`, which a network with names does not have.
pub fn input_and_classes(checked: &CheckedStruct) -> [TokenStream; 2] {
    let ident = &checked.ident;
    let none = |what: &str, list: &str| {
        let why = format!("`{ident}` has named {what}, which `{ident}::{list}` lists");
        quote!(::core::panic!(#why))
    };
    let input = match has_names(&checked.inputs) {
        true => none("inputs", "INPUTS"),
        false => {
            let sizes = sizes(checked.inputs[0].shape);
            quote!([#sizes])
        }
    };
    let classes = match has_names(&checked.outputs) {
        true => none("outputs", "OUTPUTS"),
        false => {
            let classes = number(checked.outputs[0].shape.channels);
            quote!(#classes)
        }
    };
    [input, classes]
}

/// `[athena::__private::Port { name: "scan", shape: &[1, 224, 224] }, ...]`; the only one without a name is called `unnamed`.
pub fn ports(private: &TokenStream, ports: &[Port], unnamed: &str) -> TokenStream {
    let ports = ports.iter().map(|port| {
        let name = port.name.as_ref().map_or_else(|| unnamed.to_owned(), plain);
        let sizes = sizes_of(port.shape);
        quote!(#private::Port { name: #name, shape: &[#sizes] })
    });
    quote!([#(#ports),*])
}

/// `16, 8, 8`, or one length.
fn sizes_of(shape: Shape) -> TokenStream {
    if !shape.flat {
        return sizes(shape);
    }
    let len = number(shape.len());
    quote!(#len)
}

fn has_names(ports: &[Port]) -> bool {
    ports.iter().any(|port| port.name.is_some())
}

fn names(ports: &[Port]) -> Vec<&Ident> {
    ports.iter().filter_map(|port| port.name.as_ref()).collect()
}

/// The named ones, with their sizes as a reader sees them.
fn fields(ports: &[Port]) -> Vec<(&Ident, String)> {
    let size = |shape: Shape| match shape.flat {
        true => shape.len().to_string(),
        false => shape.sizes().map(|size| size.to_string()).join("x"),
    };
    ports.iter().filter_map(|port| Some((port.name.as_ref()?, size(port.shape)))).collect()
}

fn inputs_of(checked: &CheckedStruct) -> Ident {
    beside(checked, "Inputs")
}

fn outputs_of(checked: &CheckedStruct) -> Ident {
    beside(checked, "Outputs")
}

/// The name of a type beside the network's: `WardInputs`.
fn beside(checked: &CheckedStruct, what: &str) -> Ident {
    format_ident!("{}{}", plain(&checked.ident), what, span = checked.ident.span())
}

/// A name without `r#`.
fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(ToOwned::to_owned).unwrap_or(text)
}
