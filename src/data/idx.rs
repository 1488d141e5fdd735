//! Reads the IDX format: a magic number with type and number of dimensions, the dimensions, and the values (LeCun et al., MNIST's page).

use std::path::Path;

use super::file::{Collection, Content};
use super::limits::Limits;
use crate::Error;

/// The third byte of an IDX file: the type of its values.
const UNSIGNED_BYTES: u8 = 8;

/// Reads the dimensions and values of an IDX file of unsigned bytes with `D` dimensions. `name` says what the values are, for errors.
pub(super) fn read<const D: usize>(
    collection: Collection,
    path: &Path,
    name: &str,
    limits: Limits,
) -> Result<([usize; D], Vec<u8>), Error> {
    let mut content = collection.open(path, limits)?;
    check_magic::<D>(&mut content, name)?;
    let header = content.bytes(4 * D as u64, "the dimensions")?;
    let mut dimensions = [0; D];
    for (dimension, bytes) in dimensions.iter_mut().zip(header.as_chunks().0) {
        *dimension = u32::from_be_bytes(*bytes) as usize;
    }
    let total = dimensions.iter().try_fold(1_u64, |product, &d| product.checked_mul(d as u64));
    let Some(total) = total else {
        return Err(content.error("dimensions of a size that fits in memory", format!("{dimensions:?}")));
    };
    let bytes = content.bytes(total, name)?;
    content.end()?;
    Ok((dimensions, bytes))
}

fn check_magic<const D: usize>(content: &mut Content, name: &str) -> Result<(), Error> {
    let magic = content.bytes(4, "the magic number")?;
    if magic == [0, 0, UNSIGNED_BYTES, D as u8] {
        return Ok(());
    }
    let found = match magic[..] {
        [0, 0, UNSIGNED_BYTES, 1] => "an IDX file of one dimension, such as labels".to_owned(),
        [0, 0, UNSIGNED_BYTES, 3] => "an IDX file of three dimensions, such as images".to_owned(),
        [0, 0, kind, dimensions] => format!("an IDX file of type 0x{kind:02x} and {dimensions} dimensions"),
        _ => format!("the first bytes {magic:02x?}"),
    };
    Err(content.error(format!("an IDX file of {name}: the first bytes [00, 00, 08, {D:02x}]"), found))
}
