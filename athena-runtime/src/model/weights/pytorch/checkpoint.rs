//! Finds the state dict in the objects of a pickle.

use super::Record;
use super::object::{Id, Object, Objects, View};
use super::pickle::needless;
use crate::model::weights::contents::{Contents, Stranger, some_keys};
use crate::model::weights::name::Name;
use crate::model::weights::tensor::{Checked, Tensor};
use std::collections::HashSet;

/// The usual keys of a state dict in a checkpoint with other contents, the commonest first.
const WRAPPERS: [&str; 7] = ["state_dict", "model_state_dict", "model", "net", "network", "module", "model_state"];
/// The deepest nesting of such keys.
const DEEPEST: usize = 2;

/// The tensors of the state dict, or of the key that the user chose. `place` gives the place of a storage in the file.
pub fn contents(
    objects: &Objects<'_>,
    root: Id,
    key: Option<&str>,
    place: impl Fn(&str) -> Option<Record>,
) -> Result<Contents, String> {
    let mut path = Path { root, key: key.unwrap_or_default().to_owned() };
    if let Some(key) = key {
        path.root = under(objects, root, key)?;
    }
    let Path { root, key } = state_dict(objects, path, DEEPEST)?;
    let mut names = HashSet::new();
    let mut contents = Contents { key, ..Contents::default() };
    for &(name, value) in objects.dict(root).unwrap_or_default() {
        let Some(name) = objects.str(name) else { continue };
        let Object::Tensor(view) = objects.get(value) else {
            contents.strangers.push(Stranger { name: name.to_owned(), what: what(objects, value) });
            continue;
        };
        if !names.insert(name) {
            return Err(format!("it has `{}` twice", Name(name)));
        }
        let told = |reason| format!("its tensor `{}` {reason}", Name(name));
        contents.tensors.push(tensor(objects, name, view, &place).map_err(told)?);
    }
    Ok(contents)
}

/// A dict in the file, and the keys that lead to it.
struct Path {
    root: Id,
    key: String,
}

/// The object under a key. The key may lead through dicts, by dots, and through lists, by numbers.
fn under(objects: &Objects<'_>, root: Id, key: &str) -> Result<Id, String> {
    let (mut at, mut rest) = (root, key);
    while !rest.is_empty() {
        // A key may contain dots. The longest existing key is taken.
        let ends = std::iter::once(rest.len()).chain(rest.rmatch_indices('.').map(|(dot, _)| dot));
        let step = ends.filter_map(|end| Some((child(objects, at, &rest[..end])?, end))).next();
        let Some((inner, end)) = step else {
            return Err(format!("it has nothing under the key `{key}` that was chosen{}", offers(objects, at)));
        };
        (at, rest) = (inner, rest[end..].trim_start_matches('.'));
    }
    Ok(at)
}

fn child(objects: &Objects<'_>, id: Id, key: &str) -> Option<Id> {
    if let Some(items) = objects.items(id) {
        return items.get(key.parse::<usize>().ok()?).copied();
    }
    let number = || {
        objects
            .dict(id)?
            .iter()
            .rev()
            .find(|(id, _)| objects.size(*id) == key.parse().ok() && objects.size(*id).is_some())
    };
    objects.entry(id, key).or_else(|| number().map(|&(_, value)| value))
}

/// The dict of tensors at this place, or the one inside it under a usual key.
fn state_dict(objects: &Objects<'_>, path: Path, depth: usize) -> Result<Path, String> {
    let Path { root, key } = path;
    let Some(entries) = objects.dict(root) else {
        return Err(match objects.maker(root) {
            Some((module, name)) => needless(module, name),
            None => format!("it holds {}, and no dict of tensors", objects.kind(root)),
        });
    };
    if depth > 0 {
        let wrapped = WRAPPERS.iter().filter_map(|&wrapper| Some((wrapper, objects.entry(root, wrapper)?)));
        let dicts = wrapped.filter(|&(_, id)| objects.dict(id).is_some());
        let path = |wrapper| if key.is_empty() { String::from(wrapper) } else { format!("{key}.{wrapper}") };
        let mut inner =
            dicts.filter_map(|(word, root)| state_dict(objects, Path { root, key: path(word) }, depth - 1).ok());
        if let Some(inner) = inner.next() {
            return Ok(inner);
        }
    }
    let is_tensor =
        |&(key, value): &(Id, Id)| objects.str(key).is_some() && matches!(objects.get(value), Object::Tensor(_));
    if entries.iter().any(is_tensor) {
        return Ok(Path { root, key });
    }
    // A whole pickled model, which is not a dict, under a usual key.
    let model = WRAPPERS.iter().filter_map(|wrapper| objects.maker(objects.entry(root, wrapper)?)).next();
    let offers = offers(objects, root);
    Err(match model {
        Some((module, name)) if !offers.contains("key(") => {
            format!("it holds no tensors{offers}; {}", needless(module, name))
        }
        _ => format!("it holds no tensors{offers}"),
    })
}

/// For a message: the keys of a dict, and how to choose one that leads to tensors.
fn offers(objects: &Objects<'_>, root: Id) -> String {
    let Some(entries) = objects.dict(root) else { return format!(", but {}", objects.kind(root)) };
    let named = || entries.iter().filter_map(|&(key, value)| Some((objects.str(key)?, value)));
    let keys = some_keys(named().map(|(key, _)| key));
    if keys.is_empty() {
        return String::new();
    }
    let holds = |id| {
        objects.dict(id).is_some_and(|dict| dict.iter().any(|&(_, id)| matches!(objects.get(id), Object::Tensor(_))))
    };
    let holders: Vec<&str> = named().filter(|&(_, id)| holds(id)).map(|(key, _)| key).collect();
    let Some(first) = holders.first() else { return format!(", only {keys}") };
    let (first, holders) = (Name(first), some_keys(holders.iter().copied()));
    format!(", only {keys}; choose of {holders} with `LoadOptions::new().key(\"{first}\")`")
}

/// Describes an object among the tensors that is not a tensor.
fn what(objects: &Objects<'_>, id: Id) -> String {
    match objects.maker(id) {
        Some(("torch._utils", "_rebuild_qtensor")) => "a quantised tensor: save its `dequantize()`".to_owned(),
        Some(("torch._utils", "_rebuild_sparse_tensor")) => "a sparse tensor: save its `to_dense()`".to_owned(),
        Some((module, name)) => {
            let (module, name) = (Name(module), Name(name));
            format!(
                "made by `{module}.{name}`, which weights do not need and which could run anything; nothing was run"
            )
        }
        None => objects.kind(id).to_owned(),
    }
}

/// The tensor of this view, if all its elements lie in its storage, and the storage in the file.
fn tensor(
    objects: &Objects<'_>,
    name: &str,
    view: &View,
    place: impl Fn(&str) -> Option<Record>,
) -> Result<Tensor, String> {
    let Object::Storage(storage) = *objects.get(view.storage) else { return Err("has no storage".to_owned()) };
    let width = storage.dtype.bitsize() as u64 / 8;
    let key = Name(storage.key);
    let record = place(storage.key).ok_or_else(|| format!("has the storage `{key}`, which is not in the file"))?;
    if !record.plain {
        return Err(format!("has the storage `{key}`, which is compressed or encrypted; `torch.save` never does that"));
    }
    if storage.len.checked_mul(width) != Some(record.len) {
        let (len, dtype, found) = (storage.len, storage.dtype, record.len);
        return Err(format!("has the storage `{key}` of {len} numbers of {dtype:?}, but {found} bytes are there"));
    }
    let dtype = view.dtype.unwrap_or(storage.dtype);
    if view.shape.len() != view.strides.len() {
        return Err(format!("has the shape {:?}, but the strides {:?}", view.shape, view.strides));
    }
    let end =
        end(view).ok_or_else(|| format!("has a size that overflows: {:?}, strides {:?}", view.shape, view.strides))?;
    let numbers = record.len / (dtype.bitsize() as u64 / 8);
    if end > numbers {
        return Err(format!("ends at number {end} of its storage, which has {numbers}"));
    }
    if overlaps(view) {
        return Err(format!("overlaps itself: its shape is {:?}, its strides {:?}", view.shape, view.strides));
    }
    Ok(Tensor {
        name: name.to_owned(),
        dtype,
        shape: view.shape.clone(),
        strides: view.strides.clone(),
        start: record.start + view.offset * (dtype.bitsize() as u64 / 8),
        checked: record.crc.map(|crc| Checked { start: record.start, len: record.len, crc }),
    })
}

/// The index in the storage after the view's last element; `None` if it overflows, or if the number of elements does.
fn end(view: &View) -> Option<u64> {
    let numbers = view.shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    if numbers == 0 {
        return Some(view.offset);
    }
    let last =
        |end: u64, (&size, &stride): (&usize, &usize)| end.checked_add((size as u64 - 1).checked_mul(stride as u64)?);
    view.shape.iter().zip(&view.strides).try_fold(view.offset, last)?.checked_add(1)
}

/// Whether two indices of the view are the same element of the storage, except for axes with stride 0 (as `expand` makes them).
/// It is not so if each stride, from the smallest to the largest, is larger than the range of all axes before it.
fn overlaps(view: &View) -> bool {
    let axes = view.shape.iter().zip(&view.strides).filter(|(size, stride)| **size > 1 && **stride > 0);
    let mut axes: Vec<(usize, usize)> = axes.map(|(&size, &stride)| (stride, size)).collect();
    axes.sort_unstable();
    let mut reach = 0;
    axes.into_iter().any(|(stride, size)| {
        let overlaps = stride <= reach;
        reach += (size - 1) * stride;
        overlaps
    })
}
