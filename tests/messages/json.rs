//! Public messages as strings in a service's own JSON.

use selfsame::directory::{DirectoryDigest, SignedDirectory};
use selfsame::list::EpochDigest;
use serde::{Deserialize, Serialize};
use static_assertions::assert_not_impl_any;
use testkit::prelude::*;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct News {
    place: String,
    heads: HeadSet,
    of: EpochDigest,
}

fn news() -> News {
    let mut rng = SeededRng::new([7; 32]);
    let name = ListName::new("police", ListClass::Flag).unwrap();
    let (manager, heads) = AccumulatorManager::new(name, ShardCount::new(2).unwrap(), NOW, &mut rng);
    let of = heads.verify(&manager.list_keys()).unwrap().digest();
    News { place: "Chengdu".into(), heads, of }
}

#[test]
fn a_message_is_a_string_of_its_canonical_bytes() {
    let news = news();
    let text = serde_json::to_string(&news).unwrap();
    assert_eq!(serde_json::from_str::<News>(&text).unwrap(), news);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let string = value["heads"].as_str().unwrap();
    assert!(string.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    assert_eq!(string.len(), (news.heads.to_bytes().len() * 4).div_ceil(3));
}

#[test]
fn a_message_has_one_string_and_no_other_is_read() {
    let string = serde_json::to_string(&news().heads).unwrap();
    let read = |text: &str| serde_json::from_str::<HeadSet>(text);
    assert!(read(&string).is_ok());
    let inner = string.trim_matches('"');
    let others = [format!("{inner}="), format!("{inner}A"), format!(" {inner}"), inner[1..].to_owned(), String::new()];
    for other in others {
        assert!(read(&format!("\"{other}\"")).is_err(), "{other}");
    }
    for other in ["null", "[]", "{}", "7"] {
        assert!(read(other).is_err());
    }
    assert!(serde_json::from_str::<SignedDirectory>(&string).is_err(), "of another type");
    let digest = serde_json::to_string(&DirectoryDigest::from_bytes([9; 32])).unwrap();
    assert_eq!(serde_json::from_str::<DirectoryDigest>(&digest).unwrap(), DirectoryDigest::from_bytes([9; 32]));
    assert!(serde_json::from_str::<EpochDigest>("\"AAAA\"").is_err());
    // Of the last of 43 letters four bits count; the other two are zero.
    let letters = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
    let text = |letter| format!("\"{}{letter}\"", &digest[1..43]);
    let read = letters.filter(|letter| serde_json::from_str::<DirectoryDigest>(&text(*letter)).is_ok());
    assert_eq!(read.count(), 16);
}

#[test]
fn no_secret_and_nothing_confidential_has_a_string() {
    assert_not_impl_any!(Issuer: Serialize);
    assert_not_impl_any!(ListOwner: Serialize);
    assert_not_impl_any!(Cosigner: Serialize);
    assert_not_impl_any!(CodeSetKey: Serialize);
    assert_not_impl_any!(DigitSetKey: Serialize);
    assert_not_impl_any!(AuditorShare: Serialize);
    assert_not_impl_any!(PartialDecryption: Serialize);
    assert_not_impl_any!(CredentialResponse: Serialize);
    assert_not_impl_any!(CredentialRequest: Serialize);
    assert_not_impl_any!(Presentation: Serialize);
    assert_not_impl_any!(CardQuestion: Serialize);
    assert_not_impl_any!(FlagAnswer: Serialize);
    assert_not_impl_any!(JoinAnswer: Serialize);
    assert_not_impl_any!(VerificationCall: Serialize);
    assert_not_impl_any!(Evidence: Serialize);
    assert_not_impl_any!(Secret<[u8; 32]>: Serialize);
}
