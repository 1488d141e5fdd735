//! A block without its keyword: its calls are no further mistakes.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(8) -> unit(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> conv(filters, 3x3)
    }
}

fn main() {}
