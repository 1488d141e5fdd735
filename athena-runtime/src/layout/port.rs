//! What a network takes and what it promises, as names and sizes.

/// One input or output of a network: its name, and the shape of one image's.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(scan: 1x8x8, history: 12) -> 2 {
///         let image = scan -> global_avg_pool -> flatten;
///         image || history -> linear(2)
///     }
/// }
///
/// fn main() {
///     let [scan, history] = Net::INPUTS else { unreachable!() };
///     assert_eq!((scan.name, scan.shape, scan.len()), ("scan", &[1, 8, 8][..], 64));
///     assert_eq!((history.name, history.shape), ("history", &[12][..]));
///     assert_eq!(Net::OUTPUTS[0].name, "output");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name in the signature. An image without a name is `input`, an output without one is `output`.
    pub name: &'static str,
    /// Channels, height and width of a map; the length of a vector.
    pub shape: &'static [usize],
}

impl Port {
    /// How many numbers it has for one image.
    ///
    /// # Panics
    /// The shape has neither one nor three sizes, which no network's has.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "an input or output is never empty")]
    pub const fn len(&self) -> usize {
        let [channels, height, width] = self.map();
        channels * height * width
    }

    /// Channels, height and width. A vector is a map of one pixel.
    ///
    /// # Panics
    /// The shape has neither one nor three sizes, which no network's has.
    #[must_use]
    pub const fn map(&self) -> [usize; 3] {
        match *self.shape {
            [channels, height, width] => [channels, height, width],
            [len] => [len, 1, 1],
            _ => panic!("a value is a map or a vector"),
        }
    }
}
