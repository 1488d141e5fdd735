//! The objects of a pickle of weights.
//!
//! They lie in one list and name each other by their place in it. So an object that holds itself, or one that is nested a million deep, is
//! nothing special: nothing walks through them by recursion, and nothing is copied.

use super::super::dtype::Dtype;

/// An object's place in [`Objects`].
pub type Id = usize;

/// One object; strings and bytes lie in the pickle itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Object<'p> {
    Int(i128),
    Bool(bool),
    Str(&'p str),
    Tuple(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    List(Vec<Id>),
    /// A name that the pickle imports.
    Global(Global),
    /// A name that weights do not need: its module and its own.
    Unknown(&'p str, &'p str),
    /// What calling something unknown would have made.
    Made(Box<Made>),
    Storage(Storage<'p>),
    Tensor(Box<View>),
    /// What nothing here reads, such as a number with a point.
    Other(&'static str),
}

/// An object that nothing here can make: what was called for it, and what was set by key, as of a dict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub callee: Id,
    pub entries: Vec<(Id, Id)>,
}

/// The names that weights need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global {
    OrderedDict,
    RebuildTensor,
    /// With its dtype, of one that has no storage class.
    RebuildTypedTensor,
    RebuildParameter,
    /// A subclass, or a tensor with attributes: what makes the tensor, and its arguments.
    RebuildFromType,
    Dtype(Dtype),
    Storage(Dtype),
}

impl Global {
    /// The global of this name, if it is one of those that weights need.
    pub fn of(module: &str, name: &str) -> Option<Self> {
        let dtype = match (module, name) {
            ("collections", "OrderedDict") => return Some(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor") => return Some(Self::RebuildTensor),
            ("torch._utils", "_rebuild_tensor_v3") => return Some(Self::RebuildTypedTensor),
            ("torch._utils", "_rebuild_parameter" | "_rebuild_parameter_with_state") => {
                return Some(Self::RebuildParameter);
            }
            ("torch._tensor", "_rebuild_from_type_v2") => return Some(Self::RebuildFromType),
            ("torch", "float8_e4m3fn") => return Some(Self::Dtype(Dtype::F8_E4M3)),
            ("torch", "float8_e5m2") => return Some(Self::Dtype(Dtype::F8_E5M2)),
            ("torch", "float8_e4m3fnuz") => return Some(Self::Dtype(Dtype::F8_E4M3FNUZ)),
            ("torch", "float8_e5m2fnuz") => return Some(Self::Dtype(Dtype::F8_E5M2FNUZ)),
            ("torch", "float8_e8m0fnu") => return Some(Self::Dtype(Dtype::F8_E8M0)),
            ("torch", "uint16") => return Some(Self::Dtype(Dtype::U16)),
            ("torch", "uint32") => return Some(Self::Dtype(Dtype::U32)),
            ("torch", "uint64") => return Some(Self::Dtype(Dtype::U64)),
            ("torch", "DoubleStorage") => Dtype::F64,
            ("torch", "FloatStorage") => Dtype::F32,
            ("torch", "HalfStorage") => Dtype::F16,
            ("torch", "BFloat16Storage") => Dtype::BF16,
            ("torch", "LongStorage") => Dtype::I64,
            ("torch", "IntStorage") => Dtype::I32,
            ("torch", "ShortStorage") => Dtype::I16,
            ("torch", "CharStorage") => Dtype::I8,
            ("torch", "ByteStorage") => Dtype::U8,
            ("torch", "BoolStorage") => Dtype::BOOL,
            ("torch", "ComplexFloatStorage") => Dtype::C64,
            ("torch", "ComplexDoubleStorage") => Dtype::C128,
            // Of quantised tensors, which are none of plain numbers: only their places count.
            ("torch", "QInt8Storage") => Dtype::I8,
            ("torch", "QUInt8Storage" | "QUInt4x2Storage" | "QUInt2x4Storage") => Dtype::U8,
            ("torch", "QInt32Storage") => Dtype::I32,
            ("torch" | "torch.storage", "UntypedStorage") => Dtype::U8,
            _ => return None,
        };
        Some(Self::Storage(dtype))
    }
}

/// Numbers that lie beside the pickle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage<'p> {
    pub key: &'p str,
    pub dtype: Dtype,
    /// How many.
    pub len: u64,
}

/// A tensor: a view of a storage, as yet unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub storage: Id,
    /// Of its numbers, if not that of the storage.
    pub dtype: Option<Dtype>,
    pub offset: u64,
    pub shape: Vec<usize>,
    pub strides: Vec<usize>,
}

/// All objects of one pickle.
#[derive(Debug, Default)]
pub struct Objects<'p> {
    all: Vec<Object<'p>>,
}

impl<'p> Objects<'p> {
    pub fn push(&mut self, object: Object<'p>) -> Id {
        self.all.push(object);
        self.all.len() - 1
    }

    pub fn get(&self, id: Id) -> &Object<'p> {
        &self.all[id]
    }

    pub fn get_mut(&mut self, id: Id) -> &mut Object<'p> {
        &mut self.all[id]
    }

    pub fn str(&self, id: Id) -> Option<&'p str> {
        if let Object::Str(text) = self.all[id] { Some(text) } else { None }
    }

    /// A number that is no less than 0.
    pub fn size(&self, id: Id) -> Option<u64> {
        if let Object::Int(number) = self.all[id] { u64::try_from(number).ok() } else { None }
    }

    pub fn tuple(&self, id: Id) -> Option<&[Id]> {
        if let Object::Tuple(items) = &self.all[id] { Some(items) } else { None }
    }

    pub fn dict(&self, id: Id) -> Option<&[(Id, Id)]> {
        match &self.all[id] {
            Object::Dict(entries) => Some(entries),
            // Of a class of dicts.
            Object::Made(made) if !made.entries.is_empty() => Some(&made.entries),
            _ => None,
        }
    }

    pub fn items(&self, id: Id) -> Option<&[Id]> {
        if let Object::Tuple(items) | Object::List(items) = &self.all[id] { Some(items) } else { None }
    }

    /// The name whose call made this, if nothing here could.
    pub fn maker(&self, id: Id) -> Option<(&'p str, &'p str)> {
        let mut id = id;
        // What was called may have been made by a call, each before the other.
        loop {
            match self.all[id] {
                Object::Unknown(module, name) => return Some((module, name)),
                Object::Made(ref made) if made.callee < id => id = made.callee,
                _ => return None,
            }
        }
    }

    /// The value of this key of a dict, the last one as in Python.
    pub fn entry(&self, dict: Id, key: &str) -> Option<Id> {
        let entry = self.dict(dict)?.iter().rev().find(|(id, _)| self.str(*id) == Some(key));
        entry.map(|&(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Object<'p>> {
        self.all.iter()
    }

    /// What kind of object it is, in words.
    pub fn kind(&self, id: Id) -> &'static str {
        match self.all[id] {
            Object::Int(_) => "an integer",
            Object::Bool(_) => "a truth value",
            Object::Str(_) => "a string",
            Object::Tuple(_) => "a tuple",
            Object::Dict(_) => "a dict",
            Object::List(_) => "a list",
            Object::Global(_) | Object::Unknown(..) => "a name",
            Object::Made(_) => "an object",
            Object::Storage(_) => "a storage",
            Object::Tensor(_) => "a tensor",
            Object::Other(kind) => kind,
        }
    }
}
