//! A step of another library, written in this language.

use super::{Argument, Kind, Word, absent, find, foreign};
use crate::ast::Arg;

/// An argument as written: its name, if it has one, and its value.
pub type Written<'w> = (Option<&'w str>, &'w str);

/// An argument as text.
pub fn written(arg: &Arg) -> Written<'_> {
    (arg.name.as_ref().map(|name| name.text.as_str()), &arg.value.text)
}

/// A step with its arguments as they are.
pub fn as_written(word: &str, args: &[Written]) -> String {
    let texts = args.iter().map(|(name, value)| match name {
        Some(name) => format!("{name} = {value}"),
        None => value.to_string(),
    });
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() { word.to_string() } else { format!("{word}({})", texts.join(", ")) }
}

/// The step in this language, or `None` for a word without a counterpart.
pub fn step(written: &str, args: &[Written]) -> Option<String> {
    if foreign::is_list(written) {
        return list(args);
    }
    if foreign::is_activation(written) {
        let name = args.first().map(|(_, value)| value.trim_matches(['"', '\'']))?;
        return step(name, &[]);
    }
    let own = find(written).or_else(|| foreign::word(written).or_else(|| foreign::numbered(written)).and_then(find))?;
    Some(call(pool(own, args).unwrap_or(own), written, args))
}

/// Caffe's `Pooling(pool = AVE)` and `Pooling(global_pooling = true)`, and PyTorch's `AdaptiveAvgPool2d(1)`.
fn pool(word: &'static Word, args: &[Written]) -> Option<&'static Word> {
    let has = |wanted: &str, value: &str| {
        let is_this =
            |(name, text): &Written| name.is_some_and(|name| name == wanted) && text.trim_matches('"') == value;
        word.name == "max_pool" && args.iter().any(is_this)
    };
    let size = args.first().map_or("1", |(_, size)| size);
    let is_one = word.name == "adaptive_avg_pool" && size.chars().all(|letter| "[](), 1x".contains(letter));
    match () {
        () if is_one || has("global_pooling", "true") => find("global_avg_pool"),
        () if has("pool", "AVE") => find("avg_pool"),
        () => None,
    }
}

/// Steps between the parentheses of a container.
fn list(args: &[Written]) -> Option<String> {
    let steps: Vec<&str> = args.iter().map(|(_, step)| step.trim_start_matches('[').trim_end_matches(']')).collect();
    (!steps.is_empty()).then(|| format!("[{}]", steps.join(", ")))
}

/// The call in this language. Missing arguments get a sample value.
fn call(word: &Word, written: &str, args: &[Written]) -> String {
    let mut given = given(word, written, args);
    let required = |name: &str| word.argument(name).is_some_and(|argument| argument.is_required());
    for argument in word.args.iter().filter(|argument| argument.is_required()) {
        if !given.iter().any(|(name, _)| *name == argument.name) {
            given.push((argument.name, sample(word, argument)));
        }
    }
    if given.is_empty() {
        return word.name.to_string();
    }
    // Filters and kernel come first and go without a name, as everybody writes them; the rest is clearer with one.
    let place = |name: &str| word.args.iter().position(|argument| argument.name == name);
    given.sort_by_key(|(name, _)| if required(name) { place(name) } else { Some(word.args.len()) });
    let texts =
        given.iter().map(|(name, value)| if required(name) { value.clone() } else { format!("{name} = {value}") });
    format!("{}({})", word.name, texts.collect::<Vec<_>>().join(", "))
}

/// The argument's value in the example of the word.
fn sample(word: &Word, argument: &Argument) -> String {
    let inside = word.example.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
    let place = word.args.iter().take_while(|other| other.name != argument.name).count();
    inside.split(", ").nth(place).unwrap_or(argument.kind.sample()).to_string()
}

/// The arguments with the names that they have in this language.
fn given(word: &Word, written: &str, args: &[Written]) -> Vec<(&'static str, String)> {
    let args: Vec<&Written> = args.iter().filter(|(_, text)| is_value(text)).collect();
    let positional = args.iter().filter(|(name, _)| name.is_none()).count();
    let first = args.iter().find(|(name, _)| name.is_none()).map_or("", |(_, value)| value);
    let channels = word.name == "batch_norm" && first.bytes().all(|byte| byte.is_ascii_digit());
    let skip = usize::from((channels || leads_with_inputs(written, positional)) && positional > 0);
    let names: Vec<&'static str> = word.args.iter().map(|argument| argument.name).collect();
    let order = positional_names(written).unwrap_or(&names);
    let mut given: Vec<(&'static str, String)> = Vec::new();
    let mut place = 0;
    for (index, (name, text)) in args.into_iter().enumerate() {
        let name = match name {
            None if index < skip => None,
            None => {
                place += 1;
                order.get(place - 1).copied()
            }
            Some(name) => foreign::argument(name, &names),
        };
        let kind = |name: &str| word.argument(name).map(|argument| argument.kind);
        let is_new = |name: &&str| names.contains(name) && !given.iter().any(|(before, _)| before == name);
        // Keras's `padding = "same"`, where a size alone is taken.
        let is_taken = |name: &&str| !(matches!(kind(name), Some(Kind::Pair { .. })) && is_padding(text));
        if let Some(name) = name.filter(is_new).filter(is_taken) {
            let is_count = matches!(kind(name), Some(Kind::Count { .. }));
            given.push((name, value(text, is_count)));
        }
    }
    given
}

/// Whether a value is a word for a padding.
fn is_padding(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    Kind::Padding.words().contains(&foreign::value(text).unwrap_or(text))
}

/// Whether a text can be a value in this language, and is not a call, path or string of another one.
fn is_value(text: &str) -> bool {
    let bare = text.trim_matches(['"', '\'']);
    let letters: Vec<char> = bare.chars().collect();
    let calls = letters.windows(2).any(|pair| pair[1] == '(' && pair[0].is_alphanumeric());
    let members = letters.windows(2).any(|pair| pair[0] == '.' && pair[1].is_alphabetic());
    !calls && !members && !bare.contains(['"', '\'', ':'])
}

/// A value without Python's quotes, brackets and capitals. Of two numbers of channels in brackets, the second is the filters.
fn value(text: &str, is_count: bool) -> String {
    let text = text.trim_matches(['"', '\'']);
    let sizes: Vec<&str> = text.split(',').map(|size| size.trim_matches(['(', ')', '[', ']', ' '])).collect();
    let are_sizes = sizes.iter().all(|size| !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit()));
    match sizes[..] {
        [_, filters] if are_sizes && is_count => filters.to_string(),
        [height, width] if are_sizes => format!("{height}x{width}"),
        // The same on all four sides.
        [top, ..] if are_sizes && sizes.len() == 4 && sizes.iter().all(|size| *size == top) => top.to_string(),
        _ => match text {
            "True" => "true".to_string(),
            "False" => "false".to_string(),
            _ => foreign::value(text).unwrap_or(text).to_string(),
        },
    }
}

/// Whether the first positional argument of a foreign layer is the size of the input, as in PyTorch.
fn leads_with_inputs(written: &str, positional: usize) -> bool {
    let torch = written.starts_with(|first: char| first.is_ascii_uppercase());
    match written {
        "Conv2d" | "ConvTranspose2d" | "BatchNorm2d" | "BatchNorm1d" => true,
        "Linear" | "linear" => positional > 1,
        "conv2d" | "conv" => positional > 2,
        "Conv2D" => false,
        _ => torch && positional > 2 && written.starts_with("Conv"),
    }
}

/// The names of a foreign layer's positional arguments, without the size of the input.
fn positional_names(written: &str) -> Option<&'static [&'static str]> {
    if foreign::word(written) == Some("batch_norm") && absent::nearly(written).is_some() {
        return Some(&[]);
    }
    match written {
        "Conv2d" => Some(&["filters", "kernel", "stride", "padding", "dilation", "groups", "bias"]),
        "ConvTranspose2d" => {
            Some(&["filters", "kernel", "stride", "padding", "output_padding", "groups", "bias", "dilation"])
        }
        "BatchNorm2d" | "BatchNorm1d" => Some(&["eps", "momentum", "affine"]),
        "LayerNorm" | "LayerNorm2d" => Some(&["channels", "eps", "affine"]),
        "InstanceNorm2d" => Some(&["channels", "eps", "momentum", "affine"]),
        "LayerScale" | "LayerScale2d" => Some(&["channels", "start"]),
        "PReLU" => Some(&["channels"]),
        "GroupNorm" | "group_norm" => Some(&["groups", "channels", "eps", "affine"]),
        "Upsample" | "interpolate" => Some(&["size", "factor", "mode"]),
        "MaxPool2d" | "max_pool2d" => Some(&["kernel", "stride", "padding", "dilation", "return_indices", "ceil"]),
        // candle, tch
        "conv2d" => Some(&["filters", "kernel"]),
        "batch_norm" | "batch_norm2d" => Some(&["eps"]),
        "linear" => Some(&["outputs"]),
        "Linear" => Some(&["outputs", "bias"]),
        "DepthwiseConv2D" => Some(&["kernel", "stride"]),
        // MATLAB
        "transposedConv2dLayer" => Some(&["kernel", "filters"]),
        "convolution2dLayer" => Some(&["kernel", "filters"]),
        "groupedConvolution2dLayer" => Some(&["kernel", "filters", "groups"]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn steps_of_other_libraries() {
        let named = |name: &'static str, value: &'static str| (Some(name), value);
        let plain = |value: &'static str| (None, value);
        let torch =
            [plain("3"), plain("64"), named("kernel_size", "(3, 3)"), named("stride", "2"), named("bias", "False")];
        assert_eq!(step("Conv2d", &torch).as_deref(), Some("conv(64, 3x3, stride = 2, bias = false)"));
        let keras = [plain("64"), plain("3"), named("strides", "2"), named("padding", "\"same\"")];
        assert_eq!(step("Conv2D", &keras).as_deref(), Some("conv(64, 3, stride = 2, padding = same)"));
        let fortran = [named("num_filters", "16"), named("kernel_size", "3"), named("activation", "\"relu\"")];
        assert_eq!(step("conv2d_layer_type", &fortran).as_deref(), Some("conv(16, 3, activation = relu)"));
        assert_eq!(step("Linear", &[plain("512"), plain("10")]).as_deref(), Some("linear(10)"));
        assert_eq!(
            step("dense", &[plain("10"), named("activation", "'softmax'")]).as_deref(),
            Some("linear(10, activation = softmax)")
        );
        assert_eq!(step("BatchNorm2d", &[plain("64")]).as_deref(), Some("batch_norm"));
        assert_eq!(step("maxpool2d", &[named("pool_size", "2")]).as_deref(), Some("max_pool(2)"));
        let torch = [plain("3"), plain("2"), plain("1"), plain("1"), plain("False"), plain("True")];
        assert_eq!(step("MaxPool2d", &torch).as_deref(), Some("max_pool(3, stride = 2, padding = 1, ceil = true)"));
        let torch = [plain("2"), plain("2"), named("ceil_mode", "True"), named("count_include_pad", "False")];
        assert_eq!(
            step("AvgPool2d", &torch).as_deref(),
            Some("avg_pool(2, stride = 2, ceil = true, count_padding = false)")
        );
        assert_eq!(step("Conv2d", &[]).as_deref(), Some("conv(16, 3x3)"));
        assert_eq!(step("lstm", &[]), None);
    }
}
