//! Checks that tokens are expressions that rustc can parse: names, numbers, calls, macros, operators, and closures of one
//! parameter, without blocks. If rustc could not parse them, it would report nothing but that and drop the whole output.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use crate::words::is_keyword;

/// The operators between operands. `<` and `>` are not among them, because they may enclose generic arguments.
const BINARY: [&str; 12] = ["+", "-", "*", "/", "%", "^", "&", "|", "<<", ">>", "&&", "||"];

/// Whether the tokens are values between commas: `a, b + 1, c(2)`.
pub fn are_values(stream: TokenStream) -> bool {
    list(stream, value)
}

/// Whether the tokens are fields between commas: `a: 1, b, ..c`.
pub fn are_fields(stream: TokenStream) -> bool {
    list(stream, |trees| match trees {
        [TokenTree::Ident(name)] => is_name(name),
        [TokenTree::Ident(name), colon, rest @ ..] if is_sign(colon, ":") => is_name(name) && value(rest),
        [first, second, rest @ ..] if is_sign(first, ".") && is_sign(second, ".") => value(rest),
        _ => false,
    })
}

/// Whether all parts between commas are items. Only the last part may be empty.
fn list(stream: TokenStream, item: impl Fn(&[TokenTree]) -> bool) -> bool {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut items: Vec<&[TokenTree]> = trees.split(|tree| is_sign(tree, ",")).collect();
    if items.last().is_some_and(|last| last.is_empty()) {
        items.pop();
    }
    items.into_iter().all(item)
}

/// Whether the tokens are operands with operators between them, or a closure with such a body.
fn value(trees: &[TokenTree]) -> bool {
    let mut trees = behind_parameter(trees).unwrap_or(trees);
    loop {
        while let [sign, rest @ ..] = trees
            && ["-", "!", "&", "*"].iter().any(|prefix| is_sign(sign, prefix))
        {
            trees = rest;
        }
        let Some(rest) = operand(trees) else { return false };
        let Some(rest) = behind_operator(rest) else { return rest.is_empty() };
        trees = rest;
    }
}

/// Skips a literal, a path or brackets, with the calls and fields after it, and returns the rest.
fn operand(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    let mut rest = match trees {
        [TokenTree::Literal(_), rest @ ..] => rest,
        [TokenTree::Group(group), rest @ ..] => match group.delimiter() {
            Delimiter::Parenthesis | Delimiter::Bracket if are_values(group.stream()) => rest,
            Delimiter::None if value(&group.stream().into_iter().collect::<Vec<_>>()) => rest,
            _ => return None,
        },
        // Whatever stands in the brackets of a macro, they end it.
        [TokenTree::Ident(name), bang, TokenTree::Group(group), rest @ ..]
            if is_name(name) && is_sign(bang, "!") && group.delimiter() != Delimiter::None =>
        {
            rest
        }
        _ => path(trees)?,
    };
    loop {
        rest = match rest {
            [TokenTree::Group(group), rest @ ..]
                if group.delimiter() == Delimiter::Parenthesis && are_values(group.stream()) =>
            {
                rest
            }
            [dot, TokenTree::Ident(name), rest @ ..] if is_sign(dot, ".") && is_name(name) => rest,
            [TokenTree::Ident(word), rest @ ..] if word == "as" => path(rest)?,
            rest => return Some(rest),
        }
    }
}

/// Skips `|x|` or `|x: f32|`, and returns the rest.
fn behind_parameter(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    let [open, TokenTree::Ident(name), rest @ ..] = trees else { return None };
    let rest = match rest {
        [colon, TokenTree::Ident(kind), ..] if is_sign(colon, ":") && is_name(kind) => path(&rest[1..])?,
        rest => rest,
    };
    let [close, body @ ..] = rest else { return None };
    (is_sign(open, "|") && is_sign(close, "|") && (is_name(name) || name == "_")).then_some(body)
}

/// Skips a path such as `a::b`, and returns the rest.
fn path(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    let [TokenTree::Ident(first), rest @ ..] = trees else { return None };
    let mut rest: &[TokenTree] = rest;
    let may_begin = ["crate", "self", "super", "Self", "true", "false"].iter().any(|word| first == word);
    if !may_begin && !is_name(first) {
        return None;
    }
    while let [first, second, TokenTree::Ident(name), behind @ ..] = rest
        && is_sign(first, ":")
        && is_sign(second, ":")
        && (is_name(name) || name == "super")
    {
        rest = behind;
    }
    Some(rest)
}

/// Skips an operator, and returns the rest.
fn behind_operator(trees: &[TokenTree]) -> Option<&[TokenTree]> {
    let longest = trees.len().min(2);
    (1..=longest).rev().find_map(|length| {
        let (signs, rest) = trees.split_at(length);
        let text = signs.iter().map(ToString::to_string).collect::<String>();
        let joint = |tree: &TokenTree| matches!(tree, TokenTree::Punct(sign) if sign.spacing() == Spacing::Joint);
        (signs[..length - 1].iter().all(joint) && BINARY.contains(&text.as_str())).then_some(rest)
    })
}

fn is_name(name: &proc_macro2::Ident) -> bool {
    !is_keyword(&name.to_string())
}

fn is_sign(tree: &TokenTree, sign: &str) -> bool {
    matches!(tree, TokenTree::Punct(punct) if sign.starts_with(punct.as_char()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &str) -> TokenStream {
        text.parse().unwrap()
    }

    #[test]
    fn values_are_expressions_between_commas() {
        for text in [
            "",
            "0.5",
            "0.5,",
            "-1, 2",
            "crate::A + 1",
            "f32::consts::PI * 2.0",
            "a(1, b).c()",
            "[1, 2], (3)",
            "x as f32",
            "1 << 3",
            "!true && a",
            "|x| x * 2.0",
            "|x: f32| -x.max(0.0), 1",
            "|_| 1.0",
            "concat!(\"a\", \"b\").len() + 1",
            "max![1 2; { 3 }]",
        ] {
            assert!(are_values(stream(text)), "{text}");
            assert!(syn::parse_str::<syn::Expr>(&format!("f({text})")).is_ok(), "{text}");
        }
        for text in [
            "0.5 0.5",
            ",",
            "1,,2",
            "a +",
            "struct",
            "a b",
            "a.",
            "{ 1 }",
            "a: 1",
            "(1 2)",
            "as f32",
            "x as",
            "a +/ b",
            "|x|",
            "|x x",
            "| |x",
            "|x: 1| x",
            "|x: true| x",
            "|1| x",
            "true!(1)",
            "a!",
            "a!! (1)",
            "|x| { x }",
        ] {
            assert!(!are_values(stream(text)), "{text}");
        }
    }

    #[test]
    fn fields_have_names() {
        for text in ["", "beta: 0.5", "a, b: -1,", "a: 1, ..crate::BASE"] {
            assert!(are_fields(stream(text)), "{text}");
            assert!(syn::parse_str::<syn::Expr>(&format!("A {{ {text} }}")).is_ok(), "{text}");
        }
        for text in ["beta:", "0.5", "a 1", "..", "a: 1 b: 2", "struct: 1"] {
            assert!(!are_fields(stream(text)), "{text}");
        }
    }
}
