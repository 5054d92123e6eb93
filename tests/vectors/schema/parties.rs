//! Who receives keys, codes and orders of tickets.

use serde_json::Value;
use testkit::curve::POINT_LEN;

use super::receivers::Receiver;
use super::{hex, hex_of, list, object, or_null, text, uint};

pub fn receivers() -> Vec<Receiver> {
    [codes(), certificates(), tickets(), of_keys(), snapshots(), symbols(), between(), states(), element()]
        .into_iter()
        .flatten()
        .collect()
}

/// A message, and nothing else.
fn bytes() -> Value {
    object(&[("bytes", hex())])
}

/// Keys of issuers and lists, each with what the directory says of it, and of sets.
fn keys() -> Value {
    let issuer = [("public", hex_of(POINT_LEN)), ("version", uint()), ("schema", hex()), ("shared", hex())];
    let list_of = [
        ("owner", text()),
        ("class", uint()),
        ("owner_key", hex_of(32)),
        ("accumulators", list(hex_of(POINT_LEN))),
        ("shared", hex()),
    ];
    object(&[("issuers", list(object(&issuer))), ("lists", list(object(&list_of))), ("sets", list(hex()))])
}

/// What of its state, input and output a receiver has.
const fn of(name: &'static str, state: Value, input: Value, output: Value) -> Receiver {
    Receiver { name, state, input, output }
}

fn tickets() -> Vec<Receiver> {
    let counted = || object(&[("tickets", uint())]);
    let seeded = || object(&[("bytes", hex()), ("seed", hex_of(32))]);
    vec![
        of("Committing", keys(), seeded(), object(&[("bytes", hex()), ("session", hex())])),
        of("Challenging", object(&[("order", hex())]), seeded(), object(&[("bytes", hex()), ("awaited", hex())])),
        of("TicketRequest", keys(), bytes(), object(&[("keys", uint()), ("tickets", uint())])),
        of("TicketCommitments", object(&[("order", hex())]), bytes(), counted()),
        of(
            "TicketChallenges",
            object(&[("keys", keys()), ("session", hex())]),
            object(&[("bytes", hex()), ("before", list(hex()))]),
            bytes(),
        ),
        of("TicketAnswers", object(&[("awaited", hex())]), bytes(), object(&[("tickets", list(hex()))])),
        of("Ticket", object(&[]), object(&[("bytes", hex()), ("ticket", hex())]), object(&[("use", hex())])),
    ]
}

/// Readers of keys.
fn of_keys() -> Vec<Receiver> {
    let signing = || object(&[("public", hex_of(32))]);
    let point = || object(&[("public", hex_of(POINT_LEN))]);
    let issuer = || object(&[("version", uint()), ("schema", hex_of(32)), ("public", hex_of(POINT_LEN))]);
    let list_of = || object(&[("owner", text()), ("class", uint()), ("accumulators", list(hex_of(POINT_LEN)))]);
    let platform = || {
        object(&[
            ("verdict", hex_of(32)),
            ("issuers", list(issuer())),
            ("lists", list(list_of())),
            ("sets", list(hex_of(POINT_LEN))),
            ("digits", list(hex_of(POINT_LEN))),
        ])
    };
    let plain = |name, output| of(name, object(&[]), bytes(), output);
    vec![
        plain("DeskKey", signing()),
        plain("VerdictKey", signing()),
        plain("AuthorityKey", signing()),
        plain("SymbolKey", point()),
        plain("HandleKey", object(&[("print", hex_of(32))])),
        plain("RecordKey", object(&[])),
        plain("SharedIssuerKey", issuer()),
        plain("SharedListKeys", list_of()),
        plain("CodeSetKey", point()),
        plain("DigitSetKey", point()),
        plain("PlatformKeys", platform()),
        of("Platform", object(&[("directory", hex())]), bytes(), platform()),
    ]
}

/// Readers that start from snapshots.
fn snapshots() -> Vec<Receiver> {
    let public_list =
        [("owner", text()), ("class", uint()), ("owner_key", hex_of(32)), ("accumulators", list(hex_of(POINT_LEN)))];
    let start =
        [("bytes", hex()), ("now", uint()), ("minimum", uint()), ("cosigned", or_null(hex())), ("before", list(hex()))];
    vec![
        of(
            "PlatformSnapshot",
            object(&[("directory", hex()), ("keys", hex())]),
            object(&start),
            object(&[("epoch", uint()), ("epochs", uint())]),
        ),
        of(
            "AuditorSnapshot",
            object(&[("list", object(&public_list)), ("key", hex_of(32))]),
            object(&[("bytes", hex()), ("minimum", uint())]),
            object(&[("epoch", uint()), ("elements", uint())]),
        ),
        of(
            "CosignerSnapshot",
            object(&[("list", object(&public_list)), ("cosigner", hex())]),
            object(&[("bytes", hex()), ("minimum", uint()), ("before", list(hex()))]),
            object(&[("epoch", uint()), ("elements", uint())]),
        ),
    ]
}

fn certificates() -> Vec<Receiver> {
    let digest = object(&[("digest", hex_of(64))]);
    let at = object(&[("bytes", hex()), ("now", uint())]);
    vec![
        of("DeskCertificate", object(&[]), bytes(), digest),
        of("SignedRequest", object(&[("directory", hex())]), at, object(&[("request", hex())])),
    ]
}

fn symbols() -> Vec<Receiver> {
    let person = || object(&[("kind", text()), ("parts", list(text())), ("distinguisher", or_null(uint()))]);
    let key = || object(&[("key", hex())]);
    let symbol = || object(&[("symbol", hex_of(64))]);
    let named = object(&[("owner", text()), ("class", uint())]);
    let of_handle = [("symbol", hex_of(64)), ("list", or_null(named)), ("generation", or_null(uint()))];
    vec![
        of("SymbolInput", key(), person(), symbol()),
        of("SymbolRequest", key(), bytes(), object(&[("evaluated", hex_of(POINT_LEN))])),
        of(
            "SymbolResponse",
            object(&[("public", hex_of(POINT_LEN)), ("of", person()), ("random", hex())]),
            bytes(),
            symbol(),
        ),
        of("HandleInput", key(), object(&of_handle), object(&[("handle", hex_of(32))])),
    ]
}

/// What passes between the registries.
fn between() -> Vec<Receiver> {
    let plain = |name, output: &[(&str, Value)]| of(name, object(&[]), bytes(), object(output));
    let list_name = || [("owner", text()), ("class", uint())];
    let [owner, class] = list_name();
    let [other_owner, other_class] = list_name();
    vec![
        plain("Handle", &[("handle", hex_of(32))]),
        plain("FlagRegistration", &[("handle", hex_of(32)), ("shard", uint())]),
        plain("Joining", &[("document", hex_of(32)), ("person", hex_of(32))]),
        plain("JoinAnswer", &[owner, class, ("second", hex_of(32)), ("first", hex_of(32))]),
        plain(
            "FlagAnswer",
            &[
                other_owner,
                other_class,
                ("shard", uint()),
                ("handle", hex_of(32)),
                ("epoch", uint()),
                ("given", serde_json::json!({ "type": "boolean" })),
            ],
        ),
    ]
}

/// Readers of what waits, and of what owners and cosigners store.
fn states() -> Vec<Receiver> {
    let owner = || {
        let keys = list(hex_of(POINT_LEN));
        [("owner", text()), ("class", uint()), ("owner_key", hex_of(32)), ("accumulators", keys)]
    };
    let cosigner = || [("key", hex_of(32)), ("signed", uint())];
    let plain = |name, output: &[(&str, Value)]| of(name, object(&[]), bytes(), object(output));
    vec![
        plain("PendingRequest", &[("request", hex())]),
        plain("StandingRequest", &[("request", hex())]),
        plain("AwaitingVerdict", &[("call", hex())]),
        plain("StandingAnswer", &[("call", hex())]),
        plain("RequestState", &[("request", hex())]),
        plain("TicketOrder", &[("request", hex())]),
        plain("AwaitedTickets", &[("challenges", hex())]),
        plain("SessionState", &[("session", hex_of(16)), ("tickets", uint())]),
        plain("ListOwnerElsewhere", &owner()),
        plain("ListOwnerKeys", &owner()),
        plain("CosignerElsewhere", &cosigner()),
        plain("CosignerState", &cosigner()),
    ]
}

/// Who asks an element, in suite 2.
fn element() -> Vec<Receiver> {
    let question = || object(&[("purpose", uint()), ("demand", or_null(uint())), ("shown", hex()), ("M", hex_of(64))]);
    let answered = || object(&[("key", hex_of(POINT_LEN)), ("question", question())]);
    let made = object(&[("m", hex()), ("digest", hex_of(32))]);
    let all = vec![
        of("DeviceQuestion", object(&[]), question(), made),
        of("EcdsaSignature", answered(), bytes(), object(&[])),
        of("EcdsaDer", answered(), bytes(), object(&[])),
    ];
    if testkit::curve::SUITE == 2 { all } else { Vec::new() }
}

fn codes() -> Vec<Receiver> {
    let flood = object(&[("count", uint()), ("frames", uint()), ("length", uint())]);
    let shown = object(&[("before", list(text())), ("flood", flood), ("text", text())]);
    let progress = object(&[("seen", uint()), ("count", uint()), ("payload", or_null(hex()))]);
    vec![of("QrCode", object(&[]), object(&[("text", text())]), bytes()), of("QrFrames", object(&[]), shown, progress)]
}
