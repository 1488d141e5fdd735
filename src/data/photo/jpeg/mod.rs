//! Reads JPEG with the same bits as Pillow with libjpeg-turbo. Files for which that is not certain are refused.

mod markers;

use libjpeg_turbo_rs::{DecodeLimits, DecodeWarning, Decoder, JpegError, PixelFormat};

use super::{Limits, Photo, Refusal, check_size};

pub(super) const MAGIC: &[u8] = b"\xff\xd8\xff";

const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

const EXPECTED: &str = "a whole JPEG file";

pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<Photo, Refusal> {
    let damaged = |error: JpegError| Refusal::new(EXPECTED, format!("a damaged one ({error})"));
    // The size is checked below, with athena's own message.
    let all = DecodeLimits { max_pixels: u64::MAX, ..DecodeLimits::default() };
    let mut decoder = Decoder::new_with_limits(bytes, all).map_err(damaged)?;
    let frame = decoder.header();
    if frame.precision != 8 {
        return Err(Refusal::new("samples of 8 bits", format!("samples of {} bits", frame.precision)));
    }
    if !matches!(frame.components.len(), 1 | 3 | 4) {
        return Err(Refusal::new("1, 3 or 4 colour components", frame.components.len().to_string()));
    }
    check_size(limits, u64::from(frame.width), u64::from(frame.height))?;
    let course = markers::follow(bytes).map_err(|what| Refusal::new(EXPECTED, what))?;
    if course.arithmetic && !course.complete {
        return Err(Refusal::new("all scans of an arithmetically coded JPEG file", "some of them"));
    }
    decoder.set_output_format(PixelFormat::Rgb);
    // As in libjpeg, missing scans are estimated from the neighbouring blocks.
    decoder.set_block_smoothing(true);
    // As in libjpeg, a scan may end early if the file has its end marker.
    decoder.set_lenient(!course.arithmetic && !course.lossless);
    let image = decoder.decode_image().map_err(damaged)?;
    for warning in &image.warnings {
        match warning {
            DecodeWarning::ExtraneousData { .. } => {}
            DecodeWarning::TruncatedData { .. } if !course.progressive => {}
            // In a progressive file only the last scan may end early, because later scans depend on earlier ones.
            DecodeWarning::TruncatedData { .. } => whole_until(bytes, course.last_scan).map_err(damaged)?,
            // Then a part of the image would be grey.
            DecodeWarning::UnsupportedRecovered { detail } => {
                return Err(Refusal::new("a kind of JPEG that is supported", detail.as_str()));
            }
            warning => return Err(Refusal::new(EXPECTED, format!("a damaged one ({warning})"))),
        }
    }
    Ok(Photo { width: image.width, height: image.height, pixels: image.data })
}

/// Checks that all scans that begin before `end` are complete.
fn whole_until(bytes: &[u8], end: usize) -> Result<(), JpegError> {
    let scans = [&bytes[..end], &END_OF_IMAGE].concat();
    Decoder::new(&scans)?.decode_image().map(|_| ())
}
