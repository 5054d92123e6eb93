//! Properties of parties that live on from one input to the next.

use selfsame::list::CatchUp;

use super::setting::{Setting, segment};
use testkit::prelude::*;

struct Desk {
    platform: Platform<Register>,
    honest: Vec<Vec<u8>>,
}

struct Wallet {
    credential: Credential,
    ways: Vec<Way>,
}

/// An epoch 1 that cosigners signed, its update, and the file of the log that holds it.
struct Way {
    keys: ListKeys,
    target: CosignedHeads,
    heads: Vec<u8>,
    honest: Vec<u8>,
    file: Vec<u8>,
}

impl Desk {
    fn new() -> Self {
        // The order of calls is that of the corpus, so the bytes are.
        let honest = Setting::honest().into_iter().filter(|(target, _)| *target == "platform_answer");
        Self { honest: honest.map(|(_, call)| call).collect(), platform: Setting::new().country.platform }
    }
}

impl Wallet {
    fn new() -> Self {
        let credential = Setting::new().credential();
        let own = usize::from(credential.shard().number());
        let ways = Setting::cosigned_epochs().into_iter().map(|(epoch, _, target, keys)| {
            let update = &epoch.updates[own];
            let (heads, file) = (epoch.heads.to_bytes(), segment(update).to_bytes());
            Way { keys, target, heads, honest: update.to_bytes(), file }
        });
        Self { ways: ways.collect(), credential }
    }

    /// Whether the wallet reaches the end of this way with what it reads.
    fn reads(
        &self,
        way: &Way,
        proofs: EpochProofs,
        read: impl FnOnce(&mut CatchUp, &mut SeededRng) -> Result<(), ListError>,
    ) -> Result<MembershipWitness, ListError> {
        let rng = &mut SeededRng::new([4; 32]);
        let witness = self.credential.witness(way.keys.name().class());
        let mut catch_up = witness.catch_up(&way.keys, &way.target, proofs)?;
        read(&mut catch_up, rng)?;
        catch_up.finish(rng)
    }

    fn follows(&self, way: &Way, update: EpochUpdate, proofs: EpochProofs) -> Result<MembershipWitness, ListError> {
        self.reads(way, proofs, |catch_up, rng| catch_up.follow(update, rng).map(drop))
    }
}

thread_local! {
    static DESK: Desk = Desk::new();
    static WALLET: Wallet = Wallet::new();
}

/// A call without its last field, which makes calls differ: key 3, then no bytes or 16.
fn without_nonce(call: &[u8]) -> &[u8] {
    let end = call.len().saturating_sub(if call.ends_with(&[3, 0x40]) { 2 } else { 18 });
    &call[..end]
}

/// The platform verifies an honest call and refuses every call with another request or
/// presentation, alone and next to an honest one.
pub fn platform_answer(bytes: &[u8]) {
    DESK.with(|Desk { platform, honest }| {
        let forget = || platform.register().forget_before(Timestamp::from_secs(u64::MAX));
        forget();
        let answer = platform.answer(bytes, NOW).expect("the register is in memory");
        if answer.unverified_verdict() == Verdict::Verified {
            assert!(honest.iter().any(|call| without_nonce(call) == without_nonce(bytes)));
        } else {
            assert!(!honest.iter().any(|call| call == bytes));
        }
        // Slow, so only for what gets far enough to have an influence on others.
        if VerificationCall::from_bytes(bytes).is_ok() {
            let other = |call: &&Vec<u8>| without_nonce(call) != without_nonce(bytes);
            let companion = honest.iter().find(other).expect("there are several");
            forget();
            let answers = platform.answer_batch(&[bytes, companion], NOW).expect("the register is in memory");
            assert_eq!(answers[0], answer);
            assert_eq!(answers[1].unverified_verdict(), Verdict::Verified);
        }
    });
}

/// A wallet at epoch 0 gets to a cosigned epoch 1 by the honest update of its shard, and by nothing
/// else. Who trusts the cosigners gets there by the same entries and head, whatever the proof.
pub fn follow_epoch(bytes: &[u8]) {
    let read = || EpochUpdate::from_bytes(bytes);
    let Ok(update) = read() else { return };
    WALLET.with(|wallet| {
        for way in &wallet.ways {
            let followed = wallet.follows(way, read().expect("it was read before"), EpochProofs::Verify);
            assert_eq!(followed.is_ok(), way.honest == bytes);
            let trusted = wallet.follows(way, read().expect("it was read before"), EpochProofs::TrustCosigners);
            let honest = EpochUpdate::from_bytes(&way.honest).expect("it is honest");
            let same = update.entries() == honest.entries() && update.head().head() == honest.head().head();
            assert!(trusted.is_ok() || followed.is_err());
            assert!(trusted.is_err() || same);
            for witness in [followed, trusted].into_iter().flatten() {
                assert_eq!(witness.epoch().number(), 1);
            }
        }
        assert!(wallet.credential.witnesses().iter().all(|witness| witness.epoch().number() == 0));
    });
}

/// A wallet at epoch 0 gets to a cosigned epoch 1 by a file of the log whose first epoch is the
/// honest update of its shard; what comes after it in the file is beyond the target.
pub fn follow_segment(bytes: &[u8]) {
    WALLET.with(|wallet| {
        for way in &wallet.ways {
            let read = |catch_up: &mut CatchUp, rng: &mut SeededRng| catch_up.follow_segment(bytes, rng).map(drop);
            let followed = wallet.reads(way, EpochProofs::Verify, read);
            assert!(followed.is_ok() || way.file != bytes);
            if followed.is_ok() {
                let file = LogSegment::from_bytes(bytes).expect("it was read");
                assert_eq!(file.epochs().first().map(Message::to_bytes).as_ref(), Some(&way.honest));
            }
        }
    });
}

/// Nobody takes heads that an owner did not make, with their proofs, byte for byte.
pub fn verify_heads(bytes: &[u8]) {
    let Ok(heads) = HeadSet::from_bytes(bytes) else { return };
    WALLET.with(|wallet| {
        let is_honest = |keys: &ListKeys| wallet.ways.iter().any(|way| way.keys == *keys && way.heads == bytes);
        for way in &wallet.ways {
            assert_eq!(heads.verify(&way.keys).is_ok(), is_honest(&way.keys));
        }
    });
}
