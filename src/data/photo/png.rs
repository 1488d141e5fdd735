//! PNG, to the bit as Pillow converts it to RGB.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use super::{Photo, Refusal, check_size};

pub(super) const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Bytes that the decoder may take beside the pixels, for its rows and for what chunks hold.
const ROOM: usize = 256 << 20;

const EXPECTED: &str = "a whole PNG file";

pub(super) fn decode(bytes: &[u8]) -> Result<Photo, Refusal> {
    let damaged = |error: DecodingError| Refusal::new(EXPECTED, format!("a damaged or truncated one ({error})"));
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: ROOM });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = reader.info().size();
    check_size(u64::from(width), u64::from(height))?;
    let too_large = || Refusal::new("pixels that fit into memory", format!("{width} x {height}"));
    let mut samples = room(reader.output_buffer_size().ok_or_else(too_large)?).ok_or_else(too_large)?;
    let frame = reader.next_frame(&mut samples).map_err(damaged)?;
    samples.truncate(frame.buffer_size());
    // A frame of an animation may be smaller than the image.
    let (width, height) = (frame.width as usize, frame.height as usize);
    Ok(Photo { width, height, pixels: colours(samples, frame.color_type, frame.bit_depth) })
}

/// `bytes` zeros, if there is so much memory.
fn room(bytes: usize) -> Option<Vec<u8>> {
    let mut room = Vec::new();
    room.try_reserve_exact(bytes).ok()?;
    room.resize(bytes, 0);
    Some(room)
}

/// Red, green and blue of expanded samples.
fn colours(samples: Vec<u8>, colour: ColorType, depth: BitDepth) -> Vec<u8> {
    let deep = depth == BitDepth::Sixteen;
    let width = if deep { 2 } else { 1 };
    let channels = colour.samples() * width;
    let pixels = samples.chunks_exact(channels);
    match colour {
        ColorType::Rgb if !deep => samples,
        // Pillow's mode `I;16`, whose conversion cuts off what is lighter than 255 of 65,535.
        ColorType::Grayscale if deep => pixels.flat_map(|p| [if p[0] > 0 { 255 } else { p[1] }; 3]).collect(),
        ColorType::Grayscale | ColorType::GrayscaleAlpha => pixels.flat_map(|p| [p[0]; 3]).collect(),
        // The high byte of 16 bits comes first; an index has been expanded.
        ColorType::Rgb | ColorType::Rgba | ColorType::Indexed => {
            pixels.flat_map(|p| [p[0], p[width], p[2 * width]]).collect()
        }
    }
}
