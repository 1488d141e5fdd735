//! A layer written by hand whose weights no memory holds: their number wraps to 0.

use athena::__private::Linear;

const ENDLESS: Linear<{ usize::MAX }, { usize::MAX }> = Linear::at(0, true);

fn main() {}
