//! The files of format 1 as such, against `schema-1.json`.

use serde_json::Value;

use crate::hotel::file::MESSAGES;
use testkit::curve::SUITE;
use testkit::vectors;

/// Whether it is the number of a check, as `06-25`.
fn is_check(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    text.split_once('-').is_some_and(|(of, number)| {
        of.len() == 2 && digits(of) && digits(number) && !number.is_empty() && !number.starts_with('0')
    })
}

/// As much of JSON Schema as `schema.json` uses.
pub fn fits(schema: &Value, definitions: &Value, value: &Value, path: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{path}: {what}"));
    for (keyword, rule) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                fits(&definitions[name], definitions, value, path)?;
            }
            "type" => {
                let found = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                if rule != found {
                    return wrong(&format!("{found} instead of {rule}"));
                }
            }
            "minimum" => {
                if value.as_u64() < rule.as_u64() {
                    return wrong("negative or no integer");
                }
            }
            "enum" => {
                if !rule.as_array().unwrap().contains(value) {
                    return wrong(&format!("{value} is none of {rule}"));
                }
            }
            "pattern" => {
                let text = value.as_str().unwrap_or_default();
                let length = match rule.as_str().unwrap() {
                    "^([0-9a-f]{2})*$" => text.len() / 2 * 2,
                    "^[0-9]{2}-[1-9][0-9]*$" => {
                        if !is_check(text) {
                            return wrong("not the number of a check");
                        }
                        continue;
                    }
                    fixed => {
                        let digits = fixed.strip_prefix("^[0-9a-f]{").and_then(|rest| rest.strip_suffix("}$"));
                        digits.and_then(|digits| digits.parse().ok()).unwrap()
                    }
                };
                let digits = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
                if text.len() != length || !digits {
                    return wrong("not the hexadecimal digits that it should be");
                }
            }
            "required" => {
                for field in rule.as_array().unwrap() {
                    if value.get(field.as_str().unwrap()).is_none() {
                        return wrong(&format!("{field} is missing"));
                    }
                }
            }
            "properties" => {
                for (field, content) in value.as_object().into_iter().flatten() {
                    match rule.get(field) {
                        Some(rule) => fits(rule, definitions, content, &format!("{path}.{field}"))?,
                        None => return wrong(&format!("{field} is unknown")),
                    }
                }
            }
            "additionalProperties" => assert_eq!(*rule, Value::Bool(false)),
            "items" => {
                for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(rule, definitions, item, &format!("{path}[{i}]"))?;
                }
            }
            "oneOf" => {
                let results: Vec<_> =
                    rule.as_array().unwrap().iter().map(|rule| fits(rule, definitions, value, path)).collect();
                if results.iter().filter(|result| result.is_ok()).count() != 1 {
                    return wrong(&format!("not one of the alternatives: {results:?}"));
                }
            }
            other => panic!("{other} is not understood"),
        }
    }
    Ok(())
}

pub fn json(name: &str) -> Value {
    let text = std::fs::read_to_string(vectors::path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Name and number of vectors.
pub const FILES: &[(&str, usize)] = &[
    ("chip-records", 483),
    ("generators", 46),
    ("hotel-flow", MESSAGES),
    (if SUITE == 1 { "rfc9497-ristretto255-sha512" } else { "rfc9497-p256-sha256" }, 3),
];

#[test]
fn every_file_has_the_fields_of_the_schema() {
    let schema = json("schema-1.json");
    let definitions = &schema["$defs"];
    for &(name, count) in FILES {
        let file = json(&format!("{name}.json"));
        assert_eq!(fits(&definitions[name], definitions, &file, name), Ok(()));
        let vectors = file["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), count, "{name}");
        let ids: std::collections::BTreeSet<String> = vectors.iter().map(|vector| vector["id"].to_string()).collect();
        assert_eq!(ids.len(), count, "{name}: an id twice");

        // The schema is no empty talk: files fail without any field, and with another one.
        for vector in [0, count / 2, count - 1] {
            let fields: Vec<String> = vectors[vector].as_object().unwrap().keys().cloned().collect();
            let optional = ["patch", "keep", "append"];
            for field in fields.iter().filter(|field| !optional.contains(&field.as_str())) {
                let mut bad = file.clone();
                bad["vectors"][vector].as_object_mut().unwrap().remove(field);
                assert!(fits(&definitions[name], definitions, &bad, name).is_err(), "{name} without {field}");
            }
            let mut bad = file.clone();
            bad["vectors"][vector]["unknown"] = Value::Null;
            assert!(fits(&definitions[name], definitions, &bad, name).is_err(), "{name} with an unknown field");
        }
        for field in file.as_object().unwrap().keys() {
            let mut bad = file.clone();
            bad.as_object_mut().unwrap().remove(field);
            assert!(fits(&definitions[name], definitions, &bad, name).is_err(), "{name} without {field}");
        }
    }
    // No file is forgotten.
    let index = json("index.json");
    let directory = std::fs::read_dir(vectors::path("")).unwrap();
    let mut found: Vec<String> = directory
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .filter(|name| !name.starts_with("schema") && name != "index" && index["files"].get(name).is_none())
        .collect();
    found.sort_unstable();
    assert!(found.iter().map(String::as_str).eq(FILES.iter().map(|(name, _)| *name)), "{found:?}");
}
