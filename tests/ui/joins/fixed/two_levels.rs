//! Two block calls lead to the mistake.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> stage(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block stage(width) {
        input -> unit(width * 2, 2)
    }

    block unit(filters, stride) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input -> conv(filters, 3x3, stride) -> batch_norm -> + shortcut
    }
}

fn main() {}
