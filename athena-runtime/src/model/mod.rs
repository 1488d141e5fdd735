//! Networks: the traits that they implement, their state, their workspaces and their files of weights.

mod any;
mod batch;
mod divergence;
mod engine;
mod exact;
mod inference;
mod init;
mod layer;
mod methods;
mod names;
mod network;
mod pieces;
mod plan;
mod predict;
mod random;
mod shape;
mod signature;
mod softmax;
mod state;
mod summary;
mod transfer;
mod weights;
mod workspace;

pub use crate::layout::Port;
pub use any::AnyModel;
pub use inference::InferenceWorkspace;
pub use layer::LayerInfo;
pub use methods::Model;
pub use network::Network;
pub use plan::Plan;
pub use shape::sealed::Sealed;
pub use shape::{ClassCount, ClassMap, Classes, Image, ImageShape};
pub use signature::{Each, Inputs, Plain, Signature, Total};
pub use state::State;
#[cfg(feature = "onnx")]
pub(crate) use weights::replace;
pub use weights::{LoadOptions, LoadReport};
pub use workspace::TrainingWorkspace;

/// `a::b::Net` as `Net`.
#[doc(hidden)]
#[must_use]
pub fn short_type_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}
