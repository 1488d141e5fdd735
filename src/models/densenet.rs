//! DenseNet-121, with torchvision's parameter names.

#[doc(hidden)]
#[macro_export]
macro_rules! __dense_blocks {
    ({ $($head:tt)* } $classes:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        conv0: conv(64, 7x7, stride = 2), norm0: batch_norm, relu0: relu,
                        pool0: max_pool(3x3, stride = 2, padding = 1),
                        denseblock1: denseblock1, transition1: transition(128),
                        denseblock2: denseblock2, transition2: transition(256),
                        denseblock3: denseblock3, transition3: transition(512),
                        denseblock4: denseblock4, norm5: batch_norm
                    ]
                    -> relu -> global_avg_pool -> flatten -> classifier: linear($classes)
            }

            block dense() {
                input || (input
                    -> norm1: batch_norm -> relu -> conv1: conv(128, 1x1)
                    -> norm2: batch_norm -> relu -> conv2: conv(32, 3x3, bias = false))
            }

            block transition(filters) {
                input -> norm: batch_norm -> relu -> conv: conv(filters, 1x1, bias = false) -> pool: avg_pool(2)
            }

            block denseblock1() {
                input
                    -> denselayer1: dense -> denselayer2: dense -> denselayer3: dense -> denselayer4: dense
                    -> denselayer5: dense -> denselayer6: dense
            }

            block denseblock2() {
                input
                    -> denselayer1: dense -> denselayer2: dense -> denselayer3: dense -> denselayer4: dense
                    -> denselayer5: dense -> denselayer6: dense -> denselayer7: dense -> denselayer8: dense
                    -> denselayer9: dense -> denselayer10: dense -> denselayer11: dense -> denselayer12: dense
            }

            block denseblock3() {
                input
                    -> denselayer1: dense -> denselayer2: dense -> denselayer3: dense -> denselayer4: dense
                    -> denselayer5: dense -> denselayer6: dense -> denselayer7: dense -> denselayer8: dense
                    -> denselayer9: dense -> denselayer10: dense -> denselayer11: dense -> denselayer12: dense
                    -> denselayer13: dense -> denselayer14: dense -> denselayer15: dense -> denselayer16: dense
                    -> denselayer17: dense -> denselayer18: dense -> denselayer19: dense -> denselayer20: dense
                    -> denselayer21: dense -> denselayer22: dense -> denselayer23: dense -> denselayer24: dense
            }

            block denseblock4() {
                input
                    -> denselayer1: dense -> denselayer2: dense -> denselayer3: dense -> denselayer4: dense
                    -> denselayer5: dense -> denselayer6: dense -> denselayer7: dense -> denselayer8: dense
                    -> denselayer9: dense -> denselayer10: dense -> denselayer11: dense -> denselayer12: dense
                    -> denselayer13: dense -> denselayer14: dense -> denselayer15: dense -> denselayer16: dense
            }
        }
    };
}

/// DenseNet-121: Huang et al., *Densely Connected Convolutional Networks* (2017), table 1, growth rate 32.
/// Names: torchvision's `densenet121`.
///
/// 3x224x224 -> 1000: 7,978,856 parameters, 2,834,161,664 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::densenet121! {
///     pub struct DenseNet121
/// }
///
/// fn main() {
///     assert_eq!((DenseNet121::PARAMETERS, DenseNet121::MACS), (7_978_856, 2_834_161_664));
/// }
/// ```
#[doc(alias("DenseNet121"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __densenet121 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __dense_blocks } };
}
