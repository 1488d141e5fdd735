//! The network of SURFACE.md:
//!
//! ```text
//! struct Tiny(3x8x8) -> 10 {
//!     input -> conv(16, 3x3) -> batch_norm -> relu -> conv(16, 3x3) -> batch_norm -> relu
//!           -> global_avg_pool -> flatten -> linear(10)
//! }
//! ```

use athena_runtime::generated::*;

#[derive(Clone, Debug, PartialEq)]
pub struct Tiny {
    state: State,
}

const WINDOW: Window = Window { kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] };
const CONV1: Conv<Map<3, 8, 8>, Map<16, 8, 8>> = Conv::at(0, 0, WINDOW, 1, false);
const BATCH_NORM1: BatchNorm<16> = BatchNorm::at(CONV1.end(), 0, 0, 0.1, 1e-5, [true, true]);
const CONV2: Conv<Map<16, 8, 8>, Map<16, 8, 8>> = Conv::at(BATCH_NORM1.end(), CONV1.transposed_end(), WINDOW, 1, false);
const BATCH_NORM2: BatchNorm<16> = BatchNorm::at(CONV2.end(), BATCH_NORM1.running_end(), 1, 0.1, 1e-5, [true, true]);
const LINEAR1: Linear<16, 10> = Linear::at(BATCH_NORM2.end(), true);

// The image part in training.
const X1: Map<16, 8, 8> = Map::image(0, [0, 0]);
const X2: Map<16, 8, 8> = Map::image(1024, [0, 0]);
const F: Map<16, 1, 1> = Map::image(2048, [0, 0]);
const LOGITS: Map<10, 1, 1> = Map::image(2064, [0, 0]);
const DLOGITS: Map<10, 1, 1> = Map::image(2080, [0, 0]);
const DF: Map<16, 1, 1> = Map::image(2096, [0, 0]);
const G2: Map<16, 8, 8> = Map::image(2112, [0, 0]);
const G1: Map<16, 8, 8> = Map::image(3136, [0, 0]);
const SUMS1: Sums<16, 8, 8> = Sums::image(4160);
const SUMS2: Sums<16, 8, 8> = Sums::image(4192);
const SUMS3: Sums<16, 8, 8> = Sums::image(4224);
const SUMS4: Sums<16, 8, 8> = Sums::image(4256);

// The scratch of each phase.
const IMAGE: Map<3, 8, 8> = Map::scratch(0, [1, 1]);
const A1: Map<16, 8, 8> = Map::scratch(0, [1, 1]);
const A2: Map<16, 8, 8> = Map::scratch(0, [0, 0]);
const G: Map<16, 1, 1> = Map::scratch(1024, [0, 0]);
const DG: Map<16, 1, 1> = Map::scratch(0, [0, 0]);
const DA2: Map<16, 8, 8> = Map::scratch(16, [0, 0]);
const DX2: Map<16, 8, 8> = Map::scratch(0, [1, 1]);
const A1B: Map<16, 8, 8> = Map::scratch(1600, [1, 1]);
const DA1: Map<16, 8, 8> = Map::scratch(3200, [0, 0]);
const DX1: Map<16, 8, 8> = Map::scratch(0, [0, 0]);
const IMAGE_B: Map<3, 8, 8> = Map::scratch(1024, [1, 1]);

// Inference.
const F_I: Map<16, 1, 1> = Map::image(0, [0, 0]);
const LOGITS_I: Map<10, 1, 1> = Map::image(16, [0, 0]);
const IMAGE_I: Map<3, 8, 8> = Map::scratch(0, [1, 1]);
const A1_I: Map<16, 8, 8> = Map::scratch(1600, [1, 1]);
const A2_I: Map<16, 8, 8> = Map::scratch(0, [0, 0]);
const G_I: Map<16, 1, 1> = Map::scratch(1600, [0, 0]);

// How images go through the phases.
const FORWARD_1: Phase = Phase { micro_batch: 1, scratch: 1600, working: &[&CONV1.info()], gradients: &[] };
const FORWARD_2: Phase = Phase { micro_batch: 16, scratch: 1600, working: &[&CONV2.info()], gradients: &[] };
const FORWARD_3: Phase = Phase { micro_batch: 3, scratch: 1040, working: &[], gradients: &[] };
const BACKWARD_1: Phase = Phase { micro_batch: 1, scratch: 1040, working: &[], gradients: &[] };
const BACKWARD_2: Phase =
    Phase { micro_batch: 16, scratch: 4224, working: &[&CONV2.info()], gradients: &[CONV2.parameters()] };
const BACKWARD_3: Phase =
    Phase { micro_batch: 2, scratch: 2624, working: &[&CONV1.info()], gradients: &[CONV1.parameters()] };
const INFER_1: Phase =
    Phase { micro_batch: 16, scratch: 3200, working: &[&CONV1.info(), &CONV2.info()], gradients: &[] };

fn forward_1(pass: &mut Pass<'_>) {
    pass.load(0, IMAGE);
    pass.conv_sums(&CONV1, IMAGE, X1, SUMS1);
}

fn forward_2(pass: &mut Pass<'_>) {
    pass.fused(&[BATCH_NORM1.of(X1)], &[Activation::Relu], A1);
    pass.conv_sums(&CONV2, A1, X2, SUMS2);
}

fn forward_3(pass: &mut Pass<'_>) {
    pass.fused(&[BATCH_NORM2.of(X2)], &[Activation::Relu], A2);
    pass.global_avg_pool(A2, G);
    pass.flatten(G, F);
}

fn backward_1(pass: &mut Pass<'_>) {
    pass.flatten_backward(DF, DG, Write::Set);
    pass.global_avg_pool_backward(DG, DA2, Write::Set);
    pass.fused_backward(&[BATCH_NORM2.of(X2)], &[Activation::Relu], DA2, G2, &[Some(SUMS4)]);
}

fn backward_2(pass: &mut Pass<'_>) {
    pass.norm_backward(&BATCH_NORM2, X2, G2, DX2, Write::Set);
    pass.fused(&[BATCH_NORM1.of(X1)], &[Activation::Relu], A1B);
    pass.conv_backward_weights(&CONV2, A1B, DX2);
    pass.conv_backward_data(&CONV2, DX2, DA1, Write::Set);
    pass.fused_backward(&[BATCH_NORM1.of(X1)], &[Activation::Relu], DA1, G1, &[Some(SUMS3)]);
}

fn backward_3(pass: &mut Pass<'_>) {
    pass.norm_backward(&BATCH_NORM1, X1, G1, DX1, Write::Set);
    pass.load(0, IMAGE_B);
    pass.conv_backward_weights(&CONV1, IMAGE_B, DX1);
}

fn infer_1(pass: &mut Pass<'_>) {
    pass.load(0, IMAGE_I);
    pass.conv_fused(&CONV1, IMAGE_I, Some(&BATCH_NORM1), &[], &[Activation::Relu], A1_I);
    pass.conv_fused(&CONV2, A1_I, Some(&BATCH_NORM2), &[], &[Activation::Relu], A2_I);
    pass.global_avg_pool(A2_I, G_I);
    pass.flatten(G_I, F_I);
}

const fn layer(
    (name, word): (&'static str, &'static str),
    operation: Operation,
    inputs: &'static [usize],
    shape: &'static [usize],
    (parameters, macs): (usize, u64),
) -> LayerInfo {
    LayerInfo { name, word, operation, inputs, shape, parameters, macs, frozen: false }
}

impl Network for Tiny {
    type Signature = Plain;
    const PLAN: Plan = Plan {
        training: Sizes { image: 4288, phases: &[FORWARD_1, FORWARD_2, FORWARD_3, BACKWARD_1, BACKWARD_2, BACKWARD_3] },
        inference: Sizes { image: 32, phases: &[INFER_1] },
        trainable: LINEAR1.end(),
        parameters: LINEAR1.end(),
        running: BATCH_NORM2.running_end(),
        transposed: CONV2.transposed_end(),
        norms: 2,
        table: &[
            CONV1.weight("conv1.weight", &[16, 3, 3, 3], Init::HeNormal),
            BATCH_NORM1.weight("batch_norm1.weight", &[16]),
            BATCH_NORM1.bias("batch_norm1.bias", &[16]),
            BATCH_NORM1.running_mean("batch_norm1.running_mean", &[16]),
            BATCH_NORM1.running_var("batch_norm1.running_var", &[16]),
            BATCH_NORM1.batches("batch_norm1.num_batches_tracked"),
            CONV2.weight("conv2.weight", &[16, 16, 3, 3], Init::HeNormal),
            BATCH_NORM2.weight("batch_norm2.weight", &[16]),
            BATCH_NORM2.bias("batch_norm2.bias", &[16]),
            BATCH_NORM2.running_mean("batch_norm2.running_mean", &[16]),
            BATCH_NORM2.running_var("batch_norm2.running_var", &[16]),
            BATCH_NORM2.batches("batch_norm2.num_batches_tracked"),
            LINEAR1.weight("linear1.weight", &[10, 16], Init::LecunUniform),
            LINEAR1.bias("linear1.bias", &[10], Init::LecunUniform),
        ],
        norm_table: &[BATCH_NORM1.info(), BATCH_NORM2.info()],
        frozen_norms: &[],
        single_pixel_norm: None,
        conv_table: &[CONV1.info(), CONV2.info()],
        input_ports: &[Port { name: "input", shape: &[3, 8, 8] }],
        output_ports: &[Port { name: "output", shape: &[10] }],
        output_values: &[9],
        softmax: &[false],
        outputs: &[LOGITS.slot()],
        output_gradients: &[DLOGITS.slot()],
        inference_outputs: &[LOGITS_I.slot()],
    };

    const LAYERS: &'static [LayerInfo] = &[
        layer(("conv1", "conv"), Operation::Conv(CONV1.info()), &[0], &[16, 8, 8], (432, 27_648)),
        layer(("batch_norm1", "batch_norm"), Operation::BatchNorm(BATCH_NORM1.info()), &[1], &[16, 8, 8], (32, 0)),
        layer(("relu1", "relu"), Operation::Activation(Activation::Relu), &[2], &[16, 8, 8], (0, 0)),
        layer(("conv2", "conv"), Operation::Conv(CONV2.info()), &[3], &[16, 8, 8], (2304, 147_456)),
        layer(("batch_norm2", "batch_norm"), Operation::BatchNorm(BATCH_NORM2.info()), &[4], &[16, 8, 8], (32, 0)),
        layer(("relu2", "relu"), Operation::Activation(Activation::Relu), &[5], &[16, 8, 8], (0, 0)),
        layer(
            ("global_avg_pool1", "global_avg_pool"),
            Operation::GlobalAvgPool(GlobalAvgPool),
            &[6],
            &[16, 1, 1],
            (0, 0),
        ),
        layer(("flatten1", "flatten"), Operation::Flatten(Flatten), &[7], &[16], (0, 0)),
        layer(("linear1", "linear"), Operation::Linear(LINEAR1.info()), &[8], &[10], (170, 160)),
    ];

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
        run.phase(&FORWARD_1, forward_1);
        run.normalise(&BATCH_NORM1, SUMS1);
        run.phase(&FORWARD_2, forward_2);
        run.normalise(&BATCH_NORM2, SUMS2);
        run.phase(&FORWARD_3, forward_3);
        run.linear(&LINEAR1, F, LOGITS);
    }

    fn backward(run: &mut Run<'_>) {
        run.linear_backward(&LINEAR1, F, DLOGITS, Some((DF, Write::Set)));
        run.phase(&BACKWARD_1, backward_1);
        run.normalise_backward(&BATCH_NORM2, SUMS4);
        run.phase(&BACKWARD_2, backward_2);
        run.normalise_backward(&BATCH_NORM1, SUMS3);
        run.phase(&BACKWARD_3, backward_3);
    }

    fn infer(run: &mut Run<'_>) {
        run.phase(&INFER_1, infer_1);
        run.linear(&LINEAR1, F_I, LOGITS_I);
    }
}

impl Model for Tiny {
    type Image = Image<3, 8, 8>;
    type Classes = Classes<10>;
    const INPUT: [usize; 3] = [3, 8, 8];
    const CLASSES: usize = 10;
    const PARAMETERS: usize = 2970;
    const TRAINABLE: usize = 2970;
    const MACS: u64 = 175_264;

    fn parameter_names() -> &'static [(&'static str, &'static [usize])] {
        &[
            ("conv1.weight", &[16, 3, 3, 3]),
            ("batch_norm1.weight", &[16]),
            ("batch_norm1.bias", &[16]),
            ("batch_norm1.running_mean", &[16]),
            ("batch_norm1.running_var", &[16]),
            ("batch_norm1.num_batches_tracked", &[]),
            ("conv2.weight", &[16, 16, 3, 3]),
            ("batch_norm2.weight", &[16]),
            ("batch_norm2.bias", &[16]),
            ("batch_norm2.running_mean", &[16]),
            ("batch_norm2.running_var", &[16]),
            ("batch_norm2.num_batches_tracked", &[]),
            ("linear1.weight", &[10, 16]),
            ("linear1.bias", &[10]),
        ]
    }
}
