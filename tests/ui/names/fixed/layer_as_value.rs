//! A layer where a value is added.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> tanh -> + (input -> relu) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
