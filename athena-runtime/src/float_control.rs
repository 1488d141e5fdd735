//! The CPU's control word of floating-point arithmetic: rounding, and the treatment of subnormal numbers.
//!
//! On some CPUs, arithmetic on subnormal numbers (below 1.2e-38) takes a hundred times as long as on others. Decaying weights and
//! dead units produce many of them, so athena's steps flush them to zero. The control word belongs to the thread. It is restored
//! before the user's code continues.
#![allow(unsafe_code)]

use std::marker::PhantomData;

/// A control word. For CPUs whose control word is not known here, there is only one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloatControl(Word);

impl FloatControl {
    /// The control word of this thread.
    #[must_use]
    pub fn current() -> Self {
        Self(word::read())
    }

    /// This control word, with subnormal results and operands flushed to zero.
    #[must_use]
    pub fn flushing(self) -> Self {
        Self(self.0 | word::FLUSH)
    }

    /// This control word, with subnormal numbers kept, as in IEEE 754 and Rust.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self(self.0 & !word::FLUSH)
    }

    /// Calls `work` with this control word, and then restores that of the thread, also after a panic.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        let _back = self.set();
        work()
    }

    fn set(self) -> Back {
        let before = word::read();
        if before != self.0 {
            word::write(self.0);
        }
        Back { before, own: PhantomData }
    }
}

/// Restores the control word of the thread when it is dropped.
struct Back {
    before: Word,
    own: PhantomData<*const ()>,
}

impl Drop for Back {
    fn drop(&mut self) {
        if word::read() != self.before {
            word::write(self.before);
        }
    }
}

/// Calls `work` with subnormal numbers flushed to zero.
pub fn flushing_subnormals<T>(work: impl FnOnce() -> T) -> T {
    FloatControl::current().flushing().during(work)
}

/// Calls `work`, which is the user's, with subnormal numbers kept.
pub fn keeping_subnormals<T>(work: impl FnOnce() -> T) -> T {
    FloatControl::current().keeping().during(work)
}

#[cfg(all(any(target_arch = "x86_64", target_arch = "x86"), target_feature = "sse"))]
type Word = u32;
#[cfg(all(any(target_arch = "x86_64", target_arch = "x86"), target_feature = "sse"))]
mod word {
    use std::arch::asm;

    /// MXCSR's flush-to-zero (bit 15) and denormals-are-zeros (bit 6): Intel SDM, volume 1, 10.2.3.
    pub const FLUSH: u32 = 1 << 15 | 1 << 6;

    /// The exception flags (bits 0 to 5). They report past events and do not control anything, so they are not part of the word.
    const FLAGS: u32 = 0x3f;

    #[inline]
    pub fn read() -> u32 {
        let mut word = 0_u32;
        // SAFETY: stores four bytes to a number of this function's own.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut word, options(nostack, preserves_flags)) };
        word & !FLAGS
    }

    #[inline]
    pub fn write(word: u32) {
        // SAFETY: loads a word that `read` returned, or that differs from one in the two bits above, which every x86-64 processor has (and
        // none of which unmasks an exception). Arithmetic moves across it at most as plain code, whose results are right under either word:
        // they differ in what is below the smallest normal number alone.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const word, options(nostack, preserves_flags)) };
    }
}

#[cfg(target_arch = "aarch64")]
type Word = u64;
#[cfg(target_arch = "aarch64")]
mod word {
    use std::arch::asm;

    /// FPCR's FZ: Arm Architecture Reference Manual, C5.2.8.
    pub const FLUSH: u64 = 1 << 24;

    #[inline]
    pub fn read() -> u64 {
        let word;
        // SAFETY: reads a register that every thread may read.
        unsafe { asm!("mrs {}, fpcr", out(reg) word, options(nomem, nostack, preserves_flags)) };
        word
    }

    #[inline]
    pub fn write(word: u64) {
        // SAFETY: writes a word that `read` returned, or that differs from one in the bit above alone; see the x86 twin for arithmetic beside it.
        unsafe { asm!("msr fpcr, {}", in(reg) word, options(nostack, preserves_flags)) };
    }
}

#[cfg(not(any(
    all(any(target_arch = "x86_64", target_arch = "x86"), target_feature = "sse"),
    target_arch = "aarch64"
)))]
type Word = u8;
#[cfg(not(any(
    all(any(target_arch = "x86_64", target_arch = "x86"), target_feature = "sse"),
    target_arch = "aarch64"
)))]
mod word {
    pub const FLUSH: u8 = 0;

    pub fn read() -> u8 {
        0
    }

    pub fn write(_: u8) {}
}

#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use super::*;
    use std::hint::black_box;

    /// The smallest normal number, halved: 5.9e-39, or 0 where it is flushed.
    fn halved() -> f32 {
        black_box(f32::MIN_POSITIVE) * black_box(0.5)
    }

    /// A subnormal number as an operand, made large again: 2^-127 * 2^127 = 1.
    fn raised() -> f32 {
        black_box(f32::from_bits(0x0040_0000)) * black_box(2_f32.powi(127))
    }

    #[test]
    fn subnormal_numbers_are_flushed_within_and_kept_outside() {
        assert!(halved() > 0.0);
        assert_eq!(raised(), 1.0);
        flushing_subnormals(|| {
            assert_eq!((halved(), raised()), (0.0, 0.0));
            keeping_subnormals(|| assert!(halved() > 0.0));
            assert_eq!(halved(), 0.0);
        });
        assert!(halved() > 0.0);
    }

    #[test]
    fn the_word_is_back_after_a_panic() {
        let before = FloatControl::current();
        let panic = std::panic::catch_unwind(|| flushing_subnormals(|| panic!("from within")));
        assert!(panic.is_err());
        assert_eq!(FloatControl::current(), before);
    }
}
