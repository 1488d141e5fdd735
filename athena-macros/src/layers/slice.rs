//! `slice`: some neighbouring channels, as ShuffleNet's split has them.

use super::misfit::single;
use super::tokens::number;
use super::word::{Args, Argument, Default, Kind, MOST, Word};
use crate::errors::Error;
use crate::graph::partial::Partial;
use crate::graph::{self, CHANNELS, Checked, Expansion, Inferred, Misfit, Problem, Written, WrittenNode};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "slice",
    args: &[
        Argument::new("from", Kind::Count { min: 0, max: MOST }, Default::Required, "first channel, counted from 0"),
        Argument::new("to", Kind::Count { min: 1, max: MOST }, Default::Required, "channel behind the last one"),
    ],
    example: "slice(0, 8)",
    doc: "The channels from one to another, that one not included: `x[:, from:to]`.",
    lower: |args: &Args| graph::WrittenOp::layer(SliceStep { from: args.count("from"), to: args.count("to") }),
    learns: false,
};

/// The step as written.
#[derive(Debug)]
struct SliceStep {
    from: Option<usize>,
    to: Option<usize>,
}

#[derive(Debug)]
pub struct Slice {
    pub from: usize,
}

impl SliceStep {
    fn misfit(&self, channels: Option<usize>) -> Option<Problem> {
        let (from, to) = (self.from?, self.to?);
        if from >= to {
            return Some(Empty { from, to }.into());
        }
        let channels = channels.filter(|channels| to > *channels)?;
        Some(Beyond { from, to, channels }.into())
    }
}

impl Written for SliceStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        let input = single(inputs);
        let problem = self.misfit(input.channels);
        let channels = match (self.from, self.to) {
            (Some(from), Some(to)) if problem.is_none() => Some(to - from),
            _ => None,
        };
        (Partial { channels, ..input }, problem.into_iter().collect())
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(Slice { from: self.from? }))
    }

    fn decides_channels(&self) -> bool {
        true
    }
}

/// No channel lies between the two.
#[derive(Debug)]
struct Empty {
    from: usize,
    to: usize,
}

impl Misfit for Empty {
    fn explain(&self, _: &Checked, node: &WrittenNode) -> Error {
        let Empty { from, to } = *self;
        Error::new(node.step.origin("to"), format!("no channel lies from {from} up to {to}, that one not included"))
            .help(node.step.mend("to", &(from + 1).to_string()))
    }
}

/// The map has fewer channels.
#[derive(Debug)]
struct Beyond {
    from: usize,
    to: usize,
    channels: usize,
}

impl Misfit for Beyond {
    fn explain(&self, checked: &Checked, node: &WrittenNode) -> Error {
        let Beyond { from, to, channels } = *self;
        let begins = from >= channels;
        let argument = if begins { "from" } else { "to" };
        let fact = match begins {
            true => format!("channel {from} is none of the {channels} that come in, which are counted from 0"),
            false => format!("{channels} channels come in, fewer than {to}"),
        };
        let last = (channels - (to - from).min(channels), channels);
        let help = match begins && node.step.writes("from") {
            // As many channels, if there are so many, the last of those that come in.
            true => format!("write `{}({}, {})`", node.step.name, last.0, last.1),
            false => node.step.mend(argument, &if begins { 0 } else { channels }.to_string()),
        };
        Error::new(node.step.origin(argument), fact).note(checked.became(node.inputs[0], CHANNELS)).help(help)
    }
}

impl Layer for Slice {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let first = number(self.from);
        quote!(Slice(#private::Slice { first: #first }))
    }
}

impl PerImage for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, _: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, first) = (inputs[0], number(self.from));
        quote!(__pass.slice(#first, #x, #y);)
    }

    fn backward(&self, _: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let first = number(self.from);
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.slice_backward(#first, #dy, #dx, #write);)
    }
}
