//! Products of two matrices. The result is cut into pieces, which are computed in parallel.
#![allow(unsafe_code)]
// Register tiles are arrays that several loops index with the same variable.
#![allow(clippy::needless_range_loop)]

use super::PIECE_ROWS;
use super::batch::RowsMut;
use crate::isa::{Isa, Kernel, Simd, Trusted};
use crate::layout::LANES;
use crate::ops::Write;
use crate::threads::for_each_index;
use std::ops::Range;

/// Number of columns of a piece.
const PIECE_LANES: usize = 4 * LANES;

/// A pointer to the result. Every piece writes different elements.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) start: *mut f32,
    pub(super) stride: usize,
}

// SAFETY: the pieces that threads write are disjoint, and the code that makes a target borrows its elements exclusively.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    pub(super) fn new(rows: &mut RowsMut<'_>) -> Self {
        Self { start: rows.start, stride: rows.stride }
    }
}

/// The left matrix of a product. Element (r, k) is at `r * row + k * step`.
#[derive(Clone, Copy)]
pub(super) struct Left {
    pub(super) start: *const f32,
    pub(super) row: usize,
    pub(super) step: usize,
}

/// `target = left * right`, or `target += left * right`. Each row of the result is a weighted sum of `steps` rows of `right`,
/// which are `right_step` floats apart and are whole vectors.
#[derive(Clone, Copy)]
pub(super) struct Product {
    pub(super) left: Left,
    pub(super) right: *const f32,
    pub(super) right_step: usize,
    pub(super) steps: usize,
    pub(super) target: Target,
    pub(super) write: Write,
}

// SAFETY: the two operands are only read.
unsafe impl Send for Product {}
// SAFETY: as above.
unsafe impl Sync for Product {}

impl Product {
    /// Computes `rows` rows of `columns` elements (whole vectors).
    ///
    /// # Safety
    /// The pointers are valid for `[rows, steps]`, `[steps, columns]` and `[rows, columns]` elements. No one else accesses those of the
    /// target.
    pub(super) unsafe fn run(self, isa: Isa, rows: usize, columns: usize) {
        let groups = rows.div_ceil(PIECE_ROWS);
        for_each_index(columns.div_ceil(PIECE_LANES) * groups, &|piece| {
            let (row, column) = (piece % groups * PIECE_ROWS, piece / groups * PIECE_LANES);
            let vectors = (columns - column).min(PIECE_LANES) / LANES;
            let piece = Piece { product: self, rows: row..(row + PIECE_ROWS).min(rows), column, vectors };
            // SAFETY: the piece lies within the rows and columns that the caller guarantees, and no other piece has its elements.
            isa.call(unsafe { Trusted::new(piece) });
        });
    }
}

/// A piece of a [`Product`]: these rows, and `vectors` vectors of columns. Valid must be what [`Product::run`] demands, for them.
struct Piece {
    product: Product,
    rows: Range<usize>,
    column: usize,
    vectors: usize,
}

impl Kernel for Trusted<Piece> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let piece = self.into_inner();
        // SAFETY: the maker of a `Trusted` guarantees it.
        unsafe {
            if const { S::REGISTERS >= 32 } {
                piece.strips::<S, 4, 4>(s);
            } else {
                piece.strips::<S, 2, 2>(s);
            }
        }
    }
}

impl Piece {
    /// Computes the piece in strips of `R` rows, and single rows for the rest.
    ///
    /// # Safety
    /// See [`Piece`].
    #[inline(always)]
    unsafe fn strips<S: Simd, const R: usize, const V: usize>(&self, s: S) {
        let mut row = self.rows.start;
        while row + R <= self.rows.end {
            // SAFETY: the caller's promise; the rows are those of the piece.
            unsafe { self.strip::<S, R, V>(s, row) };
            row += R;
        }
        while row < self.rows.end {
            // SAFETY: as above.
            unsafe { self.strip::<S, 1, V>(s, row) };
            row += 1;
        }
    }

    /// Computes a strip in tiles of `V` vectors, and single vectors for the rest.
    ///
    /// # Safety
    /// See [`Piece`]. The strip lies within its rows.
    #[inline(always)]
    unsafe fn strip<S: Simd, const R: usize, const V: usize>(&self, s: S, row: usize) {
        let mut vector = 0;
        while vector + V <= self.vectors {
            // SAFETY: the caller's promise; the vectors are those of the piece.
            unsafe { self.tile::<S, R, V>(s, row, vector) };
            vector += V;
        }
        while vector < self.vectors {
            // SAFETY: as above.
            unsafe { self.tile::<S, R, 1>(s, row, vector) };
            vector += 1;
        }
    }

    /// Computes the tile of `R` rows by `V` vectors at `row` and `vector`.
    ///
    /// # Safety
    /// See [`Piece`]. The tile lies within its rows and vectors.
    #[inline(always)]
    unsafe fn tile<S: Simd, const R: usize, const V: usize>(&self, s: S, row: usize, vector: usize) {
        let Product { left, right, right_step, steps, target, write } = self.product;
        let column = self.column + vector * LANES;
        let mut sums = [[s.zero(); V]; R];
        for k in 0..steps {
            let mut b = [s.zero(); V];
            for v in 0..V {
                // SAFETY: row k, columns within those of the piece: the caller guarantees them.
                b[v] = unsafe { s.load_ptr(right.add(k * right_step + column + v * LANES)) };
            }
            for r in 0..R {
                // SAFETY: row `row + r` of the piece, step k: as above.
                let a = s.splat(unsafe { *left.start.add((row + r) * left.row + k * left.step) });
                for v in 0..V {
                    sums[r][v] = s.mul_add(a, b[v], sums[r][v]);
                }
            }
        }
        for r in 0..R {
            for v in 0..V {
                // SAFETY: row `row + r` and columns of the piece: as above; no other piece touches them.
                unsafe {
                    let to = target.start.add((row + r) * target.stride + column + v * LANES);
                    let before = if write == Write::Set { s.zero() } else { s.load_ptr(to) };
                    s.store_ptr(s.add(before, sums[r][v]), to);
                }
            }
        }
    }
}
