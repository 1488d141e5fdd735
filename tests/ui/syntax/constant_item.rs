//! An item of Rust inside of the macro.

use athena::resnet;

resnet! {
    const FILTERS: usize = 16;

    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
