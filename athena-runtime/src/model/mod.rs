//! Networks as values: what every network written in `resnet!` can do.

mod engine;
mod init;
mod layer;
mod names;
mod plan;
mod shape;
mod state;
mod summary;
mod transfer;
mod weights;
mod workspace;

pub use layer::{LayerInfo, Operation};
pub use plan::{Plan, Sizes};
pub use shape::{ClassCount, Classes, Image, ImageShape};
pub use state::State;
pub use weights::LoadReport;
#[cfg(feature = "onnx")]
pub(crate) use weights::replace;
pub use workspace::{InferenceWorkspace, TrainingWorkspace};

use crate::error::Error;
use crate::exec::{Run, threads};
use engine::Engine;
use std::fmt;
use std::path::Path;

/// Images that [`Model::predict`] works on at a time; more take more memory, not less time.
const PREDICTED_AT_ONCE: usize = 64;

/// The part of a [`Model`] that only the runtime calls.
///
/// `Itself` is always `Self`. What takes an `impl Network<M>` for its `M` has no `M` where it is given something else, so that rustc
/// has nothing to say about what is done with `M` further on.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait Network<Itself = Self>: Sized + Send + Sync + 'static {
    /// Sizes, tables and places.
    const PLAN: Plan;
    /// The layers in the order of computation; a program that neither prints nor exports the network has nothing of them.
    const LAYERS: &'static [LayerInfo];
    /// What the network has learnt.
    fn state(&self) -> &State;
    /// The same, for learning.
    fn state_mut(&mut self) -> &mut State;
    /// A network that has learnt this.
    fn from_state(state: State) -> Self;
    /// The network, as it is.
    fn itself(self) -> Itself;
    /// Training's way from images to outputs.
    fn forward(run: &mut Run<'_>);
    /// The way back, from the gradient of the outputs to those of all parameters.
    fn backward(run: &mut Run<'_>);
    /// The way from images to outputs with the running statistics.
    fn infer(run: &mut Run<'_>);
}

/// A residual network; `resnet!` implements it for each of its structs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a network",
    label = "no struct that `resnet!` makes",
    note = "networks are the structs that `athena::resnet!` and `athena::models` make: `Net::new(1)` is one, `&Net` is none"
)]
pub trait Model: Network {
    /// The images it takes, as a type.
    type Image: ImageShape;
    /// The classes it tells apart, as a type.
    type Classes: ClassCount;
    /// Channels, height and width of an image.
    const INPUT: [usize; 3];
    /// How many classes it tells apart.
    const CLASSES: usize;
    /// Scalars of the parameters, frozen ones included.
    const PARAMETERS: usize;
    /// Those of them that training changes: all that `#[freeze(...)]` does not name.
    const LEARNABLE: usize;
    /// Multiply-adds of one image's forward pass.
    const MACS: u64;

    /// The state dict: keys and shapes in PyTorch's layout, running statistics included.
    #[doc(alias("state_dict", "named_parameters"))]
    #[must_use]
    fn parameter_names() -> &'static [(&'static str, &'static [usize])];

    /// A network with parameters drawn from `seed`; the same seed gives the same network.
    #[must_use]
    fn new(seed: u64) -> Self {
        Self::from_state(State::new(&Self::PLAN, seed))
    }

    /// A network with all that another has learnt, whose state dict has the same keys and shapes: to go on training with other
    /// layers frozen, or with images of another size.
    ///
    /// # Errors
    /// A tensor that only one of the two networks has, or that has another shape: all of them, named. Too little memory.
    fn with_weights_of<M: Model>(other: &M) -> Result<Self, Error> {
        let name = short_type_name::<M>();
        transfer::state_of(&Self::PLAN, other.state(), M::PLAN.table, name).map(Self::from_state)
    }

    /// A table of the layers with their shapes and costs, and the memory that an image takes.
    #[must_use]
    fn summary() -> impl fmt::Display {
        summary::Summary {
            name: short_type_name::<Self>(),
            input: Self::INPUT,
            classes: Self::CLASSES,
            parameters: Self::PARAMETERS,
            learnable: Self::LEARNABLE,
            macs: Self::MACS,
            layers: Self::LAYERS,
            plan: Self::PLAN,
        }
    }

    /// The outputs for `images`, N x channels x height x width, N being any number: N x classes, batch norm with the running
    /// statistics, and probabilities if the network ends with softmax.
    ///
    /// Any number of threads may call this at the same time. At most as many calls as the pool has threads are computed at a time
    /// ([`Pool`](crate::exec::threads::Pool)); the others wait, in the order in which they came. The network keeps the memory that calls
    /// made, for later ones: as many images' as the largest call had (64 at most), for each call that was computed at the same time.
    ///
    /// # Errors
    /// Images that are not whole, or none; too little memory; an `ATHENA_ISA` that this machine lacks.
    #[doc(alias("forward", "infer"))]
    fn predict(&self, images: &[f32]) -> Result<Vec<f32>, Error> {
        let batch = workspace::images_in(images, Self::INPUT)?;
        let state = self.state();
        let at_once = batch.min(PREDICTED_AT_ONCE);
        let mut outputs = vec![0.0; batch * Self::CLASSES];
        let numbers: usize = Self::INPUT.iter().product();
        let parts = images.chunks(at_once * numbers);
        // A turn for each part, so that whoever asks for a few images need not wait for somebody's thousands; and an engine only with a
        // turn, so that there are no more engines at a time than turns.
        for (images, outputs) in parts.zip(outputs.chunks_mut(at_once * Self::CLASSES)) {
            threads::in_turn(|| {
                let mut engine = match state.take_engine(at_once) {
                    Some(engine) => engine,
                    None => Box::new(Engine::new::<Self>(at_once)?),
                };
                engine.infer::<Self>(state, images, images.len() / numbers, outputs)?;
                state.keep_engine(engine, threads::count()?);
                Ok::<_, Error>(())
            })??;
        }
        if Self::PLAN.softmax {
            outputs.chunks_exact_mut(Self::CLASSES).for_each(softmax);
        }
        Ok(outputs)
    }

    /// The values of a parameter or running statistic in PyTorch's layout; `None` if the network has none of this name.
    #[must_use]
    fn parameter(&self, name: &str) -> Option<Vec<f32>> {
        let parameter = Self::PLAN.table.iter().find(|parameter| parameter.name == name)?;
        Some(self.state().read(parameter))
    }

    /// Sets a parameter or running statistic from values in PyTorch's layout.
    ///
    /// # Errors
    /// A name that the network does not have, or another number of values than the parameter's.
    fn set_parameter(&mut self, name: &str, values: &[f32]) -> Result<(), Error> {
        let table = Self::PLAN.table;
        let Some(parameter) = table.iter().find(|parameter| parameter.name == name) else {
            let closest = names::closest(name, table.iter().map(|parameter| parameter.name));
            return Err(Error::NoParameter { name: name.to_owned(), closest });
        };
        if values.len() != parameter.len() {
            let (name, shape, found) = (parameter.name, parameter.shape, values.len());
            return Err(Error::ParameterLength { name, shape, found });
        }
        self.state_mut().write(parameter, values);
        Ok(())
    }

    /// Writes the state dict as a safetensors file that PyTorch reads. The file appears whole or not at all.
    ///
    /// # Errors
    /// A file that cannot be written.
    fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        weights::save(self.state(), Self::PLAN.table, path.as_ref())
    }

    /// Reads a file with this network's state dict: safetensors or, with the feature `pytorch`, what `torch.save` wrote (`.pth`, `.pt`),
    /// whatever the file is called. Of a pickle nothing is executed, and anything but tensors and plain values is refused; a checkpoint
    /// may keep its state dict under `state_dict`, `model_state_dict`, `model` or `net`.
    ///
    /// Floats of 64 and 16 bits (f16 and bf16) are converted, `module.` and `_orig_mod.` before the names are passed over, and
    /// `num_batches_tracked` may be missing. Tensors are read one at a time: beside the network the largest of them is all that takes
    /// memory. Only files as `torch.save` wrote them before PyTorch 1.6 take up to 32 MiB besides, since their beginning is read as a
    /// whole: ResNet-152's then takes 36 MB.
    ///
    /// After an error the network is as before. Only where the file itself is changed by others while it is read may a part be loaded.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged, or tensors that are missing, surplus or of another shape: all of them, named.
    #[doc(alias("load_state_dict", "load_weights"))]
    fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        weights::load(self.state_mut(), Self::PLAN.table, path.as_ref())
    }

    /// Reads as [`load`](Self::load) does, but only what fits by name and shape; the rest of the network stays as it is, and the rest of
    /// the file is not used. For fine-tuning: a new classifier keeps its fresh weights. The report says what was left alone and why.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged, or of which no tensor fits: then every reason is told, and the network is as before.
    fn load_partial(&mut self, path: impl AsRef<Path>) -> Result<LoadReport, Error> {
        weights::load_partial(self.state_mut(), Self::PLAN.table, path.as_ref())
    }
}

/// `a::b::Net` as `Net`.
pub(crate) fn short_type_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    name.rsplit("::").next().unwrap_or(name)
}

/// Logits as probabilities, in place (the largest is subtracted first, so that nothing overflows).
fn softmax(logits: &mut [f32]) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in &mut *logits {
        *logit = (*logit - largest).exp();
        sum += *logit;
    }
    logits.iter_mut().for_each(|logit| *logit /= sum);
}
