//! PyTorch: the type of an activation as a value.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3, activation = nn.ReLU()) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
