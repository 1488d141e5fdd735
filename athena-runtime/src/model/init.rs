//! The initial values of parameters.

use super::pieces::{Floats, Piece, fill};
use super::random::{Law, Stream};
use crate::isa::{Isa, Portable};
use crate::layers::{Parameter, Storage};
use crate::ops::Init;

/// Draws all parameters in `table` from `seed`, on all threads.
pub fn draw(to: Floats<'_>, table: &'static [Parameter], seed: u64) {
    // An invalid ATHENA_ISA is not reported here: every instruction set draws the same bits.
    let isa = Isa::active().unwrap_or(Isa::Portable(Portable));
    let streams = table.iter().zip(0..).map(|(parameter, index)| (parameter, Stream::new(seed, index)));
    let pieces = streams.flat_map(|(parameter, stream)| Piece::all_of(parameter).map(move |piece| (piece, stream)));
    fill(to, pieces.collect(), &|piece, stream, numbers| match Start::of(piece.parameter) {
        Start::Constant(number) => numbers.fill(number),
        Start::Random(law) => stream.draw(isa, law, piece.numbers.start, numbers),
        Start::Dirac { groups } => fill_dirac(piece.parameter.shape, groups, piece.numbers.start, numbers),
    });
}

/// The initial values of a tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Start {
    Constant(f32),
    Random(Law),
    /// See [`Init::Dirac`].
    Dirac {
        groups: usize,
    },
}

impl Start {
    fn of(parameter: &Parameter) -> Self {
        match parameter.storage {
            Storage::ConvWeight { init: Init::Dirac, shape, .. } => Self::Dirac { groups: shape.groups() },
            Storage::ConvWeight { init, .. } | Storage::LinearWeight { init, .. } => {
                // The shape is [outputs, inputs, taps...].
                let taps: usize = parameter.shape.iter().skip(2).product();
                Self::new(init, parameter.shape[1] * taps, parameter.shape[0] * taps)
            }
            Storage::Vector { init, fan_in, len, .. } => Self::new(init, fan_in, len),
            Storage::Running { start, .. } => Self::Constant(start),
            Storage::Batches { .. } => Self::Constant(0.0),
        }
    }

    /// The distribution that `init` means for a layer with these fans.
    fn new(init: Init, fan_in: usize, fan_out: usize) -> Self {
        let (fan_in, fan_out) = (fan_in as f64, fan_out as f64);
        let normal = |variance: f64| Self::Random(Law::Normal { deviation: variance.sqrt() as f32 });
        let uniform = |bound: f64| Self::Random(Law::Uniform { bound: bound as f32 });
        match init {
            Init::HeNormal => normal(2.0 / fan_in),
            Init::HeUniform => uniform((6.0 / fan_in).sqrt()),
            Init::XavierNormal => normal(2.0 / (fan_in + fan_out)),
            Init::XavierUniform => uniform((6.0 / (fan_in + fan_out)).sqrt()),
            Init::LecunUniform => uniform(1.0 / fan_in.sqrt()),
            Init::Zeros => Self::Constant(0.0),
            Init::Ones => Self::Constant(1.0),
            Init::Constant(number) => Self::Constant(number),
            Init::Dirac => Self::Dirac { groups: 1 },
        }
    }
}

/// Fills in the weights from element `first` on, in PyTorch's layout.
fn fill_dirac(shape: &[usize], groups: usize, first: usize, numbers: &mut [f32]) {
    numbers.fill(0.0);
    let [outputs, inputs, kernel @ ..] = shape else { return };
    let taps: usize = kernel.iter().product();
    let centre = kernel.iter().fold(0, |centre, side| centre * side + side / 2);
    let group_outputs = outputs / groups;
    for output in 0..*outputs {
        let input = output % group_outputs;
        let one = (output * inputs + input) * taps + centre;
        if input < *inputs
            && let Some(number) = one.checked_sub(first).and_then(|at| numbers.get_mut(at))
        {
            *number = 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_are_those_of_their_definitions() {
        let (fan_in, fan_out) = (144, 288);
        let normal = |deviation| Start::Random(Law::Normal { deviation });
        let uniform = |bound| Start::Random(Law::Uniform { bound });
        // sqrt(2/144), sqrt(6/144), sqrt(2/432), sqrt(6/432) and 1/12.
        let cases = [
            (Init::HeNormal, normal(0.117_851_13)),
            (Init::HeUniform, uniform(0.204_124_15)),
            (Init::XavierNormal, normal(0.068_041_384)),
            (Init::XavierUniform, uniform(0.117_851_13)),
            (Init::LecunUniform, uniform(0.083_333_336)),
            (Init::Zeros, Start::Constant(0.0)),
            (Init::Ones, Start::Constant(1.0)),
        ];
        for (init, expected) in cases {
            assert_eq!(Start::new(init, fan_in, fan_out), expected, "{init:?}");
        }
    }
}
