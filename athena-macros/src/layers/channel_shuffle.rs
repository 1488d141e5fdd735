//! `channel_shuffle`: the channels of groups, one of each group after the other, as ShuffleNet has them.

use super::misfit::{Indivisible, of_map};
use super::tokens::number;
use super::word::{Args, Argument, Default, Kind, MOST, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "channel_shuffle",
    args: &[Argument::new("groups", Kind::Count { min: 1, max: MOST }, Default::Required, "groups of channels")],
    example: "channel_shuffle(2)",
    doc: "The channels of groups, one of each group after the other (Zhang et al. 2018).",
    lower: |args: &Args| graph::WrittenOp::layer(ChannelShuffleStep { groups: args.count("groups") }),
    learns: false,
};

/// The step as written.
#[derive(Debug)]
struct ChannelShuffleStep {
    groups: Option<usize>,
}

#[derive(Debug)]
pub struct ChannelShuffle {
    pub groups: usize,
}

impl Written for ChannelShuffleStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let problem = Indivisible::of(self.groups, input.channels, None);
            (input, problem.into_iter().map(Into::into).collect())
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(ChannelShuffle { groups: self.groups? }))
    }
}

impl Layer for ChannelShuffle {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let groups = number(self.groups);
        quote!(ChannelShuffle(#private::ChannelShuffle { groups: #groups }))
    }
}

impl PerImage for ChannelShuffle {
    fn name(&self) -> &'static str {
        "channel_shuffle"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, groups) = (inputs[0], number(self.groups));
        quote!(__pass.channel_shuffle(#groups, #x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let groups = number(self.groups);
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.channel_shuffle_backward(#groups, #dy, #dx, #write);)
    }
}
