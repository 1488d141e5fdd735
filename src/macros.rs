//! The macro `resnet!`.

/// Declares residual networks: structs with generated code for the forward and backward pass.
///
/// All shapes are inferred while the program compiles. A mistake is a compile error on the wrong word, with a fix.
/// [`words`](mod@crate::words) has a page for each word of the language, and [`models`](crate::models) has networks from papers
/// that are written in it.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     /// ResNet-20 for CIFAR-10: He et al. (2016), section 4.2, with projections.
///     pub struct ResNet20(3x32x32) -> 10 {
///         input
///             -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
///             -> layer1: 3 * basic(16)
///             -> layer2: [down(32), 2 * basic(32)]
///             -> layer3: [down(64), 2 * basic(64)]
///             -> global_avg_pool -> flatten -> fc: linear(10)
///     }
///
///     /// A residual block: two 3x3 convolutions and an identity shortcut.
///     block basic(filters) {
///         input
///             -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
///             -> conv2: conv(filters, 3x3) -> bn2: batch_norm
///             -> + input -> relu
///     }
///
///     /// The same with half the height and width; a 1x1 convolution projects the shortcut.
///     block down(filters, stride = 2) {
///         let shortcut = input -> downsample: [conv(filters, 1x1, stride), batch_norm];
///         input
///             -> conv1: conv(filters, 3x3, stride) -> bn1: batch_norm -> relu
///             -> conv2: conv(filters, 3x3) -> bn2: batch_norm
///             -> + shortcut -> relu
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     assert_eq!(ResNet20::PARAMETERS, 272_474);
///     let network = ResNet20::new(1);
///     assert_eq!(network.predict(&[0.5; 3 * 32 * 32])?.len(), 10);
///     println!("{}", ResNet20::summary());
///     Ok(())
/// }
/// ```
///
/// # What it generates
///
/// Each [`struct`](mod@crate::words::struct) becomes a struct of that name and visibility, which implements [`Model`](crate::Model):
/// [`new`](crate::Model::new) draws random parameters, [`predict`](crate::Model::predict) runs the network, [`load`](crate::Model::load) and
/// [`save`](crate::Model::save) read and write its state dict, and a [`Trainer`](crate::train::Trainer) trains it. Constants give its size:
/// [`PARAMETERS`](crate::Model::PARAMETERS), [`MACS`](crate::Model::MACS). Blocks generate no items. All sizes and all memory are planned
/// while the program compiles, so the code has no loop over layers, and a training step allocates nothing.
///
/// # Grammar
///
/// ```text
/// program   = { item }
/// item      = attributes [ visibility ] "struct" NAME "(" inputs ")" "->" outputs body
///           | attributes "block" NAME "(" [ parameter { "," parameter } ] ")" body
/// inputs    = SHAPE | NAME ":" extent { "," NAME ":" extent }
/// outputs   = extent | "(" NAME ":" extent { "," NAME ":" extent } ")"
/// extent    = SHAPE | INTEGER                              a map or a vector
/// parameter = NAME [ "=" value ]
/// body      = "{" { "let" NAME "=" chain ";" } [ chain ] "}"
/// chain     = join { "->" stage }
/// join      = operand { "+" operand }
///           | operand { "*" operand }
///           | operand { "||" operand }
/// operand   = "input" | NAME | "(" chain ")"
/// stage     = [ label ":" ] [ factor "*" ] step            the factor repeats the step
/// label     = NAME | NUMBERS
/// step      = WORD [ "(" [ argument { "," argument } ] ")" ]
///           | PATH [ VALUES ] [ "as" ( SHAPE | INTEGER ) ] a layer of your own
///           | "+" operand { "+" operand }
///           | "*" operand { "*" operand }
///           | "||" operand { "||" operand }
///           | "[" stage { "," stage } "]"
/// argument  = [ NAME "=" ] value                           named arguments come last
/// value     = sum | DECIMAL | SIZE | "true" | "false"
/// sum       = product { ( "+" | "-" ) product }
/// product   = factor { ( "*" | "/" ) factor }
/// factor    = INTEGER | NAME | "(" sum ")"
///
/// SHAPE     = 3x32x32      channels x height x width
/// SIZE      = 3x3          height x width
/// NUMBERS   = "layer{1..}" layer1, layer2, ...
/// ```
///
/// A `WORD` is a word of the language or the name of a block. A `NAME` in a value is a parameter of the block or a word such as
/// `same`. Names, attributes and comments are those of Rust. A body without a last chain belongs to a struct whose outputs have names.
///
/// # Inputs and outputs
///
/// `struct Net(3x32x32) -> 10` takes an image, called [`input`](mod@crate::words::input), and promises the value of the body's last chain, a vector of
/// ten numbers. `-> 21x32x32` promises a map: 21 numbers for each pixel.
///
/// Inputs may have names: `struct Net(scan: 1x32x32, history: 12)`. `12` is a vector. There is no `input` then. Outputs may have names, too:
/// `-> (class: 5, corners: 4)`. They are names of the body itself, of a `let` or a label, and further steps may read them: `-> (fc: 1000, layer3:
/// 256x14x14)` promises the features of `layer3` beside the classes. Layers that no output needs are left out, with their parameters. A promise never
/// changes a bit of another output.
///
/// For names, the macro writes structs beside the network: `NetInputs`, which [`predict`](crate::Model::predict) takes; `NetOutputs`, which it returns;
/// `NetTargets` and `NetLosses`, of which a [`Batch`](crate::data::Batch) and [`losses`](crate::train::TrainerBuilder::losses) have one for each output.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     /// A depth for each pixel, and what kind of room it is.
///     struct Room(left: 3x32x32, right: 3x32x32) -> (depth: 1x32x32, kind: 4) {
///         let features = left || right -> conv(16, 3x3, activation = relu) -> down: conv(32, 3x3, stride = 2, activation = relu);
///         let depth = features -> upsample(2, mode = bilinear) -> conv(1, 3x3);
///         let kind = features -> global_avg_pool -> flatten -> linear(4);
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let (left, right) = (vec![0.5; 3 * 32 * 32], vec![0.4; 3 * 32 * 32]);
///     let RoomOutputs { depth, kind } = Room::new(1).predict(RoomInputs { left: &left, right: &right })?;
///     assert_eq!((depth.len(), kind.len()), (32 * 32, 4));
///     Ok(())
/// }
/// ```
///
/// # Chains
///
/// `->` passes a value to the next step: `input -> conv(16, 3x3) -> relu`. A body ends with a chain, whose value is the value of
/// the body. Before it, [`let`](mod@crate::words::let) gives names to the values of other chains.
/// [`input`](mod@crate::words::input) is the image in a network, and the value before the call in a block.
///
/// # Joins
///
/// | sign | what | shapes | in PyTorch | in Keras |
/// |---|---|---|---|---|
/// | `+` | sum | the same | `a + b` | `Add` |
/// | `*` | product | the same, or one of them `C x 1 x 1`: one scale per channel | `a * b` | `Multiply` |
/// | `\|\|` | concatenation along channels | the same height and width | `torch.cat([a, b], 1)` | `Concatenate` |
///
/// All three stand between values, `main + shortcut -> relu`, or are a step, `-> + shortcut`. They take any number of operands: `a + b + c`.
/// Operands are names, `input`, or chains in parentheses: `-> + (input -> conv(32, 1x1, stride = 2))`. Different signs need parentheses:
/// `(a + b) || c`. The three signs also join vectors.
///
/// The gate of squeeze and excitation (Hu et al. 2018) is a product with one scale per channel:
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x32x32) -> 10 {
///         input
///             -> conv(16, 3x3, activation = relu) -> squeezed(16)
///             -> global_avg_pool -> flatten -> linear(10)
///     }
///
///     block squeezed(filters) {
///         let gate = input -> global_avg_pool
///             -> conv(filters / 4, 1x1) -> relu
///             -> conv(filters, 1x1) -> sigmoid;
///         input * gate
///     }
/// }
///
/// fn main() {
///     let gate = (16 * 4 + 4) + (4 * 16 + 16);
///     assert_eq!(Net::PARAMETERS, (16 * 27 + 16) + gate + (16 * 10 + 10));
/// }
/// ```
///
/// # Repeats and lists
///
/// `3 * basic(16)` applies `basic(16)` three times, each time with other weights. `[down(32), 2 * basic(32)]` applies its steps
/// one after the other, under one label. Repeats and lists may stand in lists. The number of repeats may be a parameter of the
/// block, `depth * basic(16)`, or arithmetic in parentheses, `(depth - 1) * basic(16)`.
///
/// In the arguments of a repeated step, `round` is the number of the round, from 0: `3 * conv(16 + 8 * round, 3x3)` has 16, 24 and 32
/// filters. It is a number of that body only: `4 * unit(round + 1)` passes it to a block.
///
/// # Labels and parameter paths
///
/// A label stands before a step: `conv1: conv(64, 7x7, stride = 2)`. It names the value of the step, as
/// [`let`](mod@crate::words::let) does, and the parameters of the step: `conv1.weight`. Steps inside the labelled step continue
/// the path.
///
/// | written | names of the parameters |
/// |---|---|
/// | `conv1: conv(16, 3x3)` | `conv1.weight` |
/// | `stem: basic(16)` | `stem.conv1.weight`: the label of the call, then the label in the block |
/// | `layer1: 2 * basic(16)` | `layer1.0.conv1.weight`, `layer1.1.conv1.weight`: the number of the repeat, from 0 |
/// | `layer2: [down(32), 2 * basic(32)]` | `layer2.0...`, `layer2.1...`, `layer2.2...`: the position in the list, from 0; repeats count as several |
/// | `[conv(8, 1x1), norm: batch_norm]` | `.0` and `.norm`: a label in a list replaces the position |
/// | `"unit{1..}": 2 * basic(16)` | `unit1.conv1.weight`, `unit2.conv1.weight`: a label for each round, with a number from 1 |
/// | `"unit-{0..}": [down(32), basic(32)]` | `unit-0...`, `unit-1...`: a label for each step of the list |
/// | `conv(16, 3x3) -> conv(16, 3x3)` | `conv1...`, `conv2...`: without a label, the word and its number in the body, from 1 |
///
/// A label with numbers names parameters and no value. So a network with torchvision's labels has torchvision's state dict, and torchvision's weights load without conversion.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x8x8) -> 10 {
///         input
///             -> stem: [conv(8, 3x3), norm: batch_norm, relu]
///             -> conv(8, 1x1) -> global_avg_pool -> flatten -> fc: linear(10)
///     }
/// }
///
/// fn main() {
///     let keys = Net::parameter_names().iter().map(|(key, _)| *key);
///     let weights: Vec<&str> = keys.filter(|key| key.ends_with("weight")).collect();
///     assert_eq!(weights, ["stem.0.weight", "stem.norm.weight", "conv1.weight", "fc.weight"]);
/// }
/// ```
///
/// # Words
///
/// Positional arguments come before named ones. Arguments with a default may be left out. A word without arguments needs no parentheses.
///
/// | words | |
/// |---|---|
/// | [`conv`](mod@crate::words::conv), [`conv_transpose`](mod@crate::words::conv_transpose), [`linear`](mod@crate::words::linear), [`batch_norm`](mod@crate::words::batch_norm), [`group_norm`](mod@crate::words::group_norm), [`layer_norm`](mod@crate::words::layer_norm), [`instance_norm`](mod@crate::words::instance_norm), [`scale`](mod@crate::words::scale), [`prelu`](mod@crate::words::prelu) | layers with parameters |
/// | [`relu`](mod@crate::words::relu), [`relu6`](mod@crate::words::relu6), [`leaky_relu`](mod@crate::words::leaky_relu), [`sigmoid`](mod@crate::words::sigmoid), [`tanh`](mod@crate::words::tanh), [`silu`](mod@crate::words::silu), [`gelu`](mod@crate::words::gelu), [`selu`](mod@crate::words::selu), [`softplus`](mod@crate::words::softplus), [`hard_swish`](mod@crate::words::hard_swish), [`elu`](mod@crate::words::elu), [`mish`](mod@crate::words::mish), [`hard_sigmoid`](mod@crate::words::hard_sigmoid) | elementwise activations |
/// | [`softmax`](mod@crate::words::softmax) | probabilities |
/// | [`max_pool`](mod@crate::words::max_pool), [`avg_pool`](mod@crate::words::avg_pool), [`global_avg_pool`](mod@crate::words::global_avg_pool), [`global_max_pool`](mod@crate::words::global_max_pool), [`adaptive_avg_pool`](mod@crate::words::adaptive_avg_pool) | pools |
/// | [`flatten`](mod@crate::words::flatten), [`pad`](mod@crate::words::pad), [`upsample`](mod@crate::words::upsample), [`channel_shuffle`](mod@crate::words::channel_shuffle), [`slice`](mod@crate::words::slice) | shapes |
/// | [`dropout`](mod@crate::words::dropout), [`drop_path`](mod@crate::words::drop_path) | regularisation |
/// | [`shortcut`](mod@crate::words::shortcut) | the shortcuts of He et al. |
/// | [`struct`](mod@crate::words::struct), [`block`](mod@crate::words::block), [`let`](mod@crate::words::let), [`input`](mod@crate::words::input), [`as`](mod@crate::words::as), [`freeze`](mod@crate::words::freeze), [`budget`](mod@crate::words::budget) | declarations and values |
/// | [`activation`](mod@crate::words::activation), [`init`](mod@crate::words::init), [`padding`](mod@crate::words::padding) | arguments of several layers |
///
/// An activation may be written as an argument of the layer before it: `conv(16, 3x3, activation = relu)` is `conv(16, 3x3) -> relu`.
///
/// # Frozen layers
///
/// [`#[freeze(...)]`](mod@crate::words::freeze) on a struct names the layers that are not trained, by their paths:
/// `#[freeze(conv1, bn*)]`, `#[freeze(not(fc))]`. Their parameters have no gradients, and their batch norms do not update the
/// running statistics. If no layer before them is trained, they have no backward pass.
///
/// # Budgets
///
/// [`#[budget(...)]`](mod@crate::words::budget) on a struct says what the network may cost at most:
/// `#[budget(parameters <= 300_000, macs <= 41_000_000, inference <= 2 MiB, training <= 64 MiB)]`. More than that is a compile
/// error, which names the three layers with the most.
///
/// # Layers of your own
///
/// A step that is a path of at least two names is a layer of your own: `crate::HardTanh`, `my::Scaled(0.5)`, `my::Map(|x| 2.0 * x)`.
/// If it changes the shape, the output shape stands after [`as`](mod@crate::words::as): `my::Upsample as 16x16x16`. The type
/// implements a trait of [`layer`](crate::layer).
///
/// # Sizes as parameters
///
/// Sizes are literals, because rustc expands macros before it evaluates constants. Sizes that differ between uses are parameters
/// of a block, or of a `macro_rules!` around `resnet!`:
///
/// ```
/// macro_rules! network {
///     ($name:ident, $width:literal, $classes:literal) => {
///         athena::resnet! {
///             struct $name(3x32x32) -> $classes {
///                 input
///                     -> conv($width, 3x3, activation = relu) -> conv(2 * $width, 3x3)
///                     -> global_avg_pool -> flatten -> linear($classes)
///             }
///         }
///     };
/// }
///
/// network!(Narrow, 8, 10);
/// network!(Wide, 64, 100);
///
/// fn main() {
///     use athena::Model;
///     assert_eq!((Narrow::CLASSES, Wide::CLASSES), (10, 100));
/// }
/// ```
///
/// # How large a program may be
///
/// The time to expand a program is proportional to its length. These are the limits; the error for a larger program names the limit:
///
/// | count | limit | for comparison |
/// |---|---|---|
/// | tokens of one `resnet!` (each word, number, sign and bracket) | 100,000 | ResNet-152 without blocks and repeats: 3,704; DenseNet-201: 6,941 |
/// | steps of one `resnet!` with its blocks and repeats written out | 6,500 | ResNet-1202: 6,000 |
/// | arguments and numbers of these steps | 1,000,000 | |
/// | brackets inside one another; blocks, lists and parentheses inside one another | 64 | |
/// | parameters of a block, paths of a `#[freeze(...)]` | 100 | |
/// | letters of a name | 256 | |
///
/// At most 100 mistakes are reported. After 200 mistakes in the syntax, the rest of the program is not read.
///
/// # Mistakes
///
/// Common mistakes, their errors, and what to write instead. Each row is the body of a `struct Net(3x32x32) -> 10`; where the row
/// does not show it, the body ends in `-> global_avg_pool -> flatten -> linear(10)`.
///
/// | written | the error | instead |
/// |---|---|---|
/// | `input -> conv(16, 3x3) -> linear(10)` | `linear` needs a vector, found 16x32x32 | `input -> conv(16, 3x3) -> flatten -> linear(10)` |
/// | `input -> flatten -> linear(9)` | `Net` promises 10 classes but ends in a vector of 9 | `input -> flatten -> linear(10)` |
/// | `input -> conv(16, 3x3) -> + input` | cannot add `input` to this map: 3x32x32 and 16x32x32 differ | `input -> conv(16, 3x3) -> + (input -> conv(16, 1x1))` |
/// | `input -> stem: conv(16, 3x3) -> conv(16, 3x3, stride = 2) -> + stem` | cannot add `stem` to this map: 16x32x32 and 16x16x16 differ | `input -> stem: conv(16, 3x3) -> conv(16, 3x3, stride = 2) -> + (stem -> shortcut(16, stride = 2))` |
/// | `input -> conv(16, 2x2, stride = 2)` | `same` padding needs an odd kernel, found `2x2`: an even one has no middle | `input -> conv(16, 2x2, stride = 2, padding = valid)` |
/// | `input -> conv(3, 16, 3x3)` | `same` padding needs an odd kernel, found `16x16`: an even one has no middle | `input -> conv(16, 3x3)` |
/// | `input -> Conv2d(3, 16, kernel_size = 3)` | there is no layer or block `Conv2d` | `input -> conv(16, 3, padding = valid)` |
/// | `input -> conv(16, 3x3, strides = 2)` | `conv` has no argument `strides` | `input -> conv(16, 3x3, stride = 2)` |
/// | `input -> flatten -> dense(10)` | there is no layer or block `dense` | `input -> flatten -> linear(10)` |
/// | `input -> conv(16, 3x3) -> hardtanh` | there is no layer or block `hardtanh` | `input -> conv(16, 3x3) -> crate::HardTanh` |
/// | `input -> conv(16, 3x3) relu` | expected `->` before `relu` | `input -> conv(16, 3x3) -> relu` |
/// | `input -> a: conv(16, 3x3) -> b: relu -> (a + b)` | a step does not stand in parentheses | `input -> a: conv(16, 3x3) -> relu -> + a` |
/// | `input + input \|\| input` | `+` and `\|\|` cannot be mixed without parentheses | `(input + input) \|\| input` |
/// | `input -> max_pool(64)` | a window of height 64 does not fit into 3x32x32 | `input -> max_pool(32)` |
/// | `input -> conv(16, 3x3, groups = 2)` | 2 groups do not divide the 3 input channels | `input -> conv(16, 3x3, groups = 1)` |
///
/// `docs/errors.md` in the repository shows the commonest errors as rustc prints them, and errors about data and training.
#[doc(alias(
    "network",
    "model",
    "Sequential",
    "nn.Module",
    "keras.Model",
    "residual",
    "skip connection",
    "add",
    "concat",
    "compile"
))]
#[macro_export]
macro_rules! resnet {
    ($($tokens:tt)*) => {
        $crate::__resnet! { $crate; $($tokens)* }
    };
}
