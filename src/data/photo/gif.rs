//! Reads the first picture of a GIF file, with the same bits as Pillow's conversion to RGB.

use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, DecodingError, MemoryLimit};

use super::{Limits, Photo, Refusal, check_size, room};

pub(super) const MAGIC: &[u8] = b"GIF8";

const EXPECTED: &str = "a whole GIF file";

pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<Photo, Refusal> {
    let damaged = |error: DecodingError| Refusal::new(EXPECTED, format!("a damaged or truncated one ({error})"));
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    // As in Pillow, bytes between blocks are ignored.
    options.allow_unknown_blocks(true);
    // The size is checked below, before memory is allocated.
    options.set_memory_limit(MemoryLimit::Bytes(NonZeroU64::MAX));
    let mut decoder = options.read_info(bytes).map_err(damaged)?;
    let frame = decoder.next_frame_info().map_err(damaged)?;
    let frame = frame.ok_or_else(|| Refusal::new(EXPECTED, "one without a picture"))?;
    let [left, top, across, down] = [frame.left, frame.top, frame.width, frame.height].map(usize::from);
    let own = frame.palette.clone();
    let outside = usize::from(frame.transparent.unwrap_or(0));
    // The picture may be larger than the screen.
    let width = usize::from(decoder.width()).max(left + across);
    let height = usize::from(decoder.height()).max(top + down);
    check_size(limits, width as u64, height as u64)?;
    let mut indices = room(decoder.buffer_size())?;
    decoder.read_into_buffer(&mut indices).map_err(damaged)?;
    let colours = colours([own.as_deref(), decoder.global_palette()]);
    let mut pixels = room(width * height * 3)?;
    // Transparent pixels keep their colour. Pixels outside the picture get the colour of the transparent index, or of index 0.
    pixels.as_chunks_mut().0.fill(colours[outside]);
    for (row, indices) in indices.chunks_exact(across.max(1)).enumerate() {
        let start = ((top + row) * width + left) * 3;
        let line = pixels[start..start + across * 3].as_chunks_mut().0;
        line.iter_mut().zip(indices).for_each(|(pixel, &index)| *pixel = colours[usize::from(index)]);
    }
    Ok(Photo { width, height, pixels })
}

/// The colour of each index: from the palette of the picture, or else from that of the file, which is ignored if it is only a ramp of
/// grey. An index beyond the palette is black.
fn colours(palettes: [Option<&[u8]>; 2]) -> [[u8; 3]; 256] {
    let grey: [[u8; 3]; 256] = std::array::from_fn(|index| [index as u8; 3]);
    let palettes = palettes.into_iter().flatten().map(|palette| palette.as_chunks().0);
    let Some(palette) = palettes.into_iter().find(|palette| !grey.starts_with(palette)) else { return grey };
    std::array::from_fn(|index| palette.get(index).copied().unwrap_or_default())
}
