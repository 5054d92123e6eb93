//! A holder with a prover of its own: all is proven as it should but one thing, and refused.

use testkit::curve::{G, Point, Scalar};

use crate::statements::swapped::all_of_the_card;
use testkit::prelude::*;
#[cfg(not(suite = "p256"))]
use testkit::prover::Ranged;
use testkit::prover::{Draft, FLAG, PSEUDONYM, commitment};
use testkit::reference::{base, hash_to_point, point};
use testkit::rogue::Holder;
use testkit::world::{VERIFIER, World};

pub struct Rogue {
    pub world: World,
    pub holder: Holder,
}

impl Rogue {
    pub fn new(seed: u8) -> Self {
        let mut world = World::new(seed);
        let holder = Holder::enrol(&mut world.country);
        Self { world, holder }
    }

    pub fn number(&self, attribute: &str) -> u64 {
        let schema = self.world.country.issuer.parameters().schema();
        self.holder.values[usize::from(schema.index_of(attribute).unwrap().number())].at(1).uint()
    }

    /// The verdict on what this prover makes of the request after `change`.
    #[track_caller]
    pub fn verdict(&mut self, builder: &RequestBuilder, shows: u64, change: impl FnOnce(&mut Draft)) -> Verdict {
        let Self { world, holder } = self;
        let request = builder.clone().once(&mut world.country.rng).unwrap().message.to_bytes();
        let heads = [&world.country.status, &world.country.flag].map(|list| list.heads());
        let mut draft = Draft::new(holder, &request, (&world.tables, &heads), shows, &mut world.country.rng);
        change(&mut draft);
        let presentation = draft.finish(&mut world.country.rng);
        world.verdict(&request, &presentation)
    }
}

/// Places of statements in the request for all of them.
const BIRTH: usize = 0;
const REGION: usize = 1;
const REGION_SET: usize = 2;
const FACTORS: usize = 3;
const NAME_DIFFERS: usize = 4;
const REGION_DIFFERS: usize = 5;
const ACCOUNT: usize = 6;
const VISITS: usize = 7;
const ESCROW: usize = 8;

#[test]
fn the_prover_is_right_where_it_is_honest() {
    let mut rogue = Rogue::new(130);
    let all = all_of_the_card(&mut rogue.world);
    for shows in [0, 4] {
        assert_eq!(rogue.verdict(&all, shows, |_| {}), Verdict::Verified);
    }
    let disclosing = rogue.world.ask().disclose("sex").disclose("photo").at_least("region", 1);
    assert_eq!(rogue.verdict(&disclosing, 0, |_| {}), Verdict::Verified);
}

/// With range proofs; `digits/forged.rs` has the claims of digits.
#[cfg(not(suite = "p256"))]
#[test]
fn a_number_outside_cannot_be_claimed_to_be_inside() {
    let mut rogue = Rogue::new(131);
    let region = rogue.number("region");
    let birth = rogue.number("birth-date");
    let ask = rogue.world.ask();
    let code = Some(u64::from(u32::MAX));
    let date = Some(u64::from(u16::MAX));
    // The interval, the nearest number in it, and what the issuer vouches for.
    for (builder, (low, high, max), claimed) in [
        (ask.clone().at_most("region", region - 1), (0, region - 1, code), region - 1),
        (ask.clone().at_least("region", region + 1), (region + 1, u32::MAX.into(), code), region + 1),
        (ask.clone().between("region", region + 1..=region + 9), (region + 1, region + 9, code), region + 1),
        (ask.clone().between("region", region - 9..=region - 1), (region - 9, region - 1, code), region - 1),
        (ask.clone().between("region", 1..=region - 1), (1, region - 1, code), region - 1),
        (ask.clone().between("region", region + 1..=region + 1), (region + 1, region + 1, code), region + 1),
        (ask.clone().at_most("birth-date", birth - 1), (0, birth - 1, date), birth - 1),
        (ask.clone().at_least("birth-date", birth + 1), (birth + 1, u16::MAX.into(), date), birth + 1),
    ] {
        for also_proven in [false, true] {
            let claim = |draft: &mut Draft| draft.claim(0, claimed, (low, high, max), also_proven);
            assert_eq!(rogue.verdict(&builder, 0, claim), Verdict::Refused);
        }
        // The true commitment with proofs for the other number.
        let proofs_alone = |draft: &mut Draft| {
            let honest = draft.points.clone();
            draft.claim(0, claimed, (low, high, max), false);
            draft.points = honest;
        };
        assert_eq!(rogue.verdict(&builder, 0, proofs_alone), Verdict::Refused);
        // Proofs of numbers that wrapped around.
        assert_eq!(rogue.verdict(&builder, 0, |_| {}), Verdict::Refused);
        // `V` of the right number, hidden under another base than the blinding one.
        let other_base = |draft: &mut Draft| {
            draft.claim(0, claimed, (low, high, max), false);
            let sent = draft.statements[0].points[0];
            draft.points[sent] += base("Device") - base("Blinding");
        };
        assert_eq!(rogue.verdict(&builder, 0, other_base), Verdict::Refused);
    }
    // One bound twice in place of both.
    let builder = ask.between("region", region - 9..=region - 1);
    let twice = |draft: &mut Draft| {
        let lower = draft.ranges[0].clone();
        draft.ranges[1] = lower;
    };
    assert_eq!(rogue.verdict(&builder, 0, twice), Verdict::Refused);
    let none = |draft: &mut Draft| draft.ranges.clear();
    assert_eq!(rogue.verdict(&builder, 0, none), Verdict::Refused);
    let fewer = |draft: &mut Draft| draft.ranges.truncate(1);
    assert_eq!(rogue.verdict(&builder, 0, fewer), Verdict::Refused);
}

/// Honest, and inside: only the form of the range proofs is another one. Check 06-53.
#[cfg(not(suite = "p256"))]
#[test]
fn range_proofs_have_one_form() {
    let mut rogue = Rogue::new(132);
    let region = rogue.number("region");
    let builder = rogue.world.ask().between("region", region - 1..=region + 1);
    assert_eq!(rogue.verdict(&builder, 0, |_| {}), Verdict::Verified);
    for bits in [32, 64] {
        let longer = |draft: &mut Draft| draft.ranges.iter_mut().for_each(|ranged| ranged.bits = bits);
        assert_eq!(rogue.verdict(&builder, 0, longer), Verdict::Refused);
    }
    assert_eq!(rogue.verdict(&builder, 0, |draft| draft.ranges.reverse()), Verdict::Refused);
    let padded = |draft: &mut Draft| {
        draft.ranges.push(Ranged { bits: 16, value: 0, blind: Scalar::ZERO });
    };
    assert_eq!(rogue.verdict(&builder, 0, padded), Verdict::Refused);
    let one_more_length = |draft: &mut Draft| {
        draft.ranges.push(Ranged { bits: 64, value: 0, blind: Scalar::ONE });
    };
    assert_eq!(rogue.verdict(&builder, 0, one_more_length), Verdict::Refused);
}

#[test]
fn a_show_beyond_the_limit_cannot_be_claimed_to_be_within() {
    let mut rogue = Rogue::new(133);
    for shows in [1, 3, 0x1_0000] {
        let builder = rogue.world.ask_listed().limit(Scope::new("visits"), shows, later(0)..=later(9));
        let below = (0, u64::from(shows) - 1, None);
        let shows = u64::from(shows);
        for also_proven in [false, true] {
            // Digits take the number from the tag's equation: nothing else can be claimed.
            for beyond in [shows, shows + 1].into_iter().filter(|_| SUITE == 1) {
                let claim = |draft: &mut Draft| draft.claim(0, shows - 1, below, also_proven);
                assert_eq!(rogue.verdict(&builder, beyond, claim), Verdict::Refused, "{beyond} of {shows}");
            }
        }
        assert_eq!(rogue.verdict(&builder, shows, |_| {}), Verdict::Refused);
        // Show −1: `n − 1` is as good a number as any but for the range.
        let minus_one = |tag_of: Point| {
            move |draft: &mut Draft| {
                let places = draft.statements[0].clone();
                draft.secrets[places.secrets[0]] = -Scalar::ONE;
                draft.points[places.points[0]] = (draft.secrets[PSEUDONYM] - Scalar::ONE).invert() * tag_of;
                if SUITE == 1 {
                    draft.points[places.points[1]] = commitment(-Scalar::ONE, draft.secrets[places.secrets[1]]);
                }
            }
        };
        let n = rogue.holder.system[0];
        // What the tag of show 0 is made of, taken from it.
        let scope_base = {
            let request = builder.clone().once(&mut rogue.world.country.rng).unwrap().message.to_bytes();
            let World { country, tables, .. } = &mut rogue.world;
            let heads = [&country.status, &country.flag].map(|list| list.heads());
            let draft = Draft::new(&rogue.holder, &request, (tables, &heads), 0, &mut country.rng);
            n * draft.points[4]
        };
        assert_eq!(rogue.verdict(&builder, 0, minus_one(scope_base)), Verdict::Refused);
        // A tag of another limit, of somebody else, or none that the equation knows.
        for tag in [G, n.invert() * hash_to_point("limit-scope", &[VERIFIER.as_bytes()]), (n + n).invert() * scope_base]
        {
            assert_eq!(rogue.verdict(&builder, 0, |draft| draft.points[4] = tag), Verdict::Refused);
        }
        // And yet the true ones are verified.
        assert_eq!(rogue.verdict(&builder, shows - 1, |_| {}), Verdict::Verified);
    }
}

#[test]
fn no_one_thing_can_be_another() {
    let mut rogue = Rogue::new(134);
    let all = all_of_the_card(&mut rogue.world);
    let (one, n) = (Scalar::ONE, rogue.holder.system[0]);
    let moved = |statement: usize, point: usize, by: Point| {
        move |draft: &mut Draft| {
            let place = draft.statements[statement].points[point];
            draft.points[place] += by;
        }
    };
    for (statement, point, by) in [
        (BIRTH, 0, G),
        (BIRTH, 0, base("Blinding")),
        (REGION, 0, base("Blinding")),
        (REGION_SET, 0, G),
        (FACTORS, 0, base("Set")),
        (NAME_DIFFERS, 0, G),
        (REGION_DIFFERS, 0, G),
        (ACCOUNT, 0, G),
        (VISITS, 0, G),
        (VISITS, 1, base("Blinding")),
        (ESCROW, 0, G),
        (ESCROW, 1, base("Escrow")),
        (ESCROW, 1, G),
    ] {
        assert_eq!(rogue.verdict(&all, 0, moved(statement, point, by)), Verdict::Refused, "{statement} {point}");
    }

    // Every secret one more than it is, with everything that is made of it as it was.
    let secrets = 9 + rogue.holder.values.len() + 2 + 12;
    for place in 0..secrets {
        let more = |draft: &mut Draft| draft.secrets[place] += one;
        assert_eq!(rogue.verdict(&all, 0, more), Verdict::Refused, "secret {place}");
    }

    // Another pseudonym, proven for another `n`, with the tag of it.
    let other_n = move |draft: &mut Draft| {
        let (account, tag) = (draft.statements[ACCOUNT].points[0], draft.statements[VISITS].points[0]);
        draft.points[account] = (n + one) * n.invert() * draft.points[account];
        draft.points[tag] = n * (n + one).invert() * draft.points[tag];
        draft.secrets[PSEUDONYM] += one;
    };
    assert_eq!(rogue.verdict(&all, 0, other_n), Verdict::Refused);

    // Somebody else's handle in escrow, proven to be that.
    let other_handle = |draft: &mut Draft| {
        let second = draft.statements[ESCROW].points[1];
        draft.points[second] += base("Escrow");
        draft.secrets[FLAG] += one;
    };
    assert_eq!(rogue.verdict(&all, 0, other_handle), Verdict::Refused);

    // In escrow to others, whose key the holder made.
    let auditors = point(&rogue.world.auditors[0].key());
    let other_auditors = |draft: &mut Draft| {
        let places = draft.statements[ESCROW].clone();
        let u = draft.secrets[places.secrets[0]];
        draft.points[places.points[1]] += u * (G - auditors);
    };
    assert_eq!(rogue.verdict(&all, 0, other_auditors), Verdict::Refused);

    // The commitments to two subjects exchanged, with the secrets that open them.
    let exchanged = |draft: &mut Draft| {
        let (birth, region) = (draft.statements[BIRTH].clone(), draft.statements[REGION].clone());
        draft.points.swap(birth.points[0], region.points[0]);
        draft.secrets.swap(birth.secrets[0], region.secrets[0]);
    };
    assert_eq!(rogue.verdict(&all, 0, exchanged), Verdict::Refused);
    assert_eq!(rogue.verdict(&all, 0, |_| {}), Verdict::Verified);
}

#[test]
fn a_code_outside_has_no_witness() {
    let mut rogue = Rogue::new(135);
    let region = rogue.number("region");
    let code = |number: u64| u32::try_from(number).unwrap();
    let set = rogue.world.add_set(vec![code(region) - 1, code(region) + 1]);
    let own = rogue.world.add_set(vec![code(region)]);
    let builder = rogue.world.ask().one_of("region", &set);
    // The witness of a neighbour, under the credential's code and under the neighbour's.
    assert_eq!(rogue.verdict(&builder, 0, |_| {}), Verdict::Refused);
    let as_neighbour = |draft: &mut Draft| {
        let subject = draft.statements[0].subject.unwrap();
        draft.secrets[subject] = Scalar::from(region - 1);
    };
    assert_eq!(rogue.verdict(&builder, 0, as_neighbour), Verdict::Refused);
    // The witness of the right code in another set, and points that are no witness.
    let foreign = point(&rogue.world.tables[1].body.at(3).run()[0]);
    for witness in [foreign, base("Set"), G, point(&rogue.world.tables[0].body.at(1).run()[0])] {
        let put = |draft: &mut Draft| {
            let places = draft.statements[0].clone();
            draft.points[places.points[0]] = draft.secrets[places.secrets[0]] * witness;
        };
        assert_eq!(rogue.verdict(&builder, 0, put), Verdict::Refused);
    }
    // With `t = 0` the equation says nothing of the set.
    let zero = |draft: &mut Draft| {
        let places = draft.statements[0].clone();
        draft.secrets[places.secrets[0]] = Scalar::ZERO;
    };
    assert_eq!(rogue.verdict(&builder, 0, zero), Verdict::Refused);
    let honest = rogue.world.ask().one_of("region", &own);
    assert_eq!(rogue.verdict(&honest, 0, |_| {}), Verdict::Verified);
}

#[test]
fn nobody_differs_from_its_own_value() {
    let mut rogue = Rogue::new(136);
    let region = rogue.number("region");
    let own = Value::Code(u32::try_from(region).unwrap());
    let builder = rogue.world.ask().differs("region", own);
    assert_eq!(rogue.verdict(&builder, 0, |_| {}), Verdict::Refused);
    // Committed to the neighbour's number, which differs; proven as the credential's or as that.
    for also_proven in [false, true] {
        let claim = |draft: &mut Draft| {
            let places = draft.statements[0].clone();
            let [tau, a, b] = places.secrets[..] else { panic!("τ, a, b") };
            let blind = draft.secrets[tau];
            draft.points[places.points[0]] = commitment(Scalar::from(region + 1), blind);
            (draft.secrets[a], draft.secrets[b]) = (Scalar::ONE, -blind);
            if also_proven {
                draft.secrets[places.subject.unwrap()] = Scalar::from(region + 1);
            }
        };
        assert_eq!(rogue.verdict(&builder, 0, claim), Verdict::Refused);
    }
}
