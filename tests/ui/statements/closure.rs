//! A closure where a block is meant.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let conv_relu = |filters| input -> conv(filters, 3x3) -> relu;
        input -> conv_relu(16) -> conv_relu(32) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
