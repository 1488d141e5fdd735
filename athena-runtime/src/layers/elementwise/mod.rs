//! The fused elementwise pass: `y = act(sum of terms)`, where a term is a map or a batch norm of a map. The planner makes such
//! passes of activations and sums. The epilogue of a convolution is one.

pub(crate) mod activation;
pub(crate) mod kernel;
pub(crate) mod math;
#[cfg(feature = "onnx")]
mod onnx;
mod run;
mod term;
#[cfg(test)]
mod tests;

pub use crate::ops::Activation;
pub use term::{MOST_TERMS, Term, TermInfo};

pub(crate) use run::{FEW, List};

use super::Describe;

/// A sum of maps of the same shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Add;

impl Describe for Add {
    fn is_join(&self) -> bool {
        true
    }

    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}

impl Describe for Activation {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_> {
        crate::onnx::graph::Form::Nodes(self)
    }
}
