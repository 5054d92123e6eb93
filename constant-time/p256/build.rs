//! This package is the second suite of the source that it shares.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(suite, values(\"p256\"))");
    println!("cargo::rustc-cfg=suite=\"p256\"");
    println!("cargo::rerun-if-changed=build.rs");
}
