//! An upsampled map that misses the skip by one row: 33 is halved to 17, and doubled to 34.

use athena::resnet;

resnet! {
    struct UNet(1x33x32) -> 2x33x32 {
        let fine = input -> conv(8, 3x3, activation = relu);
        let coarse = fine -> conv(16, 3x3, stride = 2, activation = relu) -> upsample(2);
        fine || (coarse -> conv(16, 2x1, padding = valid)) -> conv(2, 1x1)
    }
}

fn main() {}
