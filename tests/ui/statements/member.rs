//! Layers as members, as in PyTorch.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let x = self.relu(self.bn1(self.conv1(input)));
        x -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
