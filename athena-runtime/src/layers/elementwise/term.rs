//! The terms of a fused elementwise pass.

use crate::layers::batch_norm::{BatchNorm, NormInfo};
use crate::layout::{Map, Slot};

/// The largest number of terms in a sum.
pub const MOST_TERMS: usize = 64;

/// One term of a sum: a map, or a batch norm of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term<const C: usize, const H: usize, const W: usize> {
    info: TermInfo,
}

/// A [`Term`] without its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermInfo {
    /// The slot of the map.
    pub(crate) slot: Slot,
    /// The norm that is applied to the map first.
    pub(crate) norm: Option<NormInfo>,
}

impl<const C: usize, const H: usize, const W: usize> Term<C, H, W> {
    const fn new(map: Map<C, H, W>, norm: Option<NormInfo>) -> Self {
        Self { info: TermInfo { slot: map.slot(), norm } }
    }

    /// The term without its type.
    #[must_use]
    pub const fn info(&self) -> TermInfo {
        self.info
    }
}

impl<const C: usize, const H: usize, const W: usize> Map<C, H, W> {
    /// This map as a term of a sum.
    #[must_use]
    pub const fn term(self) -> Term<C, H, W> {
        Term::new(self, None)
    }
}

impl<const C: usize> BatchNorm<C> {
    /// A normalised term of a sum.
    #[must_use]
    pub const fn of<const H: usize, const W: usize>(&self, map: Map<C, H, W>) -> Term<C, H, W> {
        Term::new(map, Some(self.info()))
    }
}
