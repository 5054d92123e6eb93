//! Signatures and times (spec 15 §4.1).

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::hash;
use testkit::vectors::{Group, Vector};

use super::world::{DAY, NAME, Part, World, signing_key, validity};
use super::{certify, input, sign, sign_as};
use crate::decoding;

pub fn group(world: &mut World, state: &Value) -> Group {
    let certificate = world.certificate(None).to_bytes();
    let request = world.once(world.ask()).to_bytes();
    let honest = sign(world, &certificate, &request);
    let everything = world.standing(world.everything(), NOW, later(DAY)).to_bytes();
    let whole = sign(world, &certificate, &everything);
    let output = |request: &[u8]| json!({ "request": hex::encode(request) });
    let takes =
        |slug: &str, comment: &str, now: Timestamp| Vector::valid(slug, comment, input(&honest, now), output(&request));
    let until = validity().until;
    let before = |end: Timestamp| Timestamp::from_secs(end.as_secs() - 1);
    let early = Timestamp::from_secs(NOW.as_secs() - 120);
    let beside = json!({ "now": NOW.as_secs() });
    let decoding = decoding::vectors(decoding::of_any(&honest), &beside);
    Group::new("signed", "SignedRequest", "A wallet that goes by a version of the directory", state.clone())
        .with(takes("nothing-but-lists", "which asks for the lists alone", NOW))
        .with(Vector::valid("everything", "which asks for all there is", input(&whole, NOW), output(&everything)))
        .with(takes("from-at-tolerance", "at the tolerance before the certificate begins", early))
        .with(takes("last-second", "in the certificate's last second", before(until)))
        .with_all(decoding)
        .with_all(refused(world, &certificate, &request))
        .with_all(times(&honest, until))
}

fn times(honest: &[u8], until: Timestamp) -> Vec<Vector> {
    let refused =
        |slug: &str, comment: &str, now: Timestamp| Vector::invalid(slug, "Time", "15-12", comment, input(honest, now));
    vec![
        refused(
            "not-yet",
            "a second more than the tolerance before it begins",
            Timestamp::from_secs(NOW.as_secs() - 121),
        ),
        refused("at-until", "when it ends", until),
        refused("long-after", "at the end of time", Timestamp::from_secs(u64::MAX)),
        refused("long-before", "at the beginning of time", Timestamp::from_secs(0)),
    ]
}

fn refused(world: &mut World, certificate: &[u8], request: &[u8]) -> Vec<Vector> {
    let invalid = |slug: &str, flag, check: &str, comment: &str, bytes: &[u8]| {
        Vector::invalid(slug, flag, check, comment, input(bytes, NOW))
    };
    let other = Authority::from_secret_bytes(Secret::new([0x77; 32])).certify(world.draft(None)).unwrap().to_bytes();
    let claimed = Tree::parse(&other).with(|body| {
        *body.at_mut(2).at_mut(0) = bytes(world.authority.public_key());
    });
    let content = Tree::parse(certificate).body.at(1).clone();
    let key = SigningKey::from_bytes(world.authority.to_secret_bytes().expose());
    let in_role = |role: &str| {
        let signed: [u8; 64] = hash(role, &[&content.encode()]);
        Tree::parse(certificate).with(|body| *body.at_mut(2).at_mut(1) = bytes(key.sign(&signed).to_bytes()))
    };
    let changed = |change: &dyn Fn(&mut Item)| Tree::parse(certificate).with(|body| change(body.at_mut(1)));
    let desk = signing_key(&world.desk);
    let stranger = SigningKey::from_bytes(&[0x78; 32]);
    let narrow = world.certificate(Some(Part::Escrow)).to_bytes();
    let moved = Tree::parse(&sign(world, &narrow, request)).with(|body| *body.at_mut(2) = bytes(certificate));
    // Nothing but the name is another one.
    let named = |name: &str| Tree::parse(request).with(|body| *body.at_mut(1) = Item::Text(name.into()));
    let alone = Tree::parse(&sign(world, certificate, request))
        .with(|body| *body.at_mut(3) = bytes(desk.sign(request).to_bytes()));
    let mut all = vec![
        invalid(
            "other-authority",
            "WrongAuthority",
            "15-10",
            "under another authority's certificate",
            &sign(world, &other, request),
        ),
        invalid(
            "claimed-authority",
            "AuthoritySignature",
            "15-11",
            "that says it is the authority's",
            &sign(world, &claimed, request),
        ),
        invalid(
            "as-directory",
            "AuthoritySignature",
            "15-11",
            "signed as a version of the directory",
            &sign(world, &in_role("directory-authority"), request),
        ),
        invalid(
            "as-request",
            "AuthoritySignature",
            "15-11",
            "signed as a request",
            &sign(world, &in_role("signed-request"), request),
        ),
        invalid("longer-validity", "AuthoritySignature", "15-11", "with a day more than was signed", &{
            let longer = changed(&|content| {
                let until = content.at(2).at(1).uint();
                *content.at_mut(2).at_mut(1) = Item::Uint(until + DAY);
            });
            sign(world, &longer, request)
        }),
        invalid("age-added", "AuthoritySignature", "15-11", "with an age more than was signed", &{
            let more = changed(&|content| *content.at_mut(9) = Item::Array(vec![Item::Uint(60)]));
            sign(world, &more, request)
        }),
        invalid("authority-s", "AuthoritySignature", "15-11", "S of the authority's signature changed", &{
            let other = Tree::parse(certificate).with(|body| body.at_mut(2).at_mut(1).bytes_mut()[32] ^= 1);
            sign(world, &other, request)
        }),
        invalid(
            "stranger",
            "DeskSignature",
            "15-13",
            "signed by another key",
            &sign_as(&stranger, "signed-request", certificate, request),
        ),
        invalid(
            "as-card-question",
            "DeskSignature",
            "15-13",
            "signed as a question about a card",
            &sign_as(&desk, "card-question", certificate, request),
        ),
        invalid("request-alone", "DeskSignature", "15-13", "a signature of the request alone", &alone),
        invalid("other-certificate", "DeskSignature", "15-13", "signed under another certificate of the desk", &moved),
        invalid("other-request", "DeskSignature", "15-13", "with another request than was signed", &{
            let other = world.once(world.ask()).to_bytes();
            Tree::parse(&sign(world, certificate, &other)).with(|body| *body.at_mut(1) = bytes(request))
        }),
        invalid("desk-s", "DeskSignature", "15-13", "S of the desk's signature changed", &{
            Tree::parse(&sign(world, certificate, request)).with(|body| body.at_mut(3).bytes_mut()[32] ^= 1)
        }),
    ];
    for (slug, name) in [
        ("name-shorter", "Cinema Daguangming"),
        ("name-longer", "Cinema Daguangming 大光明影院。"),
        ("name-case", "cinema Daguangming 大光明影院"),
    ] {
        assert_ne!(name, NAME);
        let request = named(name);
        all.push(invalid(slug, "WrongName", "15-14", "another name", &sign(world, certificate, &request)));
    }
    let digest: [u8; 64] = hash("signed-request", &[&super::world::digest(certificate), request]);
    all.extend(crate::disputed::of(&desk, &digest).into_iter().map(|(slug, comment, signature)| {
        let signed = Tree::parse(&sign(world, certificate, request)).with(|body| *body.at_mut(3) = bytes(signature));
        invalid(&format!("desk-{slug}"), "DeskSignature", "15-13", comment, &signed)
    }));
    let digest: [u8; 64] = hash("desk-certificate", &[&content.encode()]);
    all.extend(crate::disputed::of(&key, &digest).into_iter().map(|(slug, comment, signature)| {
        let signed = Tree::parse(certificate).with(|body| *body.at_mut(2).at_mut(1) = bytes(signature));
        let request = sign(world, &signed, request);
        invalid(&format!("authority-{slug}"), "AuthoritySignature", "15-11", comment, &request)
    }));
    let ends = Tree::parse(&sign(world, certificate, request))
        .with(|body| *body.at_mut(1) = bytes(&request[..request.len() - 1]));
    all.push(invalid("request-ends", "Ends", "01-5", "a request that ends early", &ends));
    let broken = changed(&|content| *content.at_mut(6) = Item::Uint(2));
    all.push(invalid(
        "bad-certificate",
        "Form",
        "15-1",
        "a certificate that does not decode",
        &sign(world, &broken, request),
    ));
    let again = certify(world, &content);
    assert_eq!(again, certificate);
    all
}
