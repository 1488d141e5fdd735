//! Tells the crate whether it is compiled with too little optimisation, for which there is no `cfg`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(unoptimised)");
    // Kernels of level 1 are twenty times slower than those of 2 and 3.
    if std::env::var_os("OPT_LEVEL").is_some_and(|level| level != "2" && level != "3") {
        println!("cargo::rustc-cfg=unoptimised");
    }
}
