//! Losses of maps and of embeddings, with their gradients: against PyTorch in f64 (`tests/python/losses.py`) and against finite differences; targets
//! and settings that do not fit.

mod common;

use athena_runtime::loss::{
    BinaryCrossEntropy, CosineEmbedding, CrossEntropy, Dice, Huber, Loss, MeanAbsoluteError, MeanSquaredError, Measure,
    SmoothL1, Targets, Triplet,
};
use athena_runtime::threads::with_threads;
use common::Reference;

/// The outputs of a batch.
struct Outputs {
    values: Vec<f32>,
    shape: [usize; 3],
}

impl Outputs {
    fn of(reference: &Reference, name: &str, shape: [usize; 3]) -> Self {
        Self { values: reference.f32(name), shape }
    }

    fn images(&self) -> usize {
        self.values.len() / self.shape.iter().product::<usize>()
    }

    fn loss(&self, loss: &dyn Loss, softmax: bool, targets: Targets<'_>) -> (f64, Vec<f32>) {
        loss.check_settings().unwrap();
        loss.check_softmax(softmax).unwrap();
        loss.check(targets, self.images(), self.shape).unwrap();
        let mut gradients = vec![f32::NAN; self.values.len()];
        let mean = loss.loss(&self.values, self.shape, softmax, targets, &mut gradients);
        (mean, gradients)
    }
}

struct Case {
    reference: Reference,
    outputs: Outputs,
}

impl Case {
    fn open(outputs: &str, shape: [usize; 3]) -> Self {
        let reference = Reference::open("losses");
        Self { outputs: Outputs::of(&reference, outputs, shape), reference }
    }

    fn maps() -> Self {
        Self::open("maps", [5, 4, 7])
    }

    fn agrees(&self, name: &str, loss: &dyn Loss, softmax: bool, targets: Targets<'_>) {
        self.agrees_with_pytorch(name, loss, softmax, targets);
        self.agrees_with_differences(name, loss, softmax, targets);
    }

    fn agrees_with_pytorch(&self, name: &str, loss: &dyn Loss, softmax: bool, targets: Targets<'_>) {
        let (ours, gradients) = self.outputs.loss(loss, softmax, targets);
        let theirs = self.reference.f64(&format!("{name}.loss"))[0];
        assert!((ours - theirs).abs() <= 1e-10 * theirs.abs().max(1.0), "{name}: {ours} instead of {theirs}");
        let expected = self.reference.f64(&format!("{name}.gradient"));
        let most = expected.iter().fold(0.0, |most: f64, gradient| most.max(gradient.abs()));
        assert!(most > 0.0 && gradients.len() == expected.len());
        for (i, (g, t)) in gradients.iter().zip(expected).enumerate() {
            let bound = 1e-6 * t.abs() + 1e-7 * most;
            assert!((f64::from(*g) - t).abs() <= bound, "{name}, gradient {i}: {g} instead of {t}");
        }
    }

    /// Compares each gradient with the central difference of the loss, which is in f64.
    fn agrees_with_differences(&self, name: &str, loss: &dyn Loss, softmax: bool, targets: Targets<'_>) {
        const STEP: f32 = 1.0 / 4096.0;
        let Outputs { values, shape } = &self.outputs;
        let (_, gradients) = self.outputs.loss(loss, softmax, targets);
        let most = gradients.iter().fold(0.0, |most: f32, gradient| most.max(gradient.abs()));
        for (at, &gradient) in gradients.iter().enumerate() {
            let at_step = |step: f32| {
                let mut moved = values.clone();
                moved[at] += step;
                let place = f64::from(moved[at]);
                (place, Outputs { values: moved, shape: *shape }.loss(loss, softmax, targets).0)
            };
            let ((above, more), (below, less)) = (at_step(STEP), at_step(-STEP));
            let slope = (more - less) / (above - below);
            let difference = (f64::from(gradient) - slope).abs();
            assert!(difference <= 1e-5 * f64::from(most), "{name}, gradient {at}: {gradient} instead of {slope}");
        }
    }
}

#[test]
fn cross_entropy_of_pixels() {
    let case = Case::maps();
    let (all, some) = (case.reference.u32("map_labels"), case.reference.u32("some_labels"));
    let (all, some) = (Targets::Classes(&all), Targets::Classes(&some));
    let weights = case.reference.f64("class_weights");
    let loss = CrossEntropy::new;
    for softmax in [false, true] {
        case.agrees("map_cross_entropy", &loss(), softmax, all);
        case.agrees("map_cross_entropy_ignored", &loss().ignore_index(255), softmax, some);
        case.agrees("map_cross_entropy_ignored_class", &loss().ignore_index(2), softmax, all);
        let smooth = loss().ignore_index(255).label_smoothing(0.1);
        case.agrees("map_cross_entropy_ignored_smooth", &smooth, softmax, some);
        case.agrees("map_cross_entropy_weight", &loss().weight(&weights[..]), softmax, all);
        let everything = loss().weight(&weights[..]).ignore_index(255).label_smoothing(0.2);
        case.agrees("map_cross_entropy_all", &everything, softmax, some);
    }
}

#[test]
fn cross_entropy_of_pixels_with_probabilities() {
    let case = Case::maps();
    let probabilities = case.reference.f32("map_probabilities");
    let probabilities = Targets::Values(&probabilities);
    case.agrees("map_cross_entropy_probabilities", &CrossEntropy::new(), false, probabilities);
    let loss = CrossEntropy::new().weight(case.reference.f64("class_weights")).label_smoothing(0.2);
    case.agrees("map_cross_entropy_probabilities_all", &loss, true, probabilities);
}

#[test]
fn cross_entropy_with_weights_of_classes() {
    let case = Case::open("logits", [11, 1, 1]);
    let (labels, probabilities) = (case.reference.u32("labels"), case.reference.f32("probabilities"));
    let loss = CrossEntropy::new().weight(case.reference.f64("weights"));
    case.agrees("cross_entropy_weight", &loss, false, Targets::Classes(&labels));
    let smooth = loss.label_smoothing(0.1);
    case.agrees("cross_entropy_weight_smooth", &smooth, false, Targets::Classes(&labels));
    case.agrees("cross_entropy_weight_probabilities", &smooth, true, Targets::Values(&probabilities));
}

#[test]
fn losses_of_each_output_of_maps() {
    let case = Case::maps();
    let labels = case.reference.u32("map_labels");
    let [values, probabilities, answers] =
        ["map_values", "map_probabilities", "map_answers"].map(|name| case.reference.f32(name));
    let (labels, values) = (Targets::Classes(&labels), Targets::Values(&values));
    let (probabilities, answers) = (Targets::Values(&probabilities), Targets::Values(&answers));
    case.agrees("map_squared_values", &MeanSquaredError, false, values);
    case.agrees("map_squared_labels", &MeanSquaredError, false, labels);
    case.agrees("map_softmax_squared_values", &MeanSquaredError, true, probabilities);
    case.agrees("map_softmax_squared_labels", &MeanSquaredError, true, labels);
    // These have kinks, which differences smear.
    case.agrees_with_pytorch("map_absolute_values", &MeanAbsoluteError, false, values);
    case.agrees_with_pytorch("map_smooth_values", &SmoothL1::new().beta(0.5), false, values);
    case.agrees_with_pytorch("map_huber_values", &Huber::new().delta(0.7), false, values);
    case.agrees_with_pytorch("map_softmax_huber_labels", &Huber::new().delta(0.3), true, labels);
    let binary = BinaryCrossEntropy::new;
    case.agrees("map_binary_answers", &binary(), false, answers);
    case.agrees("map_binary_labels", &binary(), false, labels);
    case.agrees("map_binary_weights", &binary().pos_weights(case.reference.f64("map_weights")), false, answers);
}

#[test]
fn dice() {
    let case = Case::maps();
    let (all, some) = (case.reference.u32("map_labels"), case.reference.u32("some_labels"));
    let answers = case.reference.f32("map_answers");
    let all = Targets::Classes(&all);
    for softmax in [false, true] {
        case.agrees("dice_labels", &Dice::new(), softmax, all);
        case.agrees("dice_smooth", &Dice::new().smooth(1.0), softmax, all);
        case.agrees("dice_batch", &Dice::new().batch(true), softmax, all);
        case.agrees("dice_values", &Dice::new(), softmax, Targets::Values(&answers));
        case.agrees("dice_ignored", &Dice::new().ignore_index(255), softmax, Targets::Classes(&some));
    }
}

#[test]
fn dice_of_one_class() {
    let case = Case::open("one_channel", [1, 4, 7]);
    let yes = case.reference.u32("yes");
    let values: Vec<f32> = yes.iter().map(|&label| label as f32).collect();
    for targets in [Targets::Classes(&yes), Targets::Values(&values)] {
        case.agrees("dice_one", &Dice::new(), false, targets);
        case.agrees("dice_one_batch", &Dice::new().batch(true).smooth(0.5), false, targets);
    }
}

#[test]
fn cosines() {
    let case = Case::open("logits", [11, 1, 1]);
    let values = case.reference.f32("values");
    case.agrees("cosine", &CosineEmbedding, false, Targets::Values(&values));
    let maps = Case::maps();
    let values = maps.reference.f32("map_values");
    maps.agrees("map_cosine", &CosineEmbedding, false, Targets::Values(&values));
}

#[test]
fn triplets() {
    let case = Case::open("embeddings", [6, 1, 1]);
    let labels = case.reference.u32("identities");
    let labels = Targets::Classes(&labels);
    case.agrees("triplet_hardest", &Triplet::new(), false, labels);
    case.agrees("triplet_hardest_small", &Triplet::new().margin(0.2), false, labels);
    case.agrees("triplet_all", &Triplet::new().batch_all(), false, labels);
    case.agrees("triplet_all_small", &Triplet::new().margin(0.1).batch_all(), false, labels);
}

/// Large batches are computed by all threads, 64 images at a time.
#[test]
fn a_large_batch_is_the_mean_of_its_images_with_any_number_of_threads() {
    const IMAGES: usize = 70;
    let shape = [3, 10, 9];
    let len: usize = shape.iter().product();
    let mut draws = (0_u32..).map(|at| at.wrapping_mul(2_654_435_769).rotate_left(at % 31));
    let values: Vec<f32> =
        draws.by_ref().take(IMAGES * len).map(|bits| (bits >> 8) as f32 / (1 << 21) as f32 - 4.0).collect();
    let labels: Vec<u32> = draws.take(IMAGES * 90).map(|bits| bits % 3).collect();
    let outputs = Outputs { values, shape };
    for loss in [&CrossEntropy::new().label_smoothing(0.1) as &dyn Loss, &Dice::new(), &MeanSquaredError] {
        let with = |threads| with_threads(threads, || outputs.loss(loss, true, Targets::Classes(&labels))).unwrap();
        let (mean, gradients) = with(1);
        assert!((mean, &gradients) == (with(4).0, &with(4).1));
        let mut sum = 0.0;
        for (image, values) in outputs.values.chunks_exact(len).enumerate() {
            let one = Outputs { values: values.to_vec(), shape };
            let (loss, its) = one.loss(loss, true, Targets::Classes(&labels[image * 90..][..90]));
            sum += loss;
            for (all, alone) in gradients[image * len..].iter().zip(its) {
                let alone = alone / IMAGES as f32;
                assert!((all - alone).abs() <= 1e-6 * alone.abs(), "image {image}: {all} instead of {alone}");
            }
        }
        assert!((mean - sum / IMAGES as f64).abs() < 1e-12, "{mean} instead of {}", sum / IMAGES as f64);
    }
}

/// Where PyTorch divides 0 by 0.
#[test]
fn a_batch_of_which_nothing_counts_has_a_loss_of_zero() {
    let outputs = Outputs { values: vec![0.5, -2.0, 1.0, 3.0], shape: [2, 1, 2] };
    let ignored = Targets::Classes(&[9, 9]);
    for loss in [&CrossEntropy::new().ignore_index(9) as &dyn Loss, &Dice::new().ignore_index(9)] {
        assert_eq!(outputs.loss(loss, false, ignored), (0.0, vec![0.0; 4]));
    }
    let weightless = CrossEntropy::new().weight([0.0, 1.0]).label_smoothing(0.1);
    assert_eq!(outputs.loss(&weightless, false, Targets::Classes(&[0, 0])), (0.0, vec![0.0; 4]));
    // A class that is nowhere, without smoothing.
    let one = Outputs { values: vec![-1e4; 2], shape: [1, 1, 2] };
    assert_eq!(one.loss(&Dice::new().smooth(0.0), false, Targets::Classes(&[0, 0])), (0.0, vec![0.0; 2]));
}

#[test]
fn embeddings_without_a_direction_have_no_gradient() {
    let zero = Outputs { values: vec![0.0, 0.0, 3.0, 0.0], shape: [2, 1, 1] };
    let (loss, gradients) = zero.loss(&CosineEmbedding, false, Targets::Values(&[1.0, 2.0, 5.0, 0.0]));
    assert_eq!((loss, gradients), (0.5, vec![0.0; 4]));
    let equal = Outputs { values: vec![2.0; 3], shape: [1, 1, 1] };
    for loss in [Triplet::new(), Triplet::new().batch_all()] {
        assert_eq!(equal.loss(&loss, false, Targets::Classes(&[4, 4, 5])), (1.0, vec![0.0; 3]));
    }
}

#[test]
fn outputs_that_are_no_numbers_give_a_loss_that_is_none() {
    let labels = Targets::Classes(&[1, 1, 0, 0]);
    for broken in 0..4 {
        let mut outputs = Outputs { values: vec![0.0, 1.0, 2.0, 4.0], shape: [1, 1, 1] };
        outputs.values[broken] = f32::NAN;
        for loss in [&Triplet::new() as &dyn Loss, &Triplet::new().batch_all(), &Dice::new()] {
            assert!(outputs.loss(loss, false, labels).0.is_nan());
        }
        let cosine = outputs.loss(&CosineEmbedding, false, Targets::Values(&[1.0; 4])).0;
        assert!(cosine.is_nan());
        let maps = Outputs { values: outputs.values, shape: [2, 1, 2] };
        assert!(maps.loss(&CrossEntropy::new(), false, Targets::Classes(&[1, 0])).0.is_nan());
    }
}

#[test]
fn the_gradient_of_an_ignored_pixel_is_zero() {
    let case = Case::maps();
    let some = case.reference.u32("some_labels");
    for loss in
        [&CrossEntropy::new().ignore_index(255).label_smoothing(0.3) as &dyn Loss, &Dice::new().ignore_index(255)]
    {
        let (_, gradients) = case.outputs.loss(loss, false, Targets::Classes(&some));
        for (image, gradients) in gradients.chunks_exact(5 * 28).enumerate() {
            for (at, gradient) in gradients.iter().enumerate() {
                assert_eq!(*gradient == 0.0, some[image * 28 + at % 28] == 255, "image {image}, {at}: {gradient}");
            }
        }
    }
    let ignored = Some(255);
    let measure = |loss: &dyn Loss| loss.measure(Targets::Classes(&some));
    assert_eq!(measure(&CrossEntropy::new().ignore_index(255)), Measure::Accuracy { ignored });
    assert_eq!(measure(&Dice::new().ignore_index(255)), Measure::Overlap { ignored });
    assert_eq!(measure(&Triplet::new()), Measure::Nothing);
}

fn refused(loss: &dyn Loss, targets: Targets<'_>, images: usize, shape: [usize; 3], message: &str) {
    assert_eq!(loss.check(targets, images, shape).unwrap_err().to_string(), message);
}

#[test]
fn targets_of_maps_that_do_not_fit_are_refused_by_their_place() {
    let refused = |loss: &dyn Loss, targets: Targets<'_>, message: &str| refused(loss, targets, 2, [3, 2, 4], message);
    let (ce, mse, binary) = (CrossEntropy::new(), MeanSquaredError, BinaryCrossEntropy::new());
    let mut labels = [0; 16];
    let count = "2 images of 2x4 pixels need 16 labels, one for each pixel, but there are 2";
    refused(&ce, Targets::Classes(&[0, 1]), count);
    labels[8 + 4 + 3] = 3;
    let message = "row 1, column 3 of image 1 of the batch has label 3, but the network's classes are 0 to 2";
    refused(&ce, Targets::Classes(&labels), message);
    refused(&mse, Targets::Classes(&labels), message);
    refused(&Dice::new(), Targets::Classes(&labels), message);
    refused(&ce.ignore_index(255), Targets::Classes(&labels), &format!("{message}, and 255 is ignored"));
    let mut values = [0.25; 48];
    let message = "2 images of 3x2x4 outputs need 48 target values, but there are 47";
    refused(&mse, Targets::Values(&values[..47]), message);
    values[24 + 2 * 8 + 4 + 1] = f32::NAN;
    let place = "the target of channel 2 at row 1, column 1 of image 1 of the batch";
    refused(&mse, Targets::Values(&values), &format!("{place} is NaN, but targets are finite numbers"));
    values[24 + 2 * 8 + 4 + 1] = 2.0;
    let message = format!("{place} is 2, but binary cross-entropy takes 0 (no) to 1 (yes)");
    refused(&binary, Targets::Values(&values), &message);
    refused(&Dice::new(), Targets::Values(&values), &format!("{place} is 2, but `Dice` takes 0 to 1"));
    let message = "`BinaryCrossEntropy::pos_weights` takes 3 weights, one for each channel, not 24";
    refused(&binary.pos_weights([1.0; 24]), Targets::Values(&values), message);
}

#[test]
fn probabilities_of_pixels_are_checked() {
    let mut values = vec![0.5; 2 * 2 * 3];
    let check = |values: &[f32]| CrossEntropy::new().check(Targets::Values(values), 2, [2, 1, 3]);
    check(&values).unwrap();
    let help = "cross-entropy takes the probabilities of the classes; use `MeanSquaredError` for other values";
    values[6 + 2] = 0.75;
    let message = format!("the values of row 0, column 2 of image 1 of the batch add up to 1.2500, not to 1: {help}");
    assert_eq!(check(&values).unwrap_err().to_string(), message);
    values[6 + 2] = -0.5;
    let message = format!("row 0, column 2 of image 1 of the batch has -0.5 as the probability of class 0: {help}");
    assert_eq!(check(&values).unwrap_err().to_string(), message);
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let settings = |loss: &dyn Loss, message: &str| assert_eq!(loss.check_settings().unwrap_err().to_string(), message);
    settings(&Dice::new().smooth(-1.0), "`Dice::smooth` takes a finite number of 0 or more, not -1");
    settings(&Triplet::new().margin(0.0), "`Triplet::margin` takes a finite distance above 0, not 0");
    let message = "`CrossEntropy::weight` takes finite weights of 0 or more, not -2";
    settings(&CrossEntropy::new().weight([1.0, -2.0]), message);
    let message = "`CrossEntropy::weight` takes 3 weights, one for each class, not 2";
    refused(&CrossEntropy::new().weight([1.0, 2.0]), Targets::Classes(&[0]), 1, [3, 1, 1], message);
    let values = Targets::Values(&[0.5, 0.5]);
    let message = "`CrossEntropy::ignore_index` takes labels as targets, not probabilities";
    refused(&CrossEntropy::new().ignore_index(0), values, 1, [2, 1, 1], message);
    let message = "`Dice::ignore_index` takes labels as targets, not values";
    refused(&Dice::new().ignore_index(0), values, 1, [2, 1, 1], message);
    let message = "`Dice` takes maps of up to 1024 channels, not 1025";
    refused(&Dice::new(), Targets::Classes(&[0]), 1, [1025, 1, 1], message);
    let message = "image 0 of the batch has label 2, but the network's classes are 0 to 1";
    refused(&Dice::new(), Targets::Classes(&[2]), 1, [1, 1, 1], message);
    for (loss, name) in [(&CosineEmbedding as &dyn Loss, "CosineEmbedding"), (&Triplet::new(), "Triplet")] {
        let message = loss.check_softmax(true).unwrap_err().to_string();
        assert!(message.starts_with(&format!("`{name}` takes networks without `softmax` at the end")), "{message}");
    }
}

#[test]
fn embeddings_say_what_they_take() {
    let shape = [2, 1, 1];
    let cosine = CosineEmbedding;
    refused(&cosine, Targets::Classes(&[0]), 1, shape, "`CosineEmbedding` takes vectors as targets, not labels");
    let zeros = "has no direction: give a vector with another number";
    let message = format!("the target of image 1 of the batch is a vector of zeros, which {zeros}");
    refused(&cosine, Targets::Values(&[0.0, 1.0, 0.0, -0.0]), 2, shape, &message);
    let message = format!("the target of row 0, column 1 of image 0 of the batch is a vector of zeros, which {zeros}");
    refused(&cosine, Targets::Values(&[1.0, 0.0, 1.0, 0.0]), 1, [2, 1, 2], &message);
    let triplet = Triplet::new();
    refused(&triplet, Targets::Values(&[0.0; 2]), 1, shape, "`Triplet` takes labels as targets, not values");
    let message = "`Triplet` takes outputs that are vectors, not maps of 2x1x3";
    refused(&triplet, Targets::Classes(&[0]), 1, [2, 1, 3], message);
    refused(&triplet, Targets::Classes(&[0]), 2, shape, "2 images need 2 labels, but there are 1");
    let help = "has no triplet, which is two images of one label and one of another: use larger and shuffled batches, and leave out a small \
                one at the end by `Loader::drop_last`";
    for labels in [&[3, 3, 3][..], &[1, 2, 3], &[1]] {
        let images = labels.len();
        let plural = if images == 1 { "image" } else { "images" };
        refused(&triplet, Targets::Classes(labels), images, shape, &format!("the batch of {images} {plural} {help}"));
    }
    let message = "`Triplet::batch_all` takes batches of up to 1024 images, not 1025";
    refused(&triplet.batch_all(), Targets::Classes(&[0; 1025]), 1025, shape, message);
}
