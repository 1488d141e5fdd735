//! A product by its name in other libraries.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let gate = input -> global_avg_pool -> conv(16, 1x1) -> sigmoid;
        input -> conv(16, 3x3) -> multiply(gate) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
