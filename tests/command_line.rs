//! Numbers that users type behind the examples' options.

#[path = "../examples/common/numbers.rs"]
mod numbers;

use std::num::{NonZeroU64, NonZeroUsize};

use numbers::{learning_rate, whole};

#[test]
fn numbers_in_range_are_taken() {
    assert_eq!(whole::<u64>("0"), Ok(0));
    assert_eq!(whole::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(whole::<NonZeroU64>("3"), Ok(NonZeroU64::MIN.saturating_add(2)));
    assert_eq!(learning_rate("1e-3"), Ok(1e-3));
}

#[test]
fn others_are_told_what_is_possible() {
    let range = format!("1 to {} are possible", u64::MAX);
    for text in ["99999999999999999999", "-1", "0"] {
        assert_eq!(whole::<NonZeroU64>(text).unwrap_err(), format!("it is out of range: {range}"));
    }
    assert_eq!(whole::<u64>("-1").unwrap_err(), format!("it is out of range: 0 to {} are possible", u64::MAX));
    for text in ["", "-", "1.5", "1e3", "three", "0x10", "1 "] {
        assert_eq!(whole::<NonZeroU64>(text).unwrap_err(), format!("it is not a whole number: {range}"), "{text}");
    }
    assert!(whole::<NonZeroUsize>("0").is_err());
    for text in ["0", "-1", "nan", "inf", "1e39", "1e-999", "fast"] {
        assert_eq!(
            learning_rate(text).unwrap_err(),
            "it is not a learning rate: numbers above 0 and up to 3.4028235e38 are possible",
            "{text}"
        );
    }
}
