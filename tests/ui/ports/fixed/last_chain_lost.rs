//! A last chain that nothing promises.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> (stem: 8x32x32) {
        let stem = input -> conv(8, 3x3);
       
    }
}

fn main() {}
