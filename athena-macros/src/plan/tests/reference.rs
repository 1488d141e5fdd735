//! What a network computes, node by node and without a plan, over numbers that stand for maps.
//!
//! Every map is one number modulo a prime, and every layer a made-up function of it with coefficients of its own, so that a value that
//! is missing, stale, doubled or mixed up changes the result. `Algebra` has these functions; `machine` runs plans with the same
//! ones.

use crate::ir::{Activation, Network, NodeId, Op, Reads};

/// 2^61 - 1.
const PRIME: u64 = (1 << 61) - 1;

/// A number modulo the prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(u64);

impl Number {
    pub const ZERO: Number = Number(0);

    pub fn new(value: u64) -> Self {
        Number(value % PRIME)
    }

    fn inverse(self) -> Self {
        let (mut result, mut base, mut exponent) = (Number(1), self, PRIME - 2);
        while exponent > 0 {
            if exponent % 2 == 1 {
                result = result * base;
            }
            base = base * base;
            exponent /= 2;
        }
        result
    }
}

impl std::ops::Add for Number {
    type Output = Number;
    fn add(self, other: Number) -> Number {
        Number((self.0 + other.0) % PRIME)
    }
}

impl std::ops::Mul for Number {
    type Output = Number;
    fn mul(self, other: Number) -> Number {
        Number((u128::from(self.0) * u128::from(other.0) % u128::from(PRIME)) as u64)
    }
}

impl std::iter::Sum for Number {
    fn sum<I: Iterator<Item = Number>>(numbers: I) -> Number {
        numbers.fold(Number::ZERO, |sum, number| sum + number)
    }
}

/// A number that belongs to a node and a purpose.
fn coefficient(node: NodeId, purpose: u64) -> Number {
    let mut x = (node.0 as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ purpose.wrapping_mul(0xD1B5_4A32_D192_ED03);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    Number::new((x ^ (x >> 31)) | 1)
}

/// What one of the network's inputs holds.
pub fn input(node: NodeId) -> Number {
    coefficient(node, 100)
}

/// What the loss gives as the gradient of an output, by its number.
pub fn output_gradient(output: usize) -> Number {
    coefficient(NodeId(output), 101)
}

/// The weight of a convolution, a linear layer or any layer that only scales.
pub fn weight(node: NodeId) -> Number {
    coefficient(node, 1)
}

pub fn activation(activation: Activation, z: Number) -> Number {
    z * z + coefficient(NodeId(activation_index(activation)), 2) * z
}

pub fn activation_slope(activation: Activation, z: Number) -> Number {
    z + z + coefficient(NodeId(activation_index(activation)), 2)
}

fn activation_index(activation: Activation) -> usize {
    match activation {
        Activation::Relu => 1,
        Activation::LeakyRelu(_) => 2,
        Activation::Sigmoid => 3,
        Activation::Tanh => 4,
        _ => 5,
    }
}

/// The statistics of a map, as `Sums` hold them.
pub fn statistics(x: Number) -> Number {
    x * x + Number::new(5)
}

/// The statistics that inference uses.
pub fn running(norm: NodeId) -> Number {
    coefficient(norm, 3)
}

pub fn normalised(x: Number, statistics: Number) -> Number {
    x * statistics
}

pub fn norm(norm: NodeId, x: Number, statistics: Number) -> Number {
    coefficient(norm, 4) * normalised(x, statistics) + coefficient(norm, 5)
}

/// The sums that a batch norm's gradient needs: of `g` and of `g * x_hat`.
pub fn gradient_sums(g: Number, x: Number, statistics: Number) -> (Number, Number) {
    (g, g * normalised(x, statistics))
}

pub fn norm_slope(norm: NodeId, x: Number, g: Number, statistics: Number, sums: (Number, Number)) -> Number {
    let inner = g + normalised(x, statistics) * sums.1 + Number::new(7) * sums.0;
    coefficient(norm, 4) * statistics * inner
}

/// The gradient of a frozen batch norm's input.
pub fn fixed_norm_slope(norm: NodeId, g: Number) -> Number {
    coefficient(norm, 4) * normalised(g, running(norm))
}

/// Any other layer.
pub fn layer(network: &Network, node: NodeId, inputs: &[Number]) -> Number {
    match reads(network, node) {
        Reads::Input => weight(node) * inputs[0] * inputs[0] * inputs[0],
        Reads::Output => weight(node) * inputs[0].inverse(),
        Reads::OtherInput => weight(node) * inputs[0] * inputs[1],
        Reads::Nothing => inputs.iter().enumerate().map(|(at, x)| coefficient(node, 10 + at as u64) * *x).sum(),
    }
}

fn reads(network: &Network, node: NodeId) -> Reads {
    network.nodes[node.0]
        .op
        .as_per_image()
        .expect("other layers are computed by functions of their own")
        .backward_reads()
}

/// The gradient of any other layer towards one operand.
pub fn layer_slope(network: &Network, node: NodeId, operand: usize, value: Option<Number>, dy: Number) -> Number {
    let slope = match reads(network, node) {
        Reads::Input => {
            let x = value.expect("it sees its input again");
            Number::new(3) * weight(node) * x * x
        }
        Reads::Output => {
            let y = value.expect("it sees its output again");
            Number::new(PRIME - 1) * y * y * weight(node).inverse()
        }
        Reads::OtherInput => weight(node) * value.expect("it sees its other operand again"),
        Reads::Nothing => coefficient(node, 10 + operand as u64),
    };
    slope * dy
}

/// What a training step computes.
pub struct Expected {
    pub outputs: Vec<Number>,
    /// By node: of the weight of every layer that has one, but for batch norms.
    pub weights: Vec<Number>,
    /// By node: of a batch norm's weight and bias.
    pub norms: Vec<(Number, Number)>,
}

/// The outputs before a softmax at their end.
fn outputs(network: &Network) -> impl Iterator<Item = NodeId> + '_ {
    network.outputs.iter().map(|output| match &network.nodes[output.0] {
        last if last.op.is_softmax() => last.inputs[0],
        _ => *output,
    })
}

fn values(network: &Network, training: bool) -> Vec<Number> {
    let mut values: Vec<Number> = Vec::new();
    for (index, node) in network.nodes.iter().enumerate() {
        let id = NodeId(index);
        let inputs: Vec<Number> = node.inputs.iter().map(|input| values[input.0]).collect();
        values.push(match &node.op {
            Op::Input => input(id),
            Op::Conv(_) | Op::Linear(_) => weight(id) * inputs[0],
            Op::BatchNorm(_) if training && !node.frozen => norm(id, inputs[0], statistics(inputs[0])),
            Op::BatchNorm(_) => norm(id, inputs[0], running(id)),
            Op::Activation(f) => activation(*f, inputs[0]),
            Op::Add => inputs.into_iter().sum(),
            Op::PerImage(layer) if !training && layer.is_identity_in_inference() => inputs[0],
            Op::PerImage(_) => layer(network, id, &inputs),
        });
    }
    values
}

/// The outputs of inference.
pub fn infer(network: &Network) -> Vec<Number> {
    let values = values(network, false);
    outputs(network).map(|output| values[output.0]).collect()
}

/// The outputs and the gradients of a training step.
pub fn train(network: &Network) -> Expected {
    let values = values(network, true);
    let count = network.nodes.len();
    let mut gradients = vec![Number::ZERO; count];
    let mut expected = Expected {
        outputs: outputs(network).map(|output| values[output.0]).collect(),
        weights: vec![Number::ZERO; count],
        norms: vec![(Number::ZERO, Number::ZERO); count],
    };
    for (number, output) in outputs(network).enumerate() {
        gradients[output.0] = gradients[output.0] + output_gradient(number);
    }
    for (index, node) in network.nodes.iter().enumerate().rev() {
        let (id, dy) = (NodeId(index), gradients[index]);
        for (operand, input) in node.inputs.iter().enumerate() {
            let x = values[input.0];
            if operand == 0 && network.learns(node) && !matches!(node.op, Op::BatchNorm(_)) {
                expected.weights[index] = x * dy;
            }
            let dx = match &node.op {
                Op::Conv(_) | Op::Linear(_) => weight(id) * dy,
                // The made-up slope is not linear in `dy`, so that a node without gradient must be left out.
                Op::BatchNorm(_) if dy == Number::ZERO => Number::ZERO,
                Op::BatchNorm(_) if node.frozen => fixed_norm_slope(id, dy),
                Op::BatchNorm(_) => {
                    let sums = gradient_sums(dy, x, statistics(x));
                    expected.norms[index] = sums;
                    norm_slope(id, x, dy, statistics(x), sums)
                }
                Op::Activation(f) => activation_slope(*f, x) * dy,
                Op::Add => dy,
                Op::PerImage(layer) => {
                    let value = match layer.backward_reads() {
                        Reads::Nothing => None,
                        Reads::Input => Some(x),
                        Reads::Output => Some(values[index]),
                        Reads::OtherInput => Some(values[node.inputs[1 - operand].0]),
                    };
                    layer_slope(network, id, operand, value, dy)
                }
                Op::Input => unreachable!("an input is computed from nothing"),
            };
            gradients[input.0] = gradients[input.0] + dx;
        }
    }
    expected
}
