//! The items that generated code uses. SURFACE.md describes them.

pub use crate::exec::{Pass, Phase, Run, Sizes, Working};
pub use crate::layers::*;
pub use crate::layout::{Extent, Map, Place, Slot};
pub use crate::loss::{Loss, Targets};
pub use crate::model::{
    ClassCount, ClassMap, Classes, Each, Image, ImageShape, Inputs, LayerInfo, Model, Network, Plain, Plan, Port,
    Sealed, Signature, State, Total,
};
pub use crate::ops::{Activation, Init, PadMode, Pool, Window, Write};
pub use crate::user::{ParametricLayer, Pointwise, check_output, check_tensors, output_of};
pub use std::boxed::Box;
pub use std::vec::Vec;
