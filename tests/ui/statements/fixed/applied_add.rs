//! An addition as Keras writes it.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> conv(16, 3x3);
        input -> conv(16, 3x3) -> + a -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
