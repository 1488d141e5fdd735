//! `input` where the inputs have names.

use athena::resnet;

resnet! {
    struct Ward(scan: 1x32x32, history: 12) -> 5 {
        let image = input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten;
        let both = scan -> flatten;
        image || both || history -> linear(5)
    }
}

fn main() {}
