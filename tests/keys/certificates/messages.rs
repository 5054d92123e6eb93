//! The bytes of certificates, desk keys and signed requests.

use crate::certificates::world::{DAY, World};
use testkit::prelude::*;

#[test]
fn everything_goes_to_bytes_and_back() {
    let world = World::new(231);
    let certificate = world.certificate(None);
    let request = world.standing(world.everything(), NOW, later(DAY));
    let signed = world.desk.sign(&certificate, &request).unwrap();
    assert_eq!(DeskCertificate::from_bytes(&certificate.to_bytes()), Ok(certificate));
    assert_eq!(SignedRequest::from_bytes(&signed.to_bytes()), Ok(signed));
    let desk = DeskKey::from_bytes(&world.desk.to_bytes()).unwrap();
    assert_eq!(desk.public_key(), world.desk.public_key());
    assert_eq!(world.desk.to_bytes().len(), DeskKey::MAX_LEN);
    assert_eq!(format!("{desk:?}"), "DeskKey(SigningKey(redacted))");
}

/// The sizes that the spec gives.
#[test]
fn messages_are_as_long_as_the_spec_says() {
    assert_eq!(DeskCertificate::MAX_LEN, if SUITE == 1 { 18_944 } else { 19_008 });
    assert_eq!(DeskKey::MAX_LEN, 39);
    assert_eq!(SignedRequest::MAX_LEN, if SUITE == 1 { 29_263 } else { 29_327 });
    let too_long = vec![0; DeskCertificate::MAX_LEN + 1];
    assert_eq!(DeskCertificate::from_bytes(&too_long), Err(DecodeError::TooLong));
}

/// One defect each in a certificate. Checks 15-1, 15-2, 15-3, 15-4, 15-5.
#[test]
fn certificates_have_one_form() {
    let world = World::new(232);
    let good = Tree::parse(&world.certificate(None).to_bytes());
    assert!(DeskCertificate::from_bytes(&good.to_bytes()).is_ok());
    let refused = |what: &str, change: &dyn Fn(&mut Item)| {
        let error = DeskCertificate::from_bytes(&good.with(|body| change(body.at_mut(1)))).unwrap_err();
        assert!(
            matches!(error, DecodeError::OutOfRange | DecodeError::Malformed | DecodeError::InvalidPoint),
            "{what}"
        );
    };
    let swap = |item: &mut Item| item.items_mut().swap(0, 1);
    let twice = |item: &mut Item| {
        let first = item.at(0).clone();
        item.items_mut().insert(0, first);
    };
    let clear = |item: &mut Item| item.items_mut().clear();
    // Of the first schema: the order of the two is that of their digests.
    let cards = |content: &Item| (0..2).find(|i| content.at(4).at(*i).at(2).items().len() == 2).unwrap();
    refused("a name that deceives", &|content| *content.at_mut(0) = Item::Text("a\u{200B}".into()));
    refused("no key", &|content| *content.at_mut(1) = Item::Bytes(vec![0; 32]));
    refused("ends before it begins", &|content| swap(content.at_mut(2)));
    refused("counts too long", &|content| *content.at_mut(2).at_mut(0) = Item::Uint(0));
    refused("no purpose", &|content| clear(content.at_mut(3)));
    refused("a purpose twice", &|content| twice(content.at_mut(3)));
    refused("no schema", &|content| clear(content.at_mut(4)));
    refused("a schema twice", &|content| twice(content.at_mut(4)));
    refused("schemas out of order", &|content| swap(content.at_mut(4)));
    refused("two windows", &|content| twice(content.at_mut(5)));
    refused("neither, and no cards", &|content| [3, 4].into_iter().for_each(|place| clear(content.at_mut(place))));
    for place in [3, 4] {
        refused("one of them, and cards", &|content| {
            clear(content.at_mut(place));
            *content.at_mut(8) = Item::Uint(1);
        });
    }
    let cards_alone = good.with(|body| {
        [3, 4].into_iter().for_each(|place| clear(body.at_mut(1).at_mut(place)));
        *body.at_mut(1).at_mut(8) = Item::Uint(1);
    });
    assert!(DeskCertificate::from_bytes(&cards_alone).is_ok());
    for place in [6, 7, 8] {
        refused("neither may nor may not", &|content| *content.at_mut(place) = Item::Uint(2));
    }
    for (place, list) in [(1, "disclose"), (2, "lists"), (3, "statements")] {
        refused(&format!("{list} twice"), &|content| {
            let card = cards(content);
            twice(content.at_mut(4).at_mut(card).at_mut(place));
        });
        refused(&format!("{list} out of order"), &|content| {
            let card = cards(content);
            swap(content.at_mut(4).at_mut(card).at_mut(place));
        });
    }
    let of_card = |content: &mut Item, place: usize, item: Item| {
        let card = cards(content);
        *content.at_mut(4).at_mut(card).at_mut(place) = item;
    };
    let statement = |kind, subject| Item::Array(vec![Item::Array(vec![Item::Uint(kind), Item::Uint(subject)])]);
    refused("an attribute beyond all", &|content| of_card(content, 1, Item::Array(vec![Item::Uint(32)])));
    // An interval of factors, a set of first days, inequalities and links of both; other kinds.
    for (kind, subject) in [(1, 32), (2, 33), (3, 32), (3, 33), (0, 32), (0, 33), (4, 32), (4, 33), (5, 1), (1, 34)] {
        refused(&format!("{kind} of {subject}"), &|content| of_card(content, 3, statement(kind, subject)));
    }
    for place in [4, 5] {
        refused("a scope twice", &|content| {
            let card = cards(content);
            twice(content.at_mut(4).at_mut(card).at_mut(place));
        });
        refused("a scope that cannot be shown", &|content| {
            of_card(content, place, Item::Array(vec![Item::Text("“".into())]));
        });
    }
    refused("auditors twice", &|content| {
        let card = cards(content);
        let auditors = content.at_mut(4).at_mut(card).at_mut(6).bytes_mut();
        auditors.extend_from_within(..);
    });
}

#[test]
fn a_fresh_key_is_a_fresh_key() {
    assert_ne!(DeskKey::random(&mut OsRng).public_key(), DeskKey::random(&mut OsRng).public_key());
}
