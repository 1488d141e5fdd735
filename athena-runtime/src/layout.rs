//! The layout of values: channel-blocked maps with a halo of zeros.
//!
//! A map of `C x H x W` is stored as `[ceil(C / 16)][H + 2 hh][W + 2 hw][16]`. Sixteen channels of a pixel are contiguous, so
//! that they are one vector. The map has a halo of `hh` rows and `hw` columns of zeros on each side, so that convolutions test no
//! borders. Two invariants hold for every stored value and every stored gradient:
//!
//! * The halo is zero. Code that writes a map also writes its halo, because slots are reused.
//! * The lanes beyond `C` in the last block are zero.
//!
//! A vector of `N` numbers is the map `N x 1 x 1`.

mod port;
mod view;

pub use port::Port;
pub use view::{MapMut, MapRef};

/// Number of channels in a block, and of f32 lanes in the widest vector.
pub const LANES: usize = 16;

/// More floats than this no slice has.
pub(crate) const MOST_FLOATS: usize = isize::MAX as usize / size_of::<f32>();

/// Whether a product of sizes is no longer than any slice. Generated code calls this for every layer and map, so it is short: rustc evaluates it while
/// the user's program compiles.
pub(crate) const fn fits(sizes: [usize; 3]) -> bool {
    sizes[0].saturating_mul(sizes[1]).saturating_mul(sizes[2]) <= MOST_FLOATS
}

/// Checks that a buffer can have `len` floats from `offset` on.
///
/// # Panics
/// If no buffer is so long. In a constant, that is a compile error.
pub(crate) const fn assert_room(offset: usize, len: usize) {
    assert!(offset.is_multiple_of(LANES), "parts of a buffer start on a whole block");
    assert!(len <= MOST_FLOATS && offset <= MOST_FLOATS - len, "a layer that is larger than any buffer");
}

/// Sides and halos of most maps are smaller.
const SMALL_SIDE: usize = 1 << 16;

/// `channels` rounded up to whole blocks.
///
/// # Panics
/// If no map has so many channels.
#[must_use]
pub const fn padded(channels: usize) -> usize {
    assert!(channels <= MOST_FLOATS - LANES, "more channels than any map has");
    channels.div_ceil(LANES) * LANES
}

/// The buffer that a slot is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The image's part of the arena, which lives from phase to phase.
    Image,
    /// The shard's scratch, which lives within one phase. The images of a shard use it one after the other.
    Scratch,
}

/// The size of a stored map, as a value and not as const generics. Drivers and kernels use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Number of channels, without padding.
    pub(crate) channels: usize,
    /// Rows, without the halo.
    pub(crate) height: usize,
    /// Columns, without the halo.
    pub(crate) width: usize,
    /// Rows and columns of zeros on each side.
    pub(crate) halo: [usize; 2],
}

impl Extent {
    /// The size of no map at all.
    pub(crate) const EMPTY: Self = Self { channels: 0, height: 0, width: 0, halo: [0, 0] };

    /// A map of `channels x height x width`, with `halo` rows and columns of zeros on each side.
    ///
    /// # Panics
    /// If no slice is so long.
    #[must_use]
    pub const fn new([channels, height, width]: [usize; 3], halo: [usize; 2]) -> Self {
        let extent = Self { channels, height, width, halo };
        assert!(extent.checked_len().is_some(), "a map that is larger than any buffer");
        extent
    }

    /// Channels, height and width, without halo and padding.
    #[must_use]
    pub const fn shape(&self) -> [usize; 3] {
        [self.channels, self.height, self.width]
    }

    /// [`len`](Self::len), unless a slice cannot be so long: where this is a number, nothing that the other methods compute wraps.
    #[must_use]
    pub const fn checked_len(&self) -> Option<usize> {
        let Extent { channels, height, width, halo } = *self;
        let lengths = height <= MOST_FLOATS / 2 && width <= MOST_FLOATS / 2;
        let halos = halo[0] <= MOST_FLOATS / 4 && halo[1] <= MOST_FLOATS / 4;
        if channels > MOST_FLOATS - LANES || !lengths || !halos {
            return None;
        }
        let (rows, columns) = (height + 2 * halo[0], width + 2 * halo[1]);
        // One factor may be zero: a row and a block are checked for themselves.
        let fit = fits([1, columns, LANES]) && fits([rows, columns, LANES]) && fits([self.blocks(), self.block(), 1]);
        if fit { Some(self.len()) } else { None }
    }

    /// Blocks of sixteen channels.
    #[must_use]
    pub const fn blocks(&self) -> usize {
        self.channels.div_ceil(LANES)
    }

    /// Floats from one row to the next.
    #[must_use]
    pub const fn row(&self) -> usize {
        (self.width + 2 * self.halo[1]) * LANES
    }

    /// Floats from one block of channels to the next.
    #[must_use]
    pub const fn block(&self) -> usize {
        (self.height + 2 * self.halo[0]) * self.row()
    }

    /// Floats of the whole map, halo and padding lanes included.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.blocks() * self.block()
    }

    /// Whether the map has no values.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Offset of the sixteen lanes at block `b`, row `y`, column `x`. Rows and columns are counted without the halo.
    #[must_use]
    pub const fn at(&self, b: usize, y: usize, x: usize) -> usize {
        b * self.block() + (y + self.halo[0]) * self.row() + (x + self.halo[1]) * LANES
    }
}

/// A place for one map: its buffer, its offset, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which buffer holds the map: the image's part of the arena, or the shard's scratch.
    pub(crate) place: Place,
    /// First float; a multiple of [`LANES`].
    pub(crate) offset: usize,
    /// The size of the map.
    pub(crate) extent: Extent,
}

impl Slot {
    /// No place: what fills up arrays of slots.
    pub(crate) const EMPTY: Self = Self { place: Place::Image, offset: 0, extent: Extent::EMPTY };
}

/// A [`Slot`] with the shape in its type. Generated code has these for its values, so rustc checks that planner and layers agree on every
/// shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Map<const C: usize, const H: usize, const W: usize> {
    slot: Slot,
}

impl<const C: usize, const H: usize, const W: usize> Map<C, H, W> {
    /// A map in the image's part of the arena.
    #[must_use]
    pub const fn image(offset: usize, halo: [usize; 2]) -> Self {
        Self::at(Place::Image, offset, halo)
    }

    /// A map in the shard's scratch.
    #[must_use]
    pub const fn scratch(offset: usize, halo: [usize; 2]) -> Self {
        Self::at(Place::Scratch, offset, halo)
    }

    /// Whether [`Extent::checked_len`] is a number for every halo below [`SMALL_SIDE`]: such a map has at most 2^20 / 16 blocks of 2^18 x 2^18 x 16 floats,
    /// which is 2^56. It is evaluated once for each shape, and that check for each map would take longer.
    const IS_SMALL: bool = usize::BITS == 64 && C <= 1 << 20 && H < SMALL_SIDE && W < SMALL_SIDE;

    const fn at(place: Place, offset: usize, halo: [usize; 2]) -> Self {
        let extent = Extent { channels: C, height: H, width: W, halo };
        assert!(offset.is_multiple_of(LANES), "slots start on a whole block");
        assert!(offset <= MOST_FLOATS, "an offset beyond any buffer");
        let is_small = Self::IS_SMALL && halo[0] | halo[1] < SMALL_SIDE;
        assert!(is_small || extent.checked_len().is_some(), "a map that is larger than any buffer");
        Self { slot: Slot { place, offset, extent } }
    }

    /// The slot without its type.
    #[must_use]
    pub const fn slot(self) -> Slot {
        self.slot
    }
}

/// A type of [`Map`]. Methods that do not name its sizes are generic over it.
pub trait MapType: Copy {
    /// Channels, height and width.
    const SHAPE: [usize; 3];

    /// The slot without its type.
    fn slot(self) -> Slot;
}

impl<const C: usize, const H: usize, const W: usize> MapType for Map<C, H, W> {
    const SHAPE: [usize; 3] = [C, H, W];

    fn slot(self) -> Slot {
        self.slot
    }
}

/// A range of floats in the parameter buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First float.
    pub start: usize,
    /// Floats.
    pub len: usize,
}

impl Range {
    /// Offset of the first float after it.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.start + self.len
    }

    /// These floats of `buffer`.
    #[must_use]
    pub fn of<'a>(&self, buffer: &'a [f32]) -> &'a [f32] {
        &buffer[self.start..self.end()]
    }

    /// These floats of `buffer`, mutably.
    #[must_use]
    pub fn of_mut<'a>(&self, buffer: &'a mut [f32]) -> &'a mut [f32] {
        &mut buffer[self.start..self.end()]
    }
}
