//! The number of classes without a shape.

use athena::Model;

athena::models::resnet20! { struct Net -> 100 }

fn main() {
    println!("{}", Net::summary());
}
