//! Products of two maps, element by element or with one scale per channel, as in the gate of squeeze and excitation (Hu et al. 2018).

mod kernel;
#[cfg(test)]
mod tests;

use super::Describe;
use crate::exec::Pass;
use crate::layout::Map;
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// Product of two values; the second has the shape of the first or has one scale per channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Multiply;

impl Describe for Multiply {
    fn is_join(&self) -> bool {
        true
    }

    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Multiply {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        // A vector of scales first becomes a map of C x 1 x 1.
        let mut inputs = layer.inputs.clone();
        if let (3, &[channels]) = (layer.shape.len(), layer.input_shapes[1]) {
            let axes = layer.whole_numbers("gate.axes", &[2, 3]);
            let vector = std::mem::take(&mut inputs[1]);
            inputs[1] = layer.step("gate", "Unsqueeze", vec![vector, axes], &[channels, 1, 1], Vec::new());
        }
        layer.node("Mul", inputs, Vec::new());
    }
}

impl Pass<'_> {
    /// `y = x * gate`, where the gate has the map's shape or has one scale per channel.
    pub fn multiply<const C: usize, const H: usize, const W: usize, const GH: usize, const GW: usize>(
        &mut self,
        x: Map<C, H, W>,
        gate: Map<C, GH, GW>,
        y: Map<C, H, W>,
    ) {
        const { assert!(GH == H && GW == W || GH == 1 && GW == 1, "a gate has the map's shape or one scale per channel") };
        self.each_map([x.slot(), gate.slot()], y.slot(), &|context, [x, gate], y| {
            kernel::forward(context.isa, x, gate, y);
        });
    }

    /// Computes the gradient of one operand of a product: `dy * other`, where `other` is the other operand. It is summed over the
    /// pixels if the operand has one scale per channel.
    pub fn multiply_backward<
        const C: usize,
        const OH: usize,
        const OW: usize,
        const H: usize,
        const W: usize,
        const DH: usize,
        const DW: usize,
    >(
        &mut self,
        other: Map<C, OH, OW>,
        dy: Map<C, H, W>,
        dx: Map<C, DH, DW>,
        write: Write,
    ) {
        self.each_map([other.slot(), dy.slot()], dx.slot(), &|context, [other, dy], dx| {
            kernel::backward(context.isa, other, dy, dx, write);
        });
    }
}
