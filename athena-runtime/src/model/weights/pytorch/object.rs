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
    /// A name that the pickle imports, one of those admitted.
    Global(Global),
    Storage(Storage<'p>),
    Tensor(Box<View>),
    /// What nothing here reads, such as a number with a point.
    Other(&'static str),
}

/// The names that a pickle may import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Dtype),
}

impl Global {
    /// The global of this name, if it is one of those that weights need.
    pub fn of(module: &str, name: &str) -> Option<Self> {
        let dtype = match (module, name) {
            ("collections", "OrderedDict") => return Some(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2") => return Some(Self::RebuildTensor),
            ("torch._utils", "_rebuild_parameter") => return Some(Self::RebuildParameter),
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
        if let Object::Dict(entries) = &self.all[id] { Some(entries) } else { None }
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
            Object::Global(_) => "a name",
            Object::Storage(_) => "a storage",
            Object::Tensor(_) => "a tensor",
            Object::Other(kind) => kind,
        }
    }
}
