//! Heads, epochs, witnesses and cosignatures (spec 07) of owners that sign whatever they like.

mod auditors;
mod catch_up;
mod cosigners;
mod epochs;
mod forged;
mod heads;
mod histories;
mod owners;
mod segments;
mod withheld;
mod witnesses;

use selfsame::list::MAX_LOG_LENGTH;
use testkit::curve::Scalar;

use testkit::prelude::*;
use testkit::reference::scalar;
use testkit::rogue::{Epoch, Head, Owner, REMOVE, RESTORE};

const START: u64 = NOW.as_secs();

fn genesis(owner: &Owner) -> Vec<Head> {
    (0..SHARDS).map(|shard| owner.genesis(shard, START)).collect()
}

/// A second copy, made through bytes.
fn copy(update: &EpochUpdate) -> EpochUpdate {
    EpochUpdate::from_bytes(&update.to_bytes()).unwrap()
}

/// A credential on a rogue owner's status list, its handle there, and the head that fits.
struct Member {
    owner: Owner,
    credential: Credential,
    head: Head,
    y: Scalar,
    rng: SeededRng,
}

impl Member {
    fn new() -> Self {
        Self::at(|_| ())
    }

    /// A member of lists whose first heads were changed.
    fn at(change: impl Fn(&mut Head)) -> Self {
        let owners = [Owner::new(50, ListClass::Status), Owner::new(51, ListClass::Flag)];
        let heads = owners.each_ref().map(|owner| {
            let mut heads = genesis(owner);
            heads.iter_mut().for_each(&change);
            heads
        });
        let (response, state) = response();
        let body = Tree::parse(&response).body;
        let handles = [3, 4].map(|key| scalar(&body.at(key).run()[0]));
        let response = Tree::parse(&response).with(|body| {
            for i in 0..2 {
                *body.at_mut(9 + i) = owners[i].witness(&heads[i][2], &handles[i]);
            }
            body.pad_response();
        });
        let response = CredentialResponse::from_bytes(&response).unwrap();
        let [status, flag] = [0, 1].map(|i| owners[i].served(&heads[i]));
        let credential = state.receive(&response, &status, &flag).unwrap();
        let [owner, _] = owners;
        let rng = SeededRng::new([49; 32]);
        Self { owner, credential, head: heads[0][2].clone(), y: handles[0], rng }
    }

    /// The next epoch.
    fn epoch(&self, changes: &[(u64, Scalar)]) -> Epoch<'_> {
        Epoch::new(&self.owner, &self.head, changes)
    }

    /// A head set of this head and others of the same epoch, as a wallet is served it.
    fn served(&self, head: &Head) -> CosignedHeads {
        let mut heads: Vec<Head> = (0..SHARDS).map(|shard| self.owner.genesis(shard, head.time)).collect();
        heads.iter_mut().for_each(|other| other.epoch = head.epoch);
        heads[usize::from(head.shard)] = head.clone();
        self.owner.served(&heads)
    }

    /// What a reader of the log says to this epoch.
    fn reader(&self, update: &EpochUpdate) -> Result<(), ListError> {
        let heads = self.served(&self.head);
        let head = heads.head(self.credential.shard()).unwrap();
        update.verify(head, &self.owner.keys()).map(|_| ())
    }

    /// What the wallet says to this epoch on its way to some epoch far away.
    fn read(&mut self, update: &EpochUpdate) -> Result<(), ListError> {
        let mut far = self.head.clone();
        (far.epoch, far.length) = (u64::MAX, MAX_LOG_LENGTH);
        let (keys, far) = (self.owner.keys(), self.served(&far));
        let mut way = self.credential.witnesses()[0].catch_up(&keys, &far, EpochProofs::Verify).unwrap();
        way.follow(copy(update), &mut self.rng)?;
        way.suspend(&mut self.rng).map(|_| ())
    }

    /// Follows this epoch to its own head, as any reader does but for its own handle.
    fn follow(&mut self, update: &EpochUpdate) -> Result<(), ListError> {
        let (read, reader) = (self.read(update), self.reader(update));
        match read {
            Err(ListError::AlreadyRemoved | ListError::NotRemoved) => assert_eq!(reader, Ok(())),
            _ => assert_eq!(reader, read),
        }
        let before = self.credential.witnesses()[0].epoch();
        if read.is_err() {
            assert_eq!(self.credential.witnesses()[0].epoch(), before);
            return read;
        }
        let head = Head::read(Tree::parse(&update.head().to_bytes()).body.at(1));
        let (keys, target) = (self.owner.keys(), self.served(&head));
        let epochs = [Ok::<_, ListError>(copy(update))];
        self.credential.catch_up(&keys, &target, EpochProofs::Verify, epochs, |_| {}, &mut self.rng).unwrap();
        assert_eq!(self.credential.witnesses()[0].epoch(), before.next());
        self.head = head;
        Ok(())
    }

    /// The honest epoch with these entries is followed, that with the change is refused.
    fn refuses(changes: &[(u64, Scalar)], change: impl Fn(&mut Epoch<'_>), error: ListError) {
        let mut member = Self::new();
        let mut epoch = member.epoch(changes);
        change(&mut epoch);
        let (bad, _) = epoch.finish();
        assert_eq!(member.follow(&bad), Err(error));
        let (good, _) = member.epoch(changes).finish();
        member.follow(&good).unwrap();
        assert_eq!(member.credential.witnesses()[0].epoch().number(), 1);
    }

    /// A presentation in which everything is fixed but the witness, equal exactly if that is.
    fn fingerprint(&self) -> Vec<u8> {
        let served = self.served(&self.head);
        let request = PresentationRequest::builder(self.credential.parameters(), HOTEL, "check-in");
        let request = request.present_on(&served).standing(NOW, NOW).unwrap();
        let consent = selfsame::hazmat::review_any_lists(
            request.message(),
            &[&self.credential],
            &selfsame::presentation::WalletContext::at(&[&served]),
        )
        .unwrap();
        self.credential.present(consent, &mut device(), &mut SeededRng::new([48; 32])).unwrap().to_bytes()
    }
}

/// Always the same device, fresh: its answers depend on how many it has given.
fn device() -> SoftwareDevice {
    SoftwareDevice::random(&mut SeededRng::new([47; 32]))
}

fn response() -> (Vec<u8>, RequestState) {
    let mut country = Country::new(42);
    let offered = country.offer(Generation::FIRST);
    let mut device = device();
    let recovery = selfsame::credential::RecoverySecret::random(&mut country.rng);
    let requested = country.apply(&offered.message, &recovery, &mut device);
    let accepted = offered.state.accept(&requested.message).unwrap();
    (country.issue(&accepted, Generation::FIRST).to_bytes(), requested.state)
}

fn others(count: u64) -> Vec<Scalar> {
    (1..=count).map(|i| Scalar::from(1_000 + i)).collect()
}

fn three() -> Vec<(u64, Scalar)> {
    let others = others(2);
    vec![(REMOVE, others[0]), (REMOVE, others[1]), (RESTORE, others[0])]
}
