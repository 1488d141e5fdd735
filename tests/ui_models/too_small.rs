//! An image that is too small for the network.

use athena::Model;

athena::models::densenet121! { struct Net(3x8x8) -> 10 }

fn main() {
    println!("{}", Net::summary());
}
