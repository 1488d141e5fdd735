//! Converts the values in files, which are little-endian, to f32.

use super::dtype::Dtype;

/// Converts the bytes of a value to an f32: exactly, or rounded to the nearest for f64.
pub trait Decode<const BYTES: usize> {
    fn decode(bytes: [u8; BYTES]) -> f32;
}

pub struct F64;
pub struct F32;
pub struct F16;
pub struct Bf16;
/// The types of one byte of the OCP's *8-bit Floating Point Specification* (2023), those of Graphcore, AMD and Qualcomm (Noune et al. 2022,
/// without infinities and negative zero), and the scales of the OCP's microscaling formats, which are powers of two.
pub struct F8E4M3;
pub struct F8E5M2;
pub struct F8E4M3Fnuz;
pub struct F8E5M2Fnuz;
pub struct F8E8M0;

impl Decode<8> for F64 {
    fn decode(bytes: [u8; 8]) -> f32 {
        f64::from_le_bytes(bytes) as f32
    }
}

impl Decode<4> for F32 {
    fn decode(bytes: [u8; 4]) -> f32 {
        f32::from_le_bytes(bytes)
    }
}

impl Decode<2> for F16 {
    fn decode(bytes: [u8; 2]) -> f32 {
        half_to_float(u16::from_le_bytes(bytes))
    }
}

impl Decode<2> for Bf16 {
    fn decode(bytes: [u8; 2]) -> f32 {
        // The upper half of a float.
        f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)
    }
}

impl Decode<1> for F8E4M3 {
    fn decode([byte]: [u8; 1]) -> f32 {
        if byte & 0x7f == 0x7f { f32::NAN } else { small_float(byte, 3, 7) }
    }
}

impl Decode<1> for F8E5M2 {
    fn decode([byte]: [u8; 1]) -> f32 {
        // The upper half of a binary16.
        half_to_float(u16::from(byte) << 8)
    }
}

impl Decode<1> for F8E4M3Fnuz {
    fn decode([byte]: [u8; 1]) -> f32 {
        if byte == 0x80 { f32::NAN } else { small_float(byte, 3, 8) }
    }
}

impl Decode<1> for F8E5M2Fnuz {
    fn decode([byte]: [u8; 1]) -> f32 {
        if byte == 0x80 { f32::NAN } else { small_float(byte, 2, 16) }
    }
}

impl Decode<1> for F8E8M0 {
    fn decode([byte]: [u8; 1]) -> f32 {
        if byte == 0xff { f32::NAN } else { 2f32.powi(i32::from(byte) - 127) }
    }
}

/// A float of 8 bits: a sign, an exponent with this bias, and so many bits of fraction. Every bit pattern is a number.
fn small_float(byte: u8, fraction_bits: i32, bias: i32) -> f32 {
    let fraction = f32::from(byte & ((1 << fraction_bits) - 1)) * 2f32.powi(-fraction_bits);
    let magnitude = match i32::from(byte & 0x7f) >> fraction_bits {
        0 => fraction * 2f32.powi(1 - bias),
        exponent => (1.0 + fraction) * 2f32.powi(exponent - bias),
    };
    if byte & 0x80 == 0 { magnitude } else { -magnitude }
}

/// IEEE 754's binary16 (sign, 5 bits of exponent, 10 of fraction) as binary32, exactly.
fn half_to_float(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let (exponent, fraction) = (u32::from(bits >> 10) & 0x1f, u32::from(bits) & 0x3ff);
    match exponent {
        // Zero and the subnormal numbers: multiples of 2^-24.
        0 => f32::from_bits(sign | (fraction as f32 * 2f32.powi(-24)).to_bits()),
        0x1f => f32::from_bits(sign | 0x7f80_0000 | (fraction << 13)),
        _ => f32::from_bits(sign | ((exponent + 127 - 15) << 23) | (fraction << 13)),
    }
}

pub fn is_float(dtype: Dtype) -> bool {
    use Dtype::{BF16, F8_E4M3, F8_E4M3FNUZ, F8_E5M2, F8_E5M2FNUZ, F8_E8M0, F16, F32, F64};
    matches!(dtype, F64 | F32 | F16 | BF16 | F8_E4M3 | F8_E5M2 | F8_E4M3FNUZ | F8_E5M2FNUZ | F8_E8M0)
}

/// The count of batches that a float is. None is what becomes of a count that is too large for a small type: infinity in halves, of 65,520 and
/// more, and NaN or infinity in types of one byte. An error is what is no whole number from 0.
pub fn count(dtype: Dtype, number: f64) -> Result<Option<i64>, ()> {
    let small = dtype.bitsize() == 8;
    if (small && !number.is_finite()) || (dtype == Dtype::F16 && number == f64::INFINITY) {
        return Ok(None);
    }
    // 2^63 is the smallest value that does not fit into i64.
    let whole = number >= 0.0 && number.fract() == 0.0 && number < 2f64.powi(63);
    if whole { Ok(Some(number as i64)) } else { Err(()) }
}

pub fn is_integer(dtype: Dtype) -> bool {
    use Dtype::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(dtype, I64 | I32 | I16 | I8 | U64 | U32 | U16 | U8)
}

/// The integer in these bytes, whose number is that of the type. Values above the range of i64 become its maximum.
pub fn integer(dtype: Dtype, bytes: &[u8]) -> i64 {
    let signed = matches!(dtype, Dtype::I64 | Dtype::I32 | Dtype::I16 | Dtype::I8);
    let negative = signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
    let mut wide = [if negative { 0xff } else { 0 }; 16];
    wide.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    i64::try_from(i128::from_le_bytes(wide)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_what_their_definition_says() {
        for bits in 0..=u16::MAX {
            let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
            let magnitude = match exponent {
                0 => fraction / 1024.0 * 2f64.powi(-14),
                31 if fraction == 0.0 => f64::INFINITY,
                31 => f64::NAN,
                _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
            };
            let found = F16::decode(bits.to_le_bytes());
            assert_eq!(found.is_sign_negative(), bits >> 15 == 1, "{bits:#x}");
            assert!(
                f64::from(found.abs()) == magnitude || (found.is_nan() && magnitude.is_nan()),
                "{bits:#x}: {found}"
            );
        }
    }

    #[test]
    fn other_floats() {
        assert_eq!(Bf16::decode([0x80, 0x3f]), 1.0);
        assert_eq!(Bf16::decode([0x49, 0xc0]), -3.140_625);
        assert_eq!(F64::decode(0.1f64.to_le_bytes()), 0.1f32);
        assert_eq!(F32::decode((-2.5f32).to_le_bytes()), -2.5);
    }

    /// `torch.arange(256, dtype=torch.uint8).view(dtype).float()` of PyTorch, at some of its bytes.
    #[test]
    fn floats_of_one_byte() {
        let [e4m3, e5m2] = [F8E4M3::decode, F8E5M2::decode];
        assert_eq!(
            [0x01, 0x08, 0x38, 0x7e, 0xb9].map(|byte| e4m3([byte])),
            [0.001_953_125, 0.015_625, 1.0, 448.0, -1.125]
        );
        assert_eq!(
            [0x01, 0x04, 0x3c, 0x7b, 0xbd].map(|byte| e5m2([byte])),
            [1.525_878_9e-5, 6.103_515_6e-5, 1.0, 57344.0, -1.25]
        );
        assert!(e4m3([0x7f]).is_nan() && e4m3([0xff]).is_nan() && e5m2([0x7d]).is_nan());
        assert_eq!(e5m2([0x7c]), f32::INFINITY);
        let [e4m3, e5m2] = [F8E4M3Fnuz::decode, F8E5M2Fnuz::decode];
        assert_eq!([0x01, 0x40, 0x7f].map(|byte| e4m3([byte])), [0.000_976_562_5, 1.0, 240.0]);
        assert_eq!([0x01, 0x40, 0x7f].map(|byte| e5m2([byte])), [7.629_394_5e-6, 1.0, 57344.0]);
        assert!(e4m3([0x80]).is_nan() && e5m2([0x80]).is_nan());
        assert_eq!([0x00, 0x7f, 0x82].map(|byte| F8E8M0::decode([byte])), [2f32.powi(-127), 1.0, 8.0]);
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        assert_eq!(count(Dtype::F32, 5.0), Ok(Some(5)));
        assert_eq!(count(Dtype::F16, f64::INFINITY), Ok(None));
        assert_eq!(count(Dtype::F8_E4M3, f64::NAN), Ok(None));
        for wrong in [f64::NAN, 1.5, -5.0, f64::NEG_INFINITY, 1e19] {
            assert_eq!((count(Dtype::F16, wrong), count(Dtype::F64, wrong)), (Err(()), Err(())), "{wrong}");
        }
        assert_eq!(count(Dtype::F32, f64::INFINITY), Err(()));
    }

    #[test]
    fn integers_of_every_type() {
        assert_eq!(integer(Dtype::I64, &i64::MIN.to_le_bytes()), i64::MIN);
        assert_eq!(integer(Dtype::U64, &u64::MAX.to_le_bytes()), i64::MAX);
        assert_eq!(integer(Dtype::I16, &(-3i16).to_le_bytes()), -3);
        assert_eq!(integer(Dtype::U16, &0xfffd_u16.to_le_bytes()), 0xfffd);
        assert_eq!(integer(Dtype::U8, &[200]), 200);
        assert_eq!(integer(Dtype::I8, &[200]), -56);
        assert_eq!(integer(Dtype::I32, &70_000i32.to_le_bytes()), 70_000);
    }
}
