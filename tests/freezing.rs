//! Frozen layers: optimisers do not change them, their running statistics do not change, and weights can be copied between
//! networks with different frozen layers.
#![allow(missing_docs)]

use athena::data::Batch;
use athena::optim::{Adagrad, Adam, AdamW, Clip, Optimiser, RmsProp, Sgd};
use athena::train::Trainer;
use athena::{Classes, Image, Model};

athena::resnet! {
    /// A network without frozen layers.
    #[derive(Clone, Debug, PartialEq)]
    struct Whole(3x12x12) -> 5 {
        input
            -> conv1: conv(8, 3x3) -> bn1: batch_norm -> relu
            -> layer1: basic(8)
            -> layer2: down(20)
            -> global_avg_pool -> flatten -> hidden: linear(24) -> norm: batch_norm -> relu -> fc: linear(5)
    }

    /// Only the head is trained.
    #[derive(Clone, Debug, PartialEq)]
    #[freeze(not(hidden, norm, fc))]
    struct Head(3x12x12) -> 5 {
        input
            -> conv1: conv(8, 3x3) -> bn1: batch_norm -> relu
            -> layer1: basic(8)
            -> layer2: down(20)
            -> global_avg_pool -> flatten -> hidden: linear(24) -> norm: batch_norm -> relu -> fc: linear(5)
    }

    /// The frozen layers are between trained ones.
    #[derive(Clone, Debug, PartialEq)]
    #[freeze(layer1, **.bn2, hidden)]
    struct Parts(3x12x12) -> 5 {
        input
            -> conv1: conv(8, 3x3) -> bn1: batch_norm -> relu
            -> layer1: basic(8)
            -> layer2: down(20)
            -> global_avg_pool -> flatten -> hidden: linear(24) -> norm: batch_norm -> relu -> fc: linear(5)
    }

    /// The same with another number of classes.
    struct Other(3x12x12) -> 7 {
        input
            -> conv1: conv(8, 3x3) -> bn1: batch_norm -> relu
            -> layer1: basic(8)
            -> layer2: down(20)
            -> global_avg_pool -> flatten -> norm: batch_norm -> fc: linear(7)
    }

    block basic(filters) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + input -> relu
    }

    block down(filters) {
        let shortcut = input -> downsample: shortcut(filters, 2);
        input
            -> conv1: conv(filters, 3x3, stride = 2) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + shortcut -> relu
    }
}

const BATCH: usize = 6;

fn batch(seed: u32) -> Batch<Image<3, 12, 12>, Classes<5>> {
    let pixels: Vec<f32> = (0..BATCH * 3 * 12 * 12).map(|i| ((i as u32 + 977 * seed) as f32 * 0.7).sin()).collect();
    Batch::new(pixels, (0..BATCH as u32).map(|i| i % 5).collect::<Vec<_>>()).expect("a label for each image")
}

/// A network in the middle of a training.
fn trained() -> Whole {
    let mut trainer = trainer(Whole::new(3), Box::new(|| Box::new(Sgd::new().learning_rate(0.05))));
    for step in 0..5 {
        trainer.step(&batch(step)).expect("a step");
    }
    trainer.into_model()
}

type Make = Box<dyn Fn() -> Box<dyn Optimiser>>;

/// An optimiser that was boxed already.
#[derive(Debug)]
struct Boxed(Box<dyn Optimiser>);

impl Optimiser for Boxed {
    fn base_rate(&self) -> f64 {
        self.0.base_rate()
    }

    fn prepare(&mut self, len: usize) -> Result<(), athena::Error> {
        self.0.prepare(len)
    }

    fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), athena::Error> {
        self.0.step(rate, parameters, gradients)
    }
}

fn trainer<M: Model>(model: M, optimiser: Make) -> Trainer<M> {
    let trainer = Trainer::builder(model).clip(Clip::Norm(1.0)).optimiser(Boxed(optimiser()));
    trainer.build().expect("settings in their ranges")
}

/// All optimisers, with all settings that could change a parameter without a gradient.
fn optimisers() -> Vec<Make> {
    vec![
        Box::new(|| Box::new(Sgd::new().learning_rate(0.05).weight_decay(0.1))),
        Box::new(|| Box::new(Sgd::new().learning_rate(0.05).momentum(0.9).nesterov(true).weight_decay(0.1))),
        Box::new(|| Box::new(Adam::new().learning_rate(0.01).weight_decay(0.1))),
        Box::new(|| Box::new(AdamW::new().learning_rate(0.01).weight_decay(0.1))),
        Box::new(|| Box::new(RmsProp::new().learning_rate(0.01).weight_decay(0.1))),
        Box::new(|| Box::new(Adagrad::new().learning_rate(0.01).weight_decay(0.1))),
    ]
}

/// Checks that after some steps the frozen tensors have the same bits, and all others have not.
fn only_the_rest_moves<M: Model<Image = Image<3, 12, 12>, Classes = Classes<5>>>(is_frozen: impl Fn(&str) -> bool) {
    let start = M::with_weights_of(&trained()).expect("the same state dict");
    for (which, optimiser) in optimisers().into_iter().enumerate() {
        let mut trainer = trainer(M::with_weights_of(&start).expect("the same"), optimiser);
        for step in 20..23 {
            trainer.step(&batch(step)).expect("a step");
        }
        for (name, _) in M::parameter_names() {
            let bits = |model: &M| -> Vec<u32> {
                model.parameter(name).expect("its own name").into_iter().map(f32::to_bits).collect()
            };
            let same = bits(&start) == bits(trainer.model());
            assert_eq!(same, is_frozen(name), "{name} with optimiser {which}");
        }
    }
}

#[test]
fn no_optimiser_moves_what_is_frozen() {
    only_the_rest_moves::<Whole>(|_| false);
    only_the_rest_moves::<Head>(|name| !["hidden", "norm", "fc"].iter().any(|layer| name.starts_with(layer)));
    only_the_rest_moves::<Parts>(|name| {
        name.starts_with("layer1.") || name.contains(".bn2.") || name.starts_with("hidden.")
    });
}

#[test]
fn what_is_frozen_has_no_gradient() {
    let mut workspace = athena::TrainingWorkspace::<Head>::new(BATCH).expect("memory");
    let (mut model, batch) = (Head::new(1), batch(1));
    let loss = athena::loss::CrossEntropy::new();
    workspace.forward_backward(&mut model, batch.images(), batch.targets(), &loss).expect("a batch");
    let learns = |name: &&str| workspace.gradient(name).is_some();
    let names: Vec<&str> = Head::parameter_names().iter().map(|(name, _)| *name).filter(learns).collect();
    assert_eq!(names, ["hidden.weight", "hidden.bias", "norm.weight", "norm.bias", "fc.weight", "fc.bias"]);
    // There are no gradients for frozen parameters. Rows are padded to whole blocks.
    assert_eq!(workspace.gradients().len(), 24 * 32 + 32 + 2 * 32 + 5 * 32 + 16);
}

#[test]
fn learnable_and_frozen_parameters_are_counted() {
    let head = 20 * 24 + 24 + 2 * 24 + 24 * 5 + 5;
    assert_eq!((Head::PARAMETERS, Head::TRAINABLE), (Whole::PARAMETERS, head));
    assert_eq!(Whole::TRAINABLE, Whole::PARAMETERS);
    let summary = Head::summary().to_string();
    let frozen = Whole::PARAMETERS - head;
    let (thousands, rest) = (frozen / 1000, frozen % 1000);
    let line = format!("parameters: {head} trainable, {thousands},{rest:03} frozen\n");
    assert!(summary.contains(&line), "{summary} lacks {line}");
    assert!(summary.contains("conv, frozen"), "{summary}");
    assert!(!Whole::summary().to_string().contains("frozen"));
}

/// A frozen trunk keeps no memory after its phase, and the backward pass consists only of the head's.
#[test]
fn a_frozen_trunk_keeps_nothing() {
    let kept = |sizes: athena::__private::Sizes| sizes.image;
    use athena::__private::Network;
    assert!(kept(Head::PLAN.training) < 400, "{:?}", Head::PLAN.training);
    assert!(kept(Whole::PLAN.training) > 10_000);
}

/// A frozen trunk computes the same in training as in inference.
#[test]
fn a_frozen_trunk_is_as_in_inference() {
    athena::resnet! {
        #[freeze(not(fc))]
        struct Trunk(3x12x12) -> 5 {
            input
                -> conv1: conv(8, 3x3) -> bn1: batch_norm -> relu -> + (input -> conv2: conv(8, 1x1)) -> tanh
                -> global_avg_pool -> flatten -> fc: linear(5)
        }
    }
    let (mut model, batch) = (Trunk::new(1), batch(1));
    for (name, values) in [("bn1.running_mean", [0.3; 8]), ("bn1.running_var", [2.5; 8]), ("bn1.weight", [0.7; 8])] {
        model.set_parameter(name, &values).expect("a name and its length");
    }
    let mut workspace = athena::TrainingWorkspace::<Trunk>::new(BATCH).expect("memory");
    let loss = athena::loss::CrossEntropy::new();
    workspace.forward_backward(&mut model, batch.images(), batch.targets(), &loss).expect("a batch");
    assert_eq!(workspace.outputs(), model.predict(batch.images()).expect("whole images"));
}

#[test]
fn weights_move_between_networks_of_one_state_dict() {
    let whole = trained();
    let head = Head::with_weights_of(&whole).expect("the same state dict");
    let parts = Parts::with_weights_of(&head).expect("the same state dict");
    assert_eq!(Whole::with_weights_of(&parts).expect("the same state dict"), whole);
    let images = batch(3);
    let outputs = |scores: Result<Vec<f32>, athena::Error>| scores.expect("whole images");
    assert_eq!(outputs(head.predict(images.images())), outputs(whole.predict(images.images())));

    let error = Other::with_weights_of(&whole).err().expect("other layers");
    assert_eq!(
        error.to_string(),
        "the weights of `Whole` do not fit this network: misshapen: `norm.weight` is [24] there and [20] here; misshapen: `norm.bias` is [24] \
         there and [20] here; misshapen: `norm.running_mean` is [24] there and [20] here; misshapen: `norm.running_var` is [24] there and [20] \
         here; and 4 more"
    );
    assert_eq!(
        format!("{error:?}"),
        "the weights of `Whole` do not fit this network:\n  \
         misshapen: `norm.weight` is [24] there and [20] here\n  \
         misshapen: `norm.bias` is [24] there and [20] here\n  \
         misshapen: `norm.running_mean` is [24] there and [20] here\n  \
         misshapen: `norm.running_var` is [24] there and [20] here\n  \
         misshapen: `fc.weight` is [5, 24] there and [7, 20] here\n  \
         misshapen: `fc.bias` is [5] there and [7] here\n  \
         surplus: `hidden.weight` [24, 20]\n  \
         surplus: `hidden.bias` [24]"
    );
}
