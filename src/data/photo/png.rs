//! Reads PNG with the same bits as Pillow's conversion to RGB.

use std::io::Cursor;

use png::{BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Transformations};

use super::{Limits, Photo, Refusal, check_size, room, too_large};

pub(super) const MAGIC: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The largest number of bytes that the decoder may allocate in addition to the pixels, for rows and chunks.
const ROOM: usize = 256 << 20;

const EXPECTED: &str = "a whole PNG file";

pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<Photo, Refusal> {
    let damaged = |error: DecodingError| Refusal::new(EXPECTED, format!("a damaged or truncated one ({error})"));
    let mut options = DecodeOptions::default();
    // Pillow refuses chunks with a wrong checksum.
    options.set_skip_ancillary_crc_failures(false);
    let mut decoder = Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_limits(png::Limits { bytes: ROOM });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = reader.info().size();
    check_size(limits, u64::from(width), u64::from(height))?;
    let mut samples = room(reader.output_buffer_size().ok_or_else(|| too_large(usize::MAX))?)?;
    let frame = reader.next_frame(&mut samples).map_err(damaged)?;
    samples.truncate(frame.buffer_size());
    // A frame of an animation may be smaller than the image.
    let (width, height) = (frame.width as usize, frame.height as usize);
    let pixels = colours(samples, width * height, frame.color_type, frame.bit_depth)?;
    Ok(Photo { width, height, pixels })
}

/// Converts `count` expanded samples to red, green and blue.
fn colours(samples: Vec<u8>, count: usize, colour: ColorType, depth: BitDepth) -> Result<Vec<u8>, Refusal> {
    let deep = depth == BitDepth::Sixteen;
    if colour == ColorType::Rgb && !deep {
        return Ok(samples);
    }
    let width = if deep { 2 } else { 1 };
    let samples = samples.chunks_exact(colour.samples() * width);
    let mut pixels = room(3 * count)?;
    let colours = pixels.as_chunks_mut().0.iter_mut();
    match colour {
        // Pillow's mode `I;16`, whose conversion cuts off what is lighter than 255 of 65,535.
        ColorType::Grayscale if deep => {
            colours.zip(samples).for_each(|(pixel, s)| *pixel = [if s[0] > 0 { 255 } else { s[1] }; 3]);
        }
        ColorType::Grayscale | ColorType::GrayscaleAlpha => {
            colours.zip(samples).for_each(|(pixel, s)| *pixel = [s[0]; 3]);
        }
        // The high byte of 16 bits comes first; an index has been expanded.
        ColorType::Rgb | ColorType::Rgba | ColorType::Indexed => {
            colours.zip(samples).for_each(|(pixel, s)| *pixel = [s[0], s[width], s[2 * width]]);
        }
    }
    Ok(pixels)
}
