//! Every mistake of `tests/ui` with its printed help applied: these programs compile.

use athena::loss::{CrossEntropy, Targets};
use athena::{Model, TrainingWorkspace};

macro_rules! fixed {
    ($($name:ident = $path:literal;)*) => { $(#[allow(dead_code)] #[path = $path] mod $name;)* };
}

fixed! {
    arguments_block_takes_fewer = "ui/arguments/fixed/block_takes_fewer.rs";
    arguments_foreign_name = "ui/arguments/fixed/foreign_name.rs";
    arguments_inexact_division = "ui/arguments/fixed/inexact_division.rs";
    arguments_missing = "ui/arguments/fixed/missing.rs";
    arguments_out_of_range = "ui/arguments/fixed/out_of_range.rs";
    arguments_tuple = "ui/arguments/fixed/tuple.rs";
    arguments_twice = "ui/arguments/fixed/twice.rs";
    arguments_wrong_kind = "ui/arguments/fixed/wrong_kind.rs";
    blocks_recursion = "ui/blocks/fixed/recursion.rs";
    blocks_several = "ui/blocks/fixed/several.rs";
    freeze_misspelt = "ui/freeze/fixed/misspelt.rs";
    freeze_nothing_learns = "ui/freeze/fixed/nothing_learns.rs";
    freeze_tensor = "ui/freeze/fixed/tensor.rs";
    joins_between_values = "ui/joins/fixed/between_values.rs";
    joins_channels = "ui/joins/fixed/channels.rs";
    joins_concat_across_stride = "ui/joins/fixed/concat_across_stride.rs";
    joins_second_round = "ui/joins/fixed/second_round.rs";
    joins_size_without_padding = "ui/joins/fixed/size_without_padding.rs";
    joins_smaller_operand = "ui/joins/fixed/smaller_operand.rs";
    joins_two_levels = "ui/joins/fixed/two_levels.rs";
    layers_even_kernel = "ui/layers/fixed/even_kernel.rs";
    layers_groups = "ui/layers/fixed/groups.rs";
    layers_large_window = "ui/layers/fixed/large_window.rs";
    layers_linear_on_a_map = "ui/layers/fixed/linear_on_a_map.rs";
    names_layer_as_value = "ui/names/fixed/layer_as_value.rs";
    names_too_late = "ui/names/fixed/too_late.rs";
    names_twice = "ui/names/fixed/twice.rs";
    names_unknown = "ui/names/fixed/unknown.rs";
    output_ends_in_a_map = "ui/output/fixed/ends_in_a_map.rs";
    output_wrong_classes = "ui/output/fixed/wrong_classes.rs";
    syntax_missing_arrow = "ui/syntax/fixed/missing_arrow.rs";
    syntax_missing_semicolon = "ui/syntax/fixed/missing_semicolon.rs";
    syntax_mixed_joins = "ui/syntax/fixed/mixed_joins.rs";
    syntax_shape = "ui/syntax/fixed/shape.rs";
    syntax_zero_rounds = "ui/syntax/fixed/zero_rounds.rs";
    tutorial_cifar10 = "ui/tutorial/fixed/cifar10.rs";
    tutorial_resnet18 = "ui/tutorial/fixed/resnet18.rs";
    words_add = "ui/words/fixed/add.rs";
    words_keras = "ui/words/fixed/keras.rs";
    words_misspelt = "ui/words/fixed/misspelt.rs";
    words_pytorch = "ui/words/fixed/pytorch.rs";
}

/// The tutorial's own programs, with the help applied, learn from a batch: forward, loss and backward, a finite loss and a gradient
/// for every learnable parameter.
#[test]
fn the_tutorials_programs_run() {
    runs::<tutorial_cifar10::Cifar10>(2);
    runs::<tutorial_resnet18::ResNet18>(1);
}

fn runs<M: Model>(images: usize) {
    let numbers = images * M::INPUT.iter().product::<usize>();
    let pixels: Vec<f32> = (0..numbers).map(|i| (i as f32 * 0.7).sin()).collect();
    let labels: Vec<u32> = (0..images as u32).collect();
    let (mut model, mut workspace) = (M::new(1), TrainingWorkspace::new(images).unwrap());
    let loss = workspace.forward_backward(&mut model, &pixels, Targets::Classes(&labels), &CrossEntropy::new());
    assert!(loss.unwrap().is_finite());
    for (name, _) in M::parameter_names() {
        if let Some(gradient) = workspace.gradient(name) {
            assert!(gradient.iter().all(|g| g.is_finite()) && gradient.iter().any(|&g| g != 0.0), "{name}");
        }
    }
    let scores = model.predict(&pixels).unwrap();
    assert_eq!(scores.len(), images * M::CLASSES);
    assert!(scores.iter().all(|score| score.is_finite()));
}
