//! Files that are not files of weights.

use std::path::{Path, PathBuf};

use crate::{Case, case, refusal};

pub fn cases() -> Vec<Case> {
    let neither = "it is neither a safetensors file nor a checkpoint of PyTorch";
    let mut cases = vec![
        case("nothing", "", "it is empty"),
        case("one byte", "{", neither),
        case("seven bytes", [0; 7], neither),
        case("eight zeros", [0; 8], neither),
        case("a word", "hello", "it is only `hello`"),
        case("zeros", vec![0; 4096], neither),
        case("ones", vec![0xff; 4096], neither),
        case("a failed download", "<!DOCTYPE html><html><body>404</body></html>", "it begins with `<!DOCTYPE html><`"),
        case("a pointer of Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", neither),
        case("JSON", r#"{"conv1.weight": [0, 1, 2]}"#, neither),
        case("a script", "#!/bin/sh\nrm -rf /\n", neither),
        case("half of a zip's sign", "PK", neither),
        case("a pickle of protocol 0", "cos\nsystem\n(S'true'\ntR.", neither),
        case("a pickle of protocol 1", b"\x80\x01K\x01.", neither),
        case("a pickle of protocol 6", b"\x80\x06K\x01.", neither),
    ];
    let signs: [(&str, &[u8]); 9] = [
        ("PNG", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("JPEG", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
        ("HDF5", b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0"),
        ("ELF", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
        ("NumPy", b"\x93NUMPY\x01\0v\0{'descr'"),
        ("tar", b"sys_info\0\0\0\0\0\0\0\0\0\0"),
        ("ONNX", b"\x08\x0a\x12\x07pytorch\x1a\x012:\0"),
        ("GGUF", b"GGUF\x03\0\0\0\x01\0\0\0\0\0\0\0"),
    ];
    cases.extend(signs.map(|(what, bytes)| case(what, bytes, neither)));
    cases
}

/// Paths that are not readable files.
pub fn refused_places() {
    let folder = tempfile::tempdir().unwrap();
    let error = refusal(folder.path(), "a folder").to_string();
    assert!(error.contains("it is a folder"), "{error}");
    let error = refusal(&folder.path().join("none"), "nothing there").to_string();
    assert!(error.starts_with("cannot read `"), "{error}");
    let mut places: Vec<PathBuf> = ["/dev/null", "/dev/zero", "/dev/tty"].map(PathBuf::from).into();
    places.retain(|place| Path::exists(place));
    for place in places {
        let error = refusal(&place, "a device").to_string();
        assert!(error.contains("it is no regular file"), "{error}");
    }
}
