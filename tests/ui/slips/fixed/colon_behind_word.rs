//! A label and a word that changed places with the colon.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: conv (16, 3x3) -> relu -> + stem -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
