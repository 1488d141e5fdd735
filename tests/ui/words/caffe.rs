//! Caffe's layers and their parameters.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> Convolution(num_output = 64, kernel_size = 7, stride = 2, pad = 3, bias_term = false)
            -> Pooling(pool = AVE, kernel_size = 2, stride = 2)
            -> Pooling(global_pooling = true)
            -> flatten -> InnerProduct(num_output = 10)
    }
}

fn main() {}
