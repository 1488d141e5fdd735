//! `avg_pool`: the mean of each window.

use super::misfit::of_map;
use super::tokens;
use super::window::{self, CEIL, KERNEL, POOL_PADDING, POOL_STRIDE};
use super::word::{Args, Argument, Default, Kind, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written, WrittenWindow};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "avg_pool",
    args: &[
        KERNEL,
        POOL_STRIDE,
        POOL_PADDING,
        CEIL,
        Argument::new(
            "count_padding",
            Kind::Switch,
            Default::Switch(true),
            "whether padding counts as zeros; otherwise it does not count",
        ),
    ],
    example: "avg_pool(2)",
    doc: "Mean of each window.",
    lower: |args: &Args| {
        graph::WrittenOp::layer(AvgPoolStep {
            window: window::of_pool(args),
            count_padding: args.switch("count_padding").unwrap_or(true),
        })
    },
    learns: false,
};

/// The layer as written in the program.
#[derive(Debug)]
struct AvgPoolStep {
    window: WrittenWindow,
    count_padding: bool,
}

#[derive(Debug)]
pub struct AvgPool {
    pub pool: ir::Pool,
    /// Whether padding counts as zeros. If not, it does not count.
    pub count_padding: bool,
}

impl Written for AvgPoolStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| window::pool(input, &self.window))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let pool = window::known_pool(&self.window)?;
        expansion.op(ir::Op::per_image(AvgPool { pool, count_padding: self.count_padding }))
    }

    fn window(&self) -> Option<&WrittenWindow> {
        Some(&self.window)
    }
}

impl Layer for AvgPool {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let (pool, count_padding) = (tokens::pool(private, &self.pool), self.count_padding);
        quote!(AvgPool(#private::AvgPool { pool: #pool, count_padding: #count_padding }))
    }
}

impl PerImage for AvgPool {
    fn name(&self) -> &'static str {
        "avg_pool"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, pool, count_padding) = (inputs[0], tokens::pool(call.private, &self.pool), self.count_padding);
        quote!(__pass.avg_pool(&#pool, #count_padding, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (pool, count_padding) = (tokens::pool(call.private, &self.pool), self.count_padding);
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.avg_pool_backward(&#pool, #count_padding, #dy, #dx, #write);)
    }
}
