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
pub fn structs(krate: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let inputs = has_names(&checked.inputs).then(|| inputs_struct(krate, checked));
    let outputs = has_names(&checked.outputs).then(|| outputs_struct(krate, checked));
    quote!(#inputs #outputs)
}

fn inputs_struct(krate: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let CheckedStruct { cfgs, vis, ident, .. } = checked;
    let (name, fields, vec) = (inputs_of(checked), fields(&checked.inputs), vec_of_floats(krate));
    let f32_type = quote!(::core::primitive::f32);
    let docs = fields.iter().map(|(_, shape)| format!("{shape} numbers for each image."));
    let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
    let doc = format!("The inputs of [`{ident}`], each for all images of a batch, one after the other.");
    quote! {
        #[doc = #doc]
        #cfgs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #[allow(dead_code)]
        #vis struct #name<'a> {
            #(#[doc = #docs] pub #names: &'a [#f32_type],)*
        }

        #cfgs
        #[automatically_derived]
        impl #krate::data::Numbers<#f32_type> for #name<'_> {
            fn into_vec(self) -> #vec {
                [#(self.#names),*].concat()
            }

            fn into_list(self) -> #krate::__private::Vec<#vec> {
                #krate::__private::Vec::from([#(#krate::__private::Vec::from(self.#names)),*])
            }
        }
    }
}

fn outputs_struct(krate: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let CheckedStruct { cfgs, vis, ident, .. } = checked;
    let (name, fields, vec) = (outputs_of(checked), fields(&checked.outputs), vec_of_floats(krate));
    let [targets, losses] = ["Targets", "Losses"].map(|what| beside(checked, what));
    let docs = fields.iter().map(|(_, shape)| format!("Of {shape} numbers for each image."));
    let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
    let doc = format!(
        "Something for each output of [`{ident}`]: by default its numbers for all images of a batch, one after the other."
    );
    let doc_of_targets = format!("The targets of each output of [`{ident}`].");
    let doc_of_losses = format!("The loss of each output of [`{ident}`]. A training lowers their sum.");
    let shown = names.iter().enumerate().map(|(number, name)| {
        let before = if number == 0 { "" } else { "; " };
        let start = format!("{before}{}: ", plain(name));
        quote!(__f.write_str(#start)?; ::core::fmt::Display::fmt(&self.#name, __f)?;)
    });
    quote! {
        #[doc = #doc]
        #cfgs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq)]
        #[allow(dead_code)]
        #vis struct #name<T = #vec> {
            #(#[doc = #docs] pub #names: T,)*
        }

        #[doc = #doc_of_targets]
        #cfgs
        #[allow(dead_code)]
        #vis type #targets<'a> = #name<#krate::__private::Targets<'a>>;

        #[doc = #doc_of_losses]
        #cfgs
        #[allow(dead_code)]
        #vis type #losses = #name<#krate::__private::Box<dyn #krate::__private::Loss>>;

        #cfgs
        #[automatically_derived]
        impl<T: ::core::fmt::Display> ::core::fmt::Display for #name<T> {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #(#shown)*
                ::core::result::Result::Ok(())
            }
        }

        #cfgs
        #[automatically_derived]
        impl #krate::data::IntoTargets for #name<#krate::__private::Targets<'_>> {
            fn into_list(self, __ports: &[#krate::__private::Port]) -> #krate::data::ListOfTargets {
                #krate::data::list_of_targets(&[#(self.#names),*], __ports)
            }
        }
    }
}

/// `Vec<f32>`.
fn vec_of_floats(krate: &TokenStream) -> TokenStream {
    quote!(#krate::__private::Vec<::core::primitive::f32>)
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
    let (inputs_type, inputs_list, inputs_lent) = match has_names(&checked.inputs) {
        true => {
            let (name, names) = (inputs_of(checked), names(&checked.inputs));
            let numbers = (0..names.len()).map(number);
            let lent = quote!(#name { #(#names: __input(#numbers)),* });
            (quote!(#name<'a>), quote!([#(__inputs.#names),*]), lent)
        }
        false => (quote!(&'a #slice), quote!([__inputs]), quote!(__input(0))),
    };
    let Each { ty: each_type, made: each_made, list: each_list, report } = each_of(private, checked);
    let [report_type, report_made, report_outputs] = report;
    let data_types = data_types(private, checked);
    quote! {
        #[automatically_derived]
        impl #private::Signature for #ident {
            type Inputs<'a> = #inputs_type;
            type Each<T> = #each_type;
            type Report<T> = #report_type;

            fn inputs<'a>(__inputs: Self::Inputs<'a>) -> impl ::core::convert::AsRef<[&'a #slice]> {
                #inputs_list
            }

            fn lend<'a>(mut __input: impl ::core::ops::FnMut(#usize_type) -> &'a #slice) -> Self::Inputs<'a> {
                #inputs_lent
            }

            fn each<T>(mut __make: impl ::core::ops::FnMut(#usize_type) -> T) -> Self::Each<T> {
                #each_made
            }

            fn list<'a, T: 'a>(__each: &'a Self::Each<T>) -> impl ::core::convert::AsRef<[&'a T]> {
                #each_list
            }

            fn report<T>(__loss: ::core::primitive::f64, __outputs: Self::Each<T>) -> Self::Report<T> {
                #report_made
            }

            fn reported<T>(__report: &Self::Report<T>) -> &Self::Each<T> {
                #report_outputs
            }
        }

        #data_types
    }
}

/// How `Signature` has one value for each output.
struct Each {
    ty: TokenStream,
    made: TokenStream,
    list: TokenStream,
    /// The type of reports, a report made of `__loss` and `__outputs`, and the outputs of `__report`.
    report: [TokenStream; 3],
}

fn each_of(private: &TokenStream, checked: &CheckedStruct) -> Each {
    if !has_names(&checked.outputs) {
        let report = [quote!(T), quote!(__outputs), quote!(__report)];
        return Each { ty: quote!(T), made: quote!(__make(0)), list: quote!([__each]), report };
    }
    let (name, names) = (outputs_of(checked), names(&checked.outputs));
    let numbers = (0..names.len()).map(number);
    Each {
        ty: quote!(#name<T>),
        made: quote!(#name { #(#names: __make(#numbers)),* }),
        list: quote!([#(&__each.#names),*]),
        report: [
            quote!(#private::Total<Self::Each<T>>),
            quote!(#private::Total { loss: __loss, outputs: __outputs }),
            quote!(&__report.outputs),
        ],
    }
}

/// The implementations with which the network is the type of its images, its classes, or both.
fn data_types(private: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let ident = &checked.ident;
    let usize_type = quote!(::core::primitive::usize);
    let image_shape = has_names(&checked.inputs).then(|| {
        let (why, ports) = (has_named(ident, "inputs", "INPUTS"), ports(private, &checked.inputs, "input"));
        quote! {
            #[automatically_derived]
            impl #private::ImageShape for #ident {
                const SHAPE: [#usize_type; 3] = ::core::panic!(#why);
                const PORTS: &'static [#private::Port] = &#ports;
            }
        }
    });
    let class_count = has_names(&checked.outputs).then(|| {
        let (why, ports) = (has_named(ident, "outputs", "OUTPUTS"), ports(private, &checked.outputs, "output"));
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

/// Why a network with names has no single shape or number of classes.
fn has_named(ident: &Ident, what: &str, list: &str) -> String {
    format!("`{ident}` has named {what}, which `{ident}::{list}` lists")
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
        let why = has_named(ident, what, list);
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
