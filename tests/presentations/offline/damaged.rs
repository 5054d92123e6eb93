//! Presentations of which a ticket, or what it is for, was changed.

use testkit::curve::Scalar;

use crate::offline::morning::Morning;
use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue_ticket::shifted;

/// Two presentations for one printed request, each with a ticket of its own.
struct Two {
    morning: Morning,
    printed: StandingRequest,
    trees: [Tree; 2],
}

impl Two {
    fn new(seed: u8) -> Self {
        let mut morning = Morning::new(seed);
        let printed = morning.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
        let tickets = morning.tickets(printed.message(), 0, 2).into_iter();
        let trees: Vec<Tree> =
            tickets.map(|ticket| Tree::parse(&morning.present(printed.message(), vec![ticket]).unwrap())).collect();
        Self { morning, printed, trees: trees.try_into().unwrap() }
    }

    fn verdict(&self, presentation: &[u8]) -> Verdict {
        self.morning.desk.register().forget();
        let answer = self.printed.answered(presentation, &mut OsRng);
        let verdict = self.morning.desk.conclude_standing(answer, NOW).unwrap().verdict;
        // What is refused uses up nothing.
        assert_eq!(self.morning.desk.register().is_empty(), verdict == Verdict::Refused);
        verdict
    }

    #[track_caller]
    fn refuses(&self, presentation: &[u8]) {
        assert_eq!(self.verdict(presentation), Verdict::Refused);
    }

    fn verifies_what_is_whole(&self) {
        self.trees.iter().for_each(|tree| assert_eq!(self.verdict(&tree.to_bytes()), Verdict::Verified));
    }
}

/// `R0`, `R2` of its ticket.
fn points(body: &mut Item) -> &mut Vec<u8> {
    body.at_mut(7).at_mut(0).at_mut(0).bytes_mut()
}

/// `c1`, `s0`, and one for each of three keys.
fn scalars(body: &mut Item) -> &mut Vec<u8> {
    body.at_mut(7).at_mut(0).at_mut(1).bytes_mut()
}

#[test]
fn a_ticket_serves_in_its_own_presentation_only() {
    let two = Two::new(1);
    let [one, other] = &two.trees;
    // Ā B̄ D' W̄ Z̄ W̄ Z̄: with the other's ticket go its points, pair by pair, and all of them.
    for pairs in [&[][..], &[0], &[3], &[5], &[0, 3], &[0, 3, 5]] {
        for take_ticket in [false, true] {
            let grafted = one.with(|body| {
                for start in pairs {
                    let bytes = start * POINT_LEN..(start + 2) * POINT_LEN;
                    body.at_mut(3).bytes_mut()[bytes.clone()].copy_from_slice(&other.body.at(3).bytes()[bytes]);
                }
                if take_ticket {
                    *body.at_mut(7) = other.body.at(7).clone();
                }
            });
            if take_ticket || !pairs.is_empty() {
                two.refuses(&grafted);
            }
        }
    }
    two.verifies_what_is_whole();
}

#[test]
fn no_piece_can_change_places() {
    let two = Two::new(2);
    let swaps = two.trees[0].swaps();
    assert!(swaps.len() > 200, "{}", swaps.len());
    swaps.iter().for_each(|swap| two.refuses(swap));
    two.verifies_what_is_whole();
}

#[test]
fn every_part_of_a_ticket_counts() {
    let two = Two::new(3);
    let [one, other] = &two.trees;
    for place in 0..5 {
        let changed = one.with(|body| {
            let bytes = &mut scalars(body)[place * 32..][..32];
            let next = scalar(&(*bytes).try_into().unwrap()) + Scalar::ONE;
            bytes.copy_from_slice(&next.to_bytes());
        });
        two.refuses(&changed);
    }
    for place in 0..2 {
        two.refuses(&one.with(|body| {
            let run = other.body.at(7).at(0).at(0).points();
            points(body)[place * POINT_LEN..][..POINT_LEN].copy_from_slice(&run[place]);
        }));
    }
    two.refuses(&one.with(|body| points(body).rotate_left(POINT_LEN)));
    two.verifies_what_is_whole();
}

/// The proof is over the ticket as it is, so its own equations are right. Check 14-5.
#[test]
fn either_equation_of_a_ticket_counts() {
    let Two { mut morning, printed, .. } = Two::new(7);
    let mut verdict = |by: [i64; 2]| {
        let ticket = morning.tickets(printed.message(), 0, 1).remove(0);
        let ticket = shifted(&morning.helper, &ticket, by, &mut SeededRng::new([7; 32]));
        let presentation = morning.present(printed.message(), vec![ticket]).unwrap();
        morning.country.platform.register().forget();
        let call = printed.relay(&presentation, &mut morning.country.rng).message.to_bytes();
        let platform = morning.country.platform.answer(&call, NOW).unwrap().unverified_verdict();
        let answer = printed.answered(&presentation, &mut OsRng);
        let desk = morning.desk.afresh().conclude_standing(answer, NOW).unwrap();
        assert_eq!(platform, desk.verdict);
        desk.verdict
    };
    assert_eq!(verdict([0, 0]), Verdict::Verified);
    for by in [[5, 0], [0, 5], [5, -5], [5, 5]] {
        assert_eq!(verdict(by), Verdict::Refused, "{by:?}");
    }
}

#[test]
fn every_bit_of_a_ticket_counts() {
    let two = Two::new(4);
    // Seven and eight have no divisor in common: every place within a byte has its turn.
    for bit in (0..5 * 256).step_by(7) {
        two.refuses(&two.trees[0].with(|body| scalars(body)[bit / 8] ^= 1 << (bit % 8)));
    }
    for bit in (0..2 * 256).step_by(7) {
        two.refuses(&two.trees[0].with(|body| points(body)[bit / 8] ^= 1 << (bit % 8)));
    }
}

#[test]
fn there_is_one_ticket_with_its_number_of_points_and_scalars() {
    let two = Two::new(5);
    let [one, other] = &two.trees;
    let changes: [&dyn Fn(&mut Item); 13] = [
        &|body| body.at_mut(7).items_mut().clear(),
        &|body| {
            let again = body.at(7).at(0).clone();
            body.at_mut(7).items_mut().push(again);
        },
        &|body| body.at_mut(7).items_mut().push(other.body.at(7).at(0).clone()),
        &|body| body.at_mut(7).items_mut().insert(0, other.body.at(7).at(0).clone()),
        &|body| scalars(body).truncate(4 * 32),
        &|body| scalars(body).truncate(2 * 32),
        &|body| scalars(body).clear(),
        &|body| scalars(body).extend([0; 32]),
        &|body| points(body).truncate(32),
        &|body| points(body).clear(),
        &|body| points(body).extend_from_within(..32),
        &|body| points(body)[..32].fill(0),
        &|body| points(body)[32..].fill(0),
    ];
    changes.iter().for_each(|change| two.refuses(&one.with(change)));
    two.verifies_what_is_whole();
}

#[test]
fn an_image_is_no_identity_and_none_is_left_out() {
    let two = Two::new(6);
    for place in [1, 4, 6] {
        two.refuses(&two.trees[0].with(|body| body.at_mut(3).bytes_mut()[place * 32..][..32].fill(0)));
        two.refuses(&two.trees[0].with(|body| drop(body.at_mut(3).bytes_mut().drain(place * 32..place * 32 + 32))));
    }
}
