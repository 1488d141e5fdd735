//! A name of another body.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: conv(16, 3x3) -> unit(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> conv(filters, 3x3) -> + stem
    }
}

fn main() {}
