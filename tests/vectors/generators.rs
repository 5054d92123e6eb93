//! The base points and a transcript's answers, by their definitions (spec 01 §3, §4 and §6).

use serde_json::json;
use testkit::curve::SUITE;
use testkit::reference::{self, Transcript, base, encode, hash_to_point, uint};
use testkit::vectors::{File, Group, Vector, slug};

/// Symbol, role and what it is for, in the order of the table of spec 01 §4. What has no role is
/// the basepoint.
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
const ATTRIBUTES: u64 = 32;
/// As many of the F_j as the recommended schema of a face has.
const ENTRIES: u64 = 128;
/// Around the lengths with which a block of STROBE ends within the message, or before the squeeze,
/// in either suite; and the known answer of the specification.
const ABSORBED: [u8; 20] = [0, 1, 2, 50, 51, 52, 53, 54, 58, 59, 60, 61, 62, 65, 66, 67, 73, 74, 75, 200];

fn base_point(symbol: &str, role: Option<&str>, parts: &[u64], what: &str) -> Vector {
    let encoded: Vec<[u8; 8]> = parts.iter().map(|part| uint(*part)).collect();
    let encoded: Vec<&[u8]> = encoded.iter().map(<[u8; 8]>::as_slice).collect();
    let point = role.map_or_else(|| base("Basepoint"), |role| hash_to_point(role, &encoded));
    let output = json!({ "point": hex::encode(encode(&point)) });
    Vector::valid(slug(symbol), format!("{symbol}: {what}"), json!({ "role": role, "parts": parts }), output)
}

fn base_points() -> Group {
    let comment = if SUITE == 1 {
        "HP[role](parts): expand_message_xmd (RFC 9380, SHA-512, 64 bytes) under the tag of the role, through the one-way \
         map of RFC 9496; without a role, the basepoint"
    } else {
        "HP[role](parts): hash_to_curve of P256_XMD:SHA-256_SSWU_RO_ (RFC 9380 §8.2) under the tag of the role; without a \
         role, the generator"
    };
    let named = NAMED.into_iter().map(|(symbol, role, what)| base_point(symbol, role, &[], what));
    let attributes =
        (0..ATTRIBUTES).map(|i| base_point(&format!("H_{i}"), Some("base-attribute"), &[i], "an attribute"));
    let numbered = named.chain(attributes).zip(0_u64..).map(|(vector, number)| vector.trace("number", number));
    let entries = (0..ENTRIES)
        .map(|j| base_point(&format!("F_{j}"), Some("base-template"), &[j], "packed entries of a template"));
    Group::new("base-points", "BasePoint", comment, json!({}))
        .with_all(numbered)
        .with(base_point("U", Some("base-fold"), &[], "the fold"))
        .with_all(entries)
}

fn transcripts() -> Group {
    let comment =
        "a transcript of the proof \"presentation\" that absorbs bytes as \"request\" and gives 64 as \"message\"";
    let vector = |length: u8| {
        let absorbed: Vec<u8> = (0..length).collect();
        let mut transcript = Transcript::new("presentation");
        transcript.bytes("request", &absorbed);
        let output = json!({ "squeezed": hex::encode(transcript.challenge_bytes::<64>("message")) });
        let input = json!({ "absorbed": hex::encode(absorbed) });
        Vector::valid(format!("bytes-{length}"), format!("{length} bytes"), input, output)
    };
    Group::new("transcript", "Transcript", comment, json!({})).with_all(ABSORBED.map(vector))
}

#[test]
fn the_file_has_what_the_definitions_give() {
    let comment = "The base points of spec 01 §4, of which the trace has the number there if they have one, and what a \
                   transcript of spec 01 §6 gives.";
    let file = File::new("generators", comment, &["01 §3", "01 §4", "01 §6"]);
    file.group(base_points()).group(transcripts()).check();
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
