//! PyTorch's pools with all of their arguments, in its order.

use athena::resnet;

resnet! {
    struct Net(3x33x33) -> 10 {
        input
            -> conv(16, 3x3) -> MaxPool2d(3, 2, 1, 1, false, true)
            -> AvgPool2d(3, 2, 1, true, false)
            -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
