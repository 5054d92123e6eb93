//! What auditors find.

use crate::statements::world::{CONDITION, World};
use testkit::prelude::*;

/// What a receiver has beside the bytes.
#[derive(Clone)]
pub struct Given {
    pub now: u64,
    /// Calls that the platform has verified before.
    pub before: Vec<Vec<u8>>,
    /// Partial decryptions.
    pub parts: Vec<Vec<u8>>,
}

#[cfg(not(suite = "p256"))]
/// What auditors find of a call, whatever a platform says of it.
pub fn without_keys(world: &World, call: &[u8]) -> Result<(), EvidenceError> {
    let call = VerificationCall::from_bytes(call).unwrap();
    knowing(world, |context| selfsame::hazmat::check_without_keys(&call, context))
}

/// What auditors know.
fn knowing<T>(world: &World, use_it: impl FnOnce(&EvidenceContext<'_>) -> T) -> T {
    let country = &world.country;
    let heads: [VerifiedHeads; 2] =
        [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
    let sets: Vec<&VerifiedCodeSet> = world.sets.iter().map(|set| &set.verified).collect();
    let issuers = [country.issuer.parameters().clone(), world.transport.parameters().clone()];
    use_it(&EvidenceContext {
        platforms: &[world.platform_of_evidence()],
        issuers: &issuers,
        heads: &[&heads[0], &heads[1]],
        sets: &sets,
        digits: &[&world.digits.verified],
        condition: CONDITION,
    })
}

fn checked(world: &World, bytes: &[u8]) -> CheckedEvidence {
    let evidence = Evidence::from_bytes(bytes).unwrap();
    knowing(world, |context| evidence.check(&world.dealing.group, context)).unwrap()
}

/// What the first auditor sends.
pub fn opened(world: &World, bytes: &[u8]) -> Vec<u8> {
    checked(world, bytes).decrypt(&world.dealing.shares[0]).unwrap().to_bytes()
}

/// The identity that the auditors find.
pub fn identity(world: &World, bytes: &[u8], given: &Given) -> [u8; POINT_LEN] {
    let checked = checked(world, bytes);
    let parts: Vec<_> = given.parts.iter().map(|part| PartialDecryption::from_bytes(part).unwrap()).collect();
    *checked.open(&parts).unwrap().to_secret_bytes().expose()
}
