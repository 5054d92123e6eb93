//! What an honest wallet refuses before it proves anything (spec 06 §3).

use selfsame::presentation::{decoy, review};

use testkit::cbor::{bytes, place};
use testkit::prelude::*;
use testkit::reference::{base, encode};

fn list(class: ListClass) -> ListName {
    ListName::new("public-security", class).unwrap()
}

/// Checks 06-13, 06-19.
#[test]
fn a_request_for_another_key_version_or_schema_is_refused() {
    let mut country = Country::new(130);
    let phone = country.enrol();
    let request = Tree::parse(&country.hotel().once(&mut country.rng).unwrap().message.to_bytes());
    let review = |bytes: Vec<u8>| {
        let request = PresentationRequest::from_bytes(&bytes).unwrap();
        phone.credential.review(&request, &country.heads()).map(|_| ())
    };
    assert_eq!(review(request.to_bytes()), Ok(()));
    let wrong = Err(PresentError::WrongIssuer);
    assert_eq!(
        review(request.with(|body| *body.question_mut().at_mut(place::ISSUER) = bytes(encode(&base("Constant"))))),
        wrong
    );
    assert_eq!(review(request.with(|body| *body.question_mut().at_mut(place::VERSION) = Item::Uint(2))), wrong);
    assert_eq!(review(request.with(|body| body.question_mut().at_mut(place::SCHEMA).bytes_mut()[0] ^= 1)), wrong);
    let asked = |index| {
        request.with(|body| *body.question_mut().at_mut(place::DISCLOSE) = Item::Array(vec![Item::Uint(index)]))
    };
    assert_eq!(review(asked(9)), Ok(()));
    assert_eq!(review(asked(10)), Err(PresentError::UnknownAttribute));
}

/// Check 06-14.
#[test]
fn a_list_whose_heads_are_not_there_is_refused() {
    let mut country = Country::new(131);
    let phone = country.enrol();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let review = |heads: &[&CosignedHeads]| phone.credential.review(&request, heads).map(|_| ()).unwrap_err();
    let [status, flag] = country.heads();
    assert_eq!(review(&[]), PresentError::UnknownHeads(list(ListClass::Status)));
    assert_eq!(review(&[flag]), PresentError::UnknownHeads(list(ListClass::Status)));
    assert_eq!(review(&[status]), PresentError::UnknownHeads(list(ListClass::Flag)));
    assert!(phone.credential.review(&request, &[flag, status]).is_ok());
    // Heads of another epoch than the request names.
    country.close_epoch();
    let [status, flag] = country.heads();
    assert_eq!(
        phone.credential.review(&request, &[status, flag]).map(|_| ()),
        Err(PresentError::UnknownHeads(list(ListClass::Status)))
    );
}

/// Check 06-15.
#[test]
fn a_list_that_the_credential_is_not_on_is_refused() {
    let mut country = Country::new(132);
    let phone = country.enrol();
    let name = ListName::new("somebody", ListClass::Flag).unwrap();
    let (manager, heads) =
        AccumulatorManager::new(name.clone(), ShardCount::new(SHARDS).unwrap(), NOW, &mut country.rng);
    let heads = country.quorum.cosign(&manager.list_keys(), &heads, &[]);
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let request = builder.present_on(&heads).once(&mut country.rng).unwrap().message;
    let [status, flag] = country.heads();
    let refused =
        selfsame::hazmat::review_any_lists(&request, &[&phone.credential], &WalletContext::at(&[status, flag, &heads]))
            .unwrap_err();
    assert_eq!(refused, PresentError::UnknownList(name));
}

/// Nobody can answer it, so who was removed sends no decoy: that would tell. Checks 06-15, 06-25.
#[test]
fn a_list_that_the_credential_is_not_on_is_refused_whatever_else_is_wrong() {
    let mut country = Country::new(138);
    let mut phone = country.enrol();
    let name = ListName::new("somebody", ListClass::Flag).unwrap();
    let (manager, heads) =
        AccumulatorManager::new(name.clone(), ShardCount::new(SHARDS).unwrap(), NOW, &mut country.rng);
    let heads = country.quorum.cosign(&manager.list_keys(), &heads, &[]);
    country.remove(ListClass::Status);
    let epochs = country.close_epoch();
    phone.follow(&mut country, &epochs);
    let [status, flag] = country.heads.clone();
    let ask = |country: &mut Country, flag: &CosignedHeads| {
        let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
        builder.present_on(&status).present_on(flag).once(&mut country.rng).unwrap().message
    };
    let (own, other) = (ask(&mut country, &flag), ask(&mut country, &heads));
    let known = [&status, &flag, &heads];
    let (known, holder) = (WalletContext::at(&known), [&phone.credential]);
    let removed = review(&own, &holder, &known).unwrap_err();
    assert!(matches!(removed, PresentError::Removed { .. }));
    assert!(decoy(&holder, &own, &known, &mut phone.device, &mut country.rng).is_ok());
    let unknown = PresentError::UnknownList(name);
    assert_eq!(review(&other, &holder, &known).unwrap_err(), unknown);
    let sent = decoy(&holder, &other, &known, &mut phone.device, &mut country.rng);
    assert_eq!(sent.unwrap_err(), unknown);
}

/// Check 06-17.
#[test]
fn an_old_witness_is_not_used() {
    let mut country = Country::new(133);
    let mut phone = country.enrol();
    let old = country.heads.clone();
    let epochs = country.close_epoch();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    for (i, class) in [ListClass::Status, ListClass::Flag].into_iter().enumerate() {
        let refused = phone.credential.review(&request, &country.heads()).unwrap_err();
        let [phone_at, desk] = [Epoch::new(0), Epoch::new(1)];
        assert_eq!(refused, PresentError::StaleWitness { list: list(class), phone: phone_at, desk });
        let keys = [country.status.list_keys(), country.flag.list_keys()];
        let epoch = [Ok::<_, ListError>(EpochUpdate::from_bytes(&epochs[i].updates[2].to_bytes()).unwrap())];
        let (heads, rng) = (&country.heads[i], &mut country.rng);
        phone.credential.catch_up(&keys[i], heads, EpochProofs::Verify, epoch, |_| {}, rng).unwrap();
    }
    assert!(phone.credential.review(&request, &country.heads()).is_ok());
    // Nor is a new one under a request that names heads long before.
    for _ in 0..2 {
        let epochs = country.close_epoch();
        phone.follow(&mut country, &epochs);
    }
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let request = builder.present_on(&old[0]).once(&mut country.rng).unwrap().message;
    let refused =
        selfsame::hazmat::review_any_lists(&request, &[&phone.credential], &WalletContext::at(&[&old[0], &old[1]]))
            .unwrap_err();
    let [phone, desk] = [Epoch::new(3), Epoch::new(0)];
    assert_eq!(refused, PresentError::StaleWitness { list: list(ListClass::Status), phone, desk });
}

/// Check 06-16.
#[test]
fn a_removed_holder_does_not_present_until_it_is_restored() {
    let mut country = Country::new(134);
    let mut phone = country.enrol();
    country.remove(ListClass::Flag);
    let epochs = country.close_epoch();
    phone.follow(&mut country, &epochs);
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let refused = phone.credential.review(&request, &country.heads()).unwrap_err();
    let since = country.heads[1].epoch();
    assert_eq!(refused, PresentError::Removed { list: list(ListClass::Flag), since });
    let heads = country.heads.clone();
    let forced = selfsame::hazmat::present_anyway(
        &[&phone.credential],
        &request,
        &WalletContext::at(&[&heads[0], &heads[1]]),
        &mut phone.device,
        &mut country.rng,
    );
    assert_eq!(forced.unwrap_err(), PresentError::Unprovable);

    let handle = country.handle_key.flag(country.flag.list_keys().name(), &country.person);
    country.flag.restore(&handle).unwrap();
    let epochs = country.close_epoch();
    phone.follow(&mut country, &epochs);
    let asked = country.hotel().once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
}

/// Checks 05-10, 06-18.
#[test]
fn a_credential_presents_with_its_own_device_only() {
    let mut country = Country::new(135);
    let phone = country.enrol();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let consent = phone.credential.review(&request, &country.heads()).unwrap();
    let mut other = SoftwareDevice::random(&mut country.rng);
    let refused = phone.credential.present(consent, &mut other, &mut country.rng).unwrap_err();
    assert_eq!(refused, PresentError::WrongDevice);
}

#[test]
fn consent_says_who_asks_why_and_for_what() {
    let mut country = Country::new(136);
    let phone = country.enrol();
    let request = country.hotel().disclose("name").disclose("valid-until").once(&mut country.rng).unwrap().message;
    let consent = phone.credential.review(&request, &country.heads()).unwrap();
    let english = consent.sentences(Language::English).join("\n");
    for part in [HOTEL, "check-in", "“name”, “valid until”", "public-security/status", "public-security/flag"] {
        assert!(english.contains(part), "{part} in {english}");
    }
    let chinese = consent.sentences(Language::Chinese).join("\n");
    for part in [HOTEL, "入住登记", "“姓名”、“有效期至”", "public-security/status", "public-security/flag"]
    {
        assert!(chinese.contains(part), "{part} in {chinese}");
    }
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let consent = phone.credential.review(&request, &country.heads()).unwrap();
    assert!(consent.sentences(Language::English).iter().any(|sentence| sentence.contains("see nothing")));
    assert!(consent.sentences(Language::Chinese).iter().any(|sentence| sentence.contains("不会看到")));
    assert_eq!(consent.request(), &request);
}

/// Check 06-17.
#[test]
fn consent_that_was_overtaken_by_an_epoch_is_not_used() {
    let mut country = Country::new(137);
    let mut phone = country.enrol();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let consents = [(); 3].map(|()| phone.credential.review(&request, &country.heads()).unwrap());
    let [first, second, third] = consents;
    phone.credential.present(first, &mut phone.device, &mut country.rng).unwrap();
    for consent in [Some(second), None, Some(third)] {
        let epochs = country.close_epoch();
        phone.follow(&mut country, &epochs);
        let Some(consent) = consent else { continue };
        let presented = phone.credential.present(consent, &mut phone.device, &mut country.rng);
        let [epoch, desk] = [country.heads[0].epoch(), Epoch::new(0)];
        let stale = PresentError::StaleWitness { list: list(ListClass::Status), phone: epoch, desk };
        assert_eq!(presented.err(), (epoch == Epoch::new(3)).then_some(stale));
    }
}

#[test]
fn consent_given_for_one_credential_does_not_serve_another() {
    // Two persons of two shards: the heads that one agreed to are not those of the other.
    let mut country = Country::new(138);
    let phone = country.enrol();
    let mut other_country = Country::new(139);
    let mut other = other_country.enrol();
    let request = country.hotel().once(&mut country.rng).unwrap().message;
    let consent = phone.credential.review(&request, &country.heads()).unwrap();
    assert!(other.credential.present(consent, &mut other.device, &mut country.rng).is_err());
}
