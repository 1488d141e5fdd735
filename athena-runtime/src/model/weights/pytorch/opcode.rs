//! The opcodes of Python's pickles (`pickletools` of CPython 3.13 describes them all).

pub const PROTO: u8 = 0x80;
pub const FRAME: u8 = 0x95;
pub const STOP: u8 = b'.';

pub const MARK: u8 = b'(';
pub const POP: u8 = b'0';
pub const POP_MARK: u8 = b'1';
pub const DUP: u8 = b'2';

pub const NONE: u8 = b'N';
pub const NEWTRUE: u8 = 0x88;
pub const NEWFALSE: u8 = 0x89;
pub const BININT: u8 = b'J';
pub const BININT1: u8 = b'K';
pub const BININT2: u8 = b'M';
pub const LONG1: u8 = 0x8a;
pub const LONG4: u8 = 0x8b;
pub const BINFLOAT: u8 = b'G';
pub const SHORT_BINSTRING: u8 = b'U';
pub const BINSTRING: u8 = b'T';
pub const SHORT_BINUNICODE: u8 = 0x8c;
pub const BINUNICODE: u8 = b'X';
pub const BINUNICODE8: u8 = 0x8d;
pub const SHORT_BINBYTES: u8 = b'C';
pub const BINBYTES: u8 = b'B';
pub const BINBYTES8: u8 = 0x8e;
pub const BYTEARRAY8: u8 = 0x96;

pub const EMPTY_TUPLE: u8 = b')';
pub const TUPLE1: u8 = 0x85;
pub const TUPLE2: u8 = 0x86;
pub const TUPLE3: u8 = 0x87;
pub const TUPLE: u8 = b't';
pub const EMPTY_LIST: u8 = b']';
pub const APPEND: u8 = b'a';
pub const APPENDS: u8 = b'e';
pub const EMPTY_DICT: u8 = b'}';
pub const SETITEM: u8 = b's';
pub const SETITEMS: u8 = b'u';
pub const EMPTY_SET: u8 = 0x8f;
pub const ADDITEMS: u8 = 0x90;
pub const FROZENSET: u8 = 0x91;

pub const BINPUT: u8 = b'q';
pub const LONG_BINPUT: u8 = b'r';
pub const MEMOIZE: u8 = 0x94;
pub const BINGET: u8 = b'h';
pub const LONG_BINGET: u8 = b'j';

pub const GLOBAL: u8 = b'c';
pub const STACK_GLOBAL: u8 = 0x93;
pub const REDUCE: u8 = b'R';
pub const NEWOBJ: u8 = 0x81;
pub const NEWOBJ_EX: u8 = 0x92;
pub const BUILD: u8 = b'b';
pub const BINPERSID: u8 = b'Q';

/// Describes what an opcode would do that PyTorch does not write.
pub fn refused(opcode: u8) -> String {
    let what = match opcode {
        b'i' => "INST, which makes an object of any class",
        b'o' => "OBJ, which makes an object of any class",
        0x82 => "EXT1, which names something outside the file",
        0x83 => "EXT2, which names something outside the file",
        0x84 => "EXT4, which names something outside the file",
        b'P' => "PERSID, which names something outside the file",
        0x97 => "NEXT_BUFFER, which takes its bytes from outside the file",
        0x98 => "READONLY_BUFFER, which takes its bytes from outside the file",
        b'I' | b'L' | b'F' | b'S' | b'V' | b'p' | b'g' | b'd' | b'l' => {
            let letter = char::from(opcode);
            return format!("`{letter}` of pickle protocol 0, which PyTorch does not write");
        }
        _ => return format!("{opcode:#04x}, which does not exist"),
    };
    what.to_owned()
}
