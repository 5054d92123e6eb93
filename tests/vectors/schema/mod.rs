//! `schema.json`: the form of files in format 2, and of the state, input and output of each
//! receiver. Made from the list in `receivers`, and held against the files.

mod fits;
mod parties;
mod receivers;
mod registries;
mod secrets;
mod wallets;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use fits::{fits, json as read};
use receivers::{Receiver, receivers};
use testkit::vectors::{check, is_writing, path};

/// Bytes in lower-case hexadecimal.
fn hex() -> Value {
    json!({ "type": "string", "pattern": "^([0-9a-f]{2})*$" })
}

/// So many of them.
fn hex_of(length: usize) -> Value {
    json!({ "type": "string", "pattern": format!("^[0-9a-f]{{{}}}$", 2 * length) })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn uint() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

fn one_of(texts: &[&str]) -> Value {
    json!({ "enum": texts })
}

fn null() -> Value {
    json!({ "type": "null" })
}

fn or_null(other: Value) -> Value {
    json!({ "oneOf": [{ "type": "null" }, other] })
}

fn list(item: Value) -> Value {
    json!({ "type": "array", "items": item })
}

/// With these fields, each of which is there, and no other.
fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let fields: Map<String, Value> = fields.iter().map(|(name, rule)| ((*name).to_owned(), rule.clone())).collect();
    json!({ "type": "object", "required": names, "properties": fields, "additionalProperties": false })
}

/// By names that are not fixed.
fn map(of: Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

fn vector(result: &str, check: Value, input: &Value, output: &Value) -> Value {
    object(&[
        ("id", text()),
        ("comment", text()),
        ("flags", list(text())),
        ("result", one_of(&[result])),
        ("check", check),
        ("input", input.clone()),
        ("output", output.clone()),
        ("trace", json!({ "type": "object" })),
    ])
}

fn group(Receiver { name, state, input, output }: &Receiver) -> Value {
    let number = json!({ "type": "string", "pattern": "^[0-9]{2}-[1-9][0-9]*$" });
    let vectors = [vector("valid", null(), input, output), vector("invalid", number, input, &null())];
    object(&[
        ("id", text()),
        ("comment", text()),
        ("receiver", one_of(&[name])),
        ("state", state.clone()),
        ("vectors", list(json!({ "oneOf": vectors }))),
    ])
}

fn file(groups: Value) -> Value {
    object(&[
        ("format", json!({ "enum": [2] })),
        ("suite", or_null(json!({ "enum": [testkit::curve::SUITE] }))),
        ("comment", text()),
        ("spec", list(text())),
        ("flags", json!({ "type": "object" })),
        ("counts", object(&[("valid", uint()), ("invalid", uint())])),
        ("generator", or_null(object(&[("seed", or_null(hex_of(32))), ("seeds", map(hex_of(32)))]))),
        ("secrets", secrets::secrets()),
        ("groups", groups),
    ])
}

fn made() -> Value {
    let receivers = receivers();
    let any: Vec<Value> = receivers.iter().map(|one| json!({ "$ref": format!("#/$defs/{}", one.name) })).collect();
    let mut definitions: Map<String, Value> =
        receivers.iter().map(|receiver| (receiver.name.to_owned(), group(receiver))).collect();
    definitions.insert("file".into(), file(list(json!({ "oneOf": any }))));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Files of test vectors in format 2; groups have a definition for each receiver",
        "$ref": "#/$defs/file",
        "$defs": definitions,
    })
}

/// Whether the file fits; a group against the definition of its receiver, which says what is wrong.
fn check_file(schema: &Value, name: &str, file: &Value) -> Result<(), String> {
    let definitions = &schema["$defs"];
    let mut without = file.clone();
    without["groups"] = json!([]);
    fits(&definitions["file"], definitions, &without, name)?;
    file["groups"].as_array().into_iter().flatten().try_for_each(|group| check_group(schema, group))
}

fn check_group(schema: &Value, group: &Value) -> Result<(), String> {
    let definitions = &schema["$defs"];
    let receiver = group["receiver"].as_str().unwrap_or("a receiver that is no text");
    let definition = definitions.get(receiver).ok_or_else(|| format!("no receiver {receiver}"))?;
    fits(definition, definitions, group, group["id"].as_str().unwrap_or("?"))
}

/// The schema is no empty talk: without any field, or with another one, a group does not fit.
fn check_schema(schema: &Value, group: &Value) {
    let missing = |value: &mut Value, field: &str| drop(value.as_object_mut().unwrap().remove(field));
    let refuses = |change: &dyn Fn(&mut Value), what: &str| {
        let mut bad = group.clone();
        change(&mut bad);
        assert!(check_group(schema, &bad).is_err(), "{}: {what}", group["id"]);
    };
    for field in group.as_object().unwrap().keys() {
        refuses(&|bad| missing(bad, field), &format!("without {field}"));
    }
    for field in group["state"].as_object().unwrap().keys() {
        refuses(&|bad| missing(&mut bad["state"], field), &format!("a state without {field}"));
    }
    let vectors = group["vectors"].as_array().unwrap();
    for place in [0, vectors.len() - 1] {
        for field in vectors[place].as_object().unwrap().keys() {
            refuses(&|bad| missing(&mut bad["vectors"][place], field), &format!("a vector without {field}"));
        }
        for field in vectors[place]["input"].as_object().unwrap().keys() {
            refuses(&|bad| missing(&mut bad["vectors"][place]["input"], field), &format!("an input without {field}"));
        }
        refuses(&|bad| bad["vectors"][place]["unknown"] = json!(null), "an unknown field");
        refuses(&|bad| bad["vectors"][place]["input"]["unknown"] = json!(null), "an unknown input");
    }
    refuses(&|bad| bad["unknown"] = json!(null), "an unknown field of the group");
    refuses(&|bad| bad["state"]["unknown"] = json!(null), "an unknown field of the state");
}

/// Whether a secret fits under this name.
fn is_secret(schema: &Value, name: &str, secret: &Value) -> bool {
    let definitions = &schema["$defs"];
    let rule = &definitions["file"]["properties"]["secrets"];
    fits(rule, definitions, &json!({ name: secret }), "secrets").is_ok()
}

/// A secret does not fit under the name of another type.
fn check_secrets(schema: &Value, secrets: &Map<String, Value>) {
    // What tells them apart: the first bytes, of 32 how many they are.
    let kind = |secret: &Value| {
        let text = secret.as_str().unwrap();
        if text.len() == 64 { String::from("32") } else { text[..6].to_owned() }
    };
    for (name, secret) in secrets {
        for other in secrets.values() {
            assert_eq!(is_secret(schema, name, other), kind(secret) == kind(other), "{other} as {name}");
        }
    }
}

#[test]
fn a_secret_has_one_of_the_names_that_there_are() {
    let (schema, key) = (made(), json!("00".repeat(32)));
    let is_named = |name: &str| is_secret(&schema, name, &key);
    assert!(
        ["device", "device 1", "device 12 of a phone", "device of a phone", "a", "a of b"].into_iter().all(is_named)
    );
    for unknown in ["", "devices", "a device", "device 1 2", "device of ", "device1", "device ", "Device", "phone"] {
        assert!(!is_named(unknown), "{unknown}");
    }
    let short = json!("00".repeat(31));
    assert!(!is_secret(&schema, "device", &short) && !is_secret(&schema, "card", &key));
}

#[test]
fn every_file_of_format_2_has_the_fields_of_the_schema() {
    let schema = made();
    check("schema.json", &schema);
    // Another test may be at a file that is read here.
    if is_writing() {
        return;
    }
    let index = read("index.json");
    let mut seen = BTreeMap::new();
    for name in index["files"].as_object().unwrap().keys() {
        assert!(path(&format!("{name}.json")).exists(), "{name}.json is missing");
        let file = read(&format!("{name}.json"));
        assert_eq!(check_file(&schema, name, &file), Ok(()));
        check_secrets(&schema, file["secrets"].as_object().unwrap());
        for group in file["groups"].as_array().unwrap() {
            seen.entry(group["receiver"].as_str().unwrap().to_owned()).or_insert_with(|| group.clone());
        }
        for field in file.as_object().unwrap().keys() {
            let mut bad = file.clone();
            bad.as_object_mut().unwrap().remove(field);
            assert!(field == "groups" || check_file(&schema, name, &bad).is_err(), "{name} without {field}");
        }
    }
    seen.values().for_each(|group| check_schema(&schema, group));
    let all: BTreeSet<String> = receivers().iter().map(|receiver| receiver.name.to_owned()).collect();
    assert_eq!(seen.into_keys().collect::<BTreeSet<_>>(), all, "receivers with vectors, and those of the schema");
}
