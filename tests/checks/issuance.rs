//! Offers, requests and responses (spec 04).

use selfsame::credential::request;
use selfsame::schema::SchemaError;
use testkit::curve::Scalar;

use testkit::cbor::bytes;
use testkit::prelude::*;
use testkit::reference::{PRESENTATION, attribute_base, base, encode};
use testkit::rogue::Ask;

fn offer(country: &mut Country) -> Sent<OfferState, CredentialOffer> {
    country.offer(Generation::FIRST)
}

/// An honest request is accepted, and this one is not.
fn refuses(change: impl FnOnce(&mut Ask)) -> IssuanceError {
    let mut country = Country::new(70);
    let honest = Ask::honest(2, Scalar::from(8_u64), Scalar::from(9_u64));
    let mut ask = honest.clone();
    change(&mut ask);
    let Sent { state, message } = country.offer_in(Generation::FIRST, None);
    let mut bytes =
        |ask: &Ask| CredentialRequest::from_bytes(&ask.prove(&message.to_bytes(), &mut country.rng)).unwrap();
    let refused = state.accept(&bytes(&ask)).unwrap_err();
    refused.state.accept(&bytes(&honest)).unwrap();
    refused.error
}

/// Check 04-11.
#[test]
fn a_shard_above_the_count_of_the_offer_is_refused() {
    assert_eq!(refuses(|ask| ask.shard = SHARDS), IssuanceError::ShardOutOfRange);
    assert_eq!(refuses(|ask| ask.shard = 1_023), IssuanceError::ShardOutOfRange);
}

/// Checks 04-12, 04-13.
#[test]
fn a_holder_adds_no_attribute_of_its_own() {
    assert_eq!(refuses(|ask| ask.points[1] += attribute_base(0)), IssuanceError::BadProof);
    assert_eq!(refuses(|ask| ask.points[1] += base("Flag")), IssuanceError::BadProof);
    // Nothing beside the device: what the equation of the pseudonym refuses, too.
    assert_eq!(refuses(|ask| ask.points[1] = ask.points[0]), IssuanceError::BadProof);
}

/// Check 04-14.
#[test]
fn a_pseudonym_is_claimed_by_who_knows_it_only() {
    assert_eq!(refuses(|ask| ask.points[2] += base("PseudonymPart")), IssuanceError::BadProof);
}

/// Check 04-15.
#[test]
fn a_device_is_claimed_by_who_holds_it_only() {
    // Another D in both places, so that the difference stays right.
    let change = |ask: &mut Ask| {
        ask.points[0] += base("Device");
        ask.points[1] += base("Device");
    };
    assert_eq!(refuses(change), IssuanceError::BadProof);
}

#[test]
fn a_device_that_is_hidden_in_the_pseudonym_is_refused() {
    // K contains a second device key: the credential would be of another device than was shown.
    assert_eq!(refuses(|ask| ask.points[1] += base("Device")), IssuanceError::BadProof);
}

#[test]
fn a_device_answer_for_a_presentation_does_not_serve_an_issuance() {
    assert_eq!(refuses(|ask| ask.purpose = PRESENTATION), IssuanceError::BadProof);
}

#[test]
fn a_request_answers_one_offer() {
    let mut country = Country::new(71);
    let [one, other] = [offer(&mut country), offer(&mut country)];
    let ask = Ask::honest(2, Scalar::from(8_u64), Scalar::from(9_u64));
    let bytes = ask.prove(&one.message.to_bytes(), &mut country.rng);
    let request = CredentialRequest::from_bytes(&bytes).unwrap();
    assert_eq!(other.state.accept(&request).unwrap_err().error, IssuanceError::BadProof);
    one.state.accept(&request).unwrap();
}

/// Check 04-7.
#[test]
fn an_offer_has_1_to_1024_shards_and_names_one_of_them_or_none() {
    let mut country = Country::new(72);
    let tree = Tree::parse(&offer(&mut country).message.to_bytes());
    let decode = |count: u64, shard: &[u64]| {
        let bytes = tree.with(|body| {
            *body.at_mut(7) = Item::Uint(count);
            *body.at_mut(8) = Item::Array(shard.iter().copied().map(Item::Uint).collect());
        });
        CredentialOffer::from_bytes(&bytes).map(|offer| offer.shard().map(Shard::number))
    };
    for (count, shard) in [(1, &[][..]), (1, &[0]), (1_024, &[1_023]), (4, &[3])] {
        assert_eq!(decode(count, shard), Ok(shard.first().map(|number| *number as u16)));
    }
    let bad = [(0, &[][..]), (1_025, &[]), (65_536, &[]), (1, &[1]), (4, &[4]), (1_024, &[1_024])];
    for (count, shard) in bad {
        assert_eq!(decode(count, shard), Err(DecodeError::OutOfRange), "{count} {shard:?}");
    }
    assert_eq!(decode(4, &[1, 2]), Err(DecodeError::Malformed));
    let zero = tree.with(|body| *body.at_mut(6) = Item::Uint(0));
    assert_eq!(CredentialOffer::from_bytes(&zero).unwrap_err(), DecodeError::OutOfRange);

    let shards = ShardCount::new(SHARDS).unwrap();
    let beyond = Some(Shard::new(SHARDS).unwrap());
    let refused = country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, beyond, &mut country.rng);
    assert_eq!(refused.unwrap_err(), IssuanceError::ShardOutOfRange);
}

/// Check 04-11.
#[test]
fn a_slot_keeps_its_shard() {
    let mut country = Country::new(73);
    let Sent { state, message } = country.offer_in(Generation::FIRST, Some(1));
    // The honest phone takes the slot's shard; a request for another one is refused.
    let requested = ask(&mut country, &message).unwrap();
    assert_eq!(Tree::parse(&requested.message.to_bytes()).body.at(1), &Item::Uint(1));
    let other = Ask::honest(2, Scalar::ONE, Scalar::ONE).prove(&message.to_bytes(), &mut country.rng);
    let refused = state.accept(&CredentialRequest::from_bytes(&other).unwrap()).unwrap_err();
    assert_eq!(refused.error, IssuanceError::ShardOutOfRange);
    assert_eq!(std::error::Error::source(&refused).unwrap().to_string(), refused.error.to_string());
    assert!(!refused.to_string().is_empty());
    refused.state.accept(&requested.message).unwrap();
}

fn ask(country: &mut Country, offer: &CredentialOffer) -> Result<Sent<RequestState, CredentialRequest>, IssuanceError> {
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let parameters = country.issuer.parameters().clone();
    request(&parameters, offer, ShardChoice::FromSlot, &recovery, &mut device, &mut country.rng)
}

#[test]
fn a_phone_draws_a_shard_where_the_offer_leaves_it_open() {
    let mut country = Country::new(74);
    let message = country.offer_in(Generation::FIRST, None).message;
    for choice in [ShardChoice::Draw, ShardChoice::FromSlot] {
        let drawn: std::collections::BTreeSet<u16> =
            (0..64).map(|_| ask_in(&mut country, &message, choice).unwrap()).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}

/// The shard of the request that a phone makes with this choice.
fn ask_in(country: &mut Country, offer: &CredentialOffer, choice: ShardChoice) -> Result<u16, IssuanceError> {
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let parameters = country.issuer.parameters().clone();
    let requested = request(&parameters, offer, choice, &recovery, &mut device, &mut country.rng)?;
    Ok(u16::try_from(Tree::parse(&requested.message.to_bytes()).body.at(1).uint()).unwrap())
}

/// Check 04-9.
#[test]
fn an_issuer_does_not_choose_the_crowd_of_a_phone_that_knows_better() {
    let mut country = Country::new(75);
    let open = country.offer_in(Generation::FIRST, None).message;
    let named = country.offer_in(Generation::FIRST, Some(1)).message;
    let keep = |number| ShardChoice::Keep(Shard::new(number).unwrap());
    let refused = Err(IssuanceError::ShardOutOfRange);
    assert_eq!(ask_in(&mut country, &named, ShardChoice::Draw), refused);
    assert_eq!(ask_in(&mut country, &named, ShardChoice::FromSlot), Ok(1));
    assert_eq!(ask_in(&mut country, &named, keep(1)), Ok(1));
    assert_eq!(ask_in(&mut country, &named, keep(2)), refused);
    assert_eq!(ask_in(&mut country, &open, keep(3)), Ok(3));
    assert_eq!(ask_in(&mut country, &open, keep(SHARDS)), refused);
}

/// Check 04-20.
#[test]
fn lists_have_as_many_shards_as_the_offer_said() {
    // An offer of two shards, under lists of four: the holder would be in a crowd of its own.
    let mut country = Country::new(74);
    let (shards, shard) = (ShardCount::new(2).unwrap(), Some(Shard::new(1).unwrap()));
    let offered = country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, shard, &mut country.rng).unwrap();
    let requested = ask(&mut country, &offered.message).unwrap();
    let accepted = offered.state.accept(&requested.message).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    let [status, flag] = &country.heads;
    let failed = requested.state.receive(&response, status, flag).unwrap_err();
    assert_eq!(failed.error, IssuanceError::ShardOutOfRange);
    assert_eq!(std::error::Error::source(&failed).unwrap().to_string(), failed.error.to_string());
    assert!(!failed.to_string().is_empty());
}

/// Check 04-8.
#[test]
fn a_phone_does_not_answer_an_offer_of_another_key_version_or_schema() {
    let mut country = Country::new(74);
    let message = offer(&mut country).message;
    let tree = Tree::parse(&message.to_bytes());
    let bad = [
        tree.with(|body| *body.at_mut(2) = bytes(encode(&base("Constant")))),
        tree.with(|body| *body.at_mut(3) = Item::Uint(2)),
        tree.with(|body| body.at_mut(4).bytes_mut()[31] ^= 1),
    ];
    for offer in bad {
        let offer = CredentialOffer::from_bytes(&offer).unwrap();
        assert_eq!(ask(&mut country, &offer).unwrap_err(), IssuanceError::WrongIssuer);
    }
    assert!(ask(&mut country, &message).is_ok());
}

#[test]
fn an_issuer_answers_requests_under_its_own_offers_only() {
    // The same secret key under another version or schema, and another key.
    let mut country = Country::new(75);
    let other_schema =
        || Schema::builder("other").attribute("name", AttributeKind::Text, "name", "姓名").build().unwrap();
    let issuer = |seed, version, schema| Issuer::random(schema, KeyVersion(version), &mut SeededRng::new([seed; 32]));
    let issuers = [
        issuer(1, 1, Schema::resident_card()),
        issuer(1, 2, Schema::resident_card()),
        issuer(1, 1, other_schema()),
        issuer(2, 1, Schema::resident_card()),
    ];
    let (shards, shard) = (ShardCount::new(SHARDS).unwrap(), Some(Shard::new(2).unwrap()));
    let offered = issuers[0].offer(SlotId([7; 16]), Generation::FIRST, shards, shard, &mut country.rng).unwrap();
    let request = Ask::honest(2, Scalar::ONE, Scalar::ONE).prove(&offered.message.to_bytes(), &mut country.rng);
    let accepted = offered.state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    for (issuer, other) in issuers.iter().zip([false, true, true, true]) {
        let mut grant = country.grant(&accepted, Generation::FIRST);
        if issuer.parameters().schema().arity() == 1 {
            grant.values.truncate(1);
        }
        assert_eq!(issuer.issue(&accepted, grant).err(), other.then_some(IssuanceError::WrongIssuer));
    }
}

#[test]
fn an_issuer_certifies_values_of_the_schema_only() {
    let mut country = Country::new(76);
    let offered = offer(&mut country);
    let request = Ask::honest(2, Scalar::ONE, Scalar::ONE).prove(&offered.message.to_bytes(), &mut country.rng);
    let accepted = offered.state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    let mut issue = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut grant = country.grant(&accepted, Generation::FIRST);
        change(&mut grant.values);
        country.issuer.issue(&accepted, grant).map(|_| ())
    };
    assert_eq!(issue(&|values| values[0] = Value::Text("甲".repeat(85))), Ok(()));
    let long = issue(&|values| values[0] = Value::Text("a".repeat(257)));
    assert_eq!(long, Err(IssuanceError::Values(SchemaError::TextTooLong)));
    type Change<'a> = &'a dyn Fn(&mut Vec<Value>);
    let changes: [Change<'_>; 4] = [
        &|values| drop(values.pop()),
        &|values| values.push(Value::Code(1)),
        &|values| values[1] = Value::Number(2),
        &|values| values[3] = Value::Date(Days::MIN),
    ];
    let results = changes.map(|change| issue(change));
    let refused = Err(IssuanceError::Values(SchemaError::Values));
    assert_eq!(results, [refused, refused, refused, Ok(())]);
}

#[test]
fn the_same_request_and_grant_give_the_same_bytes() {
    let mut country = Country::new(77);
    let offered = offer(&mut country);
    let request = Ask::honest(2, Scalar::ONE, Scalar::ONE).prove(&offered.message.to_bytes(), &mut country.rng);
    let accepted = offered.state.accept(&CredentialRequest::from_bytes(&request).unwrap()).unwrap();
    let mut issue = |other: bool| {
        let mut grant = country.grant(&accepted, Generation::FIRST);
        if other {
            grant.since = Days::MIN;
        }
        Tree::parse(&country.issuer.issue(&accepted, grant).unwrap().to_bytes()).body
    };
    let [one, again, other] = [issue(false), issue(false), issue(true)];
    assert_eq!(one, again);
    // Another commitment gets another e: two tags under one e would combine to a third.
    assert_ne!(one.at(2).scalars()[0], other.at(2).scalars()[0]);
    assert_eq!(one.at(2).scalars()[1], other.at(2).scalars()[1]);
}

// What the holder receives; witnesses are in `lists/witnesses.rs`.

/// The error for a changed response; the state then still receives the honest one.
fn response_error(change: impl FnOnce(&mut Item)) -> IssuanceError {
    let mut country = Country::new(78);
    let offered = offer(&mut country);
    let requested = country.apply_afresh(&offered.message);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    let bad = Tree::parse(&response.to_bytes()).with(|body| {
        change(body);
        body.pad_response();
    });
    let bad = CredentialResponse::from_bytes(&bad).unwrap();
    let [status, flag] = &country.heads;
    let failed = requested.state.receive(&bad, status, flag).unwrap_err();
    failed.state.receive(&response, status, flag).unwrap();
    failed.error
}

/// Check 04-17.
#[test]
fn a_value_of_another_kind_is_not_received() {
    // The number 2 has the scalar of the code 2, so the MAC fits.
    let error = response_error(|body| *body.at_mut(7).at_mut(1).at_mut(0) = Item::Uint(2));
    assert_eq!(error, IssuanceError::Values(SchemaError::Values));
}

/// Check 04-17.
#[test]
fn a_value_beyond_the_schema_is_not_received() {
    let more = Item::Array(vec![Item::Uint(2), Item::Uint(5)]);
    let error = response_error(|body| body.at_mut(7).items_mut().push(more));
    assert_eq!(error, IssuanceError::Values(SchemaError::Values));
    let error = response_error(|body| drop(body.at_mut(7).items_mut().pop()));
    assert_eq!(error, IssuanceError::Values(SchemaError::Values));
}

/// Check 04-18.
#[test]
fn every_part_of_the_credential_is_under_the_mac() {
    let changes: [&dyn Fn(&mut Item); 9] = [
        &|body| *body.at_mut(1) = bytes(encode(&base("Constant"))),
        &|body| body.at_mut(2).bytes_mut()[0] ^= 1,
        &|body| body.at_mut(2).bytes_mut()[32] ^= 1,
        &|body| body.at_mut(3).bytes_mut()[0] ^= 1,
        &|body| body.at_mut(4).bytes_mut()[0] ^= 1,
        &|body| *body.at_mut(5) = Item::Uint(31),
        &|body| *body.at_mut(6) = Item::Uint(0),
        &|body| *body.at_mut(7).at_mut(6).at_mut(1) = Item::Uint(110_000),
        &|body| body.at_mut(8).at_mut(1).bytes_mut()[0] ^= 1,
    ];
    for change in changes {
        assert_eq!(response_error(change), IssuanceError::BadProof);
    }
}

/// Check 04-18.
#[test]
fn a_response_to_another_request_is_refused() {
    let mut country = Country::new(79);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let parameters = country.issuer.parameters().clone();
    // The same holder, device and shard, so that K and everything in B are the same.
    let mut exchange = || {
        let offered = offer(&mut country);
        let requested =
            request(&parameters, &offered.message, ShardChoice::FromSlot, &recovery, &mut device, &mut country.rng)
                .unwrap();
        let accepted = offered.state.accept(&requested.message).unwrap();
        let grant = country.grant(&accepted, Generation::FIRST);
        (requested.state, country.issuer.issue(&accepted, grant).unwrap())
    };
    let [(one, response_one), (other, _)] = [exchange(), exchange()];
    let [status, flag] = &country.heads;
    assert_eq!(other.receive(&response_one, status, flag).unwrap_err().error, IssuanceError::BadProof);
    one.receive(&response_one, status, flag).unwrap();
}

/// Check 04-19.
#[test]
fn heads_of_another_list_are_refused_with_the_response() {
    let mut country = Country::new(80);
    let offered = offer(&mut country);
    let requested = country.apply_afresh(&offered.message);
    let accepted = offered.state.accept(&requested.message).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    let [status, flag] = &country.heads;
    let failed = requested.state.receive(&response, flag, status).unwrap_err();
    assert_eq!(failed.error, IssuanceError::List(ListError::WrongHead));
    failed.state.receive(&response, status, flag).unwrap();
}

/// Check 04-16.
#[test]
fn factors_are_known_bits() {
    // Suite 2 has one more.
    use AssuranceFactors as F;
    let each = [F::NAME_AND_NUMBER, F::CHIP_READ, F::LIVE_FACE, F::PASSWORD, F::FINGERPRINT];
    assert_eq!(each.map(F::bits), [1, 2, 4, 8, 16]);
    assert_eq!(F::CHIP_READ.with(F::LIVE_FACE).with(F::CHIP_READ).bits(), 6);
    let all = if cfg!(suite = "p256") { 0b11_1111 } else { 0b1_1111 };
    assert_eq!(AssuranceFactors::from_bits(all).unwrap().bits(), all);
    for bits in [all + 1, u16::MAX] {
        assert_eq!(AssuranceFactors::from_bits(bits), Err(DecodeError::OutOfRange));
    }
}

#[test]
fn a_device_key_is_a_point_and_not_the_identity() {
    assert_eq!(DevicePublicKey::from_bytes(&[0; POINT_LEN]), Err(DecodeError::IdentityPoint));
    assert_eq!(DevicePublicKey::from_bytes(&[0xff; POINT_LEN]), Err(DecodeError::InvalidPoint));
}
