//! A shape without the number of classes.

use athena::Model;

athena::models::resnet20! { struct Net(3x32x32) }

fn main() {
    println!("{}", Net::summary());
}
