//! Literals: numbers, sizes, and the errors in them.

use crate::ast::ExprKind;
use crate::words::{self, foreign};

const INTEGER_SUFFIXES: [&str; 12] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// The error of a malformed literal.
pub struct Malformed {
    /// The message.
    pub fact: String,
    /// The help.
    pub help: String,
}

/// A literal's value: `16`, `0.1`, `3x3`, `3x32x32`.
pub fn read(text: &str) -> Result<ExprKind, Malformed> {
    let digits = text.replace('_', "");
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(quoted(text));
    }
    if let Some(sizes) = sizes(&digits, text)? {
        return Ok(sizes);
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return integer(&digits).map(ExprKind::Int);
    }
    if let Some(number) = INTEGER_SUFFIXES.iter().find_map(|suffix| digits.strip_suffix(suffix))
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return integer(number).map(ExprKind::Int);
    }
    let float = digits.strip_suffix("f32").or(digits.strip_suffix("f64")).unwrap_or(&digits);
    match float.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(ExprKind::Float(value)),
        _ => Err(malformed(text)),
    }
}

/// `3x3` and `3x32x32`. Rust's lexer reads each as one literal.
fn sizes(digits: &str, text: &str) -> Result<Option<ExprKind>, Malformed> {
    let parts: Vec<&str> = digits.split('x').collect();
    if parts.len() < 2 || !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Ok(None);
    }
    if parts.len() > 3 {
        let fact = format!("`{text}` has {} sizes", parts.len());
        return Err(Malformed { fact, help: format!("a map has three: write `{}`", parts[..3].join("x")) });
    }
    parts.iter().map(|part| integer(part)).collect::<Result<Vec<u64>, _>>().map(|sizes| Some(ExprKind::Dims(sizes)))
}

fn integer(digits: &str) -> Result<u64, Malformed> {
    digits.parse().map_err(|_| Malformed {
        fact: format!("`{digits}` is too large for any size"),
        help: "write `1024`, or another number below a million".to_string(),
    })
}

fn quoted(text: &str) -> Malformed {
    let bare = text.trim_start_matches('b').trim_matches(|quote| quote == '"' || quote == '\'');
    let fact = format!("{text} is text, not a value");
    let here = words::value_words().find(|word| *word == bare.to_ascii_lowercase());
    let bare = here.or_else(|| foreign::value(bare)).unwrap_or(bare);
    let help = match is_word(bare) || read_bare(bare) {
        true => format!("values are written without quotes: write `{bare}`"),
        false => "write a number such as `1`, or a word without quotes".to_string(),
    };
    Malformed { fact, help }
}

fn read_bare(bare: &str) -> bool {
    bare.starts_with(|first: char| first.is_ascii_digit()) && read(bare).is_ok()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The nearest well-formed value to something like `3X3`, `3x`, `3x3_` or `0b11`.
fn malformed(text: &str) -> Malformed {
    let lower = text.to_ascii_lowercase();
    let sizes: Vec<&str> =
        lower.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let fact = format!("`{text}` is not a number or a size");
    let only_sizes = lower.chars().all(|letter| letter.is_ascii_digit() || letter == 'x' || letter == '_');
    let help = match sizes[..] {
        [side] if only_sizes => format!("write `{side}x{side}`: height x width"),
        [height, width] if only_sizes => format!("write `{height}x{width}`: height x width, with a small x"),
        [channels, height, width] if only_sizes => {
            format!("write `{channels}x{height}x{width}`: channels x height x width, with a small x")
        }
        _ => format!("write a plain number: `{}`", plain_number(&lower)),
    };
    Malformed { fact, help }
}

/// The number in `0xff`, `0b11`, `16px` or `3e`.
fn plain_number(text: &str) -> String {
    let radix = |prefix: &str, radix: u32| u64::from_str_radix(text.strip_prefix(prefix)?, radix).ok();
    if let Some(value) = radix("0x", 16).or(radix("0b", 2)).or(radix("0o", 8)) {
        return value.to_string();
    }
    let number: String = text.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
    let number = number.trim_end_matches('.');
    if number.is_empty() { "1".to_string() } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dims(text: &str) -> Option<Vec<u64>> {
        match read(text) {
            Ok(ExprKind::Dims(sizes)) => Some(sizes),
            _ => None,
        }
    }

    #[test]
    fn sizes_lex_as_one_literal() {
        assert_eq!(dims("3x3"), Some(vec![3, 3]));
        assert_eq!(dims("1x7"), Some(vec![1, 7]));
        assert_eq!(dims("3x32x32"), Some(vec![3, 32, 32]));
        // Rust's lexer takes `0x3` for a hexadecimal number; as a padding it means no rows and three columns.
        assert_eq!(dims("0x3"), Some(vec![0, 3]));
        assert_eq!(dims("3x1_000"), Some(vec![3, 1000]));
    }

    #[test]
    fn numbers() {
        assert!(matches!(read("16"), Ok(ExprKind::Int(16))));
        assert!(matches!(read("16usize"), Ok(ExprKind::Int(16))));
        assert!(matches!(read("1_000"), Ok(ExprKind::Int(1000))));
        assert!(matches!(read("1e-5"), Ok(ExprKind::Float(value)) if value == 1e-5));
        assert!(matches!(read("0.5f32"), Ok(ExprKind::Float(value)) if value == 0.5));
    }

    #[test]
    fn malformed_ones_say_how_to_write_them() {
        let help = |text: &str| read(text).err().map(|malformed| malformed.help).unwrap_or_default();
        let written = |text: &str| help(text).split('`').nth(1).unwrap_or_default().to_string();
        for (wrong, right) in [
            ("3X3", "3x3"),
            ("3x", "3x3"),
            ("3X32X32", "3x32x32"),
            ("3x32x32x1", "3x32x32"),
            ("\"same\"", "same"),
            ("0xff", "255"),
            ("0b11", "3"),
            ("16px", "16"),
        ] {
            assert_eq!(written(wrong), right);
        }
        for odd in ["1e3x3", "0b11", "0xff", "3e", "1e999", "99999999999999999999", "b'a'", "'c'", "3x3u8"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
