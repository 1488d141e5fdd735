//! The trait of networks with any inputs and outputs.

use super::methods::Model;
use super::network::Network;
use super::signature::Signature;

/// Any network, whatever the names of its inputs and outputs. `M: Model` is a network of one image and one output without names.
///
/// ```
/// use athena::{AnyModel, Signature, resnet};
///
/// resnet! {
///     struct Net(scan: 1x4x4, history: 3) -> 2 { (scan -> flatten) || history -> linear(2) }
/// }
///
/// fn parameters<M: AnyModel>(network: &M) -> usize {
///     let _ = network;
///     M::PARAMETERS
/// }
///
/// fn ignore<M: AnyModel>(_: &M, _: <M::Own as Signature>::Inputs<'_>) {}
///
/// fn main() {
///     use athena::Model;
///     assert_eq!(parameters(&Net::new(1)), 19 * 2 + 2);
///     ignore(&Net::new(1), NetInputs { scan: &[0.0; 16], history: &[0.0; 3] });
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait AnyModel: Model<<Self as AnyModel>::Own> {
    /// Its signature: [`Plain`](super::Plain), or the network itself.
    type Own: Signature;
}

#[diagnostic::do_not_recommend]
impl<S: Signature, M: Network<Signature = S> + Model<S>> AnyModel for M {
    type Own = S;
}
