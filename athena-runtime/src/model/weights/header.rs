//! Reads the header of a safetensors file, which describes the tensors: `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets":
//! [0, 24]}, ...}`, and `__metadata__`.
//!
//! It uses a JSON lexer. The crate `safetensors` would bring serde and its derive, which take eleven seconds of a user's first build.

use super::dtype::Dtype;
use super::tensor::Tensor;
use hifijson::num::LexWrite;
use hifijson::str::LexAlloc;
use hifijson::token::Lex;
use hifijson::{Expect, SliceLexer};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// Number of bytes before the header. They hold its length.
pub const PREFIX: u64 = 8;
/// The largest length of a header: the limit of the format.
pub const LONGEST: u64 = 100_000_000;
/// The deepest nesting of brackets in values that are skipped.
const DEEPEST: usize = 64;

/// The tensors of a file of `file_len` bytes with this header, in the order of the file. It is an error if there are gaps or
/// overlaps between them, or if the length of one is not that of its shape.
pub fn tensors(header: &[u8], file_len: u64) -> Result<Vec<Tensor>, String> {
    let mut entries = entries(header).map_err(|Wrong(what)| format!("its header is not a list of tensors: {what}"))?;
    entries.sort_by_key(|entry| (entry.place.start, entry.place.end));
    let data = PREFIX + header.len() as u64;
    let mut end = 0;
    for Entry { name, dtype, shape, place } in &entries {
        let name = name.escape_debug();
        if place.start != end || place.end < place.start {
            return Err(format!(
                "invalid offset: `{name}` has the bytes from {} to {}, and those before end at {end}",
                place.start, place.end
            ));
        }
        let numbers = shape.iter().try_fold(1_usize, |numbers, &size| numbers.checked_mul(size));
        let bits = numbers.and_then(|numbers| numbers.checked_mul(dtype.bitsize()));
        let bits = bits.ok_or_else(|| format!("the shape of `{name}` overflows"))?;
        if bits % 8 != 0 {
            return Err(format!("`{name}` does not end at a byte boundary"));
        }
        if bits / 8 != place.end - place.start {
            return Err(format!(
                "invalid shape, data type, or offset: `{name}` takes {} bytes and has {}",
                bits / 8,
                place.end - place.start
            ));
        }
        end = place.end;
    }
    let found = file_len - data;
    if found != end as u64 {
        return Err(format!("its tensors take {end} bytes, but {found} follow the header"));
    }
    let tensor = |Entry { name, dtype, shape, place }: Entry| {
        Tensor::contiguous(name.into_owned(), dtype, shape, data + place.start as u64)
    };
    Ok(entries.into_iter().map(tensor).collect())
}

/// The entry of one tensor.
struct Entry<'h> {
    name: Cow<'h, str>,
    dtype: Dtype,
    shape: Vec<usize>,
    /// The range of its bytes, counted from the end of the header.
    place: Range<usize>,
}

/// A description of an error in a header.
struct Wrong(String);

impl From<hifijson::Error> for Wrong {
    fn from(error: hifijson::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<Expect> for Wrong {
    fn from(expected: Expect) -> Self {
        hifijson::Error::from(expected).into()
    }
}

fn entries(header: &[u8]) -> Result<Vec<Entry<'_>>, Wrong> {
    std::str::from_utf8(header).map_err(|error| Wrong(error.to_string()))?;
    let (mut entries, mut names) = (Vec::new(), HashSet::new());
    SliceLexer::new(header).exactly_one(SliceLexer::ws_peek, |next, lexer| {
        object(next, lexer, |name, lexer| {
            if !names.insert(name.clone()) {
                return Err(Wrong(format!("`{}` is there twice", name.escape_debug())));
            }
            if name == "__metadata__" {
                return ignore(value(lexer)?, lexer, DEEPEST);
            }
            entries.push(entry(name, lexer)?);
            Ok(())
        })
    })?;
    Ok(entries)
}

fn entry<'h>(name: Cow<'h, str>, lexer: &mut SliceLexer<'h>) -> Result<Entry<'h>, Wrong> {
    let (mut dtype, mut shape, mut place) = (None, None, None);
    object(value(lexer)?, lexer, |field, lexer| {
        let twice = match &*field {
            "dtype" => dtype.replace(self::dtype(lexer)?).is_some(),
            "shape" => shape.replace(sizes(lexer)?).is_some(),
            "data_offsets" => place.replace(sizes(lexer)?).is_some(),
            _ => return ignore(value(lexer)?, lexer, DEEPEST),
        };
        if twice { Err(Wrong(format!("`{}` has two fields `{field}`", name.escape_debug()))) } else { Ok(()) }
    })?;
    match (dtype, shape, place.as_deref()) {
        (Some(dtype), Some(shape), Some(&[start, end])) => Ok(Entry { name, dtype, shape, place: start..end }),
        _ => Err(Wrong(format!("`{}` lacks its dtype, shape or two data_offsets", name.escape_debug()))),
    }
}

fn dtype(lexer: &mut SliceLexer) -> Result<Dtype, Wrong> {
    let name = string(value(lexer)?, lexer)?;
    Dtype::named(&name).ok_or_else(|| Wrong(format!("there is no type `{:.20}`", name.escape_debug().to_string())))
}

/// Reads a list of sizes.
fn sizes(lexer: &mut SliceLexer) -> Result<Vec<usize>, Wrong> {
    lexer.expect(SliceLexer::ws_peek, b'[').ok_or_else(|| Wrong("a list of sizes expected".to_owned()))?;
    let mut sizes = Vec::new();
    lexer.seq(b']', SliceLexer::ws_peek, |_, lexer| {
        let (digits, _) = lexer.num_string().validated().map_err(hifijson::Error::from)?;
        sizes.push(digits.parse().map_err(|_| Wrong("a size is not a whole number below 2^64".to_owned()))?);
        Ok::<_, Wrong>(())
    })?;
    Ok(sizes)
}

/// Calls `field` with each key of an object. The lexer is then before the value of that key.
fn object<'h>(
    next: u8,
    lexer: &mut SliceLexer<'h>,
    mut field: impl FnMut(Cow<'h, str>, &mut SliceLexer<'h>) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    if next != b'{' {
        return Err(Wrong("an object expected".to_owned()));
    }
    lexer.discarded().seq(b'}', SliceLexer::ws_peek, |next, lexer| {
        let key = string(next, lexer)?;
        lexer.expect(SliceLexer::ws_peek, b':').ok_or(Expect::Colon)?;
        field(key, lexer)
    })
}

fn string<'h>(next: u8, lexer: &mut SliceLexer<'h>) -> Result<Cow<'h, str>, Wrong> {
    if next != b'"' {
        return Err(Expect::String.into());
    }
    Ok(lexer.discarded().str_string().map_err(hifijson::Error::from)?)
}

/// Returns the first character of the next value.
fn value(lexer: &mut SliceLexer) -> Result<u8, Wrong> {
    Ok(lexer.ws_peek().ok_or(Expect::Value)?)
}

/// Skips a value in which brackets are nested at most `depth` deep.
fn ignore(next: u8, lexer: &mut SliceLexer, depth: usize) -> Result<(), Wrong> {
    let depth = depth.checked_sub(1).ok_or(hifijson::Error::Depth)?;
    match next {
        b'[' => lexer.discarded().seq(b']', SliceLexer::ws_peek, |next, lexer| ignore(next, lexer, depth)),
        b'{' => object(next, lexer, |_, lexer| ignore(value(lexer)?, lexer, depth)),
        // Strings and numbers contain no values.
        _ => Ok(hifijson::ignore::parse(next, lexer)?),
    }
}
