//! Batch norms with fixed statistics: in inference, and where a norm is frozen.

use super::{NormInfo, kernel};
use crate::exec::Memory;

impl Memory {
    /// Sets the scales and shifts of these batch norms from the running statistics.
    pub fn use_running_statistics(&mut self, norms: &[NormInfo], parameters: &[f32], running: &[f32]) {
        for norm in norms {
            let (mean, variance) = norm.pair(running);
            let (scale, shift) = norm.pair_mut(&mut self.norms.affine);
            for c in 0..norm.channels {
                let (gamma, beta) = norm.gamma_beta(parameters, c);
                let rstd = 1.0 / (f64::from(variance[c]) + f64::from(norm.eps)).sqrt();
                (scale[c], shift[c]) = kernel::affine(f64::from(mean[c]), rstd, gamma, beta);
            }
        }
    }
}
