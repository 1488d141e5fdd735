//! The front door of the language.

/// Turns a residual network, written as papers draw it, into a struct with unrolled forward and backward code.
///
/// Every shape is inferred while the program compiles, and every mistake is a compile error on the word that is wrong.
#[macro_export]
macro_rules! resnet {
    ($($tokens:tt)*) => {
        $crate::__resnet! { $crate; $($tokens)* }
    };
}
