//! A last chain that lacks its promised name.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> (class: 5, stem: 8x32x32) {
        let stem = input -> conv(8, 3x3);
        stem -> relu -> global_avg_pool -> flatten -> linear(5)
    }
}

fn main() {}
