//! All statements in one presentation of two credentials.

use testkit::cbor::piece_len;
use testkit::prelude::*;
use testkit::world::{CONDITION, World};

/// Everything, once.
pub fn everything(world: &mut World) -> RequestBuilder {
    let region = world.add_set(vec![110_105, 110_108, 440_115]);
    let factors = world.add_set(AssuranceFactors::CHIP_READ.with(AssuranceFactors::LIVE_FACE).supersets());
    let auditors = world.auditors_key();
    world
        .ask()
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .disclose("sex")
        .of_age("birth-date", Age::new(18).unwrap(), world.today())
        .valid_on("valid-until", world.today())
        .pseudonym_since(Days::from_civil(2026, 9, 21).unwrap())
        .between("ethnicity", 1..=99)
        .one_of("region", &region)
        .enrolled_with(&factors)
        .differs("region", Value::Code(500_000))
        .differs("name", Value::Text("王小明".into()))
        .pseudonym(Scope::new("account"))
        .limit(Scope::new("visits"), 3, later(0)..=later(3600))
        .escrow(auditors, CONDITION)
        .and(world.transport.parameters())
        .at_least("points", 1)
        .differs("class", Value::Code(1))
        .disclose("note-0")
        .present_on(&world.country.heads[0])
        .present_on(&world.country.heads[1])
        .same("id-number", "holder")
}

/// How numbers are shown.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    #[cfg(not(suite = "p256"))]
    RangeProofs,
    Digits(DigitBase),
    /// As many digits as there may be, and range proofs of what is beyond.
    #[cfg(not(suite = "p256"))]
    Both,
}

const MANNERS: &[Manner] = &[
    #[cfg(not(suite = "p256"))]
    Manner::RangeProofs,
    Manner::Digits(DigitBase::Of256),
    Manner::Digits(DigitBase::Of4096),
    #[cfg(not(suite = "p256"))]
    Manner::Both,
];

/// As it is where nothing else is asked for.
pub const USUAL: Manner = MANNERS[0];

/// In every way that there is.
pub const MOST: Manner = MANNERS[MANNERS.len() - 1];

/// A request for everything and the honest answer to it.
pub fn answered(seed: u8, manner: Manner) -> (World, PresentationRequest, Vec<u8>) {
    let mut world = World::new(seed);
    let all = everything(&mut world);
    let all = match manner {
        #[cfg(not(suite = "p256"))]
        Manner::RangeProofs => all,
        Manner::Digits(base) => all.in_digits(&world.add_digits(base)),
        #[cfg(not(suite = "p256"))]
        Manner::Both => {
            let more = all.between("points", 1..=1 << 60).between("class", 1..=1 << 30);
            more.in_digits(&world.add_digits(DigitBase::Of256))
        }
    };
    let asked = all.once(&mut world.country.rng).unwrap();
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let presentation = world.present(&[&card, &licence], &asked.message, Some(0)).unwrap();
    (world, asked.message, presentation)
}

#[test]
fn all_statements_at_once_are_verified_alone_and_in_a_batch_with_plain_ones() {
    for (&manner, seed) in MANNERS.iter().zip(140..) {
        let (mut world, request, presentation) = answered(seed, manner);
        assert_eq!(Presentation::from_bytes(&presentation).unwrap().to_bytes(), presentation);
        assert_eq!(PresentationRequest::from_bytes(&request.to_bytes()).unwrap(), request);
        let with_ranges = !Tree::parse(&presentation).body.at(6).items().is_empty();
        let with_digits = !Tree::parse(&request.to_bytes()).body.at(6).items().is_empty();
        let expected = match manner {
            #[cfg(not(suite = "p256"))]
            Manner::RangeProofs => (true, false),
            Manner::Digits(_) => (false, true),
            #[cfg(not(suite = "p256"))]
            Manner::Both => (true, true),
        };
        assert_eq!((with_ranges, with_digits), expected);
        let (card, licence) = (world.card.clone(), world.licence.clone());
        let mut calls = vec![testkit::rogue::call(&request.to_bytes(), &presentation)];
        for i in 0..6 {
            let builder = match i % 3 {
                0 => world.digits.iter().fold(world.ask().at_most("birth-date", 60_000), RequestBuilder::in_digits),
                1 => world.ask_listed().disclose("name"),
                _ => {
                    let hire = PresentationRequest::builder(world.transport.parameters(), "Garage", "hire");
                    world.usually(hire).at_least("points", 6)
                }
            };
            let asked = builder.once(&mut world.country.rng).unwrap();
            let holder = if i % 3 == 2 { &licence } else { &card };
            let mut presentation = world.present(&[holder], &asked.message, None).unwrap();
            if i == 4 {
                let last = presentation.len() - 9;
                presentation[last] ^= 1;
            }
            calls.push(asked.state.relay(&presentation).message.to_bytes());
        }
        calls.push(calls[0].clone());
        let country = &mut world.country;
        let answers = country.platform.answer_batch(&calls, country.now).unwrap();
        let verified: Vec<bool> =
            answers.iter().map(|answer| answer.unverified_verdict() == Verdict::Verified).collect();
        assert_eq!(verified, [true, true, true, true, true, false, true, true]);
        let singles: Vec<_> = calls.iter().map(|call| country.answer(call)).collect();
        assert_eq!(answers, singles);
    }
}

#[test]
fn bits_all_over_count() {
    for &(manner, step) in &[
        #[cfg(not(suite = "p256"))]
        (Manner::RangeProofs, 61),
        (Manner::Digits(DigitBase::Of256), 83),
        #[cfg(not(suite = "p256"))]
        (Manner::Both, 101),
    ] {
        let (mut world, request, presentation) = answered(144, manner);
        let request = request.to_bytes();
        for bit in (0..presentation.len() * 8).step_by(step) {
            let mut flipped = presentation.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(world.verdict(&request, &flipped), Verdict::Refused, "bit {bit}");
        }
        assert!(world.country.platform.register().is_empty());
        assert_eq!(world.verdict(&request, &presentation), Verdict::Verified);
    }
}

#[test]
fn what_is_cut_off_or_put_on_is_refused() {
    let (mut world, request, presentation) = answered(145, MOST);
    let request = request.to_bytes();
    for length in (0..presentation.len()).step_by(64) {
        assert_eq!(world.verdict(&request, &presentation[..length]), Verdict::Refused, "{length} bytes");
        assert_eq!(world.verdict(&request, &presentation[length + 1..]), Verdict::Refused, "from {length}");
    }
    for more in [&[0][..], &[0; 64], &presentation] {
        assert_eq!(world.verdict(&request, &[&presentation, more].concat()), Verdict::Refused);
    }
}

/// No point is the identity (checks 12-24, 12-32, 12-41), and none, no commitment and no response
/// is that beside it.
#[test]
fn each_point_and_response_is_itself() {
    for manner in [USUAL, MOST] {
        let (mut world, request, presentation) = answered(146, manner);
        let (request, tree) = (request.to_bytes(), Tree::parse(&presentation));
        for (key, place) in
            [3, 4, 5].into_iter().flat_map(|key| (0..tree.body.pieces(key).len()).map(move |i| (key, i)))
        {
            let length = piece_len(key);
            let with = |change: &dyn Fn(&mut [u8])| tree.with(|body| change(body.at_mut(key).bytes_mut()));
            if key != 5 {
                let nothing = with(&|run| run[length * place..][..length].fill(0));
                assert_eq!(Presentation::from_bytes(&nothing), Err(DecodeError::IdentityPoint), "{key} {place}");
                assert_eq!(world.verdict(&request, &nothing), Verdict::Refused);
            }
            if place > 0 {
                let swapped = with(&|run| run[length * (place - 1)..][..2 * length].rotate_left(length));
                assert_eq!(world.verdict(&request, &swapped), Verdict::Refused, "{key} {place}");
            }
        }
    }
}

#[test]
fn two_presentations_of_everything_share_the_pseudonym_alone() {
    let (mut world, request, one) = answered(147, MOST);
    let (card, licence) = (world.card.clone(), world.licence.clone());
    let other = world.present(&[&card, &licence], &request, Some(1)).unwrap();
    let [one, other] = [one, other].map(|bytes| Tree::parse(&bytes).body);
    for key in [3, 4, 5] {
        let (one, other) = (one.pieces(key), other.pieces(key));
        let common: Vec<_> = one.iter().filter(|piece| other.contains(piece)).collect();
        assert_eq!(common.len(), usize::from(key == 3), "key {key}");
    }
    for (one, other) in one.at(6).items().iter().zip(other.at(6).items()) {
        let runs: std::collections::BTreeSet<&[u8]> = one.bytes().windows(16).collect();
        assert!(other.bytes().windows(16).all(|run| !runs.contains(run)));
    }
}
