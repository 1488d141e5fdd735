//! `upsample`: upsampling of a map by whole factors.

use super::misfit::{fine, of_map};
use super::tokens::pair;
use super::word::{Args, Argument, Default, Kind, MOST_SIDE, Word};
use crate::graph::partial::Partial;
use crate::graph::{self, Checked, Expansion, Inferred, Written, WrittenNode};
use crate::ir::{self, BackwardMaps, CallSettings, Layer, PerImage, Reads};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

pub static WORD: Word = Word {
    name: "upsample",
    args: &[
        Argument::new(
            "factor",
            Kind::Pair { min: 1, max: MOST_SIDE },
            Default::Required,
            "number of rows x columns that each pixel becomes",
        ),
        Argument::new(
            "mode",
            Kind::Choice(&["nearest", "bilinear"]),
            Default::Word("nearest"),
            "pixels repeated, or interpolated (PyTorch's `align_corners=False`)",
        ),
    ],
    example: "upsample(2)",
    doc: "Upsampling of a map by whole factors.",
    lower: |args: &Args| {
        let mode = if args.word("mode") == Some("bilinear") { UpsampleMode::Bilinear } else { UpsampleMode::Nearest };
        graph::WrittenOp::layer(UpsampleStep { factor: args.pair("factor"), mode })
    },
    learns: false,
};

/// The layer as written in the program.
#[derive(Debug)]
struct UpsampleStep {
    factor: Option<[usize; 2]>,
    mode: UpsampleMode,
}

#[derive(Debug)]
pub struct Upsample {
    /// Rows and columns.
    pub factor: [usize; 2],
    pub mode: UpsampleMode,
}

/// How pixels are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpsampleMode {
    /// Each pixel repeated.
    Nearest,
    /// Interpolated between the centres of the four nearest pixels.
    Bilinear,
}

impl Written for UpsampleStep {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| {
            let larger = |size: Option<usize>, at: usize| size?.checked_mul(self.factor?[at]);
            let (height, width) = (larger(input.height, 0), larger(input.width, 1));
            fine(Partial { height, width, flat: Some(false), ..input })
        })
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        expansion.op(ir::Op::per_image(Upsample { factor: self.factor?, mode: self.mode }))
    }

    fn enlarging(&self, input: Partial, height: usize, width: usize) -> Option<(&'static str, [usize; 2])> {
        let (rows, columns) = (input.height?, input.width?);
        let is_whole = height.is_multiple_of(rows) && width.is_multiple_of(columns);
        is_whole.then(|| ("factor", [height / rows, width / columns]))
    }

    fn shrunk(
        &self,
        _: &Checked,
        node: &WrittenNode,
        fits: &dyn Fn(Option<usize>) -> Option<String>,
    ) -> Option<String> {
        let smaller = self.factor.and_then(|[rows, columns]| {
            let area = fits(Some(rows * columns))?.parse::<usize>().ok()?;
            Some(area.isqrt().min(rows).min(columns).max(1))
        });
        Some(format!("{}, or shrink the map before it", node.step.mend("factor", &smaller.unwrap_or(2).to_string())))
    }
}

impl Upsample {
    fn settings(&self, private: &TokenStream) -> (TokenStream, TokenStream) {
        let mode = match self.mode {
            UpsampleMode::Nearest => quote!(Nearest),
            UpsampleMode::Bilinear => quote!(Bilinear),
        };
        (pair(self.factor), quote!(#private::UpsampleMode::#mode))
    }
}

impl Layer for Upsample {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        let (factor, mode) = self.settings(private);
        quote!(Upsample(#private::Upsample { factor: #factor, mode: #mode }))
    }
}

impl PerImage for Upsample {
    fn name(&self) -> &'static str {
        "upsample"
    }

    fn backward_reads(&self) -> Reads {
        Reads::Nothing
    }

    fn forward(&self, call: &CallSettings, inputs: &[&Ident], y: &Ident) -> TokenStream {
        let (x, (factor, mode)) = (inputs[0], self.settings(call.private));
        quote!(__pass.upsample(#factor, #mode, #x, #y);)
    }

    fn backward(&self, call: &CallSettings, _: usize, maps: &BackwardMaps) -> TokenStream {
        let (factor, mode) = self.settings(call.private);
        let (BackwardMaps { dy, .. }, (dx, write)) = (maps, maps.input());
        quote!(__pass.upsample_backward(#factor, #mode, #dy, #dx, #write);)
    }
}
