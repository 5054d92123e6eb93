//! What is squeezed in the range proofs of an answer (spec 12 §2), by the reference alone and under
//! the names that `verify.py --explain` prints.

use bulletproofs::{BulletproofGens, PedersenGens, RangeProof};
use curve25519_dalek::ristretto::CompressedRistretto;
use serde_json::Value;
use testkit::cbor::place;
use testkit::curve::{G, Point, Scalar};
use testkit::prelude::*;
use testkit::prover::parts;
use testkit::reference::{base, encode, point};

use crate::hotel::traces::{Issuer, up_to_points};
use crate::statements::world::World;

/// y, z, x, w, and u of each round.
const SQUEEZED: [&str; 5] = ["squeeze y", "squeeze z", "squeeze x", "squeeze w", "squeeze u"];

/// Of a call about one credential with intervals, each of another subject, or a limit; what several
/// proofs squeeze in their order.
pub fn of(world: &World, call: &[u8]) -> Vec<(&'static str, Value)> {
    let call = Tree::parse(call).body;
    let [request, presentation] = [1, 2].map(|key| Tree::parse(call.at(key).bytes()).body);
    let question = request.question();
    let issuers = [&world.country.issuer, &world.transport].map(selfsame::credential::Issuer::parameters);
    let issuer = issuers.into_iter().find(|one| one.key().to_bytes() == question.at(0).run()[0]).unwrap();
    let lists = &[&world.country.status, &world.country.flag][..question.at(place::LISTS).items().len()];
    let heads = lists.iter().map(|list| (Tree::parse(&list.heads().to_bytes()).body.at(1).clone(), false));
    let heads: Vec<_> = heads.collect();
    let transcript = up_to_points(call.at(1).bytes(), &presentation, &Issuer::of(issuer), &heads);
    let proven = proven(question, &presentation, issuer.schema());
    let mut replay = Replay { transcript: transcript.into_merlin(), squeezed: Default::default() };
    let mut proofs = presentation.at(6).items().iter();
    for bits in [16, 32, 64] {
        let of_length: Vec<Point> = proven.iter().filter(|one| one.0 == bits).map(|one| one.1).collect();
        if !of_length.is_empty() {
            replay.proof(bits, of_length, proofs.next().unwrap().bytes());
        }
    }
    assert!(proofs.next().is_none());
    let one_or_more = |mut all: Vec<Value>| if all.len() == 1 { all.remove(0) } else { all.into() };
    SQUEEZED.into_iter().zip(replay.squeezed.map(one_or_more)).collect()
}

/// Length and commitment of each number that is proven (spec 12 §2.2).
fn proven(question: &Item, presentation: &Item, schema: &Schema) -> Vec<(usize, Point)> {
    let max = |subject: u64| match schema.attributes().get(subject as usize).map(|attribute| attribute.kind()) {
        Some(AttributeKind::Number) => u64::MAX,
        Some(AttributeKind::Code) => u32::MAX.into(),
        _ => u16::MAX.into(),
    };
    let sent = presentation.at(3).points();
    // Behind Ā, D' and a W̄ of each list.
    let mut commitments = sent[2 + question.at(place::LISTS).items().len()..].iter().map(point);
    let mut proven = Vec::new();
    for statement in question.at(place::STATEMENTS).items() {
        let (low, high, vouched) = match statement.at(0).uint() {
            1 => (statement.at(2).uint(), statement.at(3).uint(), Some(max(statement.at(1).uint()))),
            5 => (0, statement.at(2).uint() - 1, None),
            other => panic!("no trace of a statement {other}"),
        };
        if vouched.is_none() {
            commitments.next(); // the tag
        }
        let (commitment, (bits, lower, upper)) = (commitments.next().unwrap(), parts(low, high, vouched));
        proven.extend(lower.then(|| (bits, commitment - Scalar::from(low) * G)));
        proven.extend(upper.then(|| (bits, Scalar::from(high) * G - commitment)));
    }
    proven
}

struct Replay {
    transcript: merlin::Transcript,
    squeezed: [Vec<Value>; 5],
}

impl Replay {
    fn absorb(&mut self, label: &'static str, bytes: &[u8]) {
        self.transcript.append_message(label.as_bytes(), bytes);
    }

    fn squeeze(&mut self, which: usize) {
        let mut bytes = [0; 64];
        self.transcript.challenge_bytes(&SQUEEZED[which].as_bytes()["squeeze ".len()..], &mut bytes);
        self.squeezed[which].push(hex::encode(bytes).into());
    }

    /// One proof, which the crate beneath takes from here on.
    fn proof(&mut self, bits: usize, mut of: Vec<Point>, proof: &[u8]) {
        of.resize(of.len().next_power_of_two(), Point::default());
        let commitments: Vec<CompressedRistretto> = of.iter().map(|one| CompressedRistretto(encode(one))).collect();
        let (all, pedersen) =
            (BulletproofGens::new(bits, of.len()), PedersenGens { B: G, B_blinding: base("Blinding") });
        let (mut transcript, mut rng) = (self.transcript.clone(), SeededRng::new([0; 32]));
        let read = RangeProof::from_bytes(proof).unwrap();
        read.verify_multiple_with_rng(&all, &pedersen, &mut transcript, &commitments, bits, &mut rng).unwrap();

        self.absorb("dom-sep", b"rangeproof v1");
        self.absorb("n", &(bits as u64).to_le_bytes());
        self.absorb("m", &(of.len() as u64).to_le_bytes());
        commitments.iter().for_each(|one| self.absorb("V", one.as_bytes()));
        let items: Vec<&[u8]> = proof.chunks(32).collect();
        self.absorb("A", items[0]);
        self.absorb("S", items[1]);
        self.squeeze(0);
        self.squeeze(1);
        self.absorb("T_1", items[2]);
        self.absorb("T_2", items[3]);
        self.squeeze(2);
        for (label, item) in ["t_x", "t_x_blinding", "e_blinding"].into_iter().zip(&items[4..]) {
            self.absorb(label, item);
        }
        self.squeeze(3);
        self.absorb("dom-sep", b"ipp v1");
        self.absorb("n", &((bits * of.len()) as u64).to_le_bytes());
        // Behind the rounds are a and b.
        for round in items[7..items.len() - 2].chunks(2) {
            self.absorb("L", round[0]);
            self.absorb("R", round[1]);
            self.squeeze(4);
        }
        self.absorb("range-proof", proof);
    }
}
