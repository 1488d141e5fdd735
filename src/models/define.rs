//! The macro that all definitions use. It completes the user's struct with the image shape and classes of the source, if they are not given.

/// `__define! { { the user's tokens } 3x224x224 -> 1000, family, arguments... }` calls the macro of the family, which has the body and the
/// blocks: `$crate::family! { { pub struct Name(3x224x224) -> 1000 } 1000, arguments... }`.
///
/// Attributes and visibility are matched as single tokens, because a fragment such as `$vis:vis` would become a group. A
/// malformed struct is passed to `resnet!`, which reports the error at the wrong word.
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
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident($argument:ident = $value:tt $($more:tt)*) $($rest:tt)* }
        $shape:tt -> $classes:tt, $($family:tt)*
    ) => {
        ::core::compile_error! { concat!(
            "there is no argument `", stringify!($argument), "`: a network has a shape and a number of classes\n",
            "help: write `", stringify!($name), "(", stringify!($shape), ") -> ", stringify!($classes), "` with sizes of your own"
        ) }
    };
    // The shape is missing.
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident -> $classes:literal $(;)? }
        $default_shape:tt -> $default_classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name -> $classes }
            $classes $(, $($arguments)*)?
        }
    };
    // Named outputs: the head gets as many classes as are promised by its name.
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident $shape:tt -> ($($promised:tt)*) $(;)? }
        $default_shape:tt -> $default_classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name $shape -> ($($promised)*) }
            $default_classes $(, $($arguments)*)?
        }
    };
    // The classes are missing. The body is left out, so that this is the only error.
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident $shape:tt -> 0 $(;)? }
        $default_shape:tt -> $default_classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name $shape -> 0 }
            $default_classes $(, $($arguments)*)?
        }
    };
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident $shape:tt -> $classes:literal $(;)? }
        $default_shape:tt -> $default_classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name $shape -> $classes }
            $classes $(, $($arguments)*)?
        }
    };
    // The classes are missing or not a number.
    (
        { $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident $shape:tt $(-> $($classes:ident)?)? $(;)? }
        $default_shape:tt -> $default_classes:tt, $family:ident $(, $($arguments:tt)*)?
    ) => {
        $crate::$family! {
            { $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name $shape $(-> $($classes)?)? }
            $default_classes $(, $($arguments)*)?
        }
    };
    (
        {
            $(#[$($attribute:tt)*])* $(pub $(($($within:tt)*))?)? struct $name:ident $shape:tt -> $classes:tt { $($body:tt)* }
            $($more:tt)*
        }
        $default_shape:tt -> $default_classes:tt, $($family:tt)*
    ) => {
        ::core::compile_error! { concat!(
            "the network of the paper has its own body\n",
            "help: write `pub struct ", stringify!($name), stringify!($shape), " -> ", stringify!($classes),
            "` without one, or all of it in `athena::resnet!`"
        ) }
        // The struct is still declared, so that its uses cause no further errors.
        $crate::resnet! {
            $(#[$($attribute)*])* $(pub $(($($within)*))?)? struct $name $shape -> $classes { $($body)* }
            $($more)*
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
