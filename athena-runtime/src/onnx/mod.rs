//! Exports networks as ONNX files, for ONNX Runtime and other engines.
//!
//! [`export`] writes the computation of `predict`: batch norms use the running statistics, dropout is left out, and softmax is included if the
//! network ends with it. The file contains
//!
//! * one input `input`, [N, channels, height, width], and one output `output`, [N, classes], of 32-bit floats, with any N; inputs and outputs that
//!   have names in the signature have them here, too; a map is [N, channels, height, width], a vector [N, length],
//! * the weights and running statistics under their keys of the state dict (`layer1.0.conv1.weight`), except for `num_batches_tracked`,
//! * a node for each layer, named by the layer's path (`layer1.0.conv1`); if a layer needs two nodes, the name of the first one has a suffix
//!   (`act.sigmoid`),
//! * only operators of ONNX's own operator set, in version [`OPSET`].
//!
//! ```
//! use athena::onnx::{self, Options};
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x8x8) -> 10 {
//!         input -> conv(8, 3x3) -> batch_norm -> relu -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let network = Net::new(1);
//!     let bytes = onnx::to_bytes(&network, &Options::new().fold_batch_norm(true))?;
//!     assert!(bytes.windows(4).any(|name| name == b"Conv"));
//!     assert_eq!(onnx::OPSET, 20);
//!     # let folder = std::env::temp_dir();
//!     # let file = folder.join(format!("net-{}.onnx", std::process::id()));
//!     # onnx::export(&network, &file, &Options::new())?;
//!     # std::fs::remove_file(&file).ok();
//!     # if false {
//!     onnx::export(&network, "net.onnx", &Options::new())?;
//!     # }
//!     Ok(())
//! }
//! ```

pub(crate) mod graph;
mod network;
#[doc(hidden)]
pub mod proto;

use crate::error::Error;
use crate::layers::Parameter;
use crate::model::{LayerInfo, Network, Port, State, replace, short_type_name};
use graph::{Form, Tensors};
use prost::Message;
use std::path::Path;

/// The version of ONNX's operators that the files use: the first with `Gelu`, of ONNX 1.15 (ONNX Runtime 1.17 and newer).
pub const OPSET: i64 = 20;

/// The version of the file format that goes with [`OPSET`].
const IR_VERSION: i64 = 9;

/// The largest size of a file in bytes: a protobuf message is smaller than 2 GiB.
const MOST_BYTES: usize = i32::MAX as usize;

/// Options for [`export`].
///
/// ```
/// use athena::onnx::Options;
///
/// let (layer_by_layer, folded) = (Options::new(), Options::new().fold_batch_norm(true));
/// assert_ne!(layer_by_layer, folded);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    fold_batch_norm: bool,
}

impl Options {
    /// The defaults: every layer is exported as it is.
    #[must_use]
    pub const fn new() -> Self {
        Self { fold_batch_norm: false }
    }

    /// Sets whether a batch norm is folded into the weight and bias of the convolution or linear layer before it, if it is the
    /// only one that reads it. This is computed in f64. The file then has no tensors of the batch norm, and the layer has a bias
    /// even if it had none. Default: `false`.
    #[must_use]
    pub const fn fold_batch_norm(mut self, fold: bool) -> Self {
        self.fold_batch_norm = fold;
        self
    }
}

/// Writes `network` as an ONNX file. The write is atomic.
///
/// # Errors
/// The file cannot be written. The network has 2 GiB or more, or layers of your own, which ONNX cannot represent.
#[doc(alias("torch.onnx.export", "tf2onnx"))]
pub fn export<M: Network>(network: &M, path: impl AsRef<Path>, options: &Options) -> Result<(), Error> {
    let path = path.as_ref();
    let bytes = Source::of(network).bytes(options)?;
    replace(path, &bytes).map_err(|source| Error::Io { action: "write", path: path.to_owned(), source })
}

/// The bytes of the file that [`export`] writes.
///
/// # Errors
/// The network has 2 GiB or more, or layers of your own, which ONNX cannot represent.
pub fn to_bytes<M: Network>(network: &M, options: &Options) -> Result<Vec<u8>, Error> {
    Source::of(network).bytes(options)
}

/// A network as plain data.
struct Source<'a> {
    name: &'static str,
    inputs: &'static [Port],
    outputs: &'static [Port],
    /// The values that are the outputs.
    output_values: &'static [usize],
    layers: &'static [LayerInfo],
    table: &'static [Parameter],
    state: &'a State,
}

impl<'a> Source<'a> {
    fn of<M: Network>(network: &'a M) -> Self {
        let plan = M::PLAN;
        Self {
            name: short_type_name::<M>(),
            inputs: plan.input_ports,
            outputs: plan.output_ports,
            output_values: plan.output_values,
            layers: M::LAYERS,
            table: plan.table,
            state: network.state(),
        }
    }

    /// The entry of the state dict under `key`, which exists.
    fn parameter(&self, key: &str) -> &'static Parameter {
        let parameter = self.table.iter().find(|parameter| parameter.name == key);
        parameter.expect("the tensors of every layer are in the state dict")
    }

    fn bytes(&self, options: &Options) -> Result<Vec<u8>, Error> {
        if let Some(own) = self.layers.iter().find(|layer| matches!(layer.operation.layer().onnx(), Form::Missing)) {
            let reason = format!("`{}` is `{}`, a layer of your own, which ONNX does not have", own.name, own.word);
            return Err(Error::Onnx { network: self.name, reason });
        }
        // The size is checked before anything is copied. Attributes and names are small compared with the weights.
        let weights: usize = self.table.iter().map(|parameter| parameter.len() * size_of::<f32>()).sum();
        fits(self.name, weights)?;
        let model = self.model(options);
        fits(self.name, model.encoded_len())?;
        Ok(model.encode_to_vec())
    }

    fn model(&self, options: &Options) -> proto::Model {
        let norms =
            if options.fold_batch_norm { "folded where it follows a convolution or linear layer" } else { "kept" };
        proto::Model {
            ir_version: Some(IR_VERSION),
            producer_name: Some("athena".to_owned()),
            producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            doc_string: Some(format!("{}, {}, batch norm {norms}", self.name, described(self.inputs))),
            graph: Some(network::graph(self, options)),
            opset_import: vec![proto::OperatorSet { domain: Some(String::new()), version: Some(OPSET) }],
        }
    }
}

impl Tensors for Source<'_> {
    fn of(&self, key: &str) -> (&'static [usize], Vec<f32>) {
        let parameter = self.parameter(key);
        (parameter.shape, self.state.read(parameter))
    }

    fn has(&self, key: &str) -> bool {
        self.table.iter().any(|parameter| parameter.name == key)
    }
}

/// `images of 3x32x32`, or `scan of 1x28x28, history of 12` for several inputs.
fn described(inputs: &[Port]) -> String {
    let sizes = |shape: &[usize]| shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
    match inputs {
        [Port { name: "input", shape }] => format!("images of {}", sizes(shape)),
        _ => {
            let named = inputs.iter().map(|Port { name, shape }| format!("{name} of {}", sizes(shape)));
            named.collect::<Vec<_>>().join(", ")
        }
    }
}

fn fits(network: &'static str, bytes: usize) -> Result<(), Error> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let reason = format!("it takes {bytes} bytes, and a file holds at most {MOST_BYTES}; `save` has no such limit");
    Err(Error::Onnx { network, reason })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_file_has_less_than_two_gibibytes() {
        assert!(fits("Net", (1 << 31) - 1).is_ok());
        let error = fits("Net", 1 << 31).expect_err("2 GiB are too many");
        assert_eq!(
            error.to_string(),
            "`Net` cannot be exported to ONNX: it takes 2147483648 bytes, and a file holds at most 2147483647; `save` has no such limit"
        );
    }
}
