//! Pictures as PNG files: ISO/IEC 15948, <https://www.w3.org/TR/png-3/>.

use std::io::{self, Write};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Bits of each of the three colours, the colour type of red, green and blue, and the only compression and filtering; no interlacing.
const FORMAT: [u8; 5] = [8, 2, 0, 0, 0];

/// Red, green and blue.
pub type Colour = [u8; 3];

/// A picture of one colour, on which others are drawn.
pub struct Picture {
    width: usize,
    pixels: Vec<Colour>,
}

impl Picture {
    pub fn new(width: usize, height: usize, colour: Colour) -> Self {
        Self { width, pixels: vec![colour; width * height] }
    }

    /// Draws a picture of `width` columns with its first pixel at `x` and `y`, and each pixel as a square of `zoom` x `zoom`.
    pub fn draw(&mut self, [x, y]: [usize; 2], zoom: usize, width: usize, pixels: &[Colour]) {
        for (at, &colour) in pixels.iter().enumerate() {
            for row in 0..zoom {
                let start = (y + at / width * zoom + row) * self.width + x + at % width * zoom;
                self.pixels[start..start + zoom].fill(colour);
            }
        }
    }

    /// The bytes of a PNG file.
    pub fn png(&self) -> io::Result<Vec<u8>> {
        let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
        for row in self.pixels.chunks_exact(self.width) {
            // Filter 0: the colours as they are.
            rows.write_all(&[0])?;
            rows.write_all(row.as_flattened())?;
        }
        let height = self.pixels.len() / self.width;
        let mut header = Vec::new();
        for side in [self.width, height] {
            header.extend(u32::try_from(side).map_err(io::Error::other)?.to_be_bytes());
        }
        header.extend(FORMAT);
        let mut file = SIGNATURE.to_vec();
        chunk(&mut file, b"IHDR", &header)?;
        chunk(&mut file, b"IDAT", &rows.finish()?)?;
        chunk(&mut file, b"IEND", &[])?;
        Ok(file)
    }
}

/// Adds a chunk: its length, its name and contents, and their checksum.
fn chunk(file: &mut Vec<u8>, name: &[u8; 4], contents: &[u8]) -> io::Result<()> {
    file.extend(u32::try_from(contents.len()).map_err(io::Error::other)?.to_be_bytes());
    let mut checksum = Crc::new();
    for part in [name, contents] {
        checksum.update(part);
        file.extend(part);
    }
    file.extend(checksum.sum().to_be_bytes());
    Ok(())
}
