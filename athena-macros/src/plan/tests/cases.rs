//! Networks whose plans have a point each.

use super::build::{BATCH_NORM, Build, RELU, pool, small_resnet};
use super::machine;
use crate::ir::{Network, NodeId, Op, Shape};
use crate::layers::checked::{Dropout, DropoutUnit, Softmax};
use crate::plan::{BatchStep, ImageStep, Item, Place, Plan, Program, plan};

/// A plan that has been run.
fn checked(network: &Network) -> Plan {
    let plan = plan(network);
    machine::check(network, &plan);
    plan
}

fn steps(items: &[Item]) -> Vec<&ImageStep> {
    let phases = items.iter().filter_map(|item| match item {
        Item::Phase(phase) => Some(&phase.steps),
        Item::Batch(_) => None,
    });
    phases.flatten().collect()
}

fn phases(items: &[Item]) -> usize {
    items.iter().filter(|item| matches!(item, Item::Phase(_))).count()
}

fn count(items: &[Item], is: impl Fn(&ImageStep) -> bool) -> usize {
    steps(items).into_iter().filter(|step| is(step)).count()
}

fn image_maps(program: &Program) -> Vec<&str> {
    let image = program.buffers.iter().filter(|buffer| buffer.place == Place::Image);
    image.map(|buffer| buffer.name.as_str()).collect()
}

#[test]
fn resnet() {
    let plan = checked(&small_resnet());
    // One phase a batch norm on the longest path, and one behind the last; the projection shares its phase.
    assert_eq!(phases(&plan.training.forward), 1 + 7);
    assert_eq!(phases(&plan.training.backward), 7 + 1);
    assert_eq!(phases(&plan.inference.forward), 1);
    // No gradient is copied: each shortcut's is the block's own.
    assert_eq!(count(&plan.training.backward, |step| matches!(step, ImageStep::Add { .. })), 0);
    // Every batch norm, sum and rectifier went into a convolution.
    assert_eq!(count(&plan.inference.forward, |step| matches!(step, ImageStep::Elementwise { .. })), 0);
    assert_eq!(image_maps(&plan.inference), ["flatten1", "linear1"]);
}

#[test]
fn branches_share_barriers() {
    let mut b = Build::new(3, 8, 8);
    let branches: Vec<NodeId> = (0..4)
        .map(|_| {
            let x = b.conv_norm_relu(b.input(), 8, 1, 1);
            b.conv_norm_relu(x, 8, 3, 1)
        })
        .collect();
    let joined = b.concat(&branches);
    let plan = checked(&b.classify(joined, 10));
    assert_eq!(phases(&plan.training.forward), 3);
    assert_eq!(phases(&plan.training.backward), 3);
}

#[test]
fn preactivation() {
    let mut b = Build::new(3, 8, 8);
    let mut x = b.conv(b.input(), 16, 3, 1);
    for _ in 0..2 {
        let mut main = x;
        for _ in 0..2 {
            main = b.add(BATCH_NORM, &[main]);
            main = b.add(RELU, &[main]);
            main = b.conv(main, 16, 3, 1);
        }
        x = b.add(Op::Add, &[main, x]);
    }
    let x = b.add(BATCH_NORM, &[x]);
    let x = b.add(RELU, &[x]);
    let plan = checked(&b.classify(x, 10));
    assert_eq!(count(&plan.training.backward, |step| matches!(step, ImageStep::Add { .. })), 0);
    // The sum's gradient gathers in one slot, from the end of the network to its stem.
    let added = |step: &ImageStep| matches!(step, ImageStep::NormBackward { write: crate::plan::Write::Add, .. });
    assert_eq!(count(&plan.training.backward, added), 2);
}

#[test]
fn one_gradient_for_several_readers_is_copied_where_it_must() {
    let mut b = Build::new(3, 8, 8);
    let one = b.conv(b.input(), 16, 3, 1);
    let two = b.conv(b.input(), 16, 3, 1);
    let sum = b.add(Op::Add, &[one, two]);
    // Both operands are read elsewhere too, so that their gradients differ.
    let third = b.conv(one, 16, 3, 1);
    let fourth = b.conv(two, 16, 3, 1);
    let all = b.add(Op::Add, &[sum, third, fourth]);
    let plan = checked(&b.classify(all, 10));
    let copies = count(&plan.training.backward, |step| matches!(step, ImageStep::Add { .. }));
    assert!((1..=2).contains(&copies), "{copies} copies");
}

#[test]
fn a_value_added_to_itself() {
    let mut b = Build::new(3, 8, 8);
    let x = b.conv_norm(b.input(), 16, 3, 1);
    let x = b.add(Op::Add, &[x, x]);
    let x = b.concat(&[x, x]);
    let x = b.add(Op::Add, &[x, x, x]);
    checked(&b.classify(x, 10));
}

#[test]
fn nothing_to_learn() {
    let mut b = Build::new(10, 4, 4);
    let x = b.add(RELU, &[b.input()]);
    let x = b.global_avg_pool(x);
    let x = b.flatten(x);
    let plan = checked(&b.finish(x));
    assert!(plan.training.backward.is_empty());
}

#[test]
fn no_gradient_for_the_image() {
    let mut b = Build::new(3, 8, 8);
    let pooled = b.max_pool(b.input(), pool(2, 2, 0, false));
    let x = b.conv_norm_relu(pooled, 16, 3, 1);
    let plan = checked(&b.classify(x, 10));
    let data = count(&plan.training.backward, |step| matches!(step, ImageStep::ConvBackwardData { .. }));
    let layers = count(&plan.training.backward, |step| matches!(step, ImageStep::LayerBackward { .. }));
    // Flatten and the global pool only.
    assert_eq!((data, layers), (0, 2));
}

#[test]
fn a_norm_of_the_image_learns() {
    let mut b = Build::new(3, 8, 8);
    let x = b.add(BATCH_NORM, &[b.input()]);
    let x = b.conv_norm_relu(x, 16, 3, 1);
    let plan = checked(&b.classify(x, 10));
    let normalised = |item: &&Item| matches!(item, Item::Batch(BatchStep::NormaliseBackward { .. }));
    assert_eq!(plan.training.backward.iter().filter(normalised).count(), 2);
    assert_eq!(count(&plan.training.backward, |step| matches!(step, ImageStep::NormBackward { .. })), 1);
}

#[test]
fn dead_branches_are_not_computed() {
    let mut b = Build::new(3, 8, 8);
    let x = b.conv_norm_relu(b.input(), 16, 3, 1);
    let dead = b.conv_norm_relu(x, 32, 3, 1);
    b.global_avg_pool(dead);
    let plan = checked(&b.classify(x, 10));
    for items in [&plan.training.forward, &plan.inference.forward] {
        let convolutions = count(items, |step| matches!(step, ImageStep::Conv { .. } | ImageStep::ConvFused { .. }));
        assert_eq!(convolutions, 1);
    }
}

#[test]
fn a_final_softmax_is_left_to_the_loss() {
    let mut b = Build::new(3, 8, 8);
    let x = b.conv_norm_relu(b.input(), 16, 3, 1);
    let x = b.global_avg_pool(x);
    let x = b.flatten(x);
    let x = b.linear(x, 10);
    let x = b.add(Op::per_image(Softmax), &[x]);
    let plan = checked(&b.finish(x));
    assert_eq!(plan.softmax, [true]);
    assert_eq!(count(&plan.training.forward, |step| matches!(step, ImageStep::Layer { .. })), 2);
}

#[test]
fn attention_over_vectors() {
    let mut b = Build::new(3, 8, 8);
    let x = b.conv_norm_relu(b.input(), 16, 3, 1);
    let x = b.global_avg_pool(x);
    let x = b.flatten(x);
    let x = b.linear(x, 32);
    let x = b.add(BATCH_NORM, &[x]);
    let x = b.add(RELU, &[x]);
    let x = b.add(Op::per_image(Dropout::of(DropoutUnit::Number, 0.5)), &[x]);
    let x = b.linear(x, 32);
    let x = b.add(Op::per_image(Softmax), &[x]);
    let y = b.linear(x, 10);
    let z = b.linear(x, 10);
    let sum = b.add(Op::Add, &[y, z]);
    let plan = checked(&b.finish(sum));
    assert_eq!(plan.softmax, [false]);
    // In inference: the trunk, what stands between the linear layers, twice, and the sum.
    assert_eq!(phases(&plan.inference.forward), 4);
}

#[test]
fn fused_elementwise_units_take_single_uses_only() {
    let mut b = Build::new(3, 8, 8);
    let stem = b.conv_norm(b.input(), 16, 3, 1);
    let rectified = b.add(RELU, &[stem]);
    let x = b.conv_norm(rectified, 16, 3, 1);
    let x = b.add(Op::Add, &[x, stem]);
    let plan = checked(&b.classify(x, 10));
    // The stem's norm is read twice, so it is an elementwise unit of its own; the rectifier reads that one's copy.
    let units = steps(&plan.training.forward).into_iter().filter_map(|step| match step {
        ImageStep::Elementwise { terms, activations, .. } => Some((terms.len(), activations.len())),
        _ => None,
    });
    assert_eq!(units.collect::<Vec<_>>(), [(1, 0), (1, 1), (1, 0), (2, 0)]);
}

#[test]
fn a_projection_is_computed_before_the_sum_takes_it() {
    let mut b = Build::new(16, 8, 8);
    let x = b.basic(b.input(), 32, 2);
    let plan = checked(&b.classify(x, 10));
    let fused: Vec<_> = steps(&plan.inference.forward)
        .into_iter()
        .filter_map(|step| match step {
            ImageStep::ConvFused { adds, activations, .. } => Some((adds.len(), activations.len())),
            _ => None,
        })
        .collect();
    assert_eq!(fused, [(0, 0), (0, 1), (1, 1)]);
}

#[test]
fn memory_is_shared() {
    let mut b = Build::new(16, 8, 8);
    let mut x = b.input();
    for _ in 0..20 {
        x = b.conv_norm_relu(x, 16, 3, 1);
    }
    let plan = checked(&b.classify(x, 10));
    let map = 16 * 8 * 8;
    let with_halo = 16 * 10 * 10;
    // Training keeps each convolution's output and one gradient; inference turns between two maps.
    assert!(plan.training.image >= 20 * map);
    assert!(plan.training.image <= 21 * map + 20 * 32, "{}", plan.training.image);
    let [Item::Phase(crate::plan::Phase { scratch, .. }), ..] = plan.inference.forward[..] else {
        panic!("a phase comes first")
    };
    assert!(scratch <= 2 * with_halo + 16, "{scratch}");
}

#[test]
fn a_fused_elementwise_unit_takes_no_more_terms_than_the_runtime() {
    let mut b = Build::new(3, 4, 4);
    let x = b.conv(b.input(), 16, 1, 1);
    let mut sum = b.add(Op::Add, &[x; 40]);
    for _ in 0..3 {
        let mut operands = vec![sum];
        operands.extend([x; 20]);
        sum = b.add(Op::Add, &operands);
    }
    let plan = checked(&b.classify(sum, 10));
    let terms = steps(&plan.training.forward).into_iter().filter_map(|step| match step {
        ImageStep::Elementwise { terms, .. } => Some(terms.len()),
        _ => None,
    });
    // Each sum that the last one absorbs brings twenty more; with the first forty it would be a hundred.
    assert_eq!(terms.collect::<Vec<_>>(), [40, 61]);
}

#[test]
fn two_inputs_meet() {
    let mut b = Build::new(1, 8, 8);
    let history = b.take(Shape::vector(12));
    let other = b.take(Shape::map([2, 4, 4]));
    let x = b.conv_norm_relu(b.input(), 16, 3, 2);
    let y = b.conv_norm_relu(other, 16, 3, 1);
    let x = b.concat(&[x, y]);
    let x = b.global_avg_pool(x);
    let x = b.flatten(x);
    // A vector goes into a linear layer as it comes.
    let table = b.linear(history, 8);
    let table = b.add(RELU, &[table]);
    let both = b.concat(&[x, table]);
    let last = b.linear(both, 5);
    let plan = checked(&b.finish(last));
    for program in [&plan.training, &plan.inference] {
        let loads = steps(&program.forward).into_iter().filter_map(|step| match step {
            ImageStep::Load { input, .. } => Some(*input),
            _ => None,
        });
        let mut loads: Vec<usize> = loads.collect();
        loads.sort_unstable();
        assert_eq!(loads, [0, 1, 2], "each input is loaded once");
    }
}

#[test]
fn an_input_that_no_output_needs_is_not_loaded() {
    let mut b = Build::new(1, 8, 8);
    let other = b.take(Shape::map([2, 4, 4]));
    let x = b.conv_norm_relu(b.input(), 16, 3, 2);
    b.add(Op::Add, &[other, other]);
    let plan = checked(&b.classify(x, 5));
    for program in [&plan.training, &plan.inference] {
        let other = |step: &ImageStep| matches!(step, ImageStep::Load { input: 1, .. });
        assert_eq!(count(&program.forward, other), 0);
    }
}

#[test]
fn an_output_in_the_middle_is_kept() {
    let mut b = Build::new(3, 8, 8);
    let stem = b.conv_norm_relu(b.input(), 16, 3, 1);
    let features = b.basic(stem, 16, 1);
    let deeper = b.basic(features, 32, 2);
    let pooled = b.global_avg_pool(deeper);
    let flat = b.flatten(pooled);
    let classes = b.linear(flat, 10);
    let plan = checked(&b.promise(&[classes, features, stem]));
    for output in [1, 2] {
        let buffer = &plan.inference.buffers[plan.inference.outputs[output].0];
        assert_eq!((buffer.place, buffer.shape.sizes()), (Place::Image, [16, 8, 8]));
    }
    // A block that ends in an output is still the epilogue of its last convolution, and nothing is computed twice.
    assert_eq!(count(&plan.inference.forward, |step| matches!(step, ImageStep::Elementwise { .. })), 0);
    assert_eq!(count(&plan.inference.forward, |step| matches!(step, ImageStep::ConvFused { .. })), 6);
}

#[test]
fn what_an_output_promises_is_not_fused_away() {
    let mut b = Build::new(3, 8, 8);
    let conv = b.conv(b.input(), 16, 3, 1);
    let norm = b.add(BATCH_NORM, &[conv]);
    let rectified = b.add(RELU, &[norm]);
    let pooled = b.global_avg_pool(rectified);
    let plan = checked(&b.promise(&[pooled, conv, norm]));
    assert_eq!(count(&plan.inference.forward, |step| matches!(step, ImageStep::Conv { .. })), 1);
    let units = steps(&plan.inference.forward).into_iter().filter_map(|step| match step {
        ImageStep::Elementwise { terms, activations, .. } => Some((terms[0].norm.is_some(), activations.len())),
        _ => None,
    });
    assert_eq!(units.collect::<Vec<_>>(), [(true, 0), (false, 1)]);
}

#[test]
fn what_no_output_needs_is_not_computed() {
    let mut b = Build::new(3, 8, 8);
    let stem = b.conv_norm_relu(b.input(), 16, 3, 1);
    let deeper = b.basic(stem, 32, 2);
    let mut network = b.classify(deeper, 10);
    network.outputs = vec![stem];
    let plan = checked(&network);
    assert_eq!(count(&plan.inference.forward, |step| matches!(step, ImageStep::ConvFused { .. })), 1);
    assert_eq!(plan.live.iter().filter(|live| **live).count(), 4);
}

#[test]
fn one_value_may_be_several_outputs() {
    let mut b = Build::new(3, 8, 8);
    let x = b.conv_norm_relu(b.input(), 16, 3, 1);
    let x = b.global_avg_pool(x);
    let x = b.flatten(x);
    let scores = b.linear(x, 4);
    let probabilities = b.add(Op::per_image(Softmax), &[scores]);
    let plan = checked(&b.promise(&[scores, probabilities, scores]));
    assert_eq!(plan.softmax, [false, true, false]);
    assert_eq!(plan.training.output_gradients[0], plan.training.output_gradients[1]);
    assert_eq!(count(&plan.inference.forward, |step| matches!(step, ImageStep::Layer { .. })), 2);
}

#[test]
fn an_input_may_be_an_output() {
    let mut b = Build::new(3, 8, 8);
    let table = b.take(Shape::vector(5));
    let x = b.conv_norm_relu(b.input(), 16, 3, 1);
    let plan = checked(&b.promise(&[table, x]));
    assert_eq!(plan.inference.buffers[plan.inference.outputs[0].0].place, Place::Image);
}

#[test]
fn sums_are_added_from_the_first_to_the_last() {
    let mut b = Build::new(3, 8, 8);
    let [one, two, three] = [0; 3].map(|_| b.conv(b.input(), 16, 3, 1));
    let pooled = b.max_pool(one, pool(3, 1, 1, false));
    // The first operand goes on with its own terms; another one has been added up before.
    let first = b.add(Op::Add, &[pooled, two]);
    let left = b.add(Op::Add, &[first, three]);
    let right = b.add(Op::Add, &[pooled, two]);
    let right = b.add(Op::Add, &[three, right]);
    let all = b.add(Op::Add, &[left, right]);
    let plan = checked(&b.promise(&[all]));
    let terms = steps(&plan.training.forward).into_iter().filter_map(|step| match step {
        ImageStep::Elementwise { terms, .. } => Some(terms.len()),
        _ => None,
    });
    // pooled + two; three + that; pooled + two + three + the latter.
    assert_eq!(terms.collect::<Vec<_>>(), [2, 2, 4]);
}
