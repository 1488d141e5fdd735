//! Windows of convolutions and pools as written.

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
    /// Whether the size of the output is rounded up; only for pools.
    pub ceil: Option<bool>,
}
