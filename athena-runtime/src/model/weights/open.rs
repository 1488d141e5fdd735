//! Opens files of weights: recognises the format, and reads the descriptions of the tensors.

use super::contents::{Contents, under_key};
use super::file::WeightFile;
use super::header;
#[cfg(feature = "pytorch")]
use super::pytorch;
use super::tensor::Tensor;
use crate::error::Error;
use std::path::Path;

/// Opens a file and reads the descriptions of its tensors: those of its state dict, or those under this key. All of them lie within the file.
pub fn open(path: &Path, key: Option<&str>) -> Result<(WeightFile, Contents), Error> {
    let mut file = WeightFile::open(path)?;
    let contents = contents(&mut file, key)?;
    Ok((file, contents))
}

/// Reads the descriptions of the tensors, in the format that the first bytes show.
fn contents(file: &mut WeightFile, key: Option<&str>) -> Result<Contents, Error> {
    let start = file.bytes(0, file.len().min(16) as usize)?.to_vec();
    match *start {
        [b'P', b'K', 3 | 5, _, ..] | [0x80, 2..=5, ..] => checkpoint(file, &start, key),
        [_, _, _, _, _, _, _, _, b'{', ..] => {
            let tensors = safetensors(file)?;
            match key {
                Some(key) => under_key(tensors, key).map_err(|reason| file.damaged(reason)),
                None => Ok(Contents { tensors, ..Contents::default() }),
            }
        }
        _ => {
            let kinds = "it is neither a safetensors file nor a checkpoint of PyTorch";
            let found = start.escape_ascii();
            Err(file.damaged(match file.len() {
                0 => "it is empty".to_owned(),
                1..=8 => format!("{kinds}; it is only `{found}`"),
                _ => format!("{kinds}; it begins with `{found}`"),
            }))
        }
    }
}

#[cfg(feature = "pytorch")]
fn checkpoint(file: &mut WeightFile, start: &[u8], key: Option<&str>) -> Result<Contents, Error> {
    if start.starts_with(b"PK") { pytorch::archived(file, key) } else { pytorch::legacy(file, key) }
}

#[cfg(not(feature = "pytorch"))]
fn checkpoint(file: &mut WeightFile, _: &[u8], _: Option<&str>) -> Result<Contents, Error> {
    Err(file.damaged("it is a checkpoint of PyTorch, which takes the feature `pytorch` of athena".to_owned()))
}

fn safetensors(file: &mut WeightFile) -> Result<Vec<Tensor>, Error> {
    let prefix = file.bytes(0, header::PREFIX as usize)?.first_chunk().copied().unwrap_or_default();
    let (len, rest) = (u64::from_le_bytes(prefix), file.len() - header::PREFIX);
    if len > rest.min(header::LONGEST) {
        let most = header::LONGEST;
        let reason = format!("it says that its header has {len} bytes, but {rest} follow, and {most} are the most");
        return Err(file.damaged(reason));
    }
    let header = file.bytes(header::PREFIX, len as usize)?.to_vec();
    header::tensors(&header, file.len()).map_err(|reason| file.damaged(reason))
}
