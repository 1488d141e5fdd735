//! Softmax at the end of an output, which `predict` computes.

use crate::layout::Port;

/// Turns logits into probabilities, in place: over the numbers of each image's vector, or over the channels at each pixel of its map.
pub(super) fn softmax(logits: &mut [f32], port: &Port) {
    let [channels, height, width] = port.map();
    let pixels = height * width;
    if pixels == 1 {
        logits.chunks_exact_mut(channels).for_each(softmax_of_one);
        return;
    }
    let mut pixel = vec![0.0; channels];
    for image in logits.chunks_exact_mut(channels * pixels) {
        for at in 0..pixels {
            pixel.iter_mut().zip(image[at..].iter().step_by(pixels)).for_each(|(to, from)| *to = *from);
            softmax_of_one(&mut pixel);
            image[at..].iter_mut().step_by(pixels).zip(&pixel).for_each(|(to, from)| *to = *from);
        }
    }
}

/// Turns one vector of logits into probabilities. The largest logit is subtracted first, so that nothing overflows.
fn softmax_of_one(logits: &mut [f32]) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in &mut *logits {
        *logit = (*logit - largest).exp();
        sum += *logit;
    }
    logits.iter_mut().for_each(|logit| *logit /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// exp(ln 3) : exp(0) is 3 : 1.
    #[test]
    fn probabilities_are_over_channels_at_each_pixel() {
        let three = 3.0f32.ln();
        let mut logits = vec![three, 1000.0, 0.0, 1000.0];
        softmax(&mut logits, &Port { name: "output", shape: &[2, 1, 2] });
        for (found, expected) in logits.iter().zip([0.75, 0.5, 0.25, 0.5]) {
            assert!((found - expected).abs() < 1e-6, "{logits:?}");
        }
        let mut logits = vec![three, 0.0, 0.0, three];
        softmax(&mut logits, &Port { name: "output", shape: &[2] });
        for (found, expected) in logits.iter().zip([0.75, 0.25, 0.25, 0.75]) {
            assert!((found - expected).abs() < 1e-6, "{logits:?}");
        }
    }
}
