//! The trainer: steps, reports, and errors.

use std::ops::ControlFlow;

use athena::prelude::*;
use athena::train::{TrainerBuilder, evaluate};

athena::resnet! {
    /// A network of a few thousand weights.
    struct Small(2x6x6) -> 4 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> stem: conv(16, 3x3) -> batch_norm -> relu
            -> conv(16, 3x3) -> batch_norm -> + stem -> relu
            -> dropout(0.1)
            -> global_avg_pool -> flatten -> linear(4)
    }

    /// Without batch norm, ending with softmax.
    struct Plain(1x4x4) -> 7 {
        input -> conv(8, 3x3) -> relu -> flatten -> linear(7) -> softmax
    }
}

type Images = Dataset<Image<2, 6, 6>, Classes<4>>;
const IMAGE: usize = 72;

/// Noise, in which each class brightens its own quarter of the image.
fn quarters(count: usize) -> Images {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32
    };
    let labels: Vec<u32> = (0..count as u32).map(|i| i % 4).collect();
    let pixels = labels.iter().flat_map(|&label| {
        let lit = |i: usize| (i % 36 / 18) as u32 == label / 2 && (i % 6 / 3) as u32 == label % 2;
        (0..IMAGE).map(|i| noise() + if lit(i) { 1.0 } else { 0.0 }).collect::<Vec<_>>()
    });
    Images::from_floats(pixels.collect::<Vec<_>>(), labels).unwrap()
}

fn weights(model: &Small) -> Vec<u32> {
    let names = Small::parameter_names().iter();
    names.flat_map(|(name, _)| model.parameter(name).unwrap()).map(f32::to_bits).collect()
}

#[test]
fn a_network_learns() {
    let (train, test) = quarters(400).split(100, 1).unwrap();
    let mut loader = Loader::new(&train, 32).unwrap().shuffled();
    let mut trainer = Trainer::builder(Small::new(1))
        .optimiser(Sgd::new().learning_rate(0.2).momentum(0.9).nesterov(true))
        .schedule(Schedule::one_cycle())
        .build()
        .unwrap();
    let before = trainer.evaluate(&test).unwrap();
    let reports = trainer.fit(&mut loader, 6).unwrap();
    let after = trainer.evaluate(&test).unwrap();
    assert!(before.accuracy() < Some(0.6) && after.accuracy() > Some(0.95), "{before}, {after}");
    assert!(reports[5].training.loss < 0.5 * reports[0].training.loss, "{reports:?}");
}

#[test]
fn the_same_seed_gives_the_same_bits_with_any_number_of_threads() {
    type Settings = TrainerBuilder<Small>;
    let data = quarters(75);
    let run = |threads, set: fn(Settings) -> Settings| {
        with_threads(threads, || {
            let augmentation = Augmentation::new().crop(1).flip();
            let mut loader = Loader::new(&data, 32).unwrap().seed(5).shuffled().augmented(augmentation);
            let settings = Trainer::builder(Small::new(3)).seed(9).clip(Clip::Norm(0.5));
            let mut trainer = set(settings).build().unwrap();
            trainer.fit(&mut loader, 2).unwrap();
            weights(trainer.model())
        })
        .unwrap()
    };
    let settings: [fn(Settings) -> Settings; 2] =
        [|s| s.optimiser(Sgd::new().learning_rate(0.1).momentum(0.9)), |s| s.optimiser(AdamW::new())];
    for set in settings {
        let expected = run(1, set);
        assert!(run(2, set) == expected && run(4, set) == expected);
    }
}

#[test]
fn a_step_is_the_gradient_times_the_rate() {
    let data = quarters(16);
    let mut loader = Loader::new(&data, 16).unwrap();
    let batch = loader.next_batch().unwrap();
    let mut reference = Small::new(2);
    let mut workspace = athena::TrainingWorkspace::<Small>::new(16).unwrap();
    let loss =
        workspace.forward_backward(&mut reference, batch.images(), batch.targets(), &CrossEntropy::new()).unwrap();
    let optimiser = Sgd::new().learning_rate(0.5);
    let mut trainer = Trainer::builder(Small::new(2)).optimiser(optimiser).clip(Clip::Value(1e-3)).build().unwrap();
    let report = trainer.step(batch).unwrap();
    assert_eq!((report.step, report.rate, report.metrics.loss, report.metrics.images), (0, 0.5, loss, 16));
    for (name, _) in Small::parameter_names() {
        let (before, after) = (reference.parameter(name).unwrap(), trainer.model().parameter(name).unwrap());
        let Some(gradient) = workspace.gradient(name) else { continue };
        for ((before, after), gradient) in before.iter().zip(after).zip(gradient) {
            let expected = before - 0.5 * gradient.clamp(-1e-3, 1e-3);
            assert!((after - expected).abs() <= 1e-7, "{name}: {after} instead of {expected}");
        }
    }
}

#[test]
fn evaluation_agrees_with_prediction() {
    let pixels: Vec<f32> = (0..21 * 16).map(|i| ((i * 37) % 101) as f32 / 50.0 - 1.0).collect();
    let labels: Vec<u32> = (0..21).map(|i| i * 5 % 7).collect();
    let data = Dataset::<Image<1, 4, 4>, Classes<7>>::from_floats(pixels.clone(), labels.clone()).unwrap();
    let model = Plain::new(4);
    let probabilities = model.predict(&pixels).unwrap();
    let (mut loss, mut correct) = (0.0, 0);
    for (p, &label) in probabilities.chunks_exact(7).zip(&labels) {
        loss -= f64::from(p[label as usize]).ln() / 21.0;
        correct += u64::from(p.iter().all(|&other| other <= p[label as usize]));
    }
    for batch in [1, 4, 21, 100] {
        let metrics = evaluate(&model, &data, &CrossEntropy::new(), batch).unwrap();
        assert!((metrics.loss - loss).abs() < 1e-5, "{metrics:?} instead of {loss}");
        assert_eq!((metrics.images, metrics.correct()), (21, Some(correct)));
    }
}

#[test]
fn every_image_of_an_epoch_is_used_and_every_step_told() {
    let data = quarters(10);
    let mut loader = Loader::new(&data, 4).unwrap();
    let mut trainer = Trainer::builder(Small::new(0)).schedule(Schedule::cosine()).build().unwrap();
    let mut events = Vec::new();
    let reports = trainer.fit_with(&mut loader, 2, Some(&data), |_, event| events.push(event));
    let reports = reports.unwrap();
    assert_eq!(reports.iter().map(|r| (r.epoch, r.training.images)).collect::<Vec<_>>(), [(0, 10), (1, 10)]);
    assert_eq!(reports[1].test, Some(trainer.evaluate(&data).unwrap()));
    let steps: Vec<StepEvent> =
        events.iter().filter_map(|e| if let Event::Step(s) = e { Some(*s) } else { None }).collect();
    let sizes: Vec<u64> = steps.iter().map(|s| s.report.metrics.images).collect();
    assert_eq!(sizes, [4, 4, 2, 4, 4, 2]);
    let places: Vec<_> = steps.iter().map(|s| (s.epoch, s.done, s.steps, s.report.step)).collect();
    assert_eq!(places, [(0, 1, 3, 0), (0, 2, 3, 1), (0, 3, 3, 2), (1, 1, 3, 3), (1, 2, 3, 4), (1, 3, 3, 5)]);
    for (i, step) in steps.iter().enumerate() {
        let expected = 1e-3 * (1.0 + (std::f64::consts::PI * i as f64 / 6.0).cos()) / 2.0;
        assert!((step.report.rate - expected).abs() < 1e-15);
    }
    assert_eq!((events.len(), events[3], events[7]), (8, Event::Epoch(reports[0]), Event::Epoch(reports[1])));
}

#[test]
fn an_observer_ends_a_training() {
    let data = quarters(10);
    let mut loader = Loader::new(&data, 4).unwrap();
    let mut trainer = Trainer::builder(Small::new(0)).build().unwrap();
    let mut left = 5;
    let reports = trainer.fit_with(&mut loader, 9, None, |_, _| {
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    // Three steps and the first epoch's report come before the step that ends it.
    assert_eq!(reports.unwrap().len(), 1);
    // The next training starts with a whole epoch.
    assert_eq!(trainer.fit(&mut loader, 1).unwrap()[0].training.images, 10);
}

#[test]
fn what_a_trainer_cannot_do_is_an_error() {
    fn message<T>(result: Result<T, Error>) -> String {
        result.err().expect("an error").to_string()
    }
    let builder = || Trainer::builder(Small::new(0));
    assert!(message(builder().optimiser(Sgd::new().momentum(-1.0)).build()).contains("`Sgd::momentum`"));
    assert!(message(builder().schedule(Schedule::step(Span::Steps(0), 0.1)).build()).contains("`Schedule::step`"));
    assert!(message(builder().clip(Clip::Value(-1.0)).build()).contains("`Clip::Value`"));
    assert!(message(builder().epochs(0).build()).contains("`TrainerBuilder::epochs`"));

    let data = quarters(8);
    let mut loader = Loader::new(&data, 8).unwrap();
    let batch = loader.next_batch().unwrap();
    let mut trainer = builder().schedule(Schedule::cosine()).build().unwrap();
    assert!(message(trainer.step(batch)).contains("trainer.begin(Horizon {"));
    trainer.begin(Horizon { steps_per_epoch: 1, epochs: 1 });
    trainer.step(batch).unwrap();
    let values = Batch::new(batch.images(), vec![0.0; 32]).unwrap();
    assert!(message(trainer.step(&values)).contains("use `MeanSquaredError`"));
    let mut trainer = builder().loss(MeanSquaredError).build().unwrap();
    trainer.step(&values).unwrap();
}

#[test]
fn a_loss_that_is_no_number_ends_the_training_and_leaves_the_weights() {
    let data = Dataset::<Image<1, 4, 4>, Classes<7>>::from_floats(vec![1.0; 16], vec![3]).unwrap();
    let mut loader = Loader::new(&data, 1).unwrap();
    let mut model = Plain::new(0);
    let mut broken = model.parameter("linear1.bias").unwrap();
    broken[0] = f32::NAN;
    model.set_parameter("linear1.bias", &broken).unwrap();
    let before = model.parameter("conv1.weight").unwrap();
    let mut trainer = Trainer::builder(model).optimiser(Adam::new()).build().unwrap();
    let error = trainer.fit(&mut loader, 1).unwrap_err();
    assert!(matches!(error, Error::Diverged { step: 0, .. }), "{error}");
    assert_eq!(trainer.into_model().parameter("conv1.weight").unwrap(), before);
}

#[test]
fn a_training_in_several_calls_is_the_same_training() {
    let data = quarters(20);
    for schedule in [Schedule::cosine(), Schedule::one_cycle(), Schedule::constant().warm_up(Span::Epochs(2))] {
        let run = |calls: &[u64]| {
            let mut loader = Loader::new(&data, 8).unwrap().seed(4).shuffled();
            let settings = Trainer::builder(Small::new(1)).schedule(schedule.clone()).epochs(4);
            let mut trainer = settings.optimiser(Sgd::new().learning_rate(0.1).momentum(0.9)).build().unwrap();
            let mut reports = Vec::new();
            for &epochs in calls {
                reports.extend(trainer.fit(&mut loader, epochs).unwrap());
            }
            (weights(trainer.model()), reports)
        };
        let whole = run(&[4]);
        assert!(run(&[1, 1, 1, 1]) == whole && run(&[3, 0, 1]) == whole, "{schedule:?}");
        assert_eq!(whole.1.iter().map(|report| report.epoch).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}

#[test]
fn a_schedule_that_is_over_is_an_error_and_begins_again_where_it_is_told_to() {
    let data = quarters(8);
    let mut loader = Loader::new(&data, 4).unwrap();
    let mut trainer = Trainer::builder(Small::new(1)).schedule(Schedule::cosine()).build().unwrap();
    trainer.fit(&mut loader, 1).unwrap();
    let before = weights(trainer.model());
    let error = trainer.fit(&mut loader, 1).unwrap_err();
    assert!(matches!(error, Error::ScheduleOver { epochs: 1, left: 0, asked: 1 }), "{error}");
    assert!(error.to_string().contains("`.epochs(..)`") && error.to_string().contains("`trainer.begin("), "{error}");
    assert!(weights(trainer.model()) == before);
    trainer.begin(Horizon { steps_per_epoch: 2, epochs: 3 });
    assert_eq!(trainer.fit(&mut loader, 2).unwrap()[1].epoch, 1);
    let error = trainer.fit(&mut loader, 2).unwrap_err();
    assert!(matches!(error, Error::ScheduleOver { epochs: 3, left: 1, asked: 2 }), "{error}");
    // A schedule that counts epochs is not to be given longer ones.
    let mut longer = Loader::new(&data, 2).unwrap();
    assert!(trainer.fit(&mut longer, 1).unwrap_err().to_string().contains("loaders of 2 batches an epoch"));
    // A schedule without an end may continue for ever, also with other loaders.
    let mut trainer = Trainer::builder(Small::new(1)).build().unwrap();
    for (epoch, loader) in [&mut loader, &mut longer].into_iter().enumerate() {
        assert_eq!(trainer.fit(loader, 1).unwrap()[0].epoch, epoch as u64);
    }
}

#[test]
fn an_epoch_that_an_observer_has_ended_is_done_again() {
    let data = quarters(12);
    let mut loader = Loader::new(&data, 4).unwrap();
    let mut trainer = Trainer::builder(Small::new(1)).schedule(Schedule::cosine()).epochs(2).build().unwrap();
    let stop = trainer.fit_with(&mut loader, 2, None, |_, _| ControlFlow::Break(()));
    assert!(stop.unwrap().is_empty());
    let reports = trainer.fit(&mut loader, 2).unwrap();
    assert_eq!(reports.iter().map(|r| (r.epoch, r.training.images)).collect::<Vec<_>>(), [(0, 12), (1, 12)]);
}

#[test]
fn an_observer_keeps_the_best_network_and_saves_it() {
    let (train, test) = quarters(80).split(20, 1).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("best.safetensors");
    let mut loader = Loader::new(&train, 16).unwrap().shuffled();
    // A rate at which the loss goes up and down.
    let optimiser = Sgd::new().learning_rate(1.0).momentum(0.9);
    let mut trainer = Trainer::builder(Small::new(1)).optimiser(optimiser).build().unwrap();
    let (mut best, mut losses) = (None, Vec::new());
    trainer
        .fit_with(&mut loader, 8, None, |trainer, event| {
            if let Event::Epoch(_) = event {
                let loss = trainer.evaluate(&test)?.loss;
                if losses.iter().all(|&other| loss < other) {
                    trainer.model().save(&file)?;
                    best = Some(Small::with_weights_of(trainer.model())?);
                }
                losses.push(loss);
            }
            Ok(())
        })
        .unwrap();
    let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let best = best.expect("the first epoch at least");
    assert_eq!(evaluate(&best, &test, &CrossEntropy::new(), 16).unwrap().loss, lowest);
    let mut saved = Small::new(2);
    saved.load(&file).unwrap();
    assert_eq!(evaluate(&saved, &test, &CrossEntropy::new(), 16).unwrap().loss, lowest);
    // An error in an observer ends the training.
    let nowhere = folder.path().join("nowhere").join("best.safetensors");
    let result = trainer.fit_with(&mut loader, 9, None, |trainer, _| trainer.model().save(&nowhere));
    assert!(matches!(result, Err(Error::Io { .. })), "{result:?}");
}

#[test]
fn memory_is_made_for_the_batches_that_come() {
    let data = quarters(30);
    let mut trainer = Trainer::builder(Small::new(1)).build().unwrap();
    let mut other = Trainer::builder(Small::new(1)).build().unwrap();
    other.reserve(30).unwrap();
    // Batches that grow and shrink, with dropout: the bits are those of a trainer that has had all the memory from the start.
    for size in [2, 7, 1, 30, 5] {
        let mut loader = Loader::new(&data, size).unwrap();
        let batch = loader.next_batch().unwrap();
        assert_eq!(trainer.step(batch).unwrap(), other.step(batch).unwrap());
    }
    assert!(weights(trainer.model()) == weights(other.model()));
    // There is too little memory for so many images. The trainer keeps working with fewer.
    assert!(matches!(trainer.reserve(usize::MAX / 1024), Err(Error::Memory { .. })));
    let mut loader = Loader::new(&data, 4).unwrap();
    trainer.fit(&mut loader, 1).unwrap();
}

#[test]
fn reports_read_as_sentences() {
    let data = quarters(8);
    let mut trainer = Trainer::builder(Small::new(1)).build().unwrap();
    let report = trainer.fit_with(&mut Loader::new(&data, 8).unwrap(), 1, Some(&data), |_, _| ()).unwrap()[0];
    let text = report.to_string();
    assert!(text.starts_with("epoch 0: loss ") && text.contains(" %; test: loss "), "{text}");
    let unoptimised = athena::SLOW_BUILD.is_some_and(|note| text.contains(note));
    assert_eq!(unoptimised, athena::SLOW_BUILD.is_some());
    let mut later = report;
    later.epoch = 1;
    assert_eq!(later.to_string().lines().count(), 1);
}
