//! Files of safetensors that are damaged, have wrong headers, or belong to another network.

use crate::build::{TENSORS, bytes_of, is_counter};
use crate::{Case, case};

/// A file of this header and `data` zeros.
fn file(header: &str, data: usize) -> Vec<u8> {
    claiming(header.len() as u64, header.as_bytes(), data)
}

fn claiming(len: u64, header: &[u8], data: usize) -> Vec<u8> {
    [len.to_le_bytes().as_slice(), header, &vec![0; data]].concat()
}

/// One entry of a header, with these offsets.
fn entry(name: &str, dtype: &str, shape: &str, start: usize, end: usize) -> String {
    format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{start},{end}]}}"#)
}

/// The entries of the whole network, and the bytes of its numbers.
fn entries() -> (Vec<String>, usize) {
    let mut at = 0;
    let entries = TENSORS.map(|(name, shape)| {
        let start = at;
        at += bytes_of(name, shape);
        entry(name, if is_counter(name) { "I64" } else { "F32" }, &format!("{shape:?}"), start, at)
    });
    (entries.into(), at)
}

fn header(entries: &[String]) -> String {
    format!("{{{}}}", entries.join(","))
}

pub fn whole() -> Vec<u8> {
    let (entries, data) = entries();
    file(&header(&entries), data)
}

/// The whole network, with the entry of `conv1.weight` (288 bytes from 0) replaced.
fn first(entry: &str) -> Vec<u8> {
    let (mut entries, data) = entries();
    entry.clone_into(&mut entries[0]);
    file(&header(&entries), data)
}

pub fn cases() -> Vec<Case> {
    [lengths(), texts(), fields(), places(), misfits(), crowds()].into_iter().flatten().collect()
}

/// Headers with a wrong length, and truncated files.
fn lengths() -> Vec<Case> {
    let (entries, data) = entries();
    let header = header(&entries);
    let claims = "it says that its header has";
    let mut cases = Vec::new();
    for len in [u64::MAX, 1 << 63, 1 << 40, 100_000_001, 100_000_000, 1_000] {
        cases.push(case(format!("a header of {len} bytes"), claiming(len, header.as_bytes(), data), claims));
    }
    let no_list = "its header is not a list of tensors";
    for len in [0, 1, header.len() as u64 - 1, header.len() as u64 + 1] {
        cases.push(case(format!("a header of {len} bytes"), claiming(len, header.as_bytes(), data), no_list));
    }
    let whole = whole();
    for len in [9, 100, header.len() + 7] {
        cases.push(case(format!("cut to {len} bytes"), &whole[..len], claims));
    }
    for len in [header.len() + 8, header.len() + 20, whole.len() - 8, whole.len() - 1] {
        cases.push(case(format!("cut to {len} bytes"), &whole[..len], "its tensors take"));
    }
    cases.push(case("a byte too many", [whole.as_slice(), &[0]].concat(), "its tensors take"));
    cases.push(case("twice as long", whole.repeat(2), "its tensors take"));
    cases
}

/// Headers that are not a list of tensors.
fn texts() -> Vec<Case> {
    let (entries, data) = entries();
    let all = entries.join(",");
    let deep = format!("{{\"__metadata__\":{}", "[".repeat(200_000));
    let no_list = "its header is not a list of tensors";
    let mut cases: Vec<Case> = [
        ("half an object", "{\"a\"".to_owned()),
        ("a trailing comma", format!("{{{all},}}")),
        ("two objects", format!("{{{all}}}{{}}")),
        ("a comment", format!("{{/**/{all}}}")),
        ("a name without quotes", "{a:1}".to_owned()),
        ("a number for a tensor", format!("{{\"x\":1,{all}}}")),
        ("null for a tensor", format!("{{\"x\":null,{all}}}")),
        ("a list for a tensor", format!("{{\"x\":[],{all}}}")),
        ("brackets without end", deep),
        ("objects without end", "{\"a\":".repeat(100_000)),
        ("a control character in a name", format!("{{\"\n\":1,{all}}}")),
        ("half a surrogate pair", format!("{{\"\\ud800\":1,{all}}}")),
    ]
    .into_iter()
    .map(|(what, text)| case(what, file(&text, data), no_list))
    .collect();
    cases.push(case("not UTF-8", claiming(10, b"{\"\xff\xfe\":{} }", 0), no_list));
    cases.push(case("zeros in the header", claiming(64, &[b"{".as_slice(), &[0; 63]].concat(), 0), no_list));
    let twice = format!("{{{all},{}}}", entries[0]);
    cases.push(case("a name twice", file(&twice, data), "`conv1.weight` is there twice"));
    let escaped = format!("{{{all},{}}}", entries[0].replace("conv1", "\\u0063onv1"));
    cases.push(case("a name twice, once in disguise", file(&escaped, data), "`conv1.weight` is there twice"));
    let twice = format!("{{\"__metadata__\":{{}},\"__metadata__\":{{}},{all}}}");
    cases.push(case("metadata twice", file(&twice, data), "`__metadata__` is there twice"));
    cases
}

/// Entries with fields that are missing or of another kind.
fn fields() -> Vec<Case> {
    let no_list = "its header is not a list of tensors";
    let good = r#""dtype":"F32","shape":[4,2,3,3],"data_offsets":[0,288]"#;
    let mut cases = Vec::new();
    for (from, to) in [
        (r#""dtype":"F32","#, "is not a readable file of weights"),
        (r#""shape":[4,2,3,3],"#, "is not a readable file of weights"),
        (r#","data_offsets":[0,288]"#, "is not a readable file of weights"),
        ("F32", "F33"),
        ("F32", "f32"),
        ("F32", "is not a readable file of weights"),
        ("F32", "float32"),
        (r#""F32""#, "32"),
        ("[4,2,3,3]", "[-4,-2,3,3]"),
        ("[4,2,3,3]", "[4.0,2,3,3]"),
        ("[4,2,3,3]", r#"["4",2,3,3]"#),
        ("[4,2,3,3]", "72"),
        ("[4,2,3,3]", "null"),
        ("[4,2,3,3]", "[36893488147419103232,2,3,3]"),
        ("[4,2,3,3]", "[1e400,2,3,3]"),
        ("[0,288]", "[0]"),
        ("[0,288]", "[0,288,288]"),
        ("[0,288]", "[-288,0]"),
        ("[0,288]", "[0,18446744073709551904]"),
        ("[0,288]", "[0.0,288]"),
        (r#""dtype":"F32","#, r#""dtype":"F32","dtype":"F32","#),
    ] {
        let entry = format!("\"conv1.weight\":{{{}}}", good.replace(from, to));
        cases.push(case(format!("`{to}` for `{from}`"), first(&entry), no_list));
    }
    cases
}

/// Tensors at impossible places.
fn places() -> Vec<Case> {
    let shape = "[4,2,3,3]";
    let name = "conv1.weight";
    let mut cases = Vec::new();
    for (what, start, end, reason) in [
        ("overlapping the next", 0, 292, "invalid"),
        ("shorter than its shape", 0, 284, "invalid"),
        ("from the end to the start", 288, 0, "invalid offset"),
        ("not at the start", 4, 292, "invalid offset"),
        ("on another", 288, 576, "invalid"),
        ("beyond the file", 1 << 40, (1 << 40) + 288, "invalid offset"),
        ("at the end of the world", usize::MAX - 288, usize::MAX, "invalid offset"),
        ("all of the world", 0, usize::MAX, "invalid"),
    ] {
        cases.push(case(what, first(&entry(name, "F32", shape, start, end)), reason));
    }
    for (what, shape, reason) in [
        ("a shape that overflows", "[4294967296,4294967296,4294967296]", "overflow"),
        ("the largest size", "[18446744073709551615]", "overflow"),
        ("a shape that overflows to nothing", "[9223372036854775808,2]", "overflow"),
        ("a shape of 2^62 numbers", "[4611686018427387904]", "overflow"),
        ("one more than its bytes", "[4,2,3,4]", "invalid shape, data type, or offset"),
        ("no numbers but bytes", "[0,2,3,3]", "invalid shape, data type, or offset"),
    ] {
        cases.push(case(what, first(&entry(name, "F32", shape, 0, 288)), reason));
    }
    cases.push(case("a type of another size", first(&entry(name, "F64", shape, 0, 288)), "invalid shape, data type"));
    cases.push(case("half a byte", first(&entry(name, "F4", "[577]", 0, 288)), "byte boundary"));
    let (mut both, data) = entries();
    both.push(entry("same.place", "F32", "[4]", 288, 304));
    cases.push(case("two tensors in one place", file(&header(&both), data), "invalid offset"));
    both.pop();
    both.push(entry("behind.a.gap", "F32", "[4]", data + 4, data + 20));
    cases.push(case("a gap", file(&header(&both), data + 20), "invalid offset"));
    cases
}

/// Valid files of another network.
fn misfits() -> Vec<Case> {
    let mut cases = Vec::new();
    for (dtype, shape) in [("I32", "[4,2,3,3]"), ("U32", "[4,2,3,3]"), ("I16", "[8,2,3,3]"), ("BOOL", "[16,2,3,3]")] {
        let reason = if shape == "[4,2,3,3]" { "of another type: `conv1.weight`" } else { "misshapen: `conv1.weight`" };
        cases.push(case(dtype, first(&entry("conv1.weight", dtype, shape, 0, 288)), reason));
    }
    for dtype in ["C64", "U8", "I8", "F6_E2M3"] {
        let bytes = match dtype {
            "C64" => 576,
            "F6_E2M3" => 54,
            _ => 72,
        };
        cases.push(case(dtype, first_of(dtype, bytes), "of another type: `conv1.weight`"));
    }
    for shape in ["[72]", "[2,4,3,3]", "[4,2,9]", "[1,4,2,3,3]", "[8,1,3,3]"] {
        let reason = "in the file and [4, 2, 3, 3] in the network";
        cases.push(case(shape, first(&entry("conv1.weight", "F32", shape, 0, 288)), reason));
    }
    cases.push(case("a scalar", first_of_shape("[]", 4), "is [] in the file and [4, 2, 3, 3] in the network"));
    cases.push(case("no numbers", first_of_shape("[0,2,3,3]", 0), "is [0, 2, 3, 3] in the file"));
    cases.push(case("no numbers of huge size", first_of_shape("[0,9223372036854775808,4]", 0), "misshapen"));
    for name in ["conv1.wieght", "conv1.weight ", "Conv1.weight", "module.module", "model.conv1.weight", ""] {
        cases.push(case(
            format!("`{name}`"),
            first(&entry(name, "F32", "[4,2,3,3]", 0, 288)),
            "missing: `conv1.weight`",
        ));
    }
    let (mut counters, data) = entries();
    counters[5] = counters[5].replace("I64", "C64");
    cases.push(case("a complex counter", file(&header(&counters), data), "num_batches_tracked` is C64"));
    cases.push(case("no tensors", file("{}", 0), "missing: `fc.bias` [3]"));
    cases.push(case("metadata alone", file(r#"{"__metadata__":{"format":"pt"}}"#, 0), "missing: `conv1.weight`"));
    cases
}

/// The whole network with another type for `conv1.weight`, and everything after it moved accordingly.
fn first_of(dtype: &str, bytes: usize) -> Vec<u8> {
    moved(&entry("conv1.weight", dtype, "[4,2,3,3]", 0, bytes), bytes)
}

fn first_of_shape(shape: &str, bytes: usize) -> Vec<u8> {
    moved(&entry("conv1.weight", "F32", shape, 0, bytes), bytes)
}

fn moved(first: &str, bytes: usize) -> Vec<u8> {
    let mut at = bytes;
    let mut entries = vec![first.to_owned()];
    for (name, shape) in &TENSORS[1..] {
        let start = at;
        at += bytes_of(name, shape);
        entries.push(entry(name, if is_counter(name) { "I64" } else { "F32" }, &format!("{shape:?}"), start, at));
    }
    file(&header(&entries), at)
}

/// Many names, long ones and strange ones.
fn crowds() -> Vec<Case> {
    let with = |name: &str| {
        let (mut entries, data) = entries();
        entries.push(entry(name, "F32", "[]", data, data + 4));
        file(&header(&entries), data + 4)
    };
    let mut cases = vec![
        case("a name of a megabyte", with(&"x".repeat(1 << 20)), "xxx...` [] is none of the network's"),
        case("a name of many lines", with("a\\n\\n\\nb"), r"surplus: `a\n\n\nb`"),
        case("a name of terminal codes", with("\\u001b[2J"), r"surplus: `\u{1b}[2J`"),
        case("a name written backwards", with("\\u202ethgiew"), r"surplus: `\u{202e}thgiew`"),
        case("a name of nothing", with("\\u0000"), r"surplus: `\0`"),
        case("a path for a name", with("../../etc/passwd"), "surplus: `../../etc/passwd`"),
        case("a name twice by its prefix", with("module.fc.bias"), "which the file has under another name"),
    ];
    let (mut entries, data) = entries();
    let names = (0..20_000).map(|i| format!("layer{i}.with.a.rather.long.name.that.is.compared.weight"));
    entries.extend(names.enumerate().map(|(i, name)| entry(&name, "F32", "[]", data + 4 * i, data + 4 * i + 4)));
    cases.push(case("20,000 strange names", file(&header(&entries), data + 80_000), "surplus: `layer19999."));
    entries[0] = entries[0].replace("conv1", "conv2");
    cases.push(case(
        "20,000 strange names, one missing",
        file(&header(&entries), data + 80_000),
        "missing: `conv1.weight`",
    ));
    cases
}
