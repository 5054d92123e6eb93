//! Two forged presentations that cancel under weights that do not depend on what is sent last.

use testkit::curve::Scalar;

use crate::offline::morning::Morning;
use testkit::cbor::place;
use testkit::prelude::*;
use testkit::reference::{PRESENTATION, Transcript, device_challenge, hash, point, scalar, uint};
use testkit::rogue::Head;

/// The challenge of an answer to the hotel's request, and whether its flag equation holds.
fn challenge(morning: &Morning, request: &[u8], presentation: &[u8]) -> (Scalar, bool) {
    let parameters = morning.country.issuer.parameters();
    let (asked, shown) = (Tree::parse(request).body, Tree::parse(presentation).body);
    let question = asked.question();
    let mut transcript = Transcript::new("presentation");
    transcript.bytes("request", request);
    transcript.uint("credential", 0);
    transcript.bytes("issuer-key", &parameters.key().to_bytes());
    transcript.uint("issuer-key-version", parameters.version().0.into());
    transcript.bytes("schema", &parameters.schema_digest().to_bytes());
    transcript.uint("arity", parameters.schema().arity() as u64);
    transcript.uint("issuer-mode", question.at(place::MODE).uint());
    let shard = usize::try_from(shown.at(1).at(0).uint()).unwrap();
    transcript.uint("shard", shard as u64);
    let mut value = None;
    for (list, set) in question.at(place::LISTS).items().iter().zip(&morning.country.sets) {
        transcript.uint("list-mode", list.at(3).uint());
        let head = Head::read(Tree::parse(&set.heads().to_bytes()).body.at(1).at(shard));
        transcript.point("list-key", &head.key);
        transcript.bytes("head", &head.digest());
        value = Some(head.value);
    }
    let (points, commitments, responses) = (shown.at(3).run(), shown.at(4).run(), shown.at(5).run());
    points.iter().for_each(|sent| transcript.bytes("point", sent));
    shown
        .at(7)
        .items()
        .iter()
        .for_each(|ticket| transcript.bytes("ticket", &[ticket.at(0).bytes(), ticket.at(1).bytes()].concat()));
    if SUITE == 2 {
        let _: [u8; 64] = transcript.challenge_bytes("message");
        transcript.bytes("device", shown.at(8).bytes());
    }
    // In suite 1 the device adds the commitment of its own equation.
    for (number, commitment) in commitments.iter().enumerate().filter(|(number, _)| SUITE == 2 || *number != 1) {
        transcript.uint("equation", number as u64);
        transcript.bytes("commitment", commitment);
    }
    let c = if SUITE == 1 {
        let message = transcript.challenge_bytes("message");
        device_challenge(PRESENTATION, request, &message, &point(&commitments[1]))
    } else {
        transcript.challenge_scalar("challenge")
    };
    // T + c·Z̄ = s_t·V − s_y·W̄, where a ticket vouches for Z̄.
    let holds = question.at(place::MODE).uint() == 1 || {
        let (t, y) = (scalar(responses.last().unwrap()), scalar(&responses[6]));
        point(&commitments[3]) + c * point(&points[6]) == t * value.unwrap() - y * point(&points[5])
    };
    (c, holds)
}

/// `weight_k` of a batch of these requests and challenges, were the responses left out.
fn weights(of: [(&[u8], Scalar); 2]) -> impl Fn(usize) -> Scalar {
    let bytes = of.map(|(request, c)| (request.to_vec(), c.to_bytes()));
    let [(r1, c1), (r2, c2)] = &bytes;
    let seed: [u8; 64] = hash("weights-presentation", &[r1, c1, r2, c2]);
    move |k| {
        let block: [u8; 64] = hash("weight", &[&seed, &uint(k as u64 / 4)]);
        Scalar::from(u128::from_le_bytes(block[16 * (k % 4)..][..16].try_into().unwrap()))
    }
}

/// Adds to the response for the first attribute, alone in the second equation.
fn shifted(presentation: &[u8], by: Scalar) -> Vec<u8> {
    Tree::parse(presentation).with(|body| {
        let run = &mut body.at_mut(5).bytes_mut()[9 * 32..][..32];
        let moved = scalar(&(*run).try_into().unwrap()) + by;
        run.copy_from_slice(&moved.to_bytes());
    })
}

fn again(builder: &RequestBuilder, nonce: u8) -> Asked {
    builder.clone().once(&mut SeededRng::new([nonce; 32])).unwrap()
}

/// Two answers whose faults cancel in one sum with those weights, of one base point:
/// `w_1·δ = −w_(1+k)·δ'` for k equations in each, of which two are a ticket's.
fn pair(morning: &mut Morning, builder: &RequestBuilder, ticketed: bool) -> [Vec<u8>; 2] {
    let honest = [0, 1].map(|nonce| {
        let request = again(builder, nonce).message;
        let tickets = if ticketed { morning.tickets(&request, 0, 1) } else { Vec::new() };
        let presentation = morning.present(&request, tickets).unwrap();
        let bytes = request.to_bytes();
        let (c, holds) = challenge(morning, &bytes, &presentation);
        assert!(holds);
        (bytes, presentation, c)
    });
    let [(one, first, c1), (other, second, c2)] = &honest;
    let weight = weights([(one, *c1), (other, *c2)]);
    let (shift, equations) = (Scalar::from(9_u64), if ticketed { 6 } else { 4 });
    [shifted(first, shift), shifted(second, -shift * weight(1) * weight(1 + equations).invert())]
}

#[test]
fn faults_of_two_presentations_do_not_cancel_at_a_desk() {
    let mut morning = Morning::new(43);
    let builder = morning.hotel();
    let forged = pair(&mut morning, &builder, true);
    let asked = (0..).zip(&forged).map(|(nonce, bytes)| (again(&builder, nonce).state, bytes.clone())).collect();
    let outcomes = morning.desk.afresh().conclude_batch(asked, NOW).unwrap();
    outcomes.iter().for_each(|outcome| assert_eq!(outcome.verdict, Verdict::Refused));
}

#[test]
fn nor_at_a_platform() {
    let mut morning = Morning::new(44);
    for (builder, ticketed) in [(morning.hotel(), true), (morning.country.hotel(), false)] {
        let forged = pair(&mut morning, &builder, ticketed);
        let calls: Vec<Vec<u8>> = (0..)
            .zip(&forged)
            .map(|(nonce, bytes)| again(&builder, nonce).state.relay(bytes).message.to_bytes())
            .collect();
        let answers = morning.country.platform.afresh().answer_batch(&calls, NOW).unwrap();
        answers.iter().for_each(|answer| assert_eq!(answer.unverified_verdict(), Verdict::Refused));
    }
}
