//! What a safetensors file says about its tensors.

use super::tensor::Tensor;
use safetensors::tensor::{Metadata, TensorInfo};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// Bytes before the header: its length.
pub const PREFIX: u64 = 8;
/// The most that a header may have; the format's own limit.
pub const LONGEST: u64 = 100_000_000;

/// The tensors of a file of `file_len` bytes with this header, or what is wrong with it: the crate checks that they follow each
/// other without gaps or overlaps, each as long as its shape says.
pub fn tensors(header: &[u8], file_len: u64) -> Result<Vec<Tensor>, String> {
    let Header(mut infos) =
        serde_json::from_slice(header).map_err(|error| format!("its header is no list of tensors: {error}"))?;
    infos.sort_by_key(|(_, info)| info.data_offsets);
    let metadata = Metadata::new(None, infos.clone()).map_err(|error| error.to_string())?;
    let (data, expected) = (PREFIX + header.len() as u64, metadata.data_len() as u64);
    let found = file_len - data;
    if found != expected {
        return Err(format!("its tensors take {expected} bytes, but {found} follow the header"));
    }
    let tensor = |(name, info): (String, TensorInfo)| {
        Tensor::contiguous(name, info.dtype, info.shape, data + info.data_offsets.0 as u64)
    };
    Ok(infos.into_iter().map(tensor).collect())
}

/// The entries of a header. Written out, because of two tensors with one name a map would keep one and say nothing.
struct Header(Vec<(String, TensorInfo)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let (mut entries, mut names) = (Vec::new(), HashSet::new());
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(Error::custom(format_args!("`{}` is there twice", name.escape_debug())));
            }
            if name == "__metadata__" {
                map.next_value::<IgnoredAny>()?;
            } else {
                entries.push((name, map.next_value()?));
            }
        }
        Ok(Header(entries))
    }
}
