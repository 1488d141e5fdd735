//! A map that is upsampled less than it was pooled.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let wide = input -> conv(16, 3x3) -> relu;
        wide -> max_pool(4) -> conv(16, 3x3) -> upsample(4, mode = bilinear) -> + wide -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
