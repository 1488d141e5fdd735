//! The neighbours that the example `embed` finds.

#[path = "../examples/embed/gallery.rs"]
mod gallery;

use std::path::Path;

use gallery::Gallery;

fn gallery(photos: &[(&str, [f32; 2])]) -> Gallery {
    let mut gallery = Gallery::default();
    photos.iter().for_each(|(photo, features)| gallery.add(photo.into(), features));
    gallery
}

/// The names of the neighbours and their similarities in thousandths.
fn nearest(gallery: &Gallery, features: [f32; 2], except: &str, count: usize) -> Vec<(String, i32)> {
    let neighbours = gallery.nearest(&features, Path::new(except), count).into_iter();
    neighbours.map(|found| (found.photo.display().to_string(), (1000.0 * found.similarity).round() as i32)).collect()
}

/// Cosines of angles between vectors of any length: cos 0 = 1, cos 60 degrees = 1/2, cos 90 degrees = 0, cos 180 degrees = -1.
#[test]
fn neighbours_are_those_at_the_smallest_angle() {
    let sixty = [0.5, 0.75_f32.sqrt()];
    let photos = gallery(&[("behind", [-3.0, 0.0]), ("far", [100.0, 0.0]), ("sixty", sixty), ("across", [0.0, 0.1])]);
    let expected = [("far", 1000), ("sixty", 500), ("across", 0), ("behind", -1000)];
    let expected = expected.map(|(photo, similarity)| (photo.to_owned(), similarity));
    assert_eq!(nearest(&photos, [0.01, 0.0], "none of them", 9), expected);
    assert_eq!(nearest(&photos, [0.01, 0.0], "far", 2), expected[1..3]);
    assert_eq!(photos.photos().map(|(photo, _)| photo.to_str()).next(), Some(Some("behind")));
}

/// A direction is all that counts, so the features that the gallery keeps have length 1.
#[test]
fn features_are_kept_with_length_one_and_zeros_are_like_nothing() {
    let photos = gallery(&[("a", [3.0, 4.0]), ("nothing", [0.0, 0.0])]);
    let kept: Vec<&[f32]> = photos.photos().map(|(_, features)| features).collect();
    assert!((kept[0][0] - 0.6).abs() < 1e-6 && (kept[0][1] - 0.8).abs() < 1e-6);
    assert_eq!(kept[1], [0.0, 0.0]);
    assert_eq!(nearest(&photos, [0.0, 0.0], "a", 3), [("nothing".to_owned(), 0)]);
}
