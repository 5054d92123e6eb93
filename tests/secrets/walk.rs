//! One country's whole life: no block that anybody in it frees still holds a secret.

use selfsame::credential::request;
use selfsame::directory::KeyValidity;
use selfsame::hazmat;
use selfsame::presentation::{order_tickets, present, review};
use selfsame::template::TemplateParameters;
use testkit::curve::Scalar;
use testkit::faces::{Faces, Home, unfolded};
use testkit::prelude::*;
use zeroize::Zeroize;

use crate::watch::{alone, watch};

/// Where `e` is in a response, `n_i` behind it: after envelope and map's head, key 1 with `A`, and
/// key 2. The heads of both have two bytes.
const E: usize = 4 + (1 + 2 + POINT_LEN) + 3;

fn scalar(bytes: &[u8]) -> Scalar {
    testkit::reference::scalar(bytes.try_into().unwrap())
}

/// How `x(A)` and `z(2·A)` lie in memory, in the form that multiplications take, last byte first.
#[cfg(suite = "p256")]
fn coordinates(point: &[u8; POINT_LEN]) -> [(&'static str, [u8; 32]); 2] {
    use p256::FieldElement;
    use p256::elliptic_curve::sec1::ToEncodedPoint;
    let whole = p256::PublicKey::from_sec1_bytes(point).unwrap().to_encoded_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| FieldElement::from_bytes(bytes.unwrap()).unwrap();
    let (x, y) = (coordinate(whole.x()), coordinate(whole.y()));
    let doubled = y.double().square() * y.double();
    let radix = FieldElement::from_u64(2).pow_vartime(&[256]);
    [("x(A)", x), ("z(2·A)", doubled)].map(|(name, value)| (name, (value * radix).to_bytes().into()))
}

/// A helper takes its keys; a holder orders tickets, reads one back and shows it.
fn tickets(country: &mut Country, credential: &Credential, device: &mut SoftwareDevice, secrets: &[(&str, &[u8])]) {
    let mut helper = Helper::new();
    let x = hazmat::issuer_secret(&country.issuer.share_key());
    let ((), found) = watch(&x, || helper.add_issuer(country.issuer.parameters(), country.issuer.share_key()).unwrap());
    assert_eq!(found, 0, "x, helper");
    for list in [&country.status, &country.flag] {
        for shard in 0..usize::from(SHARDS) {
            let shared = list.share_keys();
            let alpha = hazmat::accumulator_secrets(&shared)[shard];
            let ((), found) = watch(&alpha, || helper.add_list(&list.list_keys(), shared).unwrap());
            assert_eq!(found, 0, "α of shard {shard}, helper");
        }
    }

    let number = TicketNumber::FIRST;
    let asked = country.hotel().verified_by(|_| Mode::Ticket(number)).once(&mut country.rng).unwrap();
    let heads = country.heads.clone();
    let heads = heads.each_ref();
    let known = WalletContext::at(&heads);
    let three = TicketCount::new(3).unwrap();
    let mut orders = secrets.iter().map(|(name, secret)| {
        let rng = &mut country.rng;
        let order = || order_tickets(&asked.message, number, &[credential], &known, three, rng).unwrap();
        let (ordered, found) = watch(secret, order);
        assert_eq!(found, 0, "{name}, order");
        ordered
    });
    let ordered = orders.by_ref().last().unwrap();
    drop(orders);
    drop(ordered);

    // From the same seeds each time: the first time says what to look for.
    let order = |secret: &[u8]| {
        let helper = country.helper();
        let [mut holders, mut helpers] = [44, 45].map(|seed| hazmat::SeededRng::new([seed; 32]));
        let order = || order_tickets(&asked.message, number, &[credential], &known, three, &mut holders).unwrap();
        let (ordered, in_order) = watch(secret, order);
        let committed = helper.commit(&ordered.message, &mut helpers).unwrap();
        let challenge = || ordered.state.challenge(&committed.message, &mut holders).unwrap();
        let (challenged, in_challenge) = watch(secret, challenge);
        let answers = helper.answer(committed.state, &challenged.message).unwrap();
        let (mut tickets, in_finish) = watch(secret, || challenged.state.finish(&answers).unwrap());
        // What the helper has of the last ticket: c, and c0 before s0 and three s1.
        let [c, c0] = [(challenged.message.to_bytes(), 1), (answers.to_bytes(), 5)]
            .map(|(bytes, places)| scalar(&bytes[bytes.len() - places * 32..][..32]));
        (tickets.pop().unwrap(), c - c0, [in_order, in_challenge, in_finish])
    };
    let (ticket, own_c1, _) = order(&[0xE5; 32]);
    let (mut blind, mut c1) = ([0; 32], [0; 32]);
    let stored = hazmat::change_ticket(&ticket, |bytes| {
        // Two arrays; the issuer key's with role, digest, version, X; no head; the blind's head.
        let at = 2 + 1 + (1 + 1 + 34 + 1 + 2 + POINT_LEN) + 1;
        assert_eq!(bytes[at..at + 2], [0x58, 32]);
        blind.copy_from_slice(&bytes[at + 2..at + 34]);
        // c1, s0 and three s1 are the end.
        c1.copy_from_slice(&bytes[bytes.len() - 5 * 32..][..32]);
        bytes
    });
    drop(stored.unwrap());
    let b1 = (scalar(&c1) - own_c1).to_bytes();
    for (name, secret) in [("ρ", &blind), ("c1", &c1), ("b1", &b1)] {
        let (again, _, found) = order(secret);
        assert_eq!(found, [0; 3], "{name}: order, challenge, finish");
        let (_, found) = watch(secret, || hazmat::change_ticket(&again, |bytes| bytes).unwrap());
        assert_eq!(found, 0, "{name}, ticket read");
    }
    let stored = ticket;
    let consent = review(&asked.message, &[credential], &known).unwrap();
    let rng = &mut country.rng;
    let (_, found) = watch(&blind, || present(&[credential], consent, vec![stored], device, rng).unwrap());
    assert_eq!(found, 0, "ρ, present");
}

#[test]
fn secrets_are_wiped_before_their_memory_is_freed() {
    let _alone = alone();
    // The watch itself: a vector that grows is found.
    let secret = [0xA7; 32];
    let (_, found) = watch(&secret, || {
        let mut careless = Vec::with_capacity(32);
        careless.extend_from_slice(&secret);
        careless.reserve_exact(4096);
        careless.zeroize();
    });
    assert!(found > 0, "the watch sees nothing");

    wallet(&mut Country::new(41));
    faces();

    let mut country = Country::new(40);
    let mut device = SoftwareDevice::random(&mut country.rng);
    let recovery = RecoverySecret::random(&mut country.rng);
    let shards = ShardCount::new(SHARDS).unwrap();
    let shard = Shard::new(2).unwrap();
    let offered =
        country.issuer.offer(SlotId([7; 16]), Generation::FIRST, shards, Some(shard), &mut country.rng).unwrap();
    let (requested, found) = watch(recovery.to_secret_bytes().expose(), || {
        request(
            country.issuer.parameters(),
            &offered.message,
            ShardChoice::FromSlot,
            &recovery,
            &mut device,
            &mut country.rng,
        )
        .unwrap()
    });
    assert_eq!(found, 0, "recovery secret, request");
    let accepted = offered.state.accept(&requested.message).unwrap();
    let grant = country.grant(&accepted, Generation::FIRST);
    let x = hazmat::issuer_secret(&country.issuer.share_key());
    let (response, found) = watch(&x, || country.issuer.issue(&accepted, grant).unwrap());
    assert_eq!(found, 0, "issuer key, issue");

    let mut wire = response.to_bytes();
    let e: [u8; 32] = wire[E..][..32].try_into().unwrap();
    let number = testkit::record("adult-female").number().as_bytes().to_vec();
    for (name, secret) in [("e", e.as_slice()), ("ID number", &number)] {
        let (bytes, found) = watch(secret, || response.to_bytes());
        assert_eq!(found, 0, "{name}, response to bytes");
        drop(zeroize::Zeroizing::new(bytes));
        let (decoded, found) = watch(secret, || CredentialResponse::from_bytes(&wire).unwrap());
        assert_eq!(found, 0, "{name}, response from bytes");
        let ((), found) = watch(secret, || drop(decoded));
        assert_eq!(found, 0, "{name}, response dropped");
    }
    // Behind the two scalars: key 3 and a head of two bytes.
    let status_handle: [u8; 32] = wire[E + 64 + 3..][..32].try_into().unwrap();
    assert_eq!(wire[E + 64], 3);
    // As a phone has it, with A in the coordinates of its encoding.
    let response = CredentialResponse::from_bytes(&wire).unwrap();
    wire.zeroize();

    let [status, flag] = &country.heads;
    let (credential, found) = watch(&e, || requested.state.receive(&response, status, flag).unwrap());
    assert_eq!(found, 0, "e, receive");
    for (name, secret) in [("e", e.as_slice()), ("ID number", &number)] {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let consent = credential.review(&asked.message, &country.heads()).unwrap();
        let (presentation, found) =
            watch(secret, || credential.present(consent, &mut device, &mut country.rng).unwrap());
        assert_eq!(found, 0, "{name}, present");
        drop(presentation);
    }

    #[cfg(suite = "p256")]
    for (name, needle) in coordinates(&hazmat::mac_point(&credential)) {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let consent = credential.review(&asked.message, &country.heads()).unwrap();
        let (presentation, found) =
            watch(&needle, || credential.present(consent, &mut device, &mut country.rng).unwrap());
        assert_eq!(found, 0, "{name}, present");
        drop(presentation);
    }

    tickets(&mut country, &credential, &mut device, &[("e", e.as_slice()), ("y", &status_handle)]);

    // Others are removed and restored; the phone follows; owner and cosigner are stored and read.
    for generation in 2..40 {
        let other = country.handle_key.status(&country.card, Generation::new(generation).unwrap());
        country.status.register(shard, &other).unwrap();
        country.status.remove(&other).unwrap();
        if generation % 3 == 0 {
            country.status.restore(&other).unwrap();
        }
    }
    let epochs = country.close_epoch();
    let mut phone = testkit::Phone { credential, device, recovery };
    let ((), found) = watch(&status_handle, || phone.follow(&mut country, &epochs));
    assert_eq!(found, 0, "y, catch-up");
    let testkit::Phone { credential, mut device, .. } = phone;

    let owner = ListOwner::random(country.status.list_keys().name().clone(), shards, &mut country.rng);
    let stored = owner.to_bytes();
    let stored_cosigner = country.quorum.0[0].to_bytes();
    // Envelope, map, keys and names; each α behind two bytes; then the signing and the nonce key.
    let alphas = hazmat::accumulator_secrets(&owner.share_keys());
    let [signing, nonce] = [stored.len() - 32 - 3 - 32, stored.len() - 32].map(|at| stored[at..at + 32].to_vec());
    assert!(alphas.iter().all(|alpha| stored.windows(32).any(|window| window == alpha)));
    let secrets = alphas.iter().map(|alpha| alpha.to_vec()).chain([signing, nonce]);
    for (i, secret) in secrets.enumerate() {
        let (read, found) = watch(&secret, || ListOwner::from_bytes(&stored).unwrap());
        assert_eq!(found, 0, "{i}, keys of a list from bytes");
        let (written, found) = watch(&secret, || read.to_bytes());
        assert_eq!(found, 0, "{i}, keys of a list to bytes");
        drop(zeroize::Zeroizing::new(written));
        let ((), found) = watch(&secret, || drop(read));
        assert_eq!(found, 0, "{i}, keys of a list dropped");
    }
    let seed = stored_cosigner[7..39].to_vec();
    let (read, found) = watch(&seed, || Cosigner::from_bytes(&stored_cosigner).unwrap());
    assert_eq!(found, 0, "seed, cosigner from bytes");
    let (written, found) = watch(&seed, || read.to_bytes());
    assert_eq!(found, 0, "seed, cosigner to bytes");
    drop(zeroize::Zeroizing::new(written));
    let ((), found) = watch(&seed, || drop(read));
    assert_eq!(found, 0, "seed, cosigner dropped");

    // Presentations of several shards make the platform gather several keys.
    let mut calls = Vec::new();
    for number in 0..u8::try_from(SHARDS).unwrap() {
        let asked = country.hotel().once(&mut country.rng).unwrap();
        let consent = credential.review(&asked.message, &country.heads()).unwrap();
        let mut bytes = credential.present(consent, &mut device, &mut country.rng).unwrap().to_bytes();
        bytes[5] = number;
        calls.push(asked.state.relay(&bytes).message.to_bytes());
    }
    let alpha = hazmat::accumulator_secrets(&country.status.share_keys())[2];
    for (name, secret) in [("x", x), ("α", alpha)] {
        country.platform.register().forget();
        let (_, found) = watch(&secret, || country.platform.answer_batch(&calls, country.now).unwrap());
        assert_eq!(found, 0, "{name}, batch");
    }
    let ((), found) = watch(&x, || drop(country.platform));
    assert_eq!(found, 0, "x, platform dropped");
    let ((), found) = watch(&e, || drop(credential));
    assert_eq!(found, 0, "e, credential dropped");
}

/// Templates and prepared answers, from the issuer's response to the answer and the wallet's file.
fn faces() {
    // In a template of its own nothing else has these bytes.
    let template: Vec<i8> = (0..128).map(|i| [3, -3, 2, 4, -2][i % 5] + i8::try_from(i % 3).unwrap() - 1).collect();
    let needle: Vec<u8> = template.iter().map(|entry| entry.to_ne_bytes()[0]).collect();
    let parameters = TemplateParameters::of_128([1; 32], 500, 900).unwrap();
    let mut home = Home::empty(42, parameters, template.clone());
    let (arrived, found) = watch(&needle, || home.apply());
    assert_eq!(found, 0, "template, issued and read");
    let ((), found) = watch(&needle, || home.receive(arrived).map_err(|refused| refused.1).unwrap());
    assert_eq!(found, 0, "template, receive");
    // What the camera sees is another vector.
    let mut probe = template;
    probe.iter_mut().step_by(9).for_each(|entry| *entry += 1);
    let (now, asked) = (home.country.now, home.ask(probe).message);
    let ((), found) = watch(&needle, || drop(home.answer(&asked, now).unwrap()));
    assert_eq!(found, 0, "template, review, count, present");
    let decoy = || home.host.wallet.review_for_decoy_uncertified(&asked, &[], &[], now).unwrap();
    let (consent, found) = watch(&needle, decoy);
    assert_eq!(found, 0, "template, review for a decoy");
    let ((), found) = watch(&needle, || drop(home.present(consent, now).unwrap()));
    assert_eq!(found, 0, "template, decoy");
    let (reopened, found) = watch(&needle, || home.host.reopen(None).unwrap());
    assert_eq!(found, 0, "template, open");
    let ((), found) = watch(&needle, || drop(std::mem::replace(&mut home.host.wallet, reopened)));
    assert_eq!(found, 0, "template, dropped");

    let (parameters, template) = unfolded();
    let mut faces = Faces::new(43, parameters, template.clone());
    let request = faces.ask(template).once(&mut faces.world.country.rng).unwrap().message;
    let (card, face, digits) = (faces.card.clone(), faces.face.clone(), [&faces.digits]);
    let known = WalletContext::at(&[]).with_digits_unchecked(&digits).with_faces_unchecked(0);
    // From the same seed each time: the first time says what to look for.
    let mut answer = |secret: &[u8]| {
        let rng = &mut hazmat::SeededRng::new([46; 32]);
        let (prepared, in_prepare) = watch(secret, || face.prepare_face(rng).unwrap());
        let consent = review(&request, &[&card, &face], &known).unwrap().with_prepared(prepared);
        let device = &mut faces.world.device;
        let show = || present(&[&card, &face], consent, Vec::new(), device, rng).unwrap();
        let (shown, in_present) = watch(secret, show);
        let unused = || drop(face.prepare_face(&mut hazmat::SeededRng::new([46; 32])));
        let ((), in_unused) = watch(secret, unused);
        (shown.to_bytes(), [in_prepare, in_present, in_unused])
    };
    let (shown, _) = answer(&[0xE5; 32]);
    let fold = Tree::parse(&shown).body.at(6).at(0).bytes().to_vec();
    assert_eq!(fold.len(), 8 * 32, "nothing is folded");
    let nonce = fold[7 * 32..].to_vec();
    let (again, found) = answer(&nonce);
    // Being a response it is sent, so the fold that was written has it, and no other block.
    assert!(again.windows(32).any(|window| window == nonce));
    assert_eq!(found, [0, 1, 0], "a prepared nonce: prepare, present, dropped unused");
}

/// The same for a wallet: made, enrolled, sealed, opened, changed and dropped.
fn wallet(country: &mut Country) {
    let (mut device, key) = (SoftwareDevice::random(&mut country.rng), WalletKey::random(&mut country.rng));
    let cost = hazmat::cheap_cost(64, 1, 1).unwrap();
    let text = "a passcode longer than the needle";
    let (new, found) = watch(text.as_bytes(), || {
        let passcode = NewPasscode::new(text).unwrap();
        Wallet::create(&key, Some((&passcode, cost)), Trusted::NOTHING, &mut country.rng).unwrap()
    });
    assert_eq!(found, 0, "passcode, create");
    let mut wallet = new.confirm_stored();
    let parameters = country.issuer.parameters().clone();
    let authority = Authority::random(&mut country.rng);
    let symbols = SymbolKey::random(&mut country.rng).public_key();
    let validity = KeyValidity { from: country.now, until: country.now.checked_add(1).unwrap() };
    let draft = authority
        .draft(country.quorum.cosigners(), symbols, ShardCount::new(SHARDS).unwrap())
        .issuer(&parameters, validity)
        .list(country.status.list_keys())
        .list(country.flag.list_keys());
    let directory = authority.found(draft, country.now).unwrap();
    wallet.pin(&directory, &directory.digest(), &mut country.rng).unwrap().confirm_stored();
    let offered = country.offer_in(Generation::FIRST, None);
    let staged = wallet.request(&parameters, &offered.message, country.now, &mut device, &mut country.rng).unwrap();
    let requested = staged.confirm_stored();
    let accepted = offered.state.accept(&requested).unwrap();
    let response = country.issue(&accepted, Generation::FIRST);
    let mut wire = response.to_bytes();
    let e: [u8; 32] = wire[E..][..32].try_into().unwrap();
    wire.zeroize();
    let recovery = *wallet.recovery_secret().to_secret_bytes().expose();
    let number = testkit::record("adult-female").number().as_bytes().to_vec();
    let [status, flag] = country
        .sets
        .each_ref()
        .map(|set| wallet.see(set, LATE, &mut country.rng).unwrap().confirm_stored().counts().unwrap());
    let (file, found) = watch(&e, || {
        let staged = wallet.receive(&parameters, &response, [&status, &flag], &mut country.rng).unwrap();
        let file = staged.sealed().to_vec();
        staged.confirm_stored();
        file
    });
    assert_eq!(found, 0, "e, receive");
    for (name, secret) in [
        ("recovery secret", recovery.as_slice()),
        ("e", &e),
        ("ID number", &number),
        ("key", key.to_secret_bytes().expose()),
    ] {
        let passcode = Passcode::new(text).unwrap();
        let (mut opened, found) =
            watch(secret, || Wallet::open(&file, &key, Some(&passcode), Trusted::NOTHING).unwrap());
        assert_eq!(found, 0, "{name}, open");
        let ((), found) = watch(secret, || {
            let proofs = selfsame::list::EpochProofs::Verify;
            let witness = opened.catch_up(0, &status, proofs).unwrap().finish(&mut country.rng).unwrap();
            opened.adopt(0, witness, &status, &mut country.rng).unwrap().confirm_stored();
            drop(opened.forget(0, &mut country.rng).unwrap());
            let words = BackupPasscode::new(text).unwrap();
            opened.backup(&words, cost, &mut country.rng).unwrap().open(&words).unwrap();
        });
        assert_eq!(found, 0, "{name}, changes");
        let ((), found) = watch(secret, || drop(opened));
        assert_eq!(found, 0, "{name}, dropped");
    }
}
