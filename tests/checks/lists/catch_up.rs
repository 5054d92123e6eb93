//! Catching up (spec 07 §5.3, §7.3): targets, interruptions, chunks, logs made for one holder.

use selfsame::hazmat::uncosigned;
use testkit::curve::Scalar;

use super::histories::Holder;
use super::{Member, copy, others};
use testkit::prelude::*;
use testkit::rogue::{Epoch, REMOVE};

/// Own removal and restoration, an empty epoch, others before, between and after.
const EPOCHS: [&[usize]; 6] = [&[1, 2], &[0, 3], &[], &[4, 0, 1], &[], &[2, 5]];

fn holder(rng: u8) -> Holder {
    let mut holder = Holder::new(rng);
    EPOCHS.iter().for_each(|toggled| holder.epoch(toggled));
    holder
}

#[test]
fn an_interruption_between_any_two_epochs_changes_nothing() {
    let expected = {
        let mut holder = holder(1);
        holder.catch_up(EpochProofs::Verify).unwrap();
        holder.present().unwrap()
    };
    for proofs in [EpochProofs::Verify, EpochProofs::TrustCosigners] {
        for stop in 0..=EPOCHS.len() {
            let mut holder = holder(2);
            let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
            let witness = &holder.credential.witnesses()[0];
            let mut way = witness.catch_up(&keys, &target, proofs).unwrap();
            for epoch in &holder.log[..stop] {
                way.follow(copy(epoch), &mut holder.rng).unwrap();
            }
            assert_eq!(way.is_complete(), stop == EPOCHS.len());
            let suspended = way.suspend(&mut holder.rng).unwrap();
            assert_eq!(suspended.epoch().number(), stop as u64);
            assert_eq!(suspended.list(), witness.list());
            let mut way = suspended.resume(&keys, &target, proofs).unwrap();
            assert_eq!(way.next_epoch().number(), stop as u64 + 1);
            for epoch in &holder.log[stop..] {
                way.follow(copy(epoch), &mut holder.rng).unwrap();
            }
            let finished = way.finish(&mut holder.rng).unwrap();
            holder.credential.adopt(finished).unwrap();
            assert!(holder.present().unwrap() == expected, "{stop}");
        }
    }
}

#[test]
fn a_target_may_move_while_a_catch_up_rests() {
    let mut holder = Holder::new(3);
    let keys = holder.country.status.list_keys();
    holder.epoch(EPOCHS[0]);
    let first = holder.country.heads[0].clone();
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &first, EpochProofs::Verify).unwrap();
    way.follow(copy(&holder.log[0]), &mut holder.rng).unwrap();
    let suspended = way.suspend(&mut holder.rng).unwrap();
    EPOCHS[1..].iter().for_each(|toggled| holder.epoch(toggled));
    let target = holder.country.heads[0].clone();
    let mut way = suspended.resume(&keys, &target, EpochProofs::Verify).unwrap();
    for epoch in &holder.log[1..] {
        way.follow(copy(epoch), &mut holder.rng).unwrap();
    }
    let finished = way.finish(&mut holder.rng).unwrap();
    holder.credential.adopt(finished).unwrap();
    holder.present().unwrap();
    // Nor does it go back.
    let way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    let suspended = way.suspend(&mut holder.rng).unwrap();
    assert_eq!(suspended.resume(&keys, &first, EpochProofs::Verify).unwrap_err(), ListError::WrongHead);
}

#[test]
fn progress_counts_entries() {
    let mut holder = holder(4);
    let (keys, rest) = (holder.country.status.list_keys(), holder.rest());
    let mut told = Vec::new();
    let tell = |progress: selfsame::list::Progress| told.push((progress.entries, progress.of));
    let (target, rng) = (&holder.country.heads[0], &mut holder.rng);
    holder.credential.catch_up(&keys, target, EpochProofs::Verify, rest, tell, rng).unwrap();
    assert_eq!(told, [(2, 9), (4, 9), (4, 9), (7, 9), (7, 9), (9, 9)]);
}

#[test]
fn a_target_is_of_the_same_list_and_not_before_the_witness() {
    let mut holder = holder(5);
    let keys = holder.country.status.list_keys();
    let first = Holder::new(5).country.heads;
    holder.catch_up(EpochProofs::Verify).unwrap();
    fn start(holder: &Holder, keys: &ListKeys, target: &CosignedHeads) -> Result<(), ListError> {
        holder.credential.witnesses()[0].catch_up(keys, target, EpochProofs::TrustCosigners).map(|_| ())
    }
    assert_eq!(start(&holder, &keys, &first[0]), Err(ListError::WrongHead));
    // To where it is already: nothing to read.
    assert_eq!(start(&holder, &keys, &holder.country.heads[0]), Ok(()));
    holder.catch_up(EpochProofs::Verify).unwrap();
    let other_list = holder.country.flag.list_keys();
    assert_eq!(start(&holder, &other_list, &holder.country.heads[1]), Err(ListError::WrongHead));
    // A list of the same name under other keys, as if it had been set up anew.
    let mut renewed = Country::new(151);
    (0..7).for_each(|_| drop(renewed.close_epoch()));
    assert_eq!(renewed.status.list_keys().name(), keys.name());
    assert_eq!(start(&holder, &renewed.status.list_keys(), &renewed.heads[0]), Err(ListError::WrongHead));
}

/// Check 07-23.
#[test]
fn epochs_are_read_one_by_one_and_no_further_than_the_target() {
    let mut holder = Holder::new(6);
    let keys = holder.country.status.list_keys();
    EPOCHS[..3].iter().for_each(|toggled| holder.epoch(toggled));
    let target = holder.country.heads[0].clone();
    EPOCHS[3..].iter().for_each(|toggled| holder.epoch(toggled));
    let Holder { credential, log, rng, .. } = &mut holder;
    let mut way = credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    assert_eq!(way.follow(copy(&log[1]), rng).unwrap_err(), ListError::NotNext, "one is skipped");
    way.follow(copy(&log[0]), rng).unwrap();
    assert_eq!(way.follow(copy(&log[0]), rng).unwrap_err(), ListError::NotNext, "one comes twice");
    // After an error it stands where its last full chunk ended: at the beginning.
    assert_eq!((way.next_epoch().number(), way.progress().entries), (1, 0));
    for epoch in &log[..3] {
        assert!(!way.is_complete());
        way.follow(copy(epoch), rng).unwrap();
    }
    assert!(way.is_complete());
    assert_eq!(way.follow(copy(&log[3]), rng).unwrap_err(), ListError::WrongHead, "beyond the target");
    for epoch in &log[..3] {
        way.follow(copy(epoch), rng).unwrap();
    }
    assert_eq!(way.finish(rng).unwrap().epoch().number(), 3);

    let mut way = credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    for epoch in &log[..2] {
        way.follow(copy(epoch), rng).unwrap();
    }
    assert_eq!(way.finish(rng).unwrap_err(), ListError::Incomplete);
    let rest = holder.log[..2].iter().map(|epoch| Ok::<_, ListError>(copy(epoch))).collect::<Vec<_>>();
    let (credential, rng) = (&mut holder.credential, &mut holder.rng);
    let early = credential.catch_up(&keys, &target, EpochProofs::Verify, rest, |_| {}, rng);
    assert_eq!(early, Err(ListError::Incomplete));
    assert_eq!(credential.witnesses()[0].epoch().number(), 0);
}

#[test]
fn an_error_of_the_source_ends_a_catch_up() {
    #[derive(Debug, PartialEq)]
    enum Source {
        List(ListError),
        Offline,
    }
    impl From<ListError> for Source {
        fn from(error: ListError) -> Self {
            Self::List(error)
        }
    }
    let mut holder = holder(7);
    let keys = holder.country.status.list_keys();
    let (target, rng) = (&holder.country.heads[0], &mut holder.rng);
    let epochs = [Ok(copy(&holder.log[0])), Err(Source::Offline)];
    let failed = holder.credential.catch_up(&keys, target, EpochProofs::Verify, epochs, |_| {}, rng);
    assert_eq!(failed, Err(Source::Offline));
    let epochs = [Ok(copy(&holder.log[1]))];
    let failed = holder.credential.catch_up(&keys, target, EpochProofs::Verify, epochs, |_| {}, rng);
    assert_eq!(failed, Err(Source::List(ListError::NotNext)));
    assert_eq!(holder.credential.witnesses()[0].epoch().number(), 0);
    holder.catch_up(EpochProofs::Verify).unwrap();
    holder.present().unwrap();
}

// A log for one holder.

/// The honest country, and what its owner signs for one holder alone: another epoch at this place.
fn private(place: usize) -> (Holder, Holder) {
    let [honest, private] = [false, true].map(|private| {
        let mut holder = Holder::new(8);
        for (i, toggled) in EPOCHS.iter().enumerate() {
            let toggled = if private && i == place { &[5][..] } else { toggled };
            holder.epoch(toggled);
        }
        holder
    });
    (honest, private)
}

/// Check 07-24.
#[test]
fn a_private_log_does_not_lead_to_the_cosigned_head() {
    for place in 0..EPOCHS.len() {
        let (mut honest, private) = private(place);
        let keys = honest.country.status.list_keys();
        let target = honest.country.heads[0].clone();
        for proofs in [EpochProofs::Verify, EpochProofs::TrustCosigners] {
            let (credential, rng) = (&mut honest.credential, &mut honest.rng);
            let served = private.rest();
            let refused = credential.catch_up(&keys, &target, proofs, served, |_| {}, rng);
            assert_eq!(refused, Err(ListError::Forked), "{place}");
            // The private log up to some epoch, and the public one from there.
            let mixed = private.log[..=place].iter().chain(&honest.log[place + 1..]);
            let mixed: Vec<_> = mixed.map(|epoch| Ok::<_, ListError>(copy(epoch))).collect();
            let refused = credential.catch_up(&keys, &target, proofs, mixed, |_| {}, rng);
            let expected = if place + 1 == EPOCHS.len() { ListError::Forked } else { ListError::WrongLength };
            assert_eq!(refused, Err(expected), "{place}");
            assert_eq!(credential.witnesses()[0].epoch().number(), 0);
        }
        // What is at stake: against uncosigned heads the wallet would have followed.
        let heads = uncosigned(private.country.status.heads().verify(&keys).unwrap());
        let (credential, rng) = (&honest.credential, &mut honest.rng);
        let mut way = credential.witnesses()[0].catch_up(&keys, &heads, EpochProofs::Verify).unwrap();
        for epoch in &private.log {
            way.follow(copy(epoch), rng).unwrap();
        }
        assert_eq!(way.finish(rng).unwrap().epoch().number(), EPOCHS.len() as u64);
        // And the public log is followed after all that.
        honest.catch_up(EpochProofs::Verify).unwrap();
        honest.present().unwrap();
    }
}

#[test]
fn a_rest_on_a_private_log_leads_nowhere_and_the_witness_starts_anew() {
    let (mut honest, private) = private(1);
    let (keys, target) = (honest.country.status.list_keys(), honest.country.heads[0].clone());
    let start =
        |honest: &Holder| honest.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    let mut way = start(&honest);
    for epoch in &private.log[..3] {
        way.follow(copy(epoch), &mut honest.rng).unwrap();
    }
    let suspended = way.suspend(&mut honest.rng).unwrap();
    let mut way = suspended.resume(&keys, &target, EpochProofs::Verify).unwrap();
    assert_eq!(way.follow(copy(&honest.log[3]), &mut honest.rng).unwrap_err(), ListError::WrongLength);
    for epoch in &private.log[3..] {
        way.follow(copy(epoch), &mut honest.rng).unwrap();
    }
    assert_eq!(way.finish(&mut honest.rng).unwrap_err(), ListError::Forked);
    let mut way = start(&honest);
    for epoch in &honest.log {
        way.follow(copy(epoch), &mut honest.rng).unwrap();
    }
    let finished = way.finish(&mut honest.rng).unwrap();
    honest.credential.adopt(finished).unwrap();
    honest.present().unwrap();
}

#[test]
fn private_heads_do_not_pass_for_cosigned_ones() {
    let (mut honest, private) = private(1);
    let keys = honest.country.status.list_keys();
    let cosigners = honest.country.quorum.cosigners();
    let signed = {
        let heads = honest.country.status.heads().clone();
        // What the cosigners signed last is signed again.
        honest.country.quorum.sign(&keys, &heads, &[])
    };
    assert!(signed.verify(&keys, &cosigners, LATE).is_ok());
    let heads = private.country.status.heads().clone();
    let served =
        |cosignatures| CosignedHeadSet::new(heads.clone(), cosignatures).verify(&keys, &cosigners, LATE).map(|_| ());
    assert_eq!(served(Vec::new()), Err(ListError::NotCosigned));
    assert_eq!(served(signed.cosignatures().to_vec()), Err(ListError::BadSignature));
    let mut strangers = testkit::Quorum::new(&mut honest.rng);
    let first = Holder::new(8).country.status.heads().clone();
    let strange = strangers.sign(&keys, &first, &[]);
    assert_eq!(strange.verify(&keys, &cosigners, LATE).map(|_| ()), Err(ListError::NotCosigned));
    assert!(strange.verify(&keys, &strangers.cosigners(), LATE).is_ok());
    // The owner's next epochs are not signed either: the cosigners read the other log.
    let updates: Vec<EpochUpdate> = private.log.iter().map(copy).collect();
    for cosigner in &mut honest.country.quorum.0 {
        assert_eq!(cosigner.cosign(&keys, &heads, &updates, LATE).unwrap_err(), ListError::Forked);
    }
}

// Chunks.

/// Entries after which the library verifies and follows what it has read.
const CHUNK: usize = 4_096;
/// Epochs after which it does so in any case.
const CHUNK_EPOCHS: usize = 256;

/// A list whose only shard gets epochs of so many removals, and a holder of it.
fn long(lengths: &[usize]) -> Holder {
    let mut holder = Holder::new(9);
    let shard = Shard::new(2).unwrap();
    let mut generation = 100;
    for length in lengths {
        for _ in 0..*length {
            let other = holder.country.handle_key.status(&holder.country.card, Generation::new(generation).unwrap());
            holder.country.status.register(shard, &other).unwrap();
            holder.country.status.remove(&other).unwrap();
            generation += 1;
        }
        holder.epoch(&[]);
    }
    holder
}

#[test]
fn a_log_longer_than_a_chunk_is_followed_in_parts() {
    // The second epoch fills the first chunk; in the second the holder is removed and restored.
    let mut holder = long(&[2_000, CHUNK - 2_000, 5]);
    holder.epoch(&[0, 1]);
    holder.epoch(&[0]);
    let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
    let log: Vec<EpochUpdate> = holder.log.iter().map(copy).collect();
    let forged = {
        let bytes = Tree::parse(&log[3].to_bytes()).with(|body| {
            let response = body.at_mut(2).at_mut(11).bytes_mut();
            response[0] ^= 1;
        });
        EpochUpdate::from_bytes(&bytes).unwrap()
    };
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    way.follow(copy(&log[0]), &mut holder.rng).unwrap();
    assert_eq!(way.follow(copy(&log[0]), &mut holder.rng).unwrap_err(), ListError::NotNext);
    assert_eq!(way.next_epoch().number(), 1, "the first chunk is not full");
    for epoch in &log[..3] {
        way.follow(copy(epoch), &mut holder.rng).unwrap();
    }
    assert_eq!(way.follow(copy(&log[0]), &mut holder.rng).unwrap_err(), ListError::NotNext);
    assert_eq!((way.next_epoch().number(), way.progress().entries), (3, CHUNK as u64), "the first chunk counts");
    // A forged proof in the second chunk; its signed head is right, so the end is reached.
    for epoch in [&log[2], &forged, &log[4]] {
        way.follow(copy(epoch), &mut holder.rng).unwrap();
    }
    assert!(way.is_complete());
    assert_eq!(way.finish(&mut holder.rng).unwrap_err(), ListError::BadProof);

    holder.catch_up(EpochProofs::Verify).unwrap();
    let followed = holder.present().unwrap();
    let issued = holder.country.status.witness(Shard::new(2).unwrap(), &holder.handles[0]).unwrap();
    holder.credential.renew(ListClass::Status, &issued, &holder.country.heads[0]).unwrap();
    assert!(followed == holder.present().unwrap());
    assert_eq!(holder.credential.witnesses()[0].epoch().number(), 5);
}

/// A witness by itself, which no credential holds.
#[test]
fn a_fresh_witness_takes_the_place_of_what_was_followed() {
    let mut holder = long(&[3]);
    let (keys, shard) = (holder.country.status.list_keys(), Shard::new(2).unwrap());
    let target = &holder.country.heads[0];
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, target, EpochProofs::Verify).unwrap();
    way.follow(copy(&holder.log[0]), &mut holder.rng).unwrap();
    let mut witness = way.finish(&mut holder.rng).unwrap();
    holder.epoch(&[1]);
    let issued = holder.country.status.witness(shard, &holder.handles[0]).unwrap();
    witness.renew(&issued, &holder.country.heads[0]).unwrap();
    assert_eq!((witness.epoch().number(), witness.removed_since()), (2, None));
}

#[test]
fn a_forged_proof_is_found_when_its_chunk_is_full() {
    let mut holder = long(&[CHUNK]);
    let (keys, target) = (holder.country.status.list_keys(), holder.country.heads[0].clone());
    let bytes = Tree::parse(&holder.log[0].to_bytes()).with(|body| body.at_mut(2).at_mut(11).bytes_mut()[0] ^= 1);
    let forged = EpochUpdate::from_bytes(&bytes).unwrap();
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    assert_eq!(way.follow(copy(&forged), &mut holder.rng).unwrap_err(), ListError::BadProof);
    assert_eq!(way.next_epoch().number(), 1);
    way.follow(copy(&holder.log[0]), &mut holder.rng).unwrap();
    assert_eq!(way.finish(&mut holder.rng).unwrap().epoch().number(), 1);
    // Who trusts the cosigners does not look.
    let mut way = holder.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::TrustCosigners).unwrap();
    way.follow(forged, &mut holder.rng).unwrap();
    assert_eq!(way.finish(&mut holder.rng).unwrap().epoch().number(), 1);
}

#[test]
fn epochs_without_entries_fill_a_chunk_too() {
    let mut member = Member::new();
    let (mut log, mut head) = (Vec::new(), member.head.clone());
    for _ in 0..=CHUNK_EPOCHS {
        let (update, after) = Epoch::new(&member.owner, &head, &[]).finish();
        log.push(update);
        head = after;
    }
    let (keys, target) = (member.owner.keys(), member.served(&head));
    let mut way = member.credential.witnesses()[0].catch_up(&keys, &target, EpochProofs::Verify).unwrap();
    for epoch in &log[..CHUNK_EPOCHS] {
        way.follow(copy(epoch), &mut member.rng).unwrap();
    }
    assert_eq!(way.follow(copy(&log[0]), &mut member.rng).unwrap_err(), ListError::NotNext);
    assert_eq!(way.next_epoch().number(), CHUNK_EPOCHS as u64 + 1, "what was read waits no longer");
    way.follow(copy(&log[CHUNK_EPOCHS]), &mut member.rng).unwrap();
    assert_eq!(way.finish(&mut member.rng).unwrap().epoch().number(), CHUNK_EPOCHS as u64 + 1);
}

/// Check 07-23.
#[test]
fn a_log_longer_than_the_target_is_not_read_to_its_end() {
    let mut member = Member::new();
    let epochs = |changes: [&[(u64, Scalar)]; 3]| {
        let (mut log, mut head) = (Vec::new(), member.head.clone());
        for changes in changes {
            let (update, after) = Epoch::new(&member.owner, &head, changes).finish();
            log.push(update);
            head = after;
        }
        (log, head)
    };
    let other = others(3).into_iter().map(|y| (REMOVE, y)).collect::<Vec<_>>();
    let (log, head) = epochs([&other[..1], &[], &other[1..2]]);
    let (private, _) = epochs([&other[..2], &other[2..], &[]]);
    let (keys, target) = (member.owner.keys(), member.served(&head));
    for proofs in [EpochProofs::Verify, EpochProofs::TrustCosigners] {
        let mut way = member.credential.witnesses()[0].catch_up(&keys, &target, proofs).unwrap();
        let progress = way.follow(copy(&private[0]), &mut member.rng).unwrap();
        assert_eq!((progress.entries, progress.of), (2, 2));
        assert_eq!(way.follow(copy(&private[1]), &mut member.rng).unwrap_err(), ListError::Forked);
        for epoch in &log {
            way.follow(copy(epoch), &mut member.rng).unwrap();
        }
        assert_eq!(way.finish(&mut member.rng).unwrap().epoch().number(), 3);
    }
}

// What replaces a witness.

#[test]
fn a_credential_adopts_a_later_witness_of_its_own_only() {
    let mut holder = holder(10);
    let keys = holder.country.status.list_keys();
    let at = |holder: &mut Holder, epochs: usize| -> MembershipWitness {
        let heads = {
            let mut twin = Holder::new(10);
            EPOCHS[..epochs].iter().for_each(|toggled| twin.epoch(toggled));
            twin.country.heads[0].clone()
        };
        let mut way = holder.credential.witnesses()[0].catch_up(&keys, &heads, EpochProofs::Verify).unwrap();
        for epoch in &holder.log[..epochs] {
            way.follow(copy(epoch), &mut holder.rng).unwrap();
        }
        way.finish(&mut holder.rng).unwrap()
    };
    let [two, four, last] = [2, 4, EPOCHS.len()].map(|epochs| at(&mut holder, epochs));
    holder.credential.adopt(four).unwrap();
    assert_eq!(holder.credential.adopt(two).unwrap_err(), ListError::WrongHead);
    assert_eq!(holder.credential.witnesses()[0].epoch().number(), 4);
    holder.credential.adopt(last).unwrap();
    holder.present().unwrap();

    // Of another holder of the same shard, and of a list with other keys.
    let mut country = Country::new(150);
    let recovery = RecoverySecret::from_secret_bytes(Secret::new([1; 32]));
    let mut other_device = SoftwareDevice::random(&mut country.rng);
    let other = country.issue_to(&mut other_device, &recovery, Generation::new(2).unwrap());
    fn own(credential: &Credential, country: &mut Country) -> MembershipWitness {
        let (keys, heads) = (country.status.list_keys(), &country.heads[0]);
        let way = credential.witnesses()[0].catch_up(&keys, heads, EpochProofs::Verify).unwrap();
        way.finish(&mut country.rng).unwrap()
    }
    let strange = own(&other, &mut country);
    let mut first = Holder::new(10);
    assert_eq!(first.country.status.list_keys(), country.status.list_keys());
    assert_eq!(first.credential.adopt(strange).unwrap_err(), ListError::WrongHead);
    let same = own(&first.credential, &mut country);
    first.credential.adopt(same).unwrap();
    let mut elsewhere = Country::new(151);
    let phone = elsewhere.enrol();
    let strange = own(&phone.credential, &mut elsewhere);
    assert_eq!(first.credential.adopt(strange).unwrap_err(), ListError::WrongHead);
    first.present().unwrap();
}

/// Checks 07-20, 07-21.
#[test]
fn a_fresh_witness_is_of_the_same_handle_and_of_newer_heads() {
    let mut holder = holder(11);
    let shard = Shard::new(2).unwrap();
    let first = Holder::new(11);
    let old = first.country.status.witness(shard, &first.handles[0]).unwrap();
    let new = holder.country.status.witness(shard, &holder.handles[0]).unwrap();
    let present = (1..6).find(|place| holder.present[*place]).unwrap();
    let other = holder.country.status.witness(shard, &holder.handles[present]).unwrap();
    let (heads, flag_heads) = (holder.country.heads[0].clone(), holder.country.heads[1].clone());
    let renew = |holder: &mut Holder, class, issued: &_, heads| holder.credential.renew(class, issued, heads);
    // Older than the heads, newer than the heads, of another handle, under heads of another list.
    assert_eq!(renew(&mut holder, ListClass::Status, &old, &heads), Err(ListError::WrongHead));
    assert_eq!(renew(&mut holder, ListClass::Status, &new, &first.country.heads[0]), Err(ListError::WrongHead));
    assert_eq!(renew(&mut holder, ListClass::Status, &other, &heads), Err(ListError::BadWitness));
    assert_eq!(renew(&mut holder, ListClass::Status, &new, &flag_heads), Err(ListError::WrongHead));
    assert_eq!(renew(&mut holder, ListClass::Flag, &new, &heads), Err(ListError::WrongHead));
    assert_eq!(renew(&mut holder, ListClass::Flag, &new, &flag_heads), Err(ListError::BadWitness));
    let elsewhere = Country::new(151).heads;
    assert_eq!(renew(&mut holder, ListClass::Status, &old, &elsewhere[0]), Err(ListError::WrongHead));
    assert_eq!(holder.credential.witnesses().each_ref().map(|witness| witness.epoch().number()), [0, 0]);
    renew(&mut holder, ListClass::Status, &new, &heads).unwrap();
    holder.present().unwrap();
    // Not back again.
    assert_eq!(renew(&mut holder, ListClass::Status, &old, &first.country.heads[0]), Err(ListError::WrongHead));
    holder.present().unwrap();
}

#[test]
fn a_removed_holder_is_renewed_once_it_is_restored() {
    let mut holder = Holder::new(12);
    holder.epoch(&[0, 1]);
    holder.catch_up(EpochProofs::Verify).unwrap();
    assert_eq!(holder.removed_since(), Some(1));
    let shard = Shard::new(2).unwrap();
    assert_eq!(holder.country.status.witness(shard, &holder.handles[0]).unwrap_err(), ListError::Removed);
    holder.epoch(&[2, 0, 3]);
    let issued = holder.country.status.witness(shard, &holder.handles[0]).unwrap();
    holder.credential.renew(ListClass::Status, &issued, &holder.country.heads[0]).unwrap();
    assert_eq!(holder.removed_since(), None);
    let renewed = holder.present().unwrap();
    let mut follower = Holder::new(12);
    follower.epoch(&[0, 1]);
    follower.epoch(&[2, 0, 3]);
    follower.catch_up(EpochProofs::Verify).unwrap();
    assert!(renewed == follower.present().unwrap());
}

#[test]
fn a_catch_up_to_where_it_stands_gives_the_witness_back() {
    let mut holder = Holder::new(13);
    let before = holder.present().unwrap();
    holder.catch_up(EpochProofs::Verify).unwrap();
    assert!(before == holder.present().unwrap());
}
