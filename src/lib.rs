//! athena: residual networks as a compile-time language.
#![deny(unsafe_code)]
