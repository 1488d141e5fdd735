//! Finds the reason why a training step would have produced values that are not finite. It runs only after a step has failed.

use super::plan::Plan;
use crate::error::{Divergence, Error, Pixel};
use crate::exec::largest;
use crate::layers::{Parameter, Storage};
use crate::layout::Port;
use crate::layout::padded;

/// Pixels from this magnitude on are named in the error as a possible reason. Normalised images have pixels around 1, images of bytes up to 255.
const SUSPICIOUS: f32 = 1e6;

/// Refuses inputs with a number that is not finite.
pub(super) fn check_inputs(inputs: &[&[f32]], ports: &[Port]) -> Result<(), Error> {
    let mut broken_inputs = inputs.iter().zip(ports).filter(|(input, _)| !largest(input).is_finite());
    let Some((input, port)) = broken_inputs.next() else { return Ok(()) };
    let at = input.iter().position(|number| !number.is_finite()).unwrap_or(0);
    match (ports, port.shape) {
        ([_], [_, _, _]) => Err(Error::Pixel(pixel(input, port.map(), at))),
        _ => {
            let (image, index) = (at / port.len(), at % port.len());
            Err(Error::InputValue { input: port.name, image, index, value: input[at] })
        }
    }
}

fn pixel(images: &[f32], [channels, height, width]: [usize; 3], index: usize) -> Pixel {
    let (row, column) = (index / width % height, index % width);
    let channel = index / (width * height) % channels;
    Pixel { image: index / (channels * height * width), channel, row, column, value: images[index] }
}

/// The inputs and results of a failed step.
pub(super) struct Attempt<'a> {
    pub plan: &'a Plan,
    pub inputs: &'a [&'a [f32]],
    pub parameters: &'a [f32],
    /// Before the step.
    pub running_before: &'a [f32],
    /// After the step.
    pub running: &'a [f32],
    /// Each output, and its gradient.
    pub outputs: &'a [[&'a [f32]; 2]],
    pub gradients: &'a [f32],
    pub loss: f64,
}

impl<'a> Attempt<'a> {
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
        let (number, (index, value)) = self.first_broken(|[values, _]| values)?;
        let Place { name, image, output } = self.place(number, index);
        Some(Divergence::Outputs { image, name, output, value, pixel: self.suspect() })
    }

    fn gradients(&self) -> Option<Divergence> {
        let loss = self.loss;
        if !loss.is_finite() {
            return None;
        }
        if let Some((number, (index, value))) = self.first_broken(|[_, gradients]| gradients) {
            let Place { name, image, output } = self.place(number, index);
            return Some(Divergence::OutputGradient { loss, image, name, output, value });
        }
        let (index, value) = broken(self.gradients)?;
        Some(Divergence::Gradient { name: self.plan.parameter_at(index), loss, value, pixel: self.suspect() })
    }

    /// The first number that is not finite of each output's values or gradients, and the output's number.
    fn first_broken(&self, which: impl Fn(&[&'a [f32]; 2]) -> &'a [f32]) -> Option<(usize, (usize, f32))> {
        self.outputs.iter().enumerate().find_map(|(number, output)| Some((number, broken(which(output))?)))
    }

    fn place(&self, number: usize, index: usize) -> Place {
        let ports = self.plan.output_ports;
        let len = ports[number].len();
        Place { name: (ports.len() > 1).then_some(ports[number].name), image: index / len, output: index % len }
    }

    /// The largest pixel, if it is large enough to be the reason, and the network has one map of pixels.
    fn suspect(&self) -> Option<Pixel> {
        let mut maps = self.inputs.iter().zip(self.plan.input_ports).filter(|(_, port)| port.shape.len() == 3);
        let (Some((images, port)), None) = (maps.next(), maps.next()) else { return None };
        let largest = |a: usize, b: usize| if images[b].abs() > images[a].abs() { b } else { a };
        let index = (0..images.len()).reduce(largest)?;
        (images[index].abs() >= SUSPICIOUS).then(|| pixel(images, port.map(), index))
    }
}

/// A number of an output.
struct Place {
    /// The output's name, if there are several.
    name: Option<&'static str>,
    image: usize,
    output: usize,
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
