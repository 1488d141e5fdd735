//! Constants and statics of a module, whatever their names, do not change the networks in it.
#![allow(missing_docs)]
#![deny(non_local_definitions, non_snake_case, non_upper_case_globals, unused_qualifications)]

use athena::prelude::*;

/// `x * factor`.
pub struct Times(pub f32);

impl athena::layer::Pointwise for Times {
    fn forward(&self, x: f32) -> f32 {
        self.0 * x
    }

    fn derivative(&self, _: f32) -> f32 {
        self.0
    }
}

/// The names of a network's parameters, functions, fields, layers and values, as constants and statics of other types.
mod taken {
    #![allow(non_upper_case_globals, dead_code)]

    pub const state: &str = "";
    pub const pass: &str = "";
    pub static run: &str = "";
    pub static model: &str = "";
    pub const network: &str = "";
    pub const this: &str = "";
    pub const itself: &str = "";
    pub const forward: &str = "";
    pub const backward: &str = "";
    pub const infer: &str = "";
    pub const from_state: &str = "";
    pub const state_mut: &str = "";
    pub const forward_1: &str = "";
    pub const backward_1: &str = "";
    pub const infer_1: &str = "";
    pub const FORWARD_1: &str = "";
    pub const input: &str = "";
    pub const n: &str = "";
    pub const squeezed: &str = "";
    pub const stem: &str = "";
    pub const conv: &str = "";
    pub const basic: &str = "";
    pub const names: &str = "";
    pub const PLAN: &str = "";
    pub const LAYERS: &str = "";
    pub const CLASSES: &str = "";
    pub const INPUT: &str = "";
    pub const OUTPUTS: &str = "";
    pub const layer_times1: &str = "";
    /// Values of the user's own layers that have the names of a network's constants.
    pub const TABLE: f32 = 2.0;
    pub const CONV1: f32 = 0.5;
    pub const X_INPUT: f32 = 3.0;
    pub const I_INPUT: f32 = 0.25;
}

/// The network in the body of a module, with or without constants of those names.
macro_rules! network {
    ($table:expr, $conv:expr, $x:expr, $i:expr) => {
        athena::resnet! {
            #[derive(Clone, Debug)]
            pub struct Net(3x8x8) -> 4 {
                let squeezed = input -> conv(8, 1x1);
                input
                    -> stem: conv(8, 3x3) -> batch_norm -> relu -> + squeezed
                    -> self::Times($table) -> conv(8, 3x3) -> self::Times($conv) -> basic(8) -> dropout(0.1)
                    -> self::Times($x) -> layers::HardTanh -> nn::Celu -> self::Times($i)
                    -> global_avg_pool -> flatten -> linear(4)
            }

            block basic(n) {
                input -> conv(n, 3x3) -> batch_norm -> relu -> + input
            }
        }
    };
}

pub mod layers {
    pub use super::Times;

    /// `x` between -1 and 1.
    pub struct HardTanh;

    impl athena::layer::Pointwise for HardTanh {
        fn forward(&self, x: f32) -> f32 {
            x.clamp(-1.0, 1.0)
        }

        fn derivative(&self, x: f32) -> f32 {
            f32::from(x.abs() < 1.0)
        }
    }

    /// `x`, or below zero `(exp(x / 2) - 1) * 2`.
    pub struct Celu;

    impl athena::layer::Pointwise for Celu {
        fn forward(&self, x: f32) -> f32 {
            x.max(0.0) + 2.0 * (0.5 * x.min(0.0)).exp_m1()
        }

        fn derivative(&self, x: f32) -> f32 {
            (0.5 * x.min(0.0)).exp()
        }
    }
}

mod crowded {
    #![allow(unused_imports)]
    use super::taken::*;
    use super::{Times, layers, layers as nn};

    network!(TABLE, CONV1, X_INPUT, I_INPUT);
}

/// The same names again, defined in the module itself; they shadow names from a glob import.
mod own {
    #![allow(non_upper_case_globals, dead_code)]
    use super::{Times, layers, layers as nn};

    const state: u8 = 1;
    const pass: u8 = 2;
    static run: u8 = 3;
    const TABLE: f32 = super::taken::TABLE;
    const CONV1: f32 = super::taken::CONV1;
    const X_INPUT: f32 = super::taken::X_INPUT;
    const I_INPUT: f32 = super::taken::I_INPUT;

    network!(TABLE, CONV1, X_INPUT, I_INPUT);
}

mod plain {
    use super::{Times, layers, layers as nn};

    network!(2.0, 0.5, 3.0, 0.25);
}

/// The outputs of a network for two images, and after a training step.
fn outputs<N: Model>() -> Vec<f32> {
    let images: Vec<f32> = (0..2 * 3 * 8 * 8).map(|i| (i as f32 * 0.37).sin()).collect();
    let network = N::new(3);
    let mut outputs = network.predict(&images).expect("a prediction");
    let mut trainer = Trainer::builder(network).optimiser(Sgd::new()).build().expect("a trainer");
    trainer.step(&Batch::new(&images[..], &[0_u32, 3][..]).expect("a batch")).expect("a step");
    outputs.extend(trainer.model().predict(&images).expect("a prediction"));
    println!("{outputs:?}");
    outputs
}

/// In the body of a function, beside its constants.
fn within() -> Vec<f32> {
    use layers as nn;
    use taken::{CONV1, I_INPUT, TABLE, X_INPUT};

    #[allow(non_upper_case_globals, dead_code)]
    const pass: &str = "";
    #[allow(non_upper_case_globals, dead_code)]
    static run: &str = "";

    network!(TABLE, CONV1, X_INPUT, I_INPUT);
    outputs::<Net>()
}

#[test]
fn names_of_a_module_change_nothing() {
    let expected = outputs::<plain::Net>();
    assert!(expected.iter().all(|value| value.is_finite()) && expected[..8] != expected[8..]);
    assert_eq!(outputs::<crowded::Net>(), expected);
    assert_eq!(outputs::<own::Net>(), expected);
    assert_eq!(within(), expected);
}
