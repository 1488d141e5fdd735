//! The input transform: from pixels to the operands of the products.
#![allow(unsafe_code)]

use super::grid::{Grid, Run, square};
use super::operands::Operands;
use super::transform::{self, EDGE, TILE};
use crate::isa::{Kernel, Simd};
use crate::kernels::rows::Lanes;
use crate::layout::{LANES, MapRef};

/// Computes `B^T d B` for all tiles of a run and all blocks of channels.
pub(super) struct Inputs<'a, M: ?Sized> {
    pub maps: &'a M,
    /// Blocks of channels of each map.
    pub blocks: usize,
    pub grid: Grid,
    pub run: Run,
    /// Row and column of the map at which the inputs of the first tile start.
    pub start: [isize; 2],
    pub to: &'a mut [f32],
}

/// The maps of several images.
pub(super) trait Maps {
    fn map(&self, image: usize) -> &MapRef<'_>;
}

impl<M: Maps + ?Sized> Kernel for Inputs<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let operands = Operands { blocks: self.blocks, tiles: self.run.count };
        let mut copy = [[[0.0; LANES]; EDGE]; EDGE];
        for block in 0..operands.blocks {
            let mut place = self.grid.place(self.run.first);
            for tile in 0..self.run.count {
                let y = (place.row * TILE) as isize + self.start[0];
                let x = (place.column * TILE) as isize + self.start[1];
                let d = square(s, self.maps.map(place.image), block, [y, x], &mut copy);
                let at = operands.at(self.to.len(), block, tile);
                // SAFETY: `at` has checked the 36 places.
                unsafe { transform_input(s, &d, self.to.as_mut_ptr().add(at), operands.product()) };
                place = self.grid.after(place);
            }
        }
    }
}

/// # Safety
/// Sixteen floats must be writable at 36 places from `to` on, `distance` apart.
#[inline(always)]
unsafe fn transform_input<S: Simd>(s: S, d: &[&[Lanes; EDGE]; EDGE], to: *mut f32, distance: usize) {
    // Three rows at a time, so that their 18 vectors stay in registers.
    // SAFETY: the caller guarantees it.
    unsafe {
        transform_rows::<S, false>(s, d, to, distance);
        transform_rows::<S, true>(s, d, to.add(3 * EDGE * distance), distance);
    }
}

/// Computes the upper three of the six rows, or the lower three (`HIGH`).
///
/// # Safety
/// Sixteen floats must be writable at 18 places from `to` on, `distance` apart.
#[inline(always)]
unsafe fn transform_rows<S: Simd, const HIGH: bool>(s: S, d: &[&[Lanes; EDGE]; EDGE], to: *mut f32, distance: usize) {
    let mut rows = [[s.zero(); EDGE]; 3];
    for column in 0..EDGE {
        let mut d_column = [s.zero(); EDGE];
        for (d_column, d) in d_column.iter_mut().zip(d) {
            *d_column = s.load(&d[column]);
        }
        let values = if HIGH { transform::input_high(s, &d_column) } else { transform::input_low(s, &d_column) };
        for (row, value) in rows.iter_mut().zip(values) {
            row[column] = value;
        }
    }
    for (i, row) in rows.iter().enumerate() {
        let (low, high) = (transform::input_low(s, row), transform::input_high(s, row));
        for j in 0..3 {
            // SAFETY: the caller guarantees it.
            unsafe {
                s.store_ptr(low[j], to.add((i * EDGE + j) * distance));
                s.store_ptr(high[j], to.add((i * EDGE + j + 3) * distance));
            }
        }
    }
}

/// Computes `A dy A^T` for all tiles of a run and all blocks of channels.
pub(super) struct Gradients<'a, M: ?Sized> {
    pub maps: &'a M,
    /// Blocks of channels of each map.
    pub blocks: usize,
    pub grid: Grid,
    pub run: Run,
    pub to: &'a mut [f32],
}

impl<M: Maps + ?Sized> Kernel for Gradients<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let operands = Operands { blocks: self.blocks, tiles: self.run.count };
        // A tile at the edge may reach beyond the halo.
        let mut copy = [[[0.0; LANES]; TILE]; TILE];
        for block in 0..operands.blocks {
            let mut place = self.grid.place(self.run.first);
            for tile in 0..self.run.count {
                let at = [place.row * TILE, place.column * TILE].map(|at| at as isize);
                let dy = square(s, self.maps.map(place.image), block, at, &mut copy);
                let at = operands.at(self.to.len(), block, tile);
                // SAFETY: `at` has checked the 36 places.
                unsafe { transform_gradient(s, &dy, self.to.as_mut_ptr().add(at), operands.product()) };
                place = self.grid.after(place);
            }
        }
    }
}

/// # Safety
/// Sixteen floats must be writable at 36 places from `to` on, `distance` apart.
#[inline(always)]
unsafe fn transform_gradient<S: Simd>(s: S, dy: &[&[Lanes; TILE]; TILE], to: *mut f32, distance: usize) {
    let mut rows = [[s.zero(); TILE]; EDGE];
    for column in 0..TILE {
        let mut dy_column = [s.zero(); TILE];
        for (dy_column, dy) in dy_column.iter_mut().zip(dy) {
            *dy_column = s.load(&dy[column]);
        }
        for (row, value) in rows.iter_mut().zip(transform::gradient(s, &dy_column)) {
            row[column] = value;
        }
    }
    for (i, row) in rows.iter().enumerate() {
        for (j, value) in transform::gradient(s, row).into_iter().enumerate() {
            // SAFETY: the caller guarantees it.
            unsafe { s.store_ptr(value, to.add((i * EDGE + j) * distance)) };
        }
    }
}
