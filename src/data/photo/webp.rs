//! Reads the first picture of a WebP file, with the same bits as Pillow's conversion to RGB.

use std::io::Cursor;

use image_webp::{DecodingError, WebPDecoder};

use super::{Limits, Photo, Refusal, check_size, room};

const EXPECTED: &str = "a whole WebP file";

/// Bytes per pixel that the decoder allocates in addition to its result. These allocations abort the process if they fail.
const WORK: usize = 12;

pub(super) fn is(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..).is_some_and(|rest| rest.starts_with(b"WEBP"))
}

pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<Photo, Refusal> {
    let damaged = |error: DecodingError| Refusal::new(EXPECTED, format!("a damaged or truncated one ({error})"));
    if !is_whole(bytes) {
        return Err(Refusal::new(EXPECTED, "a truncated one"));
    }
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    check_size(limits, u64::from(width), u64::from(height))?;
    let (width, height) = (width as usize, height as usize);
    let size = width * height * if decoder.has_alpha() { 4 } else { 3 };
    // If this memory can be allocated, the decoder can allocate it, too.
    drop(room(size + width * height * WORK)?);
    let mut pixels = room(size)?;
    decoder.read_image(&mut pixels).map_err(damaged)?;
    if decoder.has_alpha() {
        drop_alpha(&mut pixels);
    }
    Ok(Photo { width, height, pixels })
}

/// Whether the chunks of the file end exactly where its header says. The decoder does not check this: it stops after the first picture.
fn is_whole(bytes: &[u8]) -> bool {
    let length = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize);
    let Some(end) = length(4).and_then(|length| length.checked_add(8)).filter(|&end| end <= bytes.len()) else {
        return false;
    };
    let mut at = 12;
    while at < end {
        let Some(length) = length(at + 4) else { return false };
        at = at.saturating_add(8).saturating_add(length.next_multiple_of(2));
    }
    at == end
}

/// Removes alpha from pixels of red, green, blue and alpha.
fn drop_alpha(pixels: &mut Vec<u8>) {
    let count = pixels.len() / 4;
    for pixel in 0..count {
        pixels.copy_within(4 * pixel..4 * pixel + 3, 3 * pixel);
    }
    pixels.truncate(3 * count);
}
