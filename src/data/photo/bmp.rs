//! Reads BMP with the same bits as Pillow's conversion to RGB: palettes of 1, 4 and 8 bits, packed or not, and colours of 16, 24
//! and 32 bits with the usual masks, bottom-up and top-down. Other layouts are refused, as in Pillow.

use super::{Limits, Photo, Refusal, check_size, room, too_large};

pub(super) const MAGIC: &[u8] = b"BM";

const EXPECTED: &str = "a whole BMP file";

/// Bytes of the file header.
const FILE_HEADER: usize = 14;

/// Sizes of the information headers that may follow it: OS/2 1 (12), Windows 3 (40), with masks (52, 56), OS/2 2 (64), Windows 4
/// and 5 (108, 124).
const HEADERS: [usize; 7] = [12, 40, 52, 56, 64, 108, 124];

/// The coding of the pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Plain,
    Runs,
    Masks,
}

/// The contents of the headers.
#[derive(Debug)]
struct Header {
    width: usize,
    height: usize,
    top_down: bool,
    bits: usize,
    coding: Coding,
    /// The masks of red, green, blue and alpha.
    masks: [u32; 4],
    palette: Vec<[u8; 3]>,
    /// Offset of the pixels in the file.
    start: usize,
}

pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<Photo, Refusal> {
    let header = Header::read(bytes)?;
    let (width, height) = (header.width, header.height);
    check_size(limits, width as u64, height as u64)?;
    let paint = header.paint()?;
    let indices;
    let (data, stride, bits) = if header.coding == Coding::Runs {
        indices = unpacked(bytes, &header)?;
        (&indices[..], width, 8)
    } else {
        (bytes.get(header.start..).unwrap_or_default(), (width * header.bits).div_ceil(32) * 4, header.bits)
    };
    if data.len() / stride < height {
        return Err(truncated());
    }
    let mut pixels = room(width * height * 3)?;
    for (number, row) in data.chunks_exact(stride).take(height).enumerate() {
        let line = if header.top_down { number } else { height - 1 - number };
        paint.row(row, bits, pixels[line * width * 3..][..width * 3].as_chunks_mut().0);
    }
    Ok(Photo { width, height, pixels })
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let at = FILE_HEADER;
        let size = word(bytes, at)? as usize;
        if !HEADERS.contains(&size) {
            return Err(unsupported(format!("a header of {size} bytes")));
        }
        let old = size == HEADERS[0];
        let ([width, height], bits) = if old {
            ([half(bytes, at + 4)?, half(bytes, at + 6)?], half(bytes, at + 10)?)
        } else {
            ([word(bytes, at + 4)?, word(bytes, at + 8)?], half(bytes, at + 14)?)
        };
        let bits = bits as usize;
        let [compression, colours] = if old { [0, 0] } else { [word(bytes, at + 16)?, word(bytes, at + 32)?] };
        // A negative height means that the top row comes first.
        let top_down = !old && height >> 24 == 0xff;
        let height = if top_down { height.wrapping_neg() } else { height };
        let coding = match (compression, bits) {
            (0, 1 | 4 | 8 | 16 | 24 | 32) => Coding::Plain,
            (1, 8) | (2, 4) => Coding::Runs,
            (3, 16 | 24 | 32) => Coding::Masks,
            _ => return Err(unsupported(format!("compression {compression} of {bits} bits"))),
        };
        let masks = if coding == Coding::Masks { masks(bytes, size)? } else { [0; 4] };
        let mut start = word(bytes, 10)? as usize;
        let mut palette = Vec::new();
        if bits <= 8 {
            let colours = if colours == 0 { 1 << bits } else { colours as usize };
            let entry = if old { 3 } else { 4 };
            palette = self::palette(bytes, at + size, colours, entry)?;
            // Some files give the offset of the palette as that of the pixels.
            if start == at + size || start == 0 {
                start = at + size + colours * entry;
            }
        } else if start == 0 {
            // In Windows 3 files the masks follow the header.
            start = if coding == Coding::Masks { at + size.max(52) } else { at + size };
        }
        if start > bytes.len() {
            return Err(truncated());
        }
        Ok(Self { width: width as usize, height: height as usize, top_down, bits, coding, masks, palette, start })
    }

    /// The conversion of pixels to colours.
    fn paint(&self) -> Result<Paint, Refusal> {
        if self.bits <= 8 {
            self.colours().map(|colours| Paint::Indices(Box::new(colours)))
        } else {
            self.colour().map(Paint::Values)
        }
    }

    /// The colour of each index.
    fn colours(&self) -> Result<[[u8; 3]; 256], Refusal> {
        // Pillow treats a palette of only black and white as none, and then reads one bit per pixel even if there are more.
        let bilevel = matches!(self.palette[..], [[0, 0, 0]] | [[0, 0, 0], [255, 255, 255]]);
        let ramp = self.palette.len() > 2
            && self.palette.iter().enumerate().all(|(index, colour)| *colour == [index as u8; 3]);
        match (bilevel, self.bits) {
            (true, 1) => Ok(std::array::from_fn(|index| [if index == 0 { 0 } else { 255 }; 3])),
            (true, _) => Err(unsupported(format!("black and white of {} bits", self.bits))),
            (false, 1 | 4) if ramp => Err(unsupported(format!("a ramp of grey of {} bits", self.bits))),
            (false, 8) if ramp => Ok(std::array::from_fn(|index| [index as u8; 3])),
            // An index beyond the palette is black.
            (false, _) => Ok(std::array::from_fn(|index| self.palette.get(index).copied().unwrap_or_default())),
        }
    }

    /// The function that makes a colour of a pixel's bits.
    fn colour(&self) -> Result<fn(u32) -> [u8; 3], Refusal> {
        /// Scales a level of fewer bits to eight bits, rounded down.
        const fn wide(level: u32, most: u32) -> u8 {
            ((level & most) * 255 / most) as u8
        }
        match (self.coding, self.bits, self.masks) {
            (Coding::Plain, 16, _) | (_, 16, [0x7c00, 0x3e0, 0x1f, _]) => {
                Ok(|v| [wide(v >> 10, 31), wide(v >> 5, 31), wide(v, 31)])
            }
            (_, 16, [0xf800, 0x7e0, 0x1f, _]) => Ok(|v| [wide(v >> 11, 31), wide(v >> 5, 63), wide(v, 31)]),
            (Coding::Plain, 24 | 32, _)
            | (_, 24, [0xff_0000, 0xff00, 0xff, _])
            | (_, 32, [0xff_0000, 0xff00, 0xff, 0 | 0xff00_0000] | [0, 0, 0, 0]) => {
                Ok(|v| [v >> 16, v >> 8, v].map(|level| level as u8))
            }
            (_, 32, [0xff00_0000, 0xff_0000, 0xff00, 0 | 0xff]) => {
                Ok(|v| [v >> 24, v >> 16, v >> 8].map(|level| level as u8))
            }
            (_, 32, [0xff00_0000, 0xff00, 0xff, 0 | 0xff_0000]) => {
                Ok(|v| [v >> 24, v >> 8, v].map(|level| level as u8))
            }
            (_, 32, [0xff, 0xff00, 0xff_0000, 0xff00_0000]) => Ok(|v| [v, v >> 8, v >> 16].map(|level| level as u8)),
            (_, bits, masks) => Err(unsupported(format!("colours of {bits} bits with the masks {masks:08x?}"))),
        }
    }
}

/// The conversion of the pixels of a row to colours.
enum Paint {
    /// Each pixel is an index of 1, 4 or 8 bits, the high bits first.
    Indices(Box<[[u8; 3]; 256]>),
    /// Each pixel is a number of 2, 3 or 4 bytes.
    Values(fn(u32) -> [u8; 3]),
}

impl Paint {
    fn row(&self, row: &[u8], bits: usize, line: &mut [[u8; 3]]) {
        match self {
            Self::Indices(colours) => {
                let shifts = (0..8 / bits).rev().map(|place| place * bits);
                let index = |byte: u8, shift: usize| usize::from(byte) >> shift & ((1 << bits) - 1);
                let indices = row.iter().flat_map(|&byte| shifts.clone().map(move |shift| index(byte, shift)));
                line.iter_mut().zip(indices).for_each(|(pixel, index)| *pixel = colours[index]);
            }
            Self::Values(colour) => {
                let value = |bytes: &[u8]| bytes.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
                line.iter_mut()
                    .zip(row.chunks_exact(bits / 8))
                    .for_each(|(pixel, bytes)| *pixel = colour(value(bytes)));
            }
        }
    }
}

/// The masks of red, green, blue and alpha. The mask of alpha exists from the third version of Windows 3's header on.
fn masks(bytes: &[u8], size: usize) -> Result<[u32; 4], Refusal> {
    let mut masks = [0; 4];
    let known = if size >= HEADERS[3] { 4 } else { 3 };
    for (mask, at) in masks.iter_mut().zip((FILE_HEADER + 40..).step_by(4)).take(known) {
        *mask = word(bytes, at)?;
    }
    Ok(masks)
}

/// The colours of a palette whose entries are blue, green, red, and perhaps an unused byte.
fn palette(bytes: &[u8], at: usize, colours: usize, entry: usize) -> Result<Vec<[u8; 3]>, Refusal> {
    if colours > 256 {
        return Err(unsupported(format!("a palette of {colours} colours")));
    }
    let entries = bytes.get(at..at + colours * entry).ok_or_else(truncated)?;
    Ok(entries.chunks_exact(entry).map(|entry| [entry[2], entry[1], entry[0]]).collect())
}

/// Four bytes as a number.
fn word(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    let bytes = bytes.get(at..).and_then(|rest| rest.first_chunk()).ok_or_else(truncated)?;
    Ok(u32::from_le_bytes(*bytes))
}

/// Two bytes as a number.
fn half(bytes: &[u8], at: usize) -> Result<u32, Refusal> {
    let bytes = bytes.get(at..).and_then(|rest| rest.first_chunk()).ok_or_else(truncated)?;
    Ok(u16::from_le_bytes(*bytes).into())
}

/// Unpacks run-length coded indices of 4 or 8 bits, from the first row in the file on. Pixels that the runs leave out
/// are 0, as in Pillow's decoder, which changes the row only at an end-of-line code.
fn unpacked(bytes: &[u8], header: &Header) -> Result<Vec<u8>, Refusal> {
    let (width, whole) = (header.width, header.width * header.height);
    let mut indices = Vec::new();
    indices.try_reserve_exact(whole + 256).map_err(|_| too_large(whole))?;
    let (mut at, mut x) = (header.start, 0);
    let four = header.bits == 4;
    let halves = |byte: u8| [byte >> 4, byte & 15];
    while indices.len() < whole {
        let Some(&[count, value]) = bytes.get(at..at + 2) else { break };
        at += 2;
        match (count, value) {
            (0, 0) => {
                indices.resize(indices.len().next_multiple_of(width), 0);
                x = 0;
            }
            (0, 1) => break,
            (0, 2) => {
                let Some(&[right, up]) = bytes.get(at..at + 2) else { break };
                at += 2;
                let skipped = usize::from(right) + usize::from(up) * width;
                indices.resize((indices.len() + skipped).min(whole), 0);
                x = indices.len() % width;
            }
            (0, count) => {
                let wanted = usize::from(count).min(whole - indices.len());
                let length = if four { wanted.div_ceil(2) } else { wanted };
                let rest = bytes.get(at..).unwrap_or_default();
                let literal = &rest[..length.min(rest.len())];
                match four {
                    true => indices.extend(literal.iter().flat_map(|&byte| halves(byte)).take(wanted)),
                    false => indices.extend(literal),
                }
                if literal.len() < length || indices.len() == whole {
                    break;
                }
                x += usize::from(count);
                at += length;
                // Runs start at even offsets.
                at += at % 2;
            }
            (count, value) => {
                let count = usize::from(count).min(width.saturating_sub(x));
                match four {
                    true => indices.extend(halves(value).into_iter().cycle().take(count)),
                    false => indices.resize(indices.len() + count, value),
                }
                x += count;
            }
        }
    }
    Ok(indices)
}

fn truncated() -> Refusal {
    Refusal::new(EXPECTED, "a truncated one")
}

fn unsupported(what: String) -> Refusal {
    Refusal::new("a kind of BMP that is supported", what)
}
