//! A budget without limits.

use athena::resnet;

resnet! {
   
    struct Net(3x32x32) -> 10 {
        input -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu -> layer1: 2 * basic(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters) {
        input -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu -> conv2: conv(filters, 3x3) -> bn2: batch_norm -> + input -> relu
    }
}

fn main() {}
