//! The scenes of the example `segment`, and the file that it draws.

#[path = "../examples/segment/picture.rs"]
mod picture;
#[path = "../examples/segment/scenes.rs"]
mod scenes;

use athena::data::{Dataset, Photo, Pixels};
use picture::Picture;
use scenes::{Glyphs, SIDE, Scenes, scenes};

/// A glyph whose pixels are all as dark, with the label 3.
fn square(ink: f32) -> Glyphs {
    Dataset::from_floats([ink; 64], [3]).unwrap()
}

fn bytes(scenes: &Scenes) -> &[u8] {
    let Pixels::Bytes(bytes) = scenes.pixels() else { panic!("scenes are bytes") };
    bytes
}

/// A digit that is full of ink is a square of 14 to 20 pixels, as turning does not change its area; corners of others may cover some of it.
#[test]
fn pixels_of_digits_have_the_class_of_their_digit() {
    let scenes = scenes(&square(1.0), 50, 1).unwrap();
    let classes = scenes.labels().unwrap();
    let mut digits = 0;
    for (classes, pixels) in classes.chunks_exact(SIDE * SIDE).zip(bytes(&scenes).chunks_exact(SIDE * SIDE)) {
        let of_digits = || classes.iter().zip(pixels).filter(|&(&class, _)| class == 4);
        let count = of_digits().count();
        assert!(classes.iter().all(|&class| class == 0 || class == 4));
        assert!((10 * 10..=3 * 21 * 21).contains(&count), "{count} pixels of one to three digits");
        digits += count;
        let mean = of_digits().map(|(_, &level)| f32::from(level) / 255.0).sum::<f32>() / count as f32;
        assert!(mean > 0.55, "digits have levels of 0.6 to 1, and {mean} is their mean");
    }
    assert!(digits > 50 * 17 * 17, "{digits} pixels are fewer than a middling digit for each scene");
}

#[test]
fn paper_without_ink_is_background() {
    let scenes = scenes(&square(0.0), 5, 1).unwrap();
    assert!(scenes.labels().unwrap().iter().all(|&class| class == 0));
}

#[test]
fn scenes_depend_on_the_seed_alone() {
    let of = |seed| {
        let scenes = scenes(&square(1.0), 3, seed).unwrap();
        (bytes(&scenes).to_vec(), scenes.labels().unwrap().to_vec())
    };
    assert_eq!(of(1), of(1));
    assert!(of(1).0 != of(2).0 && of(1).1 != of(2).1);
}

/// The pixels of the file, as another program reads them.
#[test]
fn pictures_are_png_files() {
    let mut picture = Picture::new(7, 5, [9, 8, 7]);
    picture.draw([1, 2], 2, 2, &[[255, 0, 0], [0, 255, 0]]);
    let photo = Photo::decode(&picture.png().unwrap(), "picture").unwrap();
    let ground = [9, 8, 7];
    let drawn = [ground, [255, 0, 0], [255, 0, 0], [0, 255, 0], [0, 255, 0], ground, ground];
    let rows = [[ground; 7], [ground; 7], drawn, drawn, [ground; 7]];
    assert_eq!((photo.width(), photo.height()), (7, 5));
    assert_eq!(photo.pixels(), rows.as_flattened().as_flattened());
}
