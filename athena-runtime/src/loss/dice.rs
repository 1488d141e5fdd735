//! The Dice loss of segmentation.

use super::outputs::{Part, each_image, one_by_one};
use super::soft::{LANES, LogSoftmax, runs};
use super::targets::{check_labels, check_values, output_at, pixels};
use super::{Loss, Measure, Targets};
use crate::error::Error;

/// The soft Dice loss for maps: how little the regions of each class overlap those of the targets (Milletari et al. 2016, V-Net; Sudre et al. 2017), as
/// MONAI's `DiceLoss`.
///
/// With the probabilities `p` of a class at each pixel and the targets `t`, its loss is `1 - (2 sum of p * t + s) / (sum of p + sum of t + s)`. The sums
/// are over the pixels of an image, and the loss is the mean over all classes of all images; [`batch`](Self::batch) changes this. The number `s`
/// ([`smooth`](Self::smooth)) makes a class that is in neither cost nothing. A large region weighs as much as a small one, so the loss suits classes
/// that cover few pixels.
///
/// The probabilities are a softmax over the channels, which the loss computes itself, whether the network ends with `softmax` or not. Maps of one
/// channel are about one class: their probabilities are the sigmoid of the outputs, and an output above 0 is the class.
///
/// Targets are labels, N x H x W (0 and 1 if there is one channel), or values from 0 to 1, N x C x H x W.
///
/// ```
/// use athena::loss::{Dice, Loss, Targets};
///
/// // One channel of 1 x 2 pixels: the network is undecided, and the class is at the first pixel.
/// let mut gradients = [0.0; 2];
/// let loss = Dice::new().smooth(0.0).loss(&[0.0; 2], [1, 1, 2], false, Targets::Classes(&[1, 0]), &mut gradients);
/// assert_eq!(loss, 1.0 - 2.0 * 0.5 / (1.0 + 1.0));
/// assert_eq!(gradients, [-0.1875, 0.0625]); // -(2 * 2 - 1) / 2^2 / 4, and 1 / 2^2 / 4
/// ```
#[doc(alias("DiceLoss", "F1", "overlap", "segmentation", "IoU"))]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dice {
    smooth: f64,
    batch: bool,
    ignored: Option<u32>,
}

/// The largest number of classes. Their sums lie on the stack, because a step allocates nothing.
const MOST_CLASSES: usize = 1024;

/// MONAI's `smooth_nr` and `smooth_dr`.
const SMOOTH: f64 = 1e-5;

impl Dice {
    /// The mean over the classes of each image, with a `smooth` of 1e-5, as MONAI's.
    #[must_use]
    pub const fn new() -> Self {
        Self { smooth: SMOOTH, batch: false, ignored: None }
    }

    /// Sets the number that is added to both sides of the fraction: 0 or more. With 0, a class without any probability and target costs nothing, too.
    ///
    /// ```
    /// use athena::loss::{Dice, Loss, Targets};
    ///
    /// let loss = Dice::new().smooth(1.0).loss(&[0.0], [1, 1, 1], false, Targets::Classes(&[1]), &mut [0.0]);
    /// assert!((loss - (1.0 - 2.0 / 2.5)).abs() < 1e-12); // 2 * 0.5 + 1 of 0.5 + 1 + 1
    /// ```
    #[must_use]
    pub const fn smooth(self, smooth: f64) -> Self {
        Self { smooth, ..self }
    }

    /// With `true`, the sums of a class are over the pixels of all images of the batch, as with MONAI's `batch`; the loss is the mean over the classes.
    /// Use it if many images lack a class.
    ///
    /// ```
    /// use athena::loss::{Dice, Loss, Targets};
    ///
    /// // Two images of one pixel; the class is in the first one.
    /// let (outputs, truth, dice) = ([0.0, 0.0], Targets::Classes(&[1, 0]), Dice::new().smooth(0.0));
    /// let loss = |dice: Dice| dice.loss(&outputs, [1, 1, 1], false, truth, &mut [0.0; 2]);
    /// assert_eq!(loss(dice.batch(true)), 1.0 - 2.0 * 0.5 / (1.0 + 1.0));
    /// assert_eq!(loss(dice), ((1.0 - 2.0 * 0.5 / (0.5 + 1.0)) + 1.0) / 2.0);
    /// ```
    #[must_use]
    pub const fn batch(self, batch: bool) -> Self {
        Self { batch, ..self }
    }

    /// Leaves out the pixels with this label: they are in no sum, and have a gradient of 0. Targets must be labels then. If no pixel is left, each class
    /// is in neither region, and the loss is 0.
    ///
    /// ```
    /// use athena::loss::{Dice, Loss, Targets};
    ///
    /// let loss = Dice::new().ignore_index(255);
    /// let mut gradients = [1.0; 4];
    /// assert_eq!(loss.loss(&[3.0; 4], [2, 1, 2], false, Targets::Classes(&[255; 2]), &mut gradients), 0.0);
    /// assert_eq!(gradients, [0.0; 4]);
    /// ```
    #[must_use]
    pub const fn ignore_index(self, label: u32) -> Self {
        Self { ignored: Some(label), ..self }
    }
}

impl Default for Dice {
    fn default() -> Self {
        Self::new()
    }
}

impl Loss for Dice {
    fn check_settings(&self) -> Result<(), Error> {
        if self.smooth.is_finite() && self.smooth >= 0.0 {
            return Ok(());
        }
        let found = self.smooth.to_string();
        Err(Error::Argument { name: "Dice::smooth", expected: "a finite number of 0 or more".into(), found })
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.check_settings()?;
        let [classes, height, width] = shape;
        if classes > MOST_CLASSES {
            let (expected, found) = (format!("maps of up to {MOST_CLASSES} channels"), classes.to_string());
            return Err(Error::Argument { name: "Dice", expected, found });
        }
        match targets {
            Targets::Classes(labels) => {
                // One channel answers yes or no.
                check_labels(labels, images, [classes.max(2), height, width], self.ignored)
            }
            Targets::Values(_) if self.ignored.is_some() => {
                let (expected, found) = ("labels as targets".into(), "values".into());
                Err(Error::Argument { name: "Dice::ignore_index", expected, found })
            }
            Targets::Values(values) => {
                check_values(values, images, shape)?;
                match values.iter().position(|value| !(0.0..=1.0).contains(value)) {
                    Some(at) => {
                        let (place, value) = (output_at(at, shape), values[at]);
                        Err(Error::Targets(format!("the target of {place} is {value}, but `Dice` takes 0 to 1")))
                    }
                    None => Ok(()),
                }
            }
        }
    }

    fn measure(&self, _: Targets<'_>) -> Measure {
        Measure::Overlap { ignored: self.ignored }
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let (pixels, classes) = (pixels(shape), shape[0]);
        let maps = Maps { softmax: softmax || classes > 1, is_single: classes == 1, ignored: self.ignored };
        let mean = |sums: &[Sums], scale: f64| scale * sums.iter().map(|sums| sums.loss(self.smooth)).sum::<f64>();
        if !self.batch {
            let scale = pixels as f64 / logits.len() as f64;
            return each_image(logits, shape, targets, gradients, |mut part| {
                let mut sums = [Sums::default(); MOST_CLASSES];
                let sums = &mut sums[..classes];
                maps.add(&part, sums);
                maps.differentiate(&mut part, sums, self.smooth, scale);
                mean(sums, scale)
            });
        }
        let scale = 1.0 / classes as f64;
        let mut sums = [Sums::default(); MOST_CLASSES];
        let sums = &mut sums[..classes];
        let add = |part: Part<'_>| {
            maps.add(&part, sums);
            0.0
        };
        // The sums of a class are in the order of the images.
        one_by_one(logits, shape, targets, gradients, add);
        let differentiate = |mut part: Part<'_>| {
            maps.differentiate(&mut part, sums, self.smooth, scale);
            0.0
        };
        each_image(logits, shape, targets, gradients, differentiate);
        mean(sums, scale)
    }
}

/// The sums of one class.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Of `p * t`.
    both: f64,
    /// Of `p + t`.
    either: f64,
}

impl Sums {
    fn loss(self, smooth: f64) -> f64 {
        let whole = self.either + smooth;
        if whole == 0.0 { 0.0 } else { 1.0 - (2.0 * self.both + smooth) / whole }
    }

    /// The derivative with respect to the probability at a pixel, whose target is `wanted`.
    fn slope(self, wanted: f64, smooth: f64) -> f64 {
        let whole = self.either + smooth;
        if whole == 0.0 { 0.0 } else { (2.0 * self.both + smooth - 2.0 * wanted * whole) / (whole * whole) }
    }
}

/// How the probabilities and targets of a map are read.
#[derive(Clone, Copy, Debug)]
struct Maps {
    /// Whether the probabilities are a softmax over the channels. Else they are sigmoids.
    softmax: bool,
    /// Whether there is one channel, which is about label 1.
    is_single: bool,
    ignored: Option<u32>,
}

impl Maps {
    fn wanted(self, part: &Part<'_>, channel: usize, pixel: usize) -> f64 {
        let label = if self.is_single { 1 } else { channel };
        match part.wanted {
            Targets::Classes(labels) => f64::from(u8::from(labels[pixel] as usize == label)),
            Targets::Values(values) => f64::from(values[channel * part.pixels + pixel]),
        }
    }

    fn counts(self, part: &Part<'_>, pixel: usize) -> bool {
        match part.wanted {
            Targets::Classes(labels) => Some(labels[pixel]) != self.ignored,
            Targets::Values(_) => true,
        }
    }

    /// Adds the pixels of one image.
    fn add(self, part: &Part<'_>, sums: &mut [Sums]) {
        for run in runs(part.pixels) {
            let soft = LogSoftmax::of(part.logits, part.pixels, &run);
            for ((channel, logits), sums) in part.logits.chunks_exact(part.pixels).enumerate().zip(&mut *sums) {
                for (lane, &z) in logits[run.clone()].iter().enumerate() {
                    if self.counts(part, run.start + lane) {
                        let (p, wanted) =
                            (self.probability(&soft, lane, z), self.wanted(part, channel, run.start + lane));
                        sums.both += p * wanted;
                        sums.either += p + wanted;
                    }
                }
            }
        }
    }

    fn probability(self, soft: &LogSoftmax, lane: usize, z: f32) -> f64 {
        match self.softmax {
            true => soft.log_probability(lane, z).exp(),
            false => 1.0 / (1.0 + (-f64::from(z)).exp()),
        }
    }

    /// Writes the gradient of one image. If `d` is the derivative with respect to the probabilities `p`, then that with respect to the outputs is
    /// `p * (d - sum of p * d)` for a softmax, and `p * (1 - p) * d` for a sigmoid.
    fn differentiate(self, part: &mut Part<'_>, sums: &[Sums], smooth: f64, scale: f64) {
        let pixels = part.pixels;
        for run in runs(pixels) {
            let soft = LogSoftmax::of(part.logits, pixels, &run);
            let mut means = [0.0; LANES];
            for (channel, sums) in sums.iter().enumerate() {
                for (lane, mean) in means[..run.len()].iter_mut().enumerate() {
                    let pixel = run.start + lane;
                    let p = self.probability(&soft, lane, part.logits[channel * pixels + pixel]);
                    *mean += p * sums.slope(self.wanted(part, channel, pixel), smooth);
                }
            }
            for (channel, sums) in sums.iter().enumerate() {
                for (lane, mean) in means[..run.len()].iter().enumerate() {
                    let pixel = run.start + lane;
                    let p = self.probability(&soft, lane, part.logits[channel * pixels + pixel]);
                    let slope = sums.slope(self.wanted(part, channel, pixel), smooth);
                    let gradient = if self.softmax { p * (slope - mean) } else { p * (1.0 - p) * slope };
                    let counted = f64::from(u8::from(self.counts(part, pixel)));
                    part.gradient[channel * pixels + pixel] = (gradient * counted * scale) as f32;
                }
            }
        }
    }
}
