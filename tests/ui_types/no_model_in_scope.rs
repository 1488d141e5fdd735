//! The trait whose methods networks have is not in scope.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {
    let network = Net::new(1);
    println!("{:?}", network.predict(&[0.0; 3 * 32 * 32]));
}
