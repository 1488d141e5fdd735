//! Targets of data sets and batches: labels of any integer type, values and probabilities, targets that do not fit, and training with them.

#![allow(clippy::needless_borrows_for_generic_args, reason = "borrowed containers are cases, too")]

use athena::prelude::*;

athena::resnet! {
    /// A network with one output.
    struct Level(1x3x3) -> 1 {
        input -> conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> linear(1)
    }

    /// A network with three classes.
    struct Three(1x1x2) -> 3 {
        input -> flatten -> linear(16) -> relu -> linear(3)
    }
}

type Pairs = Dataset<Image<1, 1, 2>, Classes<3>>;

const PIXELS: [f32; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

#[test]
fn labels_are_whole_numbers_of_any_type() {
    fn agrees(targets: impl athena::data::IntoTargets) {
        let data = Pairs::from_floats(PIXELS, targets).unwrap();
        assert_eq!(
            (data.targets(), data.labels(), data.values()),
            (Targets::Classes(&[2, 0, 1, 2]), Some(&[2, 0, 1, 2][..]), None)
        );
    }
    agrees([2, 0, 1, 2]);
    agrees(vec![2_u8, 0, 1, 2]);
    agrees([2_u16, 0, 1, 2]);
    agrees(&vec![2_u32, 0, 1, 2]);
    agrees(&[2_u64, 0, 1, 2][..]);
    agrees(vec![2_usize, 0, 1, 2].into_boxed_slice());
    agrees([2_i8, 0, 1, 2]);
    agrees(&[2_i64, 0, 1, 2]);
    agrees(Targets::Classes(&[2, 0, 1, 2]));
}

#[test]
fn values_are_numbers_for_each_output() {
    const ROWS: [[f32; 3]; 4] = [[0.5, 0.25, 0.25], [1.0, 0.0, 0.0], [-3.0, 2.0, 8.0], [0.0; 3]];
    fn agrees(targets: impl athena::data::IntoTargets) {
        let data = Pairs::from_floats(PIXELS, targets).unwrap();
        assert_eq!(
            (data.targets(), data.labels(), data.values()),
            (Targets::Values(ROWS.as_flattened()), None, Some(ROWS.as_flattened()))
        );
    }
    agrees(ROWS);
    agrees(ROWS.as_flattened());
    agrees(ROWS.as_flattened().to_vec());
    agrees(ROWS.map(|row| row.map(f64::from)));
    agrees(ROWS.map(|row| row.to_vec()));
    agrees(&ROWS.to_vec());
    agrees(ROWS.as_flattened().iter().map(|&value| f64::from(value)).collect::<Vec<_>>());
    agrees(Pairs::from_floats(PIXELS, ROWS).unwrap().targets());
}

#[test]
fn targets_that_do_not_fit_are_refused() {
    fn refused(targets: impl athena::data::IntoTargets + Clone, message: &str) {
        let error = Pairs::from_floats(PIXELS, targets.clone()).unwrap_err().to_string();
        assert_eq!(error.replacen(" of 1x1x2", "", 1), message);
        let error = Batch::<Image<1, 1, 2>, Classes<3>>::new(PIXELS, targets).unwrap_err();
        let whose = error.to_string().replacen(" of the batch", "", 1);
        assert_eq!(whose, message);
    }
    refused([2, 0, 1, 3], "image 3 has label 3, but the classes are 0 to 2");
    refused([2, -1, 1, 3], "image 1 has label -1, but the classes are 0 to 2");
    refused([1 << 40, 0_u64, 0, 0], "image 0 has label 1099511627776, but the classes are 0 to 2");
    refused([0, 1, 2], "4 images need 4 labels, but there are 3");
    refused([0.0; 11], "4 images need 4 x 3 values, one for each output, but there are 11");
    let floats = "4 images need 4 x 3 values, one for each output, but there are 4; labels of classes are whole numbers such as `u32`";
    refused([0.0, 1.0, 2.0, 1.0], floats);
    refused([[0.5; 4]; 3], "image 0 has a row of 4 values, but the network has 3 outputs");
    let ragged = vec![vec![0.5; 3], vec![0.5; 3], vec![0.5; 2], vec![0.5; 4]];
    refused(ragged, "image 2 has a row of 2 values, but the network has 3 outputs");
    let nan = [[0.0; 3], [0.0, f32::NAN, 0.0], [0.0; 3], [0.0; 3]];
    refused(nan, "image 1 has a target of NaN for output 1, but values must be finite");
    // Too large for f32.
    let large = [[0.0; 3], [0.0; 3], [0.0; 3], [0.0, 0.0, -1e300]];
    refused(large, "image 3 has a target of -inf for output 2, but values must be finite");
}

#[test]
fn values_go_with_their_images() {
    let pixels: Vec<f32> = (0..40).map(|i| i as f32).collect();
    let rows: Vec<[f32; 3]> = (0..20).map(|i| [i as f32, -(i as f32), 0.5]).collect();
    let data = Pairs::from_floats(pixels, rows).unwrap();
    let (train, test) = data.split(6, 3).unwrap();
    let first = data.take(2).unwrap();
    assert_eq!(first.values(), Some(&[0.0, 0.0, 0.5, 1.0, -1.0, 0.5][..]));
    let mut seen = 0;
    for part in [&train, &test] {
        for batch in &mut Loader::new(part, 4).unwrap().seed(7).shuffled() {
            let (images, values) = (batch.images().chunks_exact(2), batch.values().unwrap().chunks_exact(3));
            for (image, values) in images.zip(values) {
                let index = image[0] / 2.0;
                assert_eq!(values, [index, -index, 0.5]);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 20);
}

/// Images with their mean brightness as target, which a convolution and a mean can compute exactly.
fn levels(count: usize) -> Dataset<Image<1, 3, 3>, Classes<1>> {
    let pixels: Vec<f32> =
        (0..count * 9).map(|i| ((i * 7919) % 101) as f32 / 50.0 - 1.0 + (i / 9 % 5) as f32).collect();
    let means: Vec<f32> = pixels.chunks_exact(9).map(|image| image.iter().sum::<f32>() / 9.0).collect();
    Dataset::from_floats(pixels, means).unwrap()
}

#[test]
fn a_network_learns_values_and_is_measured_by_its_errors() {
    let (train, test) = levels(200).split(40, 1).unwrap();
    let settings = Trainer::builder(Level::new(1)).loss(MeanSquaredError).optimiser(Adam::new().learning_rate(0.02));
    let mut trainer = settings.schedule(Schedule::one_cycle()).build().unwrap();
    let before = trainer.evaluate(&test).unwrap();
    let reports = trainer.fit(&mut Loader::new(&train, 16).unwrap().shuffled(), 30).unwrap();
    let after = trainer.evaluate(&test).unwrap();
    assert_eq!((after.accuracy(), after.top5_accuracy(), after.correct()), (None, None, None));
    assert_eq!(reports[29].training.accuracy(), None);
    assert!(before.mean_absolute_error() > Some(0.5) && after.mean_absolute_error() < Some(0.1), "{before}; {after}");
    // From the outputs themselves.
    let wanted = test.values().unwrap();
    let outputs = wanted.iter().enumerate().map(|(i, _)| trainer.model().predict(&test.image(i).unwrap()).unwrap()[0]);
    let error = outputs.zip(wanted).map(|(output, wanted)| f64::from((output - wanted).abs())).sum::<f64>() / 40.0;
    assert!((after.mean_absolute_error().unwrap() - error).abs() < 1e-5, "{after}: {error}");
}

#[test]
fn a_network_learns_the_probabilities_of_a_teacher() {
    let pixels = [0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let teacher = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6], [0.05, 0.05, 0.9]];
    let data = Pairs::from_floats(pixels, teacher).unwrap();
    let settings = Trainer::builder(Three::new(1)).optimiser(Adam::new().learning_rate(0.02));
    let mut trainer = settings.build().unwrap();
    trainer.fit(&mut Loader::new(&data, 4).unwrap(), 600).unwrap();
    let metrics = trainer.evaluate(&data).unwrap();
    assert_eq!((metrics.accuracy(), metrics.mean_absolute_error()), (Some(1.0), None));
    // The least that cross-entropy can be is the mean entropy of the teacher.
    let entropy = -teacher.as_flattened().iter().map(|p: &f64| p * p.ln()).sum::<f64>() / 4.0;
    assert!((metrics.loss - entropy).abs() < 1e-3, "{metrics}: {entropy}");
    let logits = trainer.model().predict(&pixels).unwrap();
    for (logits, teacher) in logits.chunks_exact(3).zip(teacher) {
        let sum: f64 = logits.iter().map(|&z| f64::from(z).exp()).sum();
        for (&z, p) in logits.iter().zip(teacher) {
            assert!((f64::from(z).exp() / sum - p).abs() < 0.02, "{logits:?}: {teacher:?}");
        }
    }
}

#[test]
fn values_that_are_no_probabilities_end_a_training_before_its_first_step() {
    let data =
        Pairs::from_floats(PIXELS, [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0], [3.0, 0.0, 0.0], [1.0, 0.0, 0.0]]).unwrap();
    let mut trainer = Trainer::builder(Three::new(1)).build().unwrap();
    let before = trainer.model().parameter("linear1.weight");
    let error = trainer.fit(&mut Loader::new(&data, 4).unwrap(), 1).unwrap_err().to_string();
    assert!(error.starts_with("the values of image 2 of the batch add up to 3.0000, not to 1"), "{error}");
    assert_eq!(trainer.model().parameter("linear1.weight"), before);
    assert!(trainer.evaluate(&data).is_err());
}

#[test]
fn pixels_and_images_are_readable() {
    let bytes = Pairs::from_bytes([0, 255, 51, 102], [0, 1]).unwrap();
    assert_eq!(bytes.pixels(), Pixels::Bytes(&[0, 255, 51, 102]));
    let normalised = bytes.normalised(&Normalisation::new(&[0.2], &[0.5]).unwrap()).unwrap();
    let image = normalised.image(1).unwrap();
    assert!(image.iter().zip([0.0, 0.4]).all(|(x, expected)| (x - expected).abs() < 1e-6), "{image:?}");
    assert_eq!((normalised.image(2), normalised.image(usize::MAX)), (None, None));
    let mut loader = Loader::new(&normalised, 2).unwrap();
    assert_eq!(loader.next_batch().unwrap().images()[2..], image);
    assert_eq!(Pairs::from_floats(PIXELS, [0; 4]).unwrap().pixels(), Pixels::Floats(&PIXELS));
}
