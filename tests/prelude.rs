//! The prelude has all names that a program needs to train and run a network. This one imports nothing else.

use athena::prelude::*;

resnet! {
    struct Net(1x2x2) -> 6 { input -> flatten -> linear(6) }
}

#[test]
fn a_program_needs_the_prelude_alone() -> Result<(), Error> {
    let data: Dataset<Image<1, 2, 2>, Classes<6>> = Dataset::from_bytes([128; 12], [0, 5, 3])?;
    assert!(matches!(data.pixels(), Pixels::Bytes(_)));
    assert_eq!(data.targets(), Targets::Classes(&[0, 5, 3]));
    let settings: TrainerBuilder<Net> = Trainer::builder(Net::new(1));
    let mut trainer = settings.build()?;
    let report: StepReport = trainer.step(&Batch::new([0.5; 4], [2])?)?;
    assert_eq!(report.metrics.images, 1);
    let metrics: Metrics = evaluate(trainer.model(), &data, &CrossEntropy::new(), 2)?;
    assert_eq!(metrics.images, 3);
    let outputs = InferenceWorkspace::<Net>::new(1)?.outputs(trainer.model(), &[0.5; 4])?.len();
    assert_eq!((outputs, TrainingWorkspace::<Net>::new(1)?.capacity()), (6, 1));
    Ok(())
}

#[cfg(feature = "images")]
#[test]
fn photographs_are_in_it() {
    let _: fn(&Preprocessing, &Photo) -> Vec<f32> = |preprocessing, photo| preprocessing.apply(photo);
}
