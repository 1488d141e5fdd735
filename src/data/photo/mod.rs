//! Photographs: read from files, and made into what a network trained on ImageNet takes, as torchvision does it over Pillow.

mod jpeg;
mod png;
mod preprocessing;
mod resample;

use std::fs;
use std::path::{Path, PathBuf};

pub use preprocessing::Preprocessing;

use crate::Error;

/// The most pixels of a photograph. Pillow 13 takes larger ones for an attack, too.
const MOST_PIXELS: u64 = 2 * (1024 * 1024 * 1024 / 4 / 3);

/// A photograph in memory: red, green and blue bytes, row by row.
///
/// The pixels are those of `Image.open(path).convert("RGB")` in Pillow 13, to the bit. So JPEG is decoded as libjpeg-turbo decodes it
/// by default: all samplings, progressive, arithmetic, grey, CMYK and YCCK. Colour profiles and the orientation that a camera
/// writes into EXIF are ignored, alpha is dropped, 16-bit colours keep their high byte, and 16-bit grey is cut off at 255.
///
/// ```
/// use athena::data::{Photo, Preprocessing};
///
/// fn main() -> Result<(), athena::Error> {
///     // From a file: `Photo::open("cat.jpg")?`, or from its bytes: `Photo::decode(&bytes, "cat.jpg")?`.
///     let photo = Photo::from_rgb(320, 240, vec![128; 320 * 240 * 3])?;
///     assert_eq!((photo.width(), photo.height(), photo.pixels()[0]), (320, 240, 128));
///     let image = Preprocessing::imagenet().apply(&photo); // what `predict` takes
///     assert_eq!(image.len(), 3 * 224 * 224);
///
///     assert!(Photo::decode(b"no photograph", "cat.jpg").is_err());
///     assert!(Photo::open("no/such/cat.jpg").is_err());
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Photo {
    /// Reads a JPEG or PNG file; what it is, its first bytes tell, not its name.
    ///
    /// # Errors
    /// A file that cannot be read, is another kind of file, is damaged or truncated, or has more than 178,956,970 pixels: names
    /// the file and the reason. A JPEG file that is damaged inside but has its end is read as libjpeg reads it. One kind is refused
    /// that Pillow reads: JPEG whose colours are sampled finer than its brightness.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes = fs::read(path).map_err(|source| Error::Io { action: "read", path: path.to_path_buf(), source })?;
        Self::decode(&bytes, path)
    }

    /// Reads a JPEG or PNG file that is in memory already; `name` is what errors call it.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn decode(bytes: &[u8], name: impl AsRef<Path>) -> Result<Self, Error> {
        let photo = if bytes.starts_with(jpeg::MAGIC) {
            jpeg::decode(bytes)
        } else if bytes.starts_with(png::MAGIC) {
            png::decode(bytes)
        } else {
            Err(Refusal::new("a JPEG or PNG file", foreign(bytes)))
        };
        photo.map_err(|refusal| refusal.about(name.as_ref()))
    }

    /// From red, green and blue bytes, row by row.
    ///
    /// # Errors
    /// No pixels, or not three bytes for each.
    pub fn from_rgb(width: usize, height: usize, pixels: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let pixels = pixels.into();
        let bytes = width.checked_mul(height).and_then(|count| count.checked_mul(3));
        if bytes != Some(pixels.len()) || pixels.is_empty() {
            let expected = format!("3 bytes for each of {width} x {height} pixels, at least one pixel");
            let found = format!("{} bytes", pixels.len());
            return Err(Error::Argument { name: "Photo::from_rgb", expected, found });
        }
        Ok(Self { width, height, pixels })
    }

    /// Pixels in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green and blue bytes, row by row.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }
}

/// Why some bytes are no photograph.
#[derive(Debug)]
struct Refusal {
    expected: &'static str,
    found: String,
}

impl Refusal {
    fn new(expected: &'static str, found: impl Into<String>) -> Self {
        Self { expected, found: found.into() }
    }

    fn about(self, path: &Path) -> Error {
        Error::Data {
            path: PathBuf::from(path),
            what: "a photograph that can be read",
            expected: self.expected.to_owned(),
            found: self.found,
            help: "save it again as an 8-bit JPEG or PNG file with an image editor, or leave it out",
        }
    }
}

/// Refuses what has no pixels, or more than could be meant.
fn check_size(width: u64, height: u64) -> Result<(), Refusal> {
    match width * height {
        0 => Err(Refusal::new("at least one pixel", format!("{width} x {height}"))),
        pixels if pixels > MOST_PIXELS => {
            Err(Refusal::new("at most 178,956,970 pixels", format!("{pixels} ({width} x {height})")))
        }
        _ => Ok(()),
    }
}

/// What a file is that is neither JPEG nor PNG, as far as its first bytes tell.
fn foreign(bytes: &[u8]) -> &'static str {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match () {
        () if bytes.is_empty() => "an empty file",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "a WebP image",
        () if at(0, b"GIF8") => "a GIF image",
        () if at(0, b"BM") => "a BMP image",
        () if at(0, b"II*\0") || at(0, b"MM\0*") => "a TIFF image or a camera's raw file",
        () if at(4, b"ftypavif") => "an AVIF image",
        () if at(4, b"ftyphei") || at(4, b"ftypmif1") => "a HEIC image",
        () if at(4, b"jP  ") || at(0, b"\xff\x4f\xff\x51") => "a JPEG 2000 image",
        () if at(0, b"\xff\x0a") || at(4, b"JXL ") => "a JPEG XL image",
        () if at(0, b"<") => "text (HTML, XML or SVG)",
        () => "bytes of another kind",
    }
}
