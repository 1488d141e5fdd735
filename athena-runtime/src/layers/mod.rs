//! The layers. The file or folder of a layer has its handle, the methods that generated code calls, its kernels, the initial
//! values of its parameters, its ONNX form and its tests.
//!
//! A handle is a constant with the offset of the layer's parameters. Its type has the shapes of input and output, so rustc checks once
//! more that the planner's shapes fit. Drivers and kernels use plain structs without const generics (`ConvInfo`, `NormInfo`, `LinearInfo`).
//!
//! The list in this file names all layers. A layer in the list must implement the trait `Describe`, or it does not compile.

pub mod adaptive_avg_pool;
pub mod batch_norm;
pub mod channel_shuffle;
pub mod channel_slope;
pub mod concat;
pub mod conv;
pub mod dropout;
pub mod elementwise;
pub mod flatten;
pub mod group_norm;
pub mod layer_norm;
pub mod linear;
pub mod multiply;
pub mod pad;
mod parameter;
pub mod pool;
mod scale_shift;
pub mod slice;
pub mod softmax;
pub mod subsample;
pub mod upsample;
pub mod user;

pub use crate::layout::Range;
pub use parameter::{Parameter, Storage};

/// The methods of a layer that the summary and the exporters call.
pub(crate) trait Describe {
    /// Whether it joins several values, so that its word stands between them.
    fn is_join(&self) -> bool {
        false
    }

    /// The ONNX form of the layer.
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

        /// The operation of a layer, with its settings.
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
    batch_norm: BatchNorm(NormInfo);
    group_norm: GroupNorm(GroupNormInfo);
    layer_norm: LayerNorm(LayerNormInfo);
    linear: Linear(LinearInfo);
    channel_slope: ChannelSlope(ChannelSlopeInfo);
    elementwise: Activation(Activation), Add(Add);
    multiply: Multiply(Multiply);
    concat: Concat(Concat);
    pool: MaxPool(MaxPool), AvgPool(AvgPool), GlobalAvgPool(GlobalAvgPool);
    adaptive_avg_pool: AdaptiveAvgPool(AdaptiveAvgPool);
    channel_shuffle: ChannelShuffle(ChannelShuffle);
    slice: Slice(Slice);
    flatten: Flatten(Flatten), Unflatten(Unflatten);
    pad: Pad(Pad);
    upsample: Upsample(Upsample);
    subsample: Subsample(Subsample);
    dropout: Dropout(Dropout);
    softmax: Softmax(Softmax);
    user: User(User);
}
