//! If there is too little memory, reading a photograph is an error and does not abort the process. The test has an allocator that
//! refuses large requests.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::Cursor;

use athena::data::Photo;

/// Pixels on a side of the photographs.
const SIDE: usize = 500;

thread_local! {
    /// The largest request that is granted to this thread.
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
}

struct Short;

// SAFETY: every request is passed to the system's allocator as it is, or refused with a null pointer, as the trait allows.
unsafe impl GlobalAlloc for Short {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > MOST.get() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promises are those of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if layout.size() > MOST.get() {
            return std::ptr::null_mut();
        }
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size > MOST.get() {
            return std::ptr::null_mut();
        }
        // SAFETY: as above; the pointer comes from the system's allocator, since all do.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Short = Short;

/// Decodes with ever less memory, down to what the decoders need for themselves.
fn read_or_refused(name: &str, file: &[u8]) {
    let whole = Photo::decode(file, name).expect("a sound file");
    assert_eq!((whole.width(), whole.height()), (SIDE, SIDE), "{name}");
    let mut refused = 0;
    for most in (17..27).rev().map(|power| 1_usize << power) {
        MOST.set(most);
        let result = Photo::decode(file, name);
        MOST.set(usize::MAX);
        match result {
            Ok(photo) => assert!(photo == whole, "{name} with {most} bytes"),
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains("memory") || error.contains("allocation"), "{name} with {most} bytes: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0, "{name} was never short of memory");
}

fn png(colour: png::ColorType, depth: png::BitDepth) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE as u32, SIDE as u32);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let bits = colour.samples() * depth as usize;
    let data: Vec<u8> = (0..(SIDE * bits).div_ceil(8) * SIDE).map(|i| (i * i / 8) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&data).unwrap();
    file
}

#[test]
fn png_files() {
    use png::{BitDepth, ColorType};
    for (colour, depth) in [
        (ColorType::Grayscale, BitDepth::One),
        (ColorType::Grayscale, BitDepth::Eight),
        (ColorType::Grayscale, BitDepth::Sixteen),
        (ColorType::GrayscaleAlpha, BitDepth::Sixteen),
        (ColorType::Rgb, BitDepth::Eight),
        (ColorType::Rgb, BitDepth::Sixteen),
        (ColorType::Rgba, BitDepth::Eight),
        (ColorType::Rgba, BitDepth::Sixteen),
    ] {
        read_or_refused(&format!("{colour:?} of {depth:?} bits"), &png(colour, depth));
    }
}

#[test]
fn bmp_files() {
    let header = |bits: u16, compression: u32, bytes: usize| {
        let start = 54 + if bits == 8 { 1024 } else { 0 };
        let words = [40, SIDE as u32, SIDE as u32, 1 | u32::from(bits) << 16, compression, bytes as u32, 0, 0, 0, 0];
        let head = [(start + bytes) as u32, 0, start as u32];
        let palette = (0..(start - 54) as u32).map(|i| (i * 7) as u8);
        let fields = head.into_iter().chain(words).flat_map(u32::to_le_bytes);
        b"BM".iter().copied().chain(fields).chain(palette).collect::<Vec<u8>>()
    };
    let plain: Vec<u8> = (0..SIDE * SIDE * 3).map(|i| i as u8).collect();
    read_or_refused("colours", &[header(24, 0, plain.len()), plain].concat());
    let runs: Vec<u8> = (0..SIDE).flat_map(|y| [250, y as u8, 250, 9, 0, 0]).chain([0, 1]).collect();
    read_or_refused("runs", &[header(8, 1, runs.len()), runs].concat());
}

#[test]
fn gif_files() {
    let mut file = Vec::new();
    let palette: Vec<u8> = (0..768).map(|i| (i * 5) as u8).collect();
    let mut encoder = gif::Encoder::new(&mut file, SIDE as u16, SIDE as u16, &palette).unwrap();
    let indices: Vec<u8> = (0..SIDE * SIDE).map(|i| (i / 3) as u8).collect();
    encoder.write_frame(&gif::Frame::from_indexed_pixels(SIDE as u16, SIDE as u16, indices, None)).unwrap();
    drop(encoder);
    read_or_refused("indices", &file);
}

#[test]
fn jpeg_files() {
    use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
    let pixels: Vec<u8> = (0..SIDE * SIDE * 3).map(|i| (i / 7) as u8).collect();
    for progressive in [false, true] {
        let encoder = Encoder::new(&pixels, SIDE, SIDE, PixelFormat::Rgb).subsampling(Subsampling::S420);
        let file = encoder.progressive(progressive).encode().unwrap();
        read_or_refused(&format!("progressive: {progressive}"), &file);
    }
}

#[test]
fn webp_files() {
    for colour in [image_webp::ColorType::Rgb8, image_webp::ColorType::Rgba8] {
        let channels = if colour == image_webp::ColorType::Rgb8 { 3 } else { 4 };
        let pixels: Vec<u8> = (0..SIDE * SIDE * channels).map(|i| (i / 7) as u8).collect();
        let mut file = Cursor::new(Vec::new());
        image_webp::WebPEncoder::new(&mut file).encode(&pixels, SIDE as u32, SIDE as u32, colour).unwrap();
        read_or_refused(&format!("{colour:?}"), file.get_ref());
    }
}
