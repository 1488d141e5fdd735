//! The state dict in what a pickle holds.

use super::Record;
use super::object::{Id, Object, Objects, View};
use crate::model::weights::fit::Name;
use crate::model::weights::tensor::{Checked, Tensor};
use std::collections::HashSet;

/// Names under which training scripts keep the state dict beside other things, the usual one first.
const WRAPPERS: [&str; 4] = ["state_dict", "model_state_dict", "model", "net"];
/// Wrappers within wrappers.
const DEEPEST: usize = 2;

/// The tensors of the state dict; `place` tells where a storage lies.
pub fn tensors(objects: &Objects<'_>, root: Id, place: impl Fn(&str) -> Option<Record>) -> Result<Vec<Tensor>, String> {
    let state = state_dict(objects, root, DEEPEST)?;
    let mut names = HashSet::new();
    let mut tensors = Vec::new();
    for (name, view) in state {
        if !names.insert(name) {
            return Err(format!("it has `{}` twice", Name(name)));
        }
        let told = |reason| format!("its tensor `{}` {reason}", Name(name));
        tensors.push(tensor(objects, name, view, &place).map_err(told)?);
    }
    Ok(tensors)
}

/// The named tensors of a dict, or of the one that it wraps.
fn state_dict<'o, 'p>(objects: &'o Objects<'p>, root: Id, depth: usize) -> Result<Vec<(&'p str, &'o View)>, String> {
    let Some(entries) = objects.dict(root) else {
        return Err(format!("it holds {}, and no dict of tensors", objects.kind(root)));
    };
    if depth > 0 {
        let wrapped = WRAPPERS.iter().filter_map(|wrapper| objects.entry(root, wrapper));
        let inner =
            wrapped.filter(|&id| objects.dict(id).is_some()).find_map(|id| state_dict(objects, id, depth - 1).ok());
        if let Some(inner) = inner {
            return Ok(inner);
        }
    }
    let named = |&(key, value): &(Id, Id)| match objects.get(value) {
        Object::Tensor(view) => Some((objects.str(key)?, &**view)),
        _ => None,
    };
    let tensors: Vec<_> = entries.iter().filter_map(named).collect();
    if tensors.is_empty() {
        let keys = entries.iter().filter_map(|&(key, _)| Some(format!("`{}`", Name(objects.str(key)?))));
        let keys: Vec<String> = keys.take(10).collect();
        let which = if keys.is_empty() { String::new() } else { format!(", only {}", keys.join(", ")) };
        return Err(format!("it holds no tensors{which}"));
    }
    Ok(tensors)
}

/// The tensor that this view is, if all its numbers lie in its storage, and the storage in the file.
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
    if view.shape.len() != view.strides.len() {
        return Err(format!("has the shape {:?}, but the strides {:?}", view.shape, view.strides));
    }
    let end =
        end(view).ok_or_else(|| format!("has a size that overflows: {:?}, strides {:?}", view.shape, view.strides))?;
    if end > storage.len {
        return Err(format!("ends at number {end} of its storage, which has {}", storage.len));
    }
    if overlaps(view) {
        return Err(format!("overlaps itself: its shape is {:?}, its strides {:?}", view.shape, view.strides));
    }
    Ok(Tensor {
        name: name.to_owned(),
        dtype: storage.dtype,
        shape: view.shape.clone(),
        strides: view.strides.clone(),
        start: record.start + view.offset * width,
        checked: record.crc.map(|crc| Checked { start: record.start, len: record.len, crc }),
    })
}

/// The number of its storage behind the view's last; none if that overflows, or the count of its numbers does.
fn end(view: &View) -> Option<u64> {
    let numbers = view.shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
    if numbers == 0 {
        return Some(view.offset);
    }
    let last =
        |end: u64, (&size, &stride): (&usize, &usize)| end.checked_add((size as u64 - 1).checked_mul(stride as u64)?);
    view.shape.iter().zip(&view.strides).try_fold(view.offset, last)?.checked_add(1)
}

/// Whether two of the view's indices are the same number, unless because a whole axis repeats one (as `expand` makes it). From the
/// smallest stride to the largest, each has to pass over all that the axes before it reach.
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
