//! A request that asks for all there is, under a certificate that permits all but one thing.

use selfsame::certificate::{ScopeUse, StatementKind};

use crate::certificates::world::{DAY, Part, World, forged, licence_schema};
use testkit::prelude::*;

/// What the wallet says is too much.
fn named(world: &World, part: Part) -> OverAsking {
    let card = Schema::resident_card();
    let schema = card.digest();
    let index = |name| card.index_of(name).unwrap();
    let about = |kind, name| OverAsking::Statement { schema, kind, subject: Subject::Attribute(index(name)) };
    let list = |place: usize| OverAsking::List(world.country.heads[place].name().clone());
    match part {
        Part::Purpose => OverAsking::Purpose,
        Part::Link => OverAsking::Link,
        Part::Window => OverAsking::Window,
        Part::Outlives => OverAsking::Outlives,
        Part::Tickets => OverAsking::Tickets,
        Part::Card => OverAsking::Credential(0),
        Part::Licence => OverAsking::Credential(1),
        Part::DiscloseSex => OverAsking::Disclosure { schema, attribute: index("sex") },
        Part::DiscloseClass => {
            let licence = licence_schema();
            OverAsking::Disclosure { schema: licence.digest(), attribute: licence.index_of("class").unwrap() }
        }
        Part::Status => list(0),
        Part::Flag => list(1),
        Part::IdNumber => about(StatementKind::Same, "id-number"),
        Part::Holder => {
            let (licence, kind) = (licence_schema(), StatementKind::Same);
            let subject = Subject::Attribute(licence.index_of("holder").unwrap());
            OverAsking::Statement { schema: licence.digest(), kind, subject }
        }
        Part::BirthDate => about(StatementKind::Between, "birth-date"),
        Part::Since => OverAsking::Statement { schema, kind: StatementKind::Between, subject: Subject::Since },
        Part::Region => about(StatementKind::OneOf, "region"),
        Part::Factors => OverAsking::Statement { schema, kind: StatementKind::OneOf, subject: Subject::Factors },
        Part::Name => about(StatementKind::Differs, "name"),
        Part::Pseudonym => OverAsking::Scope { of: ScopeUse::Pseudonym, scope: Scope::new("account") },
        Part::Limit => OverAsking::Scope { of: ScopeUse::Limit, scope: Scope::new("visits") },
        Part::Escrow => OverAsking::Auditors,
    }
}

#[test]
fn what_is_permitted_may_be_asked() {
    let mut world = World::new(201);
    let certificate = world.certificate(None);
    let whole = world.standing(world.everything(), NOW, later(DAY));
    let nothing = world.once(world.ask());
    let dynamic = world.once(world.everything());
    // No certificate speaks of the check of a device's user.
    let checked = world.once(world.ask().unlocked_by(LocalChecks::only(LocalCheck::Face)));
    for request in [whole, nothing, dynamic, checked] {
        let signed = world.desk.sign(&certificate, &request).unwrap();
        let certified = signed.verify(&world.directory, NOW).unwrap();
        assert_eq!(certified.request(), &request);
        assert_eq!(certified.certificate(), &certificate);
    }
}

/// Check 15-15.
#[test]
fn every_part_beyond_the_certificate_is_refused_and_named() {
    let world = World::new(202);
    let request = world.standing(world.everything(), NOW, later(DAY));
    for part in Part::ALL {
        let certificate = world.certificate(Some(part));
        let expected = CertificateError::OverAsking(named(&world, part));
        let refused = forged(&world.desk, &certificate, &request).verify(&world.directory, NOW).unwrap_err();
        assert_eq!(refused, expected, "{part:?}");
        // The desk's own software says the same before the request leaves.
        assert_eq!(world.desk.sign(&certificate, &request).unwrap_err(), expected, "{part:?}");
    }
}

/// Check 15-17.
#[test]
fn a_refusal_is_said_in_words_that_the_holder_reads() {
    let world = World::new(203);
    let said = |part| {
        let refused = CertificateError::OverAsking(named(&world, part));
        [Language::English, Language::Chinese].map(|language| refused.sentence(language, &world.directory))
    };
    assert_eq!(said(Part::DiscloseSex), ["The verifier may not see your “sex”.", "对方未获准查看您的“性别”。"]);
    assert_eq!(said(Part::DiscloseClass)[1], "对方未获准查看您的“准驾车型”。");
    assert_eq!(said(Part::Flag)[1], "对方未获准查询名单 public-security/flag。");
    let region = "The verifier may not learn whether your “region of registration” is one of several values.";
    assert_eq!(said(Part::Region)[0], region);
    let all: Vec<[String; 2]> = Part::ALL.map(said).to_vec();
    for (place, sentences) in all.iter().enumerate() {
        assert!(sentences[0].ends_with('.') && sentences[1].ends_with('。'), "{sentences:?}");
        // Two schemas may be refused in the same words, and so may two attributes that have one
        // name for people, and nothing else.
        let same = all.iter().filter(|other| *other == sentences).count();
        let pairs = [Part::Card, Part::Licence, Part::IdNumber, Part::Holder];
        let twice = pairs.contains(&Part::ALL[place]);
        assert_eq!(same, 1 + usize::from(twice), "{sentences:?}");
    }
    let evidence =
        ["The verifier may not demand an answer that it could prove to others.", "对方未获准要求可向他人证明的答复。"];
    assert_eq!(said(Part::Tickets), evidence);
    let linked = "The verifier may not learn whether your “ID number” is the same in two credentials.";
    assert_eq!(said(Part::Holder)[0], linked);
    let card = Schema::resident_card();
    let concluded = OverAsking::Conclusion { schema: card.digest(), attribute: card.index_of("region").unwrap() };
    let together = [
        "The verifier may not ask questions that together reveal your “region of registration”.",
        "对方未获准以一组问题推知您的“登记地区”。",
    ];
    assert_eq!(
        [Language::English, Language::Chinese].map(|language| concluded.sentence(language, &world.directory)),
        together
    );
    let displayed: std::collections::BTreeSet<String> =
        Part::ALL.iter().map(|part| named(&world, *part).to_string()).collect();
    assert_eq!(displayed.len(), Part::ALL.len());
    assert!(!displayed.contains(&concluded.to_string()));
}
