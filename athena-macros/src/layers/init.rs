//! `init = ...`: the initial values of weights.

use super::word::Args;
use crate::ir::Init;
use proc_macro2::TokenStream;
use quote::quote;

/// The values of `init = ` of a linear layer.
pub const NAMES: &[&str] = &["he_normal", "he_uniform", "xavier_normal", "xavier_uniform", "lecun_uniform", "zeros"];
/// The values of `init = ` of a convolution.
pub const OF_CONVOLUTIONS: &[&str] =
    &["he_normal", "he_uniform", "xavier_normal", "xavier_uniform", "lecun_uniform", "zeros", "dirac"];

/// The value of the argument.
pub fn of(args: &Args) -> Init {
    match args.word("init") {
        Some("he_uniform") => Init::HeUniform,
        Some("xavier_normal") => Init::XavierNormal,
        Some("xavier_uniform") => Init::XavierUniform,
        Some("lecun_uniform") => Init::LecunUniform,
        Some("zeros") => Init::Zeros,
        Some("dirac") => Init::Dirac,
        _ => Init::HeNormal,
    }
}

/// `athena::__private::Init::HeNormal`.
pub fn tokens(private: &TokenStream, init: Init) -> TokenStream {
    match init {
        Init::HeNormal => quote!(#private::Init::HeNormal),
        Init::HeUniform => quote!(#private::Init::HeUniform),
        Init::XavierNormal => quote!(#private::Init::XavierNormal),
        Init::XavierUniform => quote!(#private::Init::XavierUniform),
        Init::LecunUniform => quote!(#private::Init::LecunUniform),
        Init::Zeros => quote!(#private::Init::Zeros),
        Init::Dirac => quote!(#private::Init::Dirac),
    }
}
