//! The element types of tensors in files.

/// Declares the element types by their names in [safetensors files](https://huggingface.co/docs/safetensors), with their bits.
macro_rules! dtypes {
    ($($name:ident $bits:literal)*) => {
        /// An element type.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Dtype {
            $($name,)*
        }

        impl Dtype {
            /// The type of this name in a safetensors file.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Bits of one element.
            pub const fn bitsize(self) -> usize {
                match self {
                    $(Self::$name => $bits,)*
                }
            }
        }
    };
}

dtypes! {
    BOOL 8
    F4 4
    F6_E2M3 6
    F6_E3M2 6
    U8 8
    I8 8
    F8_E5M2 8
    F8_E4M3 8
    F8_E8M0 8
    F8_E4M3FNUZ 8
    F8_E5M2FNUZ 8
    I16 16
    U16 16
    F16 16
    BF16 16
    I32 32
    U32 32
    F32 32
    C64 64
    F64 64
    I64 64
    U64 64
    C128 128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sizes_are_those_of_the_safetensors_crate() {
        use safetensors::Dtype as Theirs;
        for theirs in [
            Theirs::BOOL,
            Theirs::F4,
            Theirs::F6_E2M3,
            Theirs::F6_E3M2,
            Theirs::U8,
            Theirs::I8,
            Theirs::F8_E5M2,
            Theirs::F8_E4M3,
            Theirs::F8_E8M0,
            Theirs::F8_E4M3FNUZ,
            Theirs::F8_E5M2FNUZ,
            Theirs::I16,
            Theirs::U16,
            Theirs::F16,
            Theirs::BF16,
            Theirs::I32,
            Theirs::U32,
            Theirs::F32,
            Theirs::C64,
            Theirs::F64,
            Theirs::I64,
            Theirs::U64,
        ] {
            let ours = Dtype::named(&theirs.to_string()).unwrap();
            assert_eq!((ours.bitsize(), format!("{ours:?}")), (theirs.bitsize(), theirs.to_string()));
        }
        assert_eq!(Dtype::named("F128"), None);
    }
}
