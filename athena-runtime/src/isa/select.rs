//! The choice of an instruction set, once per process.

#[cfg(target_arch = "x86_64")]
use super::{Avx2, Avx512};
use super::{Kernel, Portable, Simd};
use crate::error::IsaError;
use std::sync::OnceLock;

/// The environment variable that forces an instruction set.
const VARIABLE: &str = "ATHENA_ISA";

/// An instruction set that this CPU has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// Portable code, for every CPU.
    Portable(Portable),
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Isa {
    /// The instruction set that this process uses: the best one, or the one that the environment variable `ATHENA_ISA` names.
    /// The variable is read once; later changes have no effect.
    ///
    /// # Errors
    /// `ATHENA_ISA` names an instruction set that does not exist or that this CPU lacks.
    pub fn active() -> Result<Self, IsaError> {
        static ACTIVE: OnceLock<Result<Isa, IsaError>> = OnceLock::new();
        ACTIVE
            .get_or_init(|| match std::env::var_os(VARIABLE) {
                None => Ok(Self::best()),
                Some(word) => Self::named(&word.to_string_lossy()),
            })
            .clone()
    }

    /// All instruction sets that this CPU has, the slowest first.
    #[must_use]
    pub fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut all = vec![Self::Portable(Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Avx2::detect().map(Self::Avx2));
            all.extend(Avx512::detect().map(Self::Avx512));
        }
        all
    }

    /// The fastest instruction set that this CPU has.
    fn best() -> Self {
        Self::available().pop().unwrap_or(Self::Portable(Portable))
    }

    /// The one called `word`; the empty word is the best one.
    pub(super) fn named(word: &str) -> Result<Self, IsaError> {
        let word = word.trim().to_ascii_lowercase();
        let available = Self::available();
        match available.iter().find(|isa| isa.name() == word) {
            Some(&isa) => Ok(isa),
            None if word.is_empty() => Ok(Self::best()),
            None if ["avx2", "avx512"].contains(&word.as_str()) => {
                Err(IsaError::Missing { asked: word, available: available.iter().map(Self::name).collect() })
            }
            None => Err(IsaError::Unknown(word)),
        }
    }

    /// Its word in `ATHENA_ISA`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Portable(_) => "portable",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512",
        }
    }

    /// Runs `kernel` with this instruction set.
    #[inline]
    pub fn call<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Portable(s) => s.call(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(s) => s.call(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(s) => s.call(kernel),
        }
    }
}
