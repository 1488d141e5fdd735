//! Whole networks agree with PyTorch: logits, loss, every gradient, and all weights and running statistics after five
//! steps of SGD and of Adam.
//!
//! The reference is PyTorch in float64, by `tests/python/networks.py`, whose modules have the names used here. The bar
//! is 1e-4 relative: of an element to its tensor's largest magnitude, of a whole tensor's error to its 2-norm (see
//! [`common::reference`]). The script states which part of it is rounding in float32.

mod common;

use athena::Model;
use common::reference::path;
use common::trial::{Trial, check};

athena::resnet! {
    /// He et al. (2016), section 4.2, with projections and no labels at all.
    #[derive(Clone)]
    struct ResNet20(3x32x32) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> 3 * basic(16)
            -> down(32) -> 2 * basic(32)
            -> down(64) -> 2 * basic(64)
            -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters) {
        input
            -> conv(filters, 3x3) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + input -> relu
    }

    block down(filters, stride = 2) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + shortcut -> relu
    }
}

#[test]
fn resnet20() {
    check::<ResNet20>("resnet20");
}

athena::resnet! {
    /// torchvision's ResNet-18 in torchvision's names, on 64x64.
    #[derive(Clone)]
    struct ResNet18(3x64x64) -> 10 {
        input
            -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3x3, stride = 2, padding = 1)
            -> layer1: 2 * basic(64)
            -> layer2: [down(128), basic(128)]
            -> layer3: [down(256), basic(256)]
            -> layer4: [down(512), basic(512)]
            -> global_avg_pool -> flatten -> fc: linear(10)
    }

    block basic(filters) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + input -> relu
    }

    block down(filters) {
        input
            -> conv1: conv(filters, 3x3, stride = 2) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + (input -> downsample: [conv(filters, 1x1, stride = 2), batch_norm]) -> relu
    }
}

#[test]
fn resnet18() {
    check::<ResNet18>("resnet18");
}

athena::resnet! {
    #[derive(Clone)]
    struct Bottleneck(3x48x40) -> 12 {
        input
            -> conv1: conv(20, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3, stride = 2, padding = 1)
            -> layer1: [widen(10, 1), neck(10)]
            -> layer2: [widen(18), 2 * neck(18)]
            -> global_avg_pool -> flatten -> fc: linear(12)
    }

    /// The stem and the first stage are frozen.
    #[derive(Clone)]
    #[freeze(conv1, bn1, layer1)]
    struct FrozenTrunk(3x48x40) -> 12 {
        input
            -> conv1: conv(20, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3, stride = 2, padding = 1)
            -> layer1: [widen(10, 1), neck(10)]
            -> layer2: [widen(18), 2 * neck(18)]
            -> global_avg_pool -> flatten -> fc: linear(12)
    }

    /// Gradients pass through the frozen layers.
    #[derive(Clone)]
    #[freeze(layer2.1, **.bn*, **.downsample.1, fc)]
    struct FrozenParts(3x48x40) -> 12 {
        input
            -> conv1: conv(20, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3, stride = 2, padding = 1)
            -> layer1: [widen(10, 1), neck(10)]
            -> layer2: [widen(18), 2 * neck(18)]
            -> global_avg_pool -> flatten -> fc: linear(12)
    }

    block neck(width) {
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3) -> bn2: batch_norm -> relu
            -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
            -> + input -> relu
    }

    block widen(width, stride = 2) {
        let shortcut = input -> downsample: [conv(width * 4, 1x1, stride), batch_norm];
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3, stride) -> bn2: batch_norm -> relu
            -> conv3: conv(width * 4, 1x1) -> bn3: batch_norm
            -> + shortcut -> relu
    }
}

#[test]
fn bottleneck() {
    check::<Bottleneck>("bottleneck");
}

#[test]
fn frozen() {
    check::<FrozenTrunk>("frozen_trunk");
    check::<FrozenParts>("frozen_parts");
}

athena::resnet! {
    #[derive(Clone)]
    struct PreActivation(1x28x28) -> 10 {
        input
            -> stem: conv(16, 3x3, bias = false)
            -> stage1: 2 * basic(16)
            -> stage2: [down(32), basic(32)]
            -> stage3: [down(40), basic(40)]
            -> batch_norm -> relu -> global_avg_pool -> flatten -> head: linear(10)
    }

    block basic(filters) {
        input
            -> batch_norm -> relu -> conv(filters, 3x3)
            -> batch_norm -> relu -> conv(filters, 3x3, bias = false)
            -> + input
    }

    block down(filters) {
        input
            -> batch_norm -> act: relu -> conv(filters, 3x3, stride = 2)
            -> batch_norm -> relu -> conv(filters, 3x3, bias = false)
            -> + (act -> conv(filters, 1x1, stride = 2, bias = false))
    }
}

#[test]
fn pre_activation() {
    check::<PreActivation>("pre_activation");
}

athena::resnet! {
    #[derive(Clone)]
    struct Concat(3x24x24) -> 5 {
        let a = input -> conv(5, 3x3) -> batch_norm -> relu;
        let b = input -> conv(11, 3x3) -> batch_norm -> relu;
        let c = input -> conv(3, 1x1) -> tanh;
        let joined = a || b || c -> conv(16, 3x3) -> batch_norm -> relu;
        let y = joined
            -> conv(8, 3x3) -> batch_norm -> relu -> || joined -> || a
            -> max_pool(2) -> conv(21, 3x3) -> silu;
        let gates = y -> sigmoid -> global_avg_pool;
        y -> global_avg_pool -> || gates -> flatten -> dropout(0.0) -> linear(5, bias = false)
    }
}

#[test]
fn concat() {
    check::<Concat>("concat");
}

athena::resnet! {
    #[derive(Clone)]
    struct Grouped(3x24x24) -> 10 {
        input
            -> stem: conv(24, 3x3, stride = 2) -> batch_norm -> hard_swish
            -> conv(24, 3x3, groups = 24) -> batch_norm -> relu
            -> conv(36, 1x1) -> batch_norm -> entry: relu
            -> conv(36, 3x3, groups = 3) -> batch_norm -> relu
            -> conv(36, 3x3, groups = 9, dilation = 2) -> batch_norm -> + entry -> relu
            -> conv(72, 5x5, stride = 2, groups = 36) -> leaky_relu(0.1)
            -> conv(64, 3x3, groups = 2) -> batch_norm -> relu
            -> conv(32, 3x5, padding = 3x2, dilation = 3x1, groups = 2) -> batch_norm -> relu
            -> global_avg_pool -> flatten -> head: linear(10)
    }
}

#[test]
fn grouped() {
    check::<Grouped>("grouped");
}

athena::resnet! {
    #[derive(Clone)]
    struct OptionA(3x27x30) -> 10 {
        input
            -> conv(12, 3x3) -> batch_norm -> relu
            -> layer1: [a(12), a(17)]
            -> layer2: [a(34, 2), a(34)]
            -> layer3: [a(40, stride = 2x1)]
            -> global_avg_pool -> flatten -> fc: linear(10)
    }

    #[derive(Clone)]
    struct OptionBC(3x20x20) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> layer1: [b(16), b(24, 2)]
            -> layer2: [c(24), c(40, 2)]
            -> global_avg_pool -> flatten -> fc: linear(10)
    }

    block a(filters, stride = 1) {
        input -> body(filters, stride) -> + (input -> shortcut(filters, stride, option = a)) -> relu
    }

    block b(filters, stride = 1) {
        input -> body(filters, stride) -> + (input -> skip: shortcut(filters, stride)) -> relu
    }

    block c(filters, stride = 1) {
        input -> body(filters, stride) -> + (input -> skip: shortcut(filters, stride, option = c)) -> relu
    }

    block body(filters, stride) {
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
    }
}

#[test]
fn option_a() {
    check::<OptionA>("option_a");
}

#[test]
fn option_b_and_c() {
    check::<OptionBC>("option_bc");
}

athena::resnet! {
    #[derive(Clone)]
    struct Gated(3x24x20) -> 10 {
        let x = input
            -> conv1: conv(20, 3x3) -> bn1: batch_norm -> relu
            -> layer1: 2 * excited(20, 5)
            -> layer2: [down(36, 9), excited(36, 9)];
        let each = x -> mask: conv(36, 3x3) -> sigmoid;
        let masked = x -> features: conv(36, 1x1) -> tanh -> * each;
        let gate = masked
            -> global_avg_pool -> flatten -> squeeze: linear(7) -> tanh -> excite: linear(36) -> sigmoid;
        masked -> * masked -> + (gate * masked) -> global_avg_pool -> flatten -> fc: linear(10)
    }

    block excited(filters, width) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> se: squeeze(filters, width) -> + input -> relu
    }

    block down(filters, width) {
        input
            -> conv1: conv(filters, 3x3, stride = 2) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> se: squeeze(filters, width)
            -> + (input -> downsample: [conv(filters, 1x1, stride = 2), batch_norm]) -> relu
    }

    block squeeze(filters, width) {
        let gate = input -> global_avg_pool -> fc1: conv(width, 1x1) -> relu -> fc2: conv(filters, 1x1) -> sigmoid;
        input * gate
    }
}

#[test]
fn gated() {
    check::<Gated>("gated");
}

athena::resnet! {
    #[derive(Clone)]
    struct MultiBranch(3x20x28) -> 7 {
        let stem = input -> conv(12, 3x3, stride = 1x2) -> batch_norm -> relu;
        let a = stem -> inception(7) -> conv(12, 1x1) -> batch_norm;
        let b = stem -> conv(12, 3x3) -> batch_norm;
        let c = stem -> conv(12, 1x1) -> batch_norm;
        a + b + c + stem -> relu
            -> conv(12, 3x3) -> batch_norm -> + stem -> relu -> || stem
            -> max_pool(3x2, stride = 2x1, padding = 1x0)
            -> avg_pool(2x3, padding = 1)
            -> inception(8)
            -> global_avg_pool -> flatten -> linear(7)
    }

    block inception(filters) {
        let a = input -> conv(filters, 1x1) -> batch_norm -> relu;
        let b = input -> conv(filters, 1x7) -> batch_norm -> relu -> conv(filters, 7x1) -> batch_norm -> relu;
        let c = input -> avg_pool(3, stride = 1, padding = 1) -> conv(filters, 1x1) -> batch_norm -> relu;
        let d = input -> max_pool(3x5, stride = 1, padding = 1x2) -> conv(filters, 3x3) -> batch_norm -> relu;
        a || b || c || d
    }
}

#[test]
fn multi_branch() {
    check::<MultiBranch>("multi_branch");
}

athena::resnet! {
    #[derive(Clone)]
    struct GroupNorms(3x13x11) -> 6 {
        input
            -> gn0: group_norm(3)
            -> conv1: conv(24, 3x3) -> gn1: group_norm(2) -> silu
            -> conv2: conv(20, 3x3, stride = 2) -> gn2: group_norm(5, eps = 1e-3, affine = false) -> skip: tanh
            -> conv3: conv(20, 3x3, bias = false) -> gn3: group_norm(20) -> + skip -> gelu
            -> conv4: conv(48, 1x1) -> gn4: group_norm(16) -> softplus
            -> global_avg_pool -> flatten -> gn5: group_norm(1) -> fc: linear(6)
    }
}

athena::resnet! {
    #[derive(Clone)]
    struct RoundedUp(3x25x30) -> 7 {
        input
            -> conv1: conv(12, 3x3) -> bn1: batch_norm -> relu -> max_pool(2, ceil = true)
            -> wide: widen(18) -> narrow: widen(20)
            -> || (wide -> avg_pool(3x2, stride = 2, padding = 1x0, ceil = true, count_padding = false))
            -> conv2: conv(10, 1x1) -> bn2: batch_norm -> tanh
            -> avg_pool(3x2, stride = 2, padding = 1, ceil = true)
            -> max_pool(2x3, stride = 2x1, padding = 1, ceil = true)
            -> flatten -> fc: linear(7)
    }

    block widen(filters) {
        input
            -> conv1: conv(filters, 3x3, stride = 2) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + (input -> downsample: [avg_pool(2, ceil = true), conv(filters, 1x1), batch_norm]) -> relu
    }
}

#[test]
fn group_norms() {
    check::<GroupNorms>("group_norms");
}

athena::resnet! {
    #[derive(Clone)]
    struct Upsampled(3x18x20) -> 5 {
        let wide = input -> conv1: conv(12, 3x3) -> bn1: batch_norm -> silu;
        let middle = wide -> avg_pool(3x2) -> conv2: conv(20, 3x3) -> bn2: batch_norm -> silu;
        middle
            -> avg_pool(2) -> conv3: conv(24, 3x3) -> bn3: batch_norm -> silu
            -> upsample(2, mode = bilinear) -> || middle -> conv4: conv(18, 3x3) -> bn4: batch_norm -> silu
            -> upsample(3x2) -> || wide -> conv5: conv(10, 3x3) -> bn5: batch_norm -> silu
            -> upsample(1x3, mode = bilinear) -> tanh -> global_avg_pool -> flatten -> fc: linear(5)
    }
}

#[test]
fn upsampled() {
    check::<Upsampled>("upsampled");
}

athena::resnet! {
    #[derive(Clone)]
    struct Transposed(3x16x18) -> 5 {
        let wide = input -> conv1: conv(20, 3x3) -> bn1: batch_norm -> silu;
        wide
            -> conv2: conv(32, 3x3, stride = 2) -> bn2: batch_norm -> silu
            -> up1: conv_transpose(20, 2, stride = 2) -> || wide -> conv3: conv(16, 3x3, bias = false) -> gn3: group_norm(4) -> silu
            -> avg_pool(2)
            -> up2: conv_transpose(18, 3x2, stride = 2x3, padding = 1x0, output_padding = 1x2) -> bn4: batch_norm -> tanh
            -> up3: conv_transpose(12, 3, groups = 6, dilation = 1x2, padding = 1x2) -> silu
            -> avg_pool(4) -> up4: conv_transpose(12, 1x2, stride = 2x4, groups = 12) -> tanh
            -> up5: conv_transpose(10, 4, stride = 2, padding = 1) -> tanh
            -> global_avg_pool -> flatten -> fc: linear(5)
    }
}

#[test]
fn transposed() {
    check::<Transposed>("transposed");
}

athena::resnet! {
    #[derive(Clone)]
    struct Shifts(3x9x11) -> 5 {
        input
            -> conv1: conv(20, 3x3) -> bn1: batch_norm(scale = false) -> silu
            -> up1: conv_transpose(18, 3x2, padding = 1, output_padding = 1x2, dilation = 2x3)
            -> bn2: batch_norm(eps = 1e-3, scale = false) -> tanh
            -> up2: conv_transpose(12, 2, stride = 2x1, output_padding = 2x1, groups = 6, dilation = 3x2) -> silu
            -> conv2: conv(10, 3x3) -> bn3: batch_norm(affine = false) -> tanh
            -> global_avg_pool -> flatten -> fc1: linear(12, bias = false) -> bn4: batch_norm(scale = false) -> silu -> fc2: linear(5)
    }
}

#[test]
fn shifts() {
    check::<Shifts>("shifts");
}

athena::resnet! {
    #[derive(Clone)]
    struct NextNorms(3x16x20) -> 5 {
        input
            -> in0: instance_norm -> conv1: conv(24, 4x4, stride = 4, padding = valid) -> ln1: layer_norm(eps = 1e-6)
            -> layer1: [next(24, 40), next(24, 33)]
            -> conv2: conv(20, 3x3, bias = false) -> in2: instance_norm(affine = true, eps = 1e-3) -> silu
            -> conv3: conv(18, 3x3, bias = false) -> in3: instance_norm -> tanh
            -> ln4: layer_norm(affine = false) -> conv4: conv(18, 3x3) -> silu
            -> global_avg_pool -> flatten -> ln5: layer_norm -> fc: linear(5)
    }

    block next(channels, wide) {
        input
            -> dwconv: conv(channels, 7x7, groups = channels) -> norm: layer_norm(eps = 1e-6)
            -> pwconv1: conv(wide, 1x1) -> gelu -> pwconv2: conv(channels, 1x1) -> gamma: scale -> + input
    }
}

#[test]
fn next_norms() {
    check::<NextNorms>("next_norms");
}

athena::resnet! {
    #[derive(Clone)]
    struct Slopes(3x13x11) -> 6 {
        let map = input
            -> conv1: conv(20, 3x3) -> act1: prelu -> conv2: conv(18, 3x3) -> elu(alpha = 0.7) -> conv3: conv(18, 3x3) -> mish;
        let gate = map -> global_avg_pool -> conv4: conv(18, 1x1) -> hard_sigmoid;
        map * gate
            -> gamma1: scale(0.1) -> global_avg_pool -> flatten
            -> fc1: linear(10) -> act2: prelu -> fc2: linear(6) -> gamma2: scale
    }
}

#[test]
fn slopes() {
    check::<Slopes>("slopes");
}

athena::resnet! {
    #[derive(Clone)]
    struct Shuffled(3x19x17) -> 6 {
        let map = input
            -> conv1: conv(36, 3x3, stride = 2) -> bn1: batch_norm -> silu -> layer1: 2 * unit(36)
            -> conv2: conv(24, 1x1, groups = 6) -> channel_shuffle(4) -> conv3: conv(10, 3x3) -> silu;
        let a = map -> adaptive_avg_pool(3x4) -> flatten -> fc1: linear(20) -> tanh -> slice(4, 17);
        let b = map -> global_max_pool -> flatten;
        let c = map -> adaptive_avg_pool(2x3) -> adaptive_avg_pool(3x2) -> flatten;
        a || b || c -> fc2: linear(6)
    }

    block unit(channels) {
        let left = input -> slice(0, channels / 2);
        let right = input
            -> slice(channels / 2, channels)
            -> conv1: conv(channels / 2, 1x1) -> bn1: batch_norm -> silu
            -> conv2: conv(channels / 2, 3x3, groups = channels / 2) -> bn2: batch_norm -> tanh
            -> conv3: conv(channels / 2, 1x1) -> bn3: batch_norm -> silu -> drop_path(0);
        left || right -> channel_shuffle(2)
    }
}

#[test]
fn shuffled() {
    check::<Shuffled>("shuffled");
}

#[test]
fn rounded_up() {
    check::<RoundedUp>("rounded_up");
}

athena::resnet! {
    #[derive(Clone)]
    struct Activations(2x14x14) -> 6 {
        let x = input
            -> conv(12, 3x3) -> softplus
            -> conv(12, 3x3) -> tanh
            -> conv(12, 3x3) -> leaky_relu
            -> conv(12, 3x3, activation = silu)
            -> conv(12, 3x3, activation = gelu)
            -> conv(12, 3x3) -> selu
            -> conv(12, 3x3) -> hard_swish
            -> conv(12, 3x3) -> sigmoid
            -> conv(12, 3x3) -> relu;
        let weights = x -> conv(4, 1x1) -> softmax;
        x || weights -> global_avg_pool -> flatten -> linear(20) -> tanh -> linear(6) -> softmax
    }
}

#[test]
fn activations() {
    check::<Activations>("activations");
}

athena::resnet! {
    #[derive(Clone, Debug, PartialEq)]
    struct Pads(3x17x15) -> 9 {
        input
            -> pad(2, mode = reflect) -> conv(10, 5x5, padding = valid) -> batch_norm(affine = false) -> relu
            -> pad(2x1, mode = replicate) -> conv(18, 3x3, padding = valid) -> batch_norm(0.3, 1e-3) -> silu
            -> pad(1) -> conv(18, 3x3, padding = 0) -> tanh -> batch_norm(eps = 0.1, affine = false)
            -> conv(7, 4x4, stride = 3, padding = 1) -> gelu
            -> flatten -> linear(9) -> softmax
    }
}

#[test]
fn pads() {
    check::<Pads>("pads");
}

/// A file of `safetensors.torch.save(network.state_dict())` is loaded, and `save` writes the same tensors.
#[test]
fn a_state_dict_of_pytorch_loads() {
    let mut network = Pads::new(0);
    network.load(path("pads_state_dict.safetensors")).expect("PyTorch's own file");
    let generated = Trial::<Pads>::new("pads").start;
    assert_eq!(network, generated);
    let folder = tempfile::tempdir().expect("a folder");
    network.save(folder.path().join("pads.safetensors")).expect("a writable folder");
    let mut again = Pads::new(1);
    again.load(folder.path().join("pads.safetensors")).expect("our own file");
    assert_eq!(again, generated);
}
