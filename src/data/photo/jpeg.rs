//! JPEG, to the bit as Pillow has it from libjpeg-turbo.

use libjpeg_turbo_rs::{DecodeLimits, DecodeWarning, Decoder, JpegError, PixelFormat};

use super::{MOST_PIXELS, Photo, Refusal, check_size};

pub(super) const MAGIC: &[u8] = b"\xff\xd8\xff";

const EXPECTED: &str = "a whole JPEG file";
const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: u8 = 0xd9;

pub(super) fn decode(bytes: &[u8]) -> Result<Photo, Refusal> {
    let damaged = |error: JpegError| Refusal::new(EXPECTED, format!("a damaged one ({error})"));
    let limits = DecodeLimits { max_pixels: MOST_PIXELS, ..DecodeLimits::default() };
    let mut decoder = Decoder::new_with_limits(bytes, limits).map_err(damaged)?;
    let frame = decoder.header();
    if frame.precision != 8 {
        return Err(Refusal::new("samples of 8 bits", format!("samples of {} bits", frame.precision)));
    }
    if !matches!(frame.components.len(), 1 | 3 | 4) {
        return Err(Refusal::new("1, 3 or 4 colour components", frame.components.len().to_string()));
    }
    check_size(u64::from(frame.width), u64::from(frame.height))?;
    if !ends(bytes) {
        return Err(Refusal::new(EXPECTED, "a truncated one, without its end"));
    }
    decoder.set_output_format(PixelFormat::Rgb);
    // As libjpeg, which makes the best of damage within a file that has its end.
    decoder.set_lenient(true);
    let image = decoder.decode_image().map_err(damaged)?;
    // Then a part of the image is mere grey.
    if let Some(DecodeWarning::UnsupportedRecovered { detail }) =
        image.warnings.iter().find(|warning| matches!(warning, DecodeWarning::UnsupportedRecovered { .. }))
    {
        return Err(Refusal::new("a kind of JPEG that is supported", detail.as_str()));
    }
    Ok(Photo { width: image.width, height: image.height, pixels: image.data })
}

/// Whether an end of image stands somewhere behind the start of the first scan. Within a scan's data no other bytes look like it.
fn ends(bytes: &[u8]) -> bool {
    let position = |bytes: &[u8], marker: u8| bytes.windows(2).position(|pair| pair == [0xff, marker]);
    position(bytes, START_OF_SCAN).is_some_and(|scan| position(&bytes[scan..], END_OF_IMAGE).is_some())
}
