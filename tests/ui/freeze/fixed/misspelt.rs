//! A misspelt name of a frozen layer.

use athena::resnet;

resnet! {
    #[freeze(conv1, batch_norm1)]
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> batch_norm -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
