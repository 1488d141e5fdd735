//! Kernels against plain loops.

mod linear;
mod mix;
mod norm;
mod pool;

use super::testing::*;
use crate::isa::Isa;
use crate::layout::Extent;
use crate::ops::Write;
