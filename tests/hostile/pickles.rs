//! Pickles that would run code in Python, and malformed pickles.

use crate::build::{Code, archive, call, dict, global, good, int, pickle, state_dict, tuple, unicode};
use crate::{Case, case};

/// The pickle of the whole network.
pub fn whole() -> Vec<u8> {
    pickle(&state_dict(0, good(0)))
}

fn of(what: impl Into<String>, code: &[u8], reason: &'static str) -> Case {
    case(what, archive(&pickle(code)), reason)
}

pub fn cases() -> Vec<Case> {
    [imports(), calls(), opcodes(), stacks(), bombs(), roots(), cut()].into_iter().flatten().collect()
}

/// Imports of attackers, and others that a state dict does not need.
const NAMES: [(&str, &str); 36] = [
    ("os", "system"),
    ("posix", "system"),
    ("nt", "system"),
    ("os", "popen"),
    ("os", "execv"),
    ("subprocess", "Popen"),
    ("subprocess", "check_output"),
    ("builtins", "eval"),
    ("builtins", "exec"),
    ("builtins", "compile"),
    ("builtins", "open"),
    ("builtins", "getattr"),
    ("builtins", "__import__"),
    ("builtins", "set"),
    ("__builtin__", "eval"),
    ("__main__", "Net"),
    ("importlib", "import_module"),
    ("runpy", "run_path"),
    ("pickle", "loads"),
    ("_pickle", "Unpickler"),
    ("shutil", "rmtree"),
    ("socket", "create_connection"),
    ("webbrowser", "open"),
    ("functools", "partial"),
    ("operator", "attrgetter"),
    ("types", "FunctionType"),
    ("ctypes", "CDLL"),
    ("code", "interact"),
    ("codecs", "encode"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("torch", "load"),
    ("torch.hub", "load"),
    ("torch.nn.modules.conv", "Conv2d"),
    ("torch._utils", "_rebuild_device_tensor_from_numpy"),
    ("torch", "FloatStorage.__init__"),
    ("collections", "OrderedDict.fromkeys"),
];

fn imports() -> Vec<Case> {
    let reason = "and which could run anything; nothing was run";
    let argument = tuple(&[unicode("touch /tmp/athena-was-run")]);
    let mut cases = Vec::new();
    for (module, name) in NAMES {
        let called = call(&global(module, name), &argument);
        cases.push(of(format!("{module}.{name} among the tensors"), &state_dict(3, called), reason));
    }
    let system = global("os", "system");
    let called = call(&system, &argument);
    let stacked = [unicode("posix"), unicode("system"), vec![0x93]].concat();
    let memorised = [unicode("eval"), b"\x94".to_vec(), unicode("builtins"), b"h\0\x93".to_vec()].concat();
    let whole = state_dict(0, good(0));
    for (what, code) in [
        ("an import alone", system.clone()),
        ("an import that is thrown away", [system.as_slice(), b"0", &whole].concat()),
        ("a call before the tensors", [called.as_slice(), b"0", &whole].concat()),
        ("a call after the tensors", [whole.as_slice(), &called, b"0"].concat()),
        ("an import from the stack", call(&stacked, &argument)),
        ("an import by a name in the memo", call(&memorised, &argument)),
        ("a call within a call", call(&system, &tuple(&[call(&global("builtins", "input"), b")")]))),
        ("calls twenty deep", (0..20).fold(unicode("id"), |code, _| call(&system, &tuple(&[code])))),
        ("a call for a key", [b"}".as_slice(), &called, &good(0), b"s"].concat()),
        ("a call for a storage", state_dict(0, [called.as_slice(), b"Q"].concat())),
        ("attributes of an imported class", [global("__main__", "Net").as_slice(), b"}b"].concat()),
        ("a name of a megabyte", global("os", &"x".repeat(1 << 20))),
        ("a name in Cyrillic", global("оs", "system")),
        ("a name of terminal codes", global("\x1b[2J", "\x07")),
        ("no name", global("", "")),
    ] {
        cases.push(of(what, &code, "which weights do not need"));
    }
    cases
}

/// Calls of allowed imports, with other arguments than those of `torch.save`.
fn calls() -> Vec<Case> {
    let ordered = global("collections", "OrderedDict");
    let rebuild = global("torch._utils", "_rebuild_tensor_v2");
    let float = global("torch", "FloatStorage");
    let none = tuple(&[]);
    let some = tuple(&[int(1), int(2), int(3), int(4), int(5), int(6)]);
    let parameter = global("torch._utils", "_rebuild_parameter");
    [
        ("a call of a string", call(&unicode("os.system"), &none), "it calls a string"),
        ("a call of a number", call(&int(7), &none), "it calls an integer"),
        ("a call of a dict", call(b"}", &none), "it calls a dict"),
        ("a call of a tensor", call(&good(0), &none), "it calls a tensor"),
        ("a call without a tuple", call(&ordered, &int(1)), "it calls without a tuple"),
        ("a call with a list", call(&ordered, b"]"), "it calls without a tuple"),
        ("an ordered dict of something", call(&ordered, &some), "it calls OrderedDict with 6 arguments"),
        ("a storage that is called", call(&float, &some), "it calls Storage(F32) with 6 arguments"),
        ("a tensor of nothing", call(&rebuild, &none), "it calls RebuildTensor with 0 arguments"),
        ("a tensor of numbers", call(&rebuild, &some), "it makes a tensor of an integer"),
        ("a parameter of nothing", call(&parameter, &none), "it calls RebuildParameter with 0 arguments"),
        ("a parameter of numbers", call(&parameter, &some), "it makes a parameter of an integer"),
        ("attributes of a tensor", [good(0).as_slice(), b"}b"].concat(), "it sets attributes of a tensor"),
        ("attributes of a class", [float.as_slice(), b"}b"].concat(), "it sets attributes of a name"),
        ("attributes of a tuple", b")}b".to_vec(), "it sets attributes of a tuple"),
        ("attributes that are a string", [b"}".as_slice(), &unicode("x"), b"b"].concat(), "it sets attributes of"),
        ("an import by numbers", b"K\x01K\x02\x93".to_vec(), "it imports something that is not a name"),
    ]
    .into_iter()
    .map(|(what, code, reason)| of(what, &state_dict(0, code), reason))
    .collect()
}

/// Opcodes that make objects, reach outside, or do not exist.
fn opcodes() -> Vec<Case> {
    let mut cases = Vec::new();
    let class = global("__main__", "Net");
    for (what, code) in [
        ("INST", b"(ios\nsystem\n".to_vec()),
        ("OBJ", b"(K\x01o".to_vec()),
        ("EXT1", b"\x82\x01".to_vec()),
        ("EXT2", b"\x83\x01\x01".to_vec()),
        ("EXT4", b"\x84\x01\x01\x01\x01".to_vec()),
        ("PERSID", b"Pstorage\n".to_vec()),
        ("NEXT_BUFFER", b"\x97".to_vec()),
        ("READONLY_BUFFER", b"\x97\x98".to_vec()),
    ] {
        cases.push(of(what, &state_dict(0, code), "there is the opcode"));
    }
    for (what, code) in [("NEWOBJ of a tuple", &b"))\x81"[..]), ("NEWOBJ_EX of a tuple", b"))}\x92")] {
        cases.push(of(what, &state_dict(0, code.to_vec()), "it makes an object of a tuple"));
    }
    cases.push(of("NEWOBJ of a class", &[class.as_slice(), b")\x81"].concat(), "it imports `__main__.Net`"));
    for text in ["I1\n", "L1L\n", "F1.5\n", "S'os'\n", "Vos\n", "(lp0\n", "(dp1\n", "g0\n"] {
        cases.push(of(format!("protocol 0: {}", text.trim_end()), text.as_bytes(), "of pickle protocol 0"));
    }
    for opcode in [0, b'\n', b'A', b'z', 0x7f, 0x99, 0xc0, 0xff] {
        cases.push(of(format!("opcode {opcode:#x}"), &[opcode], "which does not exist"));
    }
    for protocol in [0, 1, 6, 255] {
        let bytes = archive(&[&[0x80, protocol], &whole()[2..]].concat());
        cases.push(case(format!("protocol {protocol}"), bytes, "it is of protocol"));
    }
    cases
}

/// Opcodes that do not fit the stack.
fn stacks() -> Vec<Case> {
    let empty = "its stack is empty";
    let mut cases = Vec::new();
    for (what, code, reason) in [
        ("nothing at all", &b""[..], empty),
        ("POP of nothing", b"0", empty),
        ("DUP of nothing", b"2", empty),
        ("MEMOIZE of nothing", b"\x94", empty),
        ("BINPUT of nothing", b"q\0", empty),
        ("REDUCE of nothing", b"R", empty),
        ("REDUCE of one", b")R", empty),
        ("BUILD of one", b"}b", empty),
        ("TUPLE2 of one", b"K\x01\x86", empty),
        ("TUPLE3 across a mark", b"K\x01K\x02(K\x03\x87", empty),
        ("POP across a mark", b"K\x01(0", empty),
        ("STOP across a mark", b"}(", empty),
        ("APPEND to nothing", b"K\x01a", empty),
        ("SETITEM of one", b"}K\x01s", empty),
        ("BINPERSID of nothing", b"Q", empty),
        ("STACK_GLOBAL of one", b"K\x01\x93", empty),
        ("TUPLE without a mark", b"K\x01t", "there is no mark"),
        ("APPENDS without a mark", b"]e", "there is no mark"),
        ("SETITEMS without a mark", b"}u", "there is no mark"),
        ("ADDITEMS without a mark", b"\x8f\x90", "there is no mark"),
        ("FROZENSET without a mark", b"\x91", "there is no mark"),
        ("POP_MARK without a mark", b"1", "there is no mark"),
        ("SETITEMS of three", b"}(K\x01K\x02K\x03u", "a key has no value"),
        ("APPEND to a dict", b"}K\x01a", "it appends to a dict"),
        ("APPENDS to a tuple", b")(K\x01e", "it appends to a tuple"),
        ("SETITEM of a list", b"]K\x01K\x02s", "it sets items of a list"),
        ("BINGET of what is not there", b"h\x07", "there is no object 7 in its memo"),
        ("LONG_BINGET of what is not there", b"j\xff\xff\xff\xff", "there is no object 4294967295 in its memo"),
        ("BINPERSID of a number", b"K\x01Q", "it refers to an integer outside"),
        ("BINPERSID of a short tuple", b"K\x01K\x02\x86Q", "it refers to a tuple outside"),
    ] {
        cases.push(of(what, code, reason));
    }
    cases
}

/// Small pickles that make large objects.
fn bombs() -> Vec<Case> {
    let own = |code: &[u8]| state_dict(0, code.to_vec());
    let doubling: Code = (0..5_000).fold(b")".to_vec(), |mut code, _| {
        code.extend(b"2\x86");
        code
    });
    let memo: Code = (0..250_u8).fold(b"]q\0".to_vec(), |mut code, i| {
        code.extend([b']', b'(', b'h', i, b'h', i, b'h', i, b'e', b'q', i + 1]);
        code
    });
    let missing = "missing: `conv1.weight`";
    let many = "has more than 1048576 opcodes";
    vec![
        of("tuples that double 5,000 times", &own(&doubling), missing),
        of("lists that treble by the memo 250 times", &own(&memo), missing),
        of("a list of itself", &own(b"]q\x01h\x01a"), missing),
        of("a dict of itself", b"}q\x01(X\x0a\0\0\0state_dicth\x01X\x05\0\0\0modelh\x01u", "it holds no tensors"),
        of("tuples 400,000 deep", &own(&[b")".as_slice(), &[0x85; 400_000]].concat()), missing),
        of("lists 400,000 deep", &own(&[b"]".repeat(400_000), b"a".repeat(399_999)].concat()), missing),
        of("attributes of attributes", &own(&[b"}".repeat(300_000), b"b".repeat(299_999)].concat()), missing),
        of("two million marks", &b"(".repeat(2_000_000), many),
        of("two million objects", &b"N".repeat(2_000_000), many),
        of("two million copies", &[b"N".as_slice(), &b"2".repeat(2_000_000)].concat(), many),
        of("two million frames", &b"\x95\0\0\0\0\0\0\0\0".repeat(1_100_000), many),
        of("17 million bytes of a string", &unicode(&"x".repeat(17 << 20)), "and at most 16777216 are read"),
    ]
}

/// Pickles with other contents.
fn roots() -> Vec<Case> {
    let mut cases = Vec::new();
    for (what, code, reason) in [
        ("a number", int(7), "it holds an integer, and no dict"),
        ("None", b"N".to_vec(), "it holds None, and no dict"),
        ("a string", unicode("weights"), "it holds a string, and no dict"),
        ("a list of tensors", [b"]".as_slice(), &good(0), b"a"].concat(), "it holds a list, and no dict"),
        ("a tuple of dicts", tuple(&[state_dict(0, good(0))]), "it holds a tuple, and no dict"),
        ("one tensor", good(0), "it holds a tensor, and no dict"),
        ("an empty dict", b"}".to_vec(), "it holds no tensors"),
        ("numbers by name", dict(&[("epoch", int(7)), ("loss", int(1))]), "only `epoch`, `loss`"),
        ("tensors by number", [b"}".as_slice(), &int(0), &good(0), b"s"].concat(), "it holds no tensors"),
        ("an empty state dict", dict(&[("state_dict", b"}".to_vec())]), "only `state_dict`"),
        ("a state dict too deep", nested(5), "it holds no tensors, only `state_dict`"),
        ("another name for it", dict(&[("weights", state_dict(0, good(0)))]), "only `weights`"),
        ("half of a state dict", dict(&[("conv1.weight", good(0))]), "missing: `fc.bias` [3]"),
    ] {
        cases.push(of(what, &code, reason));
    }
    let twice = [state_dict(0, good(0)).as_slice(), &unicode("conv1.weight"), &good(0), b"s"].concat();
    cases.push(of("a name twice", &twice, "it has `conv1.weight` twice"));
    cases
}

fn nested(depth: usize) -> Code {
    (0..depth).fold(state_dict(0, good(0)), |inner, _| dict(&[("state_dict", inner)]))
}

/// Truncated pickles, and parts that claim to be longer than the rest.
fn cut() -> Vec<Case> {
    let whole = whole();
    let mut cases = Vec::new();
    for len in [1, 2, 4, 9, 100, 137, whole.len() / 2, whole.len() - 1] {
        cases.push(case(format!("cut to {len} bytes"), archive(&whole[..len]), "its pickle, at byte"));
    }
    for (what, code) in [
        ("SHORT_BINUNICODE", &b"\x8c\xffabc"[..]),
        ("BINUNICODE", b"X\xff\xff\xff\xffabc"),
        ("BINUNICODE8", b"\x8d\xff\xff\xff\xff\xff\xff\xff\xffabc"),
        ("SHORT_BINSTRING", b"U\xffabc"),
        ("BINSTRING", b"T\xff\xff\xff\xffabc"),
        ("SHORT_BINBYTES", b"C\xffabc"),
        ("BINBYTES", b"B\xff\xff\xff\x7fabc"),
        ("BINBYTES8", b"\x8e\0\0\0\0\0\0\0\x80abc"),
        ("BYTEARRAY8", b"\x96\xff\xff\xff\xff\xff\xff\xff\x7fabc"),
        ("LONG1", b"\x8a\xff1"),
        ("LONG4", b"\x8b\xff\xff\xff\xff1"),
        ("BINFLOAT", b"G\0\0"),
    ] {
        cases.push(of(what, code, "should follow, but only"));
    }
    for (what, code) in [("a module", &b"cos"[..]), ("a name", b"cos\nsystem")] {
        cases.push(case(format!("{what} without end"), archive(&[b"\x80\x02", code].concat()), "a name does not end"));
    }
    cases.push(of("a name that is not UTF-8", b"c\xff\xfe\nx\n", "a name is not UTF-8"));
    cases
}
