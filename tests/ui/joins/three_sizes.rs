//! Three maps of three sizes: all become as small as the smallest.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let fine = input -> conv(16, 3x3);
        let middle = fine -> conv(32, 3x3, stride = 2);
        let coarse = middle -> conv(64, 3x3, stride = 2);
        fine + middle + coarse -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
