//! Layers added to a model one by one.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> model.add(conv(16, 3x3)) -> model.add(Activation("relu")) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
