//! The objects of a pickle of weights.
//!
//! They are in one list and refer to each other by their index in it. So objects that contain themselves, or that are nested a
//! million deep, need no special treatment: there is no recursion, and nothing is copied.

use super::super::dtype::Dtype;

/// The index of an object in [`Objects`].
pub type Id = usize;

/// One object. Strings and bytes borrow from the pickle.
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
    /// An import that weights do not need: module and name.
    Unknown(&'p str, &'p str),
    /// The result of calling something unknown, which was not called.
    Made(Box<Made>),
    Storage(Storage<'p>),
    Tensor(Box<View>),
    /// A value that is not needed here, such as a float.
    Other(&'static str),
}

/// An object that cannot be made here: the name that was called, and the entries that were set by key, as in a dict.
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
    /// A tensor with its dtype, for types without a storage class.
    RebuildTypedTensor,
    RebuildParameter,
    /// A subclass, or a tensor with attributes: the function that makes the tensor, and its arguments.
    RebuildFromType,
    Dtype(Dtype),
    Storage(Dtype),
}

impl Global {
    /// The import of this name, if weights need it.
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
            // For quantised tensors, which have no plain numbers, only the size matters.
            ("torch", "QInt8Storage") => Dtype::I8,
            ("torch", "QUInt8Storage" | "QUInt4x2Storage" | "QUInt2x4Storage") => Dtype::U8,
            ("torch", "QInt32Storage") => Dtype::I32,
            ("torch" | "torch.storage", "UntypedStorage") => Dtype::U8,
            _ => return None,
        };
        Some(Self::Storage(dtype))
    }
}

/// A storage: numbers outside the pickle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage<'p> {
    pub key: &'p str,
    pub dtype: Dtype,
    /// The number of elements.
    pub len: u64,
}

/// A tensor: a view of a storage, which is not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub storage: Id,
    /// The type of its elements, if it differs from that of the storage.
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

    /// A number that is not negative.
    pub fn size(&self, id: Id) -> Option<u64> {
        if let Object::Int(number) = self.all[id] { u64::try_from(number).ok() } else { None }
    }

    pub fn tuple(&self, id: Id) -> Option<&[Id]> {
        if let Object::Tuple(items) = &self.all[id] { Some(items) } else { None }
    }

    pub fn dict(&self, id: Id) -> Option<&[(Id, Id)]> {
        match &self.all[id] {
            Object::Dict(entries) => Some(entries),
            // An object of a subclass of dict.
            Object::Made(made) if !made.entries.is_empty() => Some(&made.entries),
            _ => None,
        }
    }

    pub fn items(&self, id: Id) -> Option<&[Id]> {
        if let Object::Tuple(items) | Object::List(items) = &self.all[id] { Some(items) } else { None }
    }

    /// The name that was called to make this object, if it could not be made here.
    pub fn maker(&self, id: Id) -> Option<(&'p str, &'p str)> {
        let mut id = id;
        // The callee may itself be the result of a call. Each such call is earlier in the list, so the loop ends.
        loop {
            match self.all[id] {
                Object::Unknown(module, name) => return Some((module, name)),
                Object::Made(ref made) if made.callee < id => id = made.callee,
                _ => return None,
            }
        }
    }

    /// The value of this key of a dict; the last one, as in Python.
    pub fn entry(&self, dict: Id, key: &str) -> Option<Id> {
        let entry = self.dict(dict)?.iter().rev().find(|(id, _)| self.str(*id) == Some(key));
        entry.map(|&(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Object<'p>> {
        self.all.iter()
    }

    /// The kind of the object, for messages.
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
