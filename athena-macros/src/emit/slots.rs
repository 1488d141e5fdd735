//! Where values lie, as constants.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names::Namer;
use crate::layers::tokens::{self, number, pair};
use crate::plan::{BufferId, Place, Program, SumsId};

/// The slots of one program.
pub struct Slots {
    maps: Vec<Ident>,
    sums: Vec<Ident>,
}

impl Slots {
    /// Names every slot of a program.
    pub fn new(program: &Program, prefix: &str, namer: &mut Namer) -> Self {
        let maps = program.buffers.iter().map(|buffer| {
            let prefix = if buffer.gradient { "" } else { prefix };
            namer.constant(prefix, &buffer.name)
        });
        let maps = maps.collect();
        let sums = program.sums.iter().map(|sums| namer.constant("", &sums.name)).collect();
        Self { maps, sums }
    }

    /// The name of a map's slot.
    pub fn map(&self, buffer: BufferId) -> &Ident {
        &self.maps[buffer.0]
    }

    /// The name of a statistics' slot.
    pub fn sums(&self, sums: SumsId) -> &Ident {
        &self.sums[sums.0]
    }

    /// The slots as constants.
    ///
    /// ```text
    /// const X_CONV1: athena::__private::Map<16, 8, 8> = athena::__private::Map::image(0, [0, 0]);
    /// const X_RELU1: athena::__private::Map<16, 8, 8> = athena::__private::Map::scratch(1600, [1, 1]);
    /// const SUMS_CONV1: athena::__private::Sums<16, 8, 8> = athena::__private::Sums::image(1024);
    /// ```
    pub fn constants(&self, private: &TokenStream, program: &Program) -> TokenStream {
        let maps = program.buffers.iter().zip(&self.maps).map(|(buffer, name)| {
            let sizes = tokens::sizes(buffer.shape);
            let (offset, halo) = (number(buffer.offset), pair(buffer.halo));
            let place = match buffer.place {
                Place::Image => quote!(image),
                Place::Scratch => quote!(scratch),
            };
            quote!(const #name: #private::Map<#sizes> = #private::Map::#place(#offset, #halo);)
        });
        let sums = program.sums.iter().zip(&self.sums).map(|(sums, name)| {
            let sizes = tokens::sizes(sums.shape);
            let offset = number(sums.offset);
            quote!(const #name: #private::Sums<#sizes> = #private::Sums::image(#offset);)
        });
        quote!(#(#maps)* #(#sums)*)
    }
}
