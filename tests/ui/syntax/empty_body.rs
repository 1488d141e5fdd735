//! Nothing yet.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
    }
}

fn main() {}
