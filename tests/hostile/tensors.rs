//! Impossible tensors in pickles, and tensors at impossible places.

use crate::build::{
    Code, archive, entries, global, good, int, numbers, pickle, state_dict, storage, tensor, tuple, unicode, zip,
};
use crate::{Case, case};

const LARGE: i128 = 1 << 62;
const SHAPE: [i128; 4] = [4, 2, 3, 3];
const STRIDES: [i128; 4] = [18, 9, 3, 1];

fn with(what: &str, weight: Code, reason: &'static str) -> Case {
    case(what, archive(&pickle(&state_dict(0, weight))), reason)
}

fn floats() -> Code {
    storage("FloatStorage", "0", 72)
}

/// A view of the 72 floats of `conv1.weight`.
fn view(offset: i128, shape: &[i128], strides: &[i128]) -> Code {
    tensor(&floats(), int(offset), numbers(shape), numbers(strides))
}

pub fn cases() -> Vec<Case> {
    [views(), kinds(), storages()].into_iter().flatten().collect()
}

/// Offsets, shapes and strides.
fn views() -> Vec<Case> {
    let from_0 = "is not made of numbers from 0";
    let beyond = "of its storage, which has 72";
    let overflows = "has a size that overflows";
    let mut cases = Vec::new();
    for (what, offset, shape, strides, reason) in [
        ("a negative offset", -1, SHAPE, STRIDES, "a tensor's offset is not made of numbers from 0"),
        ("an offset far below", -LARGE, SHAPE, STRIDES, from_0),
        ("an offset beyond 64 bits", 1 << 64, SHAPE, STRIDES, from_0),
        ("an offset by one", 1, SHAPE, STRIDES, "ends at number 73 of its storage, which has 72"),
        ("an offset at the end", 72, SHAPE, STRIDES, beyond),
        ("the largest offset", (1 << 64) - 1, SHAPE, STRIDES, overflows),
        ("an offset that wraps", (1 << 64) - 72, SHAPE, STRIDES, overflows),
        ("a negative size", 0, [-4, 2, 3, 3], STRIDES, "a tensor's shape is not made of numbers from 0"),
        ("two negative sizes", 0, [-4, -2, 3, 3], STRIDES, from_0),
        ("a size beyond 64 bits", 0, [1 << 64, 2, 3, 3], STRIDES, from_0),
        ("sizes that overflow", 0, [LARGE, LARGE, 3, 3], [0, 0, 3, 1], overflows),
        ("sizes that overflow to nothing", 0, [1 << 32, 1 << 32, 1, 1], [0, 0, 0, 0], overflows),
        ("a size too large", 0, [5, 2, 3, 3], STRIDES, beyond),
        ("the largest size", 0, [(1 << 64) - 1, 1, 1, 1], [1, 1, 1, 1], beyond),
        ("a negative stride", 0, SHAPE, [-18, 9, 3, 1], "a tensor's stride is not made of numbers from 0"),
        ("a backward image", 71, SHAPE, [-18, -9, -3, -1], from_0),
        ("a stride beyond 64 bits", 0, SHAPE, [1 << 64, 9, 3, 1], from_0),
        ("a stride that overflows", 0, SHAPE, [(1 << 64) - 1, 9, 3, 1], overflows),
        ("strides that overflow together", 0, SHAPE, [LARGE, 9, LARGE, 1], overflows),
        ("a stride that wraps to 0", 0, [5, 2, 3, 3], [LARGE, 9, 3, 1], overflows),
        ("a stride too large", 0, SHAPE, [19, 9, 3, 1], beyond),
        ("rows on rows", 0, SHAPE, [18, 9, 2, 1], "overlaps itself"),
        ("all strides 1", 0, SHAPE, [1, 1, 1, 1], "overlaps itself"),
        ("an image on half of another", 0, SHAPE, [9, 9, 3, 1], "overlaps itself"),
        ("transposed shape", 0, [2, 4, 3, 3], [9, 18, 3, 1], "misshapen: `conv1.weight` is [2, 4, 3, 3]"),
        ("no numbers", 0, [0, 2, 3, 3], STRIDES, "misshapen: `conv1.weight` is [0, 2, 3, 3]"),
        ("no numbers, elsewhere huge", 0, [0, LARGE, 1, 1], [LARGE, 1, 1, 1], "misshapen: `conv1.weight`"),
        ("no numbers at the end of the world", LARGE, [0, 2, 3, 3], STRIDES, beyond),
        ("expanded too far", 0, [4, 2, 3, LARGE], [18, 9, 3, 0], overflows),
        ("expanded to another shape", 0, [4, 2, 3, 300], [18, 9, 3, 0], "misshapen: `conv1.weight`"),
    ] {
        cases.push(with(what, view(offset, &shape, &strides), reason));
    }
    cases.push(with("fewer strides", view(0, &SHAPE, &STRIDES[1..]), "has the shape [4, 2, 3, 3], but the strides"));
    cases.push(with("no strides", view(0, &SHAPE, &[]), "but the strides []"));
    cases.push(with("a stride for a scalar", view(0, &[], &[1]), "has the shape [], but the strides [1]"));
    cases.push(with("a scalar", view(0, &[], &[]), "misshapen: `conv1.weight` is []"));
    cases.push(with("40,000 axes", view(0, &[1; 40_000], &[1; 40_000]), "misshapen: `conv1.weight`"));
    cases
}

/// Parts of the wrong kind.
fn kinds() -> Vec<Case> {
    let (shape, strides) = (|| numbers(&SHAPE), || numbers(&STRIDES));
    let from_0 = "is not made of numbers from 0";
    let float = || b"G@\x10\0\0\0\0\0\0".to_vec();
    vec![
        with("an offset in floats", tensor(&floats(), float(), shape(), strides()), from_0),
        with("an offset that is None", tensor(&floats(), b"N".to_vec(), shape(), strides()), from_0),
        with("an offset that is true", tensor(&floats(), b"\x88".to_vec(), shape(), strides()), from_0),
        with(
            "a shape in floats",
            tensor(&floats(), int(0), tuple(&[float(), int(2), int(3), int(3)]), strides()),
            from_0,
        ),
        with("a shape that is a number", tensor(&floats(), int(0), int(72), strides()), from_0),
        with("a shape in a list", tensor(&floats(), int(0), b"](K\x04K\x02K\x03K\x03e".to_vec(), strides()), from_0),
        with("strides in strings", tensor(&floats(), int(0), shape(), tuple(&[unicode("1")])), from_0),
        with("a large integer", tensor(&floats(), [&[0x8a, 200][..], &[1; 200]].concat(), shape(), strides()), from_0),
        with("a tensor for a storage", tensor(&good(0), int(0), shape(), strides()), "it makes a tensor of a tensor"),
        with(
            "a class for a storage",
            tensor(&global("torch", "FloatStorage"), int(0), shape(), strides()),
            "of a name",
        ),
        with("integers", of_class("IntStorage", 72), "of another type: `conv1.weight` is I32"),
        with("half as many longs", of_class("LongStorage", 36), "misshapen: `conv1.weight`"),
        with("truth values", of_class("BoolStorage", 288), "misshapen: `conv1.weight`"),
        with("complex numbers", of_class("ComplexFloatStorage", 36), "misshapen: `conv1.weight` is [36]"),
        with("quantised numbers", of_class("QInt8Storage", 288), "misshapen: `conv1.weight` is [288]"),
        with("bytes without a type", of_class("UntypedStorage", 288), "misshapen: `conv1.weight` is [288]"),
    ]
}

/// One axis of the 288 bytes of `conv1.weight`, or the shape if the width is that of floats.
fn of_class(class: &str, len: i128) -> Code {
    let storage = storage(class, "0", len);
    if len == 72 {
        return tensor(&storage, int(0), numbers(&SHAPE), numbers(&STRIDES));
    }
    tensor(&storage, int(0), numbers(&[len]), numbers(&[1]))
}

/// Storages that are missing or have a wrong length.
fn storages() -> Vec<Case> {
    let whole = |storage: Code| tensor(&storage, int(0), numbers(&SHAPE), numbers(&STRIDES));
    let named = |key: &str| whole(storage("FloatStorage", key, 72));
    let missing = "which is not in the file";
    let outside = "it refers to a tuple outside, which is not a storage";
    let mut cases = vec![
        with("a storage that is not there", named("8"), missing),
        with("a storage without a name", named(""), missing),
        with("a path out of the archive", named("../../../../etc/passwd"), missing),
        with("the root's path", named("/etc/passwd"), missing),
        with("the pickle for a storage", named("../data.pkl"), missing),
        with(
            "one number more",
            whole(storage("FloatStorage", "0", 73)),
            "of 73 numbers of F32, but 288 bytes are there",
        ),
        with(
            "one number less",
            whole(storage("FloatStorage", "0", 71)),
            "of 71 numbers of F32, but 288 bytes are there",
        ),
        with("more numbers than there are", whole(storage("FloatStorage", "0", LARGE)), "but 288 bytes are there"),
        with("a negative number of them", whole(storage("FloatStorage", "0", -72)), outside),
        with(
            "halves for floats",
            whole(storage("HalfStorage", "0", 72)),
            "of 72 numbers of F16, but 288 bytes are there",
        ),
        with("doubles for floats", whole(storage("DoubleStorage", "0", 72)), "of 72 numbers of F64, but 288 bytes"),
        with(
            "another's storage",
            whole(storage("FloatStorage", "1", 72)),
            "of 72 numbers of F32, but 16 bytes are there",
        ),
    ];
    let id = |parts: &[Code]| whole([tuple(parts).as_slice(), b"Q"].concat());
    let good = || [unicode("storage"), global("torch", "FloatStorage"), unicode("0"), unicode("cpu"), int(72)];
    for (what, place, part) in [
        ("another word for storage", 0, unicode("module")),
        ("no word", 0, int(0)),
        ("an ordered dict for a class", 1, global("collections", "OrderedDict")),
        ("a string for a class", 1, unicode("FloatStorage")),
        ("a number for a key", 2, int(0)),
        ("a string for a length", 4, unicode("72")),
    ] {
        let mut parts = good().to_vec();
        parts[place] = part;
        cases.push(with(what, id(&parts), outside));
    }
    cases.push(with("four parts", id(&good()[..4]), outside));
    let part_of = [good().to_vec(), vec![tuple(&[unicode("1"), int(0), int(72)])]].concat();
    cases.push(with("a view of a storage", id(&part_of), outside));
    let mut short = entries(&pickle(&state_dict(0, crate::build::good(0))));
    short[2].data.pop();
    cases.push(case("a storage that lacks a byte", zip(&short), "but 287 bytes are there"));
    short.remove(2);
    cases.push(case("an archive that lacks a storage", zip(&short), missing));
    cases
}
