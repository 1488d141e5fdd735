//! athena-fortran: a pool.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> maxpool2d_layer_type(pool_size=3, stride=2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
