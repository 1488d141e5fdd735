//! The implementations of the runtime's traits.

use proc_macro2::TokenStream;
use quote::quote;

use super::body::{Body, body};
use super::calls::Calls;
use super::handles::Handles;
use super::layers;
use super::names::Namer;
use super::ports::Types;
use super::slots::Slots;
use super::state_dict::{self, StateEntry};
use super::{count, graph, ports, user};
use crate::ir::{CheckedStruct, Network, Node, Op};
use crate::layers::tokens::{number, option};
use crate::plan::{Plan, Program, costs};

/// Constants whose names no layer or slot may have.
const RESERVED: [&str; 3] = ["TABLE", "KEYS", "NAMES"];

/// Everything inside the `const _` block of a network.
pub fn implementation(private: &TokenStream, checked: &CheckedStruct, network: &Network, plan: &Plan) -> TokenStream {
    let mut namer = Namer::new(&RESERVED);
    let handles = Handles::new(network, &mut namer);
    let training = Slots::new(&plan.training, "X_", &mut namer);
    let inference = Slots::new(&plan.inference, "I_", &mut namer);

    let (layer_constants, ends) = layers::constants(private, network, &handles);
    let training_constants = training.constants(private, &plan.training);
    let inference_constants = inference.constants(private, &plan.inference);
    let tensors = state_dict::tensors(private, network, &handles);
    let table = state_dict::table(private, &tensors);

    let user_layers = user::functions(private, network, &handles);

    let calls = Calls { private, network, handles: &handles, slots: &training };
    let forward = body(&calls, "forward", &plan.training.forward, &mut namer);
    let backward = body(&calls, "backward", &plan.training.backward, &mut namer);
    let calls = Calls { private, network, handles: &handles, slots: &inference };
    let infer = body(&calls, "infer", &plan.inference.forward, &mut namer);
    let functions = [&forward, &backward, &infer].map(|body| &body.functions);

    let shape =
        Outline { private, checked, network, plan, handles: &handles, training: &training, inference: &inference };
    let plan_constant = shape.constant(&ends, [&forward, &backward, &infer]);
    let layers = graph::layers(private, network, &handles, &plan.live);
    let network_trait = network_trait(private, checked, [&plan_constant, &layers], [&forward, &backward, &infer]);
    let parameters = Parameters {
        all: layers::all_parameters(network, &handles),
        trainable: layers::trainable_parameters(network, &handles),
    };
    let signature = ports::signature(private, checked);
    let model_trait = model_trait(private, checked, parameters, costs::all_macs(network, &plan.live), &tensors);
    let generated = quote! {
        #layer_constants
        #training_constants
        #inference_constants
        #table
        #(#functions)*
        #signature
        #network_trait
        #model_trait
    };
    if user_layers.is_empty() {
        return generated;
    }
    // The values of the user's own layers name the user's constants, which those of the network must not hide.
    quote! {
        #user_layers
        const _: () = {
            #generated
        };
    }
}

/// How many scalars, as expressions.
struct Parameters {
    all: TokenStream,
    trainable: TokenStream,
}

/// What `PLAN` is made of.
struct Outline<'a> {
    private: &'a TokenStream,
    checked: &'a CheckedStruct,
    network: &'a Network,
    plan: &'a Plan,
    handles: &'a Handles,
    training: &'a Slots,
    inference: &'a Slots,
}

impl Outline<'_> {
    /// ```text
    /// athena::__private::Plan {
    ///     training: athena::__private::Sizes { image: 3120, phases: &[FORWARD_1, ...] },
    ///     parameters: LINEAR1.end(),
    ///     norm_table: &[BATCH_NORM1.info(), BATCH_NORM2.info()],
    ///     outputs: &[X_LINEAR1.slot()],
    ///     ...
    /// }
    /// ```
    fn constant(&self, ends: &layers::Ends, [forward, backward, infer]: [&Body; 3]) -> TokenStream {
        let Self { private, checked, network, plan, .. } = self;
        let [input_ports, output_ports] = both_ports(private, checked);
        let output_values = network.outputs.iter().map(|output| number(output.0));
        let training_sizes = self.sizes(&plan.training, &[forward, backward]);
        let inference_sizes = self.sizes(&plan.inference, &[infer]);
        let layers::Ends { trainable, parameters, running, transposed, norms } = ends;
        let (norms, softmax) = (number(*norms), &plan.softmax);
        let infos = |is_kind: fn(&Node) -> bool| layers::infos(self.network, self.handles, is_kind);
        let norm_table = infos(|node| matches!(node.op, Op::BatchNorm(_)));
        let frozen_norms = infos(|node| node.frozen && matches!(node.op, Op::BatchNorm(_)));
        let single_pixel_norm = single_pixel_norm(self.network, plan);
        let conv_table = infos(|node| matches!(node.op, Op::Conv(_)));
        let outputs = plan.training.outputs.iter().map(|output| self.training.map(*output));
        let output_gradients = plan.training.output_gradients.iter().map(|gradient| self.training.map(*gradient));
        let inference_outputs = plan.inference.outputs.iter().map(|output| self.inference.map(*output));
        quote! {
            #private::Plan {
                training: #training_sizes,
                inference: #inference_sizes,
                trainable: #trainable,
                parameters: #parameters,
                running: #running,
                transposed: #transposed,
                norms: #norms,
                table: TABLE,
                norm_table: &#norm_table,
                frozen_norms: &#frozen_norms,
                single_pixel_norm: #single_pixel_norm,
                conv_table: &#conv_table,
                input_ports: &#input_ports,
                output_ports: &#output_ports,
                output_values: &[#(#output_values),*],
                softmax: &[#(#softmax),*],
                outputs: &[#(#outputs.slot()),*],
                output_gradients: &[#(#output_gradients.slot()),*],
                inference_outputs: &[#(#inference_outputs.slot()),*],
            }
        }
    }

    fn sizes(&self, program: &Program, passes: &[&Body]) -> TokenStream {
        let private = self.private;
        let image = number(program.image);
        let phases = passes.iter().flat_map(|pass| &pass.phases);
        quote!(#private::Sizes { image: #image, phases: &[#(#phases),*] })
    }
}

/// The inputs and the outputs, as arrays of the runtime's `Port`.
fn both_ports(private: &TokenStream, checked: &CheckedStruct) -> [TokenStream; 2] {
    [ports::ports(private, &checked.inputs, "input"), ports::ports(private, &checked.outputs, "output")]
}

/// A batch norm that learns from maps of one pixel, if there is one: `Some("batch_norm3")`.
fn single_pixel_norm(network: &Network, plan: &Plan) -> TokenStream {
    let learns = |node: &Node| matches!(node.op, Op::BatchNorm(_)) && !node.frozen;
    let single = |node: &Node| node.shape.height == 1 && node.shape.width == 1;
    let mut nodes = network.nodes.iter().zip(&plan.live);
    option(nodes.find(|(node, live)| **live && learns(node) && single(node)).map(|(node, _)| &node.path))
}

/// The same for a network with errors: everything type-checks, and nothing is computed.
///
/// ```text
/// impl athena::__private::Network for Tiny { const PLAN: ... = ... 0 ...; fn forward(__run) {} ... }
/// impl athena::__private::Model for Tiny { ... }
/// ```
pub fn stub(private: &TokenStream, checked: &CheckedStruct) -> TokenStream {
    let [input_ports, output_ports] = both_ports(private, checked);
    let softmax = checked.outputs.iter().map(|_| false);
    let signature = ports::signature(private, checked);
    let empty = Body { functions: TokenStream::new(), lines: Vec::new(), phases: Vec::new() };
    let sizes = quote!(#private::Sizes { image: 0, phases: &[] });
    let plan = quote! {
        #private::Plan {
            training: #sizes,
            inference: #sizes,
            trainable: 0,
            parameters: 0,
            running: 0,
            transposed: 0,
            norms: 0,
            table: &[],
            norm_table: &[],
            frozen_norms: &[],
            single_pixel_norm: ::core::option::Option::None,
            conv_table: &[],
            input_ports: &#input_ports,
            output_ports: &#output_ports,
            output_values: &[],
            softmax: &[#(#softmax),*],
            outputs: &[],
            output_gradients: &[],
            inference_outputs: &[],
        }
    };
    let network_trait = network_trait(private, checked, [&plan, &quote!(&[])], [&empty, &empty, &empty]);
    let model_trait = model_trait(private, checked, Parameters { all: quote!(0), trainable: quote!(0) }, 0, &[]);
    quote! {
        #signature
        #network_trait
        #model_trait
    }
}

/// ```text
/// impl athena::__private::Network for Tiny {
///     type Signature = athena::__private::Plain;
///     const PLAN: athena::__private::Plan = athena::__private::Plan { ... };
///     const LAYERS: &'static [athena::__private::LayerInfo] = &[athena::__private::LayerInfo { ... }, ...];
///     fn state(&self) -> &athena::__private::State { &self.state }
///     fn state_mut(&mut self) -> &mut athena::__private::State { &mut self.state }
///     fn from_state(__state: athena::__private::State) -> Self { Self { state: __state } }
///     fn itself(self) -> Self { self }
///     fn forward(__run: &mut athena::__private::Run<'_>) { __run.phase(&FORWARD_1, forward_1); ... }
///     fn backward(__run: &mut athena::__private::Run<'_>) { ... }
///     fn infer(__run: &mut athena::__private::Run<'_>) { ... }
/// }
/// ```
fn network_trait(
    private: &TokenStream,
    checked: &CheckedStruct,
    [plan, layers]: [&TokenStream; 2],
    bodies: [&Body; 3],
) -> TokenStream {
    let ident = &checked.ident;
    let run = |name: TokenStream, body: &Body| {
        let lines = &body.lines;
        let argument = if lines.is_empty() { quote!(_) } else { quote!(__run) };
        quote!(fn #name(#argument: &mut #private::Run<'_>) { #(#lines)* })
    };
    let [forward, backward, infer] = bodies;
    let Types { signature, .. } = Types::of(private, checked);
    let passes = [run(quote!(forward), forward), run(quote!(backward), backward), run(quote!(infer), infer)];
    quote! {
        #[automatically_derived]
        impl #private::Network for #ident {
            type Signature = #signature;
            const PLAN: #private::Plan = #plan;
            const LAYERS: &'static [#private::LayerInfo] = #layers;

            fn state(&self) -> &#private::State {
                &self.state
            }

            fn state_mut(&mut self) -> &mut #private::State {
                &mut self.state
            }

            fn from_state(__state: #private::State) -> Self {
                Self { state: __state }
            }

            fn itself(self) -> Self {
                self
            }

            #(#passes)*
        }
    }
}

/// ```text
/// impl athena::__private::Model<athena::__private::Plain> for Tiny {
///     type Image = athena::__private::Image<3, 8, 8>;
///     type Classes = athena::__private::Classes<10>;
///     const INPUT: [usize; 3] = [3, 8, 8];
///     const CLASSES: usize = 10;
///     const PARAMETERS: usize = 2970;
///     const TRAINABLE: usize = 2970;
///     const MACS: u64 = 175264;
///     fn parameter_names() -> &'static [(&'static str, &'static [usize])] {
///         &[("conv1.weight", &[16, 3, 3, 3]), ...]
///     }
/// }
/// ```
fn model_trait(
    private: &TokenStream,
    checked: &CheckedStruct,
    parameters: Parameters,
    macs: u64,
    tensors: &[StateEntry],
) -> TokenStream {
    let ident = &checked.ident;
    let [input, class_count] = ports::input_and_classes(checked);
    let Types { signature, image, classes } = Types::of(private, checked);
    let macs = count(macs);
    let Parameters { all: parameters, trainable } = parameters;
    let names = state_dict::names(private, tensors);
    let usize_type = quote!(::core::primitive::usize);
    quote! {
        #[automatically_derived]
        impl #private::Model<#signature> for #ident {
            type Image = #image;
            type Classes = #classes;
            const INPUT: [#usize_type; 3] = #input;
            const CLASSES: #usize_type = #class_count;
            const PARAMETERS: #usize_type = #parameters;
            const TRAINABLE: #usize_type = #trainable;
            const MACS: ::core::primitive::u64 = #macs;

            fn parameter_names() -> &'static [(&'static ::core::primitive::str, &'static [#usize_type])] {
                #names
            }
        }
    }
}
