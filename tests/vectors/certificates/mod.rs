//! Desk certificates and signed requests, at a wallet (spec 15).

mod excess;
mod form;
mod signed;
#[allow(dead_code, reason = "the tests of certificates need more of it")]
#[path = "../../keys/certificates/world.rs"]
mod world;

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::hash;
use testkit::vectors::File;

use crate::decoding;
use world::{World, digest, signing_key};

const SEED: u8 = 0x15;

const FLAGS: &[(&str, &str)] = &[
    ("Form", "a content of another form, or with a number, count or key out of range, is taken"),
    ("Text", "a name, purpose or scope that a screen could show as another one is taken"),
    ("Order", "entries out of order, or twice, are taken, so that one content has many encodings"),
    ("Statement", "a permission for what no request can ask is taken"),
    ("Validity", "a certificate that counts for too long, or never, is taken"),
    ("WrongAuthority", "anybody may be the authority"),
    ("AuthoritySignature", "the authority's signature is not checked over the whole content, or in its own role"),
    ("Time", "the certificate's time is not held against the wallet's clock"),
    ("DeskSignature", "the desk's signature is not checked, or not over request and certificate"),
    ("WrongName", "the request may say another name than the certificate"),
    ("BeyondPurpose", "any purpose may be asked for"),
    ("BeyondLink", "two credentials may be asked about without permission"),
    ("BeyondWindow", "a request may stand longer than is permitted, or at all"),
    ("Outlives", "a request may stand longer than its certificate"),
    ("BeyondTickets", "evidence may be asked for without permission"),
    ("BeyondAge", "an epoch may be left open without permission, or for longer"),
    ("BeyondCredential", "credentials of any schema may be asked about"),
    ("BeyondDisclosure", "any attribute may be seen"),
    ("BeyondList", "lists may be chosen: any, or fewer than all"),
    ("BeyondStatement", "statements may be about anything, or of any kind"),
    (
        "Conclusion",
        "what several statements leave together is not looked at: one value is disclosed without a permission",
    ),
    ("BeyondScope", "pseudonyms and limits may be in any scope, or in one that is for the other"),
    ("BeyondAuditors", "an escrow may be demanded to anybody"),
];

/// What a wallet refuses by 15-15, as the file's trace calls it.
fn part(world: &World, signed: &[u8], now: Timestamp) -> String {
    match SignedRequest::from_bytes(signed).unwrap().verify(&world.directory, now) {
        Err(CertificateError::OverAsking(part)) => name_of(&part).into(),
        other => panic!("{other:?}"),
    }
}

fn name_of(part: &OverAsking) -> &'static str {
    match part {
        OverAsking::Purpose => "purpose",
        OverAsking::Link => "link",
        OverAsking::Window => "window",
        OverAsking::Outlives => "outlives",
        OverAsking::Tickets => "tickets",
        OverAsking::Age => "age",
        OverAsking::Credential(_) => "credential",
        OverAsking::Disclosure { .. } => "disclosure",
        OverAsking::List(_) | OverAsking::MissingList(_) => "list",
        OverAsking::Statement { .. } => "statement",
        OverAsking::Conclusion { .. } | OverAsking::Since { .. } => "conclusion",
        OverAsking::Scope { .. } => "scope",
        OverAsking::Auditors => "auditors",
        _ => "another",
    }
}

/// A desk that signs anything, under any certificate.
fn sign(world: &World, certificate: &[u8], request: &[u8]) -> Vec<u8> {
    sign_as(&signing_key(&world.desk), "signed-request", certificate, request)
}

fn sign_as(key: &SigningKey, role: &str, certificate: &[u8], request: &[u8]) -> Vec<u8> {
    let signed: [u8; 64] = hash(role, &[&digest(certificate), request]);
    let signature = key.sign(&signed).to_bytes();
    let body = Item::Map(vec![bytes(request), bytes(certificate), bytes(signature)]);
    Tree { envelope: [SUITE, 1, 57], body }.to_bytes()
}

/// A content as the authority would sign it.
fn certify(world: &World, content: &Item) -> Vec<u8> {
    let key = SigningKey::from_bytes(world.authority.to_secret_bytes().expose());
    let signed: [u8; 64] = hash("desk-certificate", &[&content.encode()]);
    let by = Item::Array(vec![bytes(key.verifying_key().to_bytes()), bytes(key.sign(&signed).to_bytes())]);
    Tree { envelope: [SUITE, 1, 55], body: Item::Map(vec![content.clone(), by]) }.to_bytes()
}

fn input(bytes: &[u8], now: Timestamp) -> Value {
    decoding::input(bytes, &json!({ "now": now.as_secs() }))
}

/// Checks 15-1, 15-2, 15-3, 15-4, 15-5, 15-6, 15-10, 15-11, 15-12, 15-13, 15-14, 15-15, 15-21.
#[test]
fn certificates_and_requests_are_taken_or_refused_as_the_spec_says() {
    let mut world = World::new(SEED);
    let comment = "Certificates of desks, and requests that are signed under them, at a wallet.";
    let file = File::new("certificates", comment, &["15 §1", "15 §2", "15 §3", "15 §4"]);
    let file = file.seed([SEED; 32]).flags(FLAGS).flags(decoding::FLAGS);
    let file = file
        .country_and_issuer("", &world.country)
        .secret("issuer of the licence", world.transport.to_bytes())
        .signing_key("the authority", world.authority.to_secret_bytes().expose())
        .signing_key("the desk", signing_key(&world.desk).to_bytes());
    let file = world.set_keys.iter().fold(file, |file, (name, key)| file.secret(name, key));
    let state = json!({ "directory": hex::encode(world.directory.signed().to_bytes()) });
    let file = file.group(form::group(&world)).group(signed::group(&mut world, &state));
    excess::groups(file, &mut world, &state).check();
}
