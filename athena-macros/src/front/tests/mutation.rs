//! Whatever the tokens, the front answers.
