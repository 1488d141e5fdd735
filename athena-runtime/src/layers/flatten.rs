//! Makes vectors of maps, channel by channel and row by row, and maps of vectors. The backward pass of each is the other.

use super::Describe;
use crate::exec::Pass;
use crate::kernels::rows::live;
use crate::layout::{Extent, LANES, Map, MapMut, MapRef};
#[cfg(feature = "onnx")]
use crate::onnx::graph;
use crate::ops::Write;

/// Makes a map of a vector: the inverse of flatten. It is only used after layers of the user's own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unflatten;

impl Describe for Unflatten {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Missing
    }
}

/// Makes a vector of a map, in the order C, H, W.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flatten;

impl Describe for Flatten {
    #[cfg(feature = "onnx")]
    fn onnx(&self) -> graph::Form<'_> {
        graph::Form::Nodes(self)
    }
}

#[cfg(feature = "onnx")]
impl graph::ToNodes for Flatten {
    fn add_to(&self, layer: &mut graph::Layer<'_, '_>) {
        layer.node("Flatten", layer.inputs.clone(), vec![graph::int("axis", 1)]);
    }
}

impl Pass<'_> {
    /// Makes a vector of a map, channel by channel and row by row.
    pub fn flatten<const C: usize, const H: usize, const W: usize, const N: usize>(
        &mut self,
        x: Map<C, H, W>,
        y: Map<N, 1, 1>,
    ) {
        const { assert!(N == C * H * W, "a flat vector has the map's numbers") };
        self.each_map([x.slot()], y.slot(), &|_, [x], y| to_vector(x, y, Write::Set));
    }

    /// Makes the gradient of the map of that of the vector.
    pub fn flatten_backward<const C: usize, const H: usize, const W: usize, const N: usize>(
        &mut self,
        dy: Map<N, 1, 1>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        const { assert!(N == C * H * W, "a flat vector has the map's numbers") };
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], dx| to_map(dy, dx, write));
    }

    /// Makes a map of a vector.
    pub fn unflatten<const C: usize, const H: usize, const W: usize, const N: usize>(
        &mut self,
        x: Map<N, 1, 1>,
        y: Map<C, H, W>,
    ) {
        const { assert!(N == C * H * W, "a map has the vector's numbers") };
        self.each_map([x.slot()], y.slot(), &|_, [x], y| to_map(x, y, Write::Set));
    }

    /// Makes the gradient of the vector of that of the map.
    pub fn unflatten_backward<const C: usize, const H: usize, const W: usize, const N: usize>(
        &mut self,
        dy: Map<C, H, W>,
        dx: Map<N, 1, 1>,
        write: Write,
    ) {
        const { assert!(N == C * H * W, "a map has the vector's numbers") };
        self.each_map([dy.slot()], dx.slot(), &|_, [dy], mut dx| {
            dx.begin_sum(write);
            to_vector(dy, dx, Write::Add);
        });
    }
}

/// Writes a map to a vector, in the order C, H, W, or adds it.
///
/// # Panics
/// `vector` is not a vector of as many numbers, or a slice is too short.
fn to_vector(map: MapRef<'_>, mut vector: MapMut<'_>, write: Write) {
    check_vector(&map.extent(), &vector.extent());
    vector.begin_sum(write);
    for_each_number(&map.extent(), &vector.extent(), |from, to| match write {
        Write::Set => vector.data_mut()[to] = map.data()[from],
        Write::Add => vector.data_mut()[to] += map.data()[from],
    });
}

/// Writes a vector to a map, or adds it.
///
/// # Panics
/// `vector` is not a vector of as many numbers as the map has, or a slice is too short.
fn to_map(vector: MapRef<'_>, mut map: MapMut<'_>, write: Write) {
    check_vector(&map.extent(), &vector.extent());
    map.begin_sum(write);
    for_each_number(&map.extent(), &vector.extent(), |to, from| map.data_mut()[to] += vector.data()[from]);
}

#[track_caller]
fn check_vector(map: &Extent, vector: &Extent) {
    let len = map.channels * map.height * map.width;
    assert_eq!([vector.channels, vector.height, vector.width], [len, 1, 1], "a vector of the map's numbers");
}

/// Calls `visit` for each value, with its offset in the map and its offset in the vector.
fn for_each_number(map: &Extent, vector: &Extent, mut visit: impl FnMut(usize, usize)) {
    let plane = map.height * map.width;
    for b in 0..map.blocks() {
        for y in 0..map.height {
            for x in 0..map.width {
                let (at, pixel) = (map.at(b, y, x), y * map.width + x);
                for lane in 0..live(map, b) {
                    let number = (b * LANES + lane) * plane + pixel;
                    visit(at + lane, vector.at(number / LANES, 0, 0) + number % LANES);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    #[test]
    fn a_flattened_map_is_in_the_order_of_its_array() {
        for e in sizes() {
            let plain = random(1, numel(&e));
            let vector = extent(numel(&e), 1, 1, [0, 0]);
            let mut y = garbage(&vector);
            to_vector(map(&pack(&plain, &e), &e), map_mut(&mut y, &vector), Write::Set);
            assert_eq!(unpack(&y, &vector), wide(&plain));
            check_gradient(&e, &wide(&plain), 1e-6, "flatten", |dx, write| {
                to_map(map(&pack(&plain, &vector), &vector), dx, write);
            });
        }
    }

    #[test]
    fn an_unflattened_vector_is_the_map_that_was_flattened() {
        for e in sizes() {
            let plain = random(1, numel(&e));
            let vector = extent(numel(&e), 1, 1, [0, 0]);
            let mut y = garbage(&e);
            to_map(map(&pack(&plain, &vector), &vector), map_mut(&mut y, &e), Write::Set);
            assert_eq!(unpack(&y, &e), wide(&plain));
            check_gradient(&vector, &wide(&plain), 1e-6, "unflatten", |dx, write| {
                to_vector(map(&pack(&plain, &e), &e), dx, write);
            });
        }
    }
}
