//! Photographs and their features, of which the nearest to one are found.

use std::path::{Path, PathBuf};

/// Photographs, each with its features.
#[derive(Default)]
pub struct Gallery {
    photos: Vec<(PathBuf, Vec<f32>)>,
}

/// A photograph of the gallery, and the cosine of the angle between its features and others.
#[derive(Debug, PartialEq)]
pub struct Neighbour<'g> {
    pub photo: &'g Path,
    pub similarity: f32,
}

impl Gallery {
    /// Adds a photograph.
    pub fn add(&mut self, photo: PathBuf, features: &[f32]) {
        self.photos.push((photo, unit(features)));
    }

    /// The photographs and their features, in the order in which they were added.
    pub fn photos(&self) -> impl Iterator<Item = (&Path, &[f32])> {
        self.photos.iter().map(|(photo, features)| (photo.as_path(), &features[..]))
    }

    /// The `count` photographs with the most similar features, the most similar one first; `except` is none of them.
    pub fn nearest(&self, features: &[f32], except: &Path, count: usize) -> Vec<Neighbour<'_>> {
        let features = unit(features);
        let others = self.photos.iter().filter(|(photo, _)| photo != except);
        let mut neighbours: Vec<Neighbour<'_>> =
            others.map(|(photo, other)| Neighbour { photo, similarity: dot(&features, other) }).collect();
        neighbours.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        neighbours.truncate(count);
        neighbours
    }
}

/// The vector of the same direction with length 1. Zeros stay zeros, which are similar to nothing.
fn unit(vector: &[f32]) -> Vec<f32> {
    let length = dot(vector, vector).sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    vector.iter().map(|value| value * scale).collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
