//! BMP, to the bit as Pillow converts it to RGB: palettes of 1, 4 and 8 bits, packed or not, colours of 16, 24 and 32 bits with the
//! usual masks, bottom-up and top-down. Other layouts are refused, as Pillow does.

use super::{Limits, Photo, Refusal, check_size, room, too_large};

pub(super) const MAGIC: &[u8] = b"BM";

const EXPECTED: &str = "a whole BMP file";

/// Bytes of the file's own header.
const FILE_HEADER: usize = 14;

/// Sizes of the headers that follow it: OS/2 1 (12), Windows 3 (40), with masks (52, 56), OS/2 2 (64), Windows 4 and 5 (108, 124).
const HEADERS: [usize; 7] = [12, 40, 52, 56, 64, 108, 124];

/// How pixels are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Plain,
    Runs,
    Masks,
}

/// What the headers say.
#[derive(Debug)]
struct Header {
    width: usize,
    height: usize,
    top_down: bool,
    bits: usize,
    coding: Coding,
    /// Red's, green's, blue's and alpha's.
    masks: [u32; 4],
    /// Blue, green, red, and for all but OS/2 1 a byte of nothing.
    palette: Vec<[u8; 3]>,
    /// Where the pixels begin.
    start: usize,
}

pub(super) fn decode(bytes: &[u8], limits: Limits) -> Result<Photo, Refusal> {
    let header = Header::read(bytes, limits)?;
    let (width, height) = (header.width, header.height);
    check_size(limits, width as u64, height as u64)?;
    let mut pixels = room(width * height * 3)?;
    let mut lines: Vec<&mut [u8]> = Vec::new();
    lines.try_reserve_exact(height).map_err(|_| too_large(height))?;
    lines.extend(pixels.chunks_exact_mut(width * 3));
    if !header.top_down {
        lines.reverse();
    }
    let data = bytes.get(header.start..).unwrap_or_default();
    if header.coding == Coding::Runs {
        let indices = unpacked(bytes, &header)?;
        let rows = indices.chunks_exact(width);
        if rows.len() < height {
            return Err(truncated());
        }
        let colours = header.colours()?;
        for (line, row) in lines.into_iter().zip(rows) {
            line.as_chunks_mut().0.iter_mut().zip(row).for_each(|(pixel, &index)| *pixel = colours[usize::from(index)]);
        }
        return Ok(Photo { width, height, pixels });
    }
    let stride = (width * header.bits).div_ceil(32) * 4;
    if data.len() / stride < height {
        return Err(truncated());
    }
    let rows = data.chunks_exact(stride);
    match header.bits {
        1 | 4 | 8 => {
            let colours = header.colours()?;
            for (line, row) in lines.into_iter().zip(rows) {
                line.as_chunks_mut()
                    .0
                    .iter_mut()
                    .zip(indices(row, header.bits))
                    .for_each(|(pixel, i)| *pixel = colours[i]);
            }
        }
        bits => {
            let colour = header.colour()?;
            for (line, row) in lines.into_iter().zip(rows) {
                let values = row.chunks_exact(bits / 8).map(|b| b.iter().rev().fold(0, |v, &b| v << 8 | u32::from(b)));
                line.as_chunks_mut().0.iter_mut().zip(values).for_each(|(pixel, value)| *pixel = colour(value));
            }
        }
    }
    Ok(Photo { width, height, pixels })
}

impl Header {
    fn read(bytes: &[u8], limits: Limits) -> Result<Self, Refusal> {
        let word = |at: usize| bytes.get(at..at + 4).and_then(|b| Some(u32::from_le_bytes(b.try_into().ok()?)));
        let half = |at: usize| bytes.get(at..at + 2).and_then(|b| Some(u16::from_le_bytes(b.try_into().ok()?)));
        let at = FILE_HEADER;
        let size = word(at).ok_or_else(truncated)? as usize;
        if !HEADERS.contains(&size) {
            return Err(unsupported(format!("a header of {size} bytes")));
        }
        let old = size == HEADERS[0];
        let (width, height, bits, compression, colours) = if old {
            let [width, height, bits] = [4, 6, 10].map(|offset| half(at + offset).map(u32::from));
            (width, height, bits, Some(0), Some(0))
        } else {
            (word(at + 4), word(at + 8), half(at + 14).map(u32::from), word(at + 16), word(at + 32))
        };
        let [width, height, bits, compression, colours] =
            [width, height, bits, compression, colours].map(|field| field.ok_or_else(truncated));
        let (width, height, bits, compression, colours) = (width?, height?, bits? as usize, compression?, colours?);
        // A negative height: the first row comes first.
        let top_down = !old && height >> 24 == 0xff;
        let height = if top_down { height.wrapping_neg() } else { height };
        check_size(limits, u64::from(width), u64::from(height))?;
        let coding = match (compression, bits) {
            (0, 1 | 4 | 8 | 16 | 24 | 32) => Coding::Plain,
            (1, 8) | (2, 4) => Coding::Runs,
            (3, 16 | 24 | 32) => Coding::Masks,
            _ => return Err(unsupported(format!("compression {compression} of {bits} bits"))),
        };
        let mut behind = at + size;
        let mut masks = [0; 4];
        if coding == Coding::Masks {
            // Alpha's is there from the third version of Windows 3's header on.
            let known = if size >= HEADERS[3] { 4 } else { 3 };
            for (mask, place) in masks.iter_mut().zip((at + 40..).step_by(4)).take(known) {
                *mask = word(place).ok_or_else(truncated)?;
            }
            // Windows 3 has the masks behind its header.
            behind = behind.max(at + 52);
        }
        let mut start = word(10).ok_or_else(truncated)? as usize;
        let mut palette = Vec::new();
        if bits <= 8 {
            let colours = if colours == 0 { 1 << bits } else { colours as usize };
            if colours > 256 {
                return Err(unsupported(format!("a palette of {colours} colours")));
            }
            let step = if old { 3 } else { 4 };
            let entries = bytes.get(behind..behind + colours * step).ok_or_else(truncated)?;
            palette = entries.chunks_exact(step).map(|entry| [entry[2], entry[1], entry[0]]).collect();
            if start == at + size || start == 0 {
                start = behind + colours * step;
            }
        } else if start == 0 {
            start = behind;
        }
        let (width, height) = (width as usize, height as usize);
        Ok(Self { width, height, top_down, bits, coding, masks, palette, start })
    }

    /// The colour of each index.
    fn colours(&self) -> Result<[[u8; 3]; 256], Refusal> {
        // Pillow takes a palette of black and white alone for no palette, and then also more bits than one for one.
        let bilevel = matches!(self.palette[..], [[0, 0, 0]] | [[0, 0, 0], [255, 255, 255]]);
        let ramp = self.palette.len() > 2
            && self.palette.iter().enumerate().all(|(index, colour)| *colour == [index as u8; 3]);
        match (bilevel, self.bits) {
            (true, 1) => Ok(std::array::from_fn(|index| [if index == 0 { 0 } else { 255 }; 3])),
            (true, _) => Err(unsupported(format!("black and white of {} bits", self.bits))),
            (false, 1 | 4) if ramp => Err(unsupported(format!("a ramp of grey of {} bits", self.bits))),
            (false, 8) if ramp => Ok(std::array::from_fn(|index| [index as u8; 3])),
            // Beyond the palette is black.
            (false, _) => Ok(std::array::from_fn(|index| self.palette.get(index).copied().unwrap_or_default())),
        }
    }

    /// What makes a colour of a pixel's bits.
    fn colour(&self) -> Result<fn(u32) -> [u8; 3], Refusal> {
        /// Eight bits for fewer, cut off.
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

/// The indices of a row of 1, 4 or 8 bits each, the high bits first.
fn indices(row: &[u8], bits: usize) -> impl Iterator<Item = usize> {
    let shifts = (0..8 / bits).rev().map(move |place| place * bits);
    row.iter().flat_map(move |&byte| shifts.clone().map(move |shift| usize::from(byte) >> shift & ((1 << bits) - 1)))
}

/// The indices of runs of 4 or 8 bits each, from the first row in the file on. What the runs
/// leave out is 0, as in Pillow's decoder, which goes from row to row at the end of a line alone.
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
                // To an even place of the file.
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
