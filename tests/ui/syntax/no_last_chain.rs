//! Names, and no value.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let stem = input -> conv(16, 3x3);
    }
}

fn main() {}
