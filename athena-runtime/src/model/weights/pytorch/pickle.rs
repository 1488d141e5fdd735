//! A reader of pickles that executes nothing.
//!
//! A pickle is a program for a stack machine. Python's machine imports and calls whatever the program names. This one only knows
//! the names that `torch.save` writes for tensors and plain values, and makes [`Object`]s of them. For all other objects it only
//! stores the name.

use super::object::{Global, Id, Made, Object, Objects, Storage, View};
use super::opcode::{self as op, refused};
use super::programs::attacks;
use crate::model::weights::name::Name;
use std::collections::HashMap;

/// The largest number of opcodes, which bounds the memory. A tensor has some 60, and as many for its optimiser state.
const MOST_STEPS: usize = 1 << 20;

/// The message about a name that weights do not need.
pub fn needless(module: &str, name: &str) -> String {
    let (module, name) = (Name(module), Name(name));
    format!(
        "it imports `{module}.{name}`, which weights do not need and which could run anything; \
         nothing was run. Save the weights alone: `torch.save(model.state_dict(), path)`"
    )
}

/// The contents of a pickle.
#[derive(Debug)]
pub struct Pickle<'p> {
    pub objects: Objects<'p>,
    pub root: Id,
    /// The length of the pickle in bytes.
    pub len: usize,
}

/// Reads the pickle at the start of these bytes.
pub fn read(bytes: &[u8]) -> Result<Pickle<'_>, String> {
    let (objects, memo) = (Objects::default(), HashMap::new());
    let mut machine = Machine { bytes, at: 0, objects, stack: vec![], marks: vec![], memo };
    for _ in 0..MOST_STEPS {
        let at = machine.at;
        match machine.step() {
            Ok(Some(root)) => return Ok(Pickle { objects: machine.objects, root, len: machine.at }),
            Ok(None) => {}
            Err(reason) => return Err(format!("its pickle, at byte {at}: {reason}")),
        }
    }
    Err(format!("its pickle has more than {MOST_STEPS} opcodes: save only the weights"))
}

struct Machine<'p> {
    bytes: &'p [u8],
    at: usize,
    objects: Objects<'p>,
    stack: Vec<Id>,
    /// Marks: heights of the stack.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
}

type Done = Result<(), String>;

impl<'p> Machine<'p> {
    /// Executes one opcode. Returns the root if it was the last one.
    fn step(&mut self) -> Result<Option<Id>, String> {
        let opcode = self.number::<1>()? as u8;
        match opcode {
            op::STOP => return self.pop().map(Some),
            op::PROTO => self.protocol()?,
            op::FRAME => _ = self.take(8)?,
            op::MARK => self.marks.push(self.stack.len()),
            op::POP => _ = self.pop()?,
            op::POP_MARK => _ = self.since_mark()?,
            op::DUP => self.stack.push(self.top()?),
            op::BINGET | op::LONG_BINGET => self.recall(opcode)?,
            op::BINPUT | op::LONG_BINPUT | op::MEMOIZE => self.memorise(opcode)?,
            op::GLOBAL | op::STACK_GLOBAL => self.import(opcode)?,
            op::REDUCE => self.call()?,
            op::NEWOBJ | op::NEWOBJ_EX => self.new_object(opcode)?,
            op::BUILD => self.build()?,
            op::BINPERSID => self.persistent()?,
            op::APPEND | op::APPENDS | op::ADDITEMS => self.append(opcode)?,
            op::SETITEM | op::SETITEMS => self.set_items(opcode)?,
            op::EMPTY_TUPLE | op::TUPLE | op::TUPLE1 | op::TUPLE2 | op::TUPLE3 => self.tuple(opcode)?,
            op::EMPTY_LIST | op::EMPTY_SET => self.push(Object::List(vec![])),
            op::EMPTY_DICT => self.push(Object::Dict(vec![])),
            op::FROZENSET => {
                let items = self.since_mark()?;
                self.push(Object::List(items));
            }
            _ => {
                let value = self.value(opcode)?;
                self.push(value);
            }
        }
        Ok(None)
    }

    /// Executes an opcode that makes a plain value.
    fn value(&mut self, opcode: u8) -> Result<Object<'p>, String> {
        Ok(match opcode {
            op::NONE => Object::Other("None"),
            op::NEWTRUE | op::NEWFALSE => Object::Bool(opcode == op::NEWTRUE),
            op::BININT => Object::Int(i128::from(self.number::<4>()? as u32 as i32)),
            op::BININT1 => Object::Int(i128::from(self.number::<1>()?)),
            op::BININT2 => Object::Int(i128::from(self.number::<2>()?)),
            op::LONG1 => self.long::<1>()?,
            op::LONG4 => self.long::<4>()?,
            op::BINFLOAT => {
                self.take(8)?;
                Object::Other("a float")
            }
            op::SHORT_BINSTRING | op::SHORT_BINUNICODE => self.string::<1>()?,
            op::BINSTRING | op::BINUNICODE => self.string::<4>()?,
            op::BINUNICODE8 => self.string::<8>()?,
            op::SHORT_BINBYTES => self.bytes::<1>()?,
            op::BINBYTES => self.bytes::<4>()?,
            op::BINBYTES8 | op::BYTEARRAY8 => self.bytes::<8>()?,
            _ => return Err(format!("there is the opcode {}", refused(opcode))),
        })
    }

    fn protocol(&mut self) -> Done {
        match self.number::<1>()? {
            2..=5 => Ok(()),
            other => Err(format!("it is of protocol {other}; save with 2 to 5")),
        }
    }

    fn memorise(&mut self, opcode: u8) -> Done {
        let key = match opcode {
            op::BINPUT => self.number::<1>()?,
            op::LONG_BINPUT => self.number::<4>()?,
            _ => self.memo.len() as u64,
        };
        let top = self.top()?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, opcode: u8) -> Done {
        let key = if opcode == op::BINGET { self.number::<1>()? } else { self.number::<4>()? };
        let id = self.memo.get(&key).ok_or_else(|| format!("there is no object {key} in its memo"))?;
        self.stack.push(*id);
        Ok(())
    }

    fn tuple(&mut self, opcode: u8) -> Done {
        let items = match opcode {
            op::EMPTY_TUPLE => vec![],
            op::TUPLE => self.since_mark()?,
            _ => self.pop_some(usize::from(opcode - op::TUPLE1) + 1)?,
        };
        self.push(Object::Tuple(items));
        Ok(())
    }

    fn append(&mut self, opcode: u8) -> Done {
        let items = if opcode == op::APPEND { self.pop_some(1)? } else { self.since_mark()? };
        let list = self.top()?;
        match self.objects.get_mut(list) {
            Object::List(list) => list.extend(items),
            Object::Made(_) => {}
            _ => return Err(format!("it appends to {}", self.objects.kind(list))),
        }
        Ok(())
    }

    fn set_items(&mut self, opcode: u8) -> Done {
        let items = if opcode == op::SETITEM { self.pop_some(2)? } else { self.since_mark()? };
        let (pairs, rest) = items.as_chunks();
        if !rest.is_empty() {
            return Err("a key has no value".to_owned());
        }
        let dict = self.top()?;
        match self.objects.get_mut(dict) {
            Object::Dict(entries) => entries.extend(pairs.iter().map(|&[key, value]| (key, value))),
            Object::Made(made) => made.entries.extend(pairs.iter().map(|&[key, value]| (key, value))),
            _ => return Err(format!("it sets items of {}", self.objects.kind(dict))),
        }
        Ok(())
    }

    fn import(&mut self, opcode: u8) -> Done {
        let (module, name) = if opcode == op::GLOBAL {
            (self.line()?, self.line()?)
        } else {
            let [module, name] = self.pop_array()?;
            let both = (self.objects.str(module), self.objects.str(name));
            let (Some(module), Some(name)) = both else {
                return Err("it imports something that is not a name".to_owned());
            };
            (module, name)
        };
        if attacks(module, name) {
            return Err(needless(module, name));
        }
        self.push(Global::of(module, name).map_or(Object::Unknown(module, name), Object::Global));
        Ok(())
    }

    fn call(&mut self) -> Done {
        let [callee, arguments] = self.pop_array()?;
        self.make(callee, arguments)
    }

    /// Makes an object of a class. Its arguments are ignored.
    fn new_object(&mut self, opcode: u8) -> Done {
        if opcode == op::NEWOBJ_EX {
            self.pop()?;
        }
        let [class, arguments] = self.pop_array()?;
        if !matches!(self.objects.get(class), Object::Global(Global::OrderedDict) | Object::Unknown(..)) {
            return Err(format!("it makes an object of {}", self.objects.kind(class)));
        }
        self.make(class, arguments)
    }

    /// Makes the result of calling `callee`. If weights do not need it, only the name is stored.
    fn make(&mut self, callee: Id, arguments: Id) -> Done {
        let made = self.made(callee, arguments)?;
        self.push(made);
        Ok(())
    }

    fn made(&self, callee: Id, arguments: Id) -> Result<Object<'p>, String> {
        let (mut callee, mut arguments) = (callee, arguments);
        let mut items = self.objects.tuple(arguments).ok_or("it calls without a tuple of arguments")?;
        if let (Object::Global(Global::RebuildFromType), &[inner, _, its, ..]) = (self.objects.get(callee), items) {
            (callee, arguments) = (inner, its);
            items = self.objects.tuple(arguments).ok_or("it calls without a tuple of arguments")?;
        }
        Ok(match (self.objects.get(callee), items) {
            (Object::Global(Global::OrderedDict), []) => Object::Dict(vec![]),
            (Object::Global(Global::OrderedDict), &[pairs]) => Object::Dict(self.pairs(pairs)?),
            (Object::Global(Global::RebuildTensor), &[storage, offset, shape, strides, ..]) => {
                Object::Tensor(Box::new(self.view(storage, offset, shape, strides)?))
            }
            (Object::Global(Global::RebuildTypedTensor), &[storage, offset, shape, strides, _, _, dtype, ..]) => {
                let &Object::Global(Global::Dtype(dtype)) = self.objects.get(dtype) else {
                    return Ok(Object::Made(Box::new(Made { callee: dtype, entries: vec![] })));
                };
                let view = self.view(storage, offset, shape, strides)?;
                Object::Tensor(Box::new(View { dtype: Some(dtype), ..view }))
            }
            (Object::Global(Global::RebuildParameter), &[tensor, ..]) => match self.objects.get(tensor) {
                Object::Tensor(view) => Object::Tensor(view.clone()),
                Object::Made(made) => Object::Made(made.clone()),
                _ => return Err(format!("it makes a parameter of {}", self.objects.kind(tensor))),
            },
            (Object::Global(global), items) => {
                return Err(format!("it calls {global:?} with {} arguments", items.len()));
            }
            (Object::Unknown(..) | Object::Made(_), _) => Object::Made(Box::new(Made { callee, entries: vec![] })),
            _ => return Err(format!("it calls {}", self.objects.kind(callee))),
        })
    }

    /// The entries of a dict that is made from pairs, as Python 2 writes it.
    fn pairs(&self, pairs: Id) -> Result<Vec<(Id, Id)>, String> {
        if let Some(entries) = self.objects.dict(pairs) {
            return Ok(entries.to_vec());
        }
        let pair = |&pair: &Id| match self.objects.items(pair) {
            Some(&[key, value]) => Some((key, value)),
            _ => None,
        };
        let entries = self.objects.items(pairs).and_then(|pairs| pairs.iter().map(pair).collect());
        entries.ok_or_else(|| "it calls OrderedDict with something other than pairs".to_owned())
    }

    fn view(&self, storage: Id, offset: Id, shape: Id, strides: Id) -> Result<View, String> {
        let sizes = |id| {
            let sizes = self.objects.tuple(id)?.iter();
            sizes.map(|&size| usize::try_from(self.objects.size(size)?).ok()).collect::<Option<Vec<usize>>>()
        };
        if !matches!(self.objects.get(storage), Object::Storage(_)) {
            return Err(format!("it makes a tensor of {}", self.objects.kind(storage)));
        }
        let wrong = |what| format!("a tensor's {what} is not made of numbers from 0");
        Ok(View {
            storage,
            dtype: None,
            offset: self.objects.size(offset).ok_or_else(|| wrong("offset"))?,
            shape: sizes(shape).ok_or_else(|| wrong("shape"))?,
            strides: sizes(strides).ok_or_else(|| wrong("stride"))?,
        })
    }

    /// Sets the attributes of an object. They are ignored; a state dict has some (the versions of its modules).
    fn build(&mut self) -> Done {
        let attributes = self.pop()?;
        let object = self.top()?;
        match (self.objects.get(object), self.objects.get(attributes)) {
            (Object::Dict(_), Object::Dict(_)) | (Object::Made(_), _) => Ok(()),
            (&Object::Unknown(module, name), _) => Err(needless(module, name)),
            _ => Err(format!("it sets attributes of {}", self.objects.kind(object))),
        }
    }

    /// Makes a storage from `("storage", type, key, place, numbers)`. `torch.save` before 1.6 also writes a view of it, which is None.
    fn persistent(&mut self) -> Done {
        let id = self.pop()?;
        let unknown = || format!("it refers to {} outside, which is not a storage of numbers", self.objects.kind(id));
        let items = self.objects.tuple(id).ok_or_else(unknown)?;
        let (&[tag, class, key, _, len], view) = items.split_first_chunk().ok_or_else(unknown)?;
        let whole = view.iter().all(|&id| *self.objects.get(id) == Object::Other("None"));
        let (Some("storage"), &Object::Global(Global::Storage(dtype)), Some(key), Some(len), true) =
            (self.objects.str(tag), self.objects.get(class), self.objects.str(key), self.objects.size(len), whole)
        else {
            return Err(unknown());
        };
        self.push(Object::Storage(Storage { key, dtype, len }));
        Ok(())
    }

    fn push(&mut self, object: Object<'p>) {
        let id = self.objects.push(object);
        self.stack.push(id);
    }

    /// The height below which the stack belongs to an outer mark.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Result<Id, String> {
        let top = self.stack.last().filter(|_| self.stack.len() > self.floor());
        top.copied().ok_or_else(|| "its stack is empty".to_owned())
    }

    fn pop(&mut self) -> Result<Id, String> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_some(&mut self, count: usize) -> Result<Vec<Id>, String> {
        match self.stack.len().checked_sub(count) {
            Some(rest) if rest >= self.floor() => Ok(self.stack.split_off(rest)),
            _ => Err("its stack is empty".to_owned()),
        }
    }

    fn pop_array<const COUNT: usize>(&mut self) -> Result<[Id; COUNT], String> {
        let items = self.pop_some(COUNT)?;
        items.try_into().map_err(|_| "its stack is empty".to_owned())
    }

    fn since_mark(&mut self) -> Result<Vec<Id>, String> {
        let mark = self.marks.pop().ok_or("there is no mark")?;
        Ok(self.stack.split_off(mark))
    }

    fn take(&mut self, len: u64) -> Result<&'p [u8], String> {
        let rest = &self.bytes[self.at..];
        let taken = usize::try_from(len).ok().and_then(|len| rest.get(..len));
        let taken = taken.ok_or_else(|| format!("{len} bytes should follow, but only {} do", rest.len()))?;
        self.at += taken.len();
        Ok(taken)
    }

    /// Reads a little-endian number of up to 8 bytes.
    fn number<const BYTES: usize>(&mut self) -> Result<u64, String> {
        let bytes = self.take(BYTES as u64)?;
        Ok(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn long<const BYTES: usize>(&mut self) -> Result<Object<'p>, String> {
        let len = self.number::<BYTES>()?;
        let bytes = self.take(len)?;
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut wide = [if negative { 0xff } else { 0 }; 16];
        if bytes.len() > wide.len() {
            return Ok(Object::Other("a large integer"));
        }
        wide[..bytes.len()].copy_from_slice(bytes);
        Ok(Object::Int(i128::from_le_bytes(wide)))
    }

    fn string<const BYTES: usize>(&mut self) -> Result<Object<'p>, String> {
        let len = self.number::<BYTES>()?;
        // Strings that are not UTF-8 are not names of weights.
        Ok(str::from_utf8(self.take(len)?).map_or(Object::Other("bytes"), Object::Str))
    }

    fn bytes<const BYTES: usize>(&mut self) -> Result<Object<'p>, String> {
        let len = self.number::<BYTES>()?;
        self.take(len)?;
        Ok(Object::Other("bytes"))
    }

    fn line(&mut self) -> Result<&'p str, String> {
        let rest = &self.bytes[self.at..];
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or("a name does not end")?;
        self.at += end + 1;
        str::from_utf8(&rest[..end]).map_err(|_| "a name is not UTF-8".to_owned())
    }
}
