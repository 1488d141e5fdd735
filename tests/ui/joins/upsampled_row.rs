//! An upsampled map that misses the skip by one row.

use athena::resnet;

resnet! {
    struct Net(3x33x32) -> 10 {
        let wide = input -> conv(8, 3x3) -> relu;
        wide -> max_pool(2) -> conv(16, 3x3) -> upsample(2) -> || wide -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
