//! Products of two maps, number by number or channel by channel: the gate of squeeze and excitation (Hu et al. 2018).

mod kernel;
#[cfg(test)]
mod tests;

use crate::exec::Pass;
use crate::layout::Map;
use crate::ops::Write;

impl Pass<'_> {
    /// `y = x * gate`, where the gate has the map's shape or is one number a channel.
    pub fn multiply<const C: usize, const H: usize, const W: usize, const GH: usize, const GW: usize>(
        &mut self,
        x: Map<C, H, W>,
        gate: Map<C, GH, GW>,
        y: Map<C, H, W>,
    ) {
        const { assert!(GH == H && GW == W || GH == 1 && GW == 1, "a gate has the map's shape or is one number a channel") };
        self.each_map([x.slot(), gate.slot()], y.slot(), &|context, [x, gate], y| {
            kernel::forward(context.isa, x, gate, y);
        });
    }

    /// The gradient of one operand of a product, from the `other` one: `dy * other`, summed over the pixels where the operand is one number
    /// a channel.
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
