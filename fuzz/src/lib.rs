//! What the fuzz targets check; each target in `fuzz_targets/` is one call. `tests/fuzz/` is made
//! of the same source and replays every seed.
//!
//! - [`decoder`]: bytes either are refused, or they are the one encoding of what was read.
//! - [`stateful`]: a platform and a wallet that live through many inputs. Nothing but an honest
//!   message, byte for byte, is accepted.
//! - [`offline`]: orders of tickets and a desk that has public keys alone, under the same property;
//!   certificates, frames, auditors.
//! - [`card`]: a question about a card and its answer, under the same property.
//! - [`faces`]: a platform that asked one question about a face, under the same property.
//! - [`registry`]: the rows of two registries after a short history.
//! - [`play`]: several parties, step by step, some of whom cheat, against a plain model.
//! - [`setting`]: the parties, made from a seed, and their honest messages, which are also the
//!   seeds of the corpus. Because the seed is fixed, a call in the corpus verifies at the platform
//!   of every later process.
//! - [`seeds`]: what is in a new corpus.

pub mod card;
pub mod decoder;
pub mod faces;
pub mod offline;
pub mod play;
pub mod registry;
pub mod seeds;
pub mod setting;
pub mod stateful;
pub mod wallet;

/// One that takes bytes, with the name that its seeds have.
pub type Receiver = (&'static str, fn(&[u8]));

/// What is no message, and two that only a wallet and a store write.
pub const DOCUMENTS: &[Receiver] = &[
    ("chip_record", decoder::chip_record),
    ("machine_readable_zone", decoder::machine_readable_zone),
    ("public_key", decoder::public_key),
    ("qr_assembler", decoder::qr_assembler),
    ("registry_row", decoder::registry_row),
    ("wallet_state", decoder::wallet_state),
];

/// Who takes an answer to a request.
pub const VERIFIERS: &[Receiver] = &[
    ("platform_answer", stateful::platform_answer),
    ("face", faces::answer),
    ("desk_conclude", offline::desk_conclude),
    ("check_evidence", offline::check_evidence),
];

/// What a wallet follows.
pub const FOLLOWERS: &[Receiver] = &[
    ("follow_epoch", stateful::follow_epoch),
    ("follow_segment", stateful::follow_segment),
    ("verify_heads", stateful::verify_heads),
    ("follow_directory", offline::follow_directory),
    ("verify_request", offline::verify_request),
];

/// Who has a store, and who asks one.
pub const STORES: &[Receiver] = &[
    ("altered_store", registry::altered_store),
    ("unite", registry::unite),
    ("helper_session", offline::helper_session),
    ("card_question", card::admit),
    ("card_answer", card::receive),
];

/// The first byte chooses one of them, which takes the rest.
fn one_of(receivers: &[Receiver], bytes: &[u8]) {
    if let Some((first, rest)) = bytes.split_first() {
        receivers[usize::from(*first) % receivers.len()].1(rest);
    }
}

/// Every decoder of a message, chosen by the type that the message says.
pub fn messages(bytes: &[u8]) {
    decoder::messages(bytes);
}

/// One of [`DOCUMENTS`].
pub fn documents(bytes: &[u8]) {
    one_of(DOCUMENTS, bytes);
}

/// One of [`VERIFIERS`].
pub fn verifiers(bytes: &[u8]) {
    one_of(VERIFIERS, bytes);
}

/// One of [`FOLLOWERS`].
pub fn followers(bytes: &[u8]) {
    one_of(FOLLOWERS, bytes);
}

/// One of [`STORES`].
pub fn stores(bytes: &[u8]) {
    one_of(STORES, bytes);
}

/// Every target, by its name.
pub const TARGETS: &[Receiver] = &[
    ("messages", messages),
    ("documents", documents),
    ("verifiers", verifiers),
    ("followers", followers),
    ("stores", stores),
    ("presentations", play::presentations::play),
    ("tickets", play::tickets::play),
    ("logs", play::logs::play),
    ("wallets", play::wallets::play),
    ("registries", play::registries::play),
];
