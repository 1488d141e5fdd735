//! Two of three factors do not fit the first.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let features = input -> conv(16, 3x3);
        let mask = input -> conv(8, 3x3) -> sigmoid;
        let gate = input -> global_avg_pool -> conv(4, 1x1) -> sigmoid;
        features * mask * gate -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
