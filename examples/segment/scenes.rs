//! Scenes: digits among clutter, and the class of every pixel.

use std::f32::consts::{PI, TAU};

use athena::data::Dataset;
use athena::{ClassMap, Classes, Error, Image};
use fastrand::Rng;

/// The side of a scene in pixels.
pub const SIDE: usize = 48;

/// The background, and the digits 0 to 9.
pub const CLASSES: usize = 11;

/// The side of the digits that scenes are made of.
const GLYPH: usize = 8;

/// Random places that are tried before a scene is taken for full.
const TRIES: usize = 20;

/// Digits of 8 x 8 pixels.
pub type Glyphs = Dataset<Image<1, GLYPH, GLYPH>, Classes<10>>;

/// Scenes and the class of each of their pixels: 0 is the background, 1 + d the digit d.
pub type Scenes = Dataset<Image<1, SIDE, SIDE>, ClassMap<CLASSES, SIDE, SIDE>>;

/// This many scenes of these digits.
pub fn scenes(glyphs: &Glyphs, count: usize, seed: u64) -> Result<Scenes, Error> {
    let mut rng = Rng::with_seed(seed);
    let (mut pixels, mut classes) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let scene = Scene::random(glyphs, &mut rng);
        pixels.extend(scene.pixels.iter().map(|&level| (255.0 * level.clamp(0.0, 1.0)) as u8));
        classes.extend(scene.classes);
    }
    Dataset::from_bytes(pixels, classes)
}

struct Scene {
    /// From 0, black, to 1, white.
    pixels: Vec<f32>,
    classes: Vec<u32>,
}

impl Scene {
    /// A shaded background, thin lines across it, on them digits and halves of digits, which are background, and noise over everything.
    fn random(glyphs: &Glyphs, rng: &mut Rng) -> Self {
        let mut scene = Self { pixels: shade(rng), classes: vec![0; SIDE * SIDE] };
        for _ in 0..rng.usize(1..=3) {
            scene.line(rng);
        }
        let (digits, halves) = (rng.usize(2..=3), rng.usize(1..=2));
        let mut places: Vec<Place> = Vec::new();
        for number in 0..digits + halves {
            let free = |place: &Place| places.iter().all(|other| !place.meets(other));
            let Some(place) = (0..TRIES).map(|_| Place::random(rng)).find(free) else { break };
            let (glyph, label) = draw(glyphs, rng);
            let (cut, class) = if number < digits { (None, 1 + label) } else { (Some(TAU * rng.f32()), 0) };
            scene.print(&glyph, &place, cut, between(rng, 0.6, 1.0), class);
            places.push(place);
        }
        for pixel in &mut scene.pixels {
            *pixel += 0.1 * (rng.f32() + rng.f32() - 1.0);
        }
        scene
    }

    /// Draws a thin line across the whole scene.
    fn line(&mut self, rng: &mut Rng) {
        let (x, y, angle) = (side(rng), side(rng), TAU * rng.f32());
        let (half, level) = (between(rng, 0.5, 1.0), between(rng, 0.3, 0.8));
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let (dx, dy) = (centre(at % SIDE) - x, centre(at / SIDE) - y);
            let distance = (dx * angle.sin() - dy * angle.cos()).abs();
            blend(pixel, (half + 0.5 - distance).clamp(0.0, 1.0), level);
        }
    }

    /// Prints a glyph, whose pixels get this class, or the half of it on one side of a cut through its middle.
    fn print(&mut self, glyph: &[f32], place: &Place, cut: Option<f32>, level: f32, class: u32) {
        let (sin, cos) = place.angle.sin_cos();
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let (dx, dy) = (centre(at % SIDE) - place.x, centre(at / SIDE) - place.y);
            let scale = GLYPH as f32 / place.size;
            let (x, y) = (scale * (dx * cos + dy * sin), scale * (dy * cos - dx * sin));
            if cut.is_some_and(|angle| x * angle.cos() + y * angle.sin() < 0.0) {
                continue;
            }
            let ink = ink(glyph, x, y);
            // A sharper edge than that of the interpolation, at the same place.
            blend(pixel, (2.5 * (ink - 0.5) + 0.5).clamp(0.0, 1.0), level);
            if ink >= 0.5 {
                self.classes[at] = class;
            }
        }
    }
}

/// Where a glyph is, how large it is, and by how much it is turned.
struct Place {
    x: f32,
    y: f32,
    size: f32,
    angle: f32,
}

impl Place {
    /// Within the scene.
    fn random(rng: &mut Rng) -> Self {
        let size = between(rng, 14.0, 20.0);
        let mut position = || between(rng, size / 2.0, SIDE as f32 - size / 2.0);
        let (x, y) = (position(), position());
        Self { x, y, size, angle: between(rng, -PI / 12.0, PI / 12.0) }
    }

    /// Whether glyphs at both would cover each other.
    fn meets(&self, other: &Self) -> bool {
        (self.x - other.x).hypot(self.y - other.y) < 0.5 * (self.size + other.size)
    }
}

/// A random glyph and its label.
fn draw(glyphs: &Glyphs, rng: &mut Rng) -> (Vec<f32>, u32) {
    let index = rng.usize(..glyphs.len());
    let label = glyphs.labels().map(|labels| labels[index]);
    (glyphs.image(index).unwrap_or_default(), label.unwrap_or_default())
}

/// The ink at a point, counted from the glyph's middle in its own pixels: bilinear interpolation, with paper around the glyph.
fn ink(glyph: &[f32], x: f32, y: f32) -> f32 {
    let half = GLYPH as f32 / 2.0;
    let (x, y) = (x + half - 0.5, y + half - 0.5);
    let at = |column: f32, row: f32| {
        let inside = |coordinate: f32| (0.0..GLYPH as f32).contains(&coordinate);
        if inside(column) && inside(row) { glyph[row as usize * GLYPH + column as usize] } else { 0.0 }
    };
    let (left, top) = (x.floor(), y.floor());
    let row = |row: f32| at(left, row) + (x - left) * (at(left + 1.0, row) - at(left, row));
    row(top) + (y - top) * (row(top + 1.0) - row(top))
}

/// A background that becomes lighter in a random direction.
fn shade(rng: &mut Rng) -> Vec<f32> {
    let (angle, dark, light) = (TAU * rng.f32(), 0.2 * rng.f32(), between(rng, 0.1, 0.4));
    let middle = SIDE as f32 / 2.0;
    let along = |at: usize| {
        let (x, y) = (centre(at % SIDE) - middle, centre(at / SIDE) - middle);
        0.5 + (x * angle.cos() + y * angle.sin()) / SIDE as f32
    };
    (0..SIDE * SIDE).map(|at| dark + (light - dark) * along(at)).collect()
}

/// Covers this part of a pixel with another level.
fn blend(pixel: &mut f32, part: f32, level: f32) {
    *pixel += part * (level - *pixel);
}

/// The middle of a pixel.
fn centre(pixel: usize) -> f32 {
    pixel as f32 + 0.5
}

/// A coordinate in the scene.
fn side(rng: &mut Rng) -> f32 {
    SIDE as f32 * rng.f32()
}

fn between(rng: &mut Rng, from: f32, to: f32) -> f32 {
    from + (to - from) * rng.f32()
}
