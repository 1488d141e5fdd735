//! The border of zeros around every map.

use crate::layout::{Extent, LANES};

/// Writes zeros around the map.
pub(super) fn clear(map: &mut [f32], extent: &Extent) {
    let [rows, columns] = extent.halo;
    if rows == 0 && columns == 0 {
        return;
    }
    let (row, side) = (extent.row(), columns * LANES);
    for block in map[..extent.len()].chunks_exact_mut(extent.block()) {
        let (top, rest) = block.split_at_mut(rows * row);
        let (middle, bottom) = rest.split_at_mut(extent.height * row);
        top.fill(0.0);
        bottom.fill(0.0);
        for row in middle.chunks_exact_mut(row) {
            row[..side].fill(0.0);
            row[side + extent.width * LANES..].fill(0.0);
        }
    }
}
