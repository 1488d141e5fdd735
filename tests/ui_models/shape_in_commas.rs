//! A shape as three numbers.

use athena::Model;

athena::models::resnet50! { struct Net(3, 224, 224) -> 1000 }

fn main() {
    println!("{}", Net::summary());
}
