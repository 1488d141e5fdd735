//! A map written by hand that no memory holds: its number of floats wraps to 0.

use athena::__private::Map;

const ENDLESS: Map<1, { 1 << 31 }, { 1 << 31 }> = Map::image(0, [0, 0]);

fn main() {}
