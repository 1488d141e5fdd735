//! Networks written with torchvision's names have torchvision's state dicts: the same keys in the same order, the same
//! shapes, as many learnable scalars and multiply-adds. `tests/python/networks.py` writes the lists from torchvision.

mod common;

use athena::Model;

athena::resnet! {
    /// torchvision's `resnet18`.
    struct ResNet18(3x224x224) -> 1000 {
        input
            -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3, stride = 2, padding = 1)
            -> layer1: 2 * basic(64)
            -> layer2: [down(128), basic(128)]
            -> layer3: [down(256), basic(256)]
            -> layer4: [down(512), basic(512)]
            -> global_avg_pool -> flatten -> fc: linear(1000)
    }

    block basic(filters) {
        input
            -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + input -> relu
    }

    block down(filters, stride = 2) {
        input
            -> conv1: conv(filters, 3x3, stride) -> bn1: batch_norm -> relu
            -> conv2: conv(filters, 3x3) -> bn2: batch_norm
            -> + (input -> downsample: [conv(filters, 1x1, stride), batch_norm]) -> relu
    }
}

athena::resnet! {
    /// torchvision's `resnet50`: the stride is that of the 3x3 convolution.
    struct ResNet50(3x224x224) -> 1000 {
        input
            -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3, stride = 2, padding = 1)
            -> layer1: [first(64, 256, 1, 1), 2 * neck(64, 256, 1)]
            -> layer2: [first(128, 512, 1), 3 * neck(128, 512, 1)]
            -> layer3: [first(256, 1024, 1), 5 * neck(256, 1024, 1)]
            -> layer4: [first(512, 2048, 1), 2 * neck(512, 2048, 1)]
            -> global_avg_pool -> flatten -> fc: linear(1000)
    }

    /// torchvision's `resnext50_32x4d`.
    struct ResNeXt50(3x224x224) -> 1000 {
        input
            -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
            -> max_pool(3, stride = 2, padding = 1)
            -> layer1: [first(128, 256, 32, 1), 2 * neck(128, 256, 32)]
            -> layer2: [first(256, 512, 32), 3 * neck(256, 512, 32)]
            -> layer3: [first(512, 1024, 32), 5 * neck(512, 1024, 32)]
            -> layer4: [first(1024, 2048, 32), 2 * neck(1024, 2048, 32)]
            -> global_avg_pool -> flatten -> fc: linear(1000)
    }

    block neck(width, filters, groups) {
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3, groups = groups) -> bn2: batch_norm -> relu
            -> conv3: conv(filters, 1x1) -> bn3: batch_norm
            -> + input -> relu
    }

    block first(width, filters, groups, stride = 2) {
        input
            -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
            -> conv2: conv(width, 3x3, stride, groups = groups) -> bn2: batch_norm -> relu
            -> conv3: conv(filters, 1x1) -> bn3: batch_norm
            -> + (input -> downsample: [conv(filters, 1x1, stride), batch_norm]) -> relu
    }
}

/// One line a key, as in the committed lists.
fn lines<M: Model>() -> Vec<String> {
    let key = |&(name, shape): &(&str, &[usize])| {
        let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
        format!("{name} {}", if sizes.is_empty() { "scalar".to_owned() } else { sizes.join("x") })
    };
    M::parameter_names().iter().map(key).collect()
}

fn check<M: Model>(file: &str, parameters: usize) {
    let text = std::fs::read_to_string(common::reference::path(file)).expect("the lists are committed");
    let (numbers, keys): (Vec<&str>, Vec<&str>) =
        text.lines().filter(|line| !line.starts_with('#')).partition(|line| !line.contains('.'));
    assert_eq!(lines::<M>(), keys);
    assert_eq!(M::PARAMETERS, parameters);
    assert_eq!([format!("parameters {}", M::PARAMETERS), format!("macs {}", M::MACS)], numbers[..]);
}

#[test]
fn resnet18_is_torchvisions() {
    check::<ResNet18>("resnet18.txt", 11_689_512);
}

#[test]
fn resnet50_is_torchvisions() {
    check::<ResNet50>("resnet50.txt", 25_557_032);
}

#[test]
fn resnext50_is_torchvisions() {
    check::<ResNeXt50>("resnext50_32x4d.txt", 25_028_904);
}
