//! Builds zip archives and pickles byte by byte.

/// The tensors of the network with their shapes, in the order of the state dict.
pub const TENSORS: [(&str, &[usize]); 8] = [
    ("conv1.weight", &[4, 2, 3, 3]),
    ("bn1.weight", &[4]),
    ("bn1.bias", &[4]),
    ("bn1.running_mean", &[4]),
    ("bn1.running_var", &[4]),
    ("bn1.num_batches_tracked", &[]),
    ("fc.weight", &[3, 4]),
    ("fc.bias", &[3]),
];

pub fn is_counter(name: &str) -> bool {
    name.ends_with("tracked")
}

/// Bytes of a tensor of the network: floats, and one long counter.
pub fn bytes_of(name: &str, shape: &[usize]) -> usize {
    if is_counter(name) { 8 } else { 4 * shape.iter().product::<usize>() }
}

/// One record of an archive. Fields that are `None` have the right values.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub flags: u16,
    pub method: u16,
    pub crc: u32,
    /// The compressed and the uncompressed size.
    pub sizes: Option<(u32, u32)>,
    /// Offset of its local header.
    pub at: Option<u32>,
    /// Further fields, such as those of zip64.
    pub extra: Vec<u8>,
}

pub fn entry(name: &str, data: &[u8]) -> Entry {
    Entry { name: name.into(), data: data.to_vec(), ..Entry::default() }
}

impl Entry {
    fn header(&self, central: bool, at: u32) -> Vec<u8> {
        let (compressed, uncompressed) = self.sizes.unwrap_or((self.data.len() as u32, self.data.len() as u32));
        let mut bytes = if central { b"PK\x01\x02\0\0".to_vec() } else { b"PK\x03\x04".to_vec() };
        bytes.extend([0, 0]);
        bytes.extend(self.flags.to_le_bytes());
        bytes.extend(self.method.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.crc.to_le_bytes());
        bytes.extend(compressed.to_le_bytes());
        bytes.extend(uncompressed.to_le_bytes());
        bytes.extend((self.name.len() as u16).to_le_bytes());
        bytes.extend(if central { (self.extra.len() as u16).to_le_bytes() } else { [0, 0] });
        if central {
            bytes.extend([0; 10]);
            bytes.extend(self.at.unwrap_or(at).to_le_bytes());
        }
        bytes.extend(&self.name);
        if central {
            bytes.extend(&self.extra);
        }
        bytes
    }
}

/// The end record of an archive: the number of records, the size of their list, and its offset.
pub type End = (u16, u32, u32);

/// An archive of these records, whose end record is changed by `lie`.
pub fn zip_with(entries: &[Entry], lie: impl FnOnce(End) -> End) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for entry in entries {
        list.extend(entry.header(true, bytes.len() as u32));
        bytes.extend(entry.header(false, 0));
        bytes.extend(&entry.data);
    }
    let (count, size, start) = lie((entries.len() as u16, list.len() as u32, bytes.len() as u32));
    bytes.extend(list);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes().repeat(2));
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

pub fn zip(entries: &[Entry]) -> Vec<u8> {
    zip_with(entries, |end| end)
}

/// The records of `torch.save` for this pickle, with the numbers of the whole network.
pub fn entries(pickle: &[u8]) -> Vec<Entry> {
    let mut entries = vec![entry("w/data.pkl", pickle), entry("w/byteorder", b"little")];
    for (i, (name, shape)) in TENSORS.iter().enumerate() {
        entries.push(entry(&format!("w/data/{i}"), &vec![0; bytes_of(name, shape)]));
    }
    entries
}

pub fn archive(pickle: &[u8]) -> Vec<u8> {
    zip(&entries(pickle))
}

/// A part of a pickle.
pub type Code = Vec<u8>;

pub fn unicode(text: &str) -> Code {
    [b"X", (text.len() as u32).to_le_bytes().as_slice(), text.as_bytes()].concat()
}

/// An integer of any size, in 16 bytes.
pub fn int(number: i128) -> Code {
    [[0x8a, 16].as_slice(), &number.to_le_bytes()].concat()
}

pub fn global(module: &str, name: &str) -> Code {
    format!("c{module}\n{name}\n").into_bytes()
}

pub fn tuple(items: &[Code]) -> Code {
    [b"(", items.concat().as_slice(), b"t"].concat()
}

pub fn numbers(numbers: &[i128]) -> Code {
    tuple(&numbers.iter().map(|&number| int(number)).collect::<Vec<_>>())
}

pub fn call(callee: &[u8], arguments: &[u8]) -> Code {
    [callee, arguments, b"R"].concat()
}

pub fn dict(entries: &[(&str, Code)]) -> Code {
    let items: Vec<u8> = entries.iter().flat_map(|(key, value)| [unicode(key), value.clone()].concat()).collect();
    [b"}(", items.as_slice(), b"u"].concat()
}

pub fn storage(class: &str, key: &str, len: i128) -> Code {
    let id = tuple(&[unicode("storage"), global("torch", class), unicode(key), unicode("cpu"), int(len)]);
    [id.as_slice(), b"Q"].concat()
}

/// A tensor as `torch.save` writes it.
pub fn tensor(storage: &[u8], offset: Code, shape: Code, strides: Code) -> Code {
    let hooks = call(&global("collections", "OrderedDict"), b")");
    let arguments = tuple(&[storage.to_vec(), offset, shape, strides, vec![0x89], hooks]);
    call(&global("torch._utils", "_rebuild_tensor_v2"), &arguments)
}

/// The tensor number `index` of the network.
pub fn good(index: usize) -> Code {
    let (name, shape) = TENSORS[index];
    let mut strides: Vec<i128> = shape.iter().map(|_| 1).collect();
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis] as i128;
    }
    let class = if is_counter(name) { "LongStorage" } else { "FloatStorage" };
    let len = shape.iter().product::<usize>() as i128;
    let shape: Vec<i128> = shape.iter().map(|&size| size as i128).collect();
    tensor(&storage(class, &index.to_string(), len), int(0), numbers(&shape), numbers(&strides))
}

/// The state dict of the network, with one value replaced.
pub fn state_dict(index: usize, value: Code) -> Code {
    let values =
        TENSORS.iter().enumerate().map(|(i, (name, _))| (*name, if i == index { value.clone() } else { good(i) }));
    dict(&values.collect::<Vec<_>>())
}

pub fn pickle(code: &[u8]) -> Vec<u8> {
    [b"\x80\x02", code, b"."].concat()
}
