//! One forged entry in one epoch of many: signed, chained, and followed by honest epochs.

use ed25519_dalek::SigningKey;
use testkit::curve::{Point, Scalar};

use super::{Member, copy, others};
use testkit::prelude::*;
use testkit::rogue::{Epoch, Head, Owner, REMOVE, RESTORE};

/// What is wrong with the middle entry of an epoch.
#[derive(Clone, Copy, Debug)]
enum Forgery {
    None,
    /// Another value after it, from which the log goes on.
    Value,
    /// Another value after it, and the right one after the next.
    ValueBetween,
    /// The handle of somebody else.
    Handle,
    /// A removal called a restoration.
    Operation,
    /// Two handles exchanged.
    Exchange,
    /// Made by who has the signing key but not α.
    Thief,
}

const FORGERIES: [Forgery; 6] =
    [Forgery::Value, Forgery::ValueBetween, Forgery::Handle, Forgery::Operation, Forgery::Exchange, Forgery::Thief];
const EPOCHS: usize = 5;

/// What is removed and restored in an epoch: three entries, or none in the middle one.
fn changes(epoch: usize) -> Vec<(u64, Scalar)> {
    let handles = others(2 * EPOCHS as u64 + 2);
    match epoch {
        2 => Vec::new(),
        0 => vec![(REMOVE, handles[0]), (REMOVE, handles[1]), (REMOVE, handles[2])],
        _ => {
            vec![(REMOVE, handles[2 * epoch + 1]), (REMOVE, handles[2 * epoch + 2]), (RESTORE, handles[2 * epoch - 1])]
        }
    }
}

/// The member's log with this forgery in one epoch, and the head that it leads to.
fn log(member: &Member, bad: usize, forgery: Forgery) -> (Vec<EpochUpdate>, Head) {
    let mut thief = Owner::new(50, selfsame::list::ListClass::Status);
    thief.alpha[2] += Scalar::ONE;
    let mut head = member.head.clone();
    let mut log = Vec::new();
    for number in 0..EPOCHS {
        let by_thief = number == bad && matches!(forgery, Forgery::Thief);
        let owner = if by_thief { &thief } else { &member.owner };
        let mut epoch = Epoch::new(owner, &head, &changes(number));
        if number == bad {
            forge(&mut epoch, forgery);
            epoch.conclude();
        }
        let (update, after) = epoch.finish();
        log.push(update);
        head = after;
    }
    (log, head)
}

fn forge(epoch: &mut Epoch<'_>, forgery: Forgery) {
    let shift = Point::mul_base(&Scalar::from(5_u64));
    let entries = &mut epoch.entries;
    match forgery {
        Forgery::None | Forgery::Thief => {}
        Forgery::Value => entries[1..].iter_mut().for_each(|entry| entry.2 += shift),
        Forgery::ValueBetween => entries[1].2 += shift,
        Forgery::Handle => entries[1].1 += Scalar::ONE,
        Forgery::Operation => entries[1].0 = RESTORE,
        Forgery::Exchange => {
            let (one, other) = (entries[0].1, entries[1].1);
            (entries[0].1, entries[1].1) = (other, one);
        }
    }
}

fn catch_up(
    member: &mut Member,
    log: &[EpochUpdate],
    target: &CosignedHeads,
    proofs: EpochProofs,
) -> Result<(), ListError> {
    let epochs: Vec<_> = log.iter().map(|epoch| Ok::<_, ListError>(copy(epoch))).collect();
    member.credential.catch_up(&member.owner.keys(), target, proofs, epochs, |_| {}, &mut member.rng)
}

#[test]
fn a_forged_entry_is_found_among_many_and_the_witness_still_serves() {
    let expected = {
        let mut member = Member::new();
        let (honest, end) = log(&member, 0, Forgery::None);
        let target = member.served(&end);
        catch_up(&mut member, &honest, &target, EpochProofs::Verify).unwrap();
        member.head = end;
        member.fingerprint()
    };
    let mut tried = 0;
    for forgery in FORGERIES {
        for bad in (0..EPOCHS).filter(|epoch| *epoch != 2) {
            let mut member = Member::new();
            let (honest, end) = log(&member, 0, Forgery::None);
            let (forged, forged_end) = log(&member, bad, forgery);
            let [target, forged_target] = [&end, &forged_end].map(|head| member.served(head));
            // As if the cosigners had signed the forged log, and as they sign the honest one.
            let refused = catch_up(&mut member, &forged, &forged_target, EpochProofs::Verify);
            assert_eq!(refused, Err(ListError::BadProof), "{forgery:?} {bad}");
            let refused = catch_up(&mut member, &forged, &target, EpochProofs::TrustCosigners);
            assert_eq!(refused, Err(ListError::Forked), "{forgery:?} {bad}");
            assert_eq!(member.credential.witnesses()[0].epoch().number(), 0);
            assert_eq!(member.credential.witnesses()[0].removed_since(), None);
            member.fingerprint();
            catch_up(&mut member, &honest, &target, EpochProofs::Verify).unwrap();
            member.head = end;
            assert!(member.fingerprint() == expected, "{forgery:?} {bad}");
            tried += 1;
        }
    }
    assert_eq!(tried, 24);
}

#[test]
fn who_trusts_the_cosigners_takes_what_they_signed() {
    // A quorum signed a forged log, chains right, proofs wrong: followed, to a useless witness.
    for forgery in FORGERIES {
        let mut member = Member::new();
        let (forged, end) = log(&member, 1, forgery);
        let target = member.served(&end);
        catch_up(&mut member, &forged, &target, EpochProofs::TrustCosigners).unwrap();
        assert_eq!(member.credential.witnesses()[0].epoch().number(), EPOCHS as u64, "{forgery:?}");
    }
    // Not so an entry that the signed chain does not cover.
    let mut member = Member::new();
    let (honest, end) = log(&member, 0, Forgery::None);
    let target = member.served(&end);
    for bad in [0, 1, 3, 4] {
        let mut head = member.head.clone();
        let mut served = Vec::new();
        for number in 0..EPOCHS {
            let mut epoch = Epoch::new(&member.owner, &head, &changes(number));
            let (honest_head, chain) = (epoch.head.clone(), epoch.head.chain);
            if number == bad {
                epoch.entries[0].1 += Scalar::ONE;
            }
            epoch.head.chain = chain;
            served.push(epoch.finish().0);
            head = honest_head;
        }
        let refused = catch_up(&mut member, &served, &target, EpochProofs::TrustCosigners);
        assert_eq!(refused, Err(ListError::BrokenChain), "{bad}");
    }
    catch_up(&mut member, &honest, &target, EpochProofs::TrustCosigners).unwrap();
}

#[test]
fn two_forged_epochs_do_not_cancel_each_other() {
    // Errors of opposite sign in the proofs of two epochs: only weights stop them.
    use selfsame::codec::Message;
    use testkit::cbor::Tree;
    use testkit::reference::{encode, point, scalar};
    let mut member = Member::new();
    let (honest, end) = log(&member, 0, Forgery::None);
    let target = member.served(&end);
    let delta = Scalar::from(7_u64);
    let response = |epoch: &EpochUpdate, delta: Scalar| {
        let bytes = Tree::parse(&epoch.to_bytes()).with(|body| {
            let shifted = scalar(&body.at(2).at(11).run()[0]) + delta;
            *body.at_mut(2).at_mut(11).bytes_mut() = shifted.to_bytes().to_vec();
        });
        EpochUpdate::from_bytes(&bytes).unwrap()
    };
    let commitment = |epoch: &EpochUpdate, place: usize, delta: Scalar| {
        let bytes = Tree::parse(&epoch.to_bytes()).with(|body| {
            let shifted = point(&body.at(2).at(10).run()[place]) + Point::mul_base(&delta);
            body.at_mut(2).at_mut(10).bytes_mut()[POINT_LEN * place..][..POINT_LEN].copy_from_slice(&encode(&shifted));
        });
        EpochUpdate::from_bytes(&bytes).unwrap()
    };
    let mut refused = |one: EpochUpdate, other: EpochUpdate| {
        let mut served: Vec<EpochUpdate> = honest.iter().map(copy).collect();
        (served[1], served[3]) = (one, other);
        let refused = catch_up(&mut member, &served, &target, EpochProofs::Verify);
        assert_eq!(refused, Err(ListError::BadProof));
    };
    refused(response(&honest[1], delta), response(&honest[3], -delta));
    for place in 0..2 {
        refused(commitment(&honest[1], place, delta), commitment(&honest[3], place, -delta));
        let exchanged = commitment(&commitment(&honest[1], place, delta), 1 - place, -delta);
        refused(exchanged, copy(&honest[3]));
    }
    // The proofs of two epochs exchanged.
    let with_proof = |epoch: &EpochUpdate, other: &EpochUpdate| {
        let other = Tree::parse(&other.to_bytes()).body.at(2).clone();
        let with_proof = Tree::parse(&epoch.to_bytes()).with(|body| {
            [10, 11].into_iter().for_each(|place| *body.at_mut(2).at_mut(place) = other.at(place).clone());
        });
        EpochUpdate::from_bytes(&with_proof).unwrap()
    };
    refused(with_proof(&honest[1], &honest[3]), with_proof(&honest[3], &honest[1]));
    catch_up(&mut member, &honest, &target, EpochProofs::Verify).unwrap();
}

#[test]
fn errors_of_commitments_do_not_cancel_each_other() {
    // The prover knows of each error when it makes its challenge: only weights stand in the way.
    let member = Member::new();
    let shift = Point::mul_base(&Scalar::from(7_u64));
    let none = Scalar::ZERO * shift;
    let make = |errors: &[(usize, [Point; 2])]| {
        let (mut head, mut log) = (member.head.clone(), Vec::new());
        for number in 0..EPOCHS {
            let mut epoch = Epoch::new(&member.owner, &head, &changes(number));
            if let Some((_, errors)) = errors.iter().find(|(place, _)| *place == number) {
                epoch.errors = *errors;
            }
            let (update, after) = epoch.finish();
            log.push(update);
            head = after;
        }
        (log, head)
    };
    let mut tried = 0;
    for errors in [
        // In the two equations of one epoch.
        &[(1, [shift, -shift])][..],
        // In the same equation of two epochs, and crosswise.
        &[(1, [shift, none]), (3, [-shift, none])],
        &[(1, [none, shift]), (3, [none, -shift])],
        &[(1, [shift, none]), (3, [none, -shift])],
        &[(0, [shift, shift]), (4, [-shift, -shift])],
        // In three that add up to nothing.
        &[(0, [shift, none]), (1, [shift, none]), (4, [-(shift + shift), none])],
    ] {
        let mut member = Member::new();
        let (log, end) = make(errors);
        let target = member.served(&end);
        assert_eq!(catch_up(&mut member, &log, &target, EpochProofs::Verify), Err(ListError::BadProof), "{tried}");
        tried += 1;
    }
    assert_eq!(tried, 6);
    let mut member = Member::new();
    let (log, end) = make(&[]);
    let target = member.served(&end);
    catch_up(&mut member, &log, &target, EpochProofs::Verify).unwrap();
}

/// Check 07-2.
#[test]
fn a_head_that_another_key_signed_ends_a_catch_up() {
    let mut member = Member::new();
    let (honest, end) = log(&member, 0, Forgery::None);
    let target = member.served(&end);
    let mut stranger = Owner::new(50, selfsame::list::ListClass::Status);
    stranger.signing = SigningKey::from_bytes(&[9; 32]);
    for bad in 0..EPOCHS {
        let mut head = member.head.clone();
        let mut served = Vec::new();
        for number in 0..EPOCHS {
            let owner = if number == bad { &stranger } else { &member.owner };
            let (update, after) = Epoch::new(owner, &head, &changes(number)).finish();
            served.push(update);
            head = after;
        }
        for proofs in [EpochProofs::Verify, EpochProofs::TrustCosigners] {
            assert_eq!(catch_up(&mut member, &served, &target, proofs), Err(ListError::BadSignature), "{bad}");
        }
    }
    catch_up(&mut member, &honest, &target, EpochProofs::Verify).unwrap();
}

#[test]
fn many_weights_are_those_of_the_spec() {
    // More than one block of 256: the second spec-side prover has to hash as the library does.
    let mut member = Member::new();
    let handles = others(600);
    let changes: Vec<(u64, Scalar)> = handles.iter().map(|handle| (REMOVE, *handle)).collect();
    let (update, _) = member.epoch(&changes).finish();
    member.follow(&update).unwrap();
    for place in [0, 255, 256, 511, 512, 599] {
        let mut epoch = member.epoch(&handles.iter().map(|handle| (RESTORE, *handle)).collect::<Vec<_>>());
        epoch.entries[place].2 += epoch.head.key;
        epoch.conclude();
        let (bad, _) = epoch.finish();
        assert_eq!(member.follow(&bad), Err(ListError::BadProof), "{place}");
    }
}

/// Check 07-22.
#[test]
fn a_log_that_names_the_holder_against_the_rules_is_refused_on_the_way() {
    let y = Member::new().y;
    let other = others(1)[0];
    // Several epochs at once, the holder's second word in another than the first.
    type Epochs<'a> = &'a [&'a [(u64, Scalar)]];
    let ways: [(Epochs<'_>, ListError); 4] = [
        (&[&[(REMOVE, y)], &[], &[(REMOVE, other), (REMOVE, y)]], ListError::AlreadyRemoved),
        (&[&[(REMOVE, y), (RESTORE, y)], &[(RESTORE, y)]], ListError::NotRemoved),
        (&[&[(REMOVE, y)], &[(RESTORE, y)], &[(RESTORE, y)]], ListError::NotRemoved),
        (&[&[(REMOVE, other)], &[(RESTORE, y)]], ListError::NotRemoved),
    ];
    for (epochs, error) in ways {
        let mut member = Member::new();
        let mut head = member.head.clone();
        let mut log = Vec::new();
        for changes in epochs {
            let (update, after) = Epoch::new(&member.owner, &head, changes).finish();
            log.push(update);
            head = after;
        }
        let target = member.served(&head);
        for proofs in [EpochProofs::Verify, EpochProofs::TrustCosigners] {
            assert_eq!(catch_up(&mut member, &log, &target, proofs), Err(error));
            assert_eq!(member.credential.witnesses()[0].removed_since(), None);
        }
        member.fingerprint();
    }
}
