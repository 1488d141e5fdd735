//! Steps with results that would not be finite are refused as a whole, with the reason, and leave no trace.

use std::ops::ControlFlow;

use athena::loss::{Loss, Targets};
use athena::optim::{OneCycle, Optimiser};
use athena::prelude::*;
use athena::train::TrainerBuilder;
use athena::{Divergence, Pixel, TrainingWorkspace};

athena::resnet! {
    /// A network with everything that a step changes: all kinds of weights, running statistics, and dropout's masks.
    struct Small(2x4x4) -> 3 {
        input -> conv(8, 3x3) -> batch_norm -> relu -> dropout(0.2) -> flatten -> linear(3)
    }

    /// A network with two matrices, so that the weights of one scale the gradients of the other.
    struct Deep(1x1x2) -> 2 {
        input -> flatten -> linear(2, bias = false) -> linear(2, bias = false)
    }

    /// A network whose second batch norm has a single pixel per channel.
    struct Pooled(2x4x4) -> 3 {
        input -> conv(8, 3x3) -> batch_norm -> relu -> global_avg_pool -> batch_norm -> relu -> flatten -> linear(3)
    }

    /// The same, with that norm frozen.
    #[freeze(batch_norm2)]
    struct Frozen(2x4x4) -> 3 {
        input -> conv(8, 3x3) -> batch_norm -> relu -> global_avg_pool -> batch_norm -> relu -> flatten -> linear(3)
    }
}

type Images = Dataset<Image<2, 4, 4>, Classes<3>>;
type Images2 = Batch<Image<2, 4, 4>, Classes<3>>;

/// Numbers that look random, roughly uniform in [-1, 1].
fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// The bits of all parameters and running statistics.
fn learnt<M: Model>(model: &M) -> Vec<u32> {
    let names = M::parameter_names().iter();
    names.flat_map(|(name, _)| model.parameter(name).unwrap()).map(f32::to_bits).collect()
}

/// A batch of four images with values as targets.
fn batch(seed: u64) -> (Vec<f32>, Vec<f32>) {
    (numbers(4 * 32, seed), numbers(12, seed + 1))
}

fn values(images: &[f32], targets: &[f32]) -> Images2 {
    Batch::new(images, targets).unwrap()
}

fn trainer(set: fn(TrainerBuilder<Small>) -> TrainerBuilder<Small>) -> Trainer<Small> {
    let settings = Trainer::builder(Small::new(3)).seed(5).loss(MeanSquaredError::new());
    let mut trainer = set(settings.schedule(Schedule::step(Span::Steps(2), 0.5))).build().unwrap();
    trainer.begin(Horizon { steps_per_epoch: 10, epochs: 1 });
    trainer
}

const OPTIMISERS: [fn(TrainerBuilder<Small>) -> TrainerBuilder<Small>; 9] = [
    |s| s.optimiser(Sgd::new().learning_rate(0.1)),
    |s| s.optimiser(Sgd::new().learning_rate(0.1).momentum(0.9).weight_decay(1e-3)).clip(Clip::Norm(1.0)),
    |s| s.optimiser(Sgd::new().learning_rate(0.1).momentum(0.9).nesterov(true)).clip(Clip::Value(0.1)),
    |s| s.optimiser(Adam::new().learning_rate(0.01)),
    |s| s.optimiser(AdamW::new().learning_rate(0.01)),
    |s| s.optimiser(RmsProp::new()),
    |s| s.optimiser(RmsProp::new().momentum(0.9)),
    |s| s.optimiser(RmsProp::new().momentum(0.9).centered(true)),
    |s| s.optimiser(Adagrad::new()),
];

/// Checks that a training in which `fail` is tried before each step gives the same bits as one without it.
fn leaves_no_trace(set: fn(TrainerBuilder<Small>) -> TrainerBuilder<Small>, fail: impl Fn(&mut Trainer<Small>)) {
    let run = |failing: bool| {
        let mut trainer = trainer(set);
        let mut reports = Vec::new();
        for step in 0..4 {
            if failing {
                let before = learnt(trainer.model());
                fail(&mut trainer);
                assert!(learnt(trainer.model()) == before, "the network changed");
            }
            let (images, targets) = batch(10 + step);
            reports.push(trainer.step(&values(&images, &targets)).unwrap());
        }
        (learnt(trainer.model()), reports)
    };
    let (undisturbed, disturbed) = (run(false), run(true));
    assert_eq!(undisturbed.1, disturbed.1);
    assert!(undisturbed.0 == disturbed.0, "the optimiser or the masks remember the failed step");
}

#[test]
fn pixels_that_are_no_numbers_leave_no_trace() {
    for set in OPTIMISERS {
        for unusual in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            leaves_no_trace(set, |trainer| {
                let (mut images, targets) = batch(1);
                // Image 2, channel 1, row 2, column 3.
                images[2 * 32 + 16 + 2 * 4 + 3] = unusual;
                let error = trainer.step(&values(&images, &targets)).unwrap_err();
                let expected =
                    format!("the pixel at channel 1, row 2, column 3 of image 2 of the batch is {unusual:?}");
                assert!(error.to_string().starts_with(&expected), "{error}");
            });
        }
    }
}

/// `Batch::new` refuses such values; a workspace takes plain slices and has to check them.
#[test]
fn targets_that_are_no_numbers_leave_no_trace() {
    let mut model = Small::new(2);
    let mut workspace = TrainingWorkspace::<Small>::new(4).unwrap();
    let before = learnt(&model);
    for unusual in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let (images, mut targets) = batch(1);
        targets[7] = unusual;
        assert!(Images2::new(&images, &targets).is_err());
        let loss = MeanSquaredError::new();
        let error = workspace.forward_backward(&mut model, &images, Targets::Values(&targets), &loss).unwrap_err();
        let expected = format!("the target of output 1 of image 2 of the batch is {unusual}");
        assert!(error.to_string().starts_with(&expected) && learnt(&model) == before, "{error}");
    }
}

#[test]
fn a_huge_pixel_leaves_the_running_statistics_and_is_named() {
    for set in OPTIMISERS {
        for huge in [3e19, -1e30, 3e38] {
            leaves_no_trace(set, |trainer| {
                let (mut images, targets) = batch(1);
                images[3 * 32 + 5] = huge;
                let error = trainer.step(&values(&images, &targets)).unwrap_err();
                let named = Pixel { image: 3, channel: 0, row: 1, column: 1, value: huge };
                match &error {
                    Error::Diverged { cause: Divergence::Statistics { name, pixel, .. }, .. } => {
                        assert!(name.starts_with("batch_norm1.running_"), "{name}");
                        assert_eq!(*pixel, Some(named));
                    }
                    other => panic!("{other}"),
                }
                assert!(error.to_string().contains("image 3 of the batch is "), "{error}");
            });
        }
    }
}

#[test]
fn targets_that_are_huge_leave_finite_numbers_or_no_trace() {
    let mut refused = 0;
    for set in OPTIMISERS {
        for huge in [-3e38, 1e25] {
            let mut trainer = trainer(set);
            for _ in 0..3 {
                let (images, mut targets) = batch(1);
                targets[4] = huge;
                let before = learnt(trainer.model());
                match trainer.step(&values(&images, &targets)) {
                    Ok(_) => assert!(learnt(trainer.model()).into_iter().all(|bits| f32::from_bits(bits).is_finite())),
                    Err(Error::Diverged { .. }) => {
                        assert!(learnt(trainer.model()) == before);
                        refused += 1;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
    assert!(refused > 0, "squares of such gradients are beyond f32");
}

#[test]
fn the_network_before_the_step_is_blamed_where_it_was_broken() {
    let (images, targets) = batch(1);
    for (name, at) in [("linear1.weight", 3), ("conv1.weight", 0), ("batch_norm1.bias", 1)] {
        let mut model = Small::new(0);
        let mut broken = model.parameter(name).unwrap();
        broken[at] = f32::NAN;
        model.set_parameter(name, &broken).unwrap();
        let before = learnt(&model);
        let mut trainer = Trainer::builder(model).loss(MeanSquaredError::new()).build().unwrap();
        let error = trainer.step(&values(&images, &targets)).unwrap_err();
        assert!(error.to_string().contains(&format!("`{name}` has a weight of NaN before the step")), "{error}");
        assert!(learnt(trainer.model()) == before);
    }
    let mut model = Small::new(0);
    model.set_parameter("batch_norm1.running_var", &[f32::INFINITY; 8]).unwrap();
    let mut trainer = Trainer::builder(model).loss(MeanSquaredError::new()).build().unwrap();
    let error = trainer.step(&values(&images, &targets)).unwrap_err();
    assert!(error.to_string().contains("`batch_norm1.running_var` is inf before the step"), "{error}");
}

/// Weights of the first and of the second matrix, and the step's error.
fn deep(first: f32, second: f32, optimiser: impl Optimiser + 'static, clip: Option<Clip>) -> (Error, bool) {
    let mut model = Deep::new(0);
    model.set_parameter("linear1.weight", &[first; 4]).unwrap();
    model.set_parameter("linear2.weight", &[second; 4]).unwrap();
    let before = learnt(&model);
    let settings = Trainer::builder(model).loss(MeanSquaredError::new()).optimiser(optimiser);
    let mut trainer = match clip {
        Some(clip) => settings.clip(clip),
        None => settings,
    }
    .build()
    .unwrap();
    let batch = Batch::<Image<1, 1, 2>, Classes<2>>::new([1.0, 1.0], [0.0_f32; 2]).unwrap();
    let error = trainer.step(&batch).unwrap_err();
    (error, learnt(trainer.model()) == before)
}

#[test]
fn gradients_that_overflow_behind_a_finite_loss_are_named() {
    for clip in [None, Some(Clip::Norm(1.0)), Some(Clip::Value(1.0))] {
        // Outputs of 4e8, whose gradient times a weight of 1e38 is infinite.
        let (error, same) = deep(1e-30, 1e38, Sgd::new().learning_rate(1e-9), clip);
        assert!(same);
        match error {
            Error::Diverged { step: 0, cause: Divergence::Gradient { name, loss, .. } } => {
                assert_eq!(name, "linear1.weight");
                assert!(loss.is_finite());
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn outputs_that_overflow_are_named() {
    let (error, same) = deep(1e30, 1e30, Sgd::new(), None);
    assert!(same);
    let named =
        matches!(error, Error::Diverged { cause: Divergence::Outputs { image: 0, output: 0, pixel: None, .. }, .. });
    assert!(named && error.to_string().contains("lower the learning rate"), "{error}");
}

#[test]
fn updates_that_overflow_are_named() {
    type Step = fn() -> Box<dyn FnOnce() -> (Error, bool)>;
    let cases: [Step; 8] = [
        || Box::new(|| deep(1.0, 1.0, Sgd::new().learning_rate(3e38), None)),
        || Box::new(|| deep(1.0, 1.0, Sgd::new().learning_rate(1e38), Some(Clip::Norm(100.0)))),
        || Box::new(|| deep(1.0, 1.0, Sgd::new().learning_rate(1e38), Some(Clip::Value(5.0)))),
        || Box::new(|| deep(1.0, 1.0, Sgd::new().learning_rate(1e38).momentum(0.9), None)),
        || Box::new(|| deep(1.0, 1.0, Sgd::new().learning_rate(1e38).momentum(0.9).nesterov(true), None)),
        || Box::new(|| deep(1.0, 1.0, Adam::new().learning_rate(1e38), None)),
        || Box::new(|| deep(1.0, 1.0, RmsProp::new().learning_rate(1e38), None)),
        // The square of a gradient of 4e20 overflows f32.
        || Box::new(|| deep(1e10, 1e10, Adagrad::new(), None)),
    ];
    for (case, make) in cases.into_iter().enumerate() {
        let (error, same) = make()();
        let named = matches!(error, Error::Diverged { cause: Divergence::Update { name: "linear1.weight", .. }, .. });
        assert!(same && named && error.to_string().contains("the update of `linear1.weight`"), "case {case}: {error}");
    }
}

#[test]
fn a_workspace_and_an_optimiser_alone_keep_the_promise_too() {
    let mut model = Small::new(1);
    let mut workspace = TrainingWorkspace::<Small>::new(4).unwrap();
    // Targets that give gradients well above 1.
    let (images, targets) = (batch(1).0, vec![1e4; 12]);
    let mut optimiser = Sgd::new().learning_rate(0.1);
    optimiser.prepare(workspace.gradients().len()).unwrap();
    let before = learnt(&model);

    let mut spoilt = images.clone();
    spoilt[0] = 3e19;
    let loss = MeanSquaredError::new();
    let error = workspace.forward_backward(&mut model, &spoilt, Targets::Values(&targets), &loss).unwrap_err();
    assert!(matches!(error, Error::Diverged { .. }) && learnt(&model) == before, "{error}");

    workspace.forward_backward(&mut model, &images, Targets::Values(&targets), &loss).unwrap();
    let trainable = &model_parameters(&model)[..];
    let mut parameters = trainable.to_vec();
    let error = optimiser.step(3e38, &mut parameters, workspace.gradients()).unwrap_err();
    assert!(matches!(error, Error::Update { optimiser: "Sgd::step", .. }) && parameters == trainable, "{error}");
    assert!(learnt(&model) != before, "the running statistics have moved");
    workspace.take_back(&mut model);
    assert!(learnt(&model) == before);
    workspace.take_back(&mut model);
    assert!(learnt(&model) == before, "there is nothing more to take back");
}

/// Some values, one for each trainable parameter.
fn model_parameters(model: &Small) -> Vec<f32> {
    use athena::__private::Network;
    model.state().parameters()[..TrainingWorkspace::<Small>::new(1).unwrap().gradients().len()].to_vec()
}

struct Odd;

impl Loss for Odd {
    fn check(&self, _: Targets<'_>, _: usize, _: [usize; 3]) -> Result<(), Error> {
        Ok(())
    }

    fn loss(&self, _: &[f32], _: [usize; 3], _: bool, targets: Targets<'_>, gradients: &mut [f32]) -> f64 {
        gradients.fill(0.0);
        let Targets::Values(values) = targets else { return 0.0 };
        gradients[3] = if values[0] > 0.0 { f32::NAN } else { 0.0 };
        if values[1] > 0.0 { f64::NAN } else { 1.0 }
    }
}

#[test]
fn a_loss_of_ones_own_is_blamed_for_what_it_returns() {
    let mut trainer = Trainer::builder(Small::new(0)).loss(Odd).build().unwrap();
    let before = learnt(trainer.model());
    for (values, message) in
        [([1.0, 0.0], "its gradient for output 0 of image 1 of the batch is NaN"), ([0.0, 1.0], "the loss is NaN")]
    {
        let mut targets = vec![0.0; 12];
        targets[..2].copy_from_slice(&values);
        let error = trainer.step(&Batch::new(batch(1).0, targets).unwrap()).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    assert!(learnt(trainer.model()) == before);
}

#[test]
fn settings_are_checked_when_the_trainer_is_built() {
    fn refused(name: &str, settings: TrainerBuilder<Small>) {
        let error = settings.build().err().unwrap_or_else(|| panic!("{name} is taken"));
        assert!(error.to_string().contains(&format!("`{name}`")), "{name}: {error}");
    }
    let s = || Trainer::builder(Small::new(0));
    for bad in [1e39, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.5] {
        refused("Sgd::learning_rate", s().optimiser(Sgd::new().learning_rate(bad)));
        refused("Sgd::momentum", s().optimiser(Sgd::new().momentum(bad)));
        refused("Sgd::dampening", s().optimiser(Sgd::new().dampening(bad)));
        refused("Sgd::weight_decay", s().optimiser(Sgd::new().weight_decay(bad)));
        refused("Adam::learning_rate", s().optimiser(Adam::new().learning_rate(bad)));
        refused("Adam::betas", s().optimiser(Adam::new().betas(bad, 0.9)));
        refused("Adam::betas", s().optimiser(Adam::new().betas(0.9, bad)));
        refused("Adam::eps", s().optimiser(Adam::new().eps(bad)));
        refused("Adam::weight_decay", s().optimiser(Adam::new().weight_decay(bad)));
        refused("AdamW::learning_rate", s().optimiser(AdamW::new().learning_rate(bad)));
        refused("AdamW::weight_decay", s().optimiser(AdamW::new().weight_decay(bad)));
        refused("RmsProp::learning_rate", s().optimiser(RmsProp::new().learning_rate(bad)));
        refused("RmsProp::alpha", s().optimiser(RmsProp::new().alpha(bad)));
        refused("RmsProp::eps", s().optimiser(RmsProp::new().eps(bad)));
        refused("RmsProp::weight_decay", s().optimiser(RmsProp::new().weight_decay(bad)));
        refused("RmsProp::momentum", s().optimiser(RmsProp::new().momentum(bad)));
        refused("Adagrad::learning_rate", s().optimiser(Adagrad::new().learning_rate(bad)));
        refused("Adagrad::rate_decay", s().optimiser(Adagrad::new().rate_decay(bad)));
        refused("Adagrad::weight_decay", s().optimiser(Adagrad::new().weight_decay(bad)));
        refused("Adagrad::initial_accumulator", s().optimiser(Adagrad::new().initial_accumulator(bad)));
        refused("Adagrad::eps", s().optimiser(Adagrad::new().eps(bad)));
        refused("Clip::Norm", s().clip(Clip::Norm(bad)));
        refused("Clip::Value", s().clip(Clip::Value(bad)));
        refused("CrossEntropy::label_smoothing", s().loss(CrossEntropy::new().label_smoothing(bad)));
        refused("Schedule::step", s().schedule(Schedule::step(Span::Steps(1), bad)));
        refused("Schedule::milestones", s().schedule(Schedule::milestones([Span::Steps(1)], bad)));
        refused("Schedule::cosine_to", s().schedule(Schedule::cosine_to(bad)));
        refused("Schedule::warm_up_from", s().schedule(Schedule::constant().warm_up_from(Span::Steps(1), bad)));
        let cycle = OneCycle::default();
        refused("OneCycle::rising", s().schedule(Schedule::one_cycle_with(OneCycle { rising: bad, ..cycle })));
        refused("OneCycle::div", s().schedule(Schedule::one_cycle_with(OneCycle { div: bad, ..cycle })));
        refused("OneCycle::final_div", s().schedule(Schedule::one_cycle_with(OneCycle { final_div: bad, ..cycle })));
    }
    // Each setting is finite, but not their product, by which a step reduces a parameter.
    refused("AdamW::weight_decay", s().optimiser(AdamW::new().learning_rate(1e30).weight_decay(1e30)));
}

#[test]
fn one_value_a_channel_is_refused_before_anything_moves() {
    let data = Images::from_floats(numbers(5 * 32, 1), [0, 1, 2, 0, 1]).unwrap();
    let mut loader = Loader::new(&data, 1).unwrap();
    let mut trainer = Trainer::builder(Pooled::new(0)).build().unwrap();
    let before = learnt(trainer.model());
    let error = trainer.step(loader.next_batch().unwrap()).unwrap_err();
    assert!(matches!(error, Error::OneValue { norm: "batch_norm2" }), "{error}");
    for word in ["drop_last", "2 images or more", "#[freeze(batch_norm2)]"] {
        assert!(error.to_string().contains(word), "{error}");
    }
    // A last batch of one image is reported before the first step.
    let mut loader = Loader::new(&data, 4).unwrap();
    let refused = trainer.fit_with(&mut loader, 2, None, |_, _| -> ControlFlow<()> { panic!("no step is taken") });
    assert!(matches!(refused, Err(Error::OneValue { .. })) && learnt(trainer.model()) == before);

    let mut loader = Loader::new(&data, 4).unwrap().drop_last();
    trainer.fit(&mut loader, 2).unwrap();
    let mut loader = Loader::new(&data, 3).unwrap();
    trainer.fit(&mut loader, 1).unwrap();
    // A frozen norm does not use statistics of the batch, and larger maps have enough values per channel.
    for images in [1, 4] {
        let mut loader = Loader::new(&data, images).unwrap();
        Trainer::builder(Frozen::new(0)).build().unwrap().fit(&mut loader, 1).unwrap();
        Trainer::builder(Small::new(0)).build().unwrap().fit(&mut loader, 1).unwrap();
    }
}
