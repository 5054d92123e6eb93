//! Evidence of a holder and a platform that both cheat, and auditors who do (spec 13 §4 and §5).

use testkit::curve::{G, Point, Scalar};

use crate::statements::auditors::{evidence, vouch_with, vouched};
use crate::statements::call::{Call, call_of, draw};
use crate::statements::file::Expected;
use crate::statements::single::asked;
use crate::statements::world::{CONDITION, World};
use testkit::cbor::{bytes, run};
use testkit::prelude::*;
use testkit::prover::Draft;
use testkit::reference::{encode, hash, point, prove_joint_logs, scalar, uint};
use testkit::rogue::Holder;

/// What is kept, with what three auditors make of it.
struct Kept<'a> {
    world: &'a World,
    call: &'a [u8],
    evidence: Vec<u8>,
}

impl Kept<'_> {
    /// `E1` and `E2`, the last points of the presentation.
    fn escrow(&self) -> [Point; 2] {
        let presentation = Tree::parse(Tree::parse(self.call).body.at(2).bytes()).body;
        *presentation.at(3).points().iter().map(point).collect::<Vec<_>>().last_chunk().unwrap()
    }

    /// `O` (spec 13 §4.1).
    fn opening(&self) -> [u8; 64] {
        let group = Tree::parse(&self.world.dealing.group.to_bytes()).body;
        let threshold = uint(group.at(1).uint());
        let keys = group.at(3).points();
        let mut parts = vec![&threshold[..], group.at(2).bytes()];
        parts.extend(keys.iter().map(<[u8; POINT_LEN]>::as_slice));
        let group: [u8; 32] = hash("auditor-group", &parts);
        let evidence = Tree::parse(&self.evidence).body;
        let evidence: [u8; 64] = hash("evidence", &[evidence.at(1).bytes(), evidence.at(2).bytes()]);
        let [e_1, e_2] = self.escrow();
        hash("opening", &[&group, &encode(&e_1), &encode(&e_2), &evidence])
    }

    /// The part of an auditor, with these errors in its proof.
    fn part(&self, number: u8, errors: &[Point; 2]) -> Vec<u8> {
        let share = &self.world.dealing.shares[usize::from(number) - 1];
        let share = scalar(&Tree::parse(&share.to_bytes()).body.at(2).run()[0]);
        let ([e_1, _], opening) = (self.escrow(), self.opening());
        let context = [&opening[..], &uint(number.into())].concat();
        let (commitments, responses) = prove_joint_logs("decryption", &context, &[(share, e_1)], errors);
        let proof = Item::Array(vec![run(commitments), bytes(responses[0])]);
        let share = bytes(encode(&(share * e_1)));
        let body = Item::Map(vec![Item::Uint(number.into()), bytes(opening), share, proof]);
        Tree { envelope: [SUITE, 1, 35], body }.to_bytes()
    }

    fn parts(&self) -> Vec<Vec<u8>> {
        [1, 2, 3].map(|number| self.part(number, &[Point::default(); 2])).to_vec()
    }

    fn valid(&self, comment: &str) -> Expected {
        Expected::valid("Evidence", comment, self.evidence.clone()).opened_by(self.parts())
    }

    fn refused(&self, flag: &'static str, check: &'static str, comment: &str) -> Expected {
        self.refused_by(flag, check, comment, self.parts())
    }

    fn refused_by(&self, flag: &'static str, check: &'static str, comment: &str, parts: Vec<Vec<u8>>) -> Expected {
        Expected::invalid("Evidence", flag, check, comment, self.evidence.clone()).opened_by(parts)
    }
}

pub fn all(world: &mut World) -> Vec<Expected> {
    let builder = world.ask().escrow(world.auditors_key(), CONDITION);
    let call = world.honest(builder);
    let bytes_of = call.to_bytes();
    let builder = world.ask().escrow(world.auditors_key(), "an order of another court");
    let other = world.honest(builder).to_bytes();
    let others = AuditorsKey::from_bytes(&encode(&Point::mul_base(&Scalar::from(5_u64)))).unwrap();
    let builder = world.ask().escrow(others, CONDITION);
    let holder = Holder::enrol(&mut world.country);
    let request = asked(world, builder);
    let mut rng = SeededRng::new(draw(&mut world.country.rng));
    let shown = Draft::new(&holder, &request, (&[], &[]), 0, &mut rng).finish(&mut rng);
    let to_others = call_of(&request, &shown, &[]);
    let kept = Kept { world, call: &bytes_of, evidence: vouched(world, &bytes_of) };
    let mut made = vec![kept.valid("nothing asked but the escrow")];
    made.extend(auditors(&kept));
    made.extend(platforms(world, &bytes_of));
    made.extend(calls(world, &call, &other));
    let kept = Kept { world, call: &to_others, evidence: vouched(world, &to_others) };
    made.push(kept.refused("EscrowToOthers", "13-16", "an escrow to others, which is right for their key"));
    made.push(nobody(world));
    made
}

fn calls(world: &World, call: &Call, other: &[u8]) -> Vec<Expected> {
    let shards = call.with(|_, shown| shown.at_mut(1).items_mut().push(Item::Uint(0)));
    let relations = shown(world, &shards, &[Point::default(); 2]);
    let shards = Kept { world, call: &shards, evidence: evidence(&shards, &vouch_with(world, &shards, 1, &relations)) };
    let other = Kept { world, call: other, evidence: vouched(world, other) };
    vec![
        shards.refused("NoCall", "13-15", "the shards of two credentials, where one is asked, vouched for"),
        other.refused("WrongCondition", "13-17", "an escrow under another condition"),
    ]
}

/// What a platform with the issuer's key shows of its one relation, with these errors.
fn shown(world: &World, call: &[u8], errors: &[Point]) -> Vec<u8> {
    let x = scalar(&selfsame::hazmat::issuer_secret(&world.country.issuer.share_key()));
    let presentation = Tree::parse(Tree::parse(call).body.at(2).bytes()).body;
    let a_bar = point(&presentation.at(3).points()[0]);
    let digest: [u8; 32] = hash("call", &[call]);
    let context = [&digest[..], &uint(1), &uint(NOW.as_secs())].concat();
    let (commitments, responses) = prove_joint_logs("verdict", &context, &[(x, a_bar)], errors);
    [commitments.concat(), responses.concat()].concat()
}

fn platforms(world: &World, call: &[u8]) -> Vec<Expected> {
    let none = Point::default();
    let with = |relations: &[u8]| {
        let evidence = evidence(call, &vouch_with(world, call, 1, relations));
        Kept { world, call, evidence }
    };
    let flag = "RelationsNotShown";
    let refuse = |comment, errors: &[Point]| with(&shown(world, call, errors)).refused(flag, "13-20", comment);
    vec![
        with(&shown(world, call, &[none, none])).valid("the relation, shown by a platform of its own"),
        refuse("the relation is shown for another key", &[G, none]),
        refuse("the relation is shown for another product", &[none, G]),
        refuse("commitments and a response of no relation, in the transcript too", &[none, none, G, G]),
    ]
}

fn auditors(kept: &Kept<'_>) -> Vec<Expected> {
    let none = Point::default();
    let parts = kept.parts();
    let with = |part: Vec<u8>| [vec![part], parts[1..].to_vec()].concat();
    let other = Tree::parse(&parts[0]).with(|body| body.at_mut(2).bytes_mut()[0] ^= 1);
    let refuse = |flag, check, comment, part| kept.refused_by(flag, check, comment, with(part));
    vec![
        refuse("OtherOpening", "13-10", "a part names another opening, and is of this one", other),
        refuse("WrongShare", "13-11", "an auditor proves for another key", kept.part(1, &[G, none])),
        refuse("WrongShare", "13-11", "an auditor proves for another product", kept.part(1, &[none, G])),
    ]
}

/// An escrow of nobody: the issuer certified a flag handle of zero.
fn nobody(world: &mut World) -> Expected {
    let mut holder = Holder::enrol(&mut world.country);
    holder.system[3] = Scalar::ZERO;
    let holder = holder.certified(&selfsame::hazmat::issuer_secret(&world.country.issuer.share_key()));
    let builder = world.ask().escrow(world.auditors_key(), CONDITION);
    let request = asked(world, builder);
    let mut rng = SeededRng::new(draw(&mut world.country.rng));
    let call = call_of(&request, &Draft::new(&holder, &request, (&[], &[]), 0, &mut rng).finish(&mut rng), &[]);
    Kept { world, call: &call, evidence: vouched(world, &call) }.refused("NoIdentity", "13-13", "an escrow of nobody")
}
