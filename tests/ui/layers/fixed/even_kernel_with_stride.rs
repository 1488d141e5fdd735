//! A kernel of four with a stride of two, as in many generators and stems.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 4x4, stride = 2, padding = 1) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
