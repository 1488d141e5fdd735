//! Shape arithmetic alone.
