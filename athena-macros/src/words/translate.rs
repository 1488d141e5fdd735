//! A step of another library, written in this language.

use super::{Default, Word, find, foreign};
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

/// The step in this language, or `None` for a word that nothing here is like.
pub fn step(written: &str, args: &[Written]) -> Option<String> {
    if foreign::is_list(written) {
        return list(args);
    }
    if foreign::is_activation(written) {
        let name = args.first().map(|(_, value)| value.trim_matches(['"', '\'']))?;
        return step(name, &[]);
    }
    let own = find(written).or_else(|| foreign::word(written).and_then(find))?;
    Some(call(own, written, args))
}

/// Steps between the parentheses of a container.
fn list(args: &[Written]) -> Option<String> {
    let steps: Vec<&str> = args.iter().map(|(_, step)| step.trim_start_matches('[').trim_end_matches(']')).collect();
    (!steps.is_empty()).then(|| format!("[{}]", steps.join(", ")))
}

/// Word, argument names and sizes as they are here; an example where something is missing.
fn call(word: &Word, written: &str, args: &[Written]) -> String {
    let positional = args.iter().filter(|(name, _)| name.is_none()).count();
    let first = args.iter().find(|(name, _)| name.is_none()).map_or("", |(_, value)| value);
    let channels = word.name == "batch_norm" && first.bytes().all(|byte| byte.is_ascii_digit());
    let skip = usize::from((channels || foreign::leads_with_inputs(written, positional)) && positional > 0);
    let names: Vec<&'static str> = word.args.iter().map(|argument| argument.name).collect();
    let order = foreign::positional(written).unwrap_or(&names);
    let mut given: Vec<(&'static str, String)> = Vec::new();
    let mut place = 0;
    for (index, (name, text)) in args.iter().enumerate() {
        let name = match name {
            None if index < skip => None,
            None => {
                place += 1;
                order.get(place - 1).copied()
            }
            Some(name) => foreign::argument(name, &names),
        };
        if let Some(name) = name.filter(|name| !given.iter().any(|(before, _)| before == name)) {
            given.push((name, value(text)));
        }
    }
    let is_given = |name: &str| given.iter().any(|(given, _)| *given == name);
    if !word.args.iter().all(|argument| !matches!(argument.default, Default::Required) || is_given(argument.name)) {
        return word.example.to_string();
    }
    if given.is_empty() {
        return word.name.to_string();
    }
    // Filters and kernel go without a name, as everybody writes them; the rest is clearer with one.
    let leading = given.iter().zip(&names).take_while(|((name, _), own)| name == *own).count().min(2);
    let texts: Vec<String> = given
        .iter()
        .enumerate()
        .map(|(index, (name, value))| {
            let required = word.argument(name).is_some_and(|argument| matches!(argument.default, Default::Required));
            if index < leading && required { value.clone() } else { format!("{name} = {value}") }
        })
        .collect();
    format!("{}({})", word.name, texts.join(", "))
}

/// A value without Python's quotes, brackets and capitals.
fn value(text: &str) -> String {
    let text = text.trim_matches(['"', '\'']);
    let sizes: Vec<&str> = text.trim_matches(['(', ')', '[', ']']).split(", ").collect();
    if sizes.len() == 2 && sizes.iter().all(|size| size.bytes().all(|byte| byte.is_ascii_digit())) {
        return sizes.join("x");
    }
    match text {
        "True" => "true".to_string(),
        "False" => "false".to_string(),
        _ => foreign::value(text).unwrap_or(text).to_string(),
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
        assert_eq!(step("Conv2d", &[]).as_deref(), Some("conv(16, 3x3)"));
        assert_eq!(step("lstm", &[]), None);
    }
}
