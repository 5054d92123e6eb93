//! Secrets are not printed; what is public may go anywhere. That they are wiped, and neither copied
//! nor hashed, is held of every type by `tests/secrets`.

use core::fmt::Debug;

use selfsame::device::{DeviceAnswer, DeviceError};
use selfsame::error::Refused;
use selfsame::hazmat;
use selfsame::list::Cosignature;
use static_assertions::{assert_impl_all, assert_not_impl_any};
use testkit::prelude::*;

// States that are consumed: a copy would serve twice.
assert_not_impl_any!(OfferState: Clone, Copy);
assert_not_impl_any!(Consent: Clone, Copy);
// Its bytes are a store's: from them it could be answered twice.
assert_not_impl_any!(selfsame::ticket::SessionState: selfsame::codec::Message);
assert_not_impl_any!(selfsame::presentation::PendingRequest: Clone, Copy);

macro_rules! public {
    ($($type:ty),+ $(,)?) => { $( assert_impl_all!($type: Debug, Send, Sync); )+ };
}

public![
    ClosedEpoch,
    Consent,
    Cosignature,
    CosignedHeadSet,
    CosignedHeads,
    Cosigners,
    CredentialOffer,
    CredentialRequest,
    DecodeError,
    DeviceAnswer,
    DeviceError,
    DevicePublicKey,
    EpochUpdate,
    HeadSet,
    IssuanceError,
    IssuerParameters,
    ListError,
    ListKeys,
    LogAuditor,
    MemoryReplayRegister,
    OfferState,
    PlatformPublicKey,
    PresentError,
    Presentation,
    PresentationRequest,
    selfsame::presentation::AuditorsKey,
    selfsame::presentation::CredentialQuery,
    selfsame::presentation::Pseudonym,
    Claim,
    FirstTime,
    ReplayRows,
    ToRecord,
    selfsame::presentation::Statement,
    Refused,
    Schema,
    SignedHead,
    StandingRequest,
    SymbolRequest,
    SymbolResponse,
    VerdictMessage,
    VerifiedHeads,
    selfsame::set::CodeSet,
    selfsame::set::DigitSet,
    selfsame::set::SetDigest,
    selfsame::set::SetError,
    selfsame::set::VerifiedCodeSet,
    selfsame::set::VerifiedDigitSet,
];
assert_impl_all!(DecodeError: core::error::Error);
assert_impl_all!(Refused: core::error::Error);
assert_impl_all!(IssuanceError: core::error::Error);
assert_impl_all!(ListError: core::error::Error);
assert_impl_all!(DeviceError: core::error::Error);
assert_impl_all!(PresentError: core::error::Error);

/// Fails if `printed` shows `secret` in any of the ways in which bytes are printed.
fn hides(printed: &str, secret: &[u8]) {
    let plain: String = printed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let reversed: Vec<u8> = secret.iter().rev().copied().collect();
    for bytes in [secret, &reversed] {
        // Eight bytes in a row are no accident.
        for run in bytes.windows(8) {
            let list = run.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            assert!(!plain.contains(&hex::encode(run)), "{printed}");
            assert!(!plain.contains(&list), "{printed}");
        }
        if let Ok(text) = core::str::from_utf8(bytes) {
            assert!(!printed.contains(text), "{printed}");
        }
    }
}

fn hides_all(printed: &str, secrets: &[Vec<u8>]) {
    secrets.iter().for_each(|secret| hides(printed, secret));
}

#[test]
#[should_panic(expected = "Key { bytes")]
fn a_secret_in_print_is_found() {
    hides("Key { bytes: [1, 2, 3, 4, 5, 6, 7, 8] }", &[1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn nothing_secret_is_printed() {
    let mut country = Country::new(140);
    let offered = country.offer(Generation::FIRST);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::from_secret_bytes(Secret::new(*b"recovery secret of 32 bytes here"));
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let state = format!("{:?}", requested.state);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let grant = country.grant(&accepted, Generation::FIRST);
    let witness = format!("{:?}", grant.status_witness);
    let values = format!("{:?}", grant.values);
    let handles = format!("{:?} {:?}", grant.status, grant.flag);
    let granted = format!("{grant:?}");
    let response = country.issuer.issue(&accepted, grant).unwrap();
    let [status, flag] = &country.heads;
    let printed_response = format!("{response:?}");
    // All strings of the response are secret: A, e, n_i, handles, values, proofs, witnesses.
    let bytes = response.to_bytes();
    let mut secrets: Vec<Vec<u8>> = bytes[3..].chunks_exact(24).map(<[u8]>::to_vec).collect();
    let record = testkit::record("adult-female");
    secrets.push(record.name().as_bytes().to_vec());
    secrets.push(record.number().as_bytes().to_vec());
    let Details::Resident(card) = record.details() else { panic!("another kind of card") };
    secrets.push(card.address().as_bytes().to_vec());
    let credential = requested.state.receive(&response, status, flag).unwrap();

    secrets.push(recovery.to_secret_bytes().expose().to_vec());
    secrets.push(hazmat::issuer_secret(&country.issuer.share_key()).to_vec());
    secrets.push(hazmat::mac_point(&credential).to_vec());
    for list in [&country.status, &country.flag] {
        secrets.extend(hazmat::accumulator_secrets(&list.share_keys()).into_iter().map(|alpha| alpha.to_vec()));
    }
    secrets.push(country.handle_key.to_secret_bytes().expose().to_vec());
    secrets.push(country.person.as_bytes().to_vec());
    secrets.push(country.card.as_bytes().to_vec());

    // A way that is suspended holds the same witness.
    let way = |country: &Country| {
        let (keys, heads) = (country.status.list_keys(), &country.heads[0]);
        credential.witnesses()[0].catch_up(&keys, heads, EpochProofs::Verify).unwrap()
    };
    let (going, suspended) = (way(&country), way(&country).suspend(&mut country.rng).unwrap());
    let set = selfsame::set::CodeSetKey::random(vec![1, 2], &mut country.rng).unwrap();
    // Envelope, map, key 1 and a head of two bytes; then α.
    secrets.push(set.to_bytes()[7..39].to_vec());
    // Keys of a list as they are stored: every byte from the second field on is secret.
    let name = country.status.list_keys().name().clone();
    let owner = ListOwner::random(name, country.status.list_keys().shard_count(), &mut country.rng);
    let stored = owner.to_bytes();
    secrets.extend(stored[25..].chunks_exact(24).map(<[u8]>::to_vec));
    let cosigner = &country.quorum.0[0];
    // Envelope, map of two, key 1, the seed behind two bytes; then what it signed, which is public.
    secrets.push(cosigner.to_bytes()[7..39].to_vec());

    let printed = [
        state,
        format!("{going:?}"),
        format!("{suspended:?}"),
        format!("{owner:?}"),
        format!("{set:?}"),
        format!("{cosigner:?}"),
        witness,
        values,
        handles,
        granted,
        printed_response,
        format!("{credential:?}"),
        format!("{:#?}", credential.witnesses()),
        format!("{:?}", credential.values()),
        format!("{recovery:?}"),
        format!("{device:?}"),
        format!("{:?}", country.issuer),
        format!("{:?}", country.issuer.share_key()),
        format!("{:?}", country.status),
        format!("{:?}", country.status.share_keys()),
        format!("{:?}", country.platform),
        format!("{:?} {:?} {:?}", country.handle_key, country.person, country.card),
        format!("{record:?}"),
        format!("{:?}", Secret::new([7_u8; 32])),
    ];
    for text in &printed {
        assert!(!text.is_empty());
        hides_all(text, &secrets);
    }
    // The list of secrets is not empty talk: the response's own bytes contain them.
    assert!(secrets.len() > 40, "{}", secrets.len());
    let hex = hex::encode(&bytes);
    assert!(hex.contains(&hex::encode(hazmat::mac_point(&credential))));
    assert!(printed.iter().filter(|text| text.contains("redacted")).count() >= 18);
}

#[test]
fn what_is_stored_of_lists_prints_its_name_alone() {
    let mut country = Country::new(144);
    let phone = country.enrol();
    let keys = country.status.list_keys();
    let owner = ListOwner::random(keys.name().clone(), keys.shard_count(), &mut country.rng);
    assert_eq!(format!("{owner:?}"), "ListOwner(public-security/status, redacted)");
    let way = || phone.credential.witnesses()[0].catch_up(&keys, &country.heads[0], EpochProofs::Verify).unwrap();
    let list = format!("{:?}", phone.credential.witnesses()[0].list());
    assert_eq!(format!("{:?}", way()), format!("CatchUp({list}, redacted)"));
    let suspended = way().suspend(&mut country.rng).unwrap();
    assert_eq!(format!("{suspended:?}"), format!("SuspendedCatchUp({list}, redacted)"));
}

#[cfg(not(suite = "p256"))]
#[test]
fn a_device_prints_no_secret_of_an_open_session() {
    use selfsame::device::{Device, DeviceCommitment};
    let mut rng = hazmat::SeededRng::new([141; 32]);
    let mut device = SoftwareDevice::random(&mut rng);
    let before = format!("{device:?}");
    let session = device.commit(&mut rng).unwrap();
    let printed = format!("{session:?}");
    let DeviceCommitment { first, second } = selfsame::device::DeviceSession::commitment(&session);
    // Two points and nothing else.
    let expected = format!("SoftwareSession([{}, {}])", hex::encode(first), hex::encode(second));
    assert_eq!(printed, expected);
    let key = hex::encode(device.public_key().to_bytes());
    assert_eq!(before, format!("SoftwareDevice(DevicePublicKey({key}))"));
}

#[test]
fn values_print_their_kind_alone() {
    let record = testkit::record("adult-female");
    let values = Schema::card_values(&record);
    let kinds = ["Text", "Code", "Code", "Date", "Text", "Text", "Code", "Text", "Date", "Digest"];
    for (value, kind) in values.iter().zip(kinds) {
        assert_eq!(format!("{value:?}"), format!("{kind}(redacted)"));
    }
}

#[test]
fn a_response_and_a_disclosing_presentation_print_no_value() {
    let mut country = Country::new(142);
    let mut phone = country.enrol();
    let asked = country.hotel().disclose("name").disclose("id-number").once(&mut country.rng).unwrap();
    let bytes = phone.present(&mut country, &asked.message);
    let presentation = Presentation::from_bytes(&bytes).unwrap();
    let record = testkit::record("adult-female");
    let printed = format!("{presentation:?}");
    hides(&printed, record.name().as_bytes());
    hides(&printed, record.number().as_bytes());
    let relayed = asked.state.relay(&bytes);
    let answer = country.answer(&relayed.message.to_bytes());
    let outcome = relayed.state.conclude(&answer, &country.platform.public_key());
    assert_eq!(outcome.disclosed.len(), 2);
    let printed = format!("{outcome:?}");
    hides(&printed, record.name().as_bytes());
    hides(&printed, record.number().as_bytes());
}

#[test]
fn a_desks_waiting_call_prints_no_value() {
    // The desk's states and the call hold the presentation, with disclosed values.
    let mut country = Country::new(143);
    let mut phone = country.enrol();
    let asked = country.hotel().disclose("name").once(&mut country.rng).unwrap();
    let bytes = phone.present(&mut country, &asked.message);
    let relayed = asked.state.relay(&bytes);
    let printed = format!("{relayed:?}");
    let name = testkit::record("adult-female").name().as_bytes().to_vec();
    hides(&printed, &name);
}
