//! Windows as they are written: of a convolution, of a pool.

/// Padding as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// dilation * (kernel - 1) / 2 on each side.
    Same,
    /// None.
    Valid,
    /// [height, width] on each side.
    Sizes([usize; 2]),
}

/// A window as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WrittenWindow {
    pub kernel: Option<[usize; 2]>,
    pub stride: Option<[usize; 2]>,
    pub padding: Option<Padding>,
    pub dilation: Option<[usize; 2]>,
    /// Whether the output's size is rounded up; of pools.
    pub ceil: Option<bool>,
}
