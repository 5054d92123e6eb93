//! The group `statements/calls` of both suites' vectors as constants: a platform that has no files
//! has no JSON either.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::Value;

fn main() {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("a folder"));
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("a folder"));
    println!("cargo::rustc-link-arg-bins=-T{}", here.join("link.x").display());
    println!("cargo::rerun-if-changed=link.x");
    for (suite, folder) in [("suite1", "../test-vectors"), ("suite2", "../p256/test-vectors")] {
        let path = here.join(folder).join("statements.json");
        println!("cargo::rerun-if-changed={}", path.display());
        let file: Value = serde_json::from_slice(&std::fs::read(path).expect("the vectors")).expect("JSON");
        let groups = file["groups"].as_array().expect("groups");
        let group = groups.iter().find(|group| group["id"] == "statements/calls").expect("calls");
        std::fs::write(out.join(format!("{suite}.rs")), constants(group)).expect("a file");
    }
}

fn constants(group: &Value) -> String {
    let (state, mut text) = (&group["state"], String::new());
    let mut constant = |name: &str, of: &str, value: String| {
        writeln!(text, "pub const {name}: {of} = {value};").expect("a string");
    };
    for name in ["max_age", "grace", "max_window"] {
        constant(&name.to_uppercase(), "u64", state[name].to_string());
    }
    constant(
        "ISSUERS",
        "&[Issuer]",
        all(&state["issuers"], |issuer| {
            let parts = &issuer["parameters"];
            let [public, schema, secret] = [&parts["public"], &parts["schema"], &issuer["secret"]].map(bytes);
            format!("Issuer {{ version: {}, public: {public}, schema: {schema}, secret: {secret} }}", parts["version"])
        }),
    );
    constant(
        "LISTS",
        "&[List]",
        all(&state["lists"], |list| {
            let keys = &list["keys"];
            let [owner_key, secret, first] = [&keys["owner_key"], &list["secret"], &list["first"]].map(bytes);
            let [accumulators, epochs] = [&keys["accumulators"], &list["epochs"]].map(|many| all(many, bytes));
            let (owner, class) = (&keys["owner"], &keys["class"]);
            format!(
                "List {{ owner: {owner}, class: {class}, owner_key: {owner_key}, accumulators: {accumulators}, \
                 secret: {secret}, first: {first}, epochs: {epochs} }}"
            )
        }),
    );
    for name in ["sets", "digits"] {
        constant(&name.to_uppercase(), "&[&[u8]]", all(&state[name], |set| bytes(&set["secret"])));
    }
    constant(
        "CALLS",
        "&[Call]",
        all(&group["vectors"], |vector| {
            let (input, is_valid) = (&vector["input"], vector["result"] == "valid");
            let (id, now, before) = (&vector["id"], &input["now"], all(&input["before"], bytes));
            let bytes = bytes(&input["bytes"]);
            format!("Call {{ id: {id}, is_valid: {is_valid}, now: {now}, before: {before}, bytes: {bytes} }}")
        }),
    );
    text
}

fn all(values: &Value, one: impl Fn(&Value) -> String) -> String {
    let values: Vec<String> = values.as_array().expect("an array").iter().map(one).collect();
    format!("&[{}]", values.join(", "))
}

fn bytes(value: &Value) -> String {
    let bytes = hex::decode(value.as_str().expect("a string")).expect("hexadecimal");
    let escaped: String = bytes.iter().flat_map(|byte| byte.escape_ascii()).map(char::from).collect();
    format!("b\"{escaped}\"")
}
