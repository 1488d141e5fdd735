//! Losses and their gradients against PyTorch in f64 (`tests/python/losses.py`), and targets that do not fit.

mod common;

use athena_runtime::loss::{
    BinaryCrossEntropy, CrossEntropy, Huber, Loss, MeanAbsoluteError, MeanSquaredError, SmoothL1, Targets,
};
use common::Reference;

struct Case {
    reference: Reference,
    logits: Vec<f32>,
    labels: Vec<u32>,
    values: Vec<f32>,
    probabilities: Vec<f32>,
    shape: [usize; 3],
}

impl Case {
    fn open() -> Self {
        let reference = Reference::open("losses");
        let (logits, labels, values) = (reference.f32("logits"), reference.u32("labels"), reference.f32("values"));
        let probabilities = reference.f32("probabilities");
        let shape = [logits.len() / labels.len(), 1, 1];
        Self { reference, logits, labels, values, probabilities, shape }
    }

    fn agrees(&self, name: &str, loss: &dyn Loss, softmax: bool, targets: Targets<'_>) {
        loss.check(targets, self.labels.len(), self.shape).unwrap();
        let mut gradients = vec![f32::NAN; self.logits.len()];
        let ours = loss.loss(&self.logits, self.shape, softmax, targets, &mut gradients);
        let theirs = self.reference.f64(&format!("{name}.loss"))[0];
        assert!((ours - theirs).abs() <= 1e-12 * theirs.abs().max(1.0), "{name}: {ours} instead of {theirs}");
        for (i, (g, t)) in gradients.iter().zip(self.reference.f64(&format!("{name}.gradient"))).enumerate() {
            assert!((f64::from(*g) - t).abs() <= 1e-7 * t.abs() + 1e-12, "{name}, gradient {i}: {g} instead of {t}");
        }
    }
}

#[test]
fn cross_entropy() {
    let case = Case::open();
    let labels = Targets::Classes(&case.labels);
    for softmax in [false, true] {
        case.agrees("cross_entropy", &CrossEntropy::new(), softmax, labels);
        case.agrees("cross_entropy_smooth", &CrossEntropy::new().label_smoothing(0.1), softmax, labels);
        case.agrees("cross_entropy_uniform", &CrossEntropy::new().label_smoothing(1.0), softmax, labels);
    }
}

#[test]
fn cross_entropy_of_probabilities() {
    let case = Case::open();
    let probabilities = Targets::Values(&case.probabilities);
    for softmax in [false, true] {
        case.agrees("cross_entropy_probabilities", &CrossEntropy::new(), softmax, probabilities);
        let smooth = CrossEntropy::new().label_smoothing(0.1);
        case.agrees("cross_entropy_probabilities_smooth", &smooth, softmax, probabilities);
    }
}

/// A label is a probability of 1, with the same bits.
#[test]
fn labels_are_probabilities_of_one() {
    let case = Case::open();
    let mut one_hot = vec![0.0; case.logits.len()];
    for (image, &label) in case.labels.iter().enumerate() {
        one_hot[image * case.shape[0] + label as usize] = 1.0;
    }
    for smoothing in [0.0, 0.1, 1.0] {
        let result = |targets| {
            let mut gradients = vec![f32::NAN; case.logits.len()];
            let loss = CrossEntropy::new().label_smoothing(smoothing);
            (loss.loss(&case.logits, case.shape, false, targets, &mut gradients), gradients)
        };
        assert_eq!(result(Targets::Classes(&case.labels)), result(Targets::Values(&one_hot)));
    }
}

#[test]
fn mean_squared_error() {
    let case = Case::open();
    let (labels, values) = (Targets::Classes(&case.labels), Targets::Values(&case.values));
    case.agrees("squared_values", &MeanSquaredError, false, values);
    case.agrees("squared_labels", &MeanSquaredError, false, labels);
    case.agrees("softmax_squared_values", &MeanSquaredError, true, values);
    case.agrees("softmax_squared_labels", &MeanSquaredError, true, labels);
}

#[test]
fn losses_of_the_distance() {
    let case = Case::open();
    let close = case.reference.f32("close");
    let (labels, values, close) =
        (Targets::Classes(&case.labels), Targets::Values(&case.values), Targets::Values(&close));
    case.agrees("absolute_values", &MeanAbsoluteError::new(), false, close);
    case.agrees("absolute_labels", &MeanAbsoluteError::new(), false, labels);
    case.agrees("softmax_absolute_values", &MeanAbsoluteError::new(), true, values);
    case.agrees("smooth_values", &SmoothL1::new(), false, close);
    case.agrees("smooth_half", &SmoothL1::new().beta(0.5), false, close);
    case.agrees("smooth_zero", &SmoothL1::new().beta(0.0), false, close);
    case.agrees("softmax_smooth_labels", &SmoothL1::new().beta(0.3), true, labels);
    case.agrees("huber_values", &Huber::new(), false, close);
    case.agrees("huber_two", &Huber::new().delta(2.0), false, close);
    case.agrees("softmax_huber_labels", &Huber::new().delta(0.3), true, labels);
}

#[test]
fn binary_cross_entropy() {
    let case = Case::open();
    let (answers, weights) = (case.reference.f32("answers"), case.reference.f64("weights"));
    let answers = Targets::Values(&answers);
    case.agrees("binary_answers", &BinaryCrossEntropy::new(), false, answers);
    case.agrees("binary_labels", &BinaryCrossEntropy::new(), false, Targets::Classes(&case.labels));
    case.agrees("binary_weight", &BinaryCrossEntropy::new().pos_weight(3.0), false, answers);
    case.agrees("binary_weights", &BinaryCrossEntropy::new().pos_weights(weights), false, answers);
}

#[test]
fn settings_of_losses_are_checked() {
    let refused = |loss: &dyn Loss, message: &str| {
        assert_eq!(loss.check_settings().unwrap_err().to_string(), message);
        assert!(loss.check(Targets::Classes(&[0]), 1, [2, 1, 1]).is_err());
    };
    refused(&SmoothL1::new().beta(-1.0), "`SmoothL1::beta` takes a finite distance of 0 or more, not -1");
    refused(&SmoothL1::new().beta(f64::NAN), "`SmoothL1::beta` takes a finite distance of 0 or more, not NaN");
    refused(&Huber::new().delta(0.0), "`Huber::delta` takes a finite distance above 0, not 0");
    let binary = BinaryCrossEntropy::new;
    refused(&binary().pos_weight(0.0), "`BinaryCrossEntropy::pos_weight` takes finite weights above 0, not 0");
    refused(
        &binary().pos_weights([1.0, f64::INFINITY]),
        "`BinaryCrossEntropy::pos_weights` takes finite weights above 0, not inf",
    );
    for loss in [&SmoothL1::new() as &dyn Loss, &Huber::new(), &MeanAbsoluteError::new(), &binary()] {
        loss.check_settings().unwrap();
        assert!(loss.check(Targets::Values(&[0.5]), 1, [2, 1, 1]).is_err());
        assert!(loss.check(Targets::Values(&[0.5, f32::NAN]), 1, [2, 1, 1]).is_err());
    }
}

#[test]
fn binary_cross_entropy_says_what_it_takes() {
    let loss = BinaryCrossEntropy::new();
    let message =
        "the target of output 1 of image 1 of the batch is 1.5, but binary cross-entropy takes 0 (no) to 1 (yes)";
    let error = loss.check(Targets::Values(&[0.0, 1.0, 0.5, 1.5]), 2, [2, 1, 1]).unwrap_err();
    assert_eq!(error.to_string(), message);
    let error = loss.pos_weights([1.0; 3]).check(Targets::Classes(&[1, 0]), 2, [2, 1, 1]).unwrap_err();
    let message = "`BinaryCrossEntropy::pos_weights` takes 2 weights, one for each output, not 3";
    assert_eq!(error.to_string(), message);
    let error = BinaryCrossEntropy::new().check_softmax(true).unwrap_err();
    let message = "`BinaryCrossEntropy` takes networks without `softmax` at the end, since it takes the sigmoid of each output, \
                   not one that ends with it";
    assert_eq!(error.to_string(), message);
    for loss in [&CrossEntropy::new() as &dyn Loss, &MeanAbsoluteError::new()] {
        loss.check_softmax(true).unwrap();
    }
}

#[test]
fn binary_cross_entropy_is_finite_for_any_finite_output() {
    for (output, wanted, loss) in
        [(1000.0, 1.0, 0.0), (1000.0, 0.0, 1000.0), (-1000.0, 1.0, 1000.0), (-1000.0, 0.0, 0.0)]
    {
        let mut gradient = [f32::NAN];
        let found =
            BinaryCrossEntropy::new().loss(&[output], [1, 1, 1], false, Targets::Values(&[wanted]), &mut gradient);
        assert_eq!(found, loss);
        assert_eq!(gradient, [if loss == 0.0 { 0.0 } else { output.signum() }]);
    }
}

#[test]
fn cross_entropy_is_finite_for_any_finite_logits() {
    for logits in [[1000.0, -1000.0], [f32::MAX, f32::MIN], [0.0, 0.0], [-1e30, -1e30]] {
        let mut gradients = [f32::NAN; 2];
        let loss = CrossEntropy::new().label_smoothing(0.1).loss(
            &logits,
            [2, 1, 1],
            true,
            Targets::Classes(&[1]),
            &mut gradients,
        );
        assert!(loss.is_finite() && gradients.iter().all(|g| g.is_finite()), "{logits:?}: {loss}, {gradients:?}");
    }
}

#[test]
fn logits_that_are_no_numbers_give_a_loss_that_is_none() {
    for logits in [[f32::NAN, 0.0], [f32::INFINITY, 0.0]] {
        let loss = CrossEntropy::new().loss(&logits, [2, 1, 1], true, Targets::Classes(&[1]), &mut [0.0; 2]);
        assert!(!loss.is_finite(), "{logits:?}: {loss}");
    }
}

#[test]
fn targets_that_do_not_fit_are_refused() {
    let refused = |loss: &dyn Loss, targets, message: &str| {
        assert_eq!(loss.check(targets, 3, [10, 1, 1]).unwrap_err().to_string(), message);
    };
    let (ce, mse) = (CrossEntropy::new(), MeanSquaredError::new());
    let range = "image 2 of the batch has label 10, but the network's classes are 0 to 9";
    refused(&ce, Targets::Classes(&[0, 9, 10]), range);
    refused(&mse, Targets::Classes(&[0, 9, 10]), range);
    refused(&ce, Targets::Classes(&[0, 9]), "3 images need 3 labels, but there are 2");
    refused(&mse, Targets::Values(&[0.0; 29]), "3 images of 10 outputs need 30 target values, but there are 29");
    refused(&ce, Targets::Values(&[0.0; 29]), "3 images of 10 outputs need 30 target values, but there are 29");
    let message = "`CrossEntropy::label_smoothing` takes 0 to 1, not 1.5";
    refused(&ce.clone().label_smoothing(1.5), Targets::Classes(&[0, 1, 2]), message);
    assert!(ce.label_smoothing(f64::NAN).check(Targets::Classes(&[0, 1, 2]), 3, [10, 1, 1]).is_err());
}

#[test]
fn values_that_are_no_probabilities_are_refused() {
    let ce = CrossEntropy::new();
    let check = |values: [f32; 6]| ce.check(Targets::Values(&values), 2, [3, 1, 1]).map_err(|error| error.to_string());
    let help = "cross-entropy takes the probabilities of the classes; use `MeanSquaredError` for other values";
    check([0.2, 0.3, 0.5, 1.0, 0.0, 0.0]).unwrap();
    // What is left of thirds in half precision.
    check([0.3333, 0.3333, 0.3333, 0.334, 0.334, 0.334]).unwrap();
    for (values, message) in [
        ([0.2, 0.3, 0.5, 0.5, f32::NAN, 0.5], "image 1 of the batch has NaN as the probability of class 1"),
        ([f32::INFINITY, 0.3, 0.5, 0.5, 0.0, 0.5], "image 0 of the batch has inf as the probability of class 0"),
        ([0.2, 0.3, 0.5, 1.5, 0.0, -0.5], "image 1 of the batch has -0.5 as the probability of class 2"),
        ([0.2, 0.3, 0.5, 0.5, 0.5, 0.5], "the values of image 1 of the batch add up to 1.5000, not to 1"),
        ([0.0; 6], "the values of image 0 of the batch add up to 0.0000, not to 1"),
        ([20.0, 30.0, 50.0, 0.5, 0.5, 0.0], "the values of image 0 of the batch add up to 100.0000, not to 1"),
    ] {
        assert_eq!(check(values).unwrap_err(), format!("{message}: {help}"));
    }
}
