//! A holder to whom the owner gave no witness: what the log says first counts (spec 07 §5.3).

use selfsame::credential::{ResetCounter, request};

use super::{copy, device};
use testkit::prelude::*;

/// A country with a person that is flagged when its credential is issued.
struct Flagged {
    country: Country,
    credential: Credential,
    log: Vec<EpochUpdate>,
}

fn flag(country: &Country) -> selfsame::accumulator::Handle {
    country.handle_key.flag(country.flag.list_keys().name(), &country.person)
}

impl Flagged {
    /// The removal is in the log already, or waits for the next epoch.
    fn new(published: bool) -> Self {
        let mut country = Country::new(170);
        let handle = flag(&country);
        let shard = Shard::new(2).unwrap();
        country.flag.register(shard, &handle).unwrap();
        country.flag.remove(&handle).unwrap();
        let mut log = Vec::new();
        if published {
            log.push(copy(&country.close_epoch()[1].updates[2]));
        }
        let mut device = device();
        let recovery = RecoverySecret::from_secret_bytes(Secret::new([1; 32]));
        let offered = country.offer(Generation::FIRST);
        let parameters = country.issuer.parameters().clone();
        let message = &offered.message;
        let requested =
            request(&parameters, message, ShardChoice::FromSlot, &recovery, &mut device, &mut country.rng).unwrap();
        let accepted = offered.state.accept(&requested.message).unwrap();
        let status = country.handle_key.status(&country.card, Generation::FIRST);
        country.status.register(shard, &status).unwrap();
        assert_eq!(country.flag.witness(shard, &handle).unwrap_err(), ListError::Removed);
        let grant = Grant {
            values: Schema::card_values(&record("adult-female")),
            status_witness: country.status.witness(shard, &status).unwrap(),
            flag_witness: GivenWitness::Withheld(country.heads[1].epoch()),
            status,
            flag: handle,
            factors: AssuranceFactors::CHIP_READ,
            since: Days::from_civil(2026, 9, 21).unwrap(),
            reset: ResetCounter(0),
        };
        let response = country.issuer.issue(&accepted, grant).unwrap().to_bytes();
        let zeros = [POINT_LEN, 2 * POINT_LEN, SCALAR_LEN].map(|length| Item::Bytes(vec![0; length]));
        let withheld = [Item::Uint(u64::from(published))].into_iter().chain(zeros).collect();
        assert_eq!(Tree::parse(&response).body.at(10), &Item::Array(withheld));
        let response = CredentialResponse::from_bytes(&response).unwrap();
        let credential = requested.state.receive(&response, &country.heads[0], &country.heads[1]).unwrap();
        Self { country, credential, log }
    }

    fn epoch(&mut self, restore: bool) {
        if restore {
            let handle = flag(&self.country);
            self.country.flag.restore(&handle).unwrap();
        }
        let closed = self.country.close_epoch();
        self.log.push(copy(&closed[1].updates[2]));
    }

    fn catch_up(&mut self) -> Result<(), ListError> {
        let keys = self.country.flag.list_keys();
        let from = usize::try_from(self.credential.witness(ListClass::Flag).epoch().number()).unwrap();
        let epochs: Vec<_> = self.log[from..].iter().map(|epoch| Ok::<_, ListError>(copy(epoch))).collect();
        let (heads, rng) = (&self.country.heads[1], &mut self.country.rng);
        self.credential.catch_up(&keys, heads, EpochProofs::Verify, epochs, |_| {}, rng)
    }

    fn since(&self) -> Option<u64> {
        self.credential.witness(ListClass::Flag).removed_since().map(|epoch| epoch.number())
    }

    fn present(&mut self) -> Result<Vec<u8>, PresentError> {
        let builder = PresentationRequest::builder(self.country.issuer.parameters(), HOTEL, "check-in");
        let heads = &self.country.heads[1];
        let standing = builder.present_on(heads).standing(self.country.now, self.country.now).unwrap();
        let consent =
            selfsame::hazmat::review_any_lists(standing.message(), &[&self.credential], &WalletContext::at(&[heads]))?;
        let bytes = self.credential.present(consent, &mut device(), &mut SeededRng::new([2; 32]))?.to_bytes();
        let call = standing.relay(&bytes, &mut self.country.rng).message.to_bytes();
        // Each time a register of its own: one presentation may come twice here.
        self.country.platform.register().forget();
        let answer = self.country.platform.answer(&call, self.country.now).unwrap();
        assert_eq!(answer.unverified_verdict(), Verdict::Verified);
        Ok(bytes)
    }
}

#[test]
fn a_holder_without_a_witness_presents_once_the_log_restores_it() {
    for published in [true, false] {
        let mut holder = Flagged::new(published);
        let issued = u64::from(published);
        assert_eq!(holder.since(), Some(issued));
        assert!(matches!(holder.present(), Err(PresentError::Removed { .. })));
        // An epoch that says nothing of it, or that brings the removal.
        holder.epoch(false);
        holder.catch_up().unwrap();
        assert_eq!(holder.since(), Some(1));
        assert!(matches!(holder.present(), Err(PresentError::Removed { .. })));
        holder.epoch(true);
        holder.epoch(false);
        holder.catch_up().unwrap();
        assert_eq!(holder.since(), None);
        let followed = holder.present().unwrap();
        let handle = flag(&holder.country);
        let fresh = holder.country.flag.witness(Shard::new(2).unwrap(), &handle).unwrap();
        holder.credential.renew(ListClass::Flag, &fresh, &holder.country.heads[1]).unwrap();
        assert!(followed == holder.present().unwrap());
    }
}

#[test]
fn removal_and_restoration_may_come_at_once() {
    let mut holder = Flagged::new(false);
    holder.epoch(true);
    holder.catch_up().unwrap();
    assert_eq!(holder.since(), None);
    holder.present().unwrap();
}

#[test]
fn a_holder_without_a_witness_may_be_given_one() {
    let mut holder = Flagged::new(true);
    holder.epoch(true);
    let handle = flag(&holder.country);
    let fresh = holder.country.flag.witness(Shard::new(2).unwrap(), &handle).unwrap();
    holder.credential.renew(ListClass::Flag, &fresh, &holder.country.heads[1]).unwrap();
    assert_eq!(holder.since(), None);
    holder.present().unwrap();
}

#[test]
fn a_wallet_that_ignores_its_refusal_has_nothing_to_prove_with() {
    let mut holder = Flagged::new(true);
    let builder = PresentationRequest::builder(holder.country.issuer.parameters(), HOTEL, "check-in");
    let request = builder.present_on(&holder.country.heads[1]).once(&mut holder.country.rng).unwrap().message;
    let heads = [&holder.country.heads[0], &holder.country.heads[1]];
    let known = WalletContext::at(&heads);
    let (device, rng) = (&mut device(), &mut holder.country.rng);
    let forced = selfsame::hazmat::present_anyway(&[&holder.credential], &request, &known, device, rng);
    assert_eq!(forced.unwrap_err(), PresentError::Unprovable);
}
