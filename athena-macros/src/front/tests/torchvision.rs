//! Networks with torchvision's labels have torchvision's state-dict keys and shapes.

use super::{keys, network};

const BASIC: &str = "
    block basic(filters) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + input -> relu
    }
    block down(filters, stride = 2) {
        let identity = input -> downsample: [conv(filters, 1x1, stride), batch_norm];
        input
            -> conv1: conv(filters, 3x3, stride) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + identity -> relu
    }";

const BOTTLENECK: &str = "
    block bottleneck(width, filters, groups = 1) {
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3, groups = groups) -> bn2: batch_norm -> relu
            -> conv3: conv(filters, 1x1) -> bn3: batch_norm
            -> + input -> relu
    }
    block project(width, filters, stride = 1, groups = 1) {
        let identity = input -> downsample: [conv(filters, 1x1, stride), batch_norm];
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3, stride, groups = groups) -> bn2: batch_norm -> relu
            -> conv3: conv(filters, 1x1) -> bn3: batch_norm
            -> + identity -> relu
    }";

const STEM: &str = "input -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
    -> maxpool: max_pool(3x3, stride = 2, padding = 1)";

fn expected(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = text.lines().map(str::to_string).collect();
    keys.sort();
    keys
}

fn resnet(stages: &str, blocks: &str) -> Vec<String> {
    keys(&network(&format!(
        "struct Net(3x224x224) -> 1000 {{ {STEM} {stages} -> avgpool: global_avg_pool -> flatten -> fc: linear(1000) }} {blocks}"
    )))
}

#[test]
fn resnet18() {
    let stages = "-> layer1: 2 * basic(64) -> layer2: [down(128), basic(128)]
        -> layer3: [down(256), basic(256)] -> layer4: [down(512), basic(512)]";
    assert_eq!(resnet(stages, BASIC), expected(include_str!("torchvision/resnet18.txt")));
}

#[test]
fn resnet50() {
    let stages = "-> layer1: [project(64, 256), 2 * bottleneck(64, 256)]
        -> layer2: [project(128, 512, 2), 3 * bottleneck(128, 512)]
        -> layer3: [project(256, 1024, 2), 5 * bottleneck(256, 1024)]
        -> layer4: [project(512, 2048, 2), 2 * bottleneck(512, 2048)]";
    assert_eq!(resnet(stages, BOTTLENECK), expected(include_str!("torchvision/resnet50.txt")));
}

#[test]
fn resnext50() {
    let stages = "-> layer1: [project(128, 256, groups = 32), 2 * bottleneck(128, 256, 32)]
        -> layer2: [project(256, 512, 2, 32), 3 * bottleneck(256, 512, 32)]
        -> layer3: [project(512, 1024, 2, 32), 5 * bottleneck(512, 1024, 32)]
        -> layer4: [project(1024, 2048, 2, 32), 2 * bottleneck(1024, 2048, 32)]";
    assert_eq!(resnet(stages, BOTTLENECK), expected(include_str!("torchvision/resnext50_32x4d.txt")));
}

#[test]
fn mobilenet_v2() {
    let program = "
        struct Net(3x224x224) -> 1000 {
            input
                -> features: [
                    [conv(32, 3x3, stride = 2), batch_norm, relu],
                    first(16),
                    wide(96, 24, 2), same(144, 24),
                    wide(144, 32, 2), 2 * same(192, 32),
                    wide(192, 64, 2), 3 * same(384, 64),
                    wide(384, 96), 2 * same(576, 96),
                    wide(576, 160, 2), 2 * same(960, 160),
                    wide(960, 320),
                    [conv(1280, 1x1), batch_norm, relu]
                ]
                -> global_avg_pool -> flatten
                -> classifier: [dropout(0.2), linear(1000)]
        }
        block first(filters) {
            input -> conv: [[conv(32, 3x3, groups = 32), batch_norm, relu], conv(filters, 1x1), batch_norm]
        }
        block wide(width, filters, stride = 1) {
            input -> conv: [
                [conv(width, 1x1), batch_norm, relu],
                [conv(width, 3x3, stride, groups = width), batch_norm, relu],
                conv(filters, 1x1), batch_norm
            ]
        }
        block same(width, filters) {
            input -> conv: [
                [conv(width, 1x1), batch_norm, relu],
                [conv(width, 3x3, groups = width), batch_norm, relu],
                conv(filters, 1x1), batch_norm
            ] -> + input
        }";
    assert_eq!(keys(&network(program)), expected(include_str!("torchvision/mobilenet_v2.txt")));
}

#[test]
fn densenet121() {
    let dense = |number: usize, layers: usize| {
        let steps: Vec<String> = (1..=layers).map(|layer| format!("denselayer{layer}: dense()")).collect();
        format!("block denseblock{number}() {{ input -> {} }}", steps.join(" -> "))
    };
    let blocks: Vec<String> =
        [6, 12, 24, 16].into_iter().enumerate().map(|(at, layers)| dense(at + 1, layers)).collect();
    let program = format!(
        "struct Net(3x224x224) -> 1000 {{
            input
                -> features: [
                    conv0: conv(64, 7x7, stride = 2), norm0: batch_norm, relu0: relu,
                    pool0: max_pool(3x3, stride = 2, padding = 1),
                    denseblock1: denseblock1(), transition1: transition(128),
                    denseblock2: denseblock2(), transition2: transition(256),
                    denseblock3: denseblock3(), transition3: transition(512),
                    denseblock4: denseblock4(), norm5: batch_norm
                ]
                -> relu -> global_avg_pool -> flatten -> classifier: linear(1000)
        }}
        block dense() {{
            input || (input
                -> norm1: batch_norm -> relu -> conv1: conv(128, 1x1)
                -> norm2: batch_norm -> relu -> conv2: conv(32, 3x3, bias = false))
        }}
        block transition(filters) {{
            input -> norm: batch_norm -> relu -> conv: conv(filters, 1x1, bias = false) -> pool: avg_pool(2)
        }}
        {}",
        blocks.join("\n")
    );
    assert_eq!(keys(&network(&program)), expected(include_str!("torchvision/densenet121.txt")));
}
