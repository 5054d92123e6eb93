//! Random histories of the lists against a plain model, and batches against single answers.

use proptest::prelude::*;
use rand_core::OsRng;
use std::collections::{BTreeMap, BTreeSet};
use testkit::curve::{Point, Scalar};
use testkit::prelude::*;
use testkit::reference;
use testkit::rogue::Holder;

/// One step in the life of a list. Handles are few, so that steps meet.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register(u8, u16),
    Remove(u8),
    Restore(u8),
    Witness(u8, u16),
    Close,
    Follow,
    Present,
}

/// The holder's own handle is number 0; it is registered from the start, in shard 2.
const OWN: u8 = 0;
const OWN_SHARD: u16 = 2;
const HANDLES: u8 = 4;

fn step() -> impl Strategy<Value = Step> {
    let handle = || prop_oneof![2 => Just(OWN), 3 => 1..HANDLES];
    prop_oneof![
        2 => (handle(), 0..SHARDS + 1).prop_map(|(handle, shard)| Step::Register(handle, shard)),
        5 => handle().prop_map(Step::Remove),
        5 => handle().prop_map(Step::Restore),
        2 => (handle(), 0..SHARDS + 1).prop_map(|(handle, shard)| Step::Witness(handle, shard)),
        4 => Just(Step::Close),
        3 => Just(Step::Follow),
        4 => Just(Step::Present),
    ]
}

/// What there is to know about a list without any cryptography.
#[derive(Default)]
struct Model {
    /// Shard, present now, changed since the last closed epoch.
    handles: BTreeMap<u8, Entry>,
    epoch: u64,
    /// The epoch that the holder followed to.
    followed: u64,
    /// The removed handles of the shard after each epoch: what the value depends on.
    removed: Vec<BTreeSet<u8>>,
}

#[derive(Clone, Copy)]
struct Entry {
    shard: u16,
    present: bool,
    changed: bool,
}

impl Model {
    fn register(&mut self, handle: u8, shard: u16) -> Result<(), ListError> {
        if shard >= SHARDS {
            return Err(ListError::UnknownShard);
        }
        match self.handles.get(&handle) {
            Some(entry) if entry.present => Err(ListError::AlreadyRegistered),
            Some(_) => Err(ListError::Removed),
            None => {
                self.handles.insert(handle, Entry { shard, present: true, changed: false });
                Ok(())
            }
        }
    }

    fn change(&mut self, handle: u8, to: bool) -> Result<(), ListError> {
        let entry = self.handles.get_mut(&handle).ok_or(ListError::UnknownHandle)?;
        match (entry.present, to) {
            (false, false) => Err(ListError::AlreadyRemoved),
            (true, true) => Err(ListError::NotRemoved),
            _ => {
                (entry.present, entry.changed) = (to, true);
                Ok(())
            }
        }
    }

    fn witness(&self, handle: u8, shard: u16) -> Result<(), ListError> {
        let entry = self.handles.get(&handle).ok_or(ListError::UnknownHandle)?;
        match entry {
            entry if entry.shard != shard => Err(ListError::UnknownHandle),
            Entry { present: true, changed: false, .. } => Ok(()),
            _ => Err(ListError::Removed),
        }
    }

    fn close(&mut self) {
        self.epoch += 1;
        self.handles.values_mut().for_each(|entry| entry.changed = false);
        let shard = self.handles.iter().filter(|(_, entry)| entry.shard == OWN_SHARD && !entry.present);
        self.removed.push(shard.map(|(handle, _)| *handle).collect());
    }

    fn removed_at(&self, epoch: u64) -> BTreeSet<u8> {
        epoch.checked_sub(1).map_or_else(BTreeSet::new, |place| self.removed[place as usize].clone())
    }

    /// Whether the holder was present at the epoch that it followed to.
    fn was_present(&self) -> bool {
        !self.removed_at(self.followed).contains(&OWN)
    }

    /// Whether one that ignores its refusals proves something true: equal values.
    fn provable(&self) -> bool {
        self.was_present() && self.removed_at(self.followed) == self.removed_at(self.epoch)
    }
}

fn handles(country: &Country) -> Vec<Handle> {
    (0..u32::from(HANDLES)).map(|i| country.handle_key.status(&country.card, Generation::new(1 + i).unwrap())).collect()
}

fn run(steps: &[Step]) -> Result<[usize; 4], TestCaseError> {
    let mut country = Country::new(60);
    let mut phone = country.enrol();
    let handles = handles(&country);
    let mut model = Model::default();
    model.register(OWN, OWN_SHARD).unwrap();
    // The epochs that the phone has not followed yet.
    let mut waiting: Vec<[ClosedEpoch; 2]> = Vec::new();
    // What the wallet says: verified, stale, removed; and how often the platform refuses.
    let mut seen = [0; 4];
    for step in steps {
        match *step {
            Step::Register(handle, shard) => {
                let found = country.status.register(Shard::new(shard).unwrap(), &handles[usize::from(handle)]);
                prop_assert_eq!(found, model.register(handle, shard));
            }
            Step::Remove(handle) => {
                prop_assert_eq!(country.status.remove(&handles[usize::from(handle)]), model.change(handle, false));
            }
            Step::Restore(handle) => {
                prop_assert_eq!(country.status.restore(&handles[usize::from(handle)]), model.change(handle, true));
            }
            Step::Witness(handle, shard) => {
                let found = country.status.witness(Shard::new(shard).unwrap(), &handles[usize::from(handle)]);
                prop_assert_eq!(found.map(|_| ()), model.witness(handle, shard));
            }
            Step::Close => {
                waiting.push(country.close_epoch());
                model.close();
            }
            Step::Follow => {
                phone.follow_all(&mut country, &std::mem::take(&mut waiting));
                model.followed = model.epoch;
                let removed = phone.credential.witnesses()[0].removed_since().is_some();
                prop_assert_eq!(removed, !model.was_present());
            }
            Step::Present => {
                let asked = country.hotel().once(&mut country.rng).unwrap();
                let present = !model.removed_at(model.epoch).contains(&OWN);
                let consent = phone.credential.review(&asked.message, &country.heads()).map(|_| ());
                let expected = match (model.was_present(), model.followed == model.epoch) {
                    (false, _) => "removed",
                    (true, false) => "stale",
                    (true, true) => "verified",
                };
                let found = match &consent {
                    Ok(()) => "verified",
                    Err(PresentError::StaleWitness { .. }) => "stale",
                    Err(PresentError::Removed { list, .. }) if list.class() == ListClass::Status => "removed",
                    Err(error) => panic!("{error}"),
                };
                prop_assert_eq!(found, expected);
                // The platform verifies exactly what is true of the present epoch.
                let heads = country.heads.clone();
                let request = &asked.message;
                let forced = selfsame::hazmat::present_anyway(
                    &[&phone.credential],
                    request,
                    &WalletContext::at(&[&heads[0], &heads[1]]),
                    &mut phone.device,
                    &mut country.rng,
                );
                let verdict = match forced {
                    Ok(presentation) => country.settle(asked.state, &presentation.to_bytes()),
                    Err(error) => {
                        prop_assert_eq!(error, PresentError::Unprovable);
                        Verdict::Refused
                    }
                };
                let good = verdict == Verdict::Verified;
                prop_assert_eq!(good, model.provable());
                prop_assert!(good || expected != "verified");
                prop_assert!(present || !good);
                let place = ["verified", "stale", "removed"].iter().position(|name| *name == expected).unwrap();
                seen[place] += 1;
                seen[3] += usize::from(!good);
            }
        }
    }
    Ok(seen)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_holder_presents_exactly_while_the_model_says_that_it_is_present(steps in prop::collection::vec(step(), 1..40)) {
        run(&steps)?;
    }
}

#[test]
fn the_model_meets_every_outcome() {
    use Step::{Close, Follow, Present, Remove, Restore};
    let steps = [
        Present,
        Remove(1),
        Close,
        Present,
        Follow,
        Present,
        Remove(OWN),
        Close,
        Present,
        Follow,
        Present,
        Close,
        Present,
        Restore(OWN),
        Close,
        Present,
        Follow,
        Present,
    ];
    let register = [Step::Register(1, OWN_SHARD)];
    let seen = run(&[&register[..], &steps].concat()).unwrap();
    assert_eq!(seen, [3, 2, 3, 5]);
}

/// Defects of one presentation of a batch.
#[derive(Clone, Copy, Debug)]
enum Defect {
    None,
    Response(usize),
    Request,
    Truncated,
    Repeated,
    Garbage,
}

fn defect() -> impl Strategy<Value = Defect> {
    prop_oneof![
        4 => Just(Defect::None),
        2 => (0..21_usize).prop_map(Defect::Response),
        1 => Just(Defect::Request),
        1 => Just(Defect::Truncated),
        1 => Just(Defect::Repeated),
        1 => Just(Defect::Garbage),
    ]
}

/// Adds `delta` to one response.
fn shift(presentation: &[u8], response: usize, delta: Scalar) -> Vec<u8> {
    Tree::parse(presentation).with(|body| {
        let run = body.at(5).run();
        let shifted = (reference::scalar(&run[response]) + delta).to_bytes();
        body.at_mut(5).bytes_mut()[32 * response..32 * response + 32].copy_from_slice(&shifted);
    })
}

/// The answers to all calls at once and to one after the other, each with a register of its own.
fn both(country: &Country, calls: &[Vec<u8>]) -> [Vec<VerdictMessage>; 2] {
    let batch = country.platform.afresh().answer_batch(calls, country.now).unwrap();
    let rows = country.platform.register().len();
    country.platform.register().forget();
    let single = calls.iter().map(|call| country.platform.answer(call, country.now).unwrap()).collect();
    assert_eq!(country.platform.register().len(), rows);
    [batch, single]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_answers_as_each_call_alone(defects in prop::collection::vec(defect(), 1..12)) {
        let mut country = Country::new(61);
        let mut phone = country.enrol();
        let standing = country.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
        let mut calls: Vec<Vec<u8>> = Vec::new();
        let mut expected = Vec::new();
        for defect in defects {
            let good = phone.present(&mut country, standing.message());
            let relay = |bytes: &[u8]| standing.relay(bytes, &mut OsRng).message.to_bytes();
            let call = match defect {
                Defect::None => relay(&good),
                Defect::Response(place) => relay(&shift(&good, place, Scalar::ONE)),
                Defect::Request => {
                    let other = country.ask("Another Inn", "check-in");
                    other.standing(NOW, NOW.checked_add(60).unwrap()).unwrap().relay(&good, &mut OsRng).message.to_bytes()
                }
                Defect::Truncated => relay(&good[..good.len() - 1]),
                Defect::Repeated => calls.last().cloned().unwrap_or_default(),
                Defect::Garbage => b"garbage".to_vec(),
            };
            // The same call is answered as it was before.
            let before = matches!(defect, Defect::Repeated) && expected.last() == Some(&true);
            expected.push(matches!(defect, Defect::None) || before);
            calls.push(call);
        }
        let [batch, single] = both(&country, &calls);
        prop_assert_eq!(&batch, &single);
        let verified: Vec<bool> = batch.iter().map(|answer| answer.unverified_verdict() == Verdict::Verified).collect();
        prop_assert_eq!(verified, expected);
    }
}

// Errors that cancel each other if the weights of a batch are equal, or known before.

fn refused_together(country: &Country, calls: &[Vec<u8>]) {
    let [batch, single] = both(country, calls);
    assert_eq!(batch, single);
    assert!(batch.iter().all(|answer| answer.unverified_verdict() == Verdict::Refused));
}

#[test]
fn responses_that_are_off_by_opposite_amounts_do_not_cancel() {
    let mut country = Country::new(62);
    let mut phone = country.enrol();
    let request = country.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let [one, other] = [(); 2].map(|()| phone.present(&mut country, request.message()));
    let relay = |bytes: &[u8]| request.relay(bytes, &mut OsRng).message.to_bytes();
    let delta = Scalar::from(7_u64);
    // The responses for n, d, f, p and hidden attributes are of points that all have.
    let mut tried = 0;
    for place in [3, 4].into_iter().chain(7..19) {
        refused_together(&country, &[relay(&shift(&one, place, delta)), relay(&shift(&other, place, -delta))]);
        tried += 1;
    }
    assert_eq!(tried, 14);
    // Three that add up to nothing, between honest ones.
    let third = phone.present(&mut country, request.message());
    let honest = [(); 2].map(|()| relay(&phone.present(&mut country, request.message())));
    let crafted =
        [relay(&shift(&one, 3, delta)), relay(&shift(&other, 3, delta)), relay(&shift(&third, 3, -(delta + delta)))];
    let calls = [&honest[..1], &crafted, &honest[1..]].concat();
    let [batch, single] = both(&country, &calls);
    assert_eq!(batch, single);
    let verified: Vec<bool> = batch.iter().map(|answer| answer.unverified_verdict() == Verdict::Verified).collect();
    assert_eq!(verified, [true, false, false, false, true]);
}

#[test]
fn exchanged_responses_do_not_cancel() {
    let mut country = Country::new(63);
    let mut phone = country.enrol();
    let request = country.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let [one, other] = [(); 2].map(|()| phone.present(&mut country, request.message()));
    let relay = |bytes: &[u8]| request.relay(bytes, &mut OsRng).message.to_bytes();
    let response = |bytes: &[u8], place: usize| reference::scalar(&Tree::parse(bytes).body.at(5).run()[place]);
    for place in 0..21 {
        let difference = response(&other, place) - response(&one, place);
        refused_together(
            &country,
            &[relay(&shift(&one, place, difference)), relay(&shift(&other, place, -difference))],
        );
    }
}

#[test]
fn commitments_that_are_off_by_opposite_amounts_do_not_cancel() {
    // Each prover knows of the error at its challenge: only the weights stand in the way.
    let mut country = Country::new(64);
    let holder = Holder::enrol(&mut country);
    let heads = [country.status.heads().clone(), country.flag.heads().clone()];
    let delta = Point::mul_base(&Scalar::from(7_u64));
    let request = country.hotel().standing(NOW, NOW.checked_add(60).unwrap()).unwrap();
    let bytes = request.message().to_bytes();
    let mut rng = selfsame::hazmat::SeededRng::new([65; 32]);
    for place in 0..4 {
        let [plus, minus] = [delta, -delta].map(|error| {
            let crafted = holder.present(&bytes, &heads, &mut rng, |draft| draft.commitments[place] += error);
            request.relay(&crafted, &mut OsRng).message.to_bytes()
        });
        refused_together(&country, &[plus, minus]);
    }
    // In two equations of one presentation, and crosswise in two.
    let crossed = |rng: &mut _, sign: bool| {
        let error = if sign { delta } else { -delta };
        let crafted = holder.present(&bytes, &heads, rng, |draft| {
            draft.commitments[0] += error;
            draft.commitments[3] -= error;
        });
        request.relay(&crafted, &mut OsRng).message.to_bytes()
    };
    let [one, other] = [crossed(&mut rng, true), crossed(&mut rng, false)];
    refused_together(&country, std::slice::from_ref(&one));
    refused_together(&country, &[one, other]);
    let honest = holder.present(&bytes, &heads, &mut rng, |_| ());
    let [batch, _] = both(&country, &[request.relay(&honest, &mut OsRng).message.to_bytes()]);
    assert_eq!(batch[0].unverified_verdict(), Verdict::Verified);
}
