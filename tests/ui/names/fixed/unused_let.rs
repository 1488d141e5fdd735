//! A value that nothing uses: rustc's own warning, here an error.
#![deny(unused_variables)]

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let _side = input -> relu;
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
