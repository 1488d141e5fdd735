//! The same network in f64, written without any of the runtime: loops over plain arrays in PyTorch's layout.

use super::tiny::Tiny;
use athena_runtime::generated::Model;
use std::collections::HashMap;

const C: usize = 16;
const SIDE: usize = 8;
const PIXELS: usize = SIDE * SIDE;
const CLASSES: usize = 10;
const EPS: f64 = 1e-5;

/// Tensors by name.
pub type Tensors = HashMap<&'static str, Vec<f64>>;

/// All of a network's tensors.
pub fn tensors(model: &Tiny) -> Tensors {
    let values = |name| model.parameter(name).unwrap().iter().map(|&x| f64::from(x)).collect();
    Tiny::parameter_names().iter().map(|&(name, _)| (name, values(name))).collect()
}

/// What a pass in training found out.
pub struct Outcome {
    pub logits: Vec<f64>,
    /// Per batch norm: mean and biased variance of each channel.
    pub statistics: Vec<(Vec<f64>, Vec<f64>)>,
}

/// The network on `images`; batch norms normalise with the batch's statistics, or with the running ones.
pub fn forward(tensors: &Tensors, images: &[f64], training: bool) -> Outcome {
    let batch = images.len() / (3 * PIXELS);
    let mut statistics = Vec::new();
    let mut x = images.to_vec();
    for (conv, norm, inputs) in [("conv1", "batch_norm1", 3), ("conv2", "batch_norm2", C)] {
        x = convolve(&x, batch, inputs, &tensors[format!("{conv}.weight").as_str()]);
        let (mean, variance) = match training {
            true => moments(&x, batch),
            false => (
                tensors[format!("{norm}.running_mean").as_str()].clone(),
                tensors[format!("{norm}.running_var").as_str()].clone(),
            ),
        };
        let (gamma, beta) = (&tensors[format!("{norm}.weight").as_str()], &tensors[format!("{norm}.bias").as_str()]);
        for (i, x) in x.iter_mut().enumerate() {
            let c = i / PIXELS % C;
            *x = (gamma[c] * (*x - mean[c]) / (variance[c] + EPS).sqrt() + beta[c]).max(0.0);
        }
        statistics.push((mean, variance));
    }
    let pooled: Vec<f64> = x.chunks(PIXELS).map(|map| map.iter().sum::<f64>() / PIXELS as f64).collect();
    let (weight, bias) = (&tensors["linear1.weight"], &tensors["linear1.bias"]);
    let logit = |i: usize| {
        let (image, class) = (i / CLASSES, i % CLASSES);
        let dot = |c| pooled[image * C + c] * weight[class * C + c];
        bias[class] + (0..C).map(dot).sum::<f64>()
    };
    Outcome { logits: (0..batch * CLASSES).map(logit).collect(), statistics }
}

/// Mean cross-entropy.
pub fn cross_entropy(logits: &[f64], labels: &[u32]) -> f64 {
    let one =
        |(logits, &label): (&[f64], &u32)| logits.iter().map(|x| x.exp()).sum::<f64>().ln() - logits[label as usize];
    logits.chunks(CLASSES).zip(labels).map(one).sum::<f64>() / labels.len() as f64
}

/// 3x3, one zero on each side, sixteen outputs.
fn convolve(x: &[f64], batch: usize, inputs: usize, weight: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; batch * C * PIXELS];
    for n in 0..batch {
        for o in 0..C {
            let y = &mut y[(n * C + o) * PIXELS..][..PIXELS];
            for i in 0..inputs {
                let x = &x[(n * inputs + i) * PIXELS..][..PIXELS];
                for tap in 0..9 {
                    let w = weight[(o * inputs + i) * 9 + tap];
                    let (dr, dc) = (tap / 3, tap % 3);
                    for r in 1usize.saturating_sub(dr)..(SIDE + 1 - dr).min(SIDE) {
                        for c in 1usize.saturating_sub(dc)..(SIDE + 1 - dc).min(SIDE) {
                            y[r * SIDE + c] += w * x[(r + dr - 1) * SIDE + c + dc - 1];
                        }
                    }
                }
            }
        }
    }
    y
}

fn moments(x: &[f64], batch: usize) -> (Vec<f64>, Vec<f64>) {
    let count = (batch * PIXELS) as f64;
    let over = |c: usize, f: &dyn Fn(f64) -> f64| {
        (0..batch).flat_map(|n| &x[(n * C + c) * PIXELS..][..PIXELS]).map(|&x| f(x)).sum::<f64>() / count
    };
    let mean: Vec<f64> = (0..C).map(|c| over(c, &|x| x)).collect();
    let variance = (0..C).map(|c| over(c, &|x| (x - mean[c]).powi(2))).collect();
    (mean, variance)
}
