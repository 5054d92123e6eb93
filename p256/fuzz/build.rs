//! Targets and properties of the second suite, from the same source as those of the first.

fn main() {
    println!("cargo::rustc-check-cfg=cfg(suite, values(\"p256\"))");
    println!("cargo::rustc-cfg=suite=\"p256\"");
    println!("cargo::rerun-if-changed=build.rs");
}
