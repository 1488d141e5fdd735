//! A loop that gives a value a new one.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let x = input -> conv(16, 3x3);
        for _ in 0..3 { x = x -> conv(16, 3x3) -> relu; }
        x -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
