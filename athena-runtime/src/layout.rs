//! Where values lie: channel-blocked maps with a halo of zeros.
//!
//! A map of `C x H x W` is stored as `[ceil(C / 16)][H + 2 hh][W + 2 hw][16]`: sixteen channels beside each other, so that one
//! vector holds one pixel's block of channels, and a halo of `hh` rows and `hw` columns of zeros around it, so that no
//! convolution tests a border. Two invariants hold for every stored value and every stored gradient:
//!
//! * the halo is zero: whoever writes a map writes its halo too, since slots are reused;
//! * the lanes beyond `C` in the last block are zero.
//!
//! A vector of `N` numbers is the map `N x 1 x 1`.

/// Channels in one block; also the f32 lanes of the widest vector.
pub const LANES: usize = 16;

/// `channels` rounded up to whole blocks.
#[must_use]
pub const fn padded(channels: usize) -> usize {
    channels.div_ceil(LANES) * LANES
}

/// Which buffer a slot lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The image's own part of the arena: lives from phase to phase.
    Image,
    /// The shard's scratch: lives within one phase, shared by the images of a shard one after the other.
    Scratch,
}

/// The size of a map as it is stored, free of const generics: what the drivers and kernels work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Channels, as the user counts them.
    pub channels: usize,
    /// Rows, without the halo.
    pub height: usize,
    /// Columns, without the halo.
    pub width: usize,
    /// Rows and columns of zeros on each side.
    pub halo: [usize; 2],
}

impl Extent {
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

    /// True for a map without a single value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Offset of the sixteen lanes at block `b`, row `y`, column `x` (of the map proper, the halo not counted).
    #[must_use]
    pub const fn at(&self, b: usize, y: usize, x: usize) -> usize {
        b * self.block() + (y + self.halo[0]) * self.row() + (x + self.halo[1]) * LANES
    }
}

/// A place for one map: which buffer, from which float on, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The buffer.
    pub place: Place,
    /// First float; a multiple of [`LANES`].
    pub offset: usize,
    /// The map that lies there.
    pub extent: Extent,
}

/// A typed [`Slot`]: generated code names its values with these, and rustc checks through them that the planner and the
/// layers agree on every shape.
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

    /// A map in the scratch of the shard.
    #[must_use]
    pub const fn scratch(offset: usize, halo: [usize; 2]) -> Self {
        Self::at(Place::Scratch, offset, halo)
    }

    const fn at(place: Place, offset: usize, halo: [usize; 2]) -> Self {
        assert!(offset.is_multiple_of(LANES), "slots start on a whole block");
        let extent = Extent { channels: C, height: H, width: W, halo };
        Self { slot: Slot { place, offset, extent } }
    }

    /// The slot without its type.
    #[must_use]
    pub const fn slot(self) -> Slot {
        self.slot
    }
}

/// A stored map for reading: its floats and its size.
#[derive(Clone, Copy, Debug)]
pub struct MapRef<'a> {
    /// The floats, halo and padding lanes included.
    pub data: &'a [f32],
    /// The size.
    pub extent: Extent,
}

impl<'a> MapRef<'a> {
    /// The map of this size in `data`.
    #[must_use]
    pub const fn new(data: &'a [f32], extent: Extent) -> Self {
        Self { data, extent }
    }
}

/// A stored map for writing.
#[derive(Debug)]
pub struct MapMut<'a> {
    /// The floats, halo and padding lanes included.
    pub data: &'a mut [f32],
    /// The size.
    pub extent: Extent,
}

impl<'a> MapMut<'a> {
    /// The map of this size in `data`.
    #[must_use]
    pub const fn new(data: &'a mut [f32], extent: Extent) -> Self {
        Self { data, extent }
    }
}

/// A run of floats in the parameter buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First float.
    pub start: usize,
    /// Floats.
    pub len: usize,
}

impl Range {
    /// The first float behind it.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.start + self.len
    }

    /// These floats of `buffer`.
    #[must_use]
    pub fn of<'a>(&self, buffer: &'a [f32]) -> &'a [f32] {
        &buffer[self.start..self.end()]
    }

    /// The same, for writing.
    #[must_use]
    pub fn of_mut<'a>(&self, buffer: &'a mut [f32]) -> &'a mut [f32] {
        &mut buffer[self.start..self.end()]
    }
}
