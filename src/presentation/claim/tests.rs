//! What a relation is refused for before any proof.

use alloc::vec::Vec;

use rand_core::OsRng;

use super::*;
use crate::credential::{Issuer, IssuerParameters, KeyVersion};
use crate::group::{Element, Point, random_scalar};
use crate::list::Shard;
use crate::presentation::request::PresentationRequest;
use crate::schema::Schema;

fn issuers() -> [IssuerParameters; 2] {
    [(); 2].map(|()| Issuer::random(Schema::resident_card(), KeyVersion(1), &mut OsRng).parameters().clone())
}

fn of_both(issuers: &[IssuerParameters; 2]) -> PresentationRequest {
    let asked = PresentationRequest::builder(&issuers[0], "verifier", "purpose").and(&issuers[1]);
    asked.once(&mut OsRng).unwrap().message
}

/// The instance of a request of two credentials, of these issuers.
fn instance<'a>(request: &'a PresentationRequest, of: [&'a IssuerParameters; 2]) -> (Instance<'a>, Places) {
    let credentials = of.into_iter().zip(&request.credentials).map(|(parameters, query)| {
        let (heads, stated, sets) = (Vec::new(), Vec::new(), Vec::new());
        CredentialInstance { parameters, query, shard: Shard::FIRST, heads, stated, sets, disclosed: &[] }
    });
    let indices = [(); 2].map(|()| Indices { issuer_key: 0, lists: Vec::new(), sets: Vec::new() });
    let places = Places { credentials: indices.into(), digits: 0 };
    (Instance::new(request, credentials.collect(), None).unwrap(), places)
}

fn points() -> Vec<Element> {
    (0..4).map(|_| Element::new(Point::mul_base(&random_scalar(&mut OsRng)))).collect()
}

/// A relation of two credentials under one domain would be one of a credential and itself. Check
/// 06-63.
#[test]
fn two_credentials_have_different_domains() {
    let issuers = issuers();
    let mut request = of_both(&issuers);
    let built = |request: &PresentationRequest, of: [usize; 2]| {
        let (instance, places) = instance(request, of.map(|place| &issuers[place]));
        instance.relation(&mut instance.transcript(), &points(), &places).is_ok()
    };
    assert!(built(&request, [0, 1]));
    // No request that was decoded asks for this (06-7).
    request.credentials[1] = request.credentials[0].clone();
    assert!(!built(&request, [0, 0]));
}

/// Rule 6 of spec 17 §2: a hidden scalar on `g` in the first opening would have any signature serve
/// any digest, and `R` in another equation would take its values along.
#[cfg(suite = "p256")]
#[test]
fn the_generator_and_r_stand_where_the_element_is_alone() {
    use crate::device::{Open, SoftwareDevice};
    use crate::group::Base;
    use crate::sigma::Assignment;

    let issuers = issuers();
    let request = of_both(&issuers);
    let (instance, places) = instance(&request, [&issuers[0], &issuers[1]]);
    let mut transcript = instance.transcript();
    let mut relation = instance.relation(&mut transcript, &points(), &places).unwrap().relation;
    let mut witness = Assignment::new(&relation);
    let nonces = alloc::vec![random_scalar(&mut OsRng); relation.nonces()];
    assert!(relation.commit(zeroize::Zeroizing::new(nonces)).is_err(), "R is missing");
    let mut device = SoftwareDevice::random(&mut OsRng);
    let open = Open::new(&mut device, &mut OsRng).unwrap();
    let before: Vec<Element> = relation.points_of(OPENING).unwrap()[1].iter().copied().map(Element::new).collect();
    open.enter(&instance.asked(), &mut transcript, &mut relation, &mut witness, OPENING, &mut OsRng).unwrap();
    let encoded = |equation| relation.points_of(equation).unwrap().map(|of| of.into_iter().map(Element::new).collect());
    let [_, terms]: [Vec<Element>; 2] = encoded(OPENING);
    let new: Vec<&Element> = terms.iter().filter(|point| !before.contains(point)).collect();
    let [r] = new[..] else { panic!("one point is new") };
    let g = Element::new(Base::Device.point());
    for equation in 0..4 {
        let [image, terms]: [Vec<Element>; 2] = encoded(equation);
        let is_opening = usize::from(equation == OPENING);
        assert_eq!(image.iter().filter(|point| **point == g).count(), is_opening);
        assert_eq!(terms.iter().filter(|point| *point == r).count(), is_opening);
        assert!(!terms.contains(&g) && !image.contains(r));
    }
}

/// Rule 1 of spec 17 §2: what an element signs.
#[cfg(suite = "p256")]
mod signed {
    use alloc::boxed::Box;
    use alloc::vec;

    use rand_core::CryptoRngCore;

    use super::*;
    use crate::calendar::Timestamp;
    use crate::device::{DeviceAnswer, DeviceError, DevicePublicKey, DeviceQuestion, Open, SoftwareDevice};
    use crate::list::{Head, ListClass, ListName, ListOwner, ShardCount};
    use crate::presentation::mode::{Mode, TicketNumber};
    use crate::presentation::request::{CredentialQuery, RequestKey};
    use crate::presentation::statement::Statement;
    use crate::schema::{AttributeKind, Value};
    use crate::set::{CodeSetKey, DigitBase, DigitSetKey, VerifiedCodeSet, VerifiedDigitSet};
    use crate::sigma::Assignment;
    use crate::ticket::Ticket;

    /// `m`, and `ρ` of the answer.
    type Signed = (Vec<u8>, Vec<u8>);

    /// Remembers what it signed.
    struct Remembering {
        inner: SoftwareDevice,
        signed: Vec<Signed>,
    }

    impl crate::device::EcdsaDevice for Remembering {
        fn public_key(&self) -> DevicePublicKey {
            self.inner.public_key()
        }
        fn sign(
            &mut self,
            question: &DeviceQuestion<'_>,
            rng: &mut impl CryptoRngCore,
        ) -> Result<DeviceAnswer, DeviceError> {
            let answer = self.inner.sign(question, rng)?;
            self.signed.push((question.message().to_vec(), answer.signature.rho().to_bytes().to_vec()));
            Ok(answer)
        }
    }

    /// What is claimed, each part to be changed alone.
    struct Claim {
        request: PresentationRequest,
        request_bytes: Vec<u8>,
        parameters: IssuerParameters,
        query: CredentialQuery,
        shard: Shard,
        heads: Vec<Head>,
        set: VerifiedCodeSet,
        digits: VerifiedDigitSet,
        disclosed: Value,
        points: Vec<Element>,
        tickets: Vec<Ticket>,
    }

    fn parameters() -> IssuerParameters {
        let schema = Schema::builder("sample")
            .attribute("name", AttributeKind::Text, "name", "姓名")
            .attribute("alias", AttributeKind::Text, "alias", "别名")
            .attribute("region", AttributeKind::Code, "region", "地区")
            .attribute("born", AttributeKind::Date, "day of birth", "出生日期");
        Issuer::random(schema.build().unwrap(), KeyVersion(1), &mut OsRng).parameters().clone()
    }

    fn set() -> VerifiedCodeSet {
        CodeSetKey::random(vec![1, 2, 3], &mut OsRng).unwrap().publish().verify().unwrap()
    }

    fn digits() -> VerifiedDigitSet {
        DigitSetKey::random(DigitBase::Of256, &mut OsRng).publish().verify().unwrap()
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    const OTHER_TICKET: u8 = 1;

    impl Claim {
        fn new() -> Self {
            let (parameters, set, digits) = (parameters(), set(), digits());
            let lists = [ListClass::Status, ListClass::Flag].map(|class| {
                let name = ListName::new("owner", class).unwrap();
                let owner = ListOwner::random(name, ShardCount::new(1).unwrap(), &mut OsRng);
                owner.first_heads(Timestamp::from_secs(1)).verify(&owner.list_keys()).unwrap()
            });
            let asked = PresentationRequest::builder(&parameters, "verifier", "purpose")
                .disclose("name")
                .present_on(&lists[0])
                .present_on(&lists[1])
                .one_of("region", &set)
                .at_most("born", 20_000)
                .in_digits(&digits)
                .verified_by(|key| match key {
                    RequestKey::Digits(_) => Mode::Keyed,
                    _ => Mode::Ticket(TicketNumber::FIRST),
                });
            let request = asked.once(&mut OsRng).unwrap().message;
            let mut claim = Self {
                request_bytes: crate::codec::Message::to_bytes(&request),
                query: request.credentials[0].clone(),
                request,
                parameters,
                shard: Shard::FIRST,
                heads: lists.iter().map(|heads| heads.head(Shard::FIRST).unwrap().clone()).collect(),
                set,
                digits,
                disclosed: text("name"),
                points: Vec::new(),
                tickets: (0..2).map(|_| Ticket::decoy(4, &mut OsRng)).collect(),
            };
            // As many as the relation takes.
            while claim.instance().relation(&mut claim.instance().transcript(), &claim.points, &places()).is_err() {
                claim.points.push(points()[0]);
                assert!(claim.points.len() < 64);
            }
            claim
        }

        fn instance(&self) -> Instance<'_> {
            let credential = CredentialInstance {
                parameters: &self.parameters,
                query: &self.query,
                shard: self.shard,
                heads: self.heads.iter().collect(),
                stated: vec![None; self.heads.len()],
                sets: vec![&self.set],
                disclosed: core::slice::from_ref(&self.disclosed),
            };
            Instance {
                request: &self.request,
                request_bytes: self.request_bytes.clone(),
                credentials: vec![credential],
                digits: Some(&self.digits),
            }
        }

        fn copy(&self) -> Self {
            Self {
                request: self.request.clone(),
                request_bytes: self.request_bytes.clone(),
                parameters: self.parameters.clone(),
                query: self.query.clone(),
                shard: self.shard,
                heads: self.heads.clone(),
                set: self.set.clone(),
                digits: self.digits.clone(),
                disclosed: text("name"),
                points: self.points.clone(),
                tickets: self.tickets.clone(),
            }
        }

        /// `m` and `ρ`; and, of what a verifier makes of the answer with these commitments, `M` and
        /// `c`.
        fn answered(&self, commitments: &[Element]) -> (Signed, Vec<u8>, Vec<u8>) {
            let instance = self.instance();
            let asked = instance.asked();
            let begun = || {
                let mut transcript = instance.transcript();
                let relation = instance.relation(&mut transcript, &self.points, &places()).unwrap().relation;
                Instance::absorb_tickets(&mut transcript, &self.tickets);
                (transcript, relation)
            };
            let (mut transcript, mut relation) = begun();
            let mut witness = Assignment::new(&relation);
            let mut device = Remembering { inner: SoftwareDevice::random(&mut OsRng), signed: Vec::new() };
            let open = Open::new(&mut device, &mut OsRng).unwrap();
            let entered = open.enter(&asked, &mut transcript, &mut relation, &mut witness, OPENING, &mut OsRng);
            let completed = entered.unwrap().complete(&asked, &mut transcript, &mut commitments.to_vec(), OPENING);
            let beside = completed.unwrap().add_to(&relation, &mut []).unwrap();
            let (mut transcript, mut relation) = begun();
            let bound = beside.enter(&asked, &mut transcript, &mut relation, OPENING).unwrap();
            let challenge = bound.challenge(&asked, &mut transcript, commitments, OPENING).unwrap();
            (device.signed.remove(0), challenge.identity, challenge.value.to_bytes().to_vec())
        }

        /// `m`, and `M` at its end.
        fn signed(&self) -> Signed {
            let ((message, _), bound, _) = self.answered(&points());
            assert!(message.ends_with(&bound));
            (message, bound)
        }
    }

    fn places() -> Places {
        let of = Indices { issuer_key: 0, lists: vec![(1, 2), (3, 4)], sets: vec![5] };
        Places { credentials: vec![of], digits: 6 }
    }

    type Change = (&'static str, Box<dyn Fn(&mut Claim)>);

    fn change(name: &'static str, change: impl Fn(&mut Claim) + 'static) -> Change {
        (name, Box::new(change))
    }

    /// Request, keys, modes, heads, sets, disclosed values, shard; points and tickets have their
    /// own.
    fn changes() -> Vec<Change> {
        let other = || Mode::Ticket(TicketNumber::new(OTHER_TICKET).unwrap());
        let mut changes = vec![
            change("request", |claim| claim.request_bytes.push(0)),
            change("issuer's key", |claim| {
                let (version, schema) = (claim.parameters.version(), claim.parameters.schema().clone());
                claim.parameters = IssuerParameters::new(parameters().key(), version, schema);
            }),
            change("version", |claim| {
                let (key, schema) = (claim.parameters.key(), claim.parameters.schema().clone());
                claim.parameters = IssuerParameters::new(key, KeyVersion(2), schema);
            }),
            change("issuer's mode", move |claim| claim.query.mode = other()),
            change("shard", |claim| claim.shard = Shard::new(1).unwrap()),
            change("set", |claim| claim.set = set()),
            change("set's mode", move |claim| {
                for statement in &mut claim.query.statements {
                    if let Statement::OneOf(one_of) = statement {
                        one_of.set_mode(other());
                    }
                }
            }),
            change("attribute", |claim| claim.query.disclose[0] = claim.parameters.schema().index_of("alias").unwrap()),
            change("value", |claim| claim.disclosed = text("another")),
            change("digits", |claim| claim.digits = digits()),
        ];
        for place in 0..2 {
            changes.extend([
                change("list's mode", move |claim| claim.query.lists[place].mode = other()),
                change("list's shard", move |claim| claim.heads[place].list.shard = Shard::new(1).unwrap()),
                change("list's key", move |claim| claim.heads[place].key.0 = points()[0]),
                change("head's epoch", move |claim| claim.heads[place].epoch = claim.heads[place].epoch.next()),
                change("head's time", move |claim| claim.heads[place].time = Timestamp::from_secs(2)),
                change("head's length", move |claim| claim.heads[place].length += 1),
                change("head's chain", move |claim| claim.heads[place].chain[31] ^= 1),
                change("head's value before", move |claim| claim.heads[place].before = points()[0]),
                change("head's value", move |claim| claim.heads[place].value = points()[0]),
            ]);
        }
        changes
    }

    #[test]
    fn it_changes_with_every_part_that_is_claimed_or_sent_before() {
        let claim = Claim::new();
        let mut changes = changes();
        let (points_sent, tickets_sent) = (claim.points.len(), claim.tickets.len());
        assert!(points_sent > 10, "{points_sent}");
        changes.extend((0..points_sent).map(|place| change("point", move |claim| claim.points[place] = points()[0])));
        changes.extend(
            (0..tickets_sent)
                .map(|place| change("ticket", move |claim| claim.tickets[place] = Ticket::decoy(4, &mut OsRng))),
        );
        changes.push(change("order of tickets", |claim| claim.tickets.swap(0, 1)));
        let before = claim.signed();
        assert_eq!(claim.signed(), before, "it is a function of the claim");
        for (name, change) in changes {
            let mut changed = claim.copy();
            change(&mut changed);
            let after = changed.signed();
            assert!(after.0 != before.0 && after.1 != before.1, "{name}");
        }
    }

    #[test]
    fn it_does_not_change_with_r_or_a_commitment() {
        let claim = Claim::new();
        let [first, second] = [points(), points()];
        let [one, other, third] = [&first, &first, &second].map(|commitments| claim.answered(commitments));
        let ((m, rho), bound, challenge) = one;
        for ((other_m, other_rho), other_bound, other_challenge) in [other, third] {
            assert!(m == other_m && bound == other_bound);
            assert!(rho != other_rho && challenge != other_challenge);
        }
    }
}
