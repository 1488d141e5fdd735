//! Files of `torch.save`: a zip archive with a pickle and the numbers, or, before PyTorch 1.6, pickles followed by the numbers.

mod archive;
mod checkpoint;
mod object;
mod opcode;
mod pickle;
mod programs;

use super::contents::Contents;
use super::file::WeightFile;
use super::name::Name;
use crate::error::Error;
use archive::Archive;
use object::{Object, Objects};
use pickle::{Pickle, needless};
use std::collections::HashMap;

/// The largest size of pickles in bytes. Those of ResNet-152 and its optimiser have 200,000.
const LONGEST_PICKLE: u64 = 1 << 24;
/// The magic number of `torch.save` in files without an archive.
const MAGIC: i128 = 0x1950_a86a_20f9_469c_fc6c;
const PROTOCOL: i128 = 1001;

/// The place of a storage's numbers in the file.
#[derive(Clone, Copy, Debug)]
struct Record {
    start: u64,
    /// Number of bytes.
    len: u64,
    crc: Option<u32>,
    /// Whether the bytes are neither compressed nor encrypted. `torch.save` never does either.
    plain: bool,
}

/// Reads the descriptions of the tensors in a zip archive of `torch.save`.
pub fn archived(file: &mut WeightFile, key: Option<&str>) -> Result<Contents, Error> {
    let archive = Archive::open(file)?;
    let damaged = |file: &WeightFile, reason: String| Err(file.damaged(reason));
    if archive.get("constants.pkl").is_some() {
        let way_out = "save only the weights: `torch.save(model.state_dict(), path)`";
        return damaged(file, format!("it is a TorchScript archive, a program with its weights; {way_out}"));
    }
    if let Some(&order) = archive.get("byteorder") {
        let found = contents(file, order, "byteorder")?;
        if found != b"little" {
            let found = String::from_utf8_lossy(&found);
            let found = Name(&found);
            return damaged(file, format!("its byte order is `{found}`, and only little-endian numbers are read"));
        }
    }
    let Some(&pickle) = archive.get("data.pkl") else {
        return damaged(file, "it is a zip archive without a `data.pkl`, and none of `torch.save`".to_owned());
    };
    let bytes = contents(file, pickle, "data.pkl")?;
    let Pickle { objects, root, .. } = pickle::read(&bytes).map_err(|reason| file.damaged(reason))?;
    let place = |key: &str| archive.get(&format!("data/{key}")).copied();
    checkpoint::contents(&objects, root, key, place).map_err(|reason| file.damaged(reason))
}

/// Reads a small record.
fn contents(file: &mut WeightFile, record: Record, name: &str) -> Result<Vec<u8>, Error> {
    let Record { start, len, crc, plain } = record;
    let damaged = |file: &WeightFile, what: String| Err(file.damaged(format!("its record `{name}` {what}")));
    if !plain {
        return damaged(file, "is compressed or encrypted; `torch.save` never does that".to_owned());
    }
    if len > LONGEST_PICKLE {
        return damaged(file, format!("has {len} bytes, and at most {LONGEST_PICKLE} are read"));
    }
    let bytes = file.bytes(start, len as usize)?.to_vec();
    match crc {
        Some(crc) if crc != rawzip::crc32(&bytes) => {
            damaged(file, "has another checksum than when it was saved".to_owned())
        }
        _ => Ok(bytes),
    }
}

/// Reads the descriptions of the tensors in a file of `torch.save` before PyTorch 1.6, or with `_use_new_zipfile_serialization=False`.
pub fn legacy(file: &mut WeightFile, key: Option<&str>) -> Result<Contents, Error> {
    let bytes = file.bytes(0, file.len().min(LONGEST_PICKLE) as usize)?.to_vec();
    let (objects, root, keys, end) = pickles(&bytes).map_err(|reason| file.damaged(reason))?;
    if let (None, Some((module, name))) = (objects.dict(root), objects.maker(root)) {
        return Err(file.damaged(needless(module, name)));
    }
    let records = records(file, &keys, &widths(&objects), end as u64)?;
    checkpoint::contents(&objects, root, key, |key| records.get(key).copied()).map_err(|reason| file.damaged(reason))
}

/// The places of the storages with these keys. They follow each other from `at` on: each has a count of 8 bytes, and then its numbers.
fn records<'p>(
    file: &mut WeightFile,
    keys: &[&'p str],
    widths: &HashMap<&str, u64>,
    mut at: u64,
) -> Result<HashMap<&'p str, Record>, Error> {
    let mut records = HashMap::new();
    for &key in keys {
        let rest = (file.len() - at).checked_sub(8);
        let count = match rest {
            Some(_) => file.bytes(at, 8)?.first_chunk().copied().map(u64::from_le_bytes),
            None => None,
        };
        let len = count.zip(widths.get(key)).and_then(|(count, width)| count.checked_mul(*width));
        let Some(len) = len.filter(|len| Some(*len) <= rest) else {
            return Err(file.damaged(format!("its storage `{}` is of no tensor or ends beyond the file", Name(key))));
        };
        let record = Record { start: at + 8, len, crc: None, plain: true };
        if records.insert(key, record).is_some() {
            return Err(file.damaged(format!("it has the storage `{}` twice", Name(key))));
        }
        at += 8 + len;
    }
    Ok(records)
}

/// The objects, their root, the keys of the storages in the order of the file, and the offset of the first storage.
type Legacy<'p> = (Objects<'p>, usize, Vec<&'p str>, usize);

fn pickles(bytes: &[u8]) -> Result<Legacy<'_>, String> {
    let mut at = 0;
    let mut next = || {
        let pickle = pickle::read(&bytes[at..])?;
        at += pickle.len;
        Ok::<_, String>(pickle)
    };
    let no_weights = || "it is a pickle, but none of `torch.save`".to_owned();
    let is = |pickle: &Pickle<'_>, number| *pickle.objects.get(pickle.root) == Object::Int(number);
    if !is(&next()?, MAGIC) || !is(&next()?, PROTOCOL) {
        return Err(no_weights());
    }
    let system = next()?;
    let little = system.objects.entry(system.root, "little_endian").ok_or_else(no_weights)?;
    if *system.objects.get(little) != Object::Bool(true) {
        return Err("its numbers are big-endian, and only little-endian ones are read".to_owned());
    }
    let Pickle { objects, root, .. } = next()?;
    let keys = next()?;
    let Object::List(list) = keys.objects.get(keys.root) else { return Err(no_weights()) };
    let list = list.iter().map(|&id| keys.objects.str(id)).collect::<Option<Vec<&str>>>().ok_or_else(no_weights)?;
    Ok((objects, root, list, at))
}

/// The bytes of one element of each storage.
fn widths<'p>(objects: &Objects<'p>) -> HashMap<&'p str, u64> {
    let storages = objects.iter().filter_map(|object| match object {
        Object::Storage(storage) => Some((storage.key, storage.dtype.bitsize() as u64 / 8)),
        _ => None,
    });
    storages.collect()
}
