//! `Model::predict`: any number of images, in turns with other calls.

use super::batch::images_in;
use super::engine::Engine;
use super::network::Network;
use super::softmax;
use crate::error::Error;
use crate::layout::Port;
use crate::threads;

/// The largest number of images that `Model::predict` computes at a time. More would take more memory and save no time.
const PREDICTED_AT_ONCE: usize = 64;

/// Each output for the inputs.
pub(super) fn predict<M: Network>(network: &M, inputs: &[&[f32]]) -> Result<Vec<Vec<f32>>, Error> {
    let (plan, state) = (&M::PLAN, network.state());
    let batch = images_in(inputs, plan.input_ports)?;
    let at_once = batch.min(PREDICTED_AT_ONCE);
    let mut outputs: Vec<Vec<f32>> = plan.output_ports.iter().map(|port| vec![0.0; batch * port.len()]).collect();
    // Each part takes its own turn, so that a small call does not wait for all of a large one. An engine is taken only within a turn, so
    // there are never more engines than turns.
    for first in (0..batch).step_by(at_once) {
        let images = at_once.min(batch - first);
        let part = |port: &Port| first * port.len()..(first + images) * port.len();
        let inputs: Vec<&[f32]> = inputs.iter().zip(plan.input_ports).map(|(input, port)| &input[part(port)]).collect();
        let outputs = outputs.iter_mut().zip(plan.output_ports).map(|(output, port)| &mut output[part(port)]);
        threads::in_turn(|| {
            let mut engine = match state.take_engine(at_once) {
                Some(engine) => engine,
                None => Engine::new(plan, at_once)?,
            };
            engine.infer((plan, M::infer), state.learnt(), &inputs, images, outputs)?;
            state.keep_engine(engine, threads::count()?);
            Ok::<_, Error>(())
        })??;
    }
    for ((output, port), _) in
        outputs.iter_mut().zip(plan.output_ports).zip(plan.softmax).filter(|(_, softmax)| **softmax)
    {
        softmax::softmax(output, port);
    }
    Ok(outputs)
}
