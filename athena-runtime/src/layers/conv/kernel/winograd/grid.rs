//! The tiles of several images, and how their pixels are read where a tile reaches beyond the map.

use super::transform::TILE;
use crate::isa::Simd;
use crate::kernels::rows::Lanes;
use crate::layout::{LANES, MapRef};
use std::ops::Range;

/// The tiles of images of one size. Tiles are numbered by image, then row, then column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    rows: usize,
    columns: usize,
}

/// One tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub image: usize,
    /// Row and column among the tiles of the image.
    pub row: usize,
    pub column: usize,
}

/// A range of consecutive tiles, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub first: usize,
    pub count: usize,
}

impl Grid {
    /// The tiles of maps of `height x width` outputs.
    pub const fn new(height: usize, width: usize) -> Self {
        Self { rows: height.div_ceil(TILE), columns: width.div_ceil(TILE) }
    }

    /// Tiles of one image.
    pub const fn len(&self) -> usize {
        self.rows * self.columns
    }

    pub fn place(&self, tile: usize) -> Place {
        let within = tile % self.len();
        Place { image: tile / self.len(), row: within / self.columns, column: within % self.columns }
    }

    /// The tile after `place`.
    #[inline(always)]
    pub fn after(&self, place: Place) -> Place {
        let Place { mut image, mut row, mut column } = place;
        column += 1;
        if column == self.columns {
            (column, row) = (0, row + 1);
        }
        if row == self.rows {
            (row, image) = (0, image + 1);
        }
        Place { image, row, column }
    }

    /// The part of `run` from its tile `skip` on that lies on the same image as that tile.
    pub fn on_one_image(&self, run: Run, skip: usize) -> Run {
        let first = run.first + skip;
        let left = self.len() - first % self.len();
        Run { first, count: left.min(run.count - skip) }
    }

    /// The rows of pixels that are complete once the tiles of `run`, which lie on one image, are written.
    pub fn completed(&self, run: Run, height: usize) -> Range<usize> {
        let first = run.first % self.len();
        let rows = [first, first + run.count].map(|tile| (tile / self.columns * TILE).min(height));
        rows[0]..rows[1]
    }
}

/// The `N x N` pixels of `block` whose first is `[y, x]`; `None` if some lie outside the map and its halo.
#[inline(always)]
fn inside<'a, const N: usize>(map: &MapRef<'a>, block: usize, [y, x]: [isize; 2]) -> Option<[&'a [Lanes; N]; N]> {
    let extent = map.extent();
    let (y, x) = (y + extent.halo[0] as isize, x + extent.halo[1] as isize);
    let (height, width) = (extent.height + 2 * extent.halo[0], extent.width + 2 * extent.halo[1]);
    let fits = y >= 0 && x >= 0 && y as usize + N <= height && x as usize + N <= width;
    if !fits {
        return None;
    }
    let at = block * extent.block() + y as usize * extent.row() + x as usize * LANES;
    let from = &map.data()[at..at + (N - 1) * extent.row() + N * LANES];
    let mut lines = [&[[0.0; LANES]; N]; N];
    for (i, line) in lines.iter_mut().enumerate() {
        *line = from[i * extent.row()..].as_chunks().0.first_chunk()?;
    }
    Some(lines)
}

/// The `N x N` pixels of `block` whose first is `[y, x]`. If some lie outside the map and its halo, the pixels are copied to
/// `copy`, with zeros for those.
#[inline(always)]
pub(super) fn square<'a, S: Simd, const N: usize>(
    s: S,
    map: &MapRef<'a>,
    block: usize,
    [y, x]: [isize; 2],
    copy: &'a mut [[Lanes; N]; N],
) -> [&'a [Lanes; N]; N] {
    if let Some(lines) = inside(map, block, [y, x]) {
        return lines;
    }
    let extent = map.extent();
    for (i, line) in copy.iter_mut().enumerate() {
        let y = y + i as isize;
        for (j, pixel) in line.iter_mut().enumerate() {
            let x = x + j as isize;
            let within = y >= 0 && x >= 0 && (y as usize) < extent.height && (x as usize) < extent.width;
            let value = if within { s.load(&map.row(block, y as usize)[x as usize]) } else { s.zero() };
            s.store(value, pixel);
        }
    }
    copy.each_ref()
}
