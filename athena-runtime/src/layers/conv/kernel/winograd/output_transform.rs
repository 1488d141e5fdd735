//! The output transform: from products to pixels.
#![allow(unsafe_code)]

use super::grid::{Grid, Run};
use super::operands::Operands;
use super::transform::{self, EDGE, TILE};
use crate::isa::{Kernel, Simd};
use crate::layout::{LANES, MapMut};

/// Writes `A^T m A` for the tiles of a run that lie on one image, for one block of channels.
pub(super) struct OutputTransform<'a> {
    pub products: &'a [f32],
    pub operands: Operands,
    /// Block and first tile among the operands.
    pub from: [usize; 2],
    pub grid: Grid,
    pub run: Run,
    pub dest: MapMut<'a>,
    /// The block of the map.
    pub block: usize,
    /// Added to every pixel.
    pub bias: Option<&'a [f32; LANES]>,
    /// Adds to the map instead of overwriting it.
    pub add: bool,
}

impl Kernel for OutputTransform<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, s: S) {
        let mut place = self.grid.place(self.run.first);
        let extent = self.dest.extent();
        let bias = self.bias.map_or(s.zero(), |bias| s.load(bias));
        for tile in 0..self.run.count {
            let at = self.operands.at(self.products.len(), self.from[0], self.from[1] + tile);
            // SAFETY: `at` has checked the 36 places.
            let pixels = unsafe { outputs(s, self.products.as_ptr().add(at), self.operands.product()) };
            let [y, x] = [place.row * TILE, place.column * TILE];
            let (rows, columns) = (extent.height - y, TILE.min(extent.width - x));
            for (i, pixels) in pixels.iter().enumerate() {
                if i >= rows {
                    break;
                }
                let dest = &mut self.dest.row_mut(self.block, y + i)[x..x + columns];
                for (j, &pixel) in pixels.iter().enumerate() {
                    if j < columns {
                        let value = s.add(pixel, bias);
                        let value = if self.add { s.add(value, s.load(&dest[j])) } else { value };
                        s.store(value, &mut dest[j]);
                    }
                }
            }
            place = self.grid.after(place);
        }
    }
}

/// # Safety
/// Sixteen floats must be readable at 36 places from `from` on, `distance` apart.
#[inline(always)]
unsafe fn outputs<S: Simd>(s: S, from: *const f32, distance: usize) -> [[S::Vector; TILE]; TILE] {
    let mut rows = [[s.zero(); EDGE]; TILE];
    for j in 0..EDGE {
        let mut m = [s.zero(); EDGE];
        for (i, m) in m.iter_mut().enumerate() {
            // SAFETY: the caller guarantees it.
            *m = unsafe { s.load_ptr(from.add((i * EDGE + j) * distance)) };
        }
        for (row, value) in rows.iter_mut().zip(transform::output(s, &m)) {
            row[j] = value;
        }
    }
    let mut pixels = [[s.zero(); TILE]; TILE];
    for (pixels, row) in pixels.iter_mut().zip(&rows) {
        *pixels = transform::output(s, row);
    }
    pixels
}
