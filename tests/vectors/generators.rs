//! The base points against `test-vectors/generators.json` and their definition (spec 01 §3, §4).

use serde::Serialize;
use testkit::curve::SUITE;
use testkit::reference::{self, attribute_base, base, encode};
use testkit::vectors::{self, Numbered as Vector};

#[derive(Serialize)]
struct File {
    comment: String,
    vectors: Vec<Vector<BasePoint>>,
}

#[derive(Serialize)]
struct BasePoint {
    /// The role of the hash, none for the basepoint.
    role: Option<&'static str>,
    /// The integers among the parts of the hash.
    parts: Vec<u64>,
    point: String,
}

/// Symbol, role and what it is for, in the order of the table of spec 01 §4.
const NAMED: [(&str, Option<&str>, &str); 14] = [
    ("G", None, if SUITE == 1 { "the basepoint of RFC 9496" } else { "the generator of SEC 2" }),
    ("G_0", Some("base-constant"), "the constant term"),
    ("Q", Some("base-domain"), "the domain"),
    ("H_n", Some("base-pseudonym"), "the pseudonym secret"),
    ("H_d", if SUITE == 1 { Some("base-device") } else { None }, "the device secret"),
    ("H_s", Some("base-status"), "the status handle"),
    ("H_w", Some("base-flag"), "the flag handle"),
    ("H_f", Some("base-factors"), "the assurance factors"),
    ("H_p", Some("base-since"), "the day since which the pseudonym stands"),
    ("G_n", Some("base-pseudonym-part"), "the holder's part of the pseudonym secret"),
    ("H_b", Some("base-blinding"), "the blinding of commitments to single values"),
    ("V_set", Some("base-set"), "sets of codes"),
    ("G_id", Some("base-escrow"), "the flag handle in an escrow"),
    ("N", Some("base-ticket"), "tickets"),
];
/// The same points as the reference names them, from number 1 on.
const NAMES: [&str; 13] = [
    "Constant", "Domain", "Pseudonym", "Device", "Status", "Flag", "Factors", "Since", "PseudonymPart", "Blinding",
    "Set", "Escrow", "Ticket",
];
const ATTRIBUTES: u64 = 32;

fn made() -> File {
    let named = NAMED.into_iter().map(|(symbol, role, what)| (format!("{symbol}: {what}"), role, Vec::new()));
    let attributes = (0..ATTRIBUTES).map(|i| (format!("H_{i}: attribute {i}"), Some("base-attribute"), vec![i]));
    let points = selfsame::hazmat::generator_constants();
    let vectors = (0..).zip(named.chain(attributes)).zip(points).map(|((id, (comment, role, parts)), (_, point))| {
        Vector::new(id, comment, None, BasePoint { role, parts, point: hex::encode(point) })
    });
    File {
        comment: String::from(if SUITE == 1 {
            "The base points of spec 01 §4; the id is the number there. Each but the basepoint is HP[role](parts): \
                 expand_message_xmd (RFC 9380, SHA-512, 64 bytes) under the tag of the role, through the one-way map of RFC 9496."
        } else {
            "The base points of spec 01 §4; the id is the number there. Each but the generator, and H_d which is the same, is \
                 HP[role](parts): hash_to_curve of P256_XMD:SHA-256_SSWU_RO_ (RFC 9380 §8.2) under the tag of the role."
        }),
        vectors: vectors.collect(),
    }
}

#[test]
fn the_library_has_the_base_points_of_the_file() {
    let file = made();
    vectors::check("generators.json", &file);
    assert_eq!(file.vectors.len(), 46);
    // Behind them stand those that have no numbers: U and the F_j of templates.
    let points = selfsame::hazmat::generator_constants();
    let at = |name: &str| points.iter().position(|(of, _)| of == name).unwrap();
    let is = |place: usize, role, parts: &[&[u8]]| {
        assert_eq!(hex::encode(points[place].1), hex::encode(encode(&reference::hash_to_point(role, parts))));
    };
    is(at("Fold"), "base-fold", &[]);
    for j in 0..128_u64 {
        is(at("Template(0)") + usize::try_from(j).unwrap(), "base-template", &[&j.to_be_bytes()]);
    }
}

#[test]
fn each_base_point_is_what_the_spec_defines() {
    for vector in &made().vectors {
        let expected = match (vector.id as usize, vector.of.parts.as_slice(), vector.of.role) {
            (0, [], None) => base("Basepoint"),
            (4, [], None) if SUITE == 2 => base("Device"),
            (id @ 1..=13, [], Some(role)) => {
                let by_role = reference::hash_to_point(role, &[]);
                assert_eq!(by_role, base(NAMES[id - 1]));
                by_role
            }
            (id, [index], Some("base-attribute")) if id as u64 == 14 + index => attribute_base(*index),
            other => panic!("{other:?} is no base point"),
        };
        assert_eq!(vector.of.point, hex::encode(encode(&expected)), "{}", vector.comment);
    }
}

#[test]
fn the_hash_is_the_one_of_rfc_9380() {
    // RFC 9380, appendices K.3 and K.1 (expand_message_xmd with SHA-512 and SHA-256), for 32 bytes.
    let (tag, of_nothing, of_abc): (&[u8], _, _) = if SUITE == 1 {
        (
            b"QUUX-V01-CS02-with-expander-SHA512-256",
            "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba",
            "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc",
        )
    } else {
        (
            b"QUUX-V01-CS02-with-expander-SHA256-128",
            "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235",
            "d8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615",
        )
    };
    for (message, expected) in [(&b""[..], of_nothing), (b"abc", of_abc)] {
        assert_eq!(hex::encode(reference::expand::<32>(tag, message)), expected);
    }
}
