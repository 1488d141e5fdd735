//! A shape without channels.

use athena::Model;

athena::models::resnet50! { struct Net(224x224) -> 1000 }

fn main() {
    println!("{}", Net::summary());
}
