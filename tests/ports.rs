//! Networks of several inputs and outputs, and of maps: their types, sizes and errors.

use athena::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
use athena::prelude::*;
use athena::{ClassMap, Port, Signature};

resnet! {
    /// A scan and a table in, a class and a box out.
    pub struct Ward(scan: 1x16x16, history: 12) -> (class: 5, corners: 4) {
        let image = scan -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten;
        let table = history -> linear(8, activation = relu);
        let both = image || table;
        let class = both -> linear(5) -> softmax;
        let corners = both -> linear(4);
    }

    #[derive(Clone)]
    struct Segment(3x8x8) -> 4x8x8 {
        input -> conv(8, 3x3, activation = relu) -> conv(4, 1x1) -> softmax
    }

    struct Features(3x8x8) -> (fc: 10, layer1: 8x8x8) {
        input -> layer1: conv(8, 3x3, activation = relu) -> layer2: conv(16, 3x3, stride = 2, activation = relu)
            -> global_avg_pool -> flatten -> fc: linear(10)
    }

    struct Classes10(3x8x8) -> 10 {
        input -> layer1: conv(8, 3x3, activation = relu) -> layer2: conv(16, 3x3, stride = 2, activation = relu)
            -> global_avg_pool -> flatten -> fc: linear(10)
    }

    struct Trunk(3x8x8) -> (layer1: 8x8x8) {
        input -> layer1: conv(8, 3x3, activation = relu) -> layer2: conv(16, 3x3, stride = 2, activation = relu)
            -> global_avg_pool -> flatten -> fc: linear(10)
    }
}

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919) % 255) as f32 / 255.0 - 0.3).collect()
}

/// A function for any network.
fn outputs_of<M: Model<S>, S: Signature>(_: &M) -> Vec<&'static str> {
    M::OUTPUTS.iter().map(|port| port.name).collect()
}

#[test]
fn ports_list_names_and_shapes() {
    assert_eq!(Ward::INPUTS, [Port { name: "scan", shape: &[1, 16, 16] }, Port { name: "history", shape: &[12] }]);
    assert_eq!(Ward::OUTPUTS, [Port { name: "class", shape: &[5] }, Port { name: "corners", shape: &[4] }]);
    assert_eq!(Segment::OUTPUTS, [Port { name: "output", shape: &[4, 8, 8] }]);
    assert_eq!((Segment::INPUT, Segment::CLASSES), ([3, 8, 8], 4));
    assert_eq!(outputs_of(&Features::new(1)), ["fc", "layer1"]);
    assert_eq!(outputs_of(&Segment::new(1)), ["output"]);
}

/// Each image's outputs are the same whatever the batch that it is in.
#[test]
fn named_inputs_and_outputs_are_structs() {
    let network = Ward::new(1);
    let (scan, history) = (numbers(3 * 256), numbers(3 * 12));
    let all = network.predict(WardInputs { scan: &scan, history: &history }).unwrap();
    assert_eq!((all.class.len(), all.corners.len()), (15, 12));
    for image in 0..3 {
        let inputs = WardInputs { scan: &scan[image * 256..][..256], history: &history[image * 12..][..12] };
        let one = network.predict(inputs).unwrap();
        assert_eq!(one.class, all.class[image * 5..][..5]);
        assert_eq!(one.corners, all.corners[image * 4..][..4]);
        assert!((one.class.iter().sum::<f32>() - 1.0).abs() < 1e-6, "`class` ends with softmax");
    }
    let mut workspace = InferenceWorkspace::<Ward>::new(3).unwrap();
    let lent = workspace.outputs(&network, WardInputs { scan: &scan, history: &history }).unwrap();
    assert_eq!(lent.corners, all.corners);
}

/// More than 64 images are computed in parts.
#[test]
fn large_batches_are_computed_in_parts() {
    let network = Ward::new(1);
    let (scan, history) = (numbers(70 * 256), numbers(70 * 12));
    let all = network.predict(WardInputs { scan: &scan, history: &history }).unwrap();
    let last = network.predict(WardInputs { scan: &scan[69 * 256..], history: &history[69 * 12..] }).unwrap();
    assert_eq!(all.class[69 * 5..], last.class);
}

#[test]
fn a_map_is_channels_then_rows() {
    let network = Segment::new(1);
    let images = numbers(2 * 192);
    let probabilities = network.predict(&images).unwrap();
    assert_eq!(probabilities.len(), 2 * 4 * 64);
    for pixel in 0..64 {
        let sum: f32 = (0..4).map(|class| probabilities[class * 64 + pixel]).sum();
        assert!((sum - 1.0).abs() < 1e-6);
    }
}

/// What a network promises beside changes no bit of the rest, and what nothing promised needs is not computed.
#[test]
fn features_are_taken_where_they_pass() {
    let images = numbers(2 * 192);
    let classes = Classes10::new(1);
    let features = Features::with_weights_of(&classes).unwrap();
    let (trunk, report) = Trunk::with_weights_of_partial(&classes, 2).unwrap();
    assert_eq!((report.kept(), report.loaded()), (&[][..], &["layer1.weight", "layer1.bias"][..]));
    let FeaturesOutputs { fc, layer1 } = features.predict(&images).unwrap();
    assert_eq!(fc, classes.predict(&images).unwrap());
    assert_eq!(layer1, trunk.predict(&images).unwrap().layer1);
    assert_eq!((Features::MACS, Classes10::MACS), (8 * 27 * 64 + 16 * 72 * 16 + 160, Features::MACS));
    assert_eq!(Trunk::MACS, 8 * 27 * 64);
}

#[test]
fn wrong_inputs_are_refused_by_name() {
    let network = Ward::new(1);
    let refused = |scan: usize, history: usize| {
        let inputs = WardInputs { scan: &numbers(scan), history: &numbers(history) };
        network.predict(inputs).expect_err("inputs that do not fit").to_string()
    };
    assert_eq!(
        refused(255, 12),
        "`scan` has 255 numbers, but one image's are 1x16x16, that is 256: pass N times as many"
    );
    assert_eq!(refused(512, 12), "`history` is of 1 images, but `scan` is of 2: pass as many of each");
}

/// The sum of the losses, and gradients that are the sum of those of each loss alone.
#[test]
fn each_output_has_its_loss() {
    let (scan, history) = (numbers(2 * 256), numbers(2 * 12));
    let inputs = WardInputs { scan: &scan, history: &history };
    let targets = WardTargets { class: Targets::Classes(&[4, 1]), corners: Targets::Values(&[0.5; 8]) };
    let step = |class: &dyn Loss, corners: &dyn Loss| {
        let mut workspace = TrainingWorkspace::<Ward>::new(2).unwrap();
        let losses = WardOutputs { class, corners };
        let loss = workspace.forward_backward(&mut Ward::new(3), inputs, targets, losses).unwrap();
        (loss, workspace.gradient("conv1.weight").unwrap())
    };
    let (both, one, other) = (
        step(&CrossEntropy::new(), &MeanSquaredError::new()),
        step(&CrossEntropy::new(), &Nothing),
        step(&Nothing, &MeanSquaredError::new()),
    );
    assert!((both.0 - one.0 - other.0).abs() < 1e-6);
    for ((both, one), other) in both.1.iter().zip(&one.1).zip(&other.1) {
        assert!((both - one - other).abs() < 1e-5, "{both} is not {one} + {other}");
    }
}

/// A loss of zero.
struct Nothing;

impl Loss for Nothing {
    fn check(&self, _: Targets<'_>, _: usize, _: [usize; 3]) -> Result<(), Error> {
        Ok(())
    }

    fn loss(&self, _: &[f32], _: [usize; 3], _: bool, _: Targets<'_>, gradients: &mut [f32]) -> f64 {
        gradients.fill(0.0);
        0.0
    }
}

#[test]
fn summaries_show_the_signature() {
    let summary = Ward::summary().to_string();
    assert!(summary.starts_with("Ward(scan: 1x16x16, history: 12) -> (class: 5, corners: 4)\n"), "{summary}");
    println!("{summary}\n{}", Segment::summary());
}

fn ward_data() -> Dataset<Ward, Ward> {
    let (scan, history) = (numbers(6 * 256), numbers(6 * 12));
    let corners: Vec<f32> = numbers(6 * 4);
    let targets = WardTargets { class: Targets::Classes(&[0, 1, 2, 3, 4, 0]), corners: Targets::Values(&corners) };
    Dataset::from_floats(WardInputs { scan: &scan, history: &history }, targets).unwrap()
}

fn ward_losses() -> WardLosses {
    WardLosses { class: Box::new(CrossEntropy::new()), corners: Box::new(MeanSquaredError::new().weighted(0.5)) }
}

/// The trainer's steps are those of the workspace, and the report has the metrics of each output.
#[test]
fn a_trainer_trains_every_output() {
    let data = ward_data();
    let mut trainer =
        Trainer::builder(Ward::new(1)).losses(ward_losses()).optimiser(Sgd::new().learning_rate(0.05)).build().unwrap();
    let before = trainer.evaluate(&data).unwrap();
    let reports = trainer.fit(&mut Loader::new(&data, 3).unwrap().shuffled(), 40).unwrap();
    let after = reports[39].training;
    assert!(
        after.outputs.class.loss < before.outputs.class.loss
            && after.outputs.corners.loss < before.outputs.corners.loss
    );
    assert!((after.loss - after.outputs.class.loss - after.outputs.corners.loss).abs() < 1e-12);
    assert_eq!((after.outputs.class.images, after.outputs.class.mean_absolute_error()), (6, None));
    assert!(after.outputs.corners.mean_absolute_error().is_some() && after.outputs.class.accuracy().is_some());
    let text = reports[39].to_string();
    assert!(text.contains(", class: loss ") && text.contains("; corners: loss "), "{text}");

    // Evaluation in batches of another size gives the same means.
    let once = evaluate(trainer.model(), &data, WardOutputs { class: &CrossEntropy::new(), corners: &Nothing }, 6);
    let twice = evaluate(trainer.model(), &data, WardOutputs { class: &CrossEntropy::new(), corners: &Nothing }, 4);
    assert!((once.unwrap().loss - twice.unwrap().loss).abs() < 1e-6);
}

#[test]
fn a_trainer_without_losses_says_what_to_write() {
    let error = Trainer::builder(Ward::new(1)).build().expect_err("several outputs have no loss by default");
    assert_eq!(
        error.to_string(),
        "`TrainerBuilder::losses` takes a loss for each output, `WardLosses { class: Box::new(..), corners: Box::new(..) }`, not none"
    );
}

#[test]
fn wrong_data_are_refused_by_name() {
    let refused = |scan: usize, history: usize, classes: &[u32], corners: usize| {
        let targets = WardTargets { class: Targets::Classes(classes), corners: Targets::Values(&numbers(corners)) };
        let inputs = WardInputs { scan: &numbers(scan), history: &numbers(history) };
        Dataset::<Ward, Ward>::from_floats(inputs, targets).expect_err("data that do not fit").to_string()
    };
    assert_eq!(refused(256, 24, &[0], 4), "`history` is of 2 images, but `scan` is of 1: pass as many of each");
    assert_eq!(refused(512, 24, &[0, 5], 8), "the targets of `class`: image 1 has label 5, but the classes are 0 to 4");
    assert_eq!(
        refused(512, 24, &[0, 4], 6),
        "the targets of `corners`: 2 images need 2 x 4 values, one for each output, but there are 6"
    );
    let plain = Dataset::<Ward, Ward>::from_floats(vec![0.0; 256], [0]).expect_err("one input").to_string();
    assert_eq!(plain, "the network has the inputs `scan`, `history`: pass the struct of its inputs");
    let inputs = WardInputs { scan: &[0.0; 256], history: &[0.0; 12] };
    let plain = Dataset::<Ward, Ward>::from_floats(inputs, [0]).expect_err("one target").to_string();
    assert_eq!(
        plain,
        "the network has the outputs `class`, `corners`: pass the targets of each, in its struct of targets"
    );
}

/// Each image has its own class at each pixel, which flips and crops move with the image.
#[test]
fn maps_of_targets_move_with_their_images() {
    let pixels: Vec<u8> = (0..8 * 3 * 64).map(|i| ((i % 64) % 4 * 60) as u8).collect();
    let labels: Vec<u32> = (0..8 * 64).map(|i| (i % 64) as u32 % 4).collect();
    let data = Dataset::<Image<3, 8, 8>, ClassMap<4, 8, 8>>::from_bytes(pixels, labels).unwrap();
    let mut loader = Loader::new(&data, 8).unwrap().augmented(Augmentation::new().crop(2).flip()).seed(5);
    let batch = loader.next_batch().unwrap();
    let labels = batch.labels().unwrap();
    let still = (0..8 * 64).map(|i| (i % 64) as u32 % 4).collect::<Vec<_>>();
    assert!(labels != still, "images were moved");
    for image in 0..8 {
        for pixel in 0..64 {
            let shown = batch.images()[image * 192 + pixel] * 255.0 / 60.0;
            assert_eq!(shown.round() as u32, labels[image * 64 + pixel]);
        }
    }
}

/// A network that shows the class of each pixel learns it from labels.
#[test]
fn a_map_of_classes_is_learnt() {
    let pixels: Vec<f32> = (0..4 * 192).map(|i| if (i % 64) % 8 < 4 { 1.0 } else { -1.0 }).collect();
    let labels: Vec<u32> = (0..4 * 64).map(|i| u32::from(i % 8 < 4) * 3).collect();
    let data = Dataset::from_floats(pixels, labels).unwrap();
    let mut trainer = Trainer::builder(Segment::new(1)).optimiser(Adam::new().learning_rate(0.02)).build().unwrap();
    let reports = trainer.fit(&mut Loader::new(&data, 4).unwrap(), 60).unwrap();
    assert!(reports[59].training.loss < 0.1, "{}", reports[59]);
}
