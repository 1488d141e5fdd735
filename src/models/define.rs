//! What all definitions share: the struct that the user wrote, with the image and classes of the source where none are given.

/// `__define! { { the user's tokens } 3x224x224 -> 1000, family, arguments... }` calls the macro of the family, which has the blocks
/// and writes the body: `$crate::family! { { pub struct Name(3x224x224) -> 1000 } 1000, arguments... }`.
///
/// Attributes and visibility are taken apart into single tokens, since a fragment such as `$vis:vis` would come as a group.
#[doc(hidden)]
#[macro_export]
macro_rules! __define {
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident $(;)? }
        $shape:tt -> $classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name($shape) -> $classes }
            $classes $(, $($arguments)*)?
        }
    };
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident($($shape:tt)*) -> $classes:literal $(;)? }
        $default_shape:tt -> $default_classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name($($shape)*) -> $classes }
            $classes $(, $($arguments)*)?
        }
    };
    ({ $($other:tt)* } $shape:tt -> $classes:tt, $family:ident $(, $($arguments:tt)*)?) => {
        ::core::compile_error! { concat!(
            "expected the struct to declare\n",
            "help: write `pub struct Name`, which is ", stringify!($shape), " -> ", stringify!($classes),
            ", or `pub struct Name(", stringify!($shape), ") -> ", stringify!($classes), "` with sizes of your own"
        ) }
    };
}
