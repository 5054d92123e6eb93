//! A wallet that catches up has the witness that its owner would give out afresh (spec 07 §5.3).

use proptest::prelude::*;

use super::{copy, device};
use testkit::prelude::*;

const SHARD: usize = 2;
/// The holder's own handle among those of its shard.
const OWN: usize = 0;
const HANDLES: usize = 6;

/// A country with one holder, and the history of its shard of the status list.
pub(super) struct Holder {
    pub(super) country: Country,
    pub(super) credential: Credential,
    pub(super) handles: Vec<Handle>,
    pub(super) present: Vec<bool>,
    pub(super) log: Vec<EpochUpdate>,
    /// For what may differ between two holders of one history.
    pub(super) rng: SeededRng,
}

impl Holder {
    /// Always the same one.
    pub(super) fn new(rng: u8) -> Self {
        let mut country = Country::new(150);
        let recovery = RecoverySecret::from_secret_bytes(Secret::new([1; 32]));
        let credential = country.issue_to(&mut device(), &recovery, Generation::FIRST);
        let handle = |i| Generation::new(1 + u32::try_from(i).unwrap()).unwrap();
        let handles: Vec<Handle> = (0..HANDLES).map(|i| country.handle_key.status(&country.card, handle(i))).collect();
        for handle in &handles[1..] {
            country.status.register(credential.shard(), handle).unwrap();
        }
        let rng = SeededRng::new([rng; 32]);
        Self { country, credential, handles, present: vec![true; HANDLES], log: Vec::new(), rng }
    }

    /// One epoch: each of these handles is removed if it is present, and restored if it is not.
    pub(super) fn epoch(&mut self, toggled: &[usize]) {
        for place in toggled {
            let (list, handle) = (&mut self.country.status, &self.handles[*place]);
            if self.present[*place] { list.remove(handle) } else { list.restore(handle) }.unwrap();
            self.present[*place] = !self.present[*place];
        }
        let [closed, _] = self.country.close_epoch();
        self.log.push(copy(&closed.updates[SHARD]));
    }

    /// The epochs that the holder has not followed yet.
    pub(super) fn rest(&self) -> Vec<Result<EpochUpdate, ListError>> {
        let from = usize::try_from(self.credential.witnesses()[0].epoch().number()).unwrap();
        self.log[from..].iter().map(|epoch| Ok(copy(epoch))).collect()
    }

    pub(super) fn catch_up(&mut self, proofs: EpochProofs) -> Result<(), ListError> {
        let (keys, rest) = (self.country.status.list_keys(), self.rest());
        let target = &self.country.heads[0];
        self.credential.catch_up(&keys, target, proofs, rest, |_| {}, &mut self.rng)
    }

    /// A presentation in which everything is fixed but the witness, and what the platform says.
    pub(super) fn present(&mut self) -> Result<Vec<u8>, PresentError> {
        let builder = PresentationRequest::builder(self.country.issuer.parameters(), HOTEL, "check-in");
        let heads = &self.country.heads[0];
        let standing = builder.present_on(heads).standing(NOW, self.country.now).unwrap();
        let consent = selfsame::hazmat::review_any_lists(
            standing.message(),
            &[&self.credential],
            &selfsame::presentation::WalletContext::at(&[heads]),
        )?;
        let bytes = self.credential.present(consent, &mut device(), &mut SeededRng::new([2; 32]))?.to_bytes();
        let call = standing.relay(&bytes, &mut self.rng).message.to_bytes();
        self.country.platform.register().forget();
        let verdict = self.country.platform.answer(&call, self.country.now).unwrap().unverified_verdict();
        assert_eq!(verdict, Verdict::Verified);
        Ok(bytes)
    }

    /// The epoch in which the holder was last removed, if it is.
    pub(super) fn removed_since(&self) -> Option<u64> {
        self.credential.witnesses()[0].removed_since().map(|epoch| epoch.number())
    }

    /// The witness that was followed is the one given out afresh: both present alike.
    fn compare_with_fresh(&mut self) {
        let followed = self.present().unwrap();
        let shard = Shard::new(2).unwrap();
        let issued = self.country.status.witness(shard, &self.handles[OWN]).unwrap();
        self.credential.renew(ListClass::Status, &issued, &self.country.heads[0]).unwrap();
        assert!(followed == self.present().unwrap(), "the witness is another one");
    }
}

/// Places whose state changes in each epoch; it may be empty, or name one several times.
fn history() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let place = prop_oneof![1 => Just(OWN), 3 => 1..HANDLES];
    prop::collection::vec(prop::collection::vec(place, 0..7), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_followed_witness_is_the_fresh_one(histories in prop::collection::vec(history(), 1..4), trust in any::<bool>()) {
        let proofs = if trust { EpochProofs::TrustCosigners } else { EpochProofs::Verify };
        let mut holder = Holder::new(3);
        let mut since = None;
        for history in histories {
            for toggled in history {
                holder.epoch(&toggled);
                let removals = toggled.iter().filter(|place| **place == OWN).count();
                since = match (holder.present[OWN], removals) {
                    (true, _) => None,
                    (false, 0) => since,
                    (false, _) => Some(holder.country.heads[0].epoch().number()),
                };
            }
            holder.catch_up(proofs).unwrap();
            prop_assert_eq!(holder.removed_since(), since);
            if since.is_none() {
                holder.compare_with_fresh();
            } else {
                let refused = holder.present();
                prop_assert!(matches!(refused, Err(PresentError::Removed { .. })), "{:?}", refused);
            }
        }
    }
}

#[test]
fn a_history_with_everything_in_it_is_followed() {
    let mut holder = Holder::new(4);
    let epochs: [&[usize]; 8] = [&[1, 2, 3], &[], &[2, OWN, 4], &[3, 1], &[], &[OWN, 5], &[OWN, 1, OWN, 2], &[2, 2]];
    for toggled in epochs {
        holder.epoch(toggled);
    }
    holder.catch_up(EpochProofs::Verify).unwrap();
    assert_eq!(holder.removed_since(), None);
    holder.compare_with_fresh();
    assert_eq!(holder.log.iter().filter(|epoch| epoch.entries().is_empty()).count(), 2);
}

#[test]
fn presentations_with_two_witnesses_differ() {
    // What the comparison rests on: another value alone gives another presentation.
    let mut one = Holder::new(5);
    let mut other = Holder::new(5);
    assert!(one.present().unwrap() == other.present().unwrap());
    one.epoch(&[1]);
    other.epoch(&[2]);
    for holder in [&mut one, &mut other] {
        holder.catch_up(EpochProofs::Verify).unwrap();
    }
    assert!(one.present().unwrap() != other.present().unwrap());
    // The way does not matter: with other randomness, and with and without the proofs.
    let (mut one, mut other) = (Holder::new(5), Holder::new(6));
    for (holder, epochs) in [(&mut one, [[1, 2], [3, 4]]), (&mut other, [[1, 2], [3, 4]])] {
        epochs.iter().for_each(|toggled| holder.epoch(toggled));
    }
    one.catch_up(EpochProofs::Verify).unwrap();
    other.catch_up(EpochProofs::TrustCosigners).unwrap();
    assert!(one.present().unwrap() == other.present().unwrap());
}
