//! The layers, a file or folder each: its handle, the methods that generated code calls, what these compute, how its parameters start,
//! its ONNX form and its tests.
//!
//! A handle is a constant that knows where its parameters lie and, in its type, what it takes and gives. So rustc checks once
//! more that the planner's shapes fit. Behind the types stand plain structs (`ConvInfo`, `NormInfo`, `LinearInfo`), which the drivers
//! and the kernels work with.
//!
//! The list in this file names them all. A layer that stands there says what the trait `Describe` asks of it, or does not compile.

pub mod batch_norm;
pub mod concat;
pub mod conv;
pub mod conv_transpose;
pub mod dropout;
pub mod elementwise;
pub mod flatten;
pub mod group_norm;
pub mod linear;
pub mod multiply;
pub mod pad;
mod parameter;
pub mod pool;
pub mod softmax;
pub mod subsample;
pub mod upsample;
pub mod user;

pub use crate::layout::Range;
pub use parameter::{Parameter, Storage};

/// What the summary and the exporters ask of a layer.
pub(crate) trait Describe {
    /// Whether it joins several values, so that its word stands between them.
    fn is_join(&self) -> bool;

    /// How ONNX has it.
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> crate::onnx::graph::Form<'_>;
}

macro_rules! layers {
    ($($module:ident: $($name:ident($payload:ident)),+;)+) => {
        // Several layers have a module `kernel`, which is named by the layer's path.
        $(
            #[allow(ambiguous_glob_reexports)]
            pub use $module::*;
        )+

        /// What a layer computes.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Operation {
            $($(#[doc = concat!("See [`", stringify!($payload), "`].")] $name($payload),)+)+
        }

        impl Operation {
            /// The layer itself.
            pub(crate) fn layer(&self) -> &dyn Describe {
                match self {
                    $($(Self::$name(layer) => layer,)+)+
                }
            }
        }
    };
}

layers! {
    conv: Conv(ConvInfo);
    conv_transpose: ConvTranspose(ConvTransposeInfo);
    batch_norm: BatchNorm(NormInfo);
    group_norm: GroupNorm(GroupNormInfo);
    linear: Linear(LinearInfo);
    elementwise: Activation(Activation), Add(Add);
    multiply: Multiply(Multiply);
    concat: Concat(Concat);
    pool: MaxPool(MaxPool), AvgPool(AvgPool), GlobalAvgPool(GlobalAvgPool);
    flatten: Flatten(Flatten), Unflatten(Unflatten);
    pad: Pad(Pad);
    upsample: Upsample(Upsample);
    subsample: Subsample(Subsample);
    dropout: Dropout(Dropout);
    softmax: Softmax(Softmax);
    user: User(User);
}
