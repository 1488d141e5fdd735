//! The trait `Network`: the part of a network that the macro writes and only the runtime calls.

use super::layer::LayerInfo;
use super::plan::Plan;
use super::signature::Signature;
use super::state::State;
use crate::exec::Run;

/// The part of a [`Model`] that only the runtime calls.
///
/// `Itself` is always `Self`. It gives better errors: a function that takes `impl Network<M>` and is called with something else
/// has no `M`, so rustc does not report further errors about `M`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait Network<Itself = Self>: Sized + Send + Sync + 'static {
    /// The types of its inputs and outputs.
    type Signature: Signature;
    /// The memory plan and the tables of the network.
    const PLAN: Plan;
    /// The layers in the order of computation. They are compiled only into programs that print or export the network.
    const LAYERS: &'static [LayerInfo];
    /// The parameters, running statistics and counters.
    fn state(&self) -> &State;
    /// [`state`](Self::state), mutably.
    fn state_mut(&mut self) -> &mut State;
    /// A network with this state.
    fn from_state(state: State) -> Self;
    /// Returns the network itself.
    fn itself(self) -> Itself;
    /// The forward pass of training, from images to outputs.
    fn forward(run: &mut Run<'_>);
    /// The backward pass, from the gradient of the outputs to the gradients of all parameters.
    fn backward(run: &mut Run<'_>);
    /// The forward pass of inference, with the running statistics.
    fn infer(run: &mut Run<'_>);
}
