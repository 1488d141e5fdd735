//! A shape that is empty.

use athena::Model;

athena::models::resnet50! { struct Net() -> 1000 }

fn main() {
    println!("{}", Net::summary());
}
