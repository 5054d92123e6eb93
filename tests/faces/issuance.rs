//! Templates of faces: their schema, and how they are issued beside a card (spec 04 §8).

use selfsame::codec::Message;
use selfsame::credential::{CredentialResponse, IssuanceError, Issuer, KeyVersion, RecoverySecret};
use selfsame::device::SoftwareDevice;
use selfsame::error::DecodeError;
use selfsame::hazmat::SeededRng;
use selfsame::presentation::{PresentationRequest, RequestError};
use selfsame::schema::{AttributeKind, Schema, SchemaError, Value};
use selfsame::symbol::Generation;
use selfsame::template::{Template, TemplateParameters};
use testkit::Country;
use testkit::cbor::{Item, Tree, bytes, place};

fn parameters() -> TemplateParameters {
    TemplateParameters::of_128([1; 32], 900, 800).unwrap()
}

fn schema() -> Schema {
    Schema::card_face(parameters())
}

/// The card's number and a template whose norm is 9·128 = 1,152.
fn values(number: &str) -> Vec<Value> {
    vec![Value::Text(number.into()), Value::Template(Template::new(vec![3; 128]))]
}

/// Check 04-24.
#[test]
fn a_schema_has_one_template_with_its_parameters_beside_something() {
    let face = |builder: selfsame::schema::SchemaBuilder, name: &str| builder.template(name, parameters(), name, name);
    let number = || Schema::builder("faces").attribute("number", AttributeKind::Text, "number", "号码");
    assert!(face(number(), "face").build().is_ok());
    assert_eq!(face(Schema::builder("faces"), "face").build().unwrap_err(), SchemaError::Template);
    assert_eq!(face(face(number(), "face"), "other").build().unwrap_err(), SchemaError::Template);
    let bare = number().attribute("face", AttributeKind::Template, "face", "人脸");
    assert_eq!(bare.build().unwrap_err(), SchemaError::Template);

    // The same of what arrives: parameters of what is no template, and none of one.
    let bytes = schema().to_bytes();
    assert_eq!(Schema::from_bytes(&bytes).unwrap(), schema());
    let changed = |change: &dyn Fn(&mut Item)| {
        let bytes = Tree::parse(&bytes).with(|body| change(body.at_mut(2).at_mut(1)));
        Schema::from_bytes(&bytes).unwrap_err()
    };
    assert_eq!(changed(&|face| *face.at_mut(1) = Item::Uint(5)), DecodeError::OutOfRange);
    assert_eq!(changed(&|face| drop(face.items_mut().pop())), DecodeError::OutOfRange);
    // Check 04-23, by the numbers on the wire.
    let bad = [(0, 96), (1, 8), (2, 12), (3, 4095), (4, 0), (5, 2048), (6, 2048), (7, 0), (8, 16)];
    for (place, number) in bad {
        let error = changed(&|face| *face.at_mut(4).at_mut(place) = Item::Uint(number));
        assert_eq!(error, DecodeError::OutOfRange, "{place}");
    }
}

/// Check 04-25.
#[test]
fn a_template_that_is_too_long_does_not_fit() {
    let fits =
        |entries: Vec<i8>| schema().check_values(&[Value::Text("1".into()), Value::Template(Template::new(entries))]);
    let mut edge = vec![0; 128];
    edge[..5].copy_from_slice(&[45, -4, 2, 1, 1]);
    assert_eq!(fits(edge.clone()), Ok(()));
    edge[5] = 1;
    assert_eq!(fits(edge), Err(SchemaError::Values));
    for len in [0, 127, 129, 512] {
        assert_eq!(fits(vec![1; len]), Err(SchemaError::Values));
    }
    assert_eq!(schema().check_values(&[Value::Text("1".into()), Value::Digest([0; 32])]), Err(SchemaError::Values));
}

/// Check 04-26.
#[test]
fn a_template_is_issued_beside_the_card_in_one_exchange() {
    let mut country = Country::new(210);
    let faces = Issuer::random(schema(), KeyVersion(1), &mut country.rng);
    let (mut device, recovery) = (SoftwareDevice::random(&mut country.rng), RecoverySecret::random(&mut country.rng));
    let offered = country.offer(Generation::FIRST);
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let grant = |country: &mut Country, generation, values| {
        let grant = country.grant(&accepted, generation);
        selfsame::credential::Grant { values, ..grant }
    };
    let card = country.issue(&accepted, Generation::FIRST);
    let beside = faces.issue_beside(&accepted, grant(&mut country, Generation::FIRST, values("1"))).unwrap();
    let beside = CredentialResponse::from_bytes(&beside.to_bytes()).unwrap();
    // All responses of the schema have one length.
    let mut other = vec![0_i8; 128];
    other[0] = -1;
    let other = vec![Value::Text("another number".into()), Value::Template(Template::new(other))];
    let other = faces.issue_beside(&accepted, grant(&mut country, Generation::FIRST, other)).unwrap();
    assert_eq!(beside.to_bytes().len(), other.to_bytes().len());
    // The card's issuer does not answer so, and the other one answers in no other way.
    let of_card = country.grant(&accepted, Generation::FIRST);
    let refused = country.issuer.issue_beside(&accepted, of_card);
    assert_eq!(refused.unwrap_err(), IssuanceError::WrongIssuer);
    // Nor does another issuer of cards.
    let stranger = Issuer::random(Schema::resident_card(), KeyVersion(1), &mut country.rng);
    let of_card = country.grant(&accepted, Generation::FIRST);
    assert_eq!(stranger.issue_beside(&accepted, of_card).unwrap_err(), IssuanceError::WrongIssuer);
    let refused = faces.issue(&accepted, grant(&mut country, Generation::FIRST, values("1")));
    assert_eq!(refused.unwrap_err(), IssuanceError::WrongIssuer);
    let long = vec![Value::Text("1".into()), Value::Template(Template::new(vec![4; 128]))];
    let refused = faces.issue_beside(&accepted, grant(&mut country, Generation::FIRST, long));
    assert_eq!(refused.unwrap_err(), IssuanceError::Values(SchemaError::Values));

    let [status, flag] = &country.heads;
    let receive = |parameters, response| requested.state.receive_beside(parameters, response, &card, status, flag);
    let received = receive(faces.parameters(), &beside).unwrap();
    assert_eq!(
        (received.device(), format!("{:?}", received.values())),
        (selfsame::device::Device::public_key(&device), String::from("[Text(redacted), Template(redacted)]"))
    );
    for issuer in [country.issuer.parameters(), stranger.parameters()] {
        assert_eq!(receive(issuer, &beside).unwrap_err(), IssuanceError::WrongIssuer);
    }
    assert_eq!(receive(faces.parameters(), &card).unwrap_err(), IssuanceError::Values(SchemaError::Values));
    let foreign = Issuer::random(schema(), KeyVersion(1), &mut SeededRng::new([9; 32]));
    assert_eq!(receive(foreign.parameters(), &beside).unwrap_err(), IssuanceError::BadProof);
    // Another generation has another status handle.
    let second = Generation::FIRST.next().unwrap();
    let moved = faces.issue_beside(&accepted, grant(&mut country, second, values("1"))).unwrap();
    let [status, flag] = &country.heads;
    let refused = requested.state.receive_beside(faces.parameters(), &moved, &card, status, flag);
    assert_eq!(refused.unwrap_err(), IssuanceError::NotBeside);
    requested.state.receive(&card, status, flag).unwrap();
}

/// Nobody asks to see a template, that it differs from one, or that two are the same.
#[test]
fn a_template_is_not_disclosed_and_not_compared() {
    let mut rng = SeededRng::new([3; 32]);
    let [faces, card] = [schema(), Schema::resident_card()].map(|s| Issuer::random(s, KeyVersion(1), &mut rng));
    let ask = || PresentationRequest::builder(card.parameters(), "a", "b").and(faces.parameters());
    let template = Value::Template(Template::new(vec![3; 128]));
    assert!(Template::new(vec![3; 128]) == Template::new(vec![3; 128]));
    assert!(Template::new(vec![3; 128]) != Template::new([vec![3; 127], vec![4]].concat()));
    for builder in [ask().disclose("face"), ask().differs("face", template), ask().same("photo", "face")] {
        assert!(matches!(builder.once(&mut rng).unwrap_err(), RequestError::Statement | RequestError::Link));
    }
    assert!(ask().disclose("id-number").same("id-number", "id-number").once(&mut rng).is_err());
    // A code that it differs from, and a template in its place.
    let bare = || PresentationRequest::builder(card.parameters(), "a", "b");
    let tree = Tree::parse(&bare().differs("sex", Value::Code(9)).once(&mut rng).unwrap().message.to_bytes());
    let with = |value: [Item; 2]| {
        let changed = tree.with(|body| {
            let statement = body.question_mut().at_mut(place::STATEMENTS).at_mut(0).items_mut();
            *statement.last_mut().unwrap() = Item::Array(value.to_vec());
        });
        PresentationRequest::from_bytes(&changed).map(drop)
    };
    assert_eq!(with([Item::Uint(3), Item::Uint(9)]), Ok(()));
    assert_eq!(with([Item::Uint(6), bytes([3; 128])]), Err(DecodeError::OutOfRange));
}
