//! A prover of its own for one credential with statements, on the group's own arithmetic and with
//! nothing of the crate: it knows every secret, the device's too. What it drafts is honest;
//! whatever is changed before [`Draft::finish`] is what the proof is for.

use crate::curve::{G, Point, Scalar, low};
use std::rc::Rc;

use crate::cbor::run;
use crate::device::{self, Answered};
use crate::prelude::*;
use crate::reference::{
    PRESENTATION, TAG, Transcript, attribute_base, base, digit_base, encode, hash, hash_to_point, point, uint,
};
use crate::rogue::{Head, Holder, value_scalar};

/// Places of secrets: `e`, `r1`, `r3`, then those of the system, then hidden attributes.
const R1: usize = 1;
const R3: usize = 2;
const SYSTEM: usize = 3;
pub const PSEUDONYM: usize = 3;
const STATUS: usize = 5;
pub const FLAG: usize = 6;
const FACTORS: usize = 7;
const SINCE: usize = 8;
const SYSTEM_BASES: [&str; 6] = ["Pseudonym", "Device", "Status", "Flag", "Factors", "Since"];

/// A point of an equation.
#[derive(Clone, Copy)]
enum Spot {
    Base(Point),
    /// One that is sent, less a public point.
    Sent(usize, Point),
}

/// What a range proof is about, and what opens it.
#[derive(Clone)]
pub struct Ranged {
    pub bits: usize,
    pub value: u64,
    pub blind: Scalar,
}

/// What one statement was drafted with.
#[derive(Clone, Default)]
pub struct Places {
    /// Its points among those sent, the commitment to its subject included.
    pub points: Vec<usize>,
    /// Its own secrets.
    pub secrets: Vec<usize>,
    /// Its subject's secret.
    pub subject: Option<usize>,
    /// Its range proofs.
    pub ranges: Vec<usize>,
}

/// A digit of a bound.
#[derive(Clone)]
pub struct Digit {
    /// What `C` has of it.
    pub value: Scalar,
    pub blind: Scalar,
    /// `W̄`, among the points sent.
    pub sent: usize,
    /// Its secret; the lowest digit of a bound has none, and follows from others: `κ`, and
    /// `coefficient·secret` each.
    of: Result<usize, (Scalar, Vec<(Scalar, usize)>)>,
    /// Which `K` it has.
    pub base: u64,
}

/// What a prover does when it knows the weights.
type Adapt = Rc<dyn Fn(&mut Draft, &[Scalar])>;

#[derive(Clone)]
pub struct Draft {
    request: Vec<u8>,
    transcript: merlin::Transcript,
    shard: u16,
    disclosed: Vec<Item>,
    pub points: Vec<Point>,
    pub secrets: Vec<Scalar>,
    pub ranges: Vec<Ranged>,
    /// For each statement, in order.
    pub statements: Vec<Places>,
    /// `coefficient·scalar·point` each.
    equations: Vec<Vec<(Scalar, usize, Spot)>>,
    /// Of each hidden attribute.
    attributes: Vec<(u64, usize)>,
    /// Subject, place of its commitment, `τ`.
    committed: Vec<(u64, usize, Scalar)>,
    /// The digits' key and witnesses, as published.
    digit_table: Option<Tree>,
    pub digits: Vec<Digit>,
    /// `τ_C`, which becomes `t'`.
    pub digits_blind: Scalar,
    /// What `C` has besides.
    pub digits_extra: Point,
    pub adapt: Option<Adapt>,
}

fn append(transcript: &mut merlin::Transcript, label: &'static str, bytes: &[u8]) {
    transcript.append_message(label.as_bytes(), bytes);
}

/// `low ≤ v ≤ high` as numbers that have so many bits: whether there is one of the lower bound, and
/// one of the upper.
pub fn parts(low: u64, high: u64, vouched: Option<u64>) -> (usize, bool, bool) {
    let bits = [16, 32].into_iter().find(|bits| high - low < 1 << bits).unwrap_or(64);
    let lower = low > 0 || vouched.is_none();
    let upper = match vouched {
        Some(max) => high < max,
        None => high - low != u64::MAX >> (64 - bits),
    };
    (bits, lower, upper)
}

impl Draft {
    /// Answers a request of one question. `tables` are the sets, `sets` the heads of both lists.
    pub fn new(
        holder: &Holder,
        request: &[u8],
        (tables, sets): (&[Tree], &[&HeadSet]),
        shows: u64,
        rng: &mut SeededRng,
    ) -> Self {
        let body = Tree::parse(request).body;
        let question = body.at(3).at(0);
        let disclose: Vec<u64> = question.at(4).items().iter().map(Item::uint).collect();
        let statements = question.at(6).items();
        let of_shard =
            |set: &&HeadSet| Head::read(Tree::parse(&set.to_bytes()).body.at(1).at(usize::from(holder.shard)));
        let heads: Vec<Head> = sets.iter().take(question.at(5).items().len()).map(of_shard).collect();
        let shard = if heads.is_empty() { 0 } else { holder.shard };

        let mut transcript = merlin::Transcript::new(TAG.as_bytes());
        append(&mut transcript, "proof", b"presentation");
        append(&mut transcript, "request", request);
        append(&mut transcript, "credential", &uint(0));
        append(&mut transcript, "issuer-key", &holder.issuer);
        append(&mut transcript, "issuer-key-version", &uint(holder.version.into()));
        append(&mut transcript, "schema", &holder.schema);
        append(&mut transcript, "arity", &uint(holder.values.len() as u64));
        append(&mut transcript, "issuer-mode", &uint(1));
        append(&mut transcript, "shard", &uint(shard.into()));
        for head in &heads {
            append(&mut transcript, "list-mode", &uint(1));
            append(&mut transcript, "list-key", &encode(&head.key));
            append(&mut transcript, "head", &head.digest());
        }
        for statement in statements.iter().filter(|statement| statement.at(0).uint() == 2) {
            let table = table_of(tables, statement.at(2).bytes());
            append(&mut transcript, "set-mode", &uint(1));
            append(&mut transcript, "set-key", table.body.at(1).bytes());
            append(&mut transcript, "set", statement.at(2).bytes());
        }
        let disclosed: Vec<Item> = disclose.iter().map(|index| holder.values[*index as usize].clone()).collect();
        for (index, value) in disclose.iter().zip(&disclosed) {
            append(&mut transcript, "attribute", &uint(*index));
            append(&mut transcript, "value", &value.encode());
        }
        let named = body.at(6).items();
        let digit_table = named.first().map(|digest| digits_of(tables, digest.bytes()).clone());
        if let (Some(digest), Some(table)) = (named.first(), &digit_table) {
            append(&mut transcript, "digits-mode", &uint(1));
            append(&mut transcript, "digits-key", table.body.at(1).bytes());
            append(&mut transcript, "digits", digest.bytes());
        }

        let (r1, r2) = (Scalar::random(rng), Scalar::random(rng));
        let mut points = vec![(r1 * r2) * holder.a, r2 * holder.commitment()];
        let mut secrets = vec![holder.e, r1, r2.invert()];
        secrets.extend(holder.system);
        let mut attributes = Vec::new();
        for (index, value) in (0..).zip(&holder.values).filter(|(index, _)| !disclose.contains(index)) {
            attributes.push((index, secrets.len()));
            secrets.push(value_scalar(value));
        }
        let (one, none) = (Scalar::ONE, Point::default());
        let mac = vec![(one, R1, Spot::Sent(1, none)), (-one, 0, Spot::Sent(0, none))];
        let mut opening = vec![(one, R3, Spot::Sent(1, none))];
        opening.extend((SYSTEM..).zip(SYSTEM_BASES).map(|(place, name)| (-one, place, Spot::Base(base(name)))));
        let hidden = attributes.iter().map(|(index, place)| (-one, *place, Spot::Base(attribute_base(*index))));
        opening.extend(hidden);
        let mut equations = vec![mac, opening];
        for head in &heads {
            let (class, t) = (head.class as usize - 1, Scalar::random(rng));
            let membership = vec![
                (one, secrets.len(), Spot::Base(head.value)),
                (-one, STATUS + class, Spot::Sent(points.len(), none)),
            ];
            points.push(t * holder.witnesses[class]);
            secrets.push(t);
            equations.push(membership);
        }
        let mut draft = Self {
            request: request.to_vec(),
            transcript,
            shard,
            disclosed,
            points,
            secrets,
            ranges: Vec::new(),
            statements: Vec::new(),
            equations,
            attributes,
            committed: Vec::new(),
            digit_table,
            digits: Vec::new(),
            digits_blind: Scalar::random(rng),
            digits_extra: Point::default(),
            adapt: None,
        };
        let verifier = body.at(1).text();
        for statement in statements {
            let places = draft.state(holder, statement, verifier, tables, shows, rng);
            draft.statements.push(places);
        }
        draft
    }

    fn state(
        &mut self,
        holder: &Holder,
        statement: &Item,
        verifier: &str,
        tables: &[Tree],
        shows: u64,
        rng: &mut SeededRng,
    ) -> Places {
        let one = Scalar::ONE;
        let mut places = Places::default();
        match statement.at(0).uint() {
            1 => {
                let subject = statement.at(1).uint();
                let (low, high) = (statement.at(2).uint(), statement.at(3).uint());
                let (value, max) = number(holder, subject);
                if statement.at(4).uint() > 0 {
                    let secret = self.subject(subject);
                    places.subject = Some(secret);
                    self.in_digits(&mut places, (low, high, Some(max)), value, secret, rng);
                    return places;
                }
                let blind = self.commit(subject, &mut places, rng);
                self.range(&mut places, (low, high, Some(max)), value, blind);
            }
            2 => {
                let subject = self.subject(statement.at(1).uint());
                let table = table_of(tables, statement.at(2).bytes());
                let codes: Vec<Scalar> =
                    table.body.at(2).items().iter().map(|code| Scalar::from(code.uint())).collect();
                // Who has none of the codes takes the first one's witness.
                let code = codes.iter().position(|code| *code == self.secrets[subject]).unwrap_or(0);
                let t = Scalar::random(rng);
                let sent = self.send(&mut places, t * point(&table.body.at(3).run()[code]));
                let blind = self.secret(&mut places, t);
                places.subject = Some(subject);
                let witness = Spot::Sent(sent, Point::default());
                self.equations.push(vec![(one, blind, Spot::Base(base("Set"))), (-one, subject, witness)]);
            }
            3 => {
                let subject = statement.at(1).uint();
                let blind = self.commit(subject, &mut places, rng);
                let other = value_scalar(statement.at(2));
                let difference = self.secrets[self.subject(subject)] - other;
                // The inverse of zero is zero here: who has the value itself proves nonsense.
                let inverse = difference.invert();
                let (a, b) = (self.secret(&mut places, inverse), self.secret(&mut places, -(blind * inverse)));
                let (_, sent, _) = *self.committed.iter().find(|(other, ..)| *other == subject).unwrap();
                let moved = Spot::Sent(sent, other * G);
                self.equations.push(vec![(one, a, moved), (one, b, Spot::Base(base("Blinding")))]);
            }
            4 => {
                let scope = hash_to_point("pseudonym-scope", &[verifier.as_bytes(), statement.at(1).text().as_bytes()]);
                self.send(&mut places, self.secrets[PSEUDONYM] * scope);
                self.equations.push(vec![(one, PSEUDONYM, Spot::Base(scope))]);
            }
            5 => {
                let field = |place: usize| uint(statement.at(place).uint());
                let scope = statement.at(1).text().as_bytes();
                let parts: [&[u8]; 5] = [verifier.as_bytes(), scope, &field(2), &field(3), &field(4)];
                let base_point = hash_to_point("limit-scope", &parts);
                let index = Scalar::from(shows);
                let tag = self.send(&mut places, (self.secrets[PSEUDONYM] + index).invert() * base_point);
                let i = self.secret(&mut places, index);
                places.subject = Some(i);
                let spot = Spot::Sent(tag, Point::default());
                self.equations.push(vec![(one, PSEUDONYM, spot), (one, i, spot)]);
                if statement.at(5).uint() > 0 {
                    self.in_digits(&mut places, (0, statement.at(2).uint() - 1, None), shows, i, rng);
                    return places;
                }
                let (_, blind) = self.commit_to(i, &mut places, rng);
                self.range(&mut places, (0, statement.at(2).uint() - 1, None), shows, blind);
            }
            6 => {
                let auditors = point(&statement.at(1).run()[0]);
                let u = Scalar::random(rng);
                self.send(&mut places, u * G);
                self.send(&mut places, self.secrets[FLAG] * base("Escrow") + u * auditors);
                let blind = self.secret(&mut places, u);
                self.equations.push(vec![(one, blind, Spot::Base(G))]);
                self.equations.push(vec![(one, FLAG, Spot::Base(base("Escrow"))), (one, blind, Spot::Base(auditors))]);
            }
            other => panic!("no statement {other}"),
        }
        places
    }

    /// The digits of the bounds of an interval, those of the number that each bound makes of the
    /// value.
    fn in_digits(
        &mut self,
        places: &mut Places,
        (low, high, max): (u64, u64, Option<u64>),
        value: u64,
        subject: usize,
        rng: &mut SeededRng,
    ) {
        let bits = self.digit_table.as_ref().unwrap().body.at(2).uint();
        let power = |place: u64| 1_u128 << (bits * place);
        let count = (1..).find(|count| power(*count) > u128::from(high - low)).unwrap();
        let full = power(count) - 1 == u128::from(high - low);
        let lower = low > 0 || max.is_none();
        let upper = max.map_or(!full, |max| high < max);
        let one = Scalar::ONE;
        let bounds = [
            (lower, value.wrapping_sub(low), -Scalar::from(low), one),
            (upper, high.wrapping_sub(value), Scalar::from(high), -one),
        ];
        for (_, number, constant, sign) in bounds.into_iter().filter(|(needed, ..)| *needed) {
            let digit = |place: u64| number.checked_shr((bits * place) as u32).unwrap_or(0) & ((1 << bits) - 1);
            let sent: Vec<usize> = (0..count).map(|_| self.send(places, Point::default())).collect();
            let mut terms = vec![(sign, subject)];
            for place in 1..count {
                let secret = self.secret(places, Scalar::from(digit(place)));
                terms.push((-Scalar::from(power(place)), secret));
            }
            for (place, sent) in (0..count).zip(sent) {
                let of = match place {
                    0 => Err((constant, terms.clone())),
                    _ => Ok(terms[place as usize].1),
                };
                let (base, blind) = (self.digits.len() as u64, Scalar::random(rng));
                self.digits.push(Digit { value: Scalar::from(digit(place)), blind, sent, of, base });
                self.show(self.digits.len() - 1, digit(place));
            }
        }
    }

    /// Sends the witness of this digit of the table for a digit of the proof.
    pub fn show(&mut self, digit: usize, witness: u64) {
        let witnesses = self.digit_table.as_ref().unwrap().body.at(3).run();
        let Digit { sent, blind, .. } = &self.digits[digit];
        self.points[*sent] = blind * point(&witnesses[witness as usize]);
    }

    /// Sets the secret of a digit that has one.
    pub fn set_digit(&mut self, digit: usize, value: Scalar) {
        let place = self.digits[digit].of.clone().unwrap();
        self.secrets[place] = value;
    }

    /// What the verifier takes the digit to be.
    pub fn proven_digit(&self, digit: usize) -> Scalar {
        match &self.digits[digit].of {
            Ok(place) => self.secrets[*place],
            Err((constant, terms)) => {
                terms.iter().fold(*constant, |sum, (coefficient, place)| sum + coefficient * self.secrets[*place])
            }
        }
    }

    /// `C`.
    fn digits_commitment(&self) -> Point {
        let terms = self.digits.iter().map(|digit| digit.value * digit_base(digit.base));
        terms.sum::<Point>() + self.digits_blind * base("Set") + self.digits_extra
    }

    /// The weights that a transcript with these points alone would give, of the points so far.
    pub fn weights_after(&self, points: &[Point]) -> Vec<Scalar> {
        let mut transcript = self.transcript.clone();
        points.iter().for_each(|point| append(&mut transcript, "point", &encode(point)));
        squeeze_weights(&mut transcript, self.digits.len())
    }

    /// Sends `C`, learns the weights, adapts, and adds the last equation with its secret.
    fn merge_digits(&mut self, transcript: &mut merlin::Transcript) -> Vec<Scalar> {
        if self.digits.is_empty() {
            return Vec::new();
        }
        let weights = squeeze_weights(transcript, self.digits.len());
        let merged = self.digits.iter().zip(&weights).map(|(digit, weight)| weight * digit.blind);
        self.digits_blind += merged.sum::<Scalar>();
        if let Some(adapt) = self.adapt.take() {
            adapt(self, &weights);
        }
        self.secrets.push(self.digits_blind);
        weights
    }

    fn send(&mut self, places: &mut Places, point: Point) -> usize {
        self.points.push(point);
        places.points.push(self.points.len() - 1);
        self.points.len() - 1
    }

    fn secret(&mut self, places: &mut Places, scalar: Scalar) -> usize {
        self.secrets.push(scalar);
        places.secrets.push(self.secrets.len() - 1);
        self.secrets.len() - 1
    }

    /// The place of a subject's secret.
    fn subject(&self, number: u64) -> usize {
        match number {
            32 => FACTORS,
            33 => SINCE,
            index => self.attributes.iter().find(|(other, _)| *other == index).unwrap().1,
        }
    }

    /// The `τ` of the one commitment to a subject.
    fn commit(&mut self, subject: u64, places: &mut Places, rng: &mut SeededRng) -> Scalar {
        let secret = self.subject(subject);
        places.subject = Some(secret);
        if let Some((_, sent, blind)) = self.committed.iter().find(|(other, ..)| *other == subject) {
            places.points.push(*sent);
            return *blind;
        }
        let (sent, blind) = self.commit_to(secret, places, rng);
        self.committed.push((subject, sent, blind));
        blind
    }

    fn commit_to(&mut self, secret: usize, places: &mut Places, rng: &mut SeededRng) -> (usize, Scalar) {
        let blind = Scalar::random(rng);
        let sent = self.send(places, commitment(self.secrets[secret], blind));
        let tau = self.secret(places, blind);
        let of = |name| Spot::Base(base(name));
        self.equations.push(vec![(Scalar::ONE, secret, of("Basepoint")), (Scalar::ONE, tau, of("Blinding"))]);
        (sent, blind)
    }

    fn range(&mut self, places: &mut Places, (low, high, max): (u64, u64, Option<u64>), value: u64, blind: Scalar) {
        let (bits, lower, upper) = parts(low, high, max);
        let numbers = [(lower, value.wrapping_sub(low), blind), (upper, high.wrapping_sub(value), -blind)];
        for (_, value, blind) in numbers.into_iter().filter(|(needed, ..)| *needed) {
            places.ranges.push(self.ranges.len());
            self.ranges.push(Ranged { bits, value, blind });
        }
    }

    /// Claims that the number of an interval is another one: a commitment to that, with range
    /// proofs that are right for it. The proven secret is the credential's, or the claimed one.
    pub fn claim(&mut self, statement: usize, claimed: u64, interval: (u64, u64, Option<u64>), also_proven: bool) {
        let Places { points, secrets, subject, ranges } = self.statements[statement].clone();
        let (sent, tau) = (*points.last().unwrap(), *secrets.last().unwrap());
        let blind = self.secrets[tau];
        self.points[sent] = commitment(Scalar::from(claimed), blind);
        let (low, high, max) = interval;
        let (bits, lower, upper) = parts(low, high, max);
        let numbers = [(lower, claimed - low, blind), (upper, high - claimed, -blind)];
        let numbers = numbers.into_iter().filter(|(needed, ..)| *needed);
        for (place, (_, value, blind)) in ranges.into_iter().zip(numbers) {
            self.ranges[place] = Ranged { bits, value, blind };
        }
        if also_proven {
            self.secrets[subject.unwrap()] = Scalar::from(claimed);
        }
    }

    /// The bytes.
    pub fn finish(self, rng: &mut SeededRng) -> Vec<u8> {
        self.finish_with(prove_ranges, rng)
    }

    /// The same with another range prover, which is given what one proof is about.
    pub fn finish_with(
        self,
        prove: impl Fn(&[Ranged], &mut merlin::Transcript, &mut SeededRng) -> Vec<u8>,
        rng: &mut SeededRng,
    ) -> Vec<u8> {
        let mut draft = self;
        if !draft.digits.is_empty() {
            draft.points.push(draft.digits_commitment());
        }
        let mut transcript = draft.transcript.clone();
        for point in &draft.points {
            append(&mut transcript, "point", &encode(point));
        }
        let weights = draft.merge_digits(&mut transcript);
        let Self { request, shard, disclosed, points, mut secrets, ranges, equations, digits, .. } = draft;
        let mut proofs = Vec::new();
        for bits in [16, 32, 64] {
            let of_length: Vec<Ranged> = ranges.iter().filter(|ranged| ranged.bits == bits).cloned().collect();
            if of_length.is_empty() {
                continue;
            }
            let proof = prove(&of_length, &mut transcript, rng);
            append(&mut transcript, "range-proof", &proof);
            proofs.push(Item::Bytes(proof));
        }
        let nonces: Vec<Scalar> = secrets.iter().map(|_| Scalar::random(rng)).collect();
        let resolve = |spot: Spot| match spot {
            Spot::Base(point) => point,
            Spot::Sent(place, less) => points[place] - less,
        };
        let commit = |equation: &Vec<(Scalar, usize, Spot)>| -> Point {
            equation.iter().map(|(coefficient, secret, spot)| coefficient * nonces[*secret] * resolve(*spot)).sum()
        };
        let mut commitments: Vec<Point> = equations.iter().map(commit).collect();
        if let Some(last) = nonces.last().filter(|_| !digits.is_empty()) {
            let of = |(digit, weight): (&Digit, &Scalar)| {
                let nonce = match &digit.of {
                    Ok(place) => nonces[*place],
                    Err((_, terms)) => terms.iter().map(|(coefficient, place)| coefficient * nonces[*place]).sum(),
                };
                // What is proven has the bases of the specification.
                nonce * (digit_base(digit.base) - weight * points[digit.sent])
            };
            let digits = (0..).zip(&digits).map(|(base, digit)| Digit { base, ..digit.clone() });
            let digits: Vec<Digit> = digits.collect();
            let sum: Point = digits.iter().zip(&weights).map(of).sum();
            commitments.push(sum + last * base("Set"));
        }
        let mut transcript = Transcript::of(transcript);
        let Answered { challenge, beside } =
            device::answer(PRESENTATION, &request, &mut transcript, &mut commitments, &nonces, &mut secrets, rng);
        let responses = nonces.iter().zip(&secrets).map(|(nonce, secret)| (nonce + challenge * secret).to_bytes());
        let mut fields = vec![
            Item::Array(vec![Item::Uint(shard.into())]),
            Item::Array(disclosed),
            run(points.iter().map(encode)),
            run(commitments.iter().map(encode)),
            run(responses),
            Item::Array(proofs),
            Item::Array(Vec::new()),
        ];
        fields.extend(beside);
        Tree { envelope: [SUITE, 1, 7], body: Item::Map(fields) }.to_bytes()
    }
}

#[cfg(suite = "p256")]
fn prove_ranges(_: &[Ranged], _: &mut merlin::Transcript, _: &mut SeededRng) -> Vec<u8> {
    panic!("this suite has no range proofs");
}

#[cfg(not(suite = "p256"))]
fn prove_ranges(ranged: &[Ranged], transcript: &mut merlin::Transcript, rng: &mut SeededRng) -> Vec<u8> {
    use bulletproofs::{BulletproofGens, PedersenGens, RangeProof};

    let pedersen = PedersenGens { B: G, B_blinding: base("Blinding") };
    let (bits, padded) = (ranged[0].bits, ranged.len().next_power_of_two());
    let mut values: Vec<u64> = ranged.iter().map(|ranged| ranged.value).collect();
    let mut blinds: Vec<Scalar> = ranged.iter().map(|ranged| ranged.blind).collect();
    values.resize(padded, 0);
    blinds.resize(padded, Scalar::ZERO);
    let vectors = BulletproofGens::new(bits, padded);
    let proof = RangeProof::prove_multiple_with_rng(&vectors, &pedersen, transcript, &values, &blinds, bits, rng);
    proof.unwrap().0.to_bytes()
}

pub fn commitment(value: Scalar, blind: Scalar) -> Point {
    value * G + blind * base("Blinding")
}

/// The number of a subject, and the largest that its kind has.
fn number(holder: &Holder, subject: u64) -> (u64, u64) {
    match subject {
        32 => (low(&holder.system[4]), u32::MAX.into()),
        33 => (low(&holder.system[5]), u16::MAX.into()),
        index => {
            let value = &holder.values[index as usize];
            let max = match value.at(0).uint() {
                1 => u16::MAX.into(),
                2 => u64::MAX,
                3 => u32::MAX.into(),
                other => panic!("kind {other} has no numbers"),
            };
            (value.at(1).uint(), max)
        }
    }
}

fn squeeze_weights(transcript: &mut merlin::Transcript, count: usize) -> Vec<Scalar> {
    let weight = |_| {
        let mut bytes = [0; 16];
        transcript.challenge_bytes(b"digit-weight", &mut bytes);
        Scalar::from(u128::from_le_bytes(bytes))
    };
    (0..count).map(weight).collect()
}

/// The digits with this digest, as published.
fn digits_of<'a>(tables: &'a [Tree], digest: &[u8]) -> &'a Tree {
    let of = |table: &Tree| -> [u8; 32] {
        let codes: Vec<u8> = (0_u32..1 << table.body.at(2).uint()).flat_map(u32::to_be_bytes).collect();
        hash("digits", &[table.body.at(1).bytes(), &codes, table.body.at(3).bytes()])
    };
    let mut digits = tables.iter().filter(|table| table.envelope[2] == 48);
    digits.find(|table| of(table) == digest).unwrap()
}

fn table_of<'a>(tables: &'a [Tree], digest: &[u8]) -> &'a Tree {
    let of = |table: &Tree| -> [u8; 32] {
        let codes: Vec<u8> =
            table.body.at(2).items().iter().flat_map(|code| (code.uint() as u32).to_be_bytes()).collect();
        hash("set", &[table.body.at(1).bytes(), &codes, table.body.at(3).bytes()])
    };
    tables.iter().filter(|table| table.envelope[2] == 36).find(|table| of(table) == digest).unwrap()
}
