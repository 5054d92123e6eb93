//! As much of JSON Schema as `schema.json` uses.

use serde_json::Value;

use testkit::vectors;

/// Whether it is the number of a check, as `06-25`.
fn is_check(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    text.split_once('-').is_some_and(|(of, number)| {
        of.len() == 2 && digits(of) && digits(number) && !number.is_empty() && !number.starts_with('0')
    })
}

/// Whether it is a name of this pattern, which begins with a word: the word, then perhaps a number,
/// then perhaps `of` somebody.
fn is_named(pattern: &str, name: &str) -> bool {
    let word = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix("( [0-9]+)?( of .+)?$")).unwrap();
    let is_of = |rest: &str| rest.is_empty() || rest.strip_prefix(" of ").is_some_and(|whose| !whose.is_empty());
    name.strip_prefix(word).is_some_and(|rest| {
        let number = rest.strip_prefix(' ').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let counted = number.is_some_and(|after| after.len() + 1 < rest.len() && is_of(after));
        is_of(rest) || counted
    })
}

/// Whether it is bytes in hexadecimal, by a pattern of one of three forms: any, so many, or any
/// behind some that are fixed.
fn is_hex(pattern: &str, text: &str) -> bool {
    let pattern = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).unwrap();
    let fits = match pattern.strip_suffix("([0-9a-f]{2})*") {
        Some(first) => text.starts_with(first) && text.len().is_multiple_of(2),
        None => {
            let digits = pattern.strip_prefix("[0-9a-f]{").and_then(|rest| rest.strip_suffix('}')).unwrap();
            text.len() == digits.parse::<usize>().unwrap()
        }
    };
    fits && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the value fits.
///
/// # Errors
/// Where it does not, and how.
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
                match rule.as_str().unwrap() {
                    "^[0-9]{2}-[1-9][0-9]*$" if is_check(text) => {}
                    "^[0-9]{2}-[1-9][0-9]*$" => return wrong("not the number of a check"),
                    pattern if is_hex(pattern, text) => {}
                    _ => return wrong("not the hexadecimal digits that it should be"),
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
            "patternProperties" => {
                for (field, content) in value.as_object().into_iter().flatten() {
                    let mut rules = rule.as_object().unwrap().iter().filter(|(pattern, _)| is_named(pattern, field));
                    let (Some((_, rule)), None) = (rules.next(), rules.next()) else {
                        return wrong(&format!("{field} is unknown"));
                    };
                    fits(rule, definitions, content, &format!("{path}.{field}"))?;
                }
            }
            // Beside those that have names or patterns; if there are none, these refuse it.
            "additionalProperties" if *rule == false => {}
            "additionalProperties" => {
                for (field, content) in value.as_object().into_iter().flatten() {
                    fits(rule, definitions, content, &format!("{path}.{field}"))?;
                }
            }
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
