//! The digits of the examples are those of UCI.

#[path = "../examples/common/digits.rs"]
mod images;

use images::{digits, read};

/// The counts in UCI's `optdigits.names` for its test set: 1,797 images, and the number of each digit.
#[test]
fn there_are_as_many_digits_as_uci_counts() {
    let digits = digits().unwrap();
    assert_eq!((digits.labels.len(), digits.pixels.len()), (1797, 1797 * 64));
    let count = |digit| digits.labels.iter().filter(|&&label| label == digit).count();
    assert_eq!(std::array::from_fn(|digit| count(digit as u32)), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
}

/// The CRC-32 of scikit-learn's copy of the same numbers, `(data, target)` of `load_digits()` as bytes one after the other.
#[test]
fn every_pixel_is_that_of_uci() {
    let digits = digits().unwrap();
    let ink = digits.pixels.iter().map(|pixel| (pixel * 16.0) as u8);
    let bytes: Vec<u8> = ink.chain(digits.labels.iter().map(|&label| label as u8)).collect();
    assert_eq!(crc32fast::hash(&bytes), 0xb89daea8);
    assert!(digits.pixels.iter().all(|pixel| (pixel * 16.0).fract() == 0.0));
}

#[test]
fn a_line_that_is_no_digit_is_named() {
    let sound = format!("# a comment\n7 {}\n", "0g".repeat(32));
    let digits = read(&sound).unwrap();
    assert_eq!((digits.labels, digits.pixels), (vec![7], [0.0, 1.0].repeat(32)));
    let short = format!("7 {}", "0".repeat(63));
    let (ten, dark) = (format!("10 {}", "0".repeat(64)), format!("1 {}", "h".repeat(64)));
    for line in ["7", "", &short, &ten, &dark] {
        let error = read(&format!("{sound}{line}\n")).unwrap_err();
        assert!(error.starts_with("line 3 of the digits"), "{line}: {error}");
    }
}
