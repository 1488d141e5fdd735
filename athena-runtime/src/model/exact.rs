//! The environment variable `ATHENA_EXACT`.

use crate::error::Error;
use std::sync::OnceLock;

/// If it is 1, networks compute all convolutions directly, unless `set_exact` is called.
const VARIABLE: &str = "ATHENA_EXACT";

/// Whether convolutions are computed directly by default. The variable is read once; later changes have no effect.
pub(super) fn by_default() -> bool {
    matches!(setting(), Ok(true))
}

/// Refuses a value of the variable other than 0 and 1.
pub(super) fn check() -> Result<(), Error> {
    match setting() {
        Ok(_) => Ok(()),
        Err(found) => Err(Error::Variable { name: VARIABLE, expected: "1 (exact) or 0 (fast)", found: found.clone() }),
    }
}

fn setting() -> &'static Result<bool, String> {
    static SETTING: OnceLock<Result<bool, String>> = OnceLock::new();
    SETTING.get_or_init(|| match std::env::var_os(VARIABLE) {
        None => Ok(false),
        Some(word) => read(&word.to_string_lossy()),
    })
}

fn read(word: &str) -> Result<bool, String> {
    match word.trim() {
        "1" => Ok(true),
        "0" | "" => Ok(false),
        other => Err(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_one_or_nought() {
        assert_eq!(["1", " 1 ", "0", ""].map(read), [Ok(true), Ok(true), Ok(false), Ok(false)]);
        assert_eq!(read("yes"), Err("yes".to_owned()));
    }
}
