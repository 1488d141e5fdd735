//! Words of Keras, PyTorch, torchvision, athena-fortran and others, with their counterparts in this language.

use super::all;
use super::spelling::{lookup, plain, squeeze};

/// Layers by other names, in lower case, without underscores, `2d` and the like.
const LAYERS: &[(&str, &str)] = &[
    ("convolution", "conv"),
    ("convolutional", "conv"),
    ("depthwiseconv", "conv"),
    ("conv2dtranspose", "conv_transpose"),
    ("transposeconv", "conv_transpose"),
    ("transposedconv", "conv_transpose"),
    ("deconv", "conv_transpose"),
    ("deconvolution", "conv_transpose"),
    ("upconv", "conv_transpose"),
    ("cnn", "conv"),
    ("dense", "linear"),
    ("full", "linear"),
    ("fc", "linear"),
    ("fullyconnected", "linear"),
    ("affine", "linear"),
    ("innerproduct", "linear"),
    ("bn", "batch_norm"),
    ("norm", "batch_norm"),
    ("batchnormalization", "batch_norm"),
    ("batchnormalisation", "batch_norm"),
    ("maxpooling", "max_pool"),
    ("pool", "max_pool"),
    ("pooling", "max_pool"),
    ("averagepool", "avg_pool"),
    ("averagepooling", "avg_pool"),
    ("avgpooling", "avg_pool"),
    ("gap", "global_avg_pool"),
    ("globalaveragepooling", "global_avg_pool"),
    ("globalaveragepool", "global_avg_pool"),
    ("globalavgpooling", "global_avg_pool"),
    ("globalpool", "global_avg_pool"),
    ("adaptiveaveragepool", "adaptive_avg_pool"),
    ("adaptiveavgpooling", "adaptive_avg_pool"),
    ("globalmaxpooling", "global_max_pool"),
    ("adaptivemaxpool", "global_max_pool"),
    ("stochasticdepth", "drop_path"),
    ("shuffle", "channel_shuffle"),
    ("chunk", "slice"),
    ("split", "slice"),
    ("narrow", "slice"),
    ("swish", "silu"),
    ("hardsilu", "hard_swish"),
    ("hswish", "hard_swish"),
    ("hsigmoid", "hard_sigmoid"),
    ("lrelu", "leaky_relu"),
    ("logistic", "sigmoid"),
    ("reshape", "flatten"),
    ("view", "flatten"),
    ("upsampling", "upsample"),
    ("upsamplingnearest", "upsample"),
    ("upsamplingbilinear", "upsample"),
    ("interpolate", "upsample"),
    ("resize", "upsample"),
    ("zeropadding", "pad"),
    ("zeropad", "pad"),
    ("padding", "pad"),
    ("projection", "shortcut"),
    ("downsample", "shortcut"),
    ("convnormactivation", "conv"),
    ("separableconv", "conv"),
    ("fullyconnectedlayer", "linear"),
    ("groupnorm", "group_norm"),
    ("groupnormalization", "group_norm"),
    ("layernormalization", "layer_norm"),
    ("instancenormalization", "instance_norm"),
    ("layerscale", "scale"),
    ("bnorm", "batch_norm"),
    ("normalization", "batch_norm"),
    ("normalize", "batch_norm"),
    ("maximumpooling", "max_pool"),
    ("meanpool", "avg_pool"),
    ("meanpooling", "avg_pool"),
    ("subsample", "avg_pool"),
    ("globalmeanpool", "global_avg_pool"),
    ("relun", "relu"),
    ("rectifier", "relu"),
    ("mean", "global_avg_pool"),
    ("reducemean", "global_avg_pool"),
    ("gemm", "linear"),
    ("matmul", "linear"),
    ("connected", "linear"),
    ("clip", "relu6"),
    ("clamp", "relu6"),
    ("groupedconvolution", "conv"),
    ("groupedconv", "conv"),
    ("groupconv", "conv"),
    ("crosschannelnormalization", "batch_norm"),
    ("celu", "elu"),
    ("hardtanh", "tanh"),
    ("rmsnorm", "batch_norm"),
    ("lrn", "batch_norm"),
    ("localresponsenorm", "batch_norm"),
    ("logsoftmax", "softmax"),
    ("spatialdropout", "dropout"),
    ("dropblock", "dropout"),
    ("flat", "flatten"),
];

/// Layers that combine values, with the operator to write instead.
const MERGES: &[(&str, &str)] = &[
    ("add", "+"),
    ("sum", "+"),
    ("plus", "+"),
    ("skip", "+"),
    ("residual", "+"),
    ("merge", "+"),
    ("addition", "+"),
    ("eltwise", "+"),
    ("elementwise", "+"),
    ("elemwiseadd", "+"),
    ("multiply", "*"),
    ("mul", "*"),
    ("product", "*"),
    ("gate", "*"),
    ("concat", "||"),
    ("concatenate", "||"),
    ("cat", "||"),
    ("concatenation", "||"),
    ("depthconcatenation", "||"),
    ("route", "||"),
    ("join", "||"),
];

/// The modules that contain the layers of other libraries.
const LIBRARIES: &[&str] = &[
    "nn",
    "torch",
    "torchvision",
    "functional",
    "F",
    "keras",
    "tf",
    "tensorflow",
    "layers",
    "tch",
    "candle_nn",
    "burn",
    "dfdx",
    "athena",
];

/// Arguments by other names.
const ARGUMENTS: &[(&str, &[&str])] = &[
    (
        "filters",
        &[
            "numfilters",
            "outchannels",
            "channels",
            "features",
            "planes",
            "filter",
            "width",
            "nfilters",
            "out",
            "numoutput",
        ],
    ),
    ("kernel", &["kernelsize", "ksize", "size", "poolsize", "window", "kernels", "kernelshape", "windowshape"]),
    ("stride", &["strides", "step", "windowstrides", "subsample"]),
    ("padding", &["pad", "pads", "autopad"]),
    ("groups", &["group", "ngroups", "numgroups", "cardinality", "featuregroupcount"]),
    ("dilation", &["dilationrate", "dilations", "rate", "kerneldilation"]),
    ("bias", &["usebias", "withbias", "biasterm"]),
    ("init", &["kernelinitializer", "kernelinitialiser", "initializer", "initialiser", "weightinit"]),
    ("activation", &["act", "actv", "activationfunction"]),
    (
        "outputs",
        &["units", "outfeatures", "numoutputs", "numclasses", "classes", "output", "outsize", "features", "numoutput"],
    ),
    ("size", &["outputsize", "outsize", "shape"]),
    ("from", &["start", "begin", "first"]),
    ("to", &["end", "stop", "last"]),
    ("p", &["prob", "probability", "rate", "droprate", "dropout"]),
    ("eps", &["epsilon"]),
    ("slope", &["negativeslope", "alpha"]),
    ("alpha", &["slope", "negativeslope"]),
    ("start", &["initvalues", "initvalue", "layerscale", "gamma"]),
    ("amount", &["padding", "pad", "size"]),
    ("affine", &["scale", "center", "centre", "trainable"]),
    ("factor", &["scalefactor", "scale", "scales"]),
    ("mode", &["interpolation", "paddingmode", "method"]),
    ("option", &["kind", "variant", "type"]),
    ("ceil", &["ceilmode", "ceiling", "roundup"]),
    ("count_padding", &["countincludepad", "countincludepadding", "includepad", "countpad", "includepadding"]),
];

/// Arguments for the size of the input, which is inferred here.
const INFERRED: &[&str] = &[
    "inchannels",
    "inputshape",
    "infeatures",
    "numfeatures",
    "numchannels",
    "inputrank",
    "inputdim",
    "inputs",
    "inplanes",
    "inputlayerids",
    "inputsize",
    "inputchannels",
    "inchans",
];

/// Words for values, by other names.
const VALUES: &[(&str, &str)] = &[
    ("kaimingnormal", "he_normal"),
    ("kaiminguniform", "he_uniform"),
    ("glorotnormal", "xavier_normal"),
    ("glorotuniform", "xavier_uniform"),
    ("lecun", "lecun_uniform"),
    ("zero", "zeros"),
    ("constant", "zeros"),
    ("projection", "b"),
    ("conv1x1", "b"),
    ("half", "same"),
    ("sameupper", "same"),
    ("samelower", "same"),
    ("leaky", "leaky_relu"),
    ("none", "valid"),
    ("edge", "replicate"),
    ("mirror", "reflect"),
    ("swish", "silu"),
    ("hardswish", "hard_swish"),
    ("leakyrelu", "leaky_relu"),
    ("yes", "true"),
    ("samepadding", "same"),
    ("nopadding", "valid"),
    ("no", "false"),
    ("on", "true"),
    ("off", "false"),
];

/// Words for a step that changes nothing.
const NOTHING: &[&str] =
    &["none", "null", "identity", "noop", "nil", "pass", "linear", "output", "outputs", "out", "end"];

/// Containers of steps, which are lists here.
const LISTS: &[&str] = &["sequential", "modulelist", "chain", "compose", "stack"];

/// Words before the name of an activation.
const ACTIVATIONS: &[&str] = &["activation", "actv", "act"];

/// Whether a foreign word means a step that changes nothing, or no activation.
pub fn is_nothing(written: &str) -> bool {
    NOTHING.contains(&plain(written).as_str())
}

/// Whether a foreign word is a container of steps.
pub fn is_list(written: &str) -> bool {
    LISTS.contains(&plain(written).as_str())
}

/// Whether a word of another library is known, but is not a layer.
pub fn is_other(written: &str) -> bool {
    merge(written).is_some() || is_list(written) || is_activation(written) || is_nothing(written)
}

/// Whether a foreign word stands before the name of an activation.
pub fn is_activation(written: &str) -> bool {
    ACTIVATIONS.contains(&plain(written).as_str())
}

/// The layer that a foreign word means.
pub fn word(written: &str) -> Option<&'static str> {
    let plain = plain(written);
    let own = all().find(|word| word.name.replace('_', "") == plain).map(|word| word.name);
    own.or_else(|| lookup(LAYERS, &plain)).or_else(|| lookup(LAYERS, &squeeze(written)))
}

/// The operator for a foreign word that combines values.
pub fn merge(written: &str) -> Option<&'static str> {
    lookup(MERGES, &plain(written))
}

/// Whether this name is a module of another library.
pub fn is_library(written: &str) -> bool {
    LIBRARIES.contains(&written)
}

/// The argument among `names` that a foreign name means.
pub fn argument(written: &str, names: &[&'static str]) -> Option<&'static str> {
    let plain = squeeze(written);
    names.iter().copied().find(|name| {
        name.replace('_', "") == plain
            || ARGUMENTS.iter().any(|(own, others)| own == name && others.contains(&plain.as_str()))
    })
}

/// Whether two names mean the same argument, in any library: `planes` and `filters`.
pub fn are_synonyms(left: &str, right: &str) -> bool {
    let (left, right) = (squeeze(left), squeeze(right));
    let holds = |(own, others): &(&str, &[&str]), name: &String| own == name || others.contains(&name.as_str());
    ARGUMENTS.iter().any(|row| holds(row, &left) && holds(row, &right))
}

/// Whether an argument is the size of the input.
pub fn inferred(written: &str) -> bool {
    INFERRED.contains(&squeeze(written).as_str())
}

/// The word for a value that a foreign one means.
pub fn value(written: &str) -> Option<&'static str> {
    lookup(VALUES, &squeeze(written))
}

/// The layer that a name with a number means, such as `conv1` or `fc2`.
pub fn numbered(written: &str) -> Option<&'static str> {
    let stem = written.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if stem.len() == written.len() { None } else { word(stem.trim_end_matches('_')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_understood() {
        for (foreign, own) in [
            ("Conv2d", "conv"),
            ("conv2d_layer_type", "conv"),
            ("dense", "linear"),
            ("full_layer_type", "linear"),
            ("fc", "linear"),
            ("bn", "batch_norm"),
            ("batchnorm2d", "batch_norm"),
            ("BatchNorm2d", "batch_norm"),
            ("maxpool", "max_pool"),
            ("maxpool2d_layer_type", "max_pool"),
            ("MaxPooling2D", "max_pool"),
            ("avgpool", "avg_pool"),
            ("GlobalAveragePooling2D", "global_avg_pool"),
            ("ReLU", "relu"),
            ("ReLU6", "relu6"),
            ("LeakyReLU", "leaky_relu"),
            ("Dropout", "dropout"),
        ] {
            assert_eq!(word(foreign), Some(own), "{foreign}");
        }
        assert_eq!(merge("Concatenate"), Some("||"));
        assert_eq!(merge("add_layer_type"), Some("+"));
        assert_eq!(word("lstm"), None);
    }

    #[test]
    fn every_translation_is_a_word() {
        for (_, own) in LAYERS {
            assert!(super::super::find(own).is_some(), "{own}");
        }
        let names: Vec<&str> = all().flat_map(|word| word.args).map(|argument| argument.name).collect();
        for (own, _) in ARGUMENTS {
            assert!(names.contains(own), "{own}");
        }
    }
}
