//! Networks can stand wherever Rust allows items, also under strict lints.
#![deny(warnings, missing_docs, unused, unused_qualifications, unreachable_pub, missing_debug_implementations)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

use athena::Model;

athena::resnet! {
    /// Documented, with derives.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Documented(3x8x8) -> 10 {
        input -> stem: conv(16, 3x3) -> batch_norm -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

// The same block in a second invocation of the same module, and two structs in one.
athena::resnet! {
    /// The first of two.
    #[derive(Debug)]
    pub(crate) struct First(1x4x4) -> 2 {
        input -> body(4) -> flatten -> linear(2)
    }

    #[derive(Debug)]
    struct Second(1x4x4) -> 3 {
        input -> 2 * body(20) -> flatten -> linear(3) -> softmax
    }

    block body(filters) {
        input -> conv(filters, 3x3) -> batch_norm -> relu
    }
}

/// Names that generated code might want for itself.
mod shadowed {
    #![allow(dead_code, non_camel_case_types)]

    struct Option;
    struct usize;
    struct str;
    mod core {}
    mod athena_runtime {}

    athena::resnet! {
        /// It has the name of a handle in the generated code.
        #[derive(Debug)]
        pub(super) struct State(1x4x4) -> 2 {
            input -> table: conv(4, 3x3) -> x_conv1: conv(4, 3x3) -> conv(4, 3x3) -> layers: conv(4, 3x3)
                -> + table + x_conv1 -> flatten -> linear(2)
        }
    }
}

mod without_prelude {
    #![no_implicit_prelude]

    ::athena::resnet! {
        /// No `Option`, no `Some`.
        pub(super) struct Bare(1x4x4) -> 2 {
            input -> conv(4, 3x3) -> batch_norm -> relu -> flatten -> linear(4) -> relu -> linear(2)
        }
    }
}

athena::resnet! {
    #[cfg(any())]
    struct Absent(1x4x4) -> 2 {
        input -> conv(4, 3x3) -> flatten -> linear(2)
    }
}

/// A network made by a user's own macro.
macro_rules! network {
    ($name:ident, $filters:literal, $classes:literal) => {
        athena::resnet! {
            /// Made by a macro.
            #[derive(Debug)]
            pub struct $name(3x8x8) -> $classes {
                input -> conv($filters, 3x3) -> global_avg_pool -> flatten -> linear($classes)
            }
        }
    };
}

network!(Made, 12, 5);

fn outputs<M: Model>() -> usize {
    let images = vec![0.5; M::INPUT.iter().product()];
    M::new(1).predict(&images).expect("one whole image").len()
}

#[test]
fn in_modules() {
    assert_eq!([outputs::<Documented>(), outputs::<First>(), outputs::<Second>()], [10, 2, 3]);
    assert_eq!([outputs::<shadowed::State>(), outputs::<without_prelude::Bare>(), outputs::<Made>()], [2, 2, 5]);
}

#[test]
fn in_functions() {
    athena::resnet! {
        struct Local(2x4x4) -> 2 { input -> flatten -> linear(2) }
    }
    fn inner() -> usize {
        athena::resnet! {
            struct Local(2x4x4) -> 4 { input -> flatten -> linear(4) }
        }
        outputs::<Local>()
    }
    assert_eq!((outputs::<Local>(), inner()), (2, 4));
}

#[test]
fn derives_reach_the_state() {
    let network = Documented::new(1);
    assert_eq!(network, network.clone());
    assert_ne!(network, Documented::new(2));
    assert!(format!("{network:?}").starts_with("Documented"));
}

#[test]
fn labels_name_parameters() {
    let names: Vec<_> = Documented::parameter_names().iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "stem.weight",
            "batch_norm1.weight",
            "batch_norm1.bias",
            "batch_norm1.running_mean",
            "batch_norm1.running_var",
            "batch_norm1.num_batches_tracked",
            "linear1.weight",
            "linear1.bias",
        ]
    );
}
