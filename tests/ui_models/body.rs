//! A body for a network that has one.

use athena::Model;

athena::models::resnet20! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> linear(10)
    }
}

fn main() {
    println!("{}", Net::summary());
}
