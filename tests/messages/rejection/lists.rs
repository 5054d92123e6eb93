//! Heads, epochs and cosigned heads.

use testkit::cbor;
use testkit::matrix::{Outcome, decoded, matrix};
use testkit::prelude::*;

/// Two lists after an epoch with an entry that the one phone has not followed yet.
pub struct Log {
    pub country: Country,
    pub phone: Phone,
    pub update: EpochUpdate,
    pub cosigned: CosignedHeadSet,
}

impl Log {
    pub fn new(seed: u8) -> Self {
        let mut country = Country::new(seed);
        let phone = country.enrol();
        let shard = phone.credential.shard();
        for generation in 2..5 {
            let other = country.handle_key.status(&country.card, Generation::new(generation).unwrap());
            country.status.register(shard, &other).unwrap();
            country.status.remove(&other).unwrap();
            if generation == 3 {
                country.status.restore(&other).unwrap();
            }
        }
        let [closed, _] = country.close_epoch();
        let cosigned = country.quorum.sign(&country.status.list_keys(), &closed.heads, &[]);
        let update = closed.updates.into_iter().nth(2).unwrap();
        Self { country, phone, update, cosigned }
    }

    /// The first epoch of the phone's shard as a file.
    pub fn segment(&self) -> LogSegment {
        let epoch = EpochUpdate::from_bytes(&self.update.to_bytes()).unwrap();
        let (list, number) = (epoch.head().head().list().clone(), SegmentNumber::of(Epoch::new(1)).unwrap());
        LogSegment::new(list, number, vec![epoch]).unwrap()
    }
}

#[test]
fn a_damaged_head_does_not_verify() {
    let log = Log::new(22);
    let keys = log.country.status.list_keys();
    let bytes = log.update.head().to_bytes();
    let receive = |bytes: &[u8]| decoded(bytes, |head: SignedHead| head.verify(&keys).is_ok());
    // Class, shard, epoch, time and length, of which class and epoch are equal; key, chain, values
    // and response; commitments and signature, and the halves of each. Of suite 2 points are longer
    // than all else.
    let swaps = if SUITE == 1 { 22 } else { 15 };
    matrix(&bytes, swaps..=swaps, 800.., receive);

    let other = Log::new(23);
    assert_eq!(receive(&other.update.head().to_bytes()), Outcome::Refused);
    let flag = Tree::parse(&log.country.flag.heads().to_bytes()).body.at(1).at(2).clone();
    let flag = Tree { envelope: [SUITE, 1, 10], body: cbor::Item::Map(vec![flag]) };
    assert_eq!(receive(&flag.to_bytes()), Outcome::Refused);
}

#[test]
fn a_damaged_set_of_heads_does_not_verify() {
    let log = Log::new(22);
    let keys = log.country.status.list_keys();
    let bytes = log.country.status.heads().to_bytes();
    let receive = |bytes: &[u8]| decoded(bytes, |heads: HeadSet| heads.verify(&keys).is_ok());
    matrix(&bytes, 101.., 3_000.., receive);

    for other in [Log::new(23).country.status.heads(), log.country.flag.heads()] {
        assert_eq!(receive(&other.to_bytes()), Outcome::Refused);
    }
}

#[test]
fn damaged_cosigned_heads_do_not_verify() {
    let log = Log::new(22);
    let (keys, cosigners) = (log.country.status.list_keys(), log.country.quorum.cosigners());
    let bytes = log.cosigned.to_bytes();
    let receive = |bytes: &[u8]| decoded(bytes, |heads: CosignedHeadSet| heads.verify(&keys, &cosigners, LATE).is_ok());
    matrix(&bytes, 101.., 4_000.., receive);

    // Of another country, of the other list, of the epoch before; with another country's cosigners.
    let mut other = Log::new(23);
    assert_eq!(receive(&other.cosigned.to_bytes()), Outcome::Refused);
    let flag = log.country.flag.heads().clone();
    let mut quorum = log.country.quorum;
    let flag = quorum.sign(&log.country.flag.list_keys(), &flag, &[]);
    assert_eq!(receive(&flag.to_bytes()), Outcome::Refused);
    let mut strangers = Quorum::new(&mut other.country.rng);
    let before = Country::new(22);
    let strange = strangers.sign(&keys, before.status.heads(), &[]);
    assert_eq!(receive(&strange.to_bytes()), Outcome::Refused);
}

#[test]
fn a_damaged_segment_holds_no_other_epoch() {
    let log = Log::new(22);
    let keys = log.country.status.list_keys();
    let before = Country::new(22).heads[0].clone();
    let before = before.head(log.phone.credential.shard()).unwrap();
    let bytes = log.segment().to_bytes();
    let receive = |bytes: &[u8]| {
        decoded(bytes, |segment: LogSegment| {
            // Whoever asked for this file looks at what it says that it is.
            let asked = segment.list() == before.list() && segment.number().number() == 0;
            asked && segment.epochs().len() == 1 && segment.epochs()[0].verify(before, &keys).is_ok()
        })
    };
    matrix(&bytes, 51.., 1_500.., receive);
    assert_eq!(receive(&Log::new(23).segment().to_bytes()), Outcome::Refused);
}

/// The witness after this epoch alone.
fn follow(log: &mut Country, phone: &Phone, update: &EpochUpdate) -> Result<MembershipWitness, ListError> {
    let keys = log.status.list_keys();
    let mut way = phone.credential.witnesses()[0].catch_up(&keys, &log.heads[0], EpochProofs::Verify)?;
    way.follow(EpochUpdate::from_bytes(&update.to_bytes()).unwrap(), &mut log.rng)?;
    way.finish(&mut log.rng)
}

#[test]
fn a_damaged_epoch_is_not_followed_and_the_honest_one_is() {
    let Log { mut country, mut phone, update, .. } = Log::new(22);
    let keys = country.status.list_keys();
    let before = Country::new(22).heads[0].clone();
    let before = before.head(phone.credential.shard()).unwrap();
    let bytes = update.to_bytes();
    let mut followed = None;
    matrix(&bytes, 51.., 1_500.., |bytes| {
        decoded(bytes, |update: EpochUpdate| {
            // A wallet on its way to the cosigned head, and a reader of the log that knows of none.
            let witness = follow(&mut country, &phone, &update);
            let [status, _] = phone.credential.witnesses();
            assert_eq!(status.epoch().number(), 0);
            assert_eq!(update.verify(before, &keys).is_ok(), witness.is_ok());
            followed = witness.ok();
            followed.is_some()
        })
    });
    phone.credential.adopt(followed.unwrap()).unwrap();

    // Once more, of another session, list and shard.
    let other = Log::new(23);
    let after = country.status.close_epoch(country.now).unwrap();
    let flag = country.flag.close_epoch(country.now).unwrap();
    country.platform.accept_epoch(&after.heads, &after.updates, country.now).unwrap();
    country.heads[0] = country.quorum.cosign(&keys, &after.heads, &after.updates);
    for other in [&update, &other.update, &after.updates[1], &flag.updates[2]] {
        assert!(follow(&mut country, &phone, other).is_err());
    }
    // The witness still serves.
    let witness = follow(&mut country, &phone, &after.updates[2]).unwrap();
    phone.credential.adopt(witness).unwrap();
    let builder = PresentationRequest::builder(country.issuer.parameters(), HOTEL, "check-in");
    let asked = builder.present_on(&country.heads[0]).once(&mut country.rng).unwrap();
    let presentation = phone.present(&mut country, &asked.message);
    assert_eq!(country.settle(asked.state, &presentation), Verdict::Verified);
}
