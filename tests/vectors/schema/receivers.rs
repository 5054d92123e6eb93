//! State, input and output of each receiver.

use serde_json::Value;

use super::{boolean, hex, hex_of, list, null, object, or_null, text, uint};
use testkit::curve::POINT_LEN;

pub struct Receiver {
    pub name: &'static str,
    pub state: Value,
    pub input: Value,
    /// Of valid vectors; of the others it is null.
    pub output: Value,
}

/// A message, and nothing else.
fn bytes() -> Value {
    object(&[("bytes", hex())])
}

/// A disclosed value with its place.
fn value() -> Value {
    let content = serde_json::json!({ "oneOf": [uint(), text()] });
    object(&[("credential", uint()), ("attribute", uint()), ("kind", uint()), ("content", or_null(content))])
}

fn nothing() -> Value {
    object(&[])
}

fn point() -> Value {
    hex_of(POINT_LEN)
}

/// What everybody knows of an issuer.
fn issuer() -> Value {
    object(&[("public", point()), ("version", uint()), ("schema", hex())])
}

/// What everybody knows of a list.
fn keys() -> Value {
    object(&[("owner", text()), ("class", uint()), ("owner_key", hex_of(32)), ("accumulators", list(point()))])
}

/// A list with heads of it.
fn known_list() -> Value {
    object(&[("keys", keys()), ("heads", hex())])
}

fn platform() -> Value {
    let issuer = object(&[("parameters", issuer()), ("secret", hex())]);
    let known = object(&[("keys", keys()), ("secret", hex()), ("first", hex()), ("epochs", list(hex()))]);
    let set = || list(object(&[("secret", hex()), ("digest", hex_of(32))]));
    object(&[
        ("max_age", uint()),
        ("grace", uint()),
        ("max_window", uint()),
        ("issuers", list(issuer)),
        ("lists", list(known)),
        ("sets", set()),
        ("digits", set()),
    ])
}

fn auditor() -> Value {
    object(&[("name", text()), ("group", hex())])
}

fn wallet() -> Value {
    object(&[
        ("credentials", list(hex())),
        ("issuers", list(issuer())),
        ("lists", list(known_list())),
        ("sets", list(hex())),
        ("digits", list(hex())),
        ("auditors", list(auditor())),
    ])
}

fn auditors() -> Value {
    object(&[
        ("group", hex()),
        ("platform_keys", list(hex_of(32))),
        ("issuers", list(issuer())),
        ("lists", list(known_list())),
        ("sets", list(hex())),
        ("digits", list(hex())),
        ("condition", text()),
    ])
}

/// What a desk sees.
fn outcome() -> Value {
    object(&[("values", list(value())), ("pseudonyms", list(point()))])
}

fn digest() -> Value {
    object(&[("digest", hex_of(32))])
}

fn epoch() -> Value {
    object(&[("epoch", uint()), ("digest", hex_of(32))])
}

fn of(name: &'static str, state: Value, input: Value, output: Value) -> Receiver {
    Receiver { name, state, input, output }
}

/// Those of presentations, sets and auditors.
fn of_presentations() -> Vec<Receiver> {
    let called = object(&[("bytes", hex()), ("now", uint()), ("before", list(hex()))]);
    let opened = object(&[("bytes", hex()), ("parts", list(hex()))]);
    let awaiting = object(&[("awaiting", hex()), ("platform_key", hex_of(32))]);
    vec![
        of("AuditorGroup", nothing(), bytes(), object(&[("key", point())])),
        of("CodeSet", nothing(), bytes(), digest()),
        of("Decoding", object(&[("kind", text())]), bytes(), null()),
        of("DigitSet", nothing(), bytes(), digest()),
        of("Evidence", auditors(), opened, object(&[("identity", point())])),
        of("AuditorShare", object(&[("group", hex())]), bytes(), object(&[("auditor", uint()), ("public", point())])),
        of("PresentationRequest", wallet(), bytes(), null()),
        of("RequestBySchemas", object(&[("issuers", list(issuer()))]), bytes(), null()),
        of("VerificationCall", platform(), called, outcome()),
        of("Verdict", awaiting, bytes(), outcome()),
        of(
            "VerdictByDirectory",
            object(&[("awaiting", hex()), ("directory", hex()), ("named", or_null(list(hex_of(32))))]),
            object(&[("bytes", hex()), ("now", uint())]),
            outcome(),
        ),
    ]
}

/// What spec 01 defines.
fn of_definitions() -> Vec<Receiver> {
    let hashed = object(&[("role", or_null(text())), ("parts", list(uint()))]);
    let batch = object(&[("inputs", list(hex())), ("blinds", list(hex_of(32))), ("random", hex_of(32))]);
    let answered = object(&[
        ("public", point()),
        ("blinded", list(point())),
        ("evaluated", list(point())),
        ("proof", hex_of(64)),
        ("outputs", list(hex())),
        ("values", list(hex_of(64))),
    ]);
    vec![
        of("Oprf", object(&[("seed", hex_of(32)), ("info", hex())]), batch, answered),
        of("BasePoint", nothing(), hashed, object(&[("point", point())])),
        of("Transcript", nothing(), object(&[("absorbed", hex())]), object(&[("squeezed", hex_of(64))])),
    ]
}

/// Those of cards and zones; of a record the fields depend on the card.
fn of_documents() -> Vec<Receiver> {
    let patch = object(&[("offset", uint()), ("bytes", hex())]);
    let changed = object(&[("patch", list(patch)), ("keep", or_null(uint())), ("append", hex())]);
    let day = uint;
    let zone = object(&[
        ("format", text()),
        ("document_type", text()),
        ("state", text()),
        ("nationality", text()),
        ("document_number", text()),
        ("optional_data", list(or_null(text()))),
        ("personal_number", or_null(text())),
        ("primary_name", text()),
        ("secondary_name", or_null(text())),
        ("name_may_be_cut", boolean()),
        ("birth", day()),
        ("expiry", day()),
        ("sex", uint()),
        ("canonical_sha256", hex_of(32)),
    ]);
    let record = serde_json::json!({ "type": "object" });
    vec![
        of("ChipRecord", object(&[("record", hex())]), changed, record),
        of("LaterAddress", nothing(), bytes(), object(&[("text", text())])),
        of("MachineReadableZone", nothing(), object(&[("lines", list(text())), ("today", day())]), zone),
    ]
}

/// Who proves.
fn provers() -> Vec<Receiver> {
    let phone = || object(&[("file", hex()), ("wrapped", hex()), ("data_key", hex_of(32)), ("own", hex_of(32))]);
    let seeded = || object(&[("bytes", hex()), ("seed", hex_of(32))]);
    let applied = object(&[("bytes", hex()), ("shard", uint()), ("recovery", hex_of(32)), ("seed", hex_of(32))]);
    let holder = object(&[
        ("credential", hex()),
        ("lists", list(known_list())),
        ("digits", list(hex())),
        ("auditors", list(auditor())),
        ("device", phone()),
    ]);
    let wallet = object(&[
        ("credentials", list(hex())),
        ("lists", list(known_list())),
        ("sets", list(hex())),
        ("digits", list(hex())),
        ("auditors", list(auditor())),
        ("device", phone()),
    ]);
    let ticket = object(&[("awaited", hex()), ("answers", hex())]);
    let counted = [("bytes", hex()), ("seed", hex_of(32)), ("uses", or_null(uint())), ("tickets", list(ticket))];
    let called = object(&[("bytes", hex()), ("now", uint())]);
    let orderer = [("credentials", list(hex())), ("lists", list(known_list())), ("sets", list(hex()))];
    let example = [("bytes", hex()), ("ticket", uint()), ("count", uint()), ("seed", hex_of(32))];
    vec![
        of("Ordering", object(&orderer), object(&example), object(&[("bytes", hex()), ("order", hex())])),
        of("Publishing", nothing(), bytes(), bytes()),
        of("Decrypting", object(&[("auditors", auditors()), ("share", hex())]), bytes(), bytes()),
        of("Vouching", object(&[("platform", platform()), ("key", hex())]), called, bytes()),
        of("Presenting", holder, seeded(), bytes()),
        of("Answering", wallet, object(&counted), bytes()),
        of("Applying", object(&[("issuer", issuer()), ("device", phone())]), applied, bytes()),
        of("Evaluating", object(&[("key", hex())]), seeded(), bytes()),
    ]
}

/// Those of issuance.
fn of_issuance() -> Vec<Receiver> {
    let lists = || list(known_list());
    vec![
        of("CredentialOffer", object(&[("issuer", issuer()), ("shard", or_null(uint()))]), bytes(), null()),
        of(
            "CredentialRequest",
            object(&[("issuer", issuer()), ("offer", hex())]),
            bytes(),
            object(&[("shard", uint())]),
        ),
        of("CredentialResponse", object(&[("request_state", hex()), ("lists", lists())]), bytes(), null()),
        of("Schema", nothing(), bytes(), digest()),
        of("SymbolEvaluation", object(&[("public", point()), ("request", hex())]), bytes(), null()),
        of("SymbolRequestBytes", nothing(), bytes(), null()),
    ]
}

/// Those of lists.
fn of_lists() -> Vec<Receiver> {
    let of_keys = || object(&[("keys", keys())]);
    let closed = object(&[("heads", hex()), ("updates", list(hex()))]);
    let following = || object(&[("list", known_list()), ("shard", uint())]);
    let cosigned = object(&[("keys", keys()), ("cosigners", list(hex_of(32))), ("quorum", uint())]);
    vec![
        of("ClosedEpoch", object(&[("keys", keys()), ("first", hex())]), bytes(), epoch()),
        of("CosignedHeadSet", cosigned, object(&[("bytes", hex()), ("now", uint())]), epoch()),
        of("EpochFile", object(&[("keys", keys()), ("read", list(hex())), ("newest", hex())]), bytes(), epoch()),
        of("EpochUpdate", following(), bytes(), null()),
        of("HeadSet", of_keys(), bytes(), epoch()),
        of(
            "PlatformEpoch",
            object(&[("keys", keys()), ("secret", hex()), ("known", list(closed))]),
            object(&[("bytes", hex()), ("updates", list(hex())), ("now", uint())]),
            null(),
        ),
        of("LogAuditor", object(&[("keys", keys()), ("read", list(hex()))]), bytes(), epoch()),
        of(
            "Cosigner",
            object(&[("keys", keys()), ("cosigner", hex())]),
            object(&[("bytes", hex()), ("before", list(hex())), ("now", uint())]),
            object(&[("signer", hex_of(32)), ("signature", hex_of(64)), ("state", hex())]),
        ),
        of("LogSegment", following(), bytes(), object(&[("epoch", uint())])),
        of("SignedHead", of_keys(), bytes(), null()),
    ]
}

/// Those of the directory, and of cards.
fn of_directory() -> Vec<Receiver> {
    let known = || object(&[("known", hex())]);
    let version = || object(&[("version", uint()), ("digest", hex_of(32))]);
    let at = || object(&[("bytes", hex()), ("now", uint())]);
    vec![
        of(
            "CardAnswer",
            object(&[("directory", hex()), ("question", hex())]),
            at(),
            object(&[("confirmed", boolean())]),
        ),
        of("CardQuestion", object(&[("directory", hex()), ("registry", text())]), at(), null()),
        of(
            "DirectoryCosigner",
            object(&[("cosigner", hex())]),
            object(&[("bytes", hex()), ("previous", hex()), ("now", uint())]),
            object(&[("signer", hex_of(32)), ("signature", hex_of(64)), ("state", hex())]),
        ),
        of("Equivocation", known(), bytes(), null()),
        of("PinnedDirectory", nothing(), object(&[("bytes", hex()), ("pin", hex_of(32))]), version()),
        of("SignedDirectory", known(), bytes(), version()),
    ]
}

pub fn receivers() -> Vec<Receiver> {
    let own =
        [of_definitions(), of_documents(), provers(), of_presentations(), of_issuance(), of_lists(), of_directory()];
    own.into_iter()
        .chain([super::registries::receivers(), super::wallets::receivers(), super::parties::receivers()])
        .flatten()
        .collect()
}
