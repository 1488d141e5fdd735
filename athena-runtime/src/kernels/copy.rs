//! Copies of maps: loads the caller's image, and copies or adds gradients.

use super::rows::{add_lanes, assert_same_shape, live};
use crate::layout::{LANES, MapMut, MapRef};
use crate::ops::Write;

/// Loads one image of the caller's `N x C x H x W` batch as a map. `image` has its `C * H * W` values.
///
/// # Panics
/// If a slice is too short.
pub fn load(image: &[f32], mut y: MapMut<'_>) {
    let extent = y.extent();
    let plane = extent.height * extent.width;
    assert_eq!(image.len(), extent.channels * plane, "one image");
    y.clear_halo();
    for b in 0..extent.blocks() {
        let planes = &image[b * LANES * plane..][..live(&extent, b) * plane];
        match live(&extent, b) {
            1 => load_block::<1>(planes, &mut y, b),
            3 => load_block::<3>(planes, &mut y, b),
            _ => load_block::<LANES>(planes, &mut y, b),
        }
    }
}

/// Loads one block of at most `C` channels. For the few channels of images, `C` is a constant, so that a pixel is assembled in registers.
fn load_block<const C: usize>(planes: &[f32], y: &mut MapMut<'_>, b: usize) {
    let extent = y.extent();
    let plane = extent.height * extent.width;
    for line in 0..extent.height {
        let from = line * extent.width..(line + 1) * extent.width;
        let mut rows: [&[f32]; C] = [&[]; C];
        for (row, plane) in rows.iter_mut().zip(planes.chunks_exact(plane)) {
            *row = &plane[from.clone()];
        }
        for (column, y) in y.row_mut(b, line).iter_mut().enumerate() {
            let mut pixel = [0.0; LANES];
            for (value, row) in pixel.iter_mut().zip(&rows[..C.min(live(&extent, b))]) {
                *value = row[column];
            }
            *y = pixel;
        }
    }
}

/// `y = x`, or `y += x`; the halos may differ.
///
/// # Panics
/// If shapes differ, or a slice is too short.
pub fn add(x: MapRef<'_>, mut y: MapMut<'_>, write: Write) {
    assert_same_shape(&x.extent(), &y.extent());
    y.begin(write);
    for b in 0..x.extent().blocks() {
        for line in 0..x.extent().height {
            let (x, y) = (x.row(b, line), y.row_mut(b, line));
            match write {
                Write::Set => y.copy_from_slice(x),
                Write::Add => x.iter().zip(y).for_each(|(x, y)| add_lanes(x, y)),
            }
        }
    }
}

/// The inverse of [`load`]: the `C * H * W` numbers of a map, channel by channel.
///
/// # Panics
/// A slice is too short.
pub fn store(x: MapRef<'_>, numbers: &mut [f32]) {
    let extent = x.extent();
    let plane = extent.height * extent.width;
    assert_eq!(numbers.len(), extent.channels * plane, "one image");
    for (b, planes) in numbers.chunks_mut(LANES * plane).enumerate() {
        for line in 0..extent.height {
            let row = x.row(b, line);
            for (lane, plane) in planes.chunks_exact_mut(plane).enumerate() {
                let to = &mut plane[line * extent.width..][..extent.width];
                to.iter_mut().zip(row).for_each(|(to, pixel)| *to = pixel[lane]);
            }
        }
    }
}

/// Adds the `C * H * W` numbers to a map.
///
/// # Panics
/// A slice is too short.
pub fn add_numbers(numbers: &[f32], mut y: MapMut<'_>) {
    let extent = y.extent();
    let plane = extent.height * extent.width;
    assert_eq!(numbers.len(), extent.channels * plane, "one image");
    for (b, planes) in numbers.chunks(LANES * plane).enumerate() {
        for line in 0..extent.height {
            let row = y.row_mut(b, line);
            for (lane, plane) in planes.chunks_exact(plane).enumerate() {
                let from = &plane[line * extent.width..][..extent.width];
                row.iter_mut().zip(from).for_each(|(pixel, from)| pixel[lane] += from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::testing::*;

    #[test]
    fn images_are_loaded() {
        for e in sizes() {
            let image = random(1, numel(&e));
            let mut y = garbage(&e);
            load(&image, map_mut(&mut y, &e));
            assert_eq!(unpack(&y, &e), wide(&image));
        }
    }

    #[test]
    fn maps_are_stored_as_they_were_loaded() {
        for e in sizes() {
            let image = random(1, numel(&e));
            let mut stored = vec![f32::NAN; image.len()];
            store(map(&pack(&image, &e), &e), &mut stored);
            assert_eq!(stored, image);
        }
    }

    #[test]
    fn numbers_are_added_to_maps() {
        for e in sizes() {
            let (image, more) = (random(1, numel(&e)), random(2, numel(&e)));
            let mut y = pack(&image, &e);
            add_numbers(&more, map_mut(&mut y, &e));
            let sums: Vec<f32> = image.iter().zip(&more).map(|(one, other)| one + other).collect();
            // The halo and the padding lanes are still zero.
            assert_eq!(y, pack(&sums, &e));
        }
    }

    #[test]
    fn maps_are_copied_and_added_under_other_halos() {
        for e in sizes() {
            let plain = random(1, numel(&e));
            let xe = with_halo(e, [3, 1]);
            check_gradient(&e, &wide(&plain), 1e-6, "add", |y, write| add(map(&pack(&plain, &xe), &xe), y, write));
        }
    }
}
