//! Writes numbers and settings as Rust tokens.

use crate::ir::{Pool, Shape, Window};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

/// A number without a suffix.
pub fn number(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// `[1, 2]`.
pub fn pair(values: [usize; 2]) -> TokenStream {
    let [first, second] = values.map(number);
    quote!([#first, #second])
}

/// A real number. Values without a literal are written by their bits.
pub fn real(value: f32) -> TokenStream {
    if value.is_finite() {
        return Literal::f32_unsuffixed(value).to_token_stream();
    }
    let bits = Literal::u32_unsuffixed(value.to_bits());
    quote!(::core::primitive::f32::from_bits(#bits))
}

/// `16, 8, 8`.
pub fn sizes(shape: Shape) -> TokenStream {
    let [channels, height, width] = shape.sizes().map(number);
    quote!(#channels, #height, #width)
}

/// `athena::__private::Map<16, 8, 8>`.
pub fn map(private: &TokenStream, shape: Shape) -> TokenStream {
    let sizes = sizes(shape);
    quote!(#private::Map<#sizes>)
}

/// A window, field by field.
pub fn window(private: &TokenStream, window: &Window) -> TokenStream {
    let [kernel, stride, padding, dilation] = [window.kernel, window.stride, window.padding, window.dilation].map(pair);
    quote!(#private::Window { kernel: #kernel, stride: #stride, padding: #padding, dilation: #dilation })
}

/// A pool's geometry, field by field.
pub fn pool(private: &TokenStream, pool: &Pool) -> TokenStream {
    let [kernel, stride, padding] = [pool.kernel, pool.stride, pool.padding].map(pair);
    let ceil = pool.ceil;
    quote!(#private::Pool { kernel: #kernel, stride: #stride, padding: #padding, ceil: #ceil })
}

/// `Some(value)` or `None`, by its whole path.
pub fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
