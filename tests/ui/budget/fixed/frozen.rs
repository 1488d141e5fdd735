//! A budget that would do if everything before the head were frozen.

use athena::resnet;

resnet! {
    /// The trunk learns, too.
    #[freeze(conv1)]
    #[budget(training <= 136.5 KiB)]
    struct Net(3x32x32) -> 10 {
        input -> conv1: conv(16, 3x3) -> relu -> conv2: conv(16, 3x3) -> relu -> global_avg_pool -> flatten -> fc: linear(10)
    }
}

fn main() {}
