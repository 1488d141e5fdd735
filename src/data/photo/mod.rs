//! Reads photographs as Pillow does, and prepares them for networks as torchvision does.

mod bmp;
mod gif;
mod jpeg;
mod png;
mod preprocessing;
mod resample;
mod webp;

use std::path::{Path, PathBuf};

pub use preprocessing::Preprocessing;

use super::Limits;
use crate::Error;

/// What a file is read as, for errors.
const WHAT: &str = "a photograph that can be read";

/// A photograph in memory: red, green and blue bytes, row by row.
///
/// The pixels are exactly those of `Image.open(path).convert("RGB")` in Pillow 13. So JPEG is decoded as libjpeg-turbo decodes it
/// by default: all samplings, progressive, arithmetic, grey, CMYK and YCCK. Colour profiles and the orientation in EXIF are
/// ignored, alpha is dropped, 16-bit colours keep their high byte, and 16-bit grey is limited to 255. The first picture of an
/// animation is read.
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
    /// Reads a JPEG, PNG, GIF, BMP or WebP file. Its first bytes decide the format, not its name.
    ///
    /// ```no_run
    /// use athena::data::Photo;
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let photo = Photo::open("cat.jpg")?;
    ///     println!("{} x {}", photo.width(), photo.height());
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// The file cannot be read, has another format, is damaged or truncated, or has more than 178,956,970 pixels or 1 GiB
    /// ([`open_with`](Self::open_with) takes other limits). The path is a directory, a pipe or a device. The error names the file
    /// and the reason.
    ///
    /// A damaged JPEG file is read if libjpeg's result for it is known exactly, for example if the file ends early or lacks
    /// scans, and refused otherwise. (Damage that makes coefficients larger than 16 bits is not noticed: 4 of 20,000 files
    /// damaged at random.) JPEG files whose colours are sampled finer than their brightness are refused, although Pillow reads
    /// them.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, Limits::new())
    }

    /// Like [`open`](Self::open), with other limits on the bytes of the file and the pixels of the photograph.
    ///
    /// ```no_run
    /// use athena::data::{Limits, Photo};
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let map = Photo::open_with("map.png", Limits::new().pixels(1_000_000_000))?;
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, limits: Limits) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::decode_with(&limits.read_as(WHAT, path)?, path, limits)
    }

    /// Reads a photograph from the bytes of a file in memory. `name` is its name in errors.
    ///
    /// ```
    /// use athena::data::Photo;
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     // 1 x 1 pixel of GIF.
    ///     let file = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    ///     let photo = Photo::decode(file, "a red dot")?;
    ///     assert_eq!(photo.pixels(), [255, 0, 0]);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn decode(bytes: &[u8], name: impl AsRef<Path>) -> Result<Self, Error> {
        Self::decode_with(bytes, name, Limits::new())
    }

    /// Like [`decode`](Self::decode), with another limit on the pixels of the photograph.
    ///
    /// ```
    /// use athena::data::{Limits, Photo};
    ///
    /// let file = b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    /// let error = Photo::decode_with(file, "a red dot", Limits::new().pixels(0)).unwrap_err();
    /// assert!(error.to_string().contains("at most 0 pixels"));
    /// ```
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn decode_with(bytes: &[u8], name: impl AsRef<Path>, limits: Limits) -> Result<Self, Error> {
        let photo = match bytes {
            _ if bytes.starts_with(jpeg::MAGIC) => jpeg::decode(bytes, limits),
            _ if bytes.starts_with(png::MAGIC) => png::decode(bytes, limits),
            _ if bytes.starts_with(gif::MAGIC) => gif::decode(bytes, limits),
            _ if bytes.starts_with(bmp::MAGIC) => bmp::decode(bytes, limits),
            _ if webp::is(bytes) => webp::decode(bytes, limits),
            _ => Err(Refusal::new("a JPEG, PNG, GIF, BMP or WebP file", foreign(bytes))),
        };
        photo.map_err(|refusal| refusal.about(name.as_ref()))
    }

    /// A photograph of red, green and blue bytes, row by row.
    ///
    /// # Errors
    /// There are no pixels, or not three bytes for each.
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

    /// Number of pixels in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of rows.
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

/// The reason why a file is refused.
#[derive(Debug)]
struct Refusal {
    expected: String,
    found: String,
    help: &'static str,
}

impl Refusal {
    fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        let help = "save it again as an 8-bit JPEG or PNG file with an image editor, or leave it out";
        Self { expected: expected.into(), found: found.into(), help }
    }

    fn about(self, path: &Path) -> Error {
        let Self { expected, found, help } = self;
        Error::Data { path: PathBuf::from(path), what: WHAT, expected, found, help }
    }
}

/// Refuses images with no pixels, or more than the limit.
fn check_size(limits: Limits, width: u64, height: u64) -> Result<(), Refusal> {
    match width.saturating_mul(height) {
        0 => Err(Refusal::new("at least one pixel", format!("{width} x {height}"))),
        pixels if pixels > limits.most_pixels() => Err(Refusal {
            expected: format!("at most {} pixels", grouped(limits.most_pixels())),
            found: format!("{pixels} ({width} x {height})"),
            help: "if it is meant to be as large, raise the limit with `Limits::new().pixels(...)` and `Photo::open_with`",
        }),
        _ => Ok(()),
    }
}

/// Formats a number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    parts.iter().map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>().join(",")
}

/// Allocates `bytes` zeros, or returns an error if there is too little memory.
fn room(bytes: usize) -> Result<Vec<u8>, Refusal> {
    let mut room = Vec::new();
    room.try_reserve_exact(bytes).map_err(|_| too_large(bytes))?;
    room.resize(bytes, 0);
    Ok(room)
}

/// The error for too little memory.
fn too_large(bytes: usize) -> Refusal {
    let found = format!("a need of {bytes} bytes more");
    Refusal { expected: "pixels that fit into memory".into(), found, help: "free memory, or save it with fewer pixels" }
}

/// Describes a file of another format by its first bytes.
fn foreign(bytes: &[u8]) -> &'static str {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match () {
        () if bytes.is_empty() => "an empty file",
        () if at(0, b"II*\0") || at(0, b"MM\0*") => "a TIFF image or a camera's raw file",
        () if at(4, b"ftypavif") => "an AVIF image",
        () if at(4, b"ftyphei") || at(4, b"ftypmif1") => "a HEIC image",
        () if at(4, b"jP  ") || at(0, b"\xff\x4f\xff\x51") => "a JPEG 2000 image",
        () if at(0, b"\xff\x0a") || at(4, b"JXL ") => "a JPEG XL image",
        () if at(0, b"<") => "text (HTML, XML or SVG)",
        () => "bytes of another kind",
    }
}
