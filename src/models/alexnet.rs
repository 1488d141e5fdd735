//! AlexNet, with torchvision's parameter names.

#[doc(hidden)]
#[macro_export]
macro_rules! __convolutions_of_alexnet {
    ({ $($head:tt)* } $classes:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        conv(64, 11x11, stride = 4, padding = 2), relu, max_pool(3x3, stride = 2),
                        conv(192, 5x5), relu, max_pool(3x3, stride = 2),
                        conv(384, 3x3), relu, conv(256, 3x3), relu, conv(256, 3x3), relu, max_pool(3x3, stride = 2)
                    ]
                    -> avgpool: adaptive_avg_pool(6x6) -> flatten
                    -> classifier: [
                        dropout(0.5), linear(4096), relu, dropout(0.5), linear(4096), relu, linear($classes)
                    ]
            }
        }
    };
}

/// AlexNet: Krizhevsky, *One Weird Trick for Parallelizing Convolutional Neural Networks* (2014).
/// Names: torchvision's `alexnet`.
///
/// 3x224x224 -> 1000: 61,100,840 parameters, 714,188,480 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::alexnet! {
///     pub struct AlexNet
/// }
///
/// fn main() {
///     assert_eq!((AlexNet::PARAMETERS, AlexNet::MACS), (61_100_840, 714_188_480));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __alexnet {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __convolutions_of_alexnet } };
}
