//! More rounds than any network has.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> 1000000000 * relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
