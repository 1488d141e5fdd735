//! Compares `athena::models` with their sources: torchvision, timm, and the programs and figures of the papers.
//!
//! `tests/python/zoo.py` writes the reference: counts, names and shapes of every network, and its logits for weights that both
//! sides compute from the same hash. The large networks take minutes without optimisation, and all networks together take minutes to
//! compile, so they are tested on request. (The documentation of each has its counts, which are tested always.)
//!
//!     cargo test --release --test zoo -- --ignored --nocapture
//!     RUSTFLAGS="--cfg zoo" cargo test --release --test zoo -- --include-ignored --nocapture

mod common;

use athena::{Model, Signature};
use common::generate::{self, Kind};
use common::reference::{TOLERANCE, path};
use safetensors::SafeTensors;
use std::collections::BTreeSet;

/// As in the script.
const SEED: &str = "zoo";

/// The factor of the scales of batch norms, as in the script.
fn scale(name: &str) -> f32 {
    if name == "efficientnet_v2_l" { 0.6 } else { 0.7 }
}

/// Declares networks of the zoo and their tests. Those behind `slow` run on request; those behind `more` are also compiled on request.
macro_rules! zoo {
    (fast: $($fast:ident)* ; slow: $($slow:ident)* ; more: $($more:ident)*) => {
        $(zoo! { @network $fast })*
        $(zoo! { @network $slow #[ignore = "large: see the top of the file"] })*
        $(#[cfg(zoo)] zoo! { @network $more #[ignore = "large: see the top of the file"] })*

        /// Every network by name.
        fn all() -> Vec<Facts> {
            let mut all =
                vec![$(Facts::of::<$fast::Net, _>(stringify!($fast)),)* $(Facts::of::<$slow::Net, _>(stringify!($slow)),)*];
            all.extend(maps::all());
            let more: &[fn() -> Facts] = &[$(#[cfg(zoo)] || Facts::of::<$more::Net, _>(stringify!($more))),*];
            all.extend(more.iter().map(|facts| facts()));
            all
        }
    };
    (@network $name:ident $(#[$attribute:meta])?) => {
        mod $name {
            athena::models::$name! { pub struct Net }

            #[test]
            $(#[$attribute])?
            fn logits_are_those_of_pytorch() {
                super::check_logits::<Net>(stringify!($name));
            }
        }
    };
}

zoo! {
    fast: alexnet squeezenet1_1 googlenet resnet18 resnext50_32x4d resnet50_v1 resnet50d se_resnet50 densenet121 mobilenet_v2
        mobilenet_v3_small mnasnet0_5 shufflenet_v2_x0_5 regnet_x_400mf regnet_y_400mf efficientnet_b0 convnext_tiny
        resnet20 resnet32 resnet44 resnet56 resnet110 resnet20_b resnet32_b resnet44_b resnet56_b resnet110_b
        preact_resnet110 preact_resnet164 preact_resnet1001 wide_resnet16_4;
    slow: vgg11 vgg11_bn resnet34 resnet50 resnet101 resnet152 wide_resnet50_2 wide_resnet101_2 resnext101_32x8d resnet101d
        wide_resnet28_10;
    more: vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn squeezenet1_0 resnext101_64x4d densenet161 densenet169 densenet201
        mobilenet_v3_large mnasnet0_75 mnasnet1_0 mnasnet1_3 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0
        regnet_x_800mf regnet_x_1_6gf regnet_x_3_2gf regnet_x_8gf regnet_x_16gf regnet_x_32gf regnet_y_800mf regnet_y_1_6gf
        regnet_y_3_2gf regnet_y_8gf regnet_y_16gf regnet_y_32gf regnet_y_128gf efficientnet_b1 efficientnet_b2 efficientnet_b3
        efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7 efficientnet_v2_s efficientnet_v2_m efficientnet_v2_l convnext_small convnext_base
        convnext_large inception_v3
}

/// Networks whose outputs are maps, for images of their sources' sizes. Their logits are those of small images, below.
mod maps {
    macro_rules! maps {
        ($($name:ident)*) => {
            $(mod $name {
                athena::models::$name! { pub struct Net }
            })*

            pub fn all() -> Vec<super::Facts> {
                vec![$(super::Facts::of::<$name::Net, _>(stringify!($name))),*]
            }
        };
    }

    maps! { fcn_resnet50 deeplabv3_resnet50 unet }
}

/// Networks with auxiliary heads, which are further outputs. One has a name of torchvision's that is not snake case.
#[allow(non_snake_case)]
mod heads {
    use super::Facts;

    /// Each with its counts, at the size of the source, and with its logits, at another size if there is one.
    macro_rules! heads {
        ($($name:ident $shape:tt $small:tt: $($output:ident $made:tt $little:tt),*;)*) => {
            $(mod $name {
                athena::models::$name! { pub struct Net($shape) -> ($($output: $made),*) }
                athena::models::$name! { pub struct Small($small) -> ($($output: $little),*) }

                #[test]
                #[cfg_attr(not(zoo), ignore = "large: see the top of the file")]
                fn logits_are_those_of_pytorch() {
                    use athena::Model;
                    let (network, image) = super::super::fill::<Small, _>(stringify!($name));
                    let outputs = network.predict(&image).expect("a whole image");
                    $(super::super::check_outputs(concat!(stringify!($name), " ", stringify!($output)), &outputs.$output);)*
                }
            })*

            pub fn all() -> Vec<Facts> {
                vec![$(Facts::of::<$name::Net, _>(stringify!($name))),*]
            }
        };
    }

    heads! {
        googlenet 3x224x224 3x224x224: fc 1000 1000, aux1 1000 1000, aux2 1000 1000;
        inception_v3 3x299x299 3x299x299: fc 1000 1000, AuxLogits 1000 1000;
        fcn_resnet50 3x520x520 3x32x48: out 21x520x520 21x32x48, aux 21x520x520 21x32x48;
        deeplabv3_resnet50 3x520x520 3x32x48: out 21x520x520 21x32x48, aux 21x520x520 21x32x48;
    }
}

/// Declares networks for images whose sides are no multiple of the strides, and their tests.
macro_rules! other_sizes {
    ($($test:ident: $name:ident $shape:tt -> $classes:tt, $key:literal $(, #[$attribute:meta])?;)*) => {
        mod other_sizes {
            $(mod $test {
                athena::models::$name! { pub struct Net $shape -> $classes }

                #[test]
                $(#[$attribute])?
                fn logits_are_those_of_pytorch() {
                    super::super::check_logits::<Net>($key);
                }
            })*
        }
    };
}

other_sizes! {
    resnet18: resnet18(3x33x49) -> 1000, "resnet18 33x49";
    resnet50_v1: resnet50_v1(3x33x49) -> 1000, "resnet50_v1 33x49";
    resnet50d: resnet50d(3x65x97) -> 1000, "resnet50d 65x97";
    resnet50d_tiny: resnet50d(3x9x1) -> 1000, "resnet50d 9x1";
    resnet50d_large: resnet50d(3x225x193) -> 1000, "resnet50d 225x193", #[ignore = "large: as above"];
    resnet101d: resnet101d(3x65x97) -> 1000, "resnet101d 65x97", #[ignore = "large: as above"];
    se_resnet50: se_resnet50(3x33x49) -> 1000, "se_resnet50 33x49";
    mobilenet_v2: mobilenet_v2(3x33x49) -> 1000, "mobilenet_v2 33x49";
    densenet121: densenet121(3x65x97) -> 1000, "densenet121 65x97";
    unet: unet(3x32x48) -> 2x32x48, "unet 32x48";
    resnet20: resnet20(3x29x31) -> 10, "resnet20 29x31";
    resnet20_b: resnet20_b(3x29x31) -> 10, "resnet20_b 29x31";
    preact_resnet110: preact_resnet110(3x29x31) -> 10, "preact_resnet110 29x31";
    preact_resnet164: preact_resnet164(3x29x31) -> 10, "preact_resnet164 29x31";
    wide_resnet16_4: wide_resnet16_4(3x29x31) -> 10, "wide_resnet16_4 29x31";
}

/// The facts of a network's type.
struct Facts {
    name: &'static str,
    parameters: usize,
    macs: u64,
    keys: Vec<String>,
}

impl Facts {
    fn of<M: Model<S>, S: Signature>(name: &'static str) -> Self {
        let key = |&(name, shape): &(&str, &[usize])| {
            let sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
            format!("{name} {}", if sizes.is_empty() { "scalar".to_owned() } else { sizes.join("x") })
        };
        Self { name, parameters: M::PARAMETERS, macs: M::MACS, keys: M::parameter_names().iter().map(key).collect() }
    }

    /// The line of `zoo.txt`.
    fn line(&self) -> String {
        let text: String = self.keys.iter().map(|key| format!("{key}\n")).collect();
        let hash = generate::fnv(&text);
        format!("{} {} {} {} {hash:016x}", self.name, self.parameters, self.macs, self.keys.len())
    }
}

fn count(text: &str) -> u64 {
    text.parse().expect("a count")
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

/// The lines of `zoo.txt` or `zoo_heads.txt`.
fn reference(file: &str) -> BTreeSet<String> {
    let table = std::fs::read_to_string(path(file)).expect("the reference files are committed");
    table.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn counts_names_and_shapes_are_those_of_the_sources() {
    let expected = reference("zoo.txt");
    let found: BTreeSet<String> = all().iter().map(Facts::line).collect();
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>().join("\n  ");
    assert!(
        found.is_subset(&expected),
        "only here:\n  {}\nonly in the reference:\n  {}",
        only(&found, &expected),
        only(&expected, &found)
    );
    assert!(!cfg!(zoo) || found == expected, "only in the reference:\n  {}", only(&expected, &found));
}

#[test]
fn with_heads_too() {
    let found: BTreeSet<String> = heads::all().iter().map(Facts::line).collect();
    assert_eq!(found, reference("zoo_heads.txt"));
}

/// Parameters in millions, or multiply-adds in thousands of millions, as the papers print them.
#[test]
fn counts_are_those_of_the_papers() {
    let parameters = [
        // He et al. (2016), table 6.
        ("resnet20", 0.27),
        ("resnet32", 0.46),
        ("resnet44", 0.66),
        ("resnet56", 0.85),
        ("resnet110", 1.7),
        // He et al. (2016b), table 4 and section 5.
        ("preact_resnet164", 1.7),
        ("preact_resnet1001", 10.2),
        // Zagoruyko and Komodakis (2016), table 4; Xie et al. (2017), table 1.
        ("wide_resnet28_10", 36.5),
        ("resnext50_32x4d", 25.0),
        // Hu et al. (2018), section 4: 10 % more than ResNet-50's 25 million.
        ("se_resnet50", 28.0),
        // Sandler et al. (2018), table 4.
        ("mobilenet_v2", 3.4),
    ];
    // He et al. (2016), table 1; Sandler et al. (2018), table 4.
    let macs = [("resnet18", 1.8), ("resnet34", 3.6), ("resnet50_v1", 3.8), ("mobilenet_v2", 0.3)];
    let facts = all();
    let of = |name: &str| facts.iter().find(|facts| facts.name == name).expect("a network of the zoo");
    for (name, millions) in parameters {
        let found = of(name).parameters as f64 / 1e6;
        assert!(
            (found / millions - 1.0f64).abs() < 0.035,
            "{name}: {found} million parameters, {millions} in the paper"
        );
    }
    for (name, billions) in macs {
        let found = of(name).macs as f64 / 1e9;
        assert!(
            (found / billions - 1.0f64).abs() < 0.035,
            "{name}: {found} billion multiply-adds, {billions} in the paper"
        );
    }
}

/// The documentation and the example of each definition have its counts.
#[test]
fn documentation_states_the_counts() {
    let folder = [env!("CARGO_MANIFEST_DIR"), "src", "models"].iter().collect::<std::path::PathBuf>();
    let files = std::fs::read_dir(folder).expect("the definitions");
    let text: String = files.map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("text")).collect();
    for line in reference("zoo.txt") {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a name and two counts");
        let (name, parameters, macs) = (word(), count(word()), count(word()));
        let (before, _) = text.split_once(&format!("\nmacro_rules! __{name} {{")).expect("the definition");
        let documentation = before.rsplit("\n\n").next().unwrap_or_default();
        let counts = format!("{} parameters, {} multiply-adds.", grouped(parameters), grouped(macs));
        assert!(documentation.contains(&counts), "`{name}` should say: {counts}");
        assert!(documentation.contains(&format!("athena::models::{name}! {{")), "`{name}` has no example");
        let row = format!("| {} | {} |", grouped(parameters), grouped(macs));
        let (_, rest) = text.split_once(&format!("//! | [`{name}`]")).expect("a row of the module's table");
        assert!(rest.lines().next().is_some_and(|line| line.ends_with(&row)), "the row of `{name}` should say: {row}");
    }
}

/// Inference on one image, from generated weights and running statistics.
fn check_logits<M: Model>(name: &str) {
    let (network, image) = fill::<M, _>(name);
    check_outputs(name, &network.predict(&image).expect("a whole image"));
}

/// A network with generated weights and running statistics, and an image.
fn fill<M: Model<S>, S: Signature>(name: &str) -> (M, Vec<f32>) {
    let mut network = M::new(0);
    for &(key, shape) in M::parameter_names().iter().filter(|(key, _)| !key.ends_with("num_batches_tracked")) {
        // A tensor `weight` with one dimension is the scale of a batch norm.
        let kind = Kind::of(key, shape, false);
        let mut values = generate::tensor(SEED, key, kind, shape.iter().product(), 0.0);
        if kind == Kind::Scale {
            values.iter_mut().for_each(|value| *value *= scale(name));
        }
        network.set_parameter(key, &values).expect("its own name and shape");
    }
    let image = generate::images(SEED, M::INPUTS[0].shape.iter().product());
    (network, image)
}

fn check_outputs(name: &str, logits: &[f32]) {
    let bytes = std::fs::read(path("zoo.safetensors")).expect("the reference files are committed");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let stored = file.tensor(name).unwrap_or_else(|_| panic!("the reference has no `{name}`"));
    let expected: Vec<f32> = stored.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    assert_eq!(logits.len(), expected.len());
    let largest = expected.iter().fold(0.0, |most: f32, value| most.max(value.abs()));
    let error = logits.iter().zip(&expected).map(|(a, b)| f64::from((a - b).abs() / largest)).fold(0.0, f64::max);
    println!("{name}: {error:.1e} of the largest logit, {largest:.3}");
    assert!(error < TOLERANCE, "{name}: logits differ by {error:.1e} of the largest, {largest}");
    assert!(logits.iter().all(|value| value.is_finite()));
}
