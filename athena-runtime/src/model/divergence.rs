//! Finds the reason why a training step would have produced values that are not finite. It runs only after a step has failed.

use super::plan::Plan;
use crate::error::{Divergence, Error, Pixel};
use crate::exec::largest;
use crate::layers::{Parameter, Storage};
use crate::layout::padded;

/// Pixels from this magnitude on are named in the error as a possible reason. Normalised images have pixels around 1, images of bytes up to 255.
const SUSPICIOUS: f32 = 1e6;

/// Refuses images with a pixel that is not finite. `shape` is the shape of one image.
pub(super) fn check_pixels(images: &[f32], shape: [usize; 3]) -> Result<(), Error> {
    if largest(images).is_finite() {
        return Ok(());
    }
    let index = images.iter().position(|pixel| !pixel.is_finite()).unwrap_or(0);
    Err(Error::Pixel(pixel(images, shape, index)))
}

fn pixel(images: &[f32], [channels, height, width]: [usize; 3], index: usize) -> Pixel {
    let (row, column) = (index / width % height, index % width);
    let channel = index / (width * height) % channels;
    Pixel { image: index / (channels * height * width), channel, row, column, value: images[index] }
}

/// The inputs and results of a failed step.
pub(super) struct Attempt<'a> {
    pub plan: &'a Plan,
    pub images: &'a [f32],
    pub shape: [usize; 3],
    pub classes: usize,
    pub parameters: &'a [f32],
    /// Before the step.
    pub running_before: &'a [f32],
    /// After the step.
    pub running: &'a [f32],
    pub outputs: &'a [f32],
    pub output_gradients: &'a [f32],
    pub gradients: &'a [f32],
    pub loss: f64,
}

impl Attempt<'_> {
    /// The first value that was not finite, in the order of computation.
    pub fn divergence(&self) -> Divergence {
        let found = self.before().or_else(|| self.statistics()).or_else(|| self.outputs());
        found.or_else(|| self.gradients()).unwrap_or(Divergence::Loss { loss: self.loss })
    }

    fn before(&self) -> Option<Divergence> {
        if let Some((index, value)) = broken(self.parameters) {
            return Some(Divergence::WeightBefore { name: self.plan.parameter_at(index), value });
        }
        let (index, value) = broken(self.running_before)?;
        Some(Divergence::StatisticsBefore { name: self.plan.statistic_at(index), value })
    }

    fn statistics(&self) -> Option<Divergence> {
        let (index, value) = broken(self.running)?;
        Some(Divergence::Statistics { name: self.plan.statistic_at(index), value, pixel: self.suspect() })
    }

    /// The first output that is not finite. Minus infinity is a valid logit, of an impossible class, if the loss is finite.
    fn outputs(&self) -> Option<Divergence> {
        if self.loss.is_finite() {
            return None;
        }
        let (index, value) = broken(self.outputs)?;
        let (image, output) = (index / self.classes, index % self.classes);
        Some(Divergence::Outputs { image, output, value, pixel: self.suspect() })
    }

    fn gradients(&self) -> Option<Divergence> {
        let loss = self.loss;
        if !loss.is_finite() {
            return None;
        }
        if let Some((index, value)) = broken(self.output_gradients) {
            let (image, output) = (index / self.classes, index % self.classes);
            return Some(Divergence::OutputGradient { loss, image, output, value });
        }
        let (index, value) = broken(self.gradients)?;
        Some(Divergence::Gradient { name: self.plan.parameter_at(index), loss, value, pixel: self.suspect() })
    }

    /// The largest pixel, if it is large enough to be the reason.
    fn suspect(&self) -> Option<Pixel> {
        let largest = |a: usize, b: usize| if self.images[b].abs() > self.images[a].abs() { b } else { a };
        let index = (0..self.images.len()).reduce(largest)?;
        (self.images[index].abs() >= SUSPICIOUS).then(|| pixel(self.images, self.shape, index))
    }
}

/// The first value that is not finite.
fn broken(values: &[f32]) -> Option<(usize, f32)> {
    values.iter().copied().enumerate().find(|(_, value)| !value.is_finite())
}

impl Plan {
    /// The parameter that owns float `index` of the parameter buffer and of the gradients.
    #[must_use]
    pub fn parameter_at(&self, index: usize) -> &'static str {
        self.name_where(|storage| match *storage {
            Storage::ConvWeight { offset, shape, .. } => (offset..offset + shape.weight_len()).contains(&index),
            Storage::LinearWeight { offset, inputs, outputs, .. } => {
                (offset..offset + padded(inputs) * outputs).contains(&index)
            }
            Storage::Vector { offset, len, .. } => (offset..offset + len).contains(&index),
            Storage::Running { .. } | Storage::Batches { .. } => false,
        })
    }

    /// The running statistic that owns float `index` of the buffer of running statistics.
    fn statistic_at(&self, index: usize) -> &'static str {
        self.name_where(|storage| match *storage {
            Storage::Running { offset, len, .. } => (offset..offset + len).contains(&index),
            Storage::ConvWeight { .. }
            | Storage::LinearWeight { .. }
            | Storage::Vector { .. }
            | Storage::Batches { .. } => false,
        })
    }

    fn name_where(&self, holds: impl Fn(&Storage) -> bool) -> &'static str {
        let holds = |parameter: &&Parameter| holds(&parameter.storage);
        self.table.iter().find(holds).map_or("padding", |parameter| parameter.name)
    }
}
