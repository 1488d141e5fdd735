//! Pools in ONNX.

use super::{AvgPool, GlobalAvgPool, MaxPool};
use crate::onnx::graph::{Layer, ToNodes, int, text, window};
use crate::ops::Pool;

impl ToNodes for MaxPool {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let Self(of) = self;
        let attributes = window(of.kernel, of.stride, of.padding, behind(layer, of));
        layer.node("MaxPool", layer.inputs.clone(), attributes);
    }
}

impl ToNodes for GlobalAvgPool {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        layer.node("GlobalAveragePool", layer.inputs.clone(), Vec::new());
    }
}

/// What lies beyond the padding never counts. So if a window reaches beyond it and padding counts, the padding becomes a node
/// before the pool, and the pool's own padding does not count.
impl ToNodes for AvgPool {
    fn add_to(&self, layer: &mut Layer<'_, '_>) {
        let Self { pool, count_padding } = self;
        let mut inputs = layer.inputs.clone();
        let (mut before, mut behind) = (pool.padding, behind(layer, pool));
        let mut counts = *count_padding;
        if counts && behind != pool.padding {
            counts = false;
            if let [rows, columns] = pool.padding
                && rows + columns > 0
            {
                let from = layer.input_shapes[0];
                let padded = [from[0], from[1] + 2 * rows, from[2] + 2 * columns];
                inputs.push(layer.whole_numbers("pads", &[0, 0, rows, columns, 0, 0, rows, columns]));
                inputs = vec![layer.step("pad", "Pad", inputs, &padded, vec![text("mode", "constant")])];
                before = [0, 0];
                behind = [behind[0] - rows, behind[1] - columns];
            }
        }
        let mut attributes = window(pool.kernel, pool.stride, before, behind);
        attributes.push(int("count_include_pad", usize::from(counts)));
        layer.node("AveragePool", inputs, attributes);
    }
}

/// The padding after a pool's map. If sizes are rounded up, it includes what the last windows reach beyond the padding. ONNX's own `ceil_mode`
/// is not used, because its shape inference keeps windows that begin after the map, and engines disagree about which pixels count.
fn behind(layer: &Layer<'_, '_>, pool: &Pool) -> [usize; 2] {
    let (from, to) = (layer.input_shapes[0], layer.shape);
    [0, 1].map(|axis| {
        let end = (to[axis + 1] - 1) * pool.stride[axis] + pool.kernel[axis];
        pool.padding[axis].max(end.saturating_sub(from[axis + 1] + pool.padding[axis]))
    })
}
