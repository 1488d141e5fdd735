//! A value that takes an input's name.

use athena::resnet;

resnet! {
    struct Ward(scan: 1x32x32, history: 12) -> (class: 5) {
        let scan2 = history -> linear(4);
        (scan -> global_avg_pool -> flatten) || history -> class: linear(5)
    }
}

fn main() {}
