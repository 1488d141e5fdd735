//! The contents of a file of weights, independent of its format.

use super::name::Name;
use super::tensor::Tensor;

/// The state dict of a file.
#[derive(Debug, Default)]
pub struct Contents {
    /// The key of the state dict in the file; empty if the whole file is the state dict.
    pub key: String,
    pub tensors: Vec<Tensor>,
    /// Entries of the state dict that are not tensors.
    pub strangers: Vec<Stranger>,
}

/// An entry of a state dict that is not a tensor of plain numbers.
#[derive(Debug)]
pub struct Stranger {
    pub name: String,
    /// A description of it for messages.
    pub what: String,
}

/// Lists the first few of these keys, for a message.
pub fn some_keys<'k>(keys: impl Iterator<Item = &'k str>) -> String {
    const MOST: usize = 10;
    let mut keys = keys.map(|key| format!("`{}`", Name(key)));
    let some: Vec<String> = keys.by_ref().take(MOST).collect();
    let more = if keys.next().is_some() { ", ..." } else { "" };
    format!("{}{more}", some.join(", "))
}

/// For a format without nested keys: the tensors whose names begin with `key` and a dot, with that prefix removed.
pub fn under_key(tensors: Vec<Tensor>, key: &str) -> Result<Contents, String> {
    let inner = |tensor: &Tensor| Some(tensor.name.strip_prefix(key)?.strip_prefix('.')?.to_owned());
    let found: Vec<Tensor> =
        tensors.iter().filter_map(|tensor| Some(Tensor { name: inner(tensor)?, ..tensor.clone() })).collect();
    if found.is_empty() {
        let mut words: Vec<&str> =
            tensors.iter().map(|tensor| tensor.name.split('.').next().unwrap_or_default()).collect();
        words.sort_unstable();
        words.dedup();
        let words = some_keys(words.into_iter());
        return Err(format!("no name in it begins with the key `{key}.` that was chosen, only with {words}"));
    }
    Ok(Contents { key: key.to_owned(), tensors: found, strangers: Vec::new() })
}
