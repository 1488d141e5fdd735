//! Notes on layers, calls and arguments of other libraries that this language does not have, or has in another place.

use super::spelling::{lookup, plain, squeeze};

/// Layers and calls without a counterpart. The help is to remove them.
const STEPS: &[(&str, &str)] = &[
    ("pixelshuffle", ENLARGES),
    ("depthtospace", ENLARGES),
    ("unpool", ENLARGES),
    ("maxunpool", ENLARGES),
    ("permute", ORDER),
    ("transpose", ORDER),
    ("swapaxes", ORDER),
    ("rearrange", ORDER),
    ("channelslast", ORDER),
    ("unsqueeze", ORDER),
    ("expanddims", ORDER),
    ("crossentropy", LOSS),
    ("crossentropyloss", LOSS),
    ("categoricalcrossentropy", LOSS),
    ("softmaxwithloss", LOSS),
    ("nllloss", LOSS),
    ("mseloss", LOSS),
    ("bceloss", LOSS),
    ("bcewithlogitsloss", LOSS),
    ("loss", LOSS),
    ("classificationlayer", LOSS),
    ("argmax", SCORES),
    ("topk", SCORES),
    ("accuracy", SCORES),
    ("rescaling", DATA),
    ("rescale", DATA),
    ("resizing", DATA),
    ("randomflip", DATA),
    ("randomhorizontalflip", DATA),
    ("randomcrop", DATA),
    ("centercrop", DATA),
    ("randomrotation", DATA),
    ("totensor", DATA),
    ("lambda", OWN_FUNCTION),
    ("forward", DESCRIBED),
    ("call", DESCRIBED),
    ("build", DESCRIBED),
    ("compile", DESCRIBED),
    ("model", DESCRIBED),
    ("train", DESCRIBED),
    ("eval", DESCRIBED),
    ("fit", DESCRIBED),
    ("contiguous", DESCRIBED),
    ("clone", DESCRIBED),
    ("detach", FROZEN),
    ("stopgradient", FROZEN),
    ("nograd", FROZEN),
    ("requiresgrad", FROZEN),
    ("lstm", IMAGES),
    ("gru", IMAGES),
    ("rnn", IMAGES),
    ("embedding", IMAGES),
    ("attention", IMAGES),
    ("multiheadattention", IMAGES),
    ("transformer", IMAGES),
    ("transformerencoder", IMAGES),
];

const ENLARGES: &str = "`upsample` and `conv_transpose` make maps larger here";
const ORDER: &str = "a map is channels x height x width, and stays so";
const LOSS: &str = "the loss is not part of the network: choose it in the trainer; a network ends with its scores";
const SCORES: &str = "a network ends with one score per class; the program works with them";
const DATA: &str = "the data is prepared before: `Normalisation` and `Augmentation` do that";
const DESCRIBED: &str = "only the layers are written here; the struct's methods run, train and print the network";
const FROZEN: &str = "`#[freeze(...)]` before the `struct` names what does not learn";
const IMAGES: &str = "the layers here are those of networks for images";

/// Layers that have only a near counterpart, with a note on how the counterpart differs.
const NEARLY: &[(&str, &str)] = &[
    ("lrn", NORM),
    ("localresponsenorm", NORM),
    ("rmsnorm", NORM),
    ("crosschannelnormalization", NORM),
    ("separableconv", "a separable convolution is two: one with as many `groups` as channels, and one of 1x1"),
    ("depthwiseconv", "a depthwise convolution has as many `groups` as channels"),
    ("clip", "`relu6` cuts off at 0 and 6"),
    ("clamp", "`relu6` cuts off at 0 and 6"),
    ("celu", OWN_FUNCTION),
    ("hardtanh", OWN_FUNCTION),
    ("logsoftmax", "the loss takes the logarithm by itself"),
    ("dropblock", "`dropout` drops single numbers, not whole parts of a map"),
    ("upsamplingbilinear", "`upsample(2, mode = bilinear)` interpolates, as PyTorch does with `align_corners=False`"),
];

const NORM: &str = "the norms of this language are `batch_norm`, `group_norm`, `instance_norm` and `layer_norm`";
const OWN_FUNCTION: &str = "another function is a layer of your own, written with its path";

/// Arguments without a counterpart.
const ARGUMENTS: &[(&str, &str)] = &[
    ("paddingmode", "for another border, write the step `pad(1, mode = reflect)` before it, and `padding = valid`"),
    ("ceil", ROUNDED_DOWN),
    ("ceilmode", ROUNDED_DOWN),
    ("roundmode", "sizes are rounded down, and up with `ceil = true` of a pool"),
    ("poolingconvention", "sizes are rounded down, and up with `ceil = true` of a pool"),
    ("countpadding", NOT_COUNTED),
    ("countincludepad", NOT_COUNTED),
    ("exclusive", "`avg_pool` counts padding as zeros, and with `count_padding = false` not at all"),
    (
        "divisoroverride",
        "a mean is divided by the number of its pixels; `count_padding` says whether padding is among them",
    ),
    ("inplace", "memory is planned while compiling, so no argument is needed"),
    ("dataformat", ORDER_OF_SIZES),
    ("channelslast", ORDER_OF_SIZES),
    ("layout", ORDER_OF_SIZES),
    ("dtype", NUMBERS),
    ("device", NUMBERS),
    ("kernelregularizer", DECAY),
    ("biasregularizer", DECAY),
    ("regularizer", DECAY),
    ("weightdecay", DECAY),
    ("l2", DECAY),
    ("lr", RATE),
    ("learningrate", RATE),
    ("training", MODE),
    ("istraining", MODE),
    ("train", MODE),
    ("userunningaverage", MODE),
    ("trackrunningstats", MODE),
    ("trainable", "`#[freeze(...)]` before the `struct` names what does not learn"),
    ("batchnormalize", "`batch_norm` is a step of its own"),
    ("normalizerfn", "`batch_norm` is a step of its own"),
    ("calcinputgradients", "which gradients are needed is found while compiling"),
    ("biasinitialiser", "a bias starts as PyTorch's does"),
    ("biasinitializer", "a bias starts as PyTorch's does"),
    ("biasinit", "a bias starts as PyTorch's does"),
    ("gammainitializer", "scales start at 1, shifts at 0"),
    ("betainitializer", "scales start at 1, shifts at 0"),
    ("kernelconstraint", DECAY),
    ("outputpadding", "`conv_transpose` has an `output_padding`"),
    ("aligncorners", "maps are enlarged as PyTorch does with `align_corners=False`"),
    ("returnindices", "a pool gives only its values, not their indices"),
    ("dim", ALONG),
    ("axis", ALONG),
    ("startdim", ALONG),
    ("seed", "`new` of the struct takes the seed"),
    ("rngs", "`new` of the struct takes the seed"),
];

const ROUNDED_DOWN: &str =
    "output sizes are rounded down; only `max_pool` and `avg_pool` can round up, with `ceil = true`";
const NOT_COUNTED: &str = "only `avg_pool` has `count_padding`: the padding of a `max_pool` is never the largest value";
const ORDER_OF_SIZES: &str = "maps are channels x height x width";
const NUMBERS: &str = "all values are 32-bit floats in the CPU's memory";
const DECAY: &str = "the optimiser's weight decay keeps weights small";
const RATE: &str = "the optimiser has the learning rate";
const MODE: &str = "`predict` runs inference and a trainer's step trains, so no argument is needed";
const ALONG: &str = "it is computed along the channels of each image";

/// The note on a step that has no counterpart.
pub fn step(written: &str) -> Option<&'static str> {
    lookup(STEPS, &plain(written)).or_else(|| lookup(STEPS, &squeeze(written)))
}

/// Whether a step has no counterpart because it makes a map larger.
pub fn enlarges(written: &str) -> bool {
    step(written) == Some(ENLARGES)
}

/// The note on a step that has only a near counterpart.
pub fn nearly(written: &str) -> Option<&'static str> {
    lookup(NEARLY, &plain(written)).or_else(|| lookup(NEARLY, &squeeze(written)))
}

/// The note on an argument that no layer has.
pub fn argument(written: &str) -> Option<&'static str> {
    lookup(ARGUMENTS, &squeeze(written))
}

#[cfg(test)]
mod tests {
    use super::super::foreign;
    use super::*;

    #[test]
    fn no_word_is_both_absent_and_here() {
        for (word, _) in STEPS {
            assert!(foreign::word(word).is_none() && nearly(word).is_none(), "{word}");
        }
        for (word, _) in NEARLY {
            assert!(foreign::word(word).is_some(), "{word}");
        }
        assert_eq!(step("PixelShuffle"), Some(ENLARGES));
        assert_eq!(step("CrossEntropyLoss"), Some(LOSS));
        assert_eq!(argument("padding_mode").map(|note| note.contains("reflect")), Some(true));
    }
}
