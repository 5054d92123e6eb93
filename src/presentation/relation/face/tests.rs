//! A prover that cheats with its digits, against the relation and the fold alone: a template is
//! committed to, and whatever digits are claimed of its score are refused but the true ones.

use alloc::vec;
use alloc::vec::Vec;

use rand_core::OsRng;

use super::*;
use crate::group::{Base, BaseTable, Element, Group, Point, SecretKey, TemplateBases, random_scalar};
use crate::presentation::relation::{BuiltRelation, RelationBuilder};
use crate::set::DigitBase;
use crate::sigma::{Assignment, Image, Responses, Sum};
use crate::template::Template;
use zeroize::Zeroizing;

struct Claimed {
    parameters: TemplateParameters,
    template: Template,
    probe: Probe,
}

/// A verifier, with its key.
struct Setting {
    table: BaseTable,
    bases: TemplateBases,
    key: SecretKey,
}

/// What is sent.
struct Sent {
    points: Vec<Element>,
    commitments: Vec<Point>,
    responses: Vec<Scalar>,
    fold: FoldProof,
}

impl Setting {
    fn new(parameters: &TemplateParameters) -> Self {
        let bases = TemplateBases::new(parameters.bases());
        Self { table: BaseTable::new(1, Scalar::ZERO), bases, key: SecretKey::random(&mut OsRng) }
    }

    /// `B = Σ T_j·F_j` of a template.
    fn committed(&self, claimed: &Claimed) -> Point {
        Curve::sum(&claimed.parameters.packed(&claimed.template), &self.bases.entries)
    }

    /// The relation, with the weights of digits, and the transcript after all points.
    fn relation<'a>(&'a self, claimed: &Claimed, b: Point, points: &[Element]) -> (BuiltRelation<'a>, Transcript) {
        let mut transcript = Transcript::new("test");
        transcript.elements("point", points);
        let mut builder = RelationBuilder::new(Relation::new(self.table.points()), points);
        builder.with_digits(DigitBase::Of4096, 0, &self.table);
        let vars = builder.template(&self.bases);
        let image = builder.relation.point(b);
        let terms = vars.entries.iter().zip(&vars.bases).map(|(entry, base)| -(*entry * *base));
        let terms = terms.collect();
        builder.relation.equation(Image::Public(vec![(-Scalar::ONE, image)]), terms);
        let claim = FaceClaim::new(&mut builder.relation, &vars, &claimed.parameters, &claimed.probe).unwrap();
        for digit in claim.digits() {
            let point = builder.take_point().unwrap();
            builder.digit(digit, point).unwrap();
        }
        builder.face = Some(claim);
        let weight = || Scalar::from(u128::from_le_bytes(transcript.challenge_bytes("weight")));
        (builder.finish(weight).unwrap(), transcript)
    }

    /// Proves with these digits, true or not, about a commitment to the template.
    fn prove(&self, claimed: &Claimed, b: Point, digits: &[u32]) -> Sent {
        let value = Base::Set.point();
        let blinds: Vec<Scalar> = digits.iter().map(|_| random_scalar(&mut OsRng)).collect();
        let scalars: Vec<Scalar> = digits.iter().map(|digit| Scalar::from(*digit)).collect();
        let witness = |digit: &Scalar| self.key.divide(&value, digit).unwrap();
        let mut points: Vec<Element> =
            scalars.iter().zip(&blinds).map(|(digit, blind)| Element::new(blind * witness(digit))).collect();
        let tau = random_scalar(&mut OsRng);
        let bound = scalars.iter().zip(self.table.digits()).map(|(digit, base)| digit * base).sum::<Point>();
        points.push(Element::new(bound + tau * value));

        let (BuiltRelation { relation, weights, face, .. }, mut transcript) = self.relation(claimed, b, &points);
        let face = face.unwrap();
        let merged = tau + weights.iter().zip(&blinds).map(|(weight, blind)| weight * blind).sum::<Scalar>();
        let mut secrets = scalars;
        secrets.push(merged);
        secrets.extend_from_slice(&claimed.parameters.packed(&claimed.template));
        let nonces = secrets.iter().map(|_| random_scalar(&mut OsRng)).collect();
        let committed = relation.commit(Zeroizing::new(nonces)).unwrap();
        let commitments = committed.commitments().to_vec();
        let challenge = challenge(&mut transcript, &commitments);
        let witness = Assignment::of(&relation, secrets.into()).unwrap();
        let Responses { sent, unsent } = committed.respond(&witness, challenge);
        sent.iter().for_each(|response| transcript.bytes("response", &response.to_bytes()));
        let fold = FoldProof::vartime_new(&mut transcript, &self.bases, unsent, face.probe().to_vec());
        Sent { points, commitments, responses: sent, fold }
    }

    fn verify(&self, claimed: &Claimed, b: Point, sent: &Sent) -> bool {
        let (BuiltRelation { mut relation, face, .. }, mut transcript) = self.relation(claimed, b, &sent.points);
        let challenge = challenge(&mut transcript, &sent.commitments);
        sent.responses.iter().for_each(|response| transcript.bytes("response", &response.to_bytes()));
        let responses = (challenge, sent.responses.as_slice());
        face.unwrap().conclude(&mut relation, &mut transcript, responses, &sent.fold).unwrap();
        let mut sum = Sum::new();
        let weight = || random_scalar(&mut OsRng);
        sum.add(&relation, &sent.commitments, challenge, &sent.responses, weight).unwrap();
        sum.vartime_is_identity(self.table.table(), &[self.key.scalar()]).is_ok()
    }
}

fn challenge(transcript: &mut Transcript, commitments: &[Point]) -> Scalar {
    commitments.iter().for_each(|commitment| transcript.element("commitment", &Element::new(*commitment)));
    transcript.challenge_scalar("challenge")
}

/// A template of thrice ±1 and a probe with the score 9·k, or 3·k where that is too long.
fn claimed(parameters: TemplateParameters, each: i8) -> Claimed {
    let vector = |each: i8| (0..parameters.dimension()).map(|i| if i % 5 == 0 { -each } else { each }).collect();
    Claimed { parameters, template: Template::new(vector(each)), probe: Probe::new(vector(each)) }
}

fn both() -> [Claimed; 2] {
    [
        claimed(TemplateParameters::of_128([0; 32], 1, 1152).unwrap(), 3),
        claimed(TemplateParameters::of_512([0; 32], 1, 512).unwrap(), 1),
    ]
}

#[test]
fn wrong_digits_swapped_digits_and_digits_out_of_range_are_refused() {
    for claimed in both() {
        let setting = Setting::new(&claimed.parameters);
        let b = setting.committed(&claimed);
        let (digits, are_all) = claimed.parameters.digits_of(&claimed.template, &claimed.probe);
        assert!(are_all && setting.verify(&claimed, b, &setting.prove(&claimed, b, &digits)));
        let mut others = Vec::new();
        for place in 0..digits.len() {
            for other in [0, 4095, (digits[place] + 1) % 4096, (digits[place] + 4095) % 4096] {
                let mut changed = digits.to_vec();
                changed[place] = other;
                others.push(changed);
            }
            // One is moved from a coefficient to its neighbour, or the two are exchanged.
            let next = (place + 1) % digits.len();
            let mut moved = digits.to_vec();
            moved[place] = (moved[place] + 4095) % 4096;
            moved[next] = (moved[next] + 1) % 4096;
            others.push(moved);
            let mut swapped = digits.to_vec();
            swapped.swap(place, next);
            others.push(swapped);
        }
        for changed in others.iter().filter(|changed| changed.as_slice() != digits.as_slice()) {
            assert!(!setting.verify(&claimed, b, &setting.prove(&claimed, b, changed)), "{changed:?}");
        }
    }
}

#[test]
fn a_score_below_the_threshold_has_no_digits() {
    for claimed in both() {
        let score = claimed.parameters.threshold();
        let missed = match claimed.parameters.dimension() {
            128 => TemplateParameters::of_128([0; 32], 1, score + 1),
            _ => TemplateParameters::of_512([0; 32], 1, score + 1),
        };
        let setting = Setting::new(&claimed.parameters);
        let b = setting.committed(&claimed);
        let (true_digits, _) = claimed.parameters.digits_of(&claimed.template, &claimed.probe);
        let missed = Claimed { parameters: missed.unwrap(), ..claimed };
        let (wrapped, are_all) = missed.parameters.digits_of(&missed.template, &missed.probe);
        assert!(!are_all);
        for digits in [true_digits, wrapped] {
            assert!(!setting.verify(&missed, b, &setting.prove(&missed, b, &digits)));
        }
    }
}

/// An answer is of one threshold: under one more, or less, it is none.
#[test]
fn another_threshold_is_another_question() {
    let of = [
        |threshold| TemplateParameters::of_128([0; 32], 1, threshold),
        |threshold| TemplateParameters::of_512([0; 32], 1, threshold),
    ];
    for (claimed, of) in both().into_iter().zip(of) {
        let setting = Setting::new(&claimed.parameters);
        let b = setting.committed(&claimed);
        let threshold = claimed.parameters.threshold() - 9;
        let under = |threshold| Claimed {
            parameters: of(threshold).unwrap(),
            template: claimed.template.duplicate(),
            probe: claimed.probe.clone(),
        };
        let answered = under(threshold);
        let (digits, are_all) = answered.parameters.digits_of(&answered.template, &answered.probe);
        let sent = setting.prove(&answered, b, &digits);
        assert!(are_all && setting.verify(&answered, b, &sent));
        for other in [threshold - 1, threshold + 1] {
            assert!(!setting.verify(&under(other), b, &sent));
        }
    }
}

/// A template that scores better than the one that the issuer authenticated.
#[test]
fn another_template_than_the_credential_s_is_refused() {
    for claimed in both() {
        let setting = Setting::new(&claimed.parameters);
        let mut entries = claimed.template.entries().to_vec();
        entries[7] = -entries[7];
        let own = Claimed { template: Template::new(entries), probe: claimed.probe.clone(), ..claimed };
        let authenticated = setting.committed(&own);
        let (digits, are_all) = claimed.parameters.digits_of(&claimed.template, &claimed.probe);
        assert!(are_all && !setting.verify(&claimed, authenticated, &setting.prove(&claimed, authenticated, &digits)));
    }
}

/// A part of the template's commitment in U moves the sum, and is seen.
#[test]
fn a_commitment_with_a_part_in_the_fold_s_base_is_refused() {
    for claimed in both() {
        let setting = Setting::new(&claimed.parameters);
        let b = setting.committed(&claimed) + setting.bases.fold;
        let (digits, _) = claimed.parameters.digits_of(&claimed.template, &claimed.probe);
        assert!(!setting.verify(&claimed, b, &setting.prove(&claimed, b, &digits)));
    }
}

/// Each thing that is sent, changed once.
#[test]
fn points_responses_folds_and_tails_are_bound() {
    let [claimed, _] = both();
    let setting = Setting::new(&claimed.parameters);
    let b = setting.committed(&claimed);
    let (digits, _) = claimed.parameters.digits_of(&claimed.template, &claimed.probe);
    let sent = || setting.prove(&claimed, b, &digits);
    let refused = |change: &dyn Fn(&mut Sent)| {
        let mut changed = sent();
        change(&mut changed);
        assert!(!setting.verify(&claimed, b, &changed));
    };
    for place in 0..=digits.len() {
        refused(&|sent| sent.points.swap(place, (place + 1) % (digits.len() + 1)));
        refused(&|sent| sent.responses[place] += Scalar::ONE);
    }
    for place in 0..2 {
        refused(&|sent| sent.commitments[place] += setting.bases.fold);
    }
    for place in 0..8 {
        refused(&|sent| sent.fold.tail[place] += Scalar::ONE);
    }
    for place in 0..sent().fold.rounds.len() {
        refused(&|sent| sent.fold.rounds[place].swap(0, 1));
    }
}
