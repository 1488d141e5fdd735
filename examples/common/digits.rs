//! The UCI digits (Alpaydin and Kaynak 1998): 1,797 handwritten digits of 8 x 8 pixels, embedded in the crate `smartcore`.

/// A pixel of nothing but ink, as the data set counts it.
const DARKEST: f32 = 16.0;

/// Every pixel of every image, row by row, from 0 (paper) to 1 (ink).
pub fn pixels() -> Vec<f32> {
    smartcore::dataset::digits::load_dataset().data.iter().map(|ink| ink / DARKEST).collect()
}

/// The digit of every image.
pub fn labels() -> Vec<u32> {
    smartcore::dataset::digits::load_dataset().target.iter().map(|&digit| digit as u32).collect()
}
