//! Labels with numbers: `"layer{1..}"`.

use crate::loc::Loc;

/// `"block1-{0..}"`: the label of the first round of a repeat, or of the first step of a list, is `block1-0`, of the next one `block1-1`.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The text before the number.
    pub before: String,
    /// The first number.
    pub first: u64,
    /// The text behind the number.
    pub behind: String,
    /// Its place.
    pub loc: Loc,
}

impl Numbers {
    /// Reads the text between the quotes; `None` if it has no number, or more than one, or signs that a path cannot have.
    pub fn read(text: &str, loc: Loc) -> Option<Numbers> {
        let (before, rest) = text.split_once('{')?;
        let (first, behind) = rest.split_once("..}")?;
        let is_plain = |part: &str| part.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-".contains(sign));
        let is_number = !first.is_empty() && first.len() <= 6 && first.bytes().all(|digit| digit.is_ascii_digit());
        let (before, behind) = (before.to_string(), behind.to_string());
        (is_plain(&before) && is_plain(&behind) && is_number).then(|| Numbers {
            before,
            first: first.parse().unwrap_or_default(),
            behind,
            loc,
        })
    }

    /// The label at an index, counted from 0.
    pub fn label(&self, index: u64) -> String {
        format!("{}{}{}", self.before, self.first.saturating_add(index), self.behind)
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;
    use crate::loc::Loc;
    use proc_macro2::Span;

    fn read(text: &str) -> Option<Numbers> {
        Numbers::read(text, Loc { first: 0, last: 0, start: Span::call_site(), end: Span::call_site() })
    }

    #[test]
    fn one_number_stands_in_braces() {
        let labels = |text: &str| read(text).map(|numbers| [numbers.label(0), numbers.label(9)]);
        assert_eq!(labels("block1-{0..}"), Some(["block1-0".to_string(), "block1-9".to_string()]));
        assert_eq!(labels("denselayer{1..}"), Some(["denselayer1".to_string(), "denselayer10".to_string()]));
        assert_eq!(labels("{2..}x"), Some(["2x".to_string(), "11x".to_string()]));
    }

    #[test]
    fn all_else_is_none() {
        for odd in [
            "",
            "stem",
            "a{}",
            "a{..}",
            "a{0}",
            "a{0..3}",
            "a{0..}.b",
            "a{0..}{1..}",
            "a{-1..}",
            "a b{0..}",
            "a{1234567..}",
        ] {
            assert!(read(odd).is_none(), "{odd}");
        }
    }
}
