//! Numbers as files hold them, little-endian, to those of the network.

use super::dtype::Dtype;

/// How a number's bytes become a float: exactly, or from f64 to the nearest.
pub trait Decode<const BYTES: usize> {
    fn decode(bytes: [u8; BYTES]) -> f32;
}

pub struct F64;
pub struct F32;
pub struct F16;
pub struct Bf16;

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
    matches!(dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16)
}

pub fn is_integer(dtype: Dtype) -> bool {
    use Dtype::{I8, I16, I32, I64, U8, U16, U32, U64};
    matches!(dtype, I64 | I32 | I16 | I8 | U64 | U32 | U16 | U8)
}

/// The integer in these bytes, which are as many as the type has; one beyond i64 is as large as that can be.
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
