//! What a presentation proves (spec 06): a prover of the test's own, honest but for one thing.

use testkit::curve::{Point, Scalar};

use testkit::cbor::place;
use testkit::prelude::*;
use testkit::reference::{ISSUANCE, hash, scalar, uint};
use testkit::rogue::{Draft, Head, Holder, call};

struct Desk {
    country: Country,
    holder: Holder,
    rng: SeededRng,
}

impl Desk {
    fn new() -> Self {
        let mut country = Country::new(40);
        let holder = Holder::enrol(&mut country);
        Self { country, holder, rng: SeededRng::new([41; 32]) }
    }

    fn heads(&self) -> [HeadSet; 2] {
        [self.country.status.heads().clone(), self.country.flag.heads().clone()]
    }

    fn request(&mut self, builder: RequestBuilder) -> Vec<u8> {
        builder.once(&mut self.country.rng).unwrap().message.to_bytes()
    }

    /// The verdict on this holder's presentation with this change.
    fn verdict(&mut self, holder: &Holder, request: &[u8], change: impl FnOnce(&mut Draft)) -> Verdict {
        let presentation = holder.present(request, &self.heads(), &mut self.rng, change);
        self.country.answer(&call(request, &presentation)).unverified_verdict()
    }

    /// The hotel's request is verified without the change and refused with it.
    fn refuses(&mut self, change: impl FnOnce(&mut Draft)) {
        let request = self.request(self.country.hotel());
        self.refuses_for(&request, change);
    }

    fn refuses_for(&mut self, request: &[u8], change: impl FnOnce(&mut Draft)) {
        let holder = self.holder.clone();
        assert_eq!(self.verdict(&holder, request, |_| ()), Verdict::Verified);
        assert_eq!(self.verdict(&holder, request, change), Verdict::Refused);
    }

    fn refuses_holder(&mut self, change: impl FnOnce(&mut Holder)) {
        let request = self.request(self.country.hotel());
        let mut holder = self.holder.clone();
        assert_eq!(self.verdict(&holder, &request, |_| ()), Verdict::Verified);
        change(&mut holder);
        assert_eq!(self.verdict(&holder, &request, |_| ()), Verdict::Refused);
    }

    fn nothing_asked(&self) -> RequestBuilder {
        PresentationRequest::builder(self.country.issuer.parameters(), HOTEL, "check-in")
    }
}

fn another_point() -> Point {
    Point::mul_base(&Scalar::from(77_u64))
}

#[test]
fn a_prover_written_from_the_spec_is_verified() {
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    let all = desk.country.issuer.parameters().schema().attributes().iter().map(|a| a.name().to_owned());
    let all = all.fold(desk.country.hotel(), |builder, name| builder.disclose(&name));
    for builder in [desk.country.hotel(), desk.nothing_asked(), desk.country.hotel().disclose("sex"), all] {
        let request = desk.request(builder);
        assert_eq!(desk.verdict(&holder, &request, |_| ()), Verdict::Verified);
    }
}

#[test]
fn a_presentation_that_leaves_out_its_lists_is_refused() {
    Desk::new().refuses(|draft| {
        draft.points.truncate(2);
        draft.commitments.truncate(2);
        draft.responses -= 2;
    });
}

#[test]
fn a_presentation_that_leaves_out_the_commitments_of_its_lists_is_refused() {
    Desk::new().refuses(|draft| draft.commitments.truncate(2));
}

#[test]
fn a_presentation_that_leaves_out_one_list_is_refused() {
    Desk::new().refuses(|draft| {
        draft.points.truncate(3);
        draft.commitments.truncate(3);
        draft.responses -= 1;
    });
}

#[test]
fn a_point_too_many_is_refused() {
    Desk::new().refuses(|draft| draft.points.push(another_point()));
    let mut desk = Desk::new();
    let request = desk.request(desk.nothing_asked());
    desk.refuses_for(&request, |draft| draft.points.push(another_point()));
}

#[test]
fn a_commitment_too_many_is_refused() {
    let mut desk = Desk::new();
    let request = desk.request(desk.nothing_asked());
    desk.refuses_for(&request, |draft| draft.commitments.push(another_point()));
}

#[test]
fn a_response_too_many_or_too_few_is_refused() {
    Desk::new().refuses(|draft| draft.responses += 1);
    Desk::new().refuses(|draft| draft.responses -= 1);
}

#[test]
fn a_device_answer_for_an_issuance_does_not_serve_a_presentation() {
    Desk::new().refuses(|draft| draft.purpose = ISSUANCE);
}

/// Check 01-17.
#[test]
fn every_commitment_counts() {
    for k in 0..4 {
        Desk::new().refuses(|draft| draft.commitments[k] += another_point());
    }
    // Errors of two equations that would cancel under equal weights.
    for other in 1..4 {
        Desk::new().refuses(|draft| {
            draft.commitments[0] += another_point();
            draft.commitments[other] -= another_point();
        });
    }
}

#[test]
fn weights_depend_on_the_responses() {
    // Whoever could compute the weights before it chooses its responses would make two wrong
    // equations cancel: the responses for r1 and r3 both stand before D'.
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    let request = desk.request(desk.country.hotel());
    let (honest, challenge) = holder.present_and_tell(&request, &desk.heads(), &mut desk.rng, |_| ());
    assert_eq!(desk.country.answer(&call(&request, &honest)).unverified_verdict(), Verdict::Verified);
    let seed: [u8; 64] = hash("weights-presentation", &[&request, &challenge.to_bytes()]);
    // Each block of 64 bytes gives four weights.
    let block: [u8; 64] = hash("weight", &[&seed, &uint(0)]);
    let weight = |k: usize| Scalar::from(u128::from_le_bytes(block[16 * k..][..16].try_into().unwrap()));
    let shift = Scalar::from(9_u64);
    let crafted = Tree::parse(&honest).with(|body| {
        let run = body.at(5).run();
        let r1 = scalar(&run[1]) + shift;
        let r3 = scalar(&run[2]) - shift * weight(0) * weight(1).invert();
        body.at_mut(5).bytes_mut()[32..96].copy_from_slice(&[r1.to_bytes(), r3.to_bytes()].concat());
    });
    assert_eq!(desk.country.answer(&call(&request, &crafted)).unverified_verdict(), Verdict::Refused);
}

#[test]
fn every_point_counts() {
    for k in 0..4 {
        Desk::new().refuses(|draft| draft.points[k] += another_point());
    }
}

#[test]
fn a_credential_says_what_the_issuer_wrote_and_nothing_else() {
    let mut desk = Desk::new();
    for i in 0..6 {
        desk.refuses_holder(|holder| holder.system[i] += Scalar::ONE);
    }
    for i in 0..10 {
        desk.refuses_holder(|holder| match holder.values[i].at_mut(1) {
            Item::Uint(number) => *number += 1,
            Item::Text(text) => text.push('甲'),
            Item::Bytes(digest) => digest[0] ^= 1,
            other => panic!("{other:?}"),
        });
    }
    desk.refuses_holder(|holder| holder.a += another_point());
    desk.refuses_holder(|holder| holder.e += Scalar::ONE);
    desk.refuses_holder(|holder| holder.values.push(Item::Array(vec![Item::Uint(2), Item::Uint(7)])));
    desk.refuses_holder(|holder| drop(holder.values.pop()));
    desk.refuses_holder(|holder| holder.version += 1);
    desk.refuses_holder(|holder| holder.schema[0] ^= 1);
}

#[test]
fn another_witness_does_not_serve() {
    let mut desk = Desk::new();
    desk.refuses_holder(|holder| holder.witnesses.swap(0, 1));
    for i in 0..2 {
        desk.refuses_holder(|holder| holder.witnesses[i] += another_point());
    }
    // Somebody else's witness fits somebody else's handle, and the credential has its own.
    desk.country.person = PersonSymbol::from_stored(Secret::new([9; 64]));
    let stranger = Holder::enrol(&mut desk.country);
    desk.refuses_holder(|holder| holder.witnesses[1] = stranger.witnesses[1]);
    desk.refuses_holder(|holder| {
        holder.witnesses[1] = stranger.witnesses[1];
        holder.system[3] = stranger.system[3];
    });
}

#[test]
fn a_witness_of_an_earlier_epoch_is_refused() {
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    desk.country.remove(selfsame::list::ListClass::Flag);
    let now = desk.country.close_epoch();
    assert_eq!(now[1].updates[2].entries().len(), 1);
    let request = desk.request(desk.country.hotel());
    assert_eq!(desk.verdict(&holder, &request, |_| ()), Verdict::Refused);
}

#[test]
fn the_heads_of_another_epoch_than_the_request_names_do_not_count() {
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    let old = desk.heads();
    desk.country.remove(selfsame::list::ListClass::Flag);
    desk.country.close_epoch();
    // The flagged holder proves for the heads before, which the platform still has.
    let request = desk.request(desk.country.hotel());
    let presentation = holder.present(&request, &old, &mut desk.rng, |_| ());
    assert_eq!(desk.country.answer(&call(&request, &presentation)).unverified_verdict(), Verdict::Refused);
}

#[test]
fn a_false_value_is_not_disclosed() {
    let mut desk = Desk::new();
    let request = desk.request(desk.country.hotel().disclose("sex"));
    desk.refuses_for(&request, |draft| *draft.disclosed[0].1.at_mut(1) = Item::Uint(1));
}

#[test]
fn a_value_of_another_kind_is_not_disclosed() {
    // The same scalar, and another meaning: the code 2 as the number or the day 2.
    let mut desk = Desk::new();
    let request = desk.request(desk.country.hotel().disclose("sex"));
    for kind in [1, 2] {
        desk.refuses_for(&request, |draft| *draft.disclosed[0].1.at_mut(0) = Item::Uint(kind));
    }
}

#[test]
fn fewer_values_than_asked_are_refused() {
    let mut desk = Desk::new();
    let request = desk.request(desk.country.hotel().disclose("name").disclose("valid-until"));
    desk.refuses_for(&request, |draft| drop(draft.disclosed.pop()));
    desk.refuses_for(&request, |draft| draft.disclosed.clear());
}

#[test]
fn more_values_than_asked_are_refused() {
    // What is appended to an honest presentation is part of no proof.
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    let request = desk.request(desk.country.hotel().disclose("name"));
    let presentation = holder.present(&request, &desk.heads(), &mut desk.rng, |_| ());
    assert_eq!(desk.country.answer(&call(&request, &presentation)).unverified_verdict(), Verdict::Verified);
    let value = Item::Array(vec![Item::Uint(2), Item::Uint(7)]);
    let more = Tree::parse(&presentation).with(|body| body.at_mut(2).items_mut().push(value));
    assert_eq!(desk.country.answer(&call(&request, &more)).unverified_verdict(), Verdict::Refused);
}

#[test]
fn a_shard_is_not_told_where_no_list_is_asked() {
    let mut desk = Desk::new();
    let request = desk.request(desk.nothing_asked());
    desk.refuses_for(&request, |draft| draft.shards = vec![3]);
}

#[test]
fn a_shard_that_the_list_does_not_have_is_refused() {
    Desk::new().refuses(|draft| draft.shards = vec![4]);
    Desk::new().refuses(|draft| draft.shards = vec![1]);
}

/// A request with one field changed, and the proof made for just that. Check 06-44.
#[test]
fn a_request_for_another_key_version_or_schema_is_refused_by_the_platform() {
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    let request = Tree::parse(&desk.request(desk.country.hotel()));
    let another_key = testkit::reference::encode(&another_point());
    let requests = [
        (request.to_bytes(), Verdict::Verified),
        (
            request.with(|body| *body.question_mut().at_mut(place::ISSUER).bytes_mut() = another_key.to_vec()),
            Verdict::Refused,
        ),
        (request.with(|body| *body.question_mut().at_mut(place::VERSION) = Item::Uint(2)), Verdict::Refused),
        (request.with(|body| body.question_mut().at_mut(place::SCHEMA).bytes_mut()[0] ^= 1), Verdict::Refused),
        // An attribute that the schema does not have.
        (
            request.with(|body| body.question_mut().at_mut(place::DISCLOSE).items_mut().push(Item::Uint(10))),
            Verdict::Refused,
        ),
    ];
    for (request, verdict) in requests {
        PresentationRequest::from_bytes(&request).unwrap();
        let mut holder = holder.clone();
        holder.values.resize(11, Item::Array(vec![Item::Uint(2), Item::Uint(7)]));
        if Tree::parse(&request).body.question().at(place::DISCLOSE).items().is_empty() {
            holder.values.truncate(10);
        }
        assert_eq!(desk.verdict(&holder, &request, |_| ()), verdict);
    }
}

#[test]
fn a_presentation_has_one_shard_for_each_credential() {
    Desk::new().refuses(|draft| draft.shards.clear());
    Desk::new().refuses(|draft| draft.shards.push(2));
    let mut desk = Desk::new();
    let request = desk.request(desk.nothing_asked());
    desk.refuses_for(&request, |draft| draft.shards.clear());
    desk.refuses_for(&request, |draft| draft.shards.push(0));
}

#[test]
fn a_range_proof_that_nothing_asks_for_is_refused() {
    Desk::new().refuses(|draft| draft.range_proofs.push(Vec::new()));
    Desk::new().refuses(|draft| draft.range_proofs.push(vec![7; 32 * 17]));
    let mut desk = Desk::new();
    let request = desk.request(desk.nothing_asked());
    desk.refuses_for(&request, |draft| draft.range_proofs.push(Vec::new()));
}

/// Check 06-53.
#[cfg(not(suite = "p256"))]
#[test]
fn a_range_proof_that_is_asked_for_is_there_in_full_and_once() {
    let mut country = Country::new(42);
    let mut phone = country.enrol();
    let builder = country.hotel().at_most("birth-date", 60_000);
    let [request, other] = [(); 2].map(|()| builder.clone().once(&mut country.rng).unwrap().message);
    let [tree, stranger] = [&request, &other].map(|request| Tree::parse(&phone.present(&mut country, request)));
    let bytes = request.to_bytes();
    let mut verdict = |presentation: &[u8]| country.answer(&call(&bytes, presentation)).unverified_verdict();
    assert_eq!(tree.body.at(6).items().len(), 1);
    assert_eq!(verdict(&tree.to_bytes()), Verdict::Verified);
    let mut refused = |change: &dyn Fn(&mut Vec<Item>)| {
        assert_eq!(verdict(&tree.with(|body| change(body.at_mut(6).items_mut()))), Verdict::Refused);
    };
    refused(&|proofs| proofs.clear());
    refused(&|proofs| proofs.push(proofs[0].clone()));
    refused(&|proofs| proofs.push(Item::Bytes(Vec::new())));
    refused(&|proofs| proofs.insert(0, Item::Bytes(Vec::new())));
    refused(&|proofs| proofs[0] = Item::Bytes(Vec::new()));
    refused(&|proofs| assert!(proofs[0].bytes_mut().pop().is_some()));
    refused(&|proofs| proofs[0].bytes_mut().push(0));
    refused(&|proofs| proofs[0].bytes_mut().extend([0; 64]));
    refused(&|proofs| proofs[0].bytes_mut().truncate(32 * 15));
    refused(&|proofs| *proofs = stranger.body.at(6).items().to_vec());
    let length = tree.body.at(6).at(0).bytes().len();
    for at in (0..length).step_by(16) {
        refused(&|proofs| proofs[0].bytes_mut()[at] ^= 1);
    }
}

#[test]
fn a_desk_reads_only_what_the_platform_verified() {
    let mut desk = Desk::new();
    let holder = desk.holder.clone();
    let asked = desk.country.hotel().disclose("sex").once(&mut desk.country.rng).unwrap();
    let presentation = holder.present(&asked.message.to_bytes(), &desk.heads(), &mut desk.rng, |_| ());
    let relayed = asked.state.relay(&presentation);
    let answer = desk.country.answer(&relayed.message.to_bytes());
    let outcome = relayed.state.conclude(&answer, &desk.country.platform.public_key());
    assert_eq!(outcome.verdict, Verdict::Verified);
    assert_eq!(outcome.disclosed.len(), 1);
    assert_eq!(outcome.disclosed[0].value, selfsame::schema::Value::Code(2));
}

/// Why a keyed presentation is no evidence, and why `x` and the `α` are kept: with them, and
/// nobody's credential, anybody is shown to have been there, with any attributes (spec 08 §7).
/// Without one of the keys it is refused.
#[test]
fn whoever_has_the_keys_makes_a_presentation_of_anybody() {
    let mut desk = Desk::new();
    let x = selfsame::hazmat::issuer_secret(&desk.country.issuer.share_key());
    let lists = [&desk.country.status, &desk.country.flag];
    let alphas = lists.map(|list| scalar(&selfsame::hazmat::accumulator_secrets(&list.share_keys())[2]));
    let values = desk.heads().map(|set| Head::read(Tree::parse(&set.to_bytes()).body.at(1).at(2)).value);
    let mut anybody = desk.holder.clone();
    for part in anybody.system[..4].iter_mut().chain([&mut anybody.e]) {
        *part = Scalar::random(&mut desk.rng);
    }
    *anybody.values[0].at_mut(1) = Item::Text(String::from("张三"));
    let enrolled = anybody.witnesses;
    for (list, alpha) in alphas.iter().enumerate() {
        anybody.witnesses[list] = (alpha + anybody.system[2 + list]).invert() * values[list];
    }
    let request = desk.request(desk.country.hotel().disclose("name"));
    let uncertified = anybody.clone();
    let made = anybody.certified(&x.as_slice().try_into().unwrap());
    assert_eq!(desk.verdict(&made, &request, |_| ()), Verdict::Verified);
    assert_eq!(desk.verdict(&uncertified, &request, |_| ()), Verdict::Refused);
    for (list, witness) in enrolled.into_iter().enumerate() {
        let mut without = made.clone();
        without.witnesses[list] = witness;
        assert_eq!(desk.verdict(&without, &request, |_| ()), Verdict::Refused);
    }
}
