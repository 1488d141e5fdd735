//! The runtime's words for the settings of layers.

use proc_macro2::TokenStream;
use quote::quote;

use super::{pair, real};
use crate::ir::{Activation, Init, PadMode, Window};

/// A window, field by field.
pub fn window(private: &TokenStream, window: &Window) -> TokenStream {
    let [kernel, stride, padding, dilation] = [window.kernel, window.stride, window.padding, window.dilation].map(pair);
    quote!(#private::Window { kernel: #kernel, stride: #stride, padding: #padding, dilation: #dilation })
}

/// `athena::__private::Activation::LeakyRelu(0.01)`.
pub fn activation(private: &TokenStream, activation: &Activation) -> TokenStream {
    let word = match activation {
        Activation::Relu => quote!(Relu),
        Activation::Relu6 => quote!(Relu6),
        Activation::LeakyRelu(slope) => {
            let slope = real(*slope);
            quote!(LeakyRelu(#slope))
        }
        Activation::Sigmoid => quote!(Sigmoid),
        Activation::Tanh => quote!(Tanh),
        Activation::Silu => quote!(Silu),
        Activation::Gelu => quote!(Gelu),
        Activation::Selu => quote!(Selu),
        Activation::Softplus => quote!(Softplus),
        Activation::HardSwish => quote!(HardSwish),
    };
    quote!(#private::Activation::#word)
}

/// `athena::__private::PadMode::Zeros`.
pub fn pad_mode(private: &TokenStream, mode: PadMode) -> TokenStream {
    match mode {
        PadMode::Zeros => quote!(#private::PadMode::Zeros),
        PadMode::Reflect => quote!(#private::PadMode::Reflect),
        PadMode::Replicate => quote!(#private::PadMode::Replicate),
    }
}

/// `athena::__private::Init::HeNormal`.
pub fn init(private: &TokenStream, init: Init) -> TokenStream {
    match init {
        Init::HeNormal => quote!(#private::Init::HeNormal),
        Init::HeUniform => quote!(#private::Init::HeUniform),
        Init::XavierNormal => quote!(#private::Init::XavierNormal),
        Init::XavierUniform => quote!(#private::Init::XavierUniform),
        Init::LecunUniform => quote!(#private::Init::LecunUniform),
        Init::Zeros => quote!(#private::Init::Zeros),
    }
}
