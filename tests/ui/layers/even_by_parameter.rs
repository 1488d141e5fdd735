//! An even kernel that a parameter brings.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16, 4) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters, kernel) {
        input -> conv(filters, kernel)
    }
}

fn main() {}
