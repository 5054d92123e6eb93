//! Auditors' keys, evidence and opening (spec 13).

use ed25519_dalek::Signer;
use testkit::curve::{Point, Scalar};

use crate::statements::call::{Call, increment, piece, statement};
use crate::statements::file::Expected;
use crate::statements::valid::everything;
use crate::statements::world::{CONDITION, Holder, World};
use testkit::cbor::{bytes, run};
use testkit::prelude::*;
use testkit::reference::{encode, hash, point, uint};

/// Bytes of what a verdict shows of a relation: two commitments, and behind all of them a response.
const PAIR: usize = 2 * POINT_LEN + SCALAR_LEN;

pub fn all(world: &mut World) -> Vec<Expected> {
    let mut made = groups(world);
    let evidence = Kept::new(world);
    made.extend(evidence.opened(world));
    made.extend(evidence.refused(world));
    made.extend(evidence.by_one(world));
    made
}

/// The message of a group with these keys.
fn group(threshold: u64, key: [u8; POINT_LEN], keys: &[[u8; POINT_LEN]]) -> Vec<u8> {
    let body = Item::Map(vec![Item::Uint(threshold), bytes(key), run(keys.iter().copied())]);
    Tree { envelope: [SUITE, 1, 33], body }.to_bytes()
}

/// The keys of the polynomial with these coefficients, the one of 0 first.
fn keys(coefficients: &[u64], count: u64) -> Vec<[u8; POINT_LEN]> {
    let value = |x: u64| {
        let horner = |sum: Scalar, coefficient: &u64| sum * Scalar::from(x) + Scalar::from(*coefficient);
        encode(&Point::mul_base(&coefficients.iter().rev().fold(Scalar::ZERO, horner)))
    };
    (0..=count).map(value).collect()
}

fn groups(world: &World) -> Vec<Expected> {
    let honest = world.dealing.group.to_bytes();
    let tree = Tree::parse(&honest);
    let kind = "AuditorGroup";
    let of = |threshold, all: &[[u8; POINT_LEN]]| group(threshold, all[0], &all[1..]);
    let constant = [keys(&[11], 0)[0]; 5];
    let mut made = vec![
        Expected::valid(kind, "three of five", honest),
        Expected::valid(kind, "one of one", of(1, &constant[..2])),
        Expected::valid(kind, "one of four", of(1, &constant)),
        Expected::valid(kind, "two of two", of(2, &keys(&[11, 12], 2))),
        Expected::valid(kind, "64 of 64", of(64, &keys(&(11..75).collect::<Vec<u64>>(), 64))),
    ];
    // f = 7 + (x − 1)(x − 2), so that f(1) = f(2); and f = 7 + x·(3 − x), so that f(0) = f(3).
    let minus = |number: u64| -Scalar::from(number);
    let values = |f: &dyn Fn(Scalar) -> Scalar| -> Vec<[u8; POINT_LEN]> {
        (0..=5_u64).map(|x| encode(&Point::mul_base(&f(Scalar::from(x))))).collect()
    };
    let seven = Scalar::from(7_u64);
    let twice = values(&|x| seven + (x + minus(1)) * (x + minus(2)));
    let own = values(&|x| seven + x * (x + minus(3)));
    let line = keys(&[11, 12], 5);
    let swap = |one: usize, other: usize| {
        tree.with(|body| {
            let all = body.at(3).points();
            piece(body, 3, one).copy_from_slice(&all[other]);
            piece(body, 3, other).copy_from_slice(&all[one]);
        })
    };
    for (flag, check, comment, bytes) in [
        ("GroupSize", "13-1", "a threshold of 0", tree.with(|body| *body.at_mut(1) = Item::Uint(0))),
        ("GroupSize", "13-1", "a threshold above the number", tree.with(|body| *body.at_mut(1) = Item::Uint(6))),
        ("GroupSize", "13-1", "no auditors", tree.with(|body| body.at_mut(3).bytes_mut().clear())),
        ("GroupSize", "01-1", "65 auditors", of(1, &[constant[0]; 66])),
        (
            "IdentityPoint",
            "13-1",
            "a key of an auditor that is the identity",
            tree.with(|body| piece(body, 3, 4).fill(0)),
        ),
        ("IdentityPoint", "13-1", "PK the identity", tree.with(|body| piece(body, 2, 0).fill(0))),
        (
            "InvalidPoint",
            "13-1",
            "a key of an auditor that is no element",
            tree.with(|body| piece(body, 3, 0).fill(0xff)),
        ),
        ("InconsistentKeys", "13-2", "PK of another group", tree.with(|body| *body.at_mut(2) = bytes(line[0]))),
        ("InconsistentKeys", "13-2", "two keys exchanged", swap(0, 1)),
        ("InconsistentKeys", "13-2", "two keys above the threshold exchanged", swap(3, 4)),
        (
            "InconsistentKeys",
            "13-2",
            "a lower threshold than the keys have",
            tree.with(|body| *body.at_mut(1) = Item::Uint(2)),
        ),
        ("FewerSuffice", "13-3", "two suffice where three are said to be needed", of(3, &line)),
        ("FewerSuffice", "13-3", "one suffices where two are said to be needed", of(2, &constant)),
        ("EqualKeys", "13-4", "two auditors have one share", of(3, &twice)),
        ("EqualKeys", "13-4", "an auditor has the key of all", of(3, &own)),
    ] {
        made.push(Expected::invalid(kind, flag, check, comment, bytes));
    }
    made
}

/// What a desk keeps, with the shares of all auditors for it.
struct Kept {
    call: Call,
    evidence: Vec<u8>,
    parts: Vec<Vec<u8>>,
    second: Vec<u8>,
    second_parts: Vec<Vec<u8>>,
}

/// A verdict of a platform that signs anything; its keyed relations as the honest one shows them.
fn vouch(world: &World, call: &[u8], bit: u64) -> Vec<u8> {
    vouch_with(world, call, bit, &shown_relations(world, call))
}

/// The honest platform's proof, or none where it refuses the call.
fn shown_relations(world: &World, call: &[u8]) -> Vec<u8> {
    let verdict = Tree::parse(&world.country.platform.answer(call, NOW).unwrap().to_bytes());
    if verdict.body.at(2).uint() == 1 { verdict.body.at(5).bytes().to_vec() } else { Vec::new() }
}

pub fn vouch_with(world: &World, call: &[u8], bit: u64, relations: &[u8]) -> Vec<u8> {
    let digest: [u8; 32] = hash("call", &[call]);
    let time = NOW.as_secs();
    let key = world.liar.verifying_key().to_bytes();
    let signed: [u8; 64] = hash("verdict", &[&digest, &uint(bit), &uint(time), relations, &key]);
    let signature = world.liar.sign(&signed).to_bytes();
    let verdict = Item::Map(vec![
        bytes(digest),
        Item::Uint(bit),
        Item::Uint(time),
        bytes(signature),
        bytes(relations),
        bytes(key),
    ]);
    Tree { envelope: [SUITE, 1, 9], body: verdict }.to_bytes()
}

pub fn evidence(call: &[u8], verdict: &[u8]) -> Vec<u8> {
    Tree { envelope: [SUITE, 1, 38], body: Item::Map(vec![bytes(call), bytes(verdict)]) }.to_bytes()
}

pub fn vouched(world: &World, call: &[u8]) -> Vec<u8> {
    evidence(call, &vouch(world, call, 1))
}

/// Evidence of a presentation with all statements, its numbers in digits: the platform shows their
/// relation behind all others.
pub fn in_digits(world: &World, call: &Call) -> Vec<Expected> {
    let call = call.to_bytes();
    let kept = |relations: &[u8]| evidence(&call, &vouch_with(world, &call, 1, relations));
    let relations = shown_relations(world, &call);
    let (count, honest) = (relations.len() / PAIR, kept(&relations));
    let parts = parts(world, &honest)[..3].to_vec();
    let without =
        [&relations[..2 * POINT_LEN * (count - 1)], &relations[2 * POINT_LEN * count..][..SCALAR_LEN * (count - 1)]]
            .concat();
    let mut changed = relations.clone();
    increment(&mut changed[PAIR * count - SCALAR_LEN..]);
    let refused = |comment: &str, relations: &[u8]| {
        let comment = format!("in digits: {comment}");
        Expected::invalid("Evidence", "RelationsNotShown", "13-20", comment, kept(relations)).opened_by(parts.clone())
    };
    vec![
        refused("the relation of the digits is not shown", &without),
        refused("the platform's response for the digits' key is one more", &changed),
        Expected::valid("Evidence", "in digits: an escrow among all statements", honest).opened_by(parts.clone()),
    ]
}

impl Kept {
    fn new(world: &mut World) -> Self {
        let builder = world.ask().escrow(world.auditors_key(), CONDITION).present_on(&world.country.heads[1]);
        let call = world.honest(builder);
        let all = everything(world);
        let all = world.shown(&[Holder::Card, Holder::Licence], all, 0).to_bytes();
        let (evidence, second) = (vouched(world, &call.to_bytes()), vouched(world, &all));
        let (parts, second_parts) = (parts(world, &evidence), parts(world, &second));
        Self { call, evidence, parts, second, second_parts }
    }

    fn some(&self, auditors: &[usize]) -> Vec<Vec<u8>> {
        auditors.iter().map(|i| self.parts[i - 1].clone()).collect()
    }

    fn opened(&self, _world: &World) -> Vec<Expected> {
        let opened = |comment: &str, auditors: &[usize]| {
            Expected::valid("Evidence", comment, self.evidence.clone()).opened_by(self.some(auditors))
        };
        vec![
            opened("the first three auditors", &[1, 2, 3]),
            opened("three others, in another order", &[5, 3, 1]),
            opened("all auditors", &[1, 2, 3, 4, 5]),
            Expected::valid("Evidence", "an escrow among all statements", self.second.clone())
                .opened_by(self.second_parts[2..].to_vec()),
        ]
    }

    fn refused(&self, world: &World) -> Vec<Expected> {
        let bytes_of = self.call.to_bytes();
        let mut made = Vec::new();
        let mut refuse = |flag, check, comment: &str, bytes, parts| {
            made.push(Expected::invalid("Evidence", flag, check, comment, bytes).opened_by(parts));
        };
        let three = || self.some(&[1, 2, 3]);
        let spoilt = Tree::parse(&vouch(world, &bytes_of, 1)).with(|body| body.at_mut(4).bytes_mut()[63] ^= 1);
        let other = vouch(world, b"another call", 1);
        let verdict = "NotVouched";
        refuse(verdict, "13-14", "the signature is of nobody", evidence(&bytes_of, &spoilt), three());
        refuse(verdict, "13-14", "the verdict is of another call", evidence(&bytes_of, &other), three());
        refuse(
            verdict,
            "13-14",
            "the platform refused the call",
            evidence(&bytes_of, &vouch_with(world, &bytes_of, 0, &[0; 2 * PAIR])),
            three(),
        );
        let short = &bytes_of[..bytes_of.len() - 1];
        refuse("NoCall", "13-15", "the call is a byte short", vouched(world, short), three());
        let with = |change: &dyn Fn(&mut Item, &mut Item)| {
            vouched(world, &self.call.with(|request, shown| change(request, shown)))
        };
        refuse(
            "NoCall",
            "13-15",
            "a point is missing",
            with(&|_, shown| drop(shown.at_mut(3).bytes_mut().drain(..POINT_LEN))),
            three(),
        );
        refuse(
            "NoEscrow",
            "13-16",
            "the request has no escrow",
            with(&|request, _| {
                request.at_mut(3).at_mut(0).at_mut(6).items_mut().clear();
            }),
            three(),
        );
        let line = keys(&[11, 12], 1)[0];
        refuse(
            "EscrowToOthers",
            "13-16",
            "the escrow is to others",
            with(&|request, _| {
                *statement(request, 0, 0).at_mut(1) = bytes(line);
            }),
            three(),
        );
        refuse(
            "WrongCondition",
            "13-17",
            "the condition is another one",
            with(&|request, _| {
                *statement(request, 0, 0).at_mut(2) = Item::Text("anything".into());
            }),
            three(),
        );
        refuse(
            "UnknownIssuer",
            "13-18",
            "the key version is another one",
            with(&|request, _| {
                *request.at_mut(3).at_mut(0).at_mut(1) = Item::Uint(2);
            }),
            three(),
        );
        refuse(
            "UnknownEpoch",
            "13-18",
            "the epoch is another one",
            with(&|request, _| {
                *request.at_mut(3).at_mut(0).at_mut(5).at_mut(0).at_mut(2) = bytes([5; 32]);
            }),
            three(),
        );
        let shift = Scalar::from(5_u64);
        let auditors = point(&world.dealing.group.key());
        refuse(
            "SwappedCiphertext",
            "13-19",
            "the ciphertext of the same person under another u",
            with(&|_, shown| {
                let all = shown.at(3).points();
                piece(shown, 3, 3).copy_from_slice(&encode(&(point(&all[3]) + Point::mul_base(&shift))));
                piece(shown, 3, 4).copy_from_slice(&encode(&(point(&all[4]) + shift * auditors)));
            }),
            three(),
        );
        for (place, name) in [(6, "y_flag"), (20, "u")] {
            let changed = with(&|_, shown| increment(piece(shown, 5, place)));
            refuse("WrongResponse", "13-19", &format!("the response for {name} is one more"), changed, three());
        }
        let honest = shown_relations(world, &bytes_of);
        let proof = |relations: &[u8]| evidence(&bytes_of, &vouch_with(world, &bytes_of, 1, relations));
        let changed = |place: usize| {
            let mut relations = honest.clone();
            increment(&mut relations[4 * POINT_LEN + SCALAR_LEN * place..][..SCALAR_LEN]);
            relations
        };
        // As many relations of another call as this one has.
        let second = Tree::parse(&self.second).body.at(1).bytes().to_vec();
        let other = shown_relations(world, &second);
        let scalars = other.len() / PAIR * 2 * POINT_LEN;
        let other = [&other[..4 * POINT_LEN], &other[scalars..scalars + 2 * SCALAR_LEN]].concat();
        for (comment, relations) in [
            ("nothing shows that the keyed relations hold", Vec::new()),
            (
                "one of two keyed relations is shown",
                [&honest[..2 * POINT_LEN], &honest[4 * POINT_LEN..][..SCALAR_LEN]].concat(),
            ),
            ("what is shown is of another call", other),
            ("the first response of the platform is one more", changed(0)),
            ("the second response of the platform is one more", changed(1)),
            (
                "two commitments of the platform exchanged",
                [&honest[POINT_LEN..2 * POINT_LEN], &honest[..POINT_LEN], &honest[2 * POINT_LEN..]].concat(),
            ),
        ] {
            refuse("RelationsNotShown", "13-20", comment, proof(&relations), three());
        }
        for (place, name) in [(0, "e"), (1, "r1"), (19, "t")] {
            let call = self.call.with(|_, shown| increment(piece(shown, 5, place)));
            let kept = evidence(&call, &vouch_with(world, &call, 1, &honest));
            refuse("RelationsNotShown", "13-20", &format!("the response for {name} is one more"), kept, three());
        }
        self.refused_parts(&mut made);
        made
    }

    /// One auditor contributes, for evidence that it has checked (13-7).
    fn by_one(&self, world: &World) -> Vec<Expected> {
        let call = self.call.to_bytes();
        let spoilt = Tree::parse(&vouch(world, &call, 1)).with(|body| body.at_mut(4).bytes_mut()[63] ^= 1);
        let (spoilt, nothing) = (evidence(&call, &spoilt), evidence(&call, &vouch_with(world, &call, 1, &[])));
        let refuse = |flag, check, comment: &str, bytes| Expected::invalid("Decrypting", flag, check, comment, bytes);
        vec![
            Expected::valid("Decrypting", "what it has checked", self.evidence.clone()),
            refuse("NotVouched", "13-14", "the signature is of nobody", spoilt),
            refuse("RelationsNotShown", "13-20", "nothing shows that the keyed relations hold", nothing),
        ]
    }

    fn refused_parts(&self, made: &mut Vec<Expected>) {
        let mut refuse = |flag, check, comment: &str, parts| {
            made.push(Expected::invalid("Evidence", flag, check, comment, self.evidence.clone()).opened_by(parts));
        };
        let third = Tree::parse(&self.parts[2]);
        let with = |change: &dyn Fn(&mut Item)| {
            let mut parts = self.some(&[1, 2]);
            parts.push(third.with(|body| change(body)));
            parts
        };
        refuse("UnknownAuditor", "13-8", "auditor 6 of five", with(&|body| *body.at_mut(1) = Item::Uint(6)));
        refuse("SameAuditor", "13-9", "one auditor twice", self.some(&[1, 2, 2]));
        refuse("OtherOpening", "13-10", "an opening of other evidence", {
            let mut parts = self.some(&[1, 2]);
            parts.push(self.second_parts[2].clone());
            parts
        });
        refuse(
            "WrongShare",
            "13-11",
            "the response is one more",
            with(&|body| increment(body.at_mut(4).at_mut(1).bytes_mut())),
        );
        refuse("WrongShare", "13-11", "another share", with(&|body| *body.at_mut(3) = bytes(keys(&[11], 0)[0])));
        refuse(
            "WrongShare",
            "13-11",
            "the share of auditor 3 as that of auditor 4",
            with(&|body| *body.at_mut(1) = Item::Uint(4)),
        );
        refuse("TooFewAuditors", "13-12", "two auditors of three", self.some(&[4, 2]));
        refuse("TooFewAuditors", "13-12", "no auditor", Vec::new());
        refuse(
            "NonCanonicalScalar",
            "01-10",
            "a response that is no scalar",
            with(&|body| {
                body.at_mut(4).at_mut(1).bytes_mut().fill(0xff);
            }),
        );
        refuse("IdentityPoint", "01-9", "a share that is the identity", with(&|body| piece(body, 3, 0).fill(0)));
    }
}

/// The share of each auditor in opening this evidence.
fn parts(world: &World, kept: &[u8]) -> Vec<Vec<u8>> {
    let country = &world.country;
    let heads = [&country.status, &country.flag].map(|list| list.heads().verify(&list.list_keys()).unwrap());
    let sets: Vec<&VerifiedCodeSet> = world.sets.iter().map(|set| &set.verified).collect();
    let issuers = [country.issuer.parameters().clone(), world.transport.parameters().clone()];
    let context = EvidenceContext {
        platforms: &[world.platform_of_evidence()],
        issuers: &issuers,
        heads: &[&heads[0], &heads[1]],
        sets: &sets,
        digits: &[&world.digits.verified],
        condition: CONDITION,
    };
    let evidence = Evidence::from_bytes(kept).unwrap();
    let checked = evidence.check(&world.dealing.group, &context).unwrap();
    world.dealing.shares.iter().map(|share| checked.decrypt(share).unwrap().to_bytes()).collect()
}
