//! Networks that are written by hand, and wrongly: the runtime takes no constant of theirs on trust. A size that no memory has is refused where the
//! layer or the map is made (in a constant, such a program does not compile: `tests/ui_types`), and a place that lies elsewhere than in the memory of
//! the network is refused before it is read or written.
#![allow(missing_docs)]

use athena_runtime::error::Error;
use athena_runtime::generated::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The message of the panic of `work`.
#[track_caller]
fn panic_of<T>(work: impl FnOnce() -> T) -> String {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(_) => panic!("it ran through"),
        Err(payload) => match payload.downcast::<String>() {
            Ok(message) => *message,
            Err(payload) => payload.downcast::<&str>().map_or_else(|_| "no text".to_owned(), |text| (*text).to_owned()),
        },
    }
}

const LARGE: usize = usize::MAX;
const HALF: usize = 1 << (usize::BITS / 2);

#[test]
fn layers_larger_than_any_memory_are_refused() {
    let window =
        |kernel, padding| Window { kernel: [kernel; 2], stride: [1; 2], padding: [padding; 2], dilation: [1; 2] };
    // usize::MAX rounded up to whole blocks is 0 where it wraps; so are products of two halves.
    let found = [
        panic_of(|| Linear::<LARGE, LARGE>::at(0, true)),
        panic_of(|| Linear::<HALF, HALF>::at(0, true)),
        panic_of(|| Linear::<16, 16>::at(LARGE - 15, true)),
        panic_of(|| BatchNorm::<LARGE>::at(0, 0, 0, 0.1, 1e-5, [true, true])),
        panic_of(|| BatchNorm::<16>::at(0, LARGE - 15, 0, 0.1, 1e-5, [true, true])),
        panic_of(|| GroupNorm::<LARGE>::at(0, 1, 1e-5, true)),
        panic_of(|| Conv::<Map<LARGE, 1, 1>, Map<1, 1, 1>>::at(0, 0, window(1, 0), 1, true)),
        panic_of(|| Conv::<Map<HALF, 1, 1>, Map<HALF, 1, 1>>::at(0, 0, window(1, 0), 1, true)),
        panic_of(|| Conv::<Map<1, HALF, HALF>, Map<1, HALF, HALF>>::at(0, 0, window(1, 0), 1, true)),
        panic_of(|| Conv::<Map<1, 1, 1>, Map<1, 1, 1>>::at(0, 0, window(LARGE, LARGE / 2), 1, true)),
        panic_of(|| Conv::<Map<1, 1, 1>, Map<1, 1, 1>>::at(0, LARGE - 15, window(1, 0), 1, true)),
        panic_of(|| Conv::<Map<HALF, 1, 1>, Map<HALF, 1, 1>>::transposed_at(0, window(1, 0), 1, true)),
        panic_of(|| Map::<LARGE, 1, 1>::image(0, [0, 0])),
        panic_of(|| Map::<1, HALF, HALF>::scratch(0, [0, 0])),
        panic_of(|| Map::<1, 1, 1>::scratch(0, [HALF, HALF])),
        panic_of(|| Map::<1, 1, 1>::image(LARGE - 15, [0, 0])),
        panic_of(|| Sums::<LARGE, 1, 1>::image(0)),
        panic_of(|| Sums::<1, HALF, HALF>::image(0)),
    ];
    for message in found {
        let ours = ["than any buffer", "beyond any buffer", "than any map"];
        assert!(ours.iter().any(|text| message.contains(text)), "{message}");
    }
}

/// A network of one linear layer from four numbers to two, with the places that are named.
macro_rules! network {
    ($name:ident: image $image:expr, scratch $scratch:expr, parameters $parameters:expr,
     $map:expr, $vector:expr, $logits:expr, linear at $offset:expr) => {
        #[derive(Debug)]
        struct $name {
            state: State,
        }

        impl $name {
            const MAP: Map<4, 1, 1> = $map;
            const VECTOR: Map<4, 1, 1> = $vector;
            const LOGITS: Map<2, 1, 1> = $logits;
            const FC: Linear<4, 2> = Linear::at($offset, true);
            const PHASE: Phase = Phase { micro_batch: 1, scratch: $scratch, working: &[], gradients: &[] };
        }

        impl Network for $name {
            type Signature = Plain;
            const PLAN: Plan = Plan {
                training: Sizes { image: $image, phases: &[Self::PHASE] },
                inference: Sizes { image: $image, phases: &[Self::PHASE] },
                trainable: $parameters,
                parameters: $parameters,
                running: 0,
                transposed: 0,
                norms: 0,
                table: &[],
                norm_table: &[],
                frozen_norms: &[],
                single_pixel_norm: None,
                conv_table: &[],
                input_ports: &[Port { name: "input", shape: &[4, 1, 1] }],
                output_ports: &[Port { name: "output", shape: &[2] }],
                output_values: &[],
                softmax: &[false],
                outputs: &[Self::LOGITS.slot()],
                output_gradients: &[Self::LOGITS.slot()],
                inference_outputs: &[Self::LOGITS.slot()],
            };
            const LAYERS: &'static [LayerInfo] = &[];
            fn state(&self) -> &State {
                &self.state
            }
            fn state_mut(&mut self) -> &mut State {
                &mut self.state
            }
            fn from_state(state: State) -> Self {
                Self { state }
            }
            fn itself(self) -> Self {
                self
            }
            fn forward(run: &mut Run<'_>) {
                Self::infer(run);
            }
            fn backward(_: &mut Run<'_>) {}
            fn infer(run: &mut Run<'_>) {
                run.phase(&Self::PHASE, |pass| {
                    pass.load(0, Self::MAP);
                    pass.flatten(Self::MAP, Self::VECTOR);
                });
                run.linear(&Self::FC, Self::VECTOR, Self::LOGITS);
            }
        }

        impl Model for $name {
            type Image = Image<4, 1, 1>;
            type Classes = Classes<2>;
            const INPUT: [usize; 3] = [4, 1, 1];
            const CLASSES: usize = 2;
            const PARAMETERS: usize = 10;
            const TRAINABLE: usize = 10;
            const MACS: u64 = 8;
            fn parameter_names() -> &'static [(&'static str, &'static [usize])] {
                &[]
            }
        }
    };
}

fn outputs<M: Model>() -> Result<Vec<f32>, Error> {
    M::new(1).predict(&[1.0; 8])
}

network!(Sound: image 32, scratch 16, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(SmallScratch: image 32, scratch 8, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(BeyondScratch: image 32, scratch 16, parameters 48,
    Map::scratch(1 << 20, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(SmallImage: image 16, scratch 16, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(BeyondImage: image 32, scratch 16, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(1 << 20, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(Overlap: image 48, scratch 16, parameters 48,
    Map::image(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(OverlapOfRows: image 32, scratch 16, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(0, [0, 0]), linear at 0);
network!(FewParameters: image 32, scratch 16, parameters 32,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);
network!(BeyondParameters: image 32, scratch 16, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 1 << 20);
network!(EndlessImage: image usize::MAX / 2, scratch 16, parameters 48,
    Map::scratch(0, [0, 0]), Map::image(0, [0, 0]), Map::image(16, [0, 0]), linear at 0);

#[test]
fn a_network_by_hand_may_be_sound() {
    // No table, so that all weights are zero.
    assert_eq!(outputs::<Sound>().unwrap(), [0.0; 4]);
}

#[test]
fn places_beyond_the_memory_are_refused() {
    for message in [
        panic_of(outputs::<SmallScratch>),
        panic_of(outputs::<BeyondScratch>),
        panic_of(outputs::<BeyondImage>),
        panic_of(outputs::<SmallImage>),
        panic_of(outputs::<FewParameters>),
        panic_of(outputs::<BeyondParameters>),
    ] {
        let ours = ["into a buffer of", "lies within an image's", "out of range"];
        assert!(ours.iter().any(|text| message.contains(text)), "{message}");
    }
    assert!(matches!(outputs::<EndlessImage>(), Err(Error::Memory { .. })));
}

#[test]
fn what_is_read_is_not_written_at_the_same_time() {
    for message in [panic_of(outputs::<Overlap>), panic_of(outputs::<OverlapOfRows>)] {
        assert!(message.contains("is in use"), "{message}");
    }
}
