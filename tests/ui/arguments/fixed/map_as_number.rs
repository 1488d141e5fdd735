//! A value where a number is expected.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let wide = input -> conv(16, 3x3);
        wide -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
